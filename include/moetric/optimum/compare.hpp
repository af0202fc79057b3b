#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/core/compiled.hpp"
#include "moetric/core/nearest_count.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/readable.hpp"

/// Published laws disagree: the optimum of each at one budget, and the regret of following one by another. Losses of
/// different laws are on different scales, so regret is relative to one law's reducible loss.
namespace moetric::v0::optimum {

/// A law's loss for one plan.
struct judgement {
  double loss;
  bool is_prediction;
};

/// One size of an architecture, with the tokens that the budget leaves for it.
struct sized_plan {
  shape<> of;
  double tokens;
  std::vector<judgement> judgements{};  // of each law
};

/// One architecture at many sizes: the plans to choose from.
struct architecture_line {
  std::string name;
  count expansion_rate;  // n_experts / top_k, 1 for dense
  count granularity;     // experts that a token uses
  std::vector<sized_plan> sizes{};
};

/// A plan by its line and its size.
struct choice {
  std::size_t line;
  std::size_t size;
  friend bool operator==(choice const&, choice const&) = default;
};

/// One law's choice among all plans.
struct verdict {
  laws::any_readable_law law;
  choice best;            // among the plans that it predicts, or all if it predicts none; ties go to the first
  double loss;            // of that plan
  laws::evaluation of{};  // that plan's loss, and how far to trust it
};

/// The verdicts of several laws on one grid of plans.
struct comparison {
  double compute;  // training FLOPs
  std::vector<architecture_line> lines{};
  std::vector<verdict> verdicts{};
  std::vector<std::vector<double>> regret{};  // [followed][judge]: of the followed law's plan; NaN where not predicted
  std::vector<std::vector<double>> allocation_regret{};  // of its size and tokens alone, in the judge's architecture
  choice least_worst{};                                  // the plan whose greatest regret is least
  double least_worst_regret = 0;                         // its greatest regret, as a share of the reducible loss
  std::vector<std::size_t> judges{};  // the verdicts whose regret that is: of one alone it means nothing

