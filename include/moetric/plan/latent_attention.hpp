#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "moetric/account/triad.hpp"
#include "moetric/model/shape.hpp"

/// Plans whose layers have multi-head latent attention in the place of grouped queries.
namespace moetric::v0::plan {

/// The widths of latent attention beside n_heads and head_dim, which is the width of a head without rotary positions.
struct latent_widths {
  count q_lora_rank;  // 0: queries are projected from the hidden state
  count kv_lora_rank;
  count qk_rope_head_dim;
  count v_head_dim;

  friend bool operator==(latent_widths const&, latent_widths const&) = default;
};

/// Their names, in order.
inline constexpr std::array<std::string_view, 4> latent_width_names{"q_lora_rank", "kv_lora_rank", "qk_rope_head_dim",
                                                                    "v_head_dim"};
/// Pointers to them, in the same order.
inline constexpr std::array<count latent_widths::*, latent_width_names.size()> latent_width_members{
    &latent_widths::q_lora_rank, &latent_widths::kv_lora_rank, &latent_widths::qk_rope_head_dim,
    &latent_widths::v_head_dim};

/// DeepSeek's widths for heads of `head_dim`: ranks of 12 and 4 times it, rotary positions of half of it, values as
/// wide. Source: DeepSeek-V2, 2405.04434, sections 2.1.4 and 3.1.2 (128: 1536, 512, 64, 128), and V3, 2412.19437.
constexpr latent_widths deepseek_latents(count head_dim) {
  return {.q_lora_rank = 12 * head_dim,
          .kv_lora_rank = 4 * head_dim,
          .qk_rope_head_dim = floor_div(head_dim, 2),
          .v_head_dim = head_dim};
}

/// The latent attention of such heads.
template <class T>
constexpr multi_head_latent_attention<T> latent_attention(T n_heads, T head_dim, latent_widths const& widths) {
  auto const as = [](count value) {
    if constexpr (std::same_as<T, count>)
      return value;
    else
      return static_cast<T>(value);
  };
  return {.n_heads = n_heads,
          .query_lora = widths.q_lora_rank != 0,
          .q_lora_rank = as(widths.q_lora_rank),
          .kv_lora_rank = as(widths.kv_lora_rank),
          .qk_nope_head_dim = head_dim,
          .qk_rope_head_dim = as(widths.qk_rope_head_dim),
          .v_head_dim = as(widths.v_head_dim)};
}

/// The account of a shape with latent attention in its layers, or with its own.
template <class T>
constexpr account<T> account_with(shape<T> const& s, std::optional<latent_widths> const& latents) {
  account<T> book = account_of(s);
  if (!latents) return book;
  auto const attention = latent_attention<T>(s.n_heads, s.head_dim, *latents);
  T const weights = s.n_layers() * attention.projection_weights(s.d_model);
  for (term_sheet<T>* const sheet : {&book.stored, &book.active, &book.multiplied})
    (*sheet)[term::attention_projections] = weights;
  for (term_sheet<T>* const sheet : {&book.stored, &book.active})
    (*sheet)[term::latent_norm] = s.n_layers() * attention.latent_norm_weights();
  return book;
}

/// M, N_a and N of a shape with latent attention in its layers, or with its own. Its training executes expanded heads.
template <class T>
constexpr triad<T> triad_with(shape<T> const& s, std::optional<latent_widths> const& latents, T sequence_length) {
  if (!latents) return triad_of(s, sequence_length);
  account<T> const book = account_with(s, latents);
  T const active = shape_weights(book.multiplied);
  T const core =
      sequence_length * s.n_layers() * latent_attention<T>(s.n_heads, s.head_dim, *latents).core_flops_per_half_pair();
  return {6 * active + 3 * core, active, shape_weights(book.stored)};
}

/// The model of a shape with latent attention in its layers, or with its own.
constexpr model model_with(shape<> const& s, std::optional<latent_widths> const& latents) {
  if (!latents) return to_model(s);
  auto const attention = latent_attention<count>(s.n_heads, s.head_dim, *latents);
  model m{.d_model = s.d_model, .input = {.vocab_size = s.vocab_size}, .output = {.tied = s.tied}};
  if (s.n_dense_layers != 0) m.layers.append({attention, s.dense(), s.n_dense_layers});
  if (s.n_moe_layers != 0) m.layers.append({attention, s.moe(), s.n_moe_layers});
  return m;
}

}  // namespace moetric::v0::plan
