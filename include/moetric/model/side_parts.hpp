#pragma once

#include "moetric/layers/alternating_updates.hpp"
#include "moetric/layers/attention_residual.hpp"
#include "moetric/layers/low_rank_residual.hpp"
#include "moetric/layers/per_layer_embedding.hpp"

namespace moetric::v0 {

/// What a model has beside the mixers and feed-forwards of its layers. Each part has weights in every layer and outside
/// of them, and states them as a layer kind does: `each_layer_matrix`, `each_layer_vector`, `each_layer_core`,
/// `each_outer_matrix`, `each_outer_vector`, `rules`. A new part is a header with these, a field here, and its line in
/// `each`.
struct side_parts {
  per_layer_embedding<> embeddings{};  // none with width 0
  alternating_updates<> updates{};     // none with 0 streams
  low_rank_residual<> low_rank{};      // none with rank 0
  attention_residual<> attention{};    // none with blocks of 0 layers

  /// True if the model has none.
  constexpr bool empty() const { return *this == side_parts{}; }
  /// Calls `visit` with each part that the model has.
  template <class Visit>
  constexpr void each(Visit visit) const {
    if (embeddings.width != 0) visit(embeddings);
    if (updates.n_streams != 0) visit(updates);
    if (low_rank.rank != 0) visit(low_rank);
    if (attention.block_size != 0) visit(attention);
  }

  friend constexpr bool operator==(side_parts const&, side_parts const&) = default;
};

}  // namespace moetric::v0
