#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/latent.hpp"
#include "moetric/layers/mamba.hpp"

namespace moetric::inline v0::io::hugging_face {

namespace detail {

inline mamba_2<> read_nemotron_mamba(config_keys& keys) {
  require_flag(keys, "use_conv_bias", true, "a convolution without bias is not read");
  require_flag(keys, "use_bias", false, "projections with biases are not read");
  require_flag(keys, "mamba_proj_bias", false, "projections with biases are not read");
  keys.understand({"expand", "mamba_ssm_cache_dtype", "rescale_prenorm_residual", "residual_in_fp32", "time_step_floor",
                   "time_step_limit", "time_step_max", "time_step_min", "time_step_rank", "use_mamba_kernels",
                   "mamba_hidden_act"});
  std::uint64_t const n_heads = keys.whole("mamba_num_heads", width);
  std::uint64_t const head_dim = keys.whole("mamba_head_dim", width);
  check_product(keys, "mamba_num_heads", n_heads, "'mamba_head_dim'", head_dim);
  std::uint64_t const n_groups = keys.whole("n_groups", width);
  check_divides(keys, "mamba_num_heads", n_heads, "n_groups", n_groups);
  std::uint64_t const state = keys.whole("ssm_state_size", width);
  check_product(keys, "n_groups", n_groups, "'ssm_state_size'", state);
  return {.n_heads = n_heads,
          .head_dim = head_dim,
          .n_groups = n_groups,
          .state_size = state,
          .convolution_width = keys.whole("conv_kernel", width),
          .chunk = keys.whole_or("chunk_size", width, 128)};
}

inline grouped_query_attention<> read_nemotron_attention(config_keys& keys) {
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = keys.whole("num_key_value_heads", width);
  check_divides(keys, "num_attention_heads", n_heads, "num_key_value_heads", n_kv_heads);
  std::uint64_t const head_dim = keys.whole({"head_dim", "attention_head_dim"}, width);
  check_heads_width(keys, n_heads, "'head_dim'", head_dim);
  bool const bias = keys.flag("attention_bias", false);
  return {.n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim, .qkv_bias = bias, .output_bias = bias};
}

/// Experts of two matrices each; the shared one has a width of its own.
inline experts<> read_nemotron_experts(config_keys& keys) {
  std::uint64_t const n_experts = keys.whole("n_routed_experts", expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "n_routed_experts", n_experts);
  keys.whole("n_shared_experts", {1, 1});  // the modelling code makes one, whatever the number
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = keys.whole("moe_intermediate_size", width),
                .n_shared_experts = 1,
                .d_shared_expert = keys.whole("moe_shared_expert_intermediate_size", width),
                .kind = ffn_kind::plain,
                .correction_bias = true};
  read_groups(keys, "n_routed_experts", moe);
  return moe;
}

}  // namespace detail

/// Nemotron-H and Nemotron 3: every layer is one of Mamba-2 (M), attention (*), a feed-forward (-) and experts (E),
/// with one norm. Source: modeling_nemotron_h.py of nvidia/Nemotron-H-56B-Base-8K and
/// nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.
inline model read_nemotron_h(config_keys& keys) {
  constexpr std::string_view letters = "M*-E";
  decoder_frame const frame = read_frame(keys);
  auto const pattern = keys.text("hybrid_override_pattern");
  if (!pattern) keys.refuse("hybrid_override_pattern", "be present", "is missing");
  check_one_for_each_layer(keys, "hybrid_override_pattern", pattern->size(), frame.n_layers);
  layer_kinds kinds;
  for (char const letter : *pattern) {
    std::size_t const kind = letters.find(letter);
    if (kind == std::string_view::npos)
      keys.refuse("hybrid_override_pattern", "hold the letters M, *, - and E only", "got " + in_quotes(*pattern));
    kinds.push_back(kind);
  }
  dense_ffn<> const dense{
      .d_ff = frame.intermediate_size, .kind = ffn_kind::plain, .bias = keys.flag("mlp_bias", false)};
  keys.understand({"num_logits_to_keep"});
  std::vector<group> groups{{.mix = detail::read_nemotron_mamba(keys), .norms_per_layer = 1},
                            {.mix = detail::read_nemotron_attention(keys), .norms_per_layer = 1},
                            {.ffn = dense, .norms_per_layer = 1}};
  if (pattern->find('E') != std::string::npos) {
    require_flag(keys, "mlp_bias", false, "experts with biases are not read");
    groups.push_back({.ffn = detail::read_nemotron_experts(keys), .norms_per_layer = 1});
  }
  return assemble(keys, frame, kinds, groups);
}

}  // namespace moetric::inline v0::io::hugging_face
