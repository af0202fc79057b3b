#pragma once

#include <algorithm>

#include "moetric/plan/training_run.hpp"

namespace moetric::v0::plan {

/// The spread of one planned number over the variants of the source's recipe.
struct spread {
  std::string field;
  double low;
  double value;  // planned
  double high;
};

namespace detail {

/// The numbers of a plan that errors of its laws change.
struct planned_numbers {
  static constexpr std::array<std::string_view, 12> fields{"tokens",          "flops_per_active_parameter",
                                                           "expansion_ratio", "active_non_embedding_parameters",
                                                           "d_model",         "total_non_embedding_parameters",
                                                           "n_layers",        "n_dense_layers",
                                                           "d_expert",        "n_moe_layers",
                                                           "learning_rate",   "batch_tokens"};
  std::array<double, fields.size()> values;
};

inline planned_numbers numbers_of(resolved_request const& r, shape<double> const& s, double length, double tokens,
                                  double learning_rate, double batch_tokens) {
  triad<double> const t = r.triad_of(s, length);
  double const active = t.active_non_embedding_parameters, total = t.total_non_embedding_parameters;
  return {{tokens, t.training_flops_per_token / active, total / active, active, s.d_model, total, s.n_layers(),
           s.n_dense_layers, s.d_expert, s.n_moe_layers, learning_rate, batch_tokens}};
}

/// The numbers before rounding of another recipe with the plan's own heads.
/// \throws std::invalid_argument if the recipe has no shape with these heads
inline planned_numbers numbers_by(resolved_request const& r, recipe const& other, head_choice const& heads,
                                  double compute) {
  recipe const wanted = recipe_for(r, other, compute);
  real_shape const s = shape_with_heads(r, wanted, targets_for(r, wanted), heads);
  shape<double> const real = s.numbers();
  double const tokens = compute / r.triad_of(real, s.length).training_flops_per_token;
  return numbers_of(r, real, s.length, tokens, wanted.learning_rate, wanted.batch_tokens);
}

/// The smallest and the largest value, or of draws the ends of the middle 95 %.
inline std::pair<double, double> ends_of(std::vector<double> values, spread_kind kind) {
  std::sort(values.begin(), values.end());
  std::size_t const n = values.size();
  std::size_t const cut = kind == spread_kind::draws ? std::max((n + 1) / 40, std::size_t{1}) - 1 : 0;
  return {values[cut], values[n - 1 - cut]};
}

}  // namespace detail

/// The spreads of a plan's numbers over the variants of its source, widened to hold the planned number, which rounding
/// may move out. Numbers that no variant changes have none. Empty if fewer than half of the variants have a shape.
inline std::vector<spread> spreads_of(resolved_request const& r, compute_split const& split, planned_shape const& shape,
                                      training_run const& run) {
  recipe_source const& source = r.source;
  head_choice const& heads = shape.exact.heads;
  auto const numbers_of_all = [&](std::vector<recipe_of_compute> const& recipes) {
    std::vector<detail::planned_numbers> all;
    for (recipe_of_compute const& each : recipes) {
      try {
        all.push_back(detail::numbers_by(r, split.adapted(each(split.law_compute)), heads, split.training));
      } catch (std::overflow_error const&) {    // a draw far from every run: the other variants count
      } catch (std::invalid_argument const&) {  // not feasible with these heads
      }
    }
    return all;
  };
  std::vector<detail::planned_numbers> all = numbers_of_all(source.variants);
  if (all.size() * 2 < source.variants.size() || all.empty()) return {};
  std::vector<detail::planned_numbers> const rest = numbers_of_all(source.without_a_scale);
  all.push_back(detail::numbers_by(r, split.adapted(source.at(split.law_compute)), heads, split.training));
  detail::planned_numbers const planned =
      detail::numbers_of(r, to_real(shape.architecture), shape.exact.length, static_cast<double>(run.tokens),
                         run.learning_rate, static_cast<double>(run.batch_tokens));
  std::vector<spread> spreads;
  for (std::size_t i = 0; i != detail::planned_numbers::fields.size(); ++i) {
    std::vector<double> values;
    for (detail::planned_numbers const& each : all) values.push_back(each.values[i]);
    auto [low, high] = detail::ends_of(std::move(values), source.spread);
    for (detail::planned_numbers const& each : rest)
      low = std::fmin(low, each.values[i]), high = std::fmax(high, each.values[i]);
    double const value = planned.values[i];
    if (high - low <= 1e-9 * std::fabs(value)) continue;  // no variant changes it
    spreads.push_back(
        {std::string(detail::planned_numbers::fields[i]), std::fmin(low, value), value, std::fmax(high, value)});
  }
  return spreads;
}

}  // namespace moetric::v0::plan
