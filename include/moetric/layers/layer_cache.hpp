#pragma once

#include "moetric/layers/attention_span.hpp"

namespace moetric::v0 {

/// What the key-value cache of a mixer keeps of one sequence, in elements: keys and values of the last `window` tokens,
/// one index key and one compressed key for each whole group of tokens.
template <Arithmetic T = count>
struct layer_cache {
  T elements = T(0);               // keys and values of one token
  T window = T(unlimited_window);  // tokens whose keys and values are kept
  T index = T(0);                  // one index key
  T compressed = T(0);             // one compressed key, which is its value too
  T group = T(1);                  // tokens for each index key and compressed key
};

}  // namespace moetric::v0
