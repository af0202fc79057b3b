#pragma once

#include <memory>
#include <string>

#include "command.hpp"
#include "moetric/cluster/serving.hpp"

// Shared by the commands that count what serving takes.

namespace tool {

/// What a model serves over its life, as typed.
struct serving_options {
  std::string output_tokens, input_tokens, context, batch, weight_bytes = "2", cache_bytes = "2", measured, price;
};

/// The options that say how the tokens of --inference-tokens are served. Context and batch alone say what is held.
inline constexpr char const* serving_option_names[] = {
    "--inference-input-tokens",       "--serving-context",     "--serving-batch",
    "--serving-weight-bytes",         "--serving-cache-bytes", "--serving-tokens-per-second",
    "--serving-price-per-device-hour"};

/// Declares them, all but --inference-tokens.
void add_serving_options(arguments command, std::shared_ptr<serving_options> const& chosen);

/// The demand that they describe.
/// \throws std::invalid_argument naming the option
moetric::cluster::serving_demand serving_of(serving_options const& chosen);

/// The price of serving, or that of training without its own.
moetric::cluster::device_price serving_price_of(serving_options const& chosen,
                                                moetric::cluster::device_price const& of_training);

}  // namespace tool
