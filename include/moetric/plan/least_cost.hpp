#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "moetric/cluster/serving.hpp"
#include "moetric/core/nearest_count.hpp"
#include "moetric/core/root.hpp"
#include "moetric/plan/plan.hpp"
#include "moetric/plan/speed.hpp"

/// The plan that reaches a loss for the least money over a model's life: smaller models cost more tokens to train and
/// less to serve.
namespace moetric::v0::plan {

/// A loss to reach, devices to train and serve on, and their prices.
struct cost_question {
  double target_loss = 0;  // of the source's own law, else of the fine-grained law
  cluster::device on;
  cluster::number_format format = cluster::number_format::bf16;
  count devices = 8;
  cluster::device_price price{};          // of training
  cluster::device_price serving_price{};  // on the same devices
  cluster::serving_demand serving{};
  bool balanced = false;
};

/// The money of one size of model at the target loss.
struct cost_point {
  double training_flops_per_token;
  double tokens;
  cluster::lifetime_cost cost;
};

/// The plan of least total cost.
struct least_cost_plan {
  complete_plan plan;
  loss_by_law loss;  // of the plan
  cluster::run_estimate speed;
  cluster::run_time time;
  cluster::serving_estimate serving;
  cost_point best;                // of the plan
  cost_point compute_optimal;     // the model that a budget for training alone buys at this loss
  std::vector<cost_point> tried;  // sizes that reach the loss, the smallest first
};

namespace detail {

/// Plans of several sizes at one loss.
struct sizes_at_loss {
  cost_question const& asked;
  request wanted;

  struct sized {
    request from;  // that gives the plan
    plan_core core;
    model of;
    double tokens;

    double flops_per_token() const { return static_cast<double>(core.run.triad.training_flops_per_token); }
  };

  double loss(model const& m, double tokens) const {
    count const whole = nearest_count("tokens", std::floor(tokens));
    return wanted.source.loss ? wanted.source.loss(m, whole).loss
                              : laws::evaluate(laws::fine_grained::set_for(m), m, whole).loss;
  }
  loss_by_law described(model const& m, count tokens) const {
    return wanted.source.loss ? wanted.source.loss(m, tokens) : fine_grained_loss(m, tokens);
  }
  /// Tokens with which a model reaches the loss; NaN if no number of them does.
  double tokens_for(model const& m) const {
    constexpr double fewest = 1e8, most = 1e18;
    double const root = root_near([&](double log_tokens) { return asked.target_loss - loss(m, std::exp(log_tokens)); },
                                  std::log(1e12), std::log(fewest), std::log(most));
    return std::exp(root);
  }
  sized core_for(double compute, std::optional<double> flops_per_token) const {
    request r = wanted;
    r.compute = compute;
    if (flops_per_token) r.training_flops_per_token = flops_per_token;
    plan_core core = core_of(r);
    model const m = core.request.model_of(core.shape.architecture);
    double const tokens = static_cast<double>(core.run.tokens);
    return {std::move(r), std::move(core), m, tokens};
  }
  /// The model of so many FLOPs per token with the tokens that reach the loss; empty if none does. Integers of the
  /// shape follow the budget, and the tokens follow the integers: the answer is a plan that its own budget gives again.
  std::optional<sized> at_size(double flops_per_token, double tokens) const {
    constexpr double near_enough = 5e-4;  // of the loss, where the two do not settle
    std::optional<sized> made;
    for (int round = 0; round != 6; ++round) {
      try {
        double const per_token = made ? made->flops_per_token() : flops_per_token;
        sized next = core_for(per_token * tokens, flops_per_token);
        bool const settled = made && next.of == made->of;
        made = std::move(next);
        if (settled) break;
      } catch (std::invalid_argument const&) {
        return {};  // no shape
      }
      tokens = tokens_for(made->of);
      if (std::isnan(tokens) || (wanted.tokens_limit && tokens > *wanted.tokens_limit)) return {};
    }
    bool const reached = std::fabs(loss(made->of, made->tokens) / asked.target_loss - 1) < near_enough;
    return reached ? made : std::nullopt;
  }

