#pragma once

#include "moetric/core/ratio.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::v0 {

/// Keys and values that have left a window: an engine frees them, or keeps full pages as for layers without a window.
/// Engines differ: gpt-oss-120b takes 36,864 or 73,728 bytes for each token.
enum class window_pages { freed, kept };

/// The sequences whose cache is counted.
struct cached_sequences {
  count context = 0;    // tokens of each sequence
  count sequences = 1;  // of this length
  window_pages windows = window_pages::freed;
};

/// Bytes of one cached element, exact: 2 for bf16, 1 for fp8.
struct cache_element_bytes {
  ratio keys_and_values = 2;
  ratio index_keys = keys_and_values;
  ratio states = keys_and_values;  // of recurrent layers; engines often keep them in fp32
};

/// Stored bytes of a cache, over all layers and sequences.
struct cache_size {
  ratio growing{};                  // keys and values of layers that keep all of them, and compressed keys
  ratio windowed{};                 // keys and values of layers that keep those of a window
  ratio index_keys{};               // keys of indexers, which grow
  ratio states{};                   // of recurrent layers, whatever the length
  count shortest_window = 0;        // tokens; up to this length every token adds `bytes_per_token`. 0 without windows
  count longest_window = 0;         // tokens; from this length on the windowed part is constant. 0 without windows
  ratio bytes_per_token{};          // that one more token of one sequence adds while it is shorter than every window
  ratio growing_bytes_per_token{};  // that it adds from `longest_window` on; a mean over the groups of compressed keys

  /// All bytes.
  constexpr ratio total() const { return growing + windowed + index_keys + states; }
  /// The bytes that do not grow once the context has reached `longest_window`.
  constexpr ratio constant() const { return windowed + states; }
};

namespace detail {

/// Adds `layers` equal layers.
constexpr void add_cache(cache_size& size, layer_cache<> kept, count state, count layers, cached_sequences const& held,
                         cache_element_bytes const& bytes) {
  if (held.windows == window_pages::kept) kept.window = unlimited_window;
  bool const windowed = kept.elements != 0 && kept.window != unlimited_window;
  count const all = held.sequences * layers, groups = floor_div(held.context, kept.group);
  ratio const own = bytes.keys_and_values * (all * kept.elements * least(held.context, kept.window));
  ratio const of_groups =
      ratio(layers, kept.group) * (bytes.keys_and_values * kept.compressed + bytes.index_keys * kept.index);
  ratio const of_token = bytes.keys_and_values * (layers * kept.elements);
  (windowed ? size.windowed : size.growing) = (windowed ? size.windowed : size.growing) + own;
  size.growing = size.growing + bytes.keys_and_values * (all * groups * kept.compressed);
  size.index_keys = size.index_keys + bytes.index_keys * (all * groups * kept.index);
  size.states = size.states + bytes.states * (all * state);
  size.bytes_per_token = size.bytes_per_token + of_token + of_groups;
  size.growing_bytes_per_token = size.growing_bytes_per_token + of_groups + (windowed ? ratio(0) : of_token);
  if (!windowed) return;
  if (kept.window > size.longest_window) size.longest_window = kept.window;
  if (size.shortest_window == 0 || kept.window < size.shortest_window) size.shortest_window = kept.window;
}

constexpr cache_size cache_size_of_model(model const& m, cached_sequences const& held,
                                         cache_element_bytes const& bytes) {
  validate(m);
  if (held.sequences == 0) invalid("moetric: sequences must be positive, but got 0");
  cache_size size;
  for (stack::run const& run : m.layers.runs)
    if (run.use != layer_use::idle)
      m.layers.mixer_of(run).visit(
          [&](auto const& mix) { add_cache(size, mix.cache(), mix.state_elements(), run.layers, held, bytes); });
  return size;
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
cache_size cache_size_of(model const& m, cached_sequences const& held, cache_element_bytes const& bytes);
}  // namespace compiled
#endif

/// The bytes that sequences of a length keep: cached keys and values, compressed keys, index keys and recurrent states
/// of all layers. A window of W keeps the keys and values of min(context, W) tokens; a chunk of W likewise, the most
/// that it keeps up to this length. Layers that share an earlier layer's keys and values keep none.
/// Multi-token-prediction modules and the paging of an engine are not counted.
/// Source: DeepSeek-V4-Flash's published inference code (W slots and context/rate compressed keys in each layer); the
/// bytes that engines report, in the tests.
/// \throws std::invalid_argument with every rule that the model breaks, or without sequences
constexpr cache_size cache_size_of(model const& m, cached_sequences const& held,
                                   cache_element_bytes const& bytes = {}) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::cache_size_of_model(m, held, bytes);
  return compiled::cache_size_of(m, held, bytes);
#else
  return detail::cache_size_of_model(m, held, bytes);
#endif
}

/// Bytes that one token adds to the cache over all layers while the sequence is shorter than every window; 2 bytes an
/// element are bf16. Compressed keys count in the mean over a group. Beyond its windows a cache grows by less:
/// `cache_size_of(model, {...}).growing_bytes_per_token`.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr ratio kv_cache_bytes_per_token(model const& m, ratio bytes_per_element = 2) {
  return cache_size_of(m, {}, {.keys_and_values = bytes_per_element}).bytes_per_token;
}

/// Bytes of recurrent state that linear attention, state-space and convolution layers keep for one sequence, whatever
/// its length; 2 bytes an element are bf16.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr count recurrent_state_bytes(model const& m, count bytes_per_element = 2) {
  return cache_size_of(m, {}, {.states = bytes_per_element}).states.floor();
}

}  // namespace moetric::v0
