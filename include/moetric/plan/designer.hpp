#pragma once

#include "moetric/core/nearest_count.hpp"
#include "moetric/plan/design_run.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan::detail {

/// What all runs of one scale share.
struct design_scale {
  double compute;
  recipe wanted;
  triad_targets targets;
  head_choice heads;
};

/// Builds the runs of a design, and records which cannot be built.
class designer {
 public:
  /// \throws std::invalid_argument as `validate`
  explicit designer(design_request const& r) : request_(resolved(r)), stop_(r.control.stop) {}

  /// True once the design must end with what it has.
  bool stopped() const { return stop_.stop_requested(); }
  recipe_source const& source() const { return request_.source; }
  design take() { return std::move(made_); }

  /// Recipe, targets and heads of a budget.
  design_scale at(double compute) const {
    recipe const wanted = recipe_for(request_, source().at(compute), compute);
    triad_targets const targets = targets_for(request_, wanted);
    return {compute, wanted, targets, choose_heads(request_, compute, targets)};
  }

  /// The feasible widths of a triad in multiples of the step, without those at either end whose integers miss the
  /// targets by more than the paper's own shapes do.
  holistic_inverse::width_range widths(design_scale const& scale, triad_targets const& targets) const {
    head_choice const& heads = scale.heads;
    holistic_inverse const inverse(targets, constants_with(request_, heads.n_heads, heads.n_kv_heads, heads.head_dim));
    auto const feasible = inverse.feasible_d_model();
    holistic_inverse::width_range const all{std::ceil(feasible.low / step()) * step(),
                                            std::floor(feasible.high / step()) * step()};
    constexpr double most_missed = 0.12;
    auto const is_near = [&](double d) {
      shape<double> const integers = round_as_paper(inverse, d, step());
      return deviation_of(request_.triad_of(integers, request_.shape_length()), targets).largest() <= most_missed;
    };
    holistic_inverse::width_range kept = all;
    while (kept.low <= all.high && !is_near(kept.low)) kept.low += step();
    while (kept.high >= kept.low && !is_near(kept.high)) kept.high -= step();
    return kept.low <= kept.high ? kept : all;
  }
  /// At most n different widths, evenly over the feasible ones; for n = 1 the middle.
  std::vector<double> even_widths(holistic_inverse::width_range const& feasible, std::size_t n) const {
    std::vector<double> all;
    for (std::size_t i = 0; i != n; ++i) {
      double const part = n == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(n - 1);
      double const d = to_step(feasible.low + part * (feasible.high - feasible.low), step());
      if (all.empty() || d > all.back()) all.push_back(d);
    }
    return all;
  }

  /// Adds the run of a triad, unless the design is stopped. A run without a feasible shape is recorded as left out.
  /// \param d_model empty for the width by the request's rule
  /// \returns whether the run was added
  bool add(design_phase phase, design_scale const& scale, triad_targets const& targets, std::optional<double> d_model,
           double compute, std::size_t stem) {
    if (stopped()) return false;
    try {
      made_.runs.push_back(run_of(phase, scale, targets, d_model, compute, stem));
      return true;
    } catch (std::invalid_argument const& error) {
      leave_out(std::string(name(phase)) + " at " + brief(compute, 3) + " FLOPs, M " +
                brief(targets.training_flops_per_token, 3) + ", M/N_a " + brief(targets.flops_per_active_parameter, 3) +
                ", N/N_a " + brief(targets.expansion_ratio, 3) + ": " + error.what());
      return false;
    }
  }
  void leave_out(std::string why) { made_.left_out.push_back(std::move(why)); }
  design_run& last() { return made_.runs.back(); }
  std::size_t size() const { return made_.runs.size(); }

  /// A batch in whole sequences, at least one.
  count whole_batch(double batch_tokens) const {
    double const length = static_cast<double>(request_.sequence_length);
    return nearest_count("sequences of a batch", std::max(1.0, batch_tokens / length));
  }
  double step() const { return request_.step(); }

 private:
  static resolved_request resolved(design_request const& r) {
    validate(r);
    request base = r.base;
    base.compute = r.scales.front();
    return resolve(base);
  }

  design_run run_of(design_phase phase, design_scale const& scale, triad_targets const& targets,
                    std::optional<double> d_model, double compute, std::size_t stem) const {
    if (d_model) d_model = std::floor(*d_model);
    real_shape solved = shape_with_heads(request_, scale.wanted, targets, scale.heads, d_model);
    if (!solved.width.fixed) solved.width = {.d_model = to_step(solved.width.d_model, step()), .fixed = true};
    shape<double> const integers = round_shape(request_, solved, compute);
    design_run run{.phase = phase,
                   .compute = compute,
                   .stem = stem,
                   .targets = targets,
                   .architecture = to_integers(integers, request_.vocab_size),
                   .triad = {},
                   .missed = deviation_of(request_.triad_of(integers, solved.length), targets),
                   .tokens = {},
                   .learning_rate = scale.wanted.learning_rate,
                   .batch_sequences = whole_batch(scale.wanted.batch_tokens),
                   .sequence_length = request_.shape_sequence_length};
    run.triad = request_.triad_of(run.architecture, request_.shape_sequence_length);
    run.tokens =
        nearest_count("tokens", std::max(1.0, compute / static_cast<double>(run.triad.training_flops_per_token)));
    run.flops = static_cast<double>(run.triad.training_flops_per_token * run.tokens);
    run.flops_to_pay = run.flops;
    return run;
  }

  resolved_request request_;
  stop_token stop_;
  design made_{};
};

}  // namespace moetric::v0::plan::detail
