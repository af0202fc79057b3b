#pragma once

#include "moetric/core/nearest_count.hpp"
#include "moetric/plan/real_shape.hpp"

namespace moetric::v0::plan {

/// The shape of a plan: the real-valued one that meets the targets, and the integers that it is rounded to.
struct planned_shape {
  real_shape exact;
  shape<> architecture;
  deviation missed;          // of the architecture from the targets, at the length of the shape
  moetric::triad<> triad{};  // at the length at which the shape was chosen, where the targets hold

  /// M, M/N_a and N/N_a that the shape was solved for.
  triad_targets const& targets() const { return exact.targets; }
  /// (top_k + n_shared)·d_expert/d_model of the architecture.
  double width_ratio() const {
    return static_cast<double>(
        ratio((architecture.top_k + architecture.n_shared_experts) * architecture.d_expert, architecture.d_model));
  }
};

/// A real-valued shape whose numbers are integers, as counts.
inline shape<> to_integers(shape<double> s, count vocab_size) {
  s.vocab_size = static_cast<double>(vocab_size);
  return convert_shape<count>(s, [](double value) { return nearest_count("a size of the shape", value); });
}

/// The integers of a real-valued shape by the request's rule.
/// \throws std::invalid_argument if integers miss the targets by 25 % or more
inline shape<double> round_shape(resolved_request const& r, real_shape const& s, double compute) {
  rounding_limits limits{.step = r.step(), .fixed_d_model = s.width.fixed};
  if (r.n_layers) limits.n_layers = static_cast<double>(*r.n_layers);
  if (r.n_dense_layers) limits.n_dense_layers = static_cast<double>(*r.n_dense_layers);
  if (r.d_ff) limits.d_ff = static_cast<double>(*r.d_ff);
  shape<double> const real = s.numbers();
  limits.latents = r.latents(s.heads.head_dim);
  if (r.width == width_rule::width_ratio && !s.width.fixed && !s.width.clamped && !r.n_dense_layers)
    limits.width_ratios = r.width_ratio ? width_ratio_bounds{*r.width_ratio * 12 / 13, *r.width_ratio * 14 / 13}
                                        : width_ratio_bounds{3.0, 3.5};
  auto const missed_by = [&](shape<double> const& integers) {
    return deviation_of(r.triad_of(integers, s.length), s.targets).largest();
  };
  shape<double> integers;
  if (r.rounding == rounding_rule::paper) {
    double const d_model = s.width.fixed ? s.width.d_model : detail::to_step(s.width.d_model, limits.step);
    integers = round_as_paper(s.inverse, d_model, limits.step, limits.n_dense_layers);
    if (limits.n_layers) integers.n_moe_layers = std::max(1.0, *limits.n_layers - integers.n_dense_layers);
  } else {
    integers = round_nearest(real, s.targets, s.length, limits);
    // Table 4's heads hold at six budgets only, so these shapes have no neighbours to stay continuous with.
    if (missed_by(integers) > 0.045 && laws::holistic::scale_at(compute) && !s.width.fixed && !r.n_layers &&
        !r.n_dense_layers) {
      limits.wide = true;
      integers = round_nearest(real, s.targets, s.length, limits);
    }
  }
  if (double const missed = missed_by(integers); !(missed < 0.25))
    detail::refuse("compute must be large enough for integer layers and widths in multiples of " +
                   to_string(r.multiple_of) + ", which miss the targets by " + brief(100 * missed, 3) + " % here");
  return integers;
}

/// A real-valued shape rounded to integers. If rounding exceeds the limit of parameters, N/N_a is lowered further until
/// the integers meet it.
/// \throws std::invalid_argument as `round_shape` and `within_parameters`
inline planned_shape plan_shape(resolved_request const& r, real_shape const& solved, double compute) {
  auto const rounded = [&](real_shape const& s) {
    shape<> const integers = to_integers(round_shape(r, s, compute), r.vocab_size);
    return planned_shape{s, integers, deviation_of(r.triad_of(to_real(integers), s.length), s.targets),
                         r.triad_of(integers, r.shape_sequence_length)};
  };
  planned_shape planned = rounded(solved);
  if (!r.parameters_limit) return planned;
  double const limit = *r.parameters_limit;
  for (double aim = limit;;) {
    double const total = static_cast<double>(moetric::total_parameters(r.model_of(planned.architecture)));
    if (total <= limit) return planned;
    aim *= std::fmin(0.995, limit / total);
    planned = rounded(within_parameters(r, planned.exact, aim));
  }
}

}  // namespace moetric::v0::plan
