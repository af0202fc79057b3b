#pragma once

#include <optional>
#include <string>

#include "command.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/layout.hpp"
#include "moetric/cluster/serving.hpp"
#include "moetric/plan/request.hpp"

// Options that several commands have, and what they are read into.

namespace tool {

/// How a model is laid out.
struct layout_options {
  moetric::cluster::layout layout{};
  std::optional<moetric::count> expert_tensor{};

  void declare(command& to);
  /// The layout, on the devices that `layout` has; with virtual stages it is interleaved.
  moetric::cluster::layout made() const;
};

/// The devices of a run, and the money that they take.
struct device_options {
  std::optional<moetric::cluster::device> device{};
  std::optional<moetric::cluster::number_format> precision{};
  std::optional<double> price{};
  std::string currency = "USD";
  bool balanced = false;

  option& declare_device(command& to, std::string const& help);
  option& declare_precision(command& to, std::string const& help);
  /// \param help of the price \returns that option and the currency's
  std::pair<option&, option&> declare_price(command& to, std::string const& help);
  option& declare_balanced(command& to, std::string const& by);
  moetric::cluster::number_format format() const;
  /// The price, if one is given.
  std::optional<moetric::cluster::device_price> device_price() const;
};

/// The tokens that a model serves over its life.
struct serving_options {
  moetric::cluster::serving_demand demand{};
  moetric::ratio weight_bytes = 2, cache_bytes = 2;
  std::optional<double> price{};

  /// Declares how the tokens of --inference-tokens are served, with an option without which that has no effect.
  /// \param also_alone context and batch then tell what is held
  void declare(command& to, std::string_view with, bool also_alone = false);
  /// True if a context or a batch is given.
  bool holds() const { return demand.context != 0 || demand.sequences != 0; }
  /// The demand, for so many generated tokens.
  /// \throws std::invalid_argument without context and batch
  moetric::cluster::serving_demand made(double output_tokens) const;
  /// The price of serving, or that of training without its own.
  moetric::cluster::device_price price_beside(moetric::cluster::device_price of_training) const;
};

/// Declares the options that determine a shape. They are read into a request and the name of its source.
void declare_shape(command& to, moetric::plan::request& request, std::string& source);

}  // namespace tool
