#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/optimum/inference.hpp"
#include "moetric/optimum/joint_optimum.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// One question for every optimum of a law over parameters and tokens: what is given decides which is solved for.
namespace moetric::v0::optimum {

/// An input of a law that is fixed: at a value, at the best of several values, or at the best of a range (low and
/// high).
struct fixed_input {
  std::string name;
  std::vector<double> values;
  bool is_range = false;
};

/// Two of compute, loss, parameters and tokens, or one of the first three, with all further inputs of the law.
struct question {
  std::optional<double> compute{};  // training FLOPs as the law counts them
  std::optional<double> loss{};
  std::vector<fixed_input> fixed{};          // by the names of the law's inputs
  std::optional<inference_demand> demand{};  // of a model that is also served
};

/// The cost of training and serving the answer, and that of the model that is optimal for training alone.
struct serving_cost {
  double cost;                        // of training and inference, in the unit of the prices: FLOPs by default
  double training_cost;               // its part for training
  double cost_over_training_optimum;  // of the same loss
};

/// The answer to a question.
struct solution : any_point {
  std::vector<std::string_view> at_end_of_range{};  // inputs that are best at an end of their range
  std::optional<serving_cost> serving{};
};

namespace detail {

/// The fixed inputs of a question in the law's order.
struct resolved_inputs {
  input_values values{};
  std::array<bool, 12> given{};
  std::vector<free_input> free{};
  std::size_t chosen_place = 12;  // of the input with several values
  std::vector<double> choices{0};

