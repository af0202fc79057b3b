#pragma once

#include "moetric/fit/isoflop.hpp"

/// Optimal parameters and tokens over compute from training curves: approach 1 of Chinchilla.
/// Source: arXiv 2203.15556.
namespace moetric::v0::fit {

/// Takes the least loss in each of `bins` logarithmic steps of compute over all training curves, and fits
/// power laws through these points of the envelope. Each point of the input is one measurement of one run: its
/// parameters, its compute so far (FLOPs) and its loss there. Bins that the smallest or largest model wins are left
/// out, since the optimum may lie beyond them. \throws std::invalid_argument for numbers that are not positive, or
/// fewer than 3 points of the envelope
inline allocation_fit fit_envelope(std::span<double const> parameters, std::span<double const> compute,
                                   std::span<double const> loss, std::size_t bins = 1500,
                                   double flops_per_parameter = 6, double confidence = 0.95) {
  if (parameters.size() != loss.size() || compute.size() != loss.size() || loss.empty() || bins == 0)
    moetric::detail::invalid("moetric: an envelope must have as many parameters and compute as losses, at least one");
  for (std::size_t i = 0; i != loss.size(); ++i) {
    std::string const run = " of point " + std::to_string(i + 1);
    moetric::detail::require_positive("parameters" + run, parameters[i]);
    moetric::detail::require_positive("compute" + run, compute[i]);
    moetric::detail::require_positive("loss" + run, loss[i]);
  }
  auto const [least, most] = std::minmax_element(compute.begin(), compute.end());
  double const from = std::log(*least), width = (std::log(*most) - from) / static_cast<double>(bins);
  std::vector<std::size_t> winner(bins, loss.size());
  for (std::size_t i = 0; i != loss.size(); ++i) {
    auto const bin = width > 0 ? static_cast<std::size_t>((std::log(compute[i]) - from) / width) : 0;
    std::size_t& best = winner[std::min(bin, bins - 1)];
    if (best == loss.size() || loss[i] < loss[best]) best = i;
  }
  auto const [smallest, largest] = std::minmax_element(parameters.begin(), parameters.end());
  allocation_fit result;
  std::size_t left_out = 0;
  double best_so_far = std::numeric_limits<double>::infinity();
  for (std::size_t const i : winner) {
    if (i == loss.size() || !(loss[i] < best_so_far))
      continue;  // not on the envelope: less compute reached a lower loss
    best_so_far = loss[i];
    if (parameters[i] == *smallest || parameters[i] == *largest) {
      ++left_out;
      continue;
    }
    isoflop_profile point;
    point.compute = compute[i];
    point.runs = 1;
    point.parameters = {parameters[i], 0, parameters[i], parameters[i]};
    point.tokens = compute[i] / (flops_per_parameter * parameters[i]);
    point.loss = loss[i];
    result.profiles.push_back(point);
  }
  if (result.profiles.size() < 3)
    moetric::detail::invalid(("moetric: an envelope must have at least 3 points between the smallest and the largest "
                              "model, but has " +
                              std::to_string(result.profiles.size()))
                                 .c_str());
  if (left_out != 0)
    result.warnings.push_back(
        {finding::left_out,
         std::to_string(left_out) + " points of the envelope are left out: the smallest or largest model wins there"});
  result.warnings.push_back(
      {finding::profile, "points of an envelope share runs, so the intervals of its power laws are too narrow"});
  detail::fit_allocation(result, confidence);
  return result;
}

}  // namespace moetric::v0::fit
