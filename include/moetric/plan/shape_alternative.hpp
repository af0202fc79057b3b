#pragma once

#include "moetric/core/order.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan {

/// How many rules of tile widths and parallel sizes a shape keeps.
struct hardware_check {
  int kept = 0;
  int rules = 0;
  std::vector<std::string> broken{};
};

/// A shape inside the bands of a plan.
struct shape_alternative {
  shape<> architecture;
  deviation missed;
  hardware_check hardware;
};

/// Checks that widths are multiples of 64 and 128, that heads, widths and experts divide by the parallel sizes, and
/// that each stage has a layer.
inline hardware_check check_hardware(shape<> const& s, parallel_sizes const& sizes) {
  hardware_check check;
  auto const rule = [&check](bool kept, std::string broken) {
    ++check.rules;
    if (kept)
      ++check.kept;
    else
      check.broken.push_back(std::move(broken));
  };
  auto const divides = [](count divisor, count value) { return remainder(value, divisor) == 0; };
  for (int const tile : {64, 128}) {
    rule(divides(tile, s.d_model), "d_model % " + std::to_string(tile));
    rule(divides(tile, s.d_expert), "d_expert % " + std::to_string(tile));
  }
  if (sizes.tensor != 1) {
    std::string const by = " % tensor_parallel " + to_string(sizes.tensor);
    rule(divides(sizes.tensor, s.n_heads), "n_heads" + by);
    rule(divides(sizes.tensor, s.n_kv_heads) || divides(s.n_kv_heads, sizes.tensor), "n_kv_heads" + by);
    rule(divides(sizes.tensor, s.d_ff), "d_ff" + by);
  }
  if (sizes.expert != 1)
    rule(divides(sizes.expert, s.n_experts), "n_experts % expert_parallel " + to_string(sizes.expert));
  if (sizes.expert_tensor != 1)
    rule(divides(sizes.expert_tensor, s.d_expert),
         "d_expert % expert_tensor_parallel " + to_string(sizes.expert_tensor));
  if (sizes.pipeline != 1)  // stages may be uneven
    rule(sizes.pipeline <= s.n_layers(), "n_layers < pipeline_parallel " + to_string(sizes.pipeline));
  return check;
}

namespace detail {

/// True if M and M/N_a deviate by at most 5 % and the shape is within the bands that the paper prints for its own
/// sparsity, or for another sparsity within 5 % of N/N_a.
inline bool is_inside_bands(resolved_request const& r, shape<double> const& s, deviation const& missed,
                            triad_targets const& targets) {
  if (std::fabs(missed.training_flops_per_token) > 0.05 || std::fabs(missed.flops_per_active_parameter) > 0.05)
    return false;
  double const ratio = width_ratio(s);
  if (r.width_ratio && std::fabs(ratio / *r.width_ratio - 1) > 1. / 13) return false;
  if (r.has_paper_sparsity() && !r.expansion_ratio && !r.parameters_limit) {
    double const expansion = targets.expansion_ratio * (1 + missed.expansion_ratio);
    return (r.width_ratio || (ratio >= 3 && ratio <= 5)) && expansion >= 18 && expansion <= 25;
  }
  return std::fabs(missed.expansion_ratio) <= 0.05;
}

}  // namespace detail

/// At most `most` shapes near a plan whose widths are multiples of 64, ranked by the hardware rules that they keep,
/// ties by their deviation from the targets. M and M/N_a stay within 5 %, which the paper allows its own shapes.
inline std::vector<shape_alternative> hardware_alternatives_of(resolved_request const& r, real_shape const& s,
                                                               std::size_t most) {
  std::vector<shape_alternative> all;
  double const around = s.width.d_model, tile = 64;
  auto const layers_near = [](double exact) {
    std::vector<double> near;
    for (double const each : {std::floor(exact) - 1, std::floor(exact), std::floor(exact) + 1})
      if (each >= 1) near.push_back(each);
    if (near.empty()) near.push_back(1);
    return near;
  };
  auto const feasible = s.inverse.feasible_d_model();
  for (double d = std::floor(0.8 * around / tile) * tile; d <= 1.25 * around; d += tile) {
    if (d < feasible.low || d > feasible.high || (s.width.fixed && d != around)) continue;
    shape<double> const real = s.inverse.at(d);
    double const area = d * real.d_expert * real.n_moe_layers;
    shape<double> each = real;
    for (double const n_dense :
         r.n_dense_layers ? std::vector{static_cast<double>(*r.n_dense_layers)} : layers_near(real.n_dense_layers))
      for (double const n_moe : layers_near(real.n_moe_layers)) {
        if (r.n_layers && n_dense + n_moe != static_cast<double>(*r.n_layers)) continue;
        each.n_dense_layers = n_dense, each.n_moe_layers = n_moe;
        double const below = std::floor(area / (d * n_moe) / tile) * tile;
        for (double const d_expert : {below, below + tile}) {
          if (d_expert < tile) continue;
          each.d_expert = d_expert;
          deviation const missed = deviation_of(r.triad_of(each, s.length), s.targets);
          if (!detail::is_inside_bands(r, each, missed, s.targets)) continue;
          if (r.parameters_limit && r.total_parameters(each) > *r.parameters_limit) continue;
          shape<> const integers = to_integers(each, r.vocab_size);
          all.push_back({integers, missed, check_hardware(integers, r.parallel)});
        }
      }
  }
  std::vector<std::size_t> order = order_by(all.size(), [&](std::size_t a, std::size_t b) {
    return all[a].hardware.kept != all[b].hardware.kept ? all[a].hardware.kept > all[b].hardware.kept
                                                        : all[a].missed.largest() < all[b].missed.largest();
  });
  if (order.size() > most) order.resize(most);
  std::vector<shape_alternative> best;
  for (std::size_t const each : order) best.push_back(all[each]);
  return best;
}

}  // namespace moetric::v0::plan
