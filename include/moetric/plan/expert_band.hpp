#pragma once

#include "moetric/plan/plan.hpp"
#include "moetric/search/bands.hpp"
#include "moetric/search/problem/any_objective.hpp"

/// Bands of a plan's experts by a law: exact over every configuration around the plan, found by bounds. A header of its
/// own, because a search takes long to compile.
namespace moetric::v0::plan {

namespace detail {

/// The experts around a plan: top_k from 1 to twice the plan's, n_experts and d_expert from a quarter to four times.
inline search::space experts_around(shape<> const& s, count multiple_of) {
  auto const quarter = [](count value, count step) { return floor_div(value + 4 * step - 1, 4 * step) * step; };
  return search::space(
      {search::stepped(search::field::top_k, 1, 2 * s.top_k),
       search::stepped(search::field::n_experts, quarter(s.n_experts, 1), 4 * s.n_experts),
       search::stepped(search::field::d_expert, quarter(s.d_expert, multiple_of), 4 * s.d_expert, multiple_of)},
      s);
}

inline std::vector<band> bands_around(complete_plan const& p, std::string_view law, provenance how,
                                      std::string_view caution, search::any_objective const& loss) {
  constexpr double allowed = 0.05;  // of M, which the paper allows its own shapes
  shape<> const& planned = p.shape.architecture;
  search::space const space = experts_around(planned, p.request.multiple_of);
  double const m = static_cast<double>(p.shape.triad.training_flops_per_token),
               n = static_cast<double>(p.shape.triad.total_non_embedding_parameters);
  search::problem const near(space, loss,
                             {{search::measure::training_flops_per_token, m * (1 - allowed), m * (1 + allowed)},
                              {search::measure::total_non_embedding_parameters, 0, n}},
                             {.sequence_length = p.request.shape_sequence_length});
  double const best = search::search_best(near, 1).best[0].score;
  double const planned_loss = near.score(near.costs_of(search::fields_of(to_real(planned))));
  std::string const note =
      "over " + std::to_string(space.size()) +
      " configurations of experts with M within 5 % of the plan's and N at most the plan's; the plan's loss is " +
      brief(100 * (planned_loss / best - 1), 2) + " % above the best" + std::string(caution);
  std::vector<band> bands;
  for (search::field_band const& each : search::near_optimal_bands(near, p.request.tolerance)) {
    auto const& values = space.axes()[space.axes_of(each.field)[0]].values;
    bool const at_end =
        each.low == static_cast<double>(values.front()) || each.high == static_cast<double>(values.back());
    bands.push_back({std::string(search::name(each.field)), std::string(law), p.request.tolerance, "total", how,
                     each.low, each.best, each.high,
                     note + (at_end ? "; one end is the edge of the searched space" : "")});
  }
  return bands;
}

}  // namespace detail

/// The bands of top_k, n_experts and d_expert within which a law's loss rises by at most the request's tolerance. Every
/// shape is trained with the FLOPs of the planned run as the law counts them.
/// \param given inputs of the law that a shape does not determine
/// \throws std::invalid_argument as `search::loss_at_compute`, and for more configurations of experts than a search can
/// count
template <laws::ComputeLaw L>
std::vector<band> expert_bands(complete_plan const& p, L const& law, provenance how,
                               typename L::inputs const& given = {}) {
  if (p.request.attention == attention_kind::latent)
    detail::refuse("attention must be grouped for bands of experts: a search counts no latent attention");
  shape<double> const s = to_real(p.shape.architecture);
  account<double> const book = account_of(s);
  laws::facts<double> const facts = laws::facts_of(s, book, true, static_cast<double>(p.run.tokens));
  double const compute =
      facts.tokens * laws::training_flops_per_token<double>(law, laws::read(law, facts, given), facts);
  bool const is_prediction = laws::evaluate(law, to_model(p.shape.architecture), p.run.tokens).is_prediction;
  return detail::bands_around(p, law.about->id, how, is_prediction ? "" : "; the law was not fitted on such experts",
                              search::loss_at_compute(law, compute, given));
}

}  // namespace moetric::v0::plan
