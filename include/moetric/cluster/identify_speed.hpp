#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/account/identify.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/core/nearest_count.hpp"

/// Which counting and which peak give the speed that a log prints.
namespace moetric::v0::cluster {

/// What a log prints of a run's speed, per device. Two of the three numbers determine something: model FLOP/s over
/// tokens/s the FLOPs of a token; model FLOP/s over MFU the peak; MFU and tokens/s both together.
struct logged_speed {
  std::optional<printed_number> mfu{};  // 0.431 or 43.1 %
  std::optional<printed_number> flops_per_second{};
  std::optional<printed_number> tokens_per_second{};
};

/// A dense peak of a device, times what a log may have taken for it.
struct possible_peak {
  device const* of = nullptr;
  named_peak dense{};
  std::string_view taken_as = {};  // "dense", or why it is another number
  ratio value{};                   // FLOP/s that the log divided by
};

/// "fp8 4500 (datasheet) of b200-sxm, of 2:4 sparsity, twice the dense one"
inline std::string to_string(possible_peak const& p) {
  std::string text = to_string(p.dense) + " of " + std::string(p.of->id);
  return p.taken_as == "dense" ? text : text + ", " + std::string(p.taken_as);
}

/// A peak with the ways of counting that give the log's MFU with it.
struct peak_and_ways {
  possible_peak peak{};
  std::vector<identification> ways{};  // the most plausible first; empty if the peak follows without a counting
};

/// What explains a logged speed.
struct speed_identification {
  std::optional<printed_number> training_flops_per_token{};  // that model FLOP/s and tokens/s imply
  std::vector<identification> ways{};                        // that give it, else nearly, else the nearest
  bool counted = false;                                      // they give it to the printed digits
  bool nearly = false;                                       // they do if tokens/s are coarser than printed
  std::optional<printed_number> peak{};                      // FLOP/s that model FLOP/s and MFU imply
  std::vector<peak_and_ways> peaks{};                        // that give the MFU, the most plausible first
};

/// Tables print tokens/s that were rounded before: Megatron-Bridge's are multiples of 16 up to 1024, so that tokens/s
/// times FLOPs agree with the printed TFLOP/s to this fraction only.
inline constexpr ratio rounding_of_tokens{1, 500};

namespace detail {

/// FLOP/s as a ratio: figures have at most four decimals of a TFLOP/s.
inline ratio exact_flops(double flops_per_second) {
  return ratio(nearest_count("FLOP/s over 1e8", flops_per_second / 1e8)) * ratio(count(100'000'000));
}

/// Calls `visit` with every peak that a log of a device may divide by: bf16 before other formats, a format's own figure
/// before those of sources that disagree, the dense peak before others.
template <class Visit>
void each_possible_peak(device const& d, Visit visit) {
  auto const figures = [&](number_format format, auto with) {
    if (!d[format].known()) return;
    with(named_peak{format, d[format]});
    for (disagreement const& each : d.others)
      if (each.of == quantity_of(format)) with(named_peak{format, each.other});
  };
  constexpr number_format order[] = {number_format::bf16, number_format::fp8,  number_format::fp4,
                                     number_format::tf32, number_format::int8, number_format::fp32};
  auto const with_scale = [&](std::string_view taken_as, ratio scale) {
    for (number_format const format : order)
      figures(format, [&](named_peak const& p) {
        visit(possible_peak{&d, p, taken_as, exact_flops(p.value.value) * scale});
      });
  };
  with_scale("dense", 1);
  if (d.framework_devices > 1)
    with_scale("of one of the devices that a framework sees in it", ratio(1, d.framework_devices));
  for (assumed_peak const& each : assumed_peaks)
    if (each.scale != ratio(1)) with_scale(each.name, each.scale);
}

/// a / b of positive printed numbers.
inline printed_number quotient(printed_number const& a, printed_number const& b) {
  return {a.low / b.high, a.value / b.value, a.high / b.low};
}

inline void require_digits(char const* sentence, std::optional<printed_number> const& number) {
  if (number && number->low == ratio(0)) moetric::v0::detail::invalid(sentence);
}

}  // namespace detail

/// Explains the speed of a log.
///   model FLOP/s and tokens/s  the FLOPs of a token, and the ways of counting that give them
///   model FLOP/s and MFU       the peak, and the device's peaks that are it; of other devices, as tools fall back to,
///                              if none is
///   MFU and tokens/s           each peak of the device with the ways of counting that give the MFU with it
/// \param on the device; null if it is not known
/// \throws std::invalid_argument for fewer than two of the numbers, a number printed as 0, or MFU and tokens/s alone
///         without a device; as `ways_of_counting`
inline speed_identification identify_speed(model const& m, logged_speed const& log, device const* on,
                                           std::span<count const> sequence_lengths, std::string_view model_type = {}) {
  detail::require_digits("moetric: mfu must be positive and printed with a digit that is not 0", log.mfu);
  detail::require_digits("moetric: tflops must be positive and printed with a digit that is not 0",
                         log.flops_per_second);
  detail::require_digits("moetric: tokens_per_second must be positive and printed with a digit that is not 0",
                         log.tokens_per_second);
  if (log.mfu.has_value() + log.flops_per_second.has_value() + log.tokens_per_second.has_value() < 2)
    moetric::v0::detail::invalid("moetric: a logged speed must have two of mfu, tflops and tokens_per_second");
  speed_identification found;
  std::optional<ways_of_counting> ways;
  if (log.tokens_per_second) ways.emplace(m, sequence_lengths, model_type);
  if (log.flops_per_second && log.tokens_per_second) {
    printed_number const implied = detail::quotient(*log.flops_per_second, *log.tokens_per_second);
    found.training_flops_per_token = implied;
    found.ways = ways->likeliest(implied);
    found.counted = implied.holds(found.ways.front().training_flops_per_token);
    ratio const off = rounding_of_tokens;
    std::vector<identification> near =
        ways->inside({implied.low * (ratio(1) - off), implied.value, implied.high * (ratio(1) + off)});
    found.nearly = !found.counted && !near.empty();
    if (found.nearly) found.ways = std::move(near);
  }
  if (!log.mfu) return found;
  if (log.flops_per_second) {
    printed_number const implied = detail::quotient(*log.flops_per_second, *log.mfu);
    found.peak = implied;
    auto const add = [&](possible_peak const& p) {
      if (implied.holds(p.value)) found.peaks.push_back({p, {}});
    };
    if (on != nullptr) detail::each_possible_peak(*on, add);
    if (found.peaks.empty())
      for (device const& other : devices)
        if (on == nullptr || other.id != on->id)
          detail::each_possible_peak(other, [&](possible_peak const& p) {
            if (p.taken_as == "dense") add(p);
          });
    return found;
  }
  if (on == nullptr)
    moetric::v0::detail::invalid("moetric: mfu and tokens_per_second must come with a device, or with a peak");
  detail::each_possible_peak(*on, [&](possible_peak const& p) {
    printed_number const wanted = detail::quotient(
        {log.mfu->low * p.value, log.mfu->value * p.value, log.mfu->high * p.value}, *log.tokens_per_second);
    std::vector<identification> inside = ways->inside(wanted);
    if (!inside.empty()) found.peaks.push_back({p, std::move(inside)});
  });
  // A plain convention with a second peak is likelier than a bug with the first.
  std::stable_sort(found.peaks.begin(), found.peaks.end(), [](peak_and_ways const& a, peak_and_ways const& b) {
    return a.ways.front().implausibility < b.ways.front().implausibility;
  });
  return found;
}

}  // namespace moetric::v0::cluster
