#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/optimum_request.hpp"
#include "moetric/report/family_optimum_answer.hpp"
#include "moetric/report/optimum_path_answer.hpp"

namespace moetric::v0::io {
namespace detail {

/// Another law, with what it fixes, at the same budget: "joint-moe expansion_rate=1".
inline report::beside_optimum::rival rival_of(std::string const& text, double compute) {
  optimum_request other;
  for (std::string const& word : split(text, ' '))
    if (other.law.empty())
      other.law = word;
    else if (!word.empty())
      other.values.push_back(word);
  named_law const rival = find_law(other.law, other.values);
  if (!rival.loss) refuse_law(rival, "a loss");
  if (!rival.loss->counts_compute()) refuse_law(rival, "an optimum");
  auto asked = question_of(other, *rival.about);
  choose_granularity(*rival.loss, asked);
  asked.compute = compute;
  return {other.law, *rival.loss, optimum::solve(*rival.loss, asked).at};
}

inline report::answer of_loss_law(optimum_request const& from, named_law const& which) {
  laws::any_law const& law = *which.loss;
  optimum::question asked = question_of(from, *law.about);
  choose_granularity(law, asked);
  std::string const parameters(law.about->inputs[0].name);
  auto const is_parameters = [&](auto const& each) { return each.name == parameters && !each.is_range; };
  if (!asked.compute && !asked.loss && std::none_of(asked.fixed.begin(), asked.fixed.end(), is_parameters)) {
    optimum::fixed_values(law, asked.fixed);  // other inputs that are missing come first
    refuse("the optimum of law " + std::string(law.about->id) +
           " must get --compute, such as --compute 3e20, or loss=value, or " + parameters + "=value");
  }
  optimum::solution const best = optimum::solve(law, asked);
  report::beside_optimum beside;
  if (!from.against.empty()) beside.against = rival_of(from.against, best.compute);
  if (from.interval) {
    if (law.about->coefficients.empty() || asked.demand)
      refuse("an interval needs published coefficients, without inference");
    beside.coverage = *from.interval;
    law_samples const samples = samples_of(which, {.coverage = beside.coverage});
    beside.sampled = samples.source;
    beside.intervals = optimum::intervals_of(law, asked, best, samples.laws, beside.coverage);
  }
  return report::optimum_answer(law, best, beside);
}

inline report::answer of_fine_grained(optimum_request const& from, laws::fine_grained::law const& law) {
  std::string const subject = "the optimum of law " + from.law;
  optimum::fine_grained_options wanted;
  std::optional<double> active;
  for (optimum::fixed_input const& each :
       read_fixed(subject + " may fix", {"active_non_embedding_parameters", "granularity", "expansion_rate", "c_r"},
                  from.values)) {
    if (each.name == "granularity") {
      wanted.granularities = {};
      for (double const one : choices(each))
        wanted.granularities.push_back(one, "moetric: granularity must have at most 32 values");
    }
    if (each.name == "expansion_rate") wanted.expansion_rate = single(each);
    if (each.name == "c_r") wanted.c_r = single(each);
    if (each.name == "active_non_embedding_parameters") active = single(each);
  }
  if (active && from.compute) refuse(subject + " must get compute or active_non_embedding_parameters, not both");
  auto const best = active ? optimum::at_active_parameters(law, *active, wanted)
                           : optimum::at_compute(law, required_compute(from), wanted);
  return report::optimum_answer(law, best, wanted);
}

inline report::answer within_memory(optimum_request const& from) {
  optimum::memory_budget limit{};
  std::vector<double> rates(optimum::powers_of_two_to_32.begin(), optimum::powers_of_two_to_32.end());
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law joint-moe in memory may fix",
                  {"memory_bytes", "cached_tokens", "bytes_per_number", "expansion_rate"}, from.values)) {
    if (each.name == "memory_bytes") limit.bytes = single(each);
    if (each.name == "cached_tokens") limit.cached_tokens = single(each);
    if (each.name == "bytes_per_number") limit.bytes_per_number = single(each);
    if (each.name == "expansion_rate") rates = choices(each);
  }
  laws::joint_moe::law const& law = laws::joint_moe::printed;
  return report::optimum_answer(law, optimum::at_compute_within(law, required_compute(from), limit, rates));
}

