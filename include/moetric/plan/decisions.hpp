#pragma once

#include "moetric/plan/training_run.hpp"

namespace moetric::v0::plan {
namespace detail {

/// Collects the decisions of a plan in order.
class decision_list {
 public:
  /// \param compute of training, FLOPs, which is held against the range of each law
  explicit decision_list(double compute) : compute_(compute) {}

  /// A number that a law of compute gives unless the user does.
  /// \param outside true if the law is extrapolated in something other than compute
  void add_law(std::string_view field, bool given, recipe_origin const& origin, bool outside = false) {
    double const decades = decades_outside(origin.fitted, compute_);
    std::string const beyond =
        decades == 0 ? "" : ", extrapolated by " + brief(std::max(decades, 0.01), 2) + " decades of compute";
    add({std::string(field), origin.how, origin.why + beyond, outside || decades > 0, decades}, given);
  }
  /// A number that is decided so unless the user gives it.
  void add(decision const& d, bool given = false) {
    all_.push_back(given ? decision{d.field, provenance::user, "given"} : d);
  }
  std::vector<decision> take() { return std::move(all_); }

 private:
  double compute_;
  std::vector<decision> all_;
};

inline std::string flops_reason(resolved_request const& r, compute_split const& split, real_shape const& shape) {
  if (r.tokens_limit && split.training / *r.tokens_limit == shape.targets.training_flops_per_token)
    return "compute / tokens_limit, " + brief(shape.wanted.tokens / *r.tokens_limit, 3) +
           " times the optimum's M: the optimum needs more tokens";
  std::string why = r.source.flops.why;
  if (r.m_ignores_experts())
    why +=
        std::string(", which does not move with experts") + (r.source.id == "holistic" ? " (fitted at 288/8/1)" : "");
  if (split.serving)
    why +=
        ", times " + brief(split.serving->flops_factor, 3) + " for serving (ratio by law sardana, 2401.00448, dense)";
  return why;
}

inline recipe_origin expansion_origin(resolved_request const& r, real_shape const& shape) {
  if (shape.limited) return {provenance::derived, "lowered to meet the limit of parameters or memory"};
  if (!r.has_paper_sparsity())
    return {provenance::derived, "the experts' share of active weights, 0.675, kept as at the paper's 288/8/1"};
  recipe_origin origin = r.source.expansion;
  origin.fitted = {};  // set by hand for all budgets
  return origin;
}

inline recipe_origin width_origin(resolved_request const& r, width_choice const& width) {
  if (r.n_dense_layers)
    return {provenance::derived, "the width that leaves weights for the given n_dense_layers, by the inverse of Eq. 3"};
  if (r.width_ratio && !width.clamped)
    return {provenance::derived, "the width at which (top_k + n_shared) x d_expert / d_model is the given width_ratio"};
  if (!r.source.d_model.why.empty() && !r.width_ratio) return r.source.d_model;
  if (r.width == width_rule::median)
    return {provenance::derived, "the middle of the feasible widths, the paper's phase-1 proxy", holistic_range};
  return {provenance::derived,
          width.clamped
              ? "the edge of the feasible widths, nearest to a width ratio of " + brief(r.wanted_width_ratio())
              : "width ratio (top_k + n_shared) x d_expert / d_model near 3.25, within App. E's best "
                "3.0-3.5; the paper's law is in Fig. 6b only",
          holistic_range};
}

}  // namespace detail

/// The origin of every number of a plan.
inline std::vector<decision> decisions_of(resolved_request const& r, compute_split const& split,
                                          real_shape const& shape) {
  recipe_source const& source = r.source;
  bool const outside_sparsity = !r.has_paper_sparsity(), outside_length = !r.has_paper_length();
  detail::decision_list all(split.training);
  all.add_law("training_flops_per_token", r.training_flops_per_token.has_value(),
              {source.flops.how, detail::flops_reason(r, split, shape), source.flops.fitted}, r.m_ignores_experts());
  if (r.n_layers && r.n_heads)
    all.add(
        {"flops_per_active_parameter", provenance::derived, "what the given n_layers and n_heads leave for weights"});
  else
    all.add_law("flops_per_active_parameter", r.flops_per_active_parameter.has_value(), source.density,
                outside_sparsity);
  all.add_law("expansion_ratio", r.expansion_ratio.has_value(), detail::expansion_origin(r, shape), outside_sparsity);
  for (decision const& each :
       {shape.heads.n_heads_decision, shape.heads.n_kv_heads_decision, shape.heads.head_dim_decision})
    all.add(each);
  all.add_law("d_model", r.d_model.has_value(), detail::width_origin(r, shape.width),
              outside_sparsity || outside_length);
  recipe_origin const inverse{provenance::derived, "the closed-form inverse of Eq. 3, rounded"};
  bool const outside = outside_sparsity || outside_length || decades_outside(source.flops.fitted, split.training) > 0;
  for (auto const& [field, given] : {std::pair{"n_dense_layers", r.n_dense_layers.has_value()},
                                     std::pair{"n_moe_layers", false}, std::pair{"d_expert", false}})
    all.add_law(field, given, inverse, outside);
  all.add({"d_ff", provenance::printed, "3 x d_model"}, r.d_ff.has_value());
  if (r.attention == attention_kind::latent)
    for (auto const& [field, given, why] :
         {std::tuple{"q_lora_rank", r.q_lora_rank.has_value(), "12 x head_dim, as DeepSeek-V3"},
          std::tuple{"kv_lora_rank", r.kv_lora_rank.has_value(), "4 x head_dim, as DeepSeek-V2 sets it"},
          std::tuple{"qk_rope_head_dim", r.qk_rope_head_dim.has_value(), "head_dim / 2, as DeepSeek-V2 sets it"},
          std::tuple{"v_head_dim", r.v_head_dim.has_value(), "head_dim, as DeepSeek-V3"}})
      all.add({field, provenance::printed, why}, given);
  if (r.has_fewer_experts())
    all.add({"n_experts", provenance::derived, "the most, in steps of 4, within the limit of parameters or memory"},
            false);
  else
    all.add({"n_experts", provenance::printed, "fixed in the paper"}, r.given.n_experts);
  for (auto const& [field, given] :
       {std::pair{"top_k", r.given.top_k}, std::pair{"n_shared_experts", r.given.n_shared_experts},
        std::pair{"vocab_size", r.given.vocab_size}})
    all.add({field, provenance::printed, "fixed in the paper"}, given);
  all.add_law("tokens", false,
              {provenance::derived, "compute / FLOPs per token of the integer shape", source.flops.fitted},
              r.m_ignores_experts());
  all.add_law("learning_rate", false, source.learning_rate);
  all.add_law("batch_tokens", false, source.batch);
  return all.take();
}

}  // namespace moetric::v0::plan