  cluster::run_estimate speed(sized const& s) const {
    return speed_of(s.of, s.core.request.sequence_length,
                    {.on = asked.on, .format = asked.format, .devices = asked.devices, .balanced = asked.balanced});
  }
  cost_point cost(sized const& s) const {
    cluster::run_estimate const estimate = speed(s);
    cluster::serving_estimate const served =
        cluster::serving_of(s.of, asked.serving, asked.on, asked.format, estimate.tokens_per_second);
    return {s.flops_per_token(), s.tokens,
            cluster::lifetime_cost_of(estimate.tokens_per_second.dividing(s.tokens / cluster::seconds_per_hour),
                                      asked.price, served.device_hours, asked.serving_price)};
  }
};

inline least_cost_plan cheapest(cost_question const& asked, request wanted) {
  require_positive("target_loss", asked.target_loss);
  require_positive("devices", static_cast<double>(asked.devices));
  wanted.training_flops_per_token = {};
  wanted.inference_tokens = 0;
  sizes_at_loss const sizes{asked, wanted};
  constexpr double guess = 1e22;
  static_cast<void>(sizes.core_for(guess, {}));  // what is wrong with the request is told here
  auto const excess = [&](double log_compute) {
    try {
      auto const s = sizes.core_for(std::exp(log_compute), {});
      return asked.target_loss - sizes.loss(s.of, s.tokens);
    } catch (std::invalid_argument const&) {
      return std::numeric_limits<double>::quiet_NaN();  // no plan for so much
    }
  };
  double const log_compute = root_near(excess, std::log(guess), std::log(1e17), std::log(1e30));
  if (std::isnan(log_compute))
    refuse("target_loss must be the loss of a plan for 1e17 to 1e30 FLOPs, but got " +
           moetric::detail::shortest(asked.target_loss));
  auto optimal = sizes.core_for(std::exp(log_compute), {});
  double const m_opt = optimal.flops_per_token();
  cost_point const of_optimal = sizes.cost(optimal);
  std::vector<cost_point> tried;
  std::optional<sizes_at_loss::sized> best;
  cost_point best_cost{};
  double tokens = optimal.tokens;
  double best_step = 0;
  auto const look = [&](double step) {
    auto found = sizes.at_size(m_opt * std::exp2(step), tokens);
    if (!found) return;
    tokens = found->tokens;
    tried.push_back(sizes.cost(*found));
    if (best && !(tried.back().cost.total.amount.median < best_cost.cost.total.amount.median)) return;
    best_cost = tried.back();
    best_step = step;
    best = std::move(found);
  };
  // The tokens of a size are the guess for the next.
  for (int eighths = 32; eighths >= -64; --eighths) look(eighths / 8.);
  if (best) {
    tokens = best->tokens;
    double const around = best_step;
    for (int part = 7; part >= -7; --part)
      if (part != 0) look(around + part / 64.);
  }
  std::sort(tried.begin(), tried.end(), [](cost_point const& a, cost_point const& b) {
    return a.training_flops_per_token < b.training_flops_per_token;
  });
  if (!best || of_optimal.cost.total.amount.median < best_cost.cost.total.amount.median) {
    best = std::move(optimal);
    best_cost = of_optimal;
  }
  complete_plan made = make(best->from);
  cluster::run_estimate const speed = sizes.speed(*best);
  double const devices = static_cast<double>(asked.devices);
  cluster::run_time const time = speed.time_of(best->tokens, devices, static_cast<double>(made.run.batch_tokens));
  cluster::serving_estimate const served =
      cluster::serving_of(best->of, asked.serving, asked.on, asked.format, speed.tokens_per_second);
  loss_by_law const loss = sizes.described(made.request.model_of(made.shape.architecture), made.run.tokens);
  return {std::move(made), loss, speed, time, served, best_cost, of_optimal, std::move(tried)};
}

}  // namespace detail

/// The model and the tokens that reach a loss for the least money in the median, training and serving together. Sizes
/// from 1/256 to 16 times the compute-optimal one are compared, in steps of 1.1 % around the cheapest; integers make
/// the cost a staircase of the size, so a finer step says no more. Speed and its interval are those of `estimate_run`,
/// without a layout.
/// \param wanted its `compute`, `training_flops_per_token` and `inference_tokens` are not read
/// \throws std::invalid_argument for a loss that no plan reaches; as `make`, `serving_of` and `lifetime_cost_of`
#ifdef MOETRIC_COMPILED
least_cost_plan make_cheapest(cost_question const& asked, request wanted);
#else
inline least_cost_plan make_cheapest(cost_question const& asked, request wanted) {
  return detail::cheapest(asked, std::move(wanted));
}
#endif

}  // namespace moetric::v0::plan
