#pragma once

#include <cstdint>
#include <initializer_list>

#include "moetric/core/fixed_list.hpp"
#include "moetric/core/small_count.hpp"
#include "moetric/model/feed_forward.hpp"
#include "moetric/model/mixer.hpp"

namespace moetric::v0 {

namespace detail {

/// The index of a layer among the distinct ones; a new layer is added.
template <class Layer, std::size_t capacity>
constexpr std::uint32_t intern(fixed_list<Layer, capacity>& known, Layer const& layer, char const* sentence_when_full) {
  for (std::uint32_t i = 0; i != known.size(); ++i)
    if (known[i] == layer) return i;
  known.push_back(layer, sentence_when_full);
  return static_cast<std::uint32_t>(known.size() - 1);
}

}  // namespace detail

/// Whose weights a layer has, and whether tokens use it:
///   own    its own
///   again  those of an earlier layer of the same kind: stored and trained once, multiplied, cached and read at each
///   use
///          (shared blocks of Zamba2, the passes of universal transformers)
///   idle   its own, which the counted tokens skip: stored, neither active nor cached (attention to images in a text)
enum class layer_use { own, again, idle };

/// True if tokens pass the layers: they compute, keep activations, and send.
constexpr bool passes_tokens(layer_use use) {
  return use != layer_use::idle;
}
/// True if the layers bring weights that no earlier layer has.
constexpr bool brings_weights(layer_use use) {
  return use != layer_use::again;
}

/// Consecutive equal layers, as a user writes them: a mixer and a feed-forward.
struct group {
  mixer mix{};
  feed_forward ffn{};
  count layers = 1;
  count norms_per_layer = 2;
  count other_weights_per_layer = 0;  // scales without a field of their own
  layer_use use = layer_use::own;
};

/// The layers of a model in order. Groups are written by value; the stack stores each distinct mixer and feed-forward
/// once, and runs that index them, so a 100-layer hybrid stays small and compares and compiles quickly.
struct stack {
  /// Consecutive equal layers, by the indices of their mixer and feed-forward.
  struct run {
    std::uint32_t mixer = 0;
    std::uint32_t ffn = 0;
    small_count norms_per_layer = 2;
    count layers = 0;
    count other_weights_per_layer = 0;
    layer_use use = layer_use::own;

    /// True if the layers are equal, whatever their number.
    constexpr bool same_kind(run const& other) const {
      return mixer == other.mixer && ffn == other.ffn && norms_per_layer == other.norms_per_layer &&
             other_weights_per_layer == other.other_weights_per_layer && use == other.use;
    }
    friend constexpr bool operator==(run const&, run const&) = default;
  };

  fixed_list<mixer, 32> mixers = empty_list<mixer, 32>;
  fixed_list<feed_forward, 32> ffns = empty_list<feed_forward, 32>;
  fixed_list<run, 256> runs = empty_list<run, 256>;

  /// No layers.
  constexpr stack() = default;
  /// The layers of the groups in order.
  constexpr stack(std::initializer_list<group> groups) {
    for (group const& g : groups) append(g);
  }

  /// The run of a group's layers, whose mixer and feed-forward are stored; no layers are added.
  /// \throws std::length_error past 32 distinct mixers or feed-forwards
  constexpr run intern(group const& g) {
    return {detail::intern(mixers, g.mix, "moetric: a stack must not hold more than 32 distinct mixers"),
            detail::intern(ffns, g.ffn, "moetric: a stack must not hold more than 32 distinct feed-forwards"),
            g.norms_per_layer,
            g.layers,
            g.other_weights_per_layer,
            g.use};
  }
  /// Adds layers on top; they join the last run if its layers are equal.
  /// \throws std::length_error past 256 runs
  constexpr void append(run const& next) {
    if (!runs.empty()) {
      run& last = runs[runs.size() - 1];
      if (last.same_kind(next)) {
        last.layers += next.layers;
        return;
      }
    }
    runs.push_back(next, "moetric: a stack must not hold more than 256 runs of equal layers");
  }
  /// \throws std::length_error past 32 distinct mixers or feed-forwards or 256 runs
  constexpr void append(group const& g) { append(intern(g)); }

  /// The mixer of a run.
  constexpr mixer const& mixer_of(run const& r) const { return mixers[r.mixer]; }
  /// The feed-forward of a run.
  constexpr feed_forward const& ffn_of(run const& r) const { return ffns[r.ffn]; }

  /// Calls `function` with one run for each distinct layer, holding all layers equal to it, in order of first use.
  /// Sums over layers need no more: a 100-layer hybrid of three distinct layers is three runs.
  template <class Function>
  constexpr void for_each_kind(Function function) const {
    for (std::size_t i = 0; i != runs.size(); ++i) {
      std::size_t first = 0;
      while (!runs[first].same_kind(runs[i])) ++first;
      if (first != i) continue;
      run all = runs[i];
      for (std::size_t j = i + 1; j != runs.size(); ++j)
        if (runs[j].same_kind(all)) all.layers += runs[j].layers;
      function(all);
    }
  }

  /// The number of layers.
  constexpr count n_layers() const {
    count sum;
    for (run const& r : runs) sum += r.layers;
    return sum;
  }

  friend constexpr bool operator==(stack const&, stack const&) = default;
};

}  // namespace moetric::v0
