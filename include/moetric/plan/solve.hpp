#pragma once

#include <utility>

#include "moetric/plan/heads.hpp"

namespace moetric::inline v0 {
namespace detail {

/// Everything that follows from a budget before rounding.
struct solved_shape {
  triad_targets targets;
  head_choice heads;
  holistic_inverse inverse;
  width_choice width;
  double length;  // tokens of a sequence, at which the shape is chosen
};

inline solved_shape solve_shape(plan_request const& r, double compute) {
  using namespace laws;
  auto const real = [](count value) { return static_cast<double>(value); };
  sparsity const experts = sparsity_of(r);
  triad_targets const targets{holistic::optimal_training_flops_per_token(compute),
                              r.flops_per_active_parameter.value_or(holistic::flops_per_active_parameter(compute)),
                              r.expansion_ratio.value_or(holistic::expansion_ratio(
                                  real(experts.n_experts), real(experts.top_k), real(experts.n_shared_experts)))};
  head_choice const heads = choose_heads(r, compute, targets);
  shape_constants const constants = constants_of(r, heads.n_heads, heads.n_kv_heads, heads.head_dim);
  holistic_inverse const inverse(targets, constants);
  width_choice const width = choose_width(r, inverse);
  if (inverse.n_layers() > 1000)
    invalid(("moetric: n_heads x head_dim must be large enough to leave at most 1000 layers, but they leave " +
             brief(inverse.n_layers()))
                .c_str());
  auto const feasible = inverse.feasible_d_model();
  double const step = real(r.multiple_of);  // a width that a plan rounded to may lie this far outside
  if (width.d_model < feasible.low - step || width.d_model > feasible.high + step)
    invalid(("moetric: d_model must be from " + brief(std::ceil(feasible.low), 6) + " to " +
             brief(std::floor(feasible.high), 6) + " with these heads and targets, but got " + brief(width.d_model, 9))
                .c_str());
  return {targets, heads, inverse, width, constants.sequence_length};
}

/// Training FLOPs per token of every matrix product over those of the paper's M, for a real-valued shape.
inline double matmul_over_holistic(shape<double> s, count vocab_size, double sequence_length) {
  s.vocab_size = static_cast<double>(vocab_size);
  tally<double> const book = tally_of(s);
  double const m = triad_of(s, sequence_length).training_flops_per_token;
  return (m + 6 * (book.multiplied[term::router] + book.multiplied[term::output_head])) / m;
}

/// The integers of a solved shape, by the request's rule.
/// \throws std::invalid_argument where integers miss the targets by more than a quarter
inline shape<double> round_shape(plan_request const& r, solved_shape const& s) {
  double const step = static_cast<double>(r.multiple_of);
  auto const integers = [&]() -> shape<double> {
    double const d_model = r.d_model ? s.width.d_model : to_step(s.width.d_model, step);
    if (r.rounding == rounding::paper) return round_as_paper(s.inverse, d_model, step);
    if (r.width == d_rule::width_ratio && !r.d_model && !s.width.clamped)
      if (auto const inside =
              round_nearest(s.inverse.at(s.width.d_model), s.targets, s.length, step, width_ratio_window{3.0, 3.5}))
        return *inside;
    return *round_nearest(s.inverse.at(d_model), s.targets, s.length, step, {});
  }();
  double const missed = deviation_of(triad_of(integers, s.length), s.targets).largest();
  if (!(missed < 0.25))
    invalid(("moetric: compute must be large enough for integer layers and widths in multiples of " +
             to_string(r.multiple_of) + ", which miss the targets by " + brief(100 * missed, 3) + " % here")
                .c_str());
  return integers;
}

/// The compute in the paper's convention whose shape costs the requested FLOPs when every product is paid for.
inline double holistic_compute_for(plan_request const& r) {
  auto const whole_cost = [&r](double compute) {
    solved_shape const s = solve_shape(r, compute);
    return compute * matmul_over_holistic(s.inverse.at(s.width.d_model), vocab_size_of(r),
                                          static_cast<double>(r.sequence_length));
  };
  double high = r.compute;
  double low = high;
  while (whole_cost(low) > r.compute) high = std::exchange(low, low * 0.8);  // in steps: the rules end somewhere below
  for (int i = 0; i != 60; ++i) {
    double const middle = std::sqrt(low * high);
    (whole_cost(middle) < r.compute ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

inline shape<> to_integers(shape<double> const& s, count vocab_size) {
  auto const whole = [](double value) { return count(static_cast<std::uint64_t>(std::llround(value))); };
  return {.d_model = whole(s.d_model),
          .n_dense_layers = whole(s.n_dense_layers),
          .n_moe_layers = whole(s.n_moe_layers),
          .n_heads = whole(s.n_heads),
          .n_kv_heads = whole(s.n_kv_heads),
          .head_dim = whole(s.head_dim),
          .d_ff = whole(s.d_ff),
          .d_expert = whole(s.d_expert),
          .n_experts = whole(s.n_experts),
          .top_k = whole(s.top_k),
          .n_shared_experts = whole(s.n_shared_experts),
          .vocab_size = vocab_size};
}

}  // namespace detail
}  // namespace moetric::inline v0
