#pragma once

#include <optional>
#include <string>

#include "moetric/cluster/cost.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/layout.hpp"
#include "moetric/cluster/serving.hpp"
#include "moetric/io/error.hpp"

/// The devices of a run, its layout and its price, as people type them.
namespace moetric::v0::io {

/// The layout of a model.
struct parallel_request {
  cluster::layout layout{};
  std::optional<count> expert_tensor{};  // devices that share each routed expert; else the tensor-parallel size

  /// The layout, on the devices that `layout` has; with virtual stages it is interleaved.
  cluster::layout made() const {
    cluster::layout made = layout;
    made.sizes.expert_tensor = expert_tensor.value_or(layout.sizes.tensor);
    if (made.virtual_stages != 1) made.schedule = cluster::schedule::interleaved;
    return made;
  }
};

/// The devices of a run, and the money that they take.
struct device_request {
  std::optional<cluster::device> device{};
  std::optional<cluster::number_format> precision{};  // of matrix products; bf16 if it is not given
  std::optional<double> price{};                      // of a device for an hour, in `currency`
  std::string currency = "USD";
  bool balanced = false;  // experts balanced by force

  /// The format of matrix products.
  cluster::number_format format() const { return precision.value_or(cluster::number_format::bf16); }
  /// The price, if one is given.
  std::optional<cluster::device_price> device_price() const {
    if (!price) return std::nullopt;
    return cluster::device_price{.per_device_hour = *price, .currency = currency};
  }
};

/// The tokens that a model serves over its life.
struct serving_request {
  cluster::serving_demand demand{};
  ratio weight_bytes = 2, cache_bytes = 2;  // of an element
  std::optional<double> price{};            // of a device for an hour; else that of training

  /// True if a context or a batch is given.
  bool holds() const { return demand.context != 0 || demand.sequences != 0; }
  /// The demand, for so many generated tokens. \throws std::invalid_argument without context and batch
  cluster::serving_demand made(double output_tokens) const {
    if (demand.context == 0 || demand.sequences == 0)
      refuse(
          "--serving-context and --serving-batch must be given together, and with --inference-tokens: they decide what "
          "a token costs");
    cluster::serving_demand made = demand;
    made.output_tokens = output_tokens;
    made.bytes = {.weights = weight_bytes, .routed_experts = weight_bytes, .cache = cache_bytes, .states = cache_bytes};
    return made;
  }
  /// The price of serving, or that of training without its own.
  cluster::device_price price_beside(cluster::device_price of_training) const {
    if (price) of_training.per_device_hour = *price;
    return of_training;
  }
};

}  // namespace moetric::v0::io
