#pragma once

#include <algorithm>
#include <unordered_map>

#include "moetric/core/name.hpp"
#include "moetric/plan/designer.hpp"

namespace moetric::v0::plan {
namespace detail {

/// The runs with what each adds when stems are trained once: the longest run of a stem pays for itself, the others for
/// their decay. Of equally long runs the first pays.
inline std::vector<design_run> with_shared_stems(std::vector<design_run> runs, double decay) {
  std::unordered_map<std::size_t, std::size_t> longest;  // run of each stem
  for (std::size_t i = 0; i != runs.size(); ++i) {
    auto const [of_stem, is_new] = longest.try_emplace(runs[i].stem, i);
    if (!is_new && runs[i].tokens > runs[of_stem->second].tokens) of_stem->second = i;
  }
  for (std::size_t i = 0; i != runs.size(); ++i)
    runs[i].flops_to_pay = longest[runs[i].stem] == i ? runs[i].flops : decay * runs[i].flops;
  return runs;
}

/// The budget whose M_opt is the given one, FLOPs between 1e12 and 1e32.
inline double compute_for_flops(recipe_source const& source, double training_flops_per_token) {
  auto const is_below = [&](double compute) {
    return source.at(compute).training_flops_per_token < training_flops_per_token;
  };
  return bisect({.holds = 1e12, .fails = 1e32}, is_below, middle::geometric, 100).holds;
}

}  // namespace detail

/// Phase 0: sizes around M_opt at each budget. All budgets share one ladder of sizes, so a size is one stem of a
/// warmup-stable-decay schedule from which each of its budgets branches off. The shape of a size is that of the budget
/// whose M_opt it is.
/// \throws std::invalid_argument naming a field of the request
inline design design_isoflop(design_request const& r) {
  detail::designer make(r);
  double const ladder = std::log(r.isoflop_stride);
  double const first = std::log(make.source().at(r.scales.front()).training_flops_per_token);
  for (double const compute : r.scales) {
    double const centre = (std::log(make.source().at(compute).training_flops_per_token) - first) / ladder;
    long const from = std::lround(centre - static_cast<double>(r.isoflop_sizes - 1) / 2);
    for (std::size_t i = 0; i != r.isoflop_sizes && !make.stopped(); ++i) {
      long const rung = from + static_cast<long>(i);
      double const m = std::exp(first + ladder * static_cast<double>(rung));
      try {
        auto size = make.at(detail::compute_for_flops(make.source(), m));
        size.targets.training_flops_per_token = m;
        make.add(design_phase::isoflop, size, size.targets, std::nullopt, compute,
                 static_cast<std::size_t>(rung + 1000));
      } catch (std::invalid_argument const& error) {  // the rule has no heads for so small a model
        make.leave_out("isoflop at " + brief(compute, 3) + " FLOPs, M " + brief(m, 3) + ": " + error.what());
      }
    }
  }
  design made = make.take();
  if (r.share_stems) made.runs = detail::with_shared_stems(std::move(made.runs), r.decay);
  return made;
}

/// Phase 0: learning rates and batches around the law's, at the source's shape of each scale.
/// \throws std::invalid_argument naming a field of the request
inline design design_rate_batch(design_request const& r) {
  detail::designer make(r);
  for (double const compute : r.scales) {
    if (make.stopped()) break;
    auto const scale = make.at(compute);
    for (double const rate : r.factors)
      for (double const batch : r.factors) {
        if (!make.add(design_phase::rate_batch, scale, scale.targets, std::nullopt, compute, make.size())) continue;
        make.last().learning_rate *= rate;
        make.last().batch_sequences = make.whole_batch(scale.wanted.batch_tokens * batch);
      }
  }
  return make.take();
}

/// Phase 1: every M/N_a with every N/N_a at each scale, at the middle of the feasible widths.
/// \throws std::invalid_argument naming a field of the request
inline design design_grid(design_request const& r) {
  design_request at_middle = r;
  at_middle.base.width = width_rule::median;
  detail::designer make(at_middle);
  for (double const compute : r.scales) {
    if (make.stopped()) break;
    auto const scale = make.at(compute);
    for (double const density : r.densities)
      for (double const expansion : r.expansions)
        make.add(design_phase::grid, scale, {scale.targets.training_flops_per_token, density, expansion}, std::nullopt,
                 compute, make.size());
  }
  return make.take();
}

namespace detail {

/// The M/N_a around an optimum, and their N/N_a: those of Table 15 at a scale of the paper and its experts; elsewhere
/// the nearest scale's, with the excess over 6 moved as the optimum's is.
inline density_steps densities_around(design_request const& r, double compute, triad_targets const& targets) {
  density_steps const* nearest = &table_15[0];
  for (density_steps const& each : table_15)
    if (std::fabs(std::log(each.compute / compute)) < std::fabs(std::log(nearest->compute / compute))) nearest = &each;
  density_steps steps{compute, {}, targets.expansion_ratio};
  double const moved =
      (targets.flops_per_active_parameter - 6) / (laws::holistic::flops_per_active_parameter(nearest->compute) - 6);
  bool const is_papers =
      std::fabs(compute / nearest->compute - 1) < 1e-9 && experts_of(r.base) == paper_sparsity && moved == 1;
  if (is_papers && !r.base.expansion_ratio) steps.expansion = nearest->expansion;
  for (double const each : nearest->densities) steps.densities.push_back(6 + (each - 6) * moved, "");
  return is_papers ? density_steps{compute, nearest->densities, steps.expansion} : steps;
}

}  // namespace detail

/// Phase 1: M/N_a in small steps around its optimum at one N/N_a, at the middle of the feasible widths, from which the
/// law of M/N_a is fitted. At the paper's scales they are the 49 runs of its Table 15.
/// \throws std::invalid_argument naming a field of the request
inline design design_density(design_request const& r) {
  design_request at_middle = r;
  at_middle.base.width = width_rule::median;
  detail::designer make(at_middle);
  for (double const compute : r.scales) {
    auto const scale = make.at(compute);
    density_steps const steps = detail::densities_around(r, compute, scale.targets);
    for (double const density : steps.densities)
      make.add(design_phase::density, scale, {scale.targets.training_flops_per_token, density, steps.expansion},
               std::nullopt, compute, make.size());
  }
  return make.take();
}

/// Phase 2: a sweep of d_model at each scale's chosen triad, or at the source's.
/// \throws std::invalid_argument naming a field of the request
inline design design_width(design_request const& r) {
  detail::designer make(r);
  for (std::size_t i = 0; i != r.scales.size() && !make.stopped(); ++i) {
    double const compute = r.scales[i];
    auto scale = make.at(compute);
    if (!r.chosen_densities.empty()) scale.targets.flops_per_active_parameter = r.chosen_densities[i];
    if (!r.chosen_expansions.empty()) scale.targets.expansion_ratio = r.chosen_expansions[i];
    for (double const d_model :
         r.d_models.empty() ? make.even_widths(make.widths(scale, scale.targets), r.widths) : r.d_models)
      make.add(design_phase::width, scale, scale.targets, d_model, compute, make.size());
  }
  return make.take();
}

/// The pilot at the smallest scale: triads evenly over the grid of phase 1, each at widths over its feasible range and
/// at the middle one, the proxy whose ranking of triads is tested.
/// \throws std::invalid_argument naming a field of the request
inline design design_pilot(design_request const& r) {
  detail::designer make(r);
  auto const scale = make.at(*std::min_element(r.scales.begin(), r.scales.end()));
  std::size_t const cells = r.densities.size() * r.expansions.size(), triads = std::min(r.pilot_triads, cells);
  for (std::size_t i = 0; i != triads && !make.stopped(); ++i) {
    std::size_t const cell = (2 * i + 1) * cells / (2 * triads);
    triad_targets const targets{scale.targets.training_flops_per_token, r.densities[cell / r.expansions.size()],
                                r.expansions[cell % r.expansions.size()]};
    auto const feasible = make.widths(scale, targets);
    double const middle = detail::to_step(feasible.middle(), make.step());
    std::vector<double> widths = make.even_widths(feasible, std::max<std::size_t>(r.pilot_widths, 2) - 1);
    if (std::find(widths.begin(), widths.end(), middle) == widths.end()) widths.push_back(middle);
    std::sort(widths.begin(), widths.end());
    for (double const d_model : widths)
      if (make.add(design_phase::pilot, scale, targets, d_model, scale.compute, make.size()))
        make.last().proxy = d_model == middle;
  }
  return make.take();
}

/// The parts of a design by name: all, 0 (isoflop and rate-batch), 1 (grid and density), 2 (width), or the name of one.
/// \throws std::invalid_argument for another name, and as the parts
inline std::vector<design> design_parts(std::string_view phase, design_request const& r) {
  if (phase == "all")
    return {design_pilot(r), design_isoflop(r), design_rate_batch(r),
            design_grid(r),  design_density(r), design_width(r)};
  if (phase == "pilot") return {design_pilot(r)};
  if (phase == "0") return {design_isoflop(r), design_rate_batch(r)};
  if (phase == "isoflop") return {design_isoflop(r)};
  if (phase == "rate-batch") return {design_rate_batch(r)};
  if (phase == "1") return {design_grid(r), design_density(r)};
  if (phase == "grid") return {design_grid(r)};
  if (phase == "density") return {design_density(r)};
  if (phase == "2" || phase == "width") return {design_width(r)};
  refuse_name("phase", phase, {"all", "pilot", "0", "isoflop", "rate-batch", "1", "grid", "density", "2"});
}

}  // namespace moetric::v0::plan