  input_values at(double choice) const {
    input_values here = values;
    if (chosen_place < here.size()) here[chosen_place] = choice;
    return here;
  }
};

inline std::string must_get(any_law const& law) {
  return "moetric: the optimum of law " + std::string(law.about->id) + " must get ";
}

inline resolved_inputs resolve(any_law const& law, std::vector<fixed_input> const& fixed) {
  resolved_inputs found{.values = fixed_of(law, {})};
  std::vector<std::string_view> names, missing;
  for (laws::input const& each : law.about->inputs) names.push_back(each.name);
  for (fixed_input const& each : fixed) {
    std::size_t place = 0;
    while (place != names.size() && names[place] != each.name) ++place;
    if (place == names.size()) refuse_name("an input of law " + std::string(law.about->id), each.name, names);
    if (each.values.empty() || (each.is_range && each.values.size() != 2))
      moetric::detail::invalid(("moetric: " + each.name + " must have a value, or two for a range").c_str());
    found.given[place] = true;
    found.values[place] = each.values[0];
    if (each.is_range)
      found.free.push_back({place, {each.values[0], each.values[1]}});
    else if (each.values.size() > 1) {
      if (found.choices.size() != 1) moetric::detail::invalid("moetric: one input alone may have several values");
      found.chosen_place = place;
      found.choices = each.values;
    }
  }
  for (std::size_t i = 2; i != names.size(); ++i)
    if (!found.given[i]) missing.push_back(names[i]);
  if (!missing.empty())
    moetric::detail::invalid((must_get(law) + listed(missing) +
                              " as name=value, name=a,b,c to choose from, or name=low..high to find the best")
                                 .c_str());
  return found;
}

/// The answer with one of the values to choose from.
inline any_point solved(any_law const& law, question const& asked, resolved_inputs const& inputs, double choice) {
  input_values const at = inputs.at(choice);
  auto const& [compute, loss] = std::tie(asked.compute, asked.loss);
  std::string const parameters(law.about->inputs[0].name);
  bool const fixes_parameters = inputs.given[0], fixes_tokens = inputs.given[1];
  auto const refuse = [&](std::string const& what) { moetric::detail::invalid((must_get(law) + what).c_str()); };
  if (fixes_parameters && fixes_tokens) refuse("at most one of " + parameters + " and tokens");
  if (compute && loss) refuse("compute or loss, not both");
  if (!compute && !loss) {
    if (fixes_parameters && inputs.free.empty()) return at_parameters(law, at[0], at);
    refuse("compute, loss or " + parameters);
  }
  if (!inputs.free.empty()) {
    if (!compute || fixes_parameters || fixes_tokens)
      refuse("compute, and neither parameters nor tokens, where an input has a range");
    return joint_optimum_at_compute(law, *compute, at, inputs.free);
  }
  if (loss) {
    if (fixes_parameters) return tokens_at_loss(law, *loss, at);
    return fixes_tokens ? parameters_at_loss(law, *loss, at) : at_loss(law, *loss, at);
  }
  if (fixes_tokens) return at_compute_and_tokens(law, *compute, at[1], at);
  if (!fixes_parameters) return at_compute(law, *compute, at);
  moetric::detail::require_positive(parameters, at[0]);
  moetric::detail::require_positive("compute", *compute);
  return optimum::at(law, with(at[0], tokens_at_compute(law, *compute, at), at));
}

}  // namespace detail

/// The values of a question's inputs in the law's order, the first of several; 0 for parameters and tokens that are not
/// fixed. \throws std::invalid_argument for a name that is no input, or listing the inputs that are missing
inline laws::input_values fixed_values(laws::any_law const& law, std::vector<fixed_input> const& fixed) {
  detail::resolved_inputs const inputs = detail::resolve(law, fixed);
  return inputs.at(inputs.choices[0]);
}

namespace detail {

inline solution solution_of(laws::any_law const& law, question const& asked) {
  detail::resolved_inputs const inputs = detail::resolve(law, asked.fixed);
  std::optional<solution> best;
  for (double const choice : inputs.choices) {
    any_point const next = detail::solved(law, asked, inputs, choice);
    if (best && (asked.loss ? next.compute >= best->compute : next.loss >= best->loss)) continue;
    best = solution{next};
  }
  for (free_input const& each : inputs.free)
    if (best->at[each.place] == each.within.low || best->at[each.place] == each.within.high)
      best->at_end_of_range.push_back(law.about->inputs[each.place].name);
  if (!asked.demand) return *best;
  any_served_point const served = at_loss_and_demand(law, best->loss, *asked.demand, best->at);
  double const usual = with_demand(law, *best, *asked.demand).cost;
  return {served, best->at_end_of_range, serving_cost{served.cost, served.training_cost, served.cost / usual}};
}

}  // namespace detail

/// The best model of a budget, the cheapest of a loss, or what is left when parameters or tokens are fixed, over all
/// values to choose from (ties go to the first); with a demand the cheapest of the same loss over training and
/// inference. \throws std::invalid_argument for a question that says too little or too much, and as the function that
/// answers it
MOETRIC_INLINE solution solve(laws::any_law const& law, question const& asked);
#ifndef MOETRIC_COMPILED
inline solution solve(laws::any_law const& law, question const& asked) {
  return detail::solution_of(law, asked);
}
#endif

/// The interval of one number of a solution.
struct solution_interval {
  std::string name;  // compute, loss or an input
  uncertain within;
};

namespace detail {

inline std::vector<solution_interval> solution_intervals(laws::any_law const& law, question const& asked,
                                                         solution const& published,
                                                         std::span<laws::any_law const> samples, double coverage) {
  if (asked.demand) moetric::detail::invalid("moetric: an interval needs a question without inference");
  question kept = asked;
  for (fixed_input& each : kept.fixed)
    for (std::size_t i = 0; i != published.at.size(); ++i)
      if (!each.is_range && each.name == law.about->inputs[i].name) each.values = {published.at[i]};
  std::vector<solution_interval> all;
  auto const add = [&](std::string_view name, auto const& quantity) {
    auto const of = [&](laws::any_law const& each) { return quantity(solve(each, kept)); };
    all.push_back({std::string(name), optimum::interval_over(law, samples, of, coverage)});
  };
  auto const is_fixed = [&](std::string_view name) {
    for (fixed_input const& each : asked.fixed)
      if (each.name == name) return true;
    return false;
  };
  for (std::size_t i = 0; i != 2; ++i)
    if (std::string_view const name = law.about->inputs[i].name; !is_fixed(name))
      add(name, [i](solution const& of) { return of.at[i]; });
  if (asked.loss)
    add("compute", [](solution const& of) { return of.compute; });
  else
    add("loss", [](solution const& of) { return of.loss; });
  return all;
}

}  // namespace detail

/// Intervals of the parameters and tokens that a question leaves open, and of loss or compute, over samples of the law:
/// `drawn_laws`, or those of a fit. Of several values of an input, that of the solution is kept.
/// \throws std::invalid_argument for a question with a demand, and as `interval_over`
MOETRIC_INLINE std::vector<solution_interval> intervals_of(laws::any_law const& law, question const& asked,
                                                           solution const& published,
                                                           std::span<laws::any_law const> samples, double coverage);
#ifndef MOETRIC_COMPILED
inline std::vector<solution_interval> intervals_of(laws::any_law const& law, question const& asked,
                                                   solution const& published, std::span<laws::any_law const> samples,
                                                   double coverage) {
  return detail::solution_intervals(law, asked, published, samples, coverage);
}
#endif

}  // namespace moetric::v0::optimum