  /// The plan of a choice: `among[among.verdicts[0].best].tokens`. All plans are the sizes of all lines.
  /// \throws std::out_of_range for a choice that is none of this comparison
  sized_plan const& operator[](choice const& chosen) const { return lines.at(chosen.line).sizes.at(chosen.size); }
};

/// The grid of plans, and the laws to compare.
struct compare_options {
  count sequence_length = 2048;
  count vocab_size = 50257;
  std::string_view convention = "matmul-causal-half";  // in which all plans cost the budget
  std::vector<std::string_view> laws = laws::compared_ids();
  std::vector<laws::any_readable_law> own_laws{};  // the user's, beside the named ones
  std::vector<count> expansion_rates{1, 8, 16, 64};
  std::vector<count> granularities{1, 2, 4, 8, 16, 32};
};

namespace detail {

/// d_model = 64·n_layers with heads of 64 and gated experts of 8·d_model² in place of a dense feed-forward: the
/// proportions of the fine-grained and joint MoE studies.
inline shape<> study_shape(count n_layers, count expansion_rate, count granularity, count vocab_size) {
  count const d_model = 64 * n_layers;
  count const d_ff = floor_div(8 * d_model + 12, 24) * 8;  // 8/3·d_model to a multiple of 8
  shape<> s{.d_model = d_model,
            .n_heads = n_layers,
            .n_kv_heads = n_layers,
            .head_dim = 64,
            .d_ff = d_ff,
            .vocab_size = vocab_size,
            .tied = false};
  if (expansion_rate == 1 && granularity == 1) {
    s.n_dense_layers = n_layers;
    return s;
  }
  s.n_moe_layers = n_layers;
  s.d_expert = floor_div(d_ff + granularity - 1, granularity);
  s.n_experts = expansion_rate * granularity;
  s.top_k = granularity;
  return s;
}

/// Depths of plans, 3 % apart where integers allow.
inline std::vector<count> depths_of_plans() {
  std::vector<count> depths;
  for (int step = 0; step != 400; ++step) {
    count const n_layers = static_cast<unsigned>(std::lround(2 * std::pow(1.03, step)));
    if (depths.empty() || n_layers != depths.back()) depths.push_back(n_layers);
  }
  return depths;
}

/// Sizes with 0.5 .. 2000 tokens per active parameter at the budget, so that every law's optimum is inside.
inline architecture_line sized(double compute, count expansion_rate, count granularity, compare_options const& options,
                               convention const& rule) {
  architecture_line line{.name = expansion_rate == 1 && granularity == 1
                                     ? std::string("dense")
                                     : "E = " + to_string(expansion_rate) + ", G = " + to_string(granularity),
                         .expansion_rate = expansion_rate,
                         .granularity = granularity};
  struct candidate {
    sized_plan plan;
    double tokens_per_parameter;  // active; falls as depth grows
  };
  auto const at = [&](count n_layers) {
    shape<> const s = study_shape(n_layers, expansion_rate, granularity, options.vocab_size);
    model const m = to_model(s);
    double const tokens = compute / static_cast<double>(training_flops(m, options.sequence_length, rule).per_token());
    return candidate{{s, tokens}, tokens / static_cast<double>(count_parameters(m).active_non_embedding)};
  };
  std::vector<count> const depths = depths_of_plans();
  auto depth = std::partition_point(depths.begin(), depths.end(),
                                    [&](count n_layers) { return at(n_layers).tokens_per_parameter > 2000; });
  for (; depth != depths.end(); ++depth) {
    candidate each = at(*depth);
    if (each.tokens_per_parameter < 0.5) break;
    line.sizes.push_back(std::move(each.plan));
  }
  return line;
}

/// Refuses an axis of the grid without values, or with one that no plan has.
inline void require_axis(std::string_view field, std::vector<count> const& values) {
  if (values.empty()) moetric::detail::invalid(("moetric: " + std::string(field) + " must hold a value").c_str());
  for (count const each : values)
    if (each < 1 || each > 65536)
      moetric::detail::invalid(
          ("moetric: " + std::string(field) + " must be from 1 to 65536, but got " + to_string(each)).c_str());
}

/// Evaluates every plan by one law, and finds its choice.
inline verdict judge(laws::any_readable_law const& law, std::vector<architecture_line>& lines) {
  if (!law.irreducible())
    moetric::detail::invalid(("moetric: law " + std::string(law.about->id) +
                              " must have an irreducible loss to be compared: regrets are fractions of the rest")
                                 .c_str());
  verdict chosen{law, {}, std::numeric_limits<double>::infinity()};
  bool predicted = false;
  for (std::size_t l = 0; l != lines.size(); ++l)
    for (std::size_t s = 0; s != lines[l].sizes.size(); ++s) {
      sized_plan& plan = lines[l].sizes[s];
      laws::evaluation const said =
          laws::evaluate(law, to_model(plan.of), nearest_count("tokens", std::floor(plan.tokens)));
      plan.judgements.push_back({said.loss, said.is_prediction});
      if (predicted && !said.is_prediction) continue;
      if (said.loss < chosen.loss || (said.is_prediction && !predicted)) chosen.best = {l, s}, chosen.loss = said.loss;
      predicted = predicted || said.is_prediction;
    }
  sized_plan const& best = lines[chosen.best.line].sizes[chosen.best.size];
  chosen.of = laws::evaluate(law, to_model(best.of), nearest_count("tokens", std::floor(best.tokens)));
  return chosen;
}

inline judgement const& judgement_of(comparison const& among, std::size_t law, choice plan) {
  return among.lines[plan.line].sizes[plan.size].judgements[law];
}

/// The best size of a line by one law.
inline choice best_size(comparison const& among, std::size_t law, std::size_t line) {
  choice best{line, 0};
  for (std::size_t s = 1; s != among.lines[line].sizes.size(); ++s)
    if (judgement_of(among, law, {line, s}).loss < judgement_of(among, law, best).loss) best.size = s;
  return best;
}

/// The excess loss of a plan over another by one law, as a fraction of the reducible loss.
inline double regret_of(comparison const& among, std::size_t law, choice plan, choice best) {
  double const least = judgement_of(among, law, best).loss;
  return (judgement_of(among, law, plan).loss - least) / (least - *among.verdicts[law].law.irreducible());
}

inline void fill_regret(comparison& among) {
  std::size_t const n = among.verdicts.size();
  among.regret.assign(n, std::vector<double>(n, std::numeric_limits<double>::quiet_NaN()));
  among.allocation_regret = among.regret;
  for (std::size_t followed = 0; followed != n; ++followed)
    for (std::size_t judge = 0; judge != n; ++judge) {
      choice const plan = among.verdicts[followed].best, own = among.verdicts[judge].best;
      if (judgement_of(among, judge, plan).is_prediction)
        among.regret[followed][judge] = regret_of(among, judge, plan, own);
      among.allocation_regret[followed][judge] =
          regret_of(among, judge, best_size(among, followed, own.line), best_size(among, judge, own.line));
    }
}

/// The minimax-regret plan among those that most laws predict. Laws of dense models count only if all are.
inline void find_least_worst(comparison& among) {
  auto const is_dense = [](verdict const& each) { return each.law.about->family.dense_only; };
  bool const only_dense = std::all_of(among.verdicts.begin(), among.verdicts.end(), is_dense);
  std::size_t most = 0;
  among.least_worst_regret = std::numeric_limits<double>::infinity();
  for (std::size_t l = 0; l != among.lines.size(); ++l)
    for (std::size_t s = 0; s != among.lines[l].sizes.size(); ++s) {
      std::vector<std::size_t> judges;
      double worst = 0;
      for (std::size_t judge = 0; judge != among.verdicts.size(); ++judge) {
        if (!judgement_of(among, judge, {l, s}).is_prediction || (is_dense(among.verdicts[judge]) && !only_dense))
          continue;
        judges.push_back(judge);
        worst = std::fmax(worst, regret_of(among, judge, {l, s}, among.verdicts[judge].best));
      }
      if (judges.size() < most || (judges.size() == most && !(worst < among.least_worst_regret))) continue;
      most = judges.size();
      among.judges = std::move(judges);
      among.least_worst = {l, s};
      among.least_worst_regret = worst;
    }
}

inline comparison compared(double compute, compare_options const& options) {
  moetric::detail::require_positive("compute", compute);
  detail::require_axis("expansion_rates", options.expansion_rates);
  detail::require_axis("granularities", options.granularities);
  comparison result{.compute = compute};
  convention const& rule = find_convention(options.convention);
  for (count const expansion_rate : options.expansion_rates)
    for (count const granularity : options.granularities) {
      if (expansion_rate == 1 && granularity != options.granularities.front()) continue;  // dense once
      architecture_line line =
          detail::sized(compute, expansion_rate, expansion_rate == 1 ? 1 : granularity, options, rule);
      if (!line.sizes.empty()) result.lines.push_back(std::move(line));
    }
  if (result.lines.empty())
    moetric::detail::invalid(
        ("moetric: compute must leave a plan to choose, but got " + moetric::detail::shortest(compute)).c_str());

  for (std::string_view const id : options.laws) {
    laws::catalogue_row const& row = laws::require(id);
    if (!row.loss)
      moetric::detail::invalid(("moetric: law " + std::string(id) + " must give a loss to be compared").c_str());
    result.verdicts.push_back(detail::judge(laws::readable(*row.loss), result.lines));
  }
  for (laws::any_readable_law const& own : options.own_laws)
    result.verdicts.push_back(detail::judge(own, result.lines));
  detail::fill_regret(result);
  detail::find_least_worst(result);
  return result;
}

}  // namespace detail

/// Evaluates every plan of the grid at a budget by every law.
/// \throws std::invalid_argument for a budget that leaves no plan, an unknown law, a law without an irreducible loss,
///         a law with inputs that a model does not determine, or a grid without values
MOETRIC_INLINE comparison compare(double compute, compare_options const& options = {});
#ifndef MOETRIC_COMPILED
inline comparison compare(double compute, compare_options const& options) {
  return detail::compared(compute, options);
}
#endif

/// The ends of the grid at which a plan lies, so that a better one may lie beyond: "smallest size", "largest size",
/// "largest expansion rate" or "largest granularity".
inline std::vector<std::string_view> ends_of_grid(comparison const& among, choice plan) {
  architecture_line const& line = among.lines[plan.line];
  auto const is_largest = [&](count architecture_line::*field) {
    bool differ = false;
    for (architecture_line const& other : among.lines) {
      if (other.*field > line.*field) return false;
      differ = differ || other.*field != line.*field;
    }
    return differ;
  };
  std::vector<std::string_view> ends;
  if (plan.size == 0) ends.push_back("smallest size");
  if (plan.size + 1 == line.sizes.size()) ends.push_back("largest size");
  if (is_largest(&architecture_line::expansion_rate)) ends.push_back("largest expansion rate");
  if (is_largest(&architecture_line::granularity)) ends.push_back("largest granularity");
  return ends;
}

}  // namespace moetric::v0::optimum
