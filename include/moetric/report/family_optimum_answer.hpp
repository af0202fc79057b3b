#pragma once

#include <span>

#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/fine_grained_bootstrap.hpp"
#include "moetric/optimum/clark_optimum.hpp"
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/optimum/memory.hpp"
#include "moetric/report/optimum_answer.hpp"

/// Answers about optima over a paper's own family of shapes, and about laws that give another number.
namespace moetric::v0::report {

/// The fine-grained law's optimum over its shapes. Keys beside those of every optimum: compute,
/// total_non_embedding_parameters, active_non_embedding_parameters, tokens, granularity, expansion_rate, c_r, d_model,
/// n_blocks, router_exceeds_experts, and granularity_at_c_r_6, _14 and _20 where `options` let the law choose it; of
/// the paper's main study also bootstrap{active_non_embedding_parameters, source, tokens{low, high}, granularity{low,
/// high}}, the nearest row of its Table 6.
inline answer optimum_answer(laws::fine_grained::law const& law, optimum::fine_grained_configuration const& best,
                             optimum::fine_grained_options const& options) {
  std::vector<optimum_row> rows{{"active_non_embedding_parameters", best.active_non_embedding_parameters, {}, "N_a"},
                                {"total_non_embedding_parameters", best.total_non_embedding_parameters, {}, "N"},
                                {"tokens", best.tokens},
                                {"granularity", best.granularity, {}, "experts that a token uses"},
                                {"expansion_rate", best.expansion_rate, {}, "n_experts / top_k"},
                                {"compute", best.compute},
                                {"d_model", best.d_model, {}, "real-valued, 64 n_blocks"},
                                {"n_blocks", best.n_blocks},
                                {"c_r", options.c_r, "FLOPs per router weight", "of routing a token"},
                                {"router_exceeds_experts",
                                 best.router_exceeds_experts,
                                 {},
                                 best.router_exceeds_experts
                                     ? "router larger than active experts: quality would degrade"
                                     : "router smaller than active experts"}};
  // What routing costs differs by implementation and moves the best granularity.
  bool const chooses = options.granularities == optimum::fine_grained_options{}.granularities;
  for (int const c_r : {6, 14, 20}) {
    if (!chooses) break;
    optimum::fine_grained_options other = options;
    other.c_r = c_r;
    rows.push_back({"granularity_at_c_r_" + std::to_string(c_r),
                    optimum::at_compute(law, best.compute, other).granularity, units::one, "for this compute",
                    screen::all});
  }
  answer made = optimum_answer(*law.about, best, std::move(rows));
  if (chooses)
    made.say("What routing costs, c_r, moves the best granularity: {granularity_at_c_r_6} at the least that the paper "
             "states, {granularity_at_c_r_14} at its own, {granularity_at_c_r_20} at the most.");
  if (law.k.expansion_rate == 64 && best.expansion_rate == 64 && !is_users_fit(*law.about)) {
    auto const range_of = [](laws::range const& of) { return object({{"low", of.low}, {"high", of.high}}); };
    laws::fine_grained::bootstrapped_optimum const& near =
        laws::fine_grained::bootstrapped_near(best.active_non_embedding_parameters);
    made.values.set("bootstrap", object({{"active_non_embedding_parameters", near.active_non_embedding_parameters},
                                         {"source", "Table 6, 10th to 90th percentile"},
                                         {"tokens", range_of(near.tokens), units::tokens},
                                         {"granularity", range_of(near.granularity), units::one}}));
    made.say("Its error: at N_a = {bootstrap/active_non_embedding_parameters:3} the authors' bootstrap gives "
             "{bootstrap/tokens/low:3} to {bootstrap/tokens/high:3} tokens, granularity {bootstrap/granularity/low} to "
             "{bootstrap/granularity/high} ({bootstrap/source}).");
  }
  return made;
}

/// The joint MoE law's optimum within a memory limit. Keys beside those of every optimum: compute, active_parameters,
/// total_parameters, tokens, expansion_rate, d_model, n_blocks, memory_bytes, limited_by_memory.
inline answer optimum_answer(laws::joint_moe::law const& law, optimum::joint_point const& best) {
  return optimum_answer(*law.about, best,
                        {{"active_parameters", best.at.active_parameters},
                         {"total_parameters", best.shape.total_parameters()},
                         {"tokens", best.at.tokens},
                         {"expansion_rate", best.at.expansion_rate, {}, "n_experts / top_k"},
                         {"compute", best.compute},
                         {"d_model", best.shape.d_model},
                         {"n_blocks", best.shape.n_blocks},
                         {"memory_bytes", best.bytes, {}, "weights and cache"},
                         {"limited_by_memory", best.limited}});
}

/// The optimum by one of Clark's laws. Keys beside those of every optimum: compute, dense_parameters, n_experts,
/// tokens, effective_parameters, cutoff_parameters.
inline answer optimum_answer(laws::clark::law const& law, optimum::clark_optimum const& best) {
  return optimum_answer(
      *law.about, best,
      {{"dense_parameters", best.at.dense_parameters},
       {"n_experts", best.at.n_experts, {}, best.at_end ? "the end of those offered" : ""},
       {"tokens", static_cast<double>(laws::clark::trained_tokens), {}, "whatever the budget"},
       {"compute", best.compute, {}, "6N per token, N the dense parameters"},
       {"effective_parameters", best.effective_parameters, units::parameters, "of a dense model of the same loss"},
       {"cutoff_parameters", best.cutoff_parameters, units::parameters, "from which more experts raise the loss"}});
}

/// The number that a law without a loss gives, `values` in the order of its inputs. Keys beside those of every optimum:
/// the number's name, and the law's inputs.
/// \throws std::invalid_argument naming a value outside its domain
/// \throws std::overflow_error if the number does not fit in a double
inline answer figure_answer(laws::catalogue_row const& law, std::span<double const> values) {
  laws::description const& about = *law.about;
  laws::evaluation trust;
  trust.outside_range = laws::outside_range(about, values);
  double const number = law.output->value(values.data());
  if (!is_positive_and_finite(number))
    moetric::detail::overflow(("moetric: " + std::string(law.output->name) + " must fit in a double").c_str());
  std::vector<optimum_row> rows{{std::string(law.output->name), number, law.output->unit}};
  for (std::size_t i = 0; i != values.size(); ++i)
    rows.push_back({std::string(about.inputs[i].name), values[i], unit_of_input(about.inputs[i].name, &about)});
  return optimum_answer(about, trust, std::move(rows));
}

}  // namespace moetric::v0::report
