#include "serving_options.hpp"

#include <iterator>

namespace tool {

using moetric::cluster::device_price;
using moetric::cluster::serving_demand;

void add_serving_options(arguments command, std::shared_ptr<serving_options> const& chosen) {
  auto const option = [&](char const* name, std::string serving_options::*field, char const* help) {
    return command.add_option(name, (*chosen).*field, help);
  };
  option("--inference-input-tokens", &serving_options::input_tokens, "Tokens of prompts over the whole life (0)");
  option("--serving-context", &serving_options::context,
         "Cached tokens of a sequence while it generates, in the mean; with --serving-batch alone: does serving fit?");
  option("--serving-batch", &serving_options::batch, "Sequences that a replica decodes together");
  option("--serving-weight-bytes", &serving_options::weight_bytes, "Bytes of a served weight")->capture_default_str();
  option("--serving-cache-bytes", &serving_options::cache_bytes, "Bytes of a cached element")->capture_default_str();
  option("--serving-tokens-per-second", &serving_options::measured,
         "Generated tokens/s of one device that you measured; else the roofline, derated");
  option("--serving-price-per-device-hour", &serving_options::price,
         "Your price of a device that serves [--price-per-device-hour]");
  command.further({std::begin(serving_option_names), std::end(serving_option_names)});
}

serving_demand serving_of(serving_options const& chosen) {
  if (chosen.context.empty() || chosen.batch.empty())
    throw std::invalid_argument("moetric: --serving-context and --serving-batch must be given together, and with "
                                "--inference-tokens: they decide what a token costs");
  serving_demand demand{.context = whole("serving_context", chosen.context),
                        .sequences = whole("serving_batch", chosen.batch)};
  if (!chosen.output_tokens.empty()) demand.output_tokens = number("inference_tokens", chosen.output_tokens);
  if (!chosen.input_tokens.empty()) demand.input_tokens = number("inference_input_tokens", chosen.input_tokens);
  moetric::ratio const weights = decimal("serving_weight_bytes", chosen.weight_bytes);
  moetric::ratio const cache = decimal("serving_cache_bytes", chosen.cache_bytes);
  demand.bytes = {.weights = weights, .routed_experts = weights, .cache = cache, .states = cache};
  if (!chosen.measured.empty())
    demand.measured_tokens_per_second = number("serving_tokens_per_second", chosen.measured);
  return demand;
}

device_price serving_price_of(serving_options const& chosen, device_price const& of_training) {
  device_price price = of_training;
  if (!chosen.price.empty()) price.per_device_hour = number("serving_price_per_device_hour", chosen.price);
  return price;
}

}  // namespace tool
