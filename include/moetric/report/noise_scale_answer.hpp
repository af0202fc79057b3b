#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/optimum/noise_groups.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {
namespace detail {

inline constexpr std::string_view batch_unit = "the unit of b_small";

inline value noise_values(optimum::noise_group const& group, optimum::sampling const& how,
                          std::optional<double> decay) {
  optimum::uncertain const within = [&] {
    try {
      return optimum::noise_scale_of(group.terms, how);
    } catch (std::invalid_argument const& error) {
      throw std::invalid_argument(std::string(error.what()) + " (group " + in_quotes(group.name) + ")");
    }
  }();
  optimum::noise_scale_estimator mean, moving(decay);
  for (optimum::noise_terms const& terms : group.terms) mean.add(terms), moving.add(terms);
  bool const whole = group.batch_share == 1;
  std::string_view const unit = whole ? batch_unit : "the unit of b_small, within one expert";
  value values = object({{"group", group.name},
                         {"steps", group.terms.size()},
                         {"noise_scale", within.published, unit},
                         {"low", within.low, unit},
                         {"median", within.median, unit},
                         {"high", within.high, unit},
                         {"failed_samples", within.failed},
                         {"gradient_norm_squared", mean.averages().gradient_norm_squared, units::one},
                         {"gradient_variance", mean.averages().gradient_variance, unit},
                         {"batch_share", group.batch_share, units::one},
                         {"of_the_batch",
                          object({{"noise_scale", within.published / group.batch_share},
                                  {"low", within.low / group.batch_share},
                                  {"high", within.high / group.batch_share}}),
                          batch_unit}});
  if (!decay) return values;
  auto const last = moving.noise_scale();
  values.set("moving_noise_scale", last, unit);
  return values;
}

}  // namespace detail

/// The gradient noise scale of groups of parameters with bootstrap intervals over steps. Keys: groups[]{group, steps,
/// noise_scale, low, median, high, failed_samples, gradient_norm_squared, gradient_variance, batch_share,
/// of_the_batch{noise_scale, low, high}, moving_noise_scale (with a decay; null until it is defined)}, interval,
/// samples. Numbers of a group are of the part of a batch that it sees, top_k / n_experts for an expert; of_the_batch
/// is of the whole batch for every group. Both are in the unit of b_small, tokens if its steps were measured so.
/// \throws std::invalid_argument as `noise_scale_of` and `noise_scale_estimator`, naming the group
inline answer noise_scale_answer(std::vector<optimum::noise_group> const& groups, optimum::sampling const& how = {},
                                 std::optional<double> decay = std::nullopt) {
  value all = value::list();
  bool any_share = false;
  for (optimum::noise_group const& group : groups) {
    all.append(detail::noise_values(group, how, decay));
    any_share = any_share || group.batch_share != 1;
  }
  answer made{object({{"groups", std::move(all)}, {"interval", how.coverage, units::one}, {"samples", how.samples}})};
  made.say("The gradient noise scale, B_simple = tr(Sigma) / |G|^2, of the whole batch in the unit of b_small: far "
           "below it a larger "
           "batch saves steps, far above it costs compute.");
  std::vector<std::string> header{"group", "steps", "B_simple", "low", "high"};
  std::vector<std::string> cells{"{$/group}", "{$/steps}", "{$/of_the_batch/noise_scale}", "{$/of_the_batch/low}",
                                 "{$/of_the_batch/high}"};
  auto const column = [&](char const* title, char const* cell) { header.push_back(title), cells.push_back(cell); };
  if (any_share) column("of its own part", "{$/noise_scale}");
  if (decay) column("moving, own part", "{$/moving_noise_scale?}");
  column("|G|^2", "{$/gradient_norm_squared}");
  column("tr(Sigma)", "{$/gradient_variance}");
  made.show({.header = header, .rows = rows_of(made.values["groups"], "groups", cells)});
  made.say("low and high enclose {interval:%} of {samples} bootstrap samples of the steps; the two terms are averaged "
           "over steps separately.");
  if (any_share) made.say("Group 'experts' sees top_k / n_experts of each batch.");
  return made;
}

}  // namespace moetric::v0::report
