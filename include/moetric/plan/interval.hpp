#pragma once

#include "moetric/plan/solve.hpp"

namespace moetric::v0 {

/// What is known of the error of one planned number.
struct plan_interval {
  std::string_view field;
  double low;
  double value;  // planned
  double high;
};

/// The plan for a budget when M_opt is off by a factor, tokens following.
struct plan_sensitivity {
  double factor;  // of M
  shape<> architecture;
  moetric::triad<> triad;
  double tokens;
};

namespace detail {

/// The numbers of a plan that an error of its laws moves.
struct planned_numbers {
  static constexpr std::array<std::string_view, 12> fields{"tokens",          "flops_per_active_parameter",
                                                           "expansion_ratio", "active_non_embedding_parameters",
                                                           "d_model",         "total_non_embedding_parameters",
                                                           "n_layers",        "n_dense_layers",
                                                           "d_expert",        "n_moe_layers",
                                                           "learning_rate",   "batch_tokens"};
  std::array<double, fields.size()> values;
};

inline planned_numbers numbers_of(triad<double> const& t, shape<double> const& s, double tokens, double learning_rate,
                                  double batch_tokens) {
  double const active = t.active_non_embedding_parameters, total = t.total_non_embedding_parameters;
  return {{tokens, t.training_flops_per_token / active, total / active, active, s.d_model, total, s.n_layers(),
           s.n_dense_layers, s.d_expert, s.n_moe_layers, learning_rate, batch_tokens}};
}

/// The numbers before rounding, of a recipe with the plan's own heads. \throws std::invalid_argument where none fit
inline planned_numbers numbers_of(plan_request const& r, recipe const& from_source, head_choice const& heads,
                                  double compute) {
  recipe const wanted = wanted_by(r, from_source, compute);
  solved_shape const s = shape_for(r, wanted, targets_of(r, wanted), heads);
  shape<double> const real = s.inverse.at(s.width.d_model);
  triad<double> const t = triad_of(real, s.length);
  return numbers_of(t, real, compute / t.training_flops_per_token, wanted.learning_rate, wanted.batch_tokens);
}

/// The bounds of what the other recipes of a source give: all of them, or the middle 95 % of draws.
inline std::pair<double, double> spread_of(std::vector<double> values, recipe_spread kind) {
  std::sort(values.begin(), values.end());
  std::size_t const n = values.size();
  std::size_t const cut = kind == recipe_spread::draws ? std::max((n + 1) / 40, std::size_t{1}) - 1 : 0;
  return {values[cut], values[n - 1 - cut]};
}

/// The intervals of a plan, wide enough for each of the errors that a source tells; each holds the planned number too,
/// which rounding may have moved out of it.
/// \param change what the plan does to a recipe of its source, as a division between training and serving
template <class Change>
std::vector<plan_interval> intervals_of(plan_request const& r, plan_source const& source, double asked, double compute,
                                        head_choice const& heads, planned_numbers const& planned, Change change) {
  auto const numbers_by = [&](auto const& recipes) {
    std::vector<planned_numbers> all;
    for (auto const& other : recipes) {
      try {
        all.push_back(numbers_of(r, change(other(asked)), heads, compute));
      } catch (std::invalid_argument const&) {  // past the edge of what is feasible: the other recipes tell
      }
    }
    return all;
  };
  std::vector<planned_numbers> all = numbers_by(source.others);
  if (all.size() * 2 < source.others.size() || all.empty()) return {};
  std::vector<planned_numbers> const rest = numbers_by(source.without_a_scale);
  all.push_back(numbers_of(r, change(source.at(asked)), heads, compute));
  std::vector<plan_interval> intervals;
  for (std::size_t i = 0; i != planned_numbers::fields.size(); ++i) {
    std::vector<double> values;
    for (planned_numbers const& each : all) values.push_back(each.values[i]);
    auto [low, high] = spread_of(std::move(values), source.spread);
    for (planned_numbers const& each : rest)
      low = std::fmin(low, each.values[i]), high = std::fmax(high, each.values[i]);
    double const value = planned.values[i];
    if (high - low <= 1e-9 * std::fabs(value)) continue;  // nothing that is known moves it
    intervals.push_back({planned_numbers::fields[i], std::fmin(low, value), value, std::fmax(high, value)});
  }
  return intervals;
}

/// The plan's shape when M_opt is off by a factor, with the same heads; none where that is not feasible.
inline std::optional<plan_sensitivity> sensitivity_to(plan_request const& r, recipe wanted, head_choice const& heads,
                                                      double compute, double factor) try {
  wanted.training_flops_per_token *= factor;
  solved_shape s = shape_for(r, wanted, targets_of(r, wanted), heads);
  shape<> const integers = to_integers(round_shape(r, s, compute), vocab_size_of(r));
  auto const t = triad_of(integers, shape_length_of(r));
  return plan_sensitivity{factor, integers, t, compute / static_cast<double>(t.training_flops_per_token)};
} catch (std::invalid_argument const&) {
  return std::nullopt;
}

}  // namespace detail
}  // namespace moetric::v0
