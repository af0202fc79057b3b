#pragma once

#include <utility>

#include "moetric/account/parameters.hpp"
#include "moetric/plan/heads.hpp"
#include "moetric/plan/serving.hpp"

namespace moetric::v0 {
namespace detail {

/// Everything that follows from a budget before rounding.
struct solved_shape {
  recipe wanted;
  triad_targets targets;
  head_choice heads;
  holistic_inverse inverse;
  width_choice width;
  double length;         // tokens of a sequence, at which the shape is chosen
  bool limited = false;  // N/N_a was lowered to meet a limit
};

/// What a source wants at a budget, with what the request fixes of it in its place.
inline recipe wanted_by(plan_request const& r, recipe wanted, double compute) {
  if (r.training_flops_per_token) wanted.training_flops_per_token = *r.training_flops_per_token;
  if (r.flops_per_active_parameter) wanted.flops_per_active_parameter = *r.flops_per_active_parameter;
  if (r.tokens_limit && compute / wanted.training_flops_per_token > *r.tokens_limit)
    wanted.training_flops_per_token = compute / *r.tokens_limit;
  return wanted;
}

inline triad_targets targets_of(plan_request const& r, recipe const& wanted) {
  auto const real = [](count value) { return static_cast<double>(value); };
  sparsity const experts = sparsity_of(r);
  double const largest = laws::holistic::largest_expansion_ratio(real(experts.n_experts), real(experts.top_k),
                                                                 real(experts.n_shared_experts));
  triad_targets t{wanted.training_flops_per_token, wanted.flops_per_active_parameter,
                  r.expansion_ratio.value_or(1 + wanted.expert_share * (largest - 1))};
  if (r.n_layers && r.n_heads) {  // what scores do not take of M is 6·N_a
    double const m = t.training_flops_per_token;
    double const scores = 6 * real(shape_length_of(r)) * real(*r.n_heads * r.head_dim.value_or(128) * *r.n_layers);
    if (!(scores < m))
      invalid(("moetric: n_layers x n_heads x head_dim must leave FLOPs for weights, but scores take " + brief(scores) +
               " of " + brief(m))
                  .c_str());
    t.flops_per_active_parameter = 6 * m / (m - scores);
  }
  return t;
}

/// The shape of given heads. \throws std::invalid_argument for a width or depth that cannot be
inline solved_shape shape_for(plan_request const& r, recipe const& wanted, triad_targets const& targets,
                              head_choice const& heads) {
  shape_constants const constants = constants_of(r, heads.n_heads, heads.n_kv_heads, heads.head_dim);
  holistic_inverse const inverse(targets, constants);
  width_choice const width = choose_width(r, inverse, wanted.d_model);
  if (inverse.n_layers() > 1000)
    invalid(("moetric: n_heads x head_dim must be large enough to leave at most 1000 layers, but they leave " +
             brief(inverse.n_layers()))
                .c_str());
  auto const feasible =
      r.d_model && r.rounding == rounding::paper ? inverse.possible_d_model() : inverse.feasible_d_model();
  double const step = static_cast<double>(r.multiple_of);  // a width that a plan rounded to may lie this far outside
  if (width.d_model < feasible.low - step || width.d_model > feasible.high + step)
    invalid(("moetric: d_model must be from " + brief(std::ceil(feasible.low), 6) + " to " +
             brief(std::floor(feasible.high), 6) + " with these heads and targets, but got " + brief(width.d_model, 9))
                .c_str());
  return {wanted, targets, heads, inverse, width, constants.sequence_length};
}

/// The most parameters that the request allows, embeddings included; 0 for no limit.
inline double parameters_allowed(plan_request const& r) {
  double most = r.total_parameters_limit ? static_cast<double>(*r.total_parameters_limit) : 0;
  if (r.memory_limit) {
    double const by_memory = static_cast<double>(floor_div(*r.memory_limit, r.bytes_per_parameter));
    most = most == 0 ? by_memory : std::fmin(most, by_memory);
  }
  return most;
}

inline double total_parameters(shape<double> s, count vocab_size) {
  s.vocab_size = static_cast<double>(vocab_size);
  return account_of(s).stored.total();
}

/// The shape whose N/N_a was lowered until the whole model has at most `allowed` parameters.
inline solved_shape within_parameters(plan_request const& r, solved_shape const& s, double allowed) {
  auto const total = [&](solved_shape const& of) {
    return total_parameters(of.inverse.at(of.width.d_model), vocab_size_of(r));
  };
  if (total(s) <= allowed) return s;
  auto const at = [&](double expansion_ratio) {
    triad_targets targets = s.targets;
    targets.expansion_ratio = expansion_ratio;
    solved_shape solved = shape_for(r, s.wanted, targets, s.heads);
    solved.limited = true;
    return solved;
  };
  double low = 1.01, high = s.targets.expansion_ratio;
  if (double const least = total(at(low)); least > allowed)
    invalid(("moetric: the limit of parameters or memory must leave room for at least " + brief(least, 3) +
             " parameters, which this budget's active ones and embeddings take, but allows " + brief(allowed, 3))
                .c_str());
  for (int i = 0; i != 50; ++i) {
    double const middle = (low + high) / 2;
    (total(at(middle)) <= allowed ? low : high) = middle;
  }
  return at(low);
}

/// \param compute of training, in the paper's own convention
inline solved_shape solve_shape(plan_request const& r, recipe const& from_source, double compute) {
  recipe const wanted = wanted_by(r, from_source, compute);
  triad_targets const targets = targets_of(r, wanted);
  solved_shape const s = shape_for(r, wanted, targets, choose_heads(r, compute, targets));
  double const allowed = parameters_allowed(r);
  return allowed == 0 ? s : within_parameters(r, s, allowed);
}

/// Training FLOPs per token of every matrix product over those of the paper's M, for a real-valued shape.
inline double matmul_over_holistic(shape<double> s, count vocab_size, double sequence_length) {
  s.vocab_size = static_cast<double>(vocab_size);
  account<double> const book = account_of(s);
  double const m = triad_of(s, sequence_length).training_flops_per_token;
  return (m + 6 * (book.multiplied[term::router] + book.multiplied[term::output_head])) / m;
}

/// The integers of a solved shape, by the request's rule.
/// \throws std::invalid_argument where integers miss the targets by more than a quarter
inline shape<double> round_shape(plan_request const& r, solved_shape const& s, double compute) {
  rounding_limits limits{.step = static_cast<double>(r.multiple_of), .fixed_d_model = r.d_model.has_value()};
  if (r.n_layers) limits.n_layers = static_cast<double>(*r.n_layers);
  if (r.width == d_rule::width_ratio && !r.d_model && !s.width.clamped) limits.window = {3.0, 3.5};
  shape<double> const real = s.inverse.at(s.width.d_model);
  auto const missed_by = [&](shape<double> const& integers) {
    return deviation_of(triad_of(integers, s.length), s.targets).largest();
  };
  shape<double> integers;
  if (r.rounding == rounding::paper) {
    integers =
        round_as_paper(s.inverse, r.d_model ? s.width.d_model : to_step(s.width.d_model, limits.step), limits.step);
    if (limits.n_layers) integers.n_moe_layers = std::max(1.0, *limits.n_layers - integers.n_dense_layers);
  } else {
    integers = round_nearest(real, s.targets, s.length, limits);
    // Table 4's heads hold at six budgets alone, so these shapes have no neighbours that they must resemble.
    if (missed_by(integers) > 0.045 && laws::holistic::scale_at(compute) && !r.d_model && !r.n_layers) {
      limits.wide = true;
      integers = round_nearest(real, s.targets, s.length, limits);
    }
  }
  if (double const missed = missed_by(integers); !(missed < 0.25))
    invalid(("moetric: compute must be large enough for integer layers and widths in multiples of " +
             to_string(r.multiple_of) + ", which miss the targets by " + brief(100 * missed, 3) + " % here")
                .c_str());
  return integers;
}

/// The compute in the paper's convention whose shape costs the requested FLOPs when every product is paid for.
inline double holistic_compute_for(plan_request const& r, plan_source const& source) {
  auto const whole_cost = [&](double compute) {
    solved_shape const s = solve_shape(r, source.at(compute), compute);
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

inline shape<> to_integers(shape<double> s, count vocab_size) {
  s.vocab_size = static_cast<double>(vocab_size);
  return convert_shape<count>(s, [](double value) { return static_cast<std::uint64_t>(std::llround(value)); });
}

/// Rounded, and where rounding up passed a limit of parameters rounded again below it.
inline shape<> integers_within(plan_request const& r, solved_shape& s, double compute) {
  double const allowed = parameters_allowed(r);
  for (double aim = allowed;;) {
    shape<> const integers = to_integers(round_shape(r, s, compute), vocab_size_of(r));
    double const total = static_cast<double>(moetric::total_parameters(to_model(integers)));
    if (allowed == 0 || total <= allowed) return integers;
    aim *= std::fmin(0.995, allowed / total);
    s = within_parameters(r, s, aim);
  }
}

}  // namespace detail
}  // namespace moetric::v0
