#pragma once

#include <stdexcept>

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
  double training_price = 1;   // of one training FLOP
  double inference_price = 1;  // of one inference FLOP
};

/// A point with its cost over training and inference.
template <class Inputs>
struct basic_served_point : basic_point<Inputs> {
  double cost;           // training and inference
  double training_cost;  // part of cost
};
template <laws::ComputeLaw L>
using served_point = basic_served_point<typename L::inputs>;
using any_served_point = basic_served_point<laws::input_values>;

namespace detail {

/// The cost of points over training and inference.
class lifetime_cost {
 public:
  lifetime_cost(any_law const& law, inference_demand const& demand) : law_(law), demand_(demand) {}

  any_served_point at(any_point const& trained) const {
    double const spent = training(trained.compute);
    return {trained, spent + serving(law_.training_flops_per_token(trained.at)), spent};
  }
  /// d cost / d ln N along a line of equal loss, where d ln D / d ln N = −(∂L/∂ln N) / (∂L/∂ln D).
  double slope(any_point const& trained) const {
    input_values const& values = trained.at;
    double const per_token = law_.training_flops_per_token(values);
    double const growth =
        values[0] * law_.training_flops_per_token(with(dual<>::variable(values[0]), dual<>(values[1]), values)).by[0];
    double const tokens_growth = -trained.loss_per_parameters / trained.loss_per_tokens;
    return training(values[1] * (growth + per_token * tokens_growth)) + serving(growth);
  }

 private:
  double training(double flops) const { return flops * demand_.training_price / demand_.training_mfu; }
  /// The forward pass alone, a third of forward and backward.
  double serving(double flops_per_token) const {
    return flops_per_token / 3 * demand_.inference_price *
           (demand_.input_tokens / demand_.input_mfu + demand_.output_tokens / demand_.output_mfu);
  }

  any_law const& law_;
  inference_demand const& demand_;
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

/// The cost of a point over training and inference.
/// \throws std::invalid_argument naming a number of the demand outside its domain
inline any_served_point with_demand(laws::any_law const& law, any_point const& trained,
                                    inference_demand const& demand) {
  detail::require_demand(demand);
  return detail::lifetime_cost(law, demand).at(trained);
}

/// The model of least cost over training and inference among those of one loss:
///   min f(N)·D·price_train/MFU_train + f(N)/3·price_inference·(D_in/MFU_in + D_out/MFU_out),  L(N, D) = loss
/// The first two of `fixed` are not read.
/// \throws std::invalid_argument naming a number outside its domain, or if the loss is out of reach
/// Source: Sardana et al., 2401.00448, where f = 6·N, so inference costs 2·N FLOPs for each token.
inline any_served_point at_loss_and_demand(laws::any_law const& law, double loss, inference_demand const& demand,
                                           std::span<double const> fixed = {}) {
  detail::require_demand(demand);
  detail::lifetime_cost const cost(law, demand);
  any_point const untaxed = at_loss(law, loss, fixed);
  auto const trained = [&](double log_parameters) {
    return tokens_at_loss(law, loss, detail::with(std::exp(log_parameters), 1.0, untaxed.at));
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
  double const at_most = std::log(untaxed.at[0]);
  double const root = root_near(slope, at_most, detail::least_log, at_most + 1);
  return cost.at(std::isnan(root) ? untaxed : trained(root));
}
template <laws::ComputeLaw L>
served_point<L> at_loss_and_demand(L const& law, double loss, inference_demand const& demand,
                                   typename L::inputs const& fixed = {}) {
  auto const best = at_loss_and_demand(laws::any_law(law), loss, demand, laws::detail::to_array(fixed));
  return {detail::typed<typename L::inputs>(best), best.cost, best.training_cost};
}

}  // namespace moetric::v0::optimum
