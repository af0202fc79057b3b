#pragma once

#include <utility>

#include "moetric/account/parameters.hpp"
#include "moetric/core/bisection.hpp"
#include "moetric/plan/heads.hpp"

namespace moetric::v0::plan {

/// A shape before rounding, and what it follows from.
struct real_shape {
  recipe wanted;
  triad_targets targets;
  head_choice heads;
  holistic_inverse inverse;
  width_choice width;
  double length;         // tokens of a sequence at which the shape is chosen
  bool limited = false;  // N/N_a was lowered to meet a limit

  /// The shape of real numbers; it meets the targets exactly.
  shape<double> numbers() const { return inverse.at(width.d_model); }
};

/// A source's recipe with the numbers that the request fixes in their place. A limit of tokens raises M to
/// compute / tokens_limit.
inline recipe recipe_for(resolved_request const& r, recipe const& from_source, double compute) {
  recipe wanted = from_source;
  if (r.training_flops_per_token) wanted.training_flops_per_token = *r.training_flops_per_token;
  if (r.flops_per_active_parameter) wanted.flops_per_active_parameter = *r.flops_per_active_parameter;
  if (r.tokens_limit && compute / wanted.training_flops_per_token > *r.tokens_limit)
    wanted.training_flops_per_token = compute / *r.tokens_limit;
  return wanted;
}

/// M, M/N_a and N/N_a of a recipe. If both n_layers and n_heads are given, attention scores take
/// 6·S·n_heads·head_dim·n_layers of M, the rest is 6·N_a, and so M/N_a follows.
/// \throws std::invalid_argument if scores leave nothing for weights
inline triad_targets targets_for(resolved_request const& r, recipe const& wanted) {
  auto const real = [](count value) { return static_cast<double>(value); };
  triad_targets t{wanted.training_flops_per_token, wanted.flops_per_active_parameter,
                  r.expansion_ratio.value_or(1 + wanted.expert_share * (r.experts.largest_expansion_ratio() - 1))};
  if (r.n_layers && r.n_heads) {
    double const m = t.training_flops_per_token;
    count const head_dim = r.head_dim.value_or(128);
    double const scores = 3 * r.shape_length() * real(*r.n_layers) *
                          detail::constants_with(r, *r.n_heads, 1, head_dim).core_per_half_pair();
    if (!(scores < m))
      detail::refuse("n_layers x n_heads x head_dim must leave FLOPs for weights, but scores take " + brief(scores) +
                     " of " + brief(m));
    t.flops_per_active_parameter = 6 * m / (m - scores);
  }
  return t;
}

/// The real-valued shape with given heads.
/// \param d_model a width to take in place of the request's or the rule's
/// \throws std::invalid_argument for a width or depth that is not feasible
inline real_shape shape_with_heads(resolved_request const& r, recipe const& wanted, triad_targets const& targets,
                                   head_choice const& heads, std::optional<double> d_model = std::nullopt) {
  shape_constants const constants = detail::constants_with(r, heads.n_heads, heads.n_kv_heads, heads.head_dim);
  holistic_inverse const inverse(targets, constants);
  width_choice const width =
      d_model ? width_choice{.d_model = *d_model, .fixed = true} : choose_width(r, inverse, wanted.d_model);
  if (inverse.n_layers() > 1000)
    detail::refuse("n_heads x head_dim must be large enough to leave at most 1000 layers, but they leave " +
                   brief(inverse.n_layers()));
  bool const paper = width.fixed && r.rounding == rounding_rule::paper;
  if (r.n_dense_layers && !d_model && !(static_cast<double>(*r.n_dense_layers) <= inverse.n_layers() - 0.5))
    detail::refuse("n_dense_layers must leave a layer of experts among the " + brief(inverse.n_layers(), 3) +
                   " layers that the heads leave, but got " + to_string(*r.n_dense_layers));
  auto const feasible = paper || r.n_dense_layers ? inverse.possible_d_model() : inverse.feasible_d_model();
  double const step = r.step();  // a width that a plan rounded to may lie this far outside
  if (width.d_model < feasible.low - step || width.d_model > feasible.high + step)
    detail::refuse("d_model must be from " + brief(std::ceil(feasible.low), 6) + " to " +
                   brief(std::floor(feasible.high), 6) + " with these heads and targets, but got " +
                   brief(width.d_model, 9));
  return {wanted, targets, heads, inverse, width, constants.sequence_length};
}

/// The shape with N/N_a lowered until the whole model has at most `limit` parameters; the shape itself if it has.
/// \throws std::invalid_argument if the limit does not even hold the active parameters and embeddings
inline real_shape within_parameters(resolved_request const& r, real_shape const& s, double limit) {
  auto const total = [&](real_shape const& each) { return r.total_parameters(each.numbers()); };
  if (total(s) <= limit) return s;
  auto const at = [&](double expansion_ratio) {
    triad_targets targets = s.targets;
    targets.expansion_ratio = expansion_ratio;
    real_shape lowered = shape_with_heads(r, s.wanted, targets, s.heads);
    lowered.limited = true;
    return lowered;
  };
  double const lowest = 1.01;
  if (double const least = total(at(lowest)); least > limit)
    detail::refuse("the limit of parameters or memory must leave room for at least " + brief(least, 3) +
                   " parameters, which this budget's active ones and embeddings take, but allows " + brief(limit, 3));
  auto const fits = [&](double expansion_ratio) { return total(at(expansion_ratio)) <= limit; };
  return at(bisect({.holds = lowest, .fails = s.targets.expansion_ratio}, fits, middle::half_sum, 50).holds);
}

/// The real-valued shape of a budget: recipe, targets, heads, inverse and width, then the limit of parameters.
/// \param compute of training, FLOPs in the paper's own convention
/// \throws std::invalid_argument as its steps
inline real_shape solve_shape(resolved_request const& r, recipe const& from_source, double compute) {
  recipe const wanted = recipe_for(r, from_source, compute);
  triad_targets const targets = targets_for(r, wanted);
  real_shape const s = shape_with_heads(r, wanted, targets, choose_heads(r, compute, targets));
  return r.parameters_limit ? within_parameters(r, s, *r.parameters_limit) : s;
}

}  // namespace moetric::v0::plan
