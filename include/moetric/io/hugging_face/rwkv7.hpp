#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/layers/rwkv_7.hpp"

namespace moetric::v0::io::hugging_face {

/// RWKV-7 as flash-linear-attention writes it. Its ranks must be there: releases differ in what absent ones mean.
/// Source: models/rwkv7 of fla-org/flash-linear-attention.
inline model read_rwkv7(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, false, {}, "sqrelu");
  for (std::string_view const key : {"norm_first", "norm_bias"})
    require_flag(keys, key, true, "no published model is without");
  if (keys.value("attn") != nullptr) keys.refuse("attn", "be null, since layers of attention are not read", "is there");
  if (auto const values = keys.whole_if_present("value_dim", width); values && *values != frame.d_model)
    keys.refuse("value_dim", "equal 'hidden_size'", "got " + std::to_string(*values));
  keys.understand(
      {"attn_mode", "fuse_cross_entropy", "fuse_linear_cross_entropy", "fuse_norm", "hidden_ratio", "use_l2warp"});
  std::uint64_t const head_dim = keys.whole_or("head_dim", width, 64);
  check_divides(keys, "hidden_size", frame.d_model, "head_dim", head_dim);
  std::uint64_t const n_heads = frame.d_model / head_dim;
  if (auto const given = keys.whole_if_present("num_heads", width); given && *given != n_heads)
    keys.refuse("num_heads", "be 'hidden_size' / 'head_dim'", "got " + std::to_string(*given));
  rwkv_7<> const mixing{.n_heads = n_heads,
                        .head_dim = head_dim,
                        .decay_rank = keys.whole("decay_low_rank_dim", width),
                        .rate_rank = keys.whole("a_low_rank_dim", width),
                        .gate_rank = keys.whole("gate_low_rank_dim", width),
                        .value_rank = keys.whole("v_low_rank_dim", width)};
  rwkv_7<> first = mixing;
  first.value_mix = false;
  dense_ffn<> const channels{.d_ff = keys.whole("intermediate_size", width), .kind = ffn_kind::plain};
  layer_kinds kinds(frame.n_layers, 1);
  kinds[0] = 0;
  model result =
      assemble(keys, frame, kinds, {{first, channels, 1, 2, frame.d_model}, {mixing, channels, 1, 2, frame.d_model}});
  result.norm = norm_kind::layer_norm;
  result.input.norm = true;  // before the first layer
  return result;
}

}  // namespace moetric::v0::io::hugging_face