inline report::answer of_clark(optimum_request const& from, laws::clark::law const& law) {
  std::vector<double> experts{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  std::optional<double> loss;
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law " + from.law + " may fix", {"loss", "n_experts"}, from.values))
    if (each.name == "loss")
      loss = single(each);
    else
      experts = choices(each);
  if (loss && (experts.size() != 1 || from.compute))
    refuse("the optimum of law " + from.law + " must get compute, or loss and one n_experts");
  return report::optimum_answer(law, loss ? optimum::at_loss(law, *loss, experts[0])
                                          : optimum::at_compute(law, required_compute(from), experts));
}

inline bool names(std::vector<std::string> const& values, std::string_view name) {
  return std::any_of(values.begin(), values.end(),
                     [&](std::string const& each) { return each.starts_with(std::string(name) + "="); });
}

/// The budget, or the parameters whose budget it is.
inline report::answer of_allocation(optimum_request const& from, laws::allocation const& law) {
  std::string const asks = "the optimum of law " + from.law + " must get ";
  bool const by_parameters = names(from.values, law.parameters_name);
  if (by_parameters && from.compute) refuse(asks + "compute or " + std::string(law.parameters_name) + ", not both");
  auto const given = read_values(by_parameters ? asks.substr(0, asks.size() - 1) : asks + "--compute alone, or",
                                 {law.parameters_name}, from.values);
  if (!by_parameters) return report::optimum_answer(law, required_compute(from));
  moetric::detail::require_positive(law.parameters_name, given[0].value);
  return report::optimum_answer(law, law.parameters.inverse(given[0].value));
}

inline report::answer of_figure(optimum_request const& from, laws::catalogue_row const& law) {
  std::vector<std::string_view> allowed;
  for (laws::input const& each : law.about->inputs)
    if (each.name != "compute") allowed.push_back(each.name);
  auto given = read_values("law " + from.law + " must get", allowed, from.values);
  bool const reads_compute = allowed.size() != law.about->inputs.size();
  if (!reads_compute && from.compute) refuse("law " + from.law + " must get no --compute, which it does not read");
  if (reads_compute) given.push_back({"compute", required_compute(from)});
  return report::figure_answer(law, laws::in_order(*law.about, given));
}

/// The optima over a range of budgets.
inline report::answer path_of(optimum_request const& from, named_law const& which) {
  auto const [low, high] = *from.budgets;
  bool const sampled = from.interval.has_value();
  constexpr double each_decade = 4, few = 2;  // budgets
  double const wanted = (low > 0 && high > low ? std::log10(high / low) : 1) * (sampled ? few : each_decade);
  auto const budgets =
      report::budgets_between(low, high, static_cast<std::size_t>(std::clamp(std::round(wanted), 8.0, 40.0)) + 1);
  if (which.loss && which.loss->counts_compute()) {
    optimum::question asked = question_of(from, *which.loss->about);
    if (asked.loss || asked.demand) refuse("a range of --compute must be given without loss and without inference");
    choose_granularity(*which.loss, asked);
    if (!sampled) return report::optimum_path_answer(*which.loss, asked, budgets);
    if (which.about->coefficients.empty()) refuse("an interval needs published coefficients");
    double const coverage = *from.interval;
    law_samples const samples = samples_of(which, {.coverage = coverage});
    return report::optimum_path_answer(*which.loss, asked, budgets, {samples.laws, samples.source, coverage});
  }
  if (which.row != nullptr && which.row->divides != nullptr && !sampled && from.values.empty())
    return report::optimum_path_answer(*which.row->divides, budgets);
  refuse_law(which, "an optimum for each budget");
}

}  // namespace detail

/// The optimum that a request describes. Keys: those of `report::optimum_answer`, or with a range of budgets those of
/// `report::optimum_path_answer`.
/// \throws std::invalid_argument naming what is missing, wrong, or not what the law gives
inline report::answer optimum_answer(optimum_request from) {
  named_law const which = find_law(from.law, from.values);
  using namespace detail;
  if (from.budgets) {
    if (!from.against.empty()) refuse("--against must be given with one budget, not a range");
    return path_of(from, which);
  }
  auto const alone = [&] {
    if (from.interval || !from.against.empty())
      refuse("the optimum of law " + from.law + " does not accept --interval or --against here");
  };
  if (which.loss) {
    if (auto const law = which.loss->as<laws::clark::form>()) return alone(), of_clark(from, *law);
    // With --interval or --against the law of Eq. 9 is solved like every other.
    bool const plain = !from.interval && from.against.empty() && !names(from.values, "loss") &&
                       !names(from.values, "tokens") && !names(from.values, "total_non_embedding_parameters");
    auto const fine_grained = which.loss->as<laws::fine_grained::law::form>();
    if (fine_grained && plain) return of_fine_grained(from, *fine_grained);
    if (which.about == laws::joint_moe::printed.about && names(from.values, "memory_bytes"))
      return alone(), within_memory(from);
    if (which.loss->counts_compute()) return of_loss_law(from, which);
  }
  if (which.row != nullptr && which.row->divides != nullptr) return alone(), of_allocation(from, *which.row->divides);
  if (which.row != nullptr && which.row->output) return alone(), of_figure(from, *which.row);
  refuse_law(which, "an optimum");
}

}  // namespace moetric::v0::io
