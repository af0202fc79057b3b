#pragma once

#include "moetric/optimum/equal_loss.hpp"

/// The cheapest model of a given loss if it is also served: smaller and trained for longer than the compute-optimal
/// one.
namespace moetric::v0::optimum {

/// The inference demand over a model's lifetime, and the price of FLOPs. Prices are for FLOPs at full utilisation; with
/// the defaults cost is in FLOPs.
struct inference_demand {
  double input_tokens = 0;
  double output_tokens = 0;
  double training_mfu = 1;
  double input_mfu = 1;
  double output_mfu = 1;
  double training_price = 1;
  double inference_price = 1;
};

/// A point with its cost over training and inference.
template <laws::ComputeLaw L>
struct served_point : point<L> {
  double cost;           // training and inference
  double training_cost;  // part of cost
};

namespace detail {

template <laws::ComputeLaw L>
struct lifetime_cost {
  L const& law;
  inference_demand const& demand;

  double training(double flops) const { return flops * demand.training_price / demand.training_mfu; }
  /// The forward pass alone, a third of forward and backward.
  double serving(double flops_per_token) const {
    return flops_per_token / 3 * demand.inference_price *
           (demand.input_tokens / demand.input_mfu + demand.output_tokens / demand.output_mfu);
  }
  served_point<L> at(point<L> const& trained) const {
    double const spent = training(trained.compute);
    return {trained, spent + serving(law.training_flops_per_token(trained.at)), spent};
  }
  /// d cost / d ln N along a line of equal loss, where d ln D / d ln N = −(∂L/∂ln N) / (∂L/∂ln D).
  double slope(point<L> const& trained) const {
    auto const values = laws::detail::to_array(trained.at);
    double const per_token = law.training_flops_per_token(trained.at);
    double const growth =
        values[0] *
        dual(law.training_flops_per_token(with<dual>(law, dual::variable(values[0]), dual(values[1]), trained.at)))
            .by[0];
    double const tokens_growth = -trained.loss_per_parameters / trained.loss_per_tokens;
    return training(values[1] * (growth + per_token * tokens_growth)) + serving(growth);
  }
};

inline void require_demand(inference_demand const& demand) {
  for (auto const& [name, value] :
       {std::pair{"input_tokens", demand.input_tokens}, std::pair{"output_tokens", demand.output_tokens}})
    laws::detail::require_in_domain({.name = name, .values = laws::domain::non_negative}, value);
  for (auto const& [name, value] :
       {std::pair{"training_mfu", demand.training_mfu}, std::pair{"input_mfu", demand.input_mfu},
        std::pair{"output_mfu", demand.output_mfu}})
    laws::detail::require_in_domain({.name = name, .values = laws::domain::at_most_one}, value);
  moetric::detail::require_positive("training_price", demand.training_price);
  moetric::detail::require_positive("inference_price", demand.inference_price);
}

}  // namespace detail

/// The model of least cost over training and inference among those of one loss:
///   min f(N)·D·price_train/MFU_train + f(N)/3·price_inference·(D_in/MFU_in + D_out/MFU_out),  L(N, D) = loss
/// The first two of `fixed` are not read.
/// \throws std::invalid_argument naming a number outside its domain, or if the loss is out of reach
/// Source: Sardana et al., 2401.00448, where f = 6·N, so inference costs 2·N FLOPs for each token.
template <laws::ComputeLaw L>
served_point<L> at_loss_and_demand(L const& law, double loss, inference_demand const& demand,
                                   typename L::inputs const& fixed = {}) {
  detail::require_demand(demand);
  detail::lifetime_cost<L> const cost{law, demand};
  point<L> const untaxed = at_loss(law, loss, fixed);
  auto const trained = [&](double log_parameters) {
    return tokens_at_loss(law, loss, detail::with<double>(law, std::exp(log_parameters), 1.0, fixed));
  };
  // Serving makes parameters dearer, so the answer is at or below the optimum of training alone. Towards the smallest
  // model that reaches the loss, tokens grow without bound and the slope falls to minus infinity.
  auto const slope = [&](double log_parameters) {
    try {
      return cost.slope(trained(log_parameters)) / untaxed.compute;
    } catch (std::invalid_argument const&) {
      return -1.0;
    }
  };
  double const at_most = std::log(laws::detail::to_array(untaxed.at)[0]);
  double const root = detail::root_near(slope, at_most, detail::least_log, at_most + 1);
  return cost.at(std::isnan(root) ? untaxed : trained(root));
}

}  // namespace moetric::v0::optimum
