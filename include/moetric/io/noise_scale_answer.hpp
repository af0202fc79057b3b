#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/noise_groups.hpp"
#include "moetric/report/noise_scale_answer.hpp"

namespace moetric::v0::io {

/// Gradient norms whose noise scale is wanted, as people type it.
struct noise_request {
  std::string file{};  // as `read_noise_groups` takes it
  double coverage = 0.8;
  std::size_t samples = 1000;                 // of the bootstrap
  std::optional<double> decay{};              // of a moving average, per step
  std::optional<count> top_k{}, n_experts{};  // group "experts" sees top_k of n_experts tokens
};

/// The noise scales of a file. Keys: those of `report::noise_scale_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline report::answer noise_scale_answer(noise_request const& from) {
  if (from.top_k.has_value() != from.n_experts.has_value()) refuse("top_k and n_experts must be given together");
  double const seen =
      from.top_k ? optimum::expert_share(static_cast<double>(*from.top_k), static_cast<double>(*from.n_experts)) : 1;
  auto const groups = read_noise_groups(from.file, seen);
  if (from.top_k && std::none_of(groups.begin(), groups.end(), [](auto& each) { return each.name == "experts"; }))
    refuse("--top-k and --n-experts must be given for a file with a group 'experts'");
  return report::noise_scale_answer(groups, {.samples = from.samples, .coverage = from.coverage}, from.decay);
}

}  // namespace moetric::v0::io
