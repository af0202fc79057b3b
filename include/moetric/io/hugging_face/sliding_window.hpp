#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/io/hugging_face/grouped_query_family.hpp"

namespace moetric::v0::io::hugging_face {

/// The sliding window of a model, and the layers that have it.
struct sliding_window {
  std::uint64_t size = 0;  // tokens; 0 when there is no window
  layer_choice layers;
};

namespace detail {

inline std::uint64_t window_size(config_keys& keys, grouped_query_family const& family) {
  if (auto const given = keys.whole_if_present("sliding_window", window_width)) return *given;
  if (family.absent_window == 0 || keys.is_null("sliding_window")) return 0;
  return keys.assume("sliding_window", family.absent_window);
}

/// The same attention with a window.
inline grouped_query_attention<> windowed(grouped_query_attention<> attention, std::uint64_t window) {
  attention.window = std::min<std::uint64_t>(window, unlimited_window);
  return attention;
}

/// `sliding_window`, or the number that the configuration class takes.
inline std::uint64_t read_window(config_keys& keys, std::uint64_t otherwise) {
  auto const given = keys.whole_if_present("sliding_window", window_width);
  if (!given && keys.is_null("sliding_window")) return unlimited_window;
  return given ? *given : keys.assume("sliding_window", otherwise);
}

/// The layers with a window by a text of L for local and G for global attention that repeats, such as "LLLG".
inline layer_choice window_pattern(config_keys& keys, std::string_view key, std::uint64_t n_layers) {
  std::string const letters = keys.text(key).value_or("");
  if (letters.empty() || letters.find_first_not_of("LG") != std::string::npos)
    keys.refuse(key, "be a number, or hold the letters L and G only", "got " + in_quotes(letters));
  layer_choice windowed(n_layers, false);
  for (std::size_t i = 0; i != n_layers; ++i) windowed[i] = letters[i % letters.size()] == 'L';
  return windowed;
}

/// The window without `layer_types`.
inline sliding_window window_by_rule(config_keys& keys, grouped_query_family const& family, std::uint64_t n_layers) {
  sliding_window result{.layers = layer_choice(n_layers, false)};
  if (family.windows == windowed_layers::none) return result;
  if (family.windows == windowed_layers::all_but_every) {
    result.size = window_size(keys, family);
    if (!family.period_key.empty()) keys.understand({family.period_key});
    if (result.size == 0 || keys.value("layer_types") != nullptr) return result;
    std::uint64_t period = family.window_period;
    if (!family.period_key.empty()) {
      if (keys.is_null(family.period_key))
        keys.refuse(family.period_key, "be a number, or 'layer_types' present", "is null");
      if (json const* const pattern = keys.value(family.period_key); pattern != nullptr && pattern->is_text()) {
        result.layers = window_pattern(keys, family.period_key, n_layers);
        return result;
      }
      period = keys.whole_or(family.period_key, layer_count, period);
    }
    layer_kinds const full = period == 0 ? layer_kinds(n_layers, 0) : every(period, n_layers);
    for (std::size_t i = 0; i != n_layers; ++i) result.layers[i] = full[i] == 0;
    return result;
  }
  if (family.windows != windowed_layers::all_layers) {
    keys.understand({"sliding_window", "max_window_layers"});
    if (!keys.flag("use_sliding_window", false)) return result;
    if (family.windows == windowed_layers::unsettled)
      keys.refuse("use_sliding_window", "be false, since releases of transformers disagree on the layers it means",
                  "got true");
  }
  result.size = window_size(keys, family);
  if (result.size == 0 || family.windows == windowed_layers::named_layers) return result;
  std::uint64_t first = 0;
  if (family.windows == windowed_layers::upper_layers) {
    constexpr std::uint64_t absent_max_window_layers = 28;
    auto const given = keys.whole_if_present("max_window_layers", layer_index);
    first = std::min(given ? *given : keys.assume("max_window_layers", absent_max_window_layers), n_layers);
  }
  std::fill(result.layers.begin() + static_cast<std::ptrdiff_t>(first), result.layers.end(), true);
  return result;
}

inline layer_choice read_layer_types(config_keys& keys, std::uint64_t n_layers) {
  layer_choice sliding;
  for (std::size_t const kind :
       read_layer_names(keys, "layer_types", n_layers, {"full_attention", "sliding_attention"}))
    sliding.push_back(kind == 1);
  return sliding;
}

}  // namespace detail

/// The window as all keys say it. `layer_types` decides where the modelling code reads it, and must agree elsewhere.
inline sliding_window read_sliding_window(config_keys& keys, grouped_query_family const& family,
                                          std::uint64_t n_layers) {
  sliding_window result = detail::window_by_rule(keys, family, n_layers);
  if (keys.value("layer_types") == nullptr) {
    if (result.size != 0 && family.windows == windowed_layers::named_layers)
      keys.refuse("layer_types", "be present when 'use_sliding_window' is true", "is missing");
    return result;
  }
  layer_choice const named = detail::read_layer_types(keys, n_layers);
  bool const is_read = family.windows == windowed_layers::upper_layers ||
                       family.windows == windowed_layers::named_layers ||
                       family.windows == windowed_layers::all_but_every;
  bool const decides = is_read && result.size != 0;
  if (!decides && named != result.layers)
    keys.refuse("layer_types", "agree with the keys of the sliding window", "does not");
  result.layers = named;
  return result;
}

}  // namespace moetric::v0::io::hugging_face
