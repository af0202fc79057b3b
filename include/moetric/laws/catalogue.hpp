#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "moetric/core/name.hpp"
#include "moetric/laws/abnar.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/clark.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/expert_attention.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/hunyuan_large.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/llama_3.hpp"
#include "moetric/laws/precision.hpp"
#include "moetric/laws/sardana.hpp"
#include "moetric/laws/step_law.hpp"
#include "moetric/laws/wang.hpp"
#include "moetric/laws/zhao.hpp"

namespace moetric::v0::laws {

/// Every law with a loss, with its type. Wang's has no published coefficients: see `wang::with`.
inline constexpr std::tuple with_loss{
    &fine_grained::four_decimals,
    &fine_grained::rounded,
    &fine_grained::table_5,
    &fine_grained::e16,
    &fine_grained::dense,
    &kaplan::n,
    &kaplan::d,
    &kaplan::c,
    &kaplan::c_fixed_batch,
    &kaplan::n_d,
    &kaplan::n_s,
    &chinchilla::tex,
    &chinchilla::printed,
    &chinchilla::besiroglu,
    &clark::s_base,
    &clark::rl_r,
    &clark::hash,
    &joint_moe::printed,
    &abnar::sparsity,
    &zhao::comprehensive,
    &data_constrained::authors,
    &sardana::examples,
    &sardana::up_to_100,
    &sardana::up_to_250,
    &sardana::up_to_500,
    &sardana::all,
    &precision::training,
    &precision::one_width,
    &precision::post_training,
};

/// Every law that divides a budget without a loss.
inline constexpr std::array allocations{&holistic::optimal,      &kaplan::optimum,  &chinchilla::approach_1,
                                        &chinchilla::approach_2, &ling::moe,        &ling::dense,
                                        &deepseek_llm::optimal,  &llama_3::optimal, &hunyuan_large::optimal};

/// A law that gives another quantity.
struct quantity_entry {
  description const* about;
  std::string_view name;                  // of what it gives
  double (*value)(double const* values);  // in the order of about->inputs; unchecked
};

inline constexpr std::array quantities{
    quantity_entry{
        ling::leverage_fit.about, "efficiency_leverage",
        [](double const* x) {
          return ling::leverage_form::leverage(ling::leverage_fit.k, ling::leverage_inputs{x[0], x[1], x[2]});
        }},
    quantity_entry{
        expert_attention::printed.about, "expert_over_attention_flops",
        [](double const* x) {
          return expert_attention::form::ratio(expert_attention::printed.k, expert_attention::inputs{x[0], x[1]});
        }},
};

/// A law of peak learning rate and batch. Values are in the order of about->inputs, unchecked.
struct hyper_entry {
  description const* about;
  std::string_view name;   // of the study: one may have a law of loss or allocation besides
  std::string_view setup;  // optimiser, schedule, models
  double (*learning_rate)(double const* values);
  double (*batch_tokens)(double const* values);  // null where it gives none
};

inline constexpr std::array hyper_laws{
    hyper_entry{&holistic::about, "holistic", "AdamW (0.9, 0.95), weight decay 0.1, warmup-stable-decay",
                [](double const* x) { return holistic::learning_rate(x[0]); },
                [](double const* x) { return holistic::batch_tokens(x[0]); }},
    hyper_entry{&ling::about_hyper_parameters, "ling-moe", "MoE of 7.8 % activated, warmup-stable-decay",
                [](double const* x) { return ling::learning_rate(x[0]); },
                [](double const* x) { return ling::batch_tokens(x[0]); }},
    hyper_entry{&deepseek_llm::about_hyper_parameters, "deepseek-llm", "dense models",
                [](double const* x) { return deepseek_llm::learning_rate(x[0]); },
                [](double const* x) { return deepseek_llm::batch_tokens(x[0]); }},
    hyper_entry{&step_law::about, "step-law", "dense models, length 2048",
                [](double const* x) {
                  return step_law::learning_rate({x[0], x[1]});
                },
                [](double const* x) {
                  return step_law::batch_tokens({x[0], x[1]});
                }},
    hyper_entry{&joint_moe::about_learning_rate, "joint-moe", "Switch-style top-1 experts",
                [](double const* x) {
                  return joint_moe::learning_rate({x[0], x[1]});
                },
                nullptr},
};

/// Calls `visit(law)` for every law with a loss.
template <class Visit>
constexpr void for_each_loss(Visit visit) {
  std::apply([&](auto const*... each) { (visit(*each), ...); }, with_loss);
}

/// A shipped law by name, its type forgotten.
struct entry {
  description const* about;
  // Both null for a law without a loss. Values are in the order of about->inputs.
  answer (*evaluate)(double const* values) = nullptr;
  answer (*evaluate_model)(model const& m, count tokens) = nullptr;
  double irreducible = 0;  // 0 where the law has none
};

namespace detail {

template <class L>
constexpr double floor_of(L const& of) {
  if constexpr (requires { of.irreducible(); })
    return of.irreducible();
  else
    return 0;
}

template <auto const& of>
constexpr entry entry_of() {
  using inputs = typename std::remove_cvref_t<decltype(of)>::inputs;
  return {of.about,
          [](double const* values) {
            std::array<double, detail::number_of_doubles<inputs>> each{};
            for (double& value : each) value = *values++;
            return laws::evaluate(of, detail::from_array<inputs>(each));
          },
          [](model const& m, count tokens) -> answer { return laws::evaluate(of, m, tokens); }, detail::floor_of(of)};
}

template <std::size_t... i>
constexpr std::array<entry, sizeof...(i)> loss_entries(std::index_sequence<i...>) {
  return {entry_of<*std::get<i>(with_loss)>()...};
}

}  // namespace detail

/// Every law, one a line.
inline constexpr auto catalogue = [] {
  constexpr auto losses = detail::loss_entries(std::make_index_sequence<std::tuple_size_v<decltype(with_loss)>>{});
  // Of laws without a loss; one may be in several lists.
  fixed_list<description const*, 32> others;
  auto const add = [&](description const* about) {
    for (description const* const each : others)
      if (each == about) return;
    others.push_back(about, "moetric: the catalogue must not hold more than 32 laws without a loss");
  };
  for (allocation const* const each : allocations) add(each->about);
  for (quantity_entry const& each : quantities) add(each.about);
  for (hyper_entry const& each : hyper_laws) add(each.about);
  add(&wang::about);
  fixed_list<entry, 64> all;
  for (entry const& each : losses) all.push_back(each, "moetric: the catalogue must not hold more than 64 laws");
  for (description const* const each : others)
    all.push_back({each}, "moetric: the catalogue must not hold more than 64 laws");
  return all;
}();

/// The entry of that id, or null.
constexpr entry const* find(std::string_view id) {
  for (entry const& each : catalogue)
    if (each.about->id == id) return &each;
  return nullptr;
}

/// The entry of that id. \throws std::invalid_argument listing all ids where there is none
inline entry const& require(std::string_view id) {
  if (entry const* const law = find(id)) return *law;
  fixed_list<std::string_view, 64> known;
  for (entry const& each : catalogue) known.push_back(each.about->id, "moetric: too many laws");
  refuse_name("law", id, known);
}

}  // namespace moetric::v0::laws
