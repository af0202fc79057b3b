#include <iostream>
#include <stdexcept>

#include "moetric/optimum/clark_optimum.hpp"
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/optimum/memory.hpp"
#include "optimum_command.hpp"

// Optima of laws that have a family of shapes of their own, power laws of a budget, quantities.

namespace tool {
namespace {

using namespace moetric;

bool names(std::vector<std::string> const& values, std::string const& name) {
  for (std::string const& each : values)
    if (each.rfind(name + "=", 0) == 0) return true;
  return false;
}

void run_fine_grained(optimum_options const& chosen, laws::fine_grained::law const& law) {
  std::string const subject = "the optimum of law " + chosen.law;
  auto const values = read_fixed(
      subject + " may fix", {"active_non_embedding_parameters", "granularity", "expansion_rate", "c_r"}, chosen.values);
  optimum::fine_grained_options wanted;
  std::optional<double> active;
  for (fixed_input const& each : values) {
    if (each.name == "granularity") {
      wanted.granularities = {};
      for (double const one : choices(each))
        wanted.granularities.push_back(one, "moetric: granularity must have at most 32 values");
    }
    if (each.name == "expansion_rate") wanted.expansion_rate = single(each);
    if (each.name == "c_r") wanted.c_r = single(each);
    if (each.name == "active_non_embedding_parameters") active = single(each);
  }
  if (active && !chosen.compute.empty())
    throw std::invalid_argument("moetric: " + subject +
                                " must get compute or active_non_embedding_parameters, not both");
  optimum::fine_grained_configuration const best = active ? optimum::at_active_parameters(law, *active, wanted)
                                                          : optimum::at_compute(law, required_compute(chosen), wanted);
  std::vector<optimum_row> rows{{"compute", best.compute, "FLOPs"},
                                {"total_non_embedding_parameters", best.total_non_embedding_parameters, ""},
                                {"active_non_embedding_parameters", best.active_non_embedding_parameters, ""},
                                {"tokens", best.tokens, ""},
                                {"granularity", best.granularity, ""},
                                {"expansion_rate", best.expansion_rate, ""},
                                {"c_r", wanted.c_r, "FLOPs per router weight"},
                                {"d_model", best.d_model, ""},
                                {"n_blocks", best.n_blocks, "d_model / 64"},
                                {"router_exceeds_experts", best.router_exceeds_experts, ""}};
  // What routing costs differs by implementation and moves the best granularity.
  for (int const c_r : {6, 14, 20}) {
    if (find_fixed(values, "granularity") != nullptr) break;
    optimum::fine_grained_options other = wanted;
    other.c_r = c_r;
    rows.push_back({"granularity_at_c_r_" + std::to_string(c_r),
                    optimum::at_compute(law, best.compute, other).granularity, "for this compute"});
  }
  show(chosen, *law.about, best, rows);
}

void run_within_memory(optimum_options const& chosen) {
  auto const fixed = read_fixed("the optimum of law joint-moe in memory may fix",
                                {"memory_bytes", "cached_tokens", "bytes_per_number", "expansion_rate"}, chosen.values);
  optimum::memory_limit limit{.bytes = single(*find_fixed(fixed, "memory_bytes"))};
  if (auto const* const given = find_fixed(fixed, "cached_tokens")) limit.cached_tokens = single(*given);
  if (auto const* const given = find_fixed(fixed, "bytes_per_number")) limit.bytes_per_number = single(*given);
  std::vector<double> rates(optimum::powers_of_two_to_32.begin(), optimum::powers_of_two_to_32.end());
  if (auto const* const given = find_fixed(fixed, "expansion_rate")) rates = choices(*given);
  auto const best = optimum::at_compute_within(laws::joint_moe::printed, required_compute(chosen), limit, rates);
  show(chosen, *laws::joint_moe::printed.about, best,
       {{"compute", best.compute, "FLOPs"},
        {"active_parameters", best.at.active_parameters, ""},
        {"total_parameters", best.shape.total_parameters(), ""},
        {"tokens", best.at.tokens, ""},
        {"expansion_rate", best.at.expansion_rate, ""},
        {"d_model", best.shape.d_model, ""},
        {"n_blocks", best.shape.n_blocks, "d_model / 64"},
        {"memory_bytes", best.bytes, "weights and cache"},
        {"limited_by_memory", best.limited, ""}});
}

void run_clark(optimum_options const& chosen, laws::clark::law const& law) {
  auto const fixed = read_fixed("the optimum of law " + chosen.law + " may fix", {"loss", "n_experts"}, chosen.values);
  std::vector<double> experts{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  if (auto const* const given = find_fixed(fixed, "n_experts")) experts = choices(*given);
  fixed_input const* const loss = find_fixed(fixed, "loss");
  if (loss != nullptr && (experts.size() != 1 || !chosen.compute.empty()))
    throw std::invalid_argument("moetric: the optimum of law " + chosen.law +
                                " must get compute, or loss and one n_experts");
  auto const best = loss != nullptr ? optimum::at_loss(law, single(*loss), experts[0])
                                    : optimum::at_compute(law, required_compute(chosen), experts);
  show(chosen, *law.about, best,
       {{"compute", best.compute, "FLOPs, 6 x dense parameters x 130e9 tokens"},
        {"dense_parameters", best.at.dense_parameters, ""},
        {"n_experts", best.at.n_experts, best.at_end ? "the end of those offered" : ""},
        {"tokens", static_cast<double>(laws::clark::trained_tokens), "whatever the budget"},
        {"effective_parameters", best.effective_parameters, "of a dense model of the same loss"},
        {"cutoff_parameters", best.cutoff_parameters, "from which more experts raise the loss"}});
}

// A value for each input, from name=value and --compute, and what of it is outside.
std::vector<double> read_inputs(optimum_options const& chosen, laws::description const& about, laws::answer& answer) {
  std::vector<std::string_view> names, missing;
  for (laws::input const& each : about.inputs)
    if (each.name != "compute") names.push_back(each.name);
  auto const given = read_values(names.empty() ? "the optimum of law " + chosen.law + " must get --compute alone, or"
                                               : "law " + chosen.law + " must get",
                                 names, chosen.values);
  std::vector<double> values;
  for (laws::input const& each : about.inputs) {
    double const* const value = find_value(given, each.name);
    if (each.name == "compute")
      values.push_back(required_compute(chosen));
    else if (value != nullptr)
      values.push_back(*value);
    else
      missing.push_back(each.name);
    if (!missing.empty()) continue;
    laws::detail::require_in_domain(each, values.back());
    if (auto const outside = laws::detail::outside(each, values.back())) answer.outside_range.push_back(*outside, "");
  }
  if (!missing.empty()) throw std::invalid_argument("moetric: law " + chosen.law + " must get " + listed(missing));
  return values;
}

void run_allocation(optimum_options const& chosen, laws::allocation const& law) {
  // The budget, or the parameters whose budget it is.
  std::string compute_text = chosen.compute;
  if (names(chosen.values, std::string(law.parameters_name))) {
    if (!chosen.compute.empty())
      throw std::invalid_argument("moetric: the optimum of law " + chosen.law + " must get compute or " +
                                  std::string(law.parameters_name) + ", not both");
    double const wanted =
        read_values("the optimum of law " + chosen.law + " must get", {law.parameters_name}, chosen.values)[0].value;
    moetric::detail::require_positive(law.parameters_name, wanted);
    compute_text = moetric::detail::shortest(law.parameters.inverse(wanted));
  }
  laws::answer answer;
  optimum_options with = chosen;
  with.compute = compute_text;
  if (compute_text != chosen.compute) with.values.clear();
  double const compute = read_inputs(with, *law.about, answer)[0];
  double const parameters = law.parameters(compute), tokens = law.tokens(compute);
  for (double const each : {parameters, tokens})
    if (!is_positive_and_finite(each)) throw std::overflow_error("moetric: the optimum must fit in a double");
  std::vector<optimum_row> rows{
      {"compute", compute, "FLOPs"}, {std::string(law.parameters_name), parameters, ""}, {"tokens", tokens, ""}};
  if (law.batch_tokens) rows.push_back({"batch_tokens", (*law.batch_tokens)(compute), "the critical batch"});
  if (law.steps) rows.push_back({"steps", (*law.steps)(compute), "S_min"});
  show(chosen, *law.about, answer, rows);
}

void run_figure(optimum_options const& chosen, laws::catalogue_row const& law) {
  laws::answer answer;
  std::vector<double> const values = read_inputs(chosen, *law.about, answer);
  double const value = law.figure->value(values.data());
  if (!is_positive_and_finite(value))
    throw std::overflow_error("moetric: " + std::string(law.figure->name) + " must fit in a double");
  std::vector<optimum_row> rows{{std::string(law.figure->name), value, ""}};
  for (std::size_t i = 0; i != values.size(); ++i)
    rows.push_back({std::string(law.about->inputs[i].name), values[i], std::string(law.about->inputs[i].unit)});
  show(chosen, *law.about, answer, rows);
}

}  // namespace

bool run_other_optimum(optimum_options const& chosen, chosen_law const& which) {
  auto const done = [&](auto const& run, auto const& law) {
    if (!chosen.interval.empty() || !chosen.against.empty())
      throw std::invalid_argument("moetric: the optimum of law " + chosen.law +
                                  " must be asked without --interval and --against here");
    run(chosen, law);
    return true;
  };
  // With --interval or --against the law of Eq. 9 is asked like every other.
  bool const plain = chosen.interval.empty() && chosen.against.empty() && !names(chosen.values, "loss") &&
                     !names(chosen.values, "tokens") && !names(chosen.values, "total_non_embedding_parameters");
  bool found = false;
  auto const run_by_type = [&]<class L>(L const& law) {
    if constexpr (std::is_same_v<L, laws::fine_grained::law>) {
      if (plain) found = done(run_fine_grained, law);
    } else if constexpr (std::is_same_v<L, laws::clark::law>) {
      found = done(run_clark, law);
    }
  };
  if (which.fit) {
    fit::visit_law(*which.fit, run_by_type);
    return found;
  }
  laws::for_each_loss([&](auto const& law) {
    if (law.about == which.about) run_by_type(law);
  });
  if (found) return true;
  laws::catalogue_row const& row = laws::require(which.about->id);
  if (row.divides != nullptr) return done(run_allocation, *row.divides);
  if (row.figure) return done(run_figure, row);
  if (which.about == laws::joint_moe::printed.about && names(chosen.values, "memory_bytes"))
    return done([](optimum_options const& with, auto const&) { run_within_memory(with); }, 0);
  return false;
}

}  // namespace tool
