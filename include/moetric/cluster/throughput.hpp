#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "moetric/cluster/estimate.hpp"
#include "moetric/cluster/published_rows.hpp"

namespace moetric::v0::cluster {

/// Where an estimate of tokens/s comes from, the most trusted first.
enum class time_basis {
  measured,        // the user's, of this very run
  calibrated,      // a measured row of the user's, scaled
  published_rows,  // published rows near this model and device, scaled
  other_devices,   // as before, but no published row is of this device: extrapolated
};

/// The words for it in reports and JSON.
constexpr std::string_view name(time_basis basis) {
  switch (basis) {
  case time_basis::measured: return "measured";
  case time_basis::calibrated: return "calibrated";
  case time_basis::published_rows: return "published rows";
  case time_basis::other_devices: break;
  }
  return "published rows of other devices";
}

/// True where a speed is the user's or scaled from it, so that it has the routing of the user's run.
constexpr bool is_of_user(time_basis basis) {
  return basis == time_basis::measured || basis == time_basis::calibrated;
}

/// Tokens/s of one device, with where it comes from.
struct throughput {
  estimate tokens_per_second;  // of one device, experts balanced as in all published rows
  time_basis basis;
  std::size_t rows;                                   // that it is scaled from
  std::size_t rows_of_device;                         // of them, of this device
  std::size_t rows_of_format;                         // of them, of this device in this format
  double most_tokens_per_second;                      // roofline: no run is faster
  double coverage = upper_quantile - lower_quantile;  // probability that low..high holds; 0 of a speed measured once
};

/// The time that real routing loses, as a fraction of tokens/s: published rows force balance between experts. Source:
/// Megatron-MoE-ModelZoo, Qwen3-235B on H100, forced against real dropless routing in four rows: 8 to 20 %.
inline constexpr estimate lost_to_imbalance{.low = 0.08, .median = 0.155, .high = 0.20};

/// The estimate under real routing; unchanged without experts.
inline estimate with_real_routing(estimate const& balanced, workload const& work) {
  if (work.expert_row_elements == 0) return balanced;
  return {balanced.low * (1 - lost_to_imbalance.high), balanced.median * (1 - lost_to_imbalance.median),
          balanced.high * (1 - lost_to_imbalance.low)};
}

/// Measurements of one speed, such as of several steps. With n of them the next lies from the least to the greatest
/// with probability (n - 1)/(n + 1), whatever their distribution, if they are independent and alike: of n + 1 such
/// numbers each is as often the least, and as often the greatest.
struct repeated_speed {
  estimate tokens_per_second;  // the least, the median and the greatest, of one device
  double coverage;             // (n - 1)/(n + 1)
};

/// The speed of measurements in any order. \throws std::invalid_argument unless all are positive and there is at least
/// one
inline repeated_speed speed_of_repeats(std::span<double const> tokens_per_second) {
  if (tokens_per_second.empty())
    moetric::v0::detail::invalid("moetric: repeats of a speed must be at least one, but are none");
  std::vector<double> sorted(tokens_per_second.begin(), tokens_per_second.end());
  for (double const each : sorted) moetric::v0::detail::require_positive("tokens_per_second", each);
  std::sort(sorted.begin(), sorted.end());
  std::size_t const n = sorted.size();
  return {{sorted.front(), std::midpoint(sorted[(n - 1) / 2], sorted[n / 2]), sorted.back()},
          static_cast<double>(n - 1) / static_cast<double>(n + 1)};
}

/// A run that was measured: the user's, or a published one.
struct measured_run {
  token_work work;
  device_rates rates;
  std::string_view device;  // its id
  number_format format;
  bool same_model = true;                   // as the run that is estimated
  bool same_run = false;                    // also the device, the format and all of the layout
  double tokens_per_second;                 // of one device
  std::optional<repeated_speed> repeats{};  // whose median that is
};

namespace detail {

/// A row's tokens/s over the model's, and its weight.
struct weighted_ratio {
  double log_ratio;
  double weight;
};

/// True for a TPU.
constexpr bool is_tpu(device const& d) {
  return d.id.substr(0, 4) == "tpu-";
}

/// The quantile of weighted values in ascending order, each at the middle of its weight, linear between them.
inline double weighted_quantile(weighted_ratio const* sorted, std::size_t n, double total, double q) {
  double before = 0, last_at = 0;
  for (std::size_t i = 0; i != n; ++i) {
    double const at = (before + sorted[i].weight / 2) / total;
    if (q <= at)
      return i == 0 ? sorted[0].log_ratio
                    : std::lerp(sorted[i - 1].log_ratio, sorted[i].log_ratio, (q - last_at) / (at - last_at));
    before += sorted[i].weight;
    last_at = at;
  }
  return sorted[n - 1].log_ratio;
}

}  // namespace detail

/// The quantiles of published rows that are the ends of an interval. Rows of one model are alike, so those of other
/// models spread less than a model that none of them trained: these hold 80 % of its rows, where 10 and 90 % hold 71 %
/// (`benchmarks/step_time.cpp`).
inline constexpr double lower_row_quantile = 0.05, upper_row_quantile = 0.95;

/// The weight of a published row of another device, of another format, or of both (their product), beside 1.
inline constexpr double weight_of_other_device = 0.5, weight_of_other_format = 0.5;

/// Tokens/s from published rows: each row says how much faster or slower than `modelled_seconds_per_token` it ran. The
/// median is their weighted geometric mean, the interval that of `lower_row_quantile` and `upper_row_quantile`.
/// \param left_out a model whose rows are not used, for tests of the estimate
inline throughput throughput_from_rows(token_work const& work, device const& on, number_format format,
                                       time_factors const& by = {}, std::string_view left_out = {}) {
  device_rates const rates = rates_of(on, format);
  // TPUs run other software, whose rows say nothing about GPUs.
  std::span<published_row const> const rows =
      detail::is_tpu(on) ? std::span<published_row const>(tpu_rows) : std::span<published_row const>(newest_rows);
  std::array<detail::weighted_ratio, std::max(std::size(newest_rows), std::size(tpu_rows))> ratios;
  throughput answer{};
  answer.basis = time_basis::other_devices;
  double total = 0, sum = 0;
  for (published_row const& row : rows) {
    if (row.model->id == left_out && !left_out.empty()) continue;
    bool const same_device = row.device->id == on.id, same_format = row.format == format;
    double const weight = (same_device ? 1 : weight_of_other_device) * (same_format ? 1 : weight_of_other_format);
    double const modelled = modelled_seconds_per_token(work_of(row), rates_of(row), by);
    double const log_ratio = std::log(row.tokens_per_second * modelled);
    ratios[answer.rows++] = {log_ratio, weight};
    total += weight;
    sum += weight * log_ratio;
    answer.rows_of_device += same_device ? 1 : 0;
    answer.rows_of_format += same_device && same_format ? 1 : 0;
  }
  std::sort(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(answer.rows),
            [](auto const& a, auto const& b) { return a.log_ratio < b.log_ratio; });
  double const rate = 1 / modelled_seconds_per_token(work, rates, by);
  auto const at = [&](double q) {
    return rate * std::exp(detail::weighted_quantile(ratios.data(), answer.rows, total, q));
  };
  answer.tokens_per_second = {at(lower_row_quantile), rate * std::exp(sum / total), at(upper_row_quantile)};
  if (answer.rows_of_device != 0) answer.basis = time_basis::published_rows;
  answer.most_tokens_per_second = 1 / least_seconds_per_token(work, rates);
  return answer;
}

/// How much a run that is scaled from a measured one may miss, as factors: quantiles 10 and 90 % of measured over
/// scaled tokens/s among pairs of published rows of one release. Derived here; `benchmarks/step_time.cpp` prints them.
constexpr estimate error_of_scaling(bool same_model, bool same_device, bool same_format) {
  if (!same_model) return same_device && same_format ? estimate{0.71, 1, 1.41} : estimate{0.72, 1, 1.39};
  if (same_device) return same_format ? estimate{0.88, 1, 1.14} : estimate{0.69, 1, 1.45};
  return same_format ? estimate{0.80, 1, 1.25} : estimate{0.68, 1, 1.47};
}

/// Tokens/s from a run that was measured. Of this very run they are its own, with the interval of its repeats; of
/// another its own times the ratio of modelled times. If published rows say that more narrowly, as where the format
/// differs, they are used instead. \throws std::invalid_argument unless its tokens/s are positive
inline throughput throughput_from(measured_run const& measured, token_work const& work, device const& on,
                                  number_format format, time_factors const& by = {}) {
  moetric::v0::detail::require_positive("tokens_per_second", measured.tokens_per_second);
  throughput answer = throughput_from_rows(work, on, format, by);
  if (measured.same_run) {
    repeated_speed const speed = measured.repeats.value_or(repeated_speed{exactly(measured.tokens_per_second), 0});
    answer.tokens_per_second = speed.tokens_per_second;
    answer.coverage = speed.coverage;
    answer.basis = time_basis::measured;
    answer.rows = 1;
    return answer;
  }
  estimate const error = error_of_scaling(measured.same_model, measured.device == on.id, measured.format == format);
  estimate const& rows = answer.tokens_per_second;
  if (rows.high / rows.low < error.high / error.low) return answer;
  double const scaled = measured.tokens_per_second * modelled_seconds_per_token(measured.work, measured.rates, by) /
                        modelled_seconds_per_token(work, rates_of(on, format), by);
  answer.tokens_per_second = error * scaled;
  answer.basis = time_basis::calibrated;
  answer.rows = 1;
  return answer;
}

/// The highest MFU of published rows of a device in a format, of models with or without experts; 0 if there is none.
inline double best_published_mfu(bool has_experts, std::string_view device_id, number_format format) {
  double best = 0;
  auto const look = [&](published_row const& row) {
    if (row.device->id != device_id || row.format != format ||
        has_experts != (row.model->work.expert_row_elements != 0))
      return;
    double const of_row =
        mfu(row.model->work.training_flops_per_token, row.tokens_per_second, rates_of(row).flops_per_second);
    best = of_row > best ? of_row : best;
  };
  for (std::span<published_row const> const rows :
       {std::span<published_row const>(newest_rows), std::span<published_row const>(older_rows),
        std::span<published_row const>(tpu_rows), std::span<published_row const>(other_rows)})
    for (published_row const& row : rows) look(row);
  return best;
}

/// A speed beside the published runs of its kind: models with or without experts, on that device in that format.
struct claimed_speed {
  double mfu = 0;             // of the dense peak of the format
  double best_published = 0;  // 0 if there is no such run

  /// True if the speed is better than every published run of its kind.
  constexpr bool above_published() const { return best_published > 0 && mfu > best_published; }
};

/// The MFU that a number of tokens/s claims, beside the best published one.
/// \throws std::invalid_argument for a format that the device lacks
inline claimed_speed claim_of(workload const& work, double tokens_per_second, device const& on, number_format format) {
  return {mfu(work.training_flops_per_token, tokens_per_second, peak_of(on, format).value.value),
          best_published_mfu(work.expert_row_elements != 0, on.id, format)};
}

}  // namespace moetric::v0::cluster
