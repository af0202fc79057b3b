#pragma once

#include "moetric/plan/solve.hpp"

namespace moetric::v0 {

/// Another number of heads that is as near at hand: the depth is another one with it.
struct head_alternative {
  head_choice heads;
  shape<> architecture;
  deviation missed;
  std::string why;
};

/// What a shape gives to the hardware: rules of tile widths and of cutting it across devices.
struct hardware_fit {
  int kept = 0;
  int rules = 0;
  std::vector<std::string> broken{};
};

/// A shape inside the bands of a plan.
struct shape_alternative {
  shape<> architecture;
  deviation missed;
  hardware_fit fit;
};

/// Widths in multiples of 64 and 128, heads and experts that divide by the parallel sizes.
inline hardware_fit fit_to_hardware(shape<> const& s, parallel_sizes const& sizes) {
  hardware_fit fit;
  auto const rule = [&fit](bool kept, std::string broken) {
    ++fit.rules;
    if (kept)
      ++fit.kept;
    else
      fit.broken.push_back(std::move(broken));
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
  if (sizes.pipeline != 1)
    rule(divides(sizes.pipeline, s.n_layers()), "n_layers % pipeline_parallel " + to_string(sizes.pipeline));
  return fit;
}

namespace detail {

inline constexpr double head_switch_reach = 1.05;  // budgets this much apart still see each other's heads

/// The heads that the rules give within 5 % of a budget, when they are not the plan's.
inline std::vector<head_alternative> head_alternatives_of(plan_request const& r, plan_source const& source,
                                                          solved_shape const& chosen, double compute) {
  std::vector<head_alternative> all;
  if (r.n_heads || r.n_layers) return all;
  std::vector<std::pair<count, count>> known{{chosen.heads.n_heads, chosen.heads.head_dim}};
  auto const consider = [&](double at, bool by_rule, std::string const& why) {
    recipe const there = wanted_by(r, source.at(at), at);
    head_choice const heads = choose_heads(r, at, targets_of(r, there), by_rule);
    for (auto const& each : known)
      if (each == std::pair{heads.n_heads, heads.head_dim}) return;
    known.emplace_back(heads.n_heads, heads.head_dim);
    solved_shape const s = shape_for(r, chosen.wanted, chosen.targets, heads);
    shape<double> const integers = round_shape(r, s, compute);
    all.push_back(
        {heads, to_integers(integers, vocab_size_of(r)), deviation_of(triad_of(integers, s.length), s.targets), why});
  };
  auto const consider_if_feasible = [&](double at, bool by_rule, std::string const& why) {
    try {
      consider(at, by_rule, why);
    } catch (std::invalid_argument const&) {  // with those heads there is no shape: no alternative
    }
  };
  consider_if_feasible(compute, true, "by the rule of d_model/n_layers, without Table 4");
  consider_if_feasible(compute / head_switch_reach, true, "the rule's choice for 5 % less compute");
  consider_if_feasible(compute * head_switch_reach, true, "the rule's choice for 5 % more compute");
  for (laws::holistic::scale const& each : laws::holistic::scales)
    if (std::fabs(std::log(compute / each.compute)) < std::log(head_switch_reach))
      consider_if_feasible(each.compute, false, "Table 4 at " + brief(each.compute));
  return all;
}

/// True where a shape stays inside the bands that are printed for the paper's sparsity, or else within 5 % of N/N_a.
inline bool inside_bands(plan_request const& r, shape<double> const& s, deviation const& missed,
                         triad_targets const& targets) {
  if (std::fabs(missed.training_flops_per_token) > 0.05 || std::fabs(missed.flops_per_active_parameter) > 0.05)
    return false;
  double const ratio = width_ratio(s);
  if (sparsity_of(r) == paper_sparsity && !r.expansion_ratio && parameters_allowed(r) == 0) {
    double const expansion = targets.expansion_ratio * (1 + missed.expansion_ratio);
    return ratio >= 3 && ratio <= 5 && expansion >= 18 && expansion <= 25;
  }
  return std::fabs(missed.expansion_ratio) <= 0.05;
}

/// The shapes near a plan whose widths are multiples of 64, the best for the hardware first, equals by how far they
/// miss the targets. M and M/N_a stay within 5 %, which the paper allows its own shapes.
inline std::vector<shape_alternative> hardware_alternatives_of(plan_request const& r, solved_shape const& s,
                                                               std::size_t most) {
  std::vector<shape_alternative> all;
  double const around = s.width.d_model, tile = 64;
  double const allowed = parameters_allowed(r);
  auto const layers_near = [](double exact) {
    std::vector<double> near;
    for (double const each : {std::floor(exact) - 1, std::floor(exact), std::floor(exact) + 1})
      if (each >= 1) near.push_back(each);
    if (near.empty()) near.push_back(1);
    return near;
  };
  auto const feasible = s.inverse.feasible_d_model();
  for (double d = std::floor(0.8 * around / tile) * tile; d <= 1.25 * around; d += tile) {
    if (d < feasible.low || d > feasible.high || (r.d_model && d != around)) continue;
    shape<double> const real = s.inverse.at(d);
    double const area = d * real.d_expert * real.n_moe_layers;
    shape<double> each = real;
    for (double const n_dense : layers_near(real.n_dense_layers))
      for (double const n_moe : layers_near(real.n_moe_layers)) {
        if (r.n_layers && n_dense + n_moe != static_cast<double>(*r.n_layers)) continue;
        each.n_dense_layers = n_dense, each.n_moe_layers = n_moe;
        double const below = std::floor(area / (d * n_moe) / tile) * tile;
        for (double const d_expert : {below, below + tile}) {
          if (d_expert < tile) continue;
          each.d_expert = d_expert;
          deviation const missed = deviation_of(triad_of(each, s.length), s.targets);
          if (!inside_bands(r, each, missed, s.targets)) continue;
          if (allowed != 0 && total_parameters(each, vocab_size_of(r)) > allowed) continue;
          shape<> const integers = to_integers(each, vocab_size_of(r));
          all.push_back({integers, missed, fit_to_hardware(integers, r.parallel)});
        }
      }
  }
  std::stable_sort(all.begin(), all.end(), [](shape_alternative const& a, shape_alternative const& b) {
    return a.fit.kept != b.fit.kept ? a.fit.kept > b.fit.kept : a.missed.largest() < b.missed.largest();
  });
  if (all.size() > most) all.resize(most);
  return all;
}

}  // namespace detail
}  // namespace moetric::v0
