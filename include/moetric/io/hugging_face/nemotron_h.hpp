#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/latent.hpp"
#include "moetric/layers/mamba.hpp"

namespace moetric::v0::io::hugging_face {

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
  require_flag(keys, "attention_bias", false, "releases of the modelling code disagree on these biases");
  return {.n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim};
}

/// Experts of two matrices each; the shared one has a width of its own.
inline experts<> read_nemotron_experts(config_keys& keys) {
  std::uint64_t const n_experts = keys.whole("n_routed_experts", expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "n_routed_experts", n_experts);
  keys.whole("n_shared_experts", {1, 1});  // the modelling code always makes one
  keys.understand({"moe_shared_expert_overlap"});
  auto const d_latent = keys.whole_if_present("moe_latent_size", width);
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = keys.whole("moe_intermediate_size", width),
                .n_shared_experts = 1,
                .d_shared_expert = keys.whole("moe_shared_expert_intermediate_size", width),
                .kind = ffn_kind::plain,
                .correction_bias = true,
                .latent = d_latent.has_value(),
                .d_latent = d_latent.value_or(0)};
  read_groups(keys, "n_routed_experts", moe);
  return moe;
}

/// The kinds of layers, one letter each: Mamba-2 (M), attention (*), a feed-forward (-) and experts (E). Later files
/// name them in a list, by the names of older or newer releases of transformers.
inline std::string read_layer_letters(config_keys& keys, std::string_view letters_key, std::string_view names_key) {
  constexpr std::string_view letters = "M*-E";
  static std::vector<std::string_view> const names{"mamba", "attention", "mlp", "moe"};
  std::string pattern = keys.text(letters_key).value_or("");
  if (pattern.find_first_not_of(letters) != std::string::npos)
    keys.refuse(letters_key, "hold the letters M, *, - and E only", "got " + in_quotes(pattern));
  if (keys.value(names_key) == nullptr) return pattern;
  std::string named;
  for (std::size_t const kind : read_layer_names(keys, names_key, keys.texts(names_key).size(), names))
    named += letters[kind];
  if (!pattern.empty() && pattern != named) keys.refuse(names_key, "agree with " + in_quotes(letters_key), "does not");
  return named;
}

/// One module of multi-token prediction, whose block is a layer of attention and one of experts.
inline void read_nemotron_modules(config_keys& keys, model& result, mixer const& attention) {
  std::string const pattern = read_layer_letters(keys, "mtp_hybrid_override_pattern", "mtp_layers_block_type");
  if (keys.whole_or("num_nextn_predict_layers", {0, 1}, 0) == 0) return;
  if (pattern != "*E" && !pattern.empty())
    keys.refuse("mtp_hybrid_override_pattern", "be '*E', an attention and experts", "got " + in_quotes(pattern));
  result.mtp = {.modules = 1, .block = {attention, read_nemotron_experts(keys)}};
}

}  // namespace detail

/// Nemotron-H and Nemotron 3: every layer is one of Mamba-2, attention, a feed-forward and experts, with one norm. The
/// experts may work in a latent width. Source: models/nemotron_h of huggingface/transformers; its module of multi-token
/// prediction: models/nemotron_h_mtp.py of vllm-project/vllm.
inline model read_nemotron_h(config_keys& keys) {
  require_flag(keys, "tie_word_embeddings", false, "releases of the modelling code disagree on a tied head");
  decoder_frame frame = read_outer_frame(keys, false, {.n_layers = ""});
  std::string_view const names = keys.value("layers_block_type") == nullptr ? "layer_types" : "layers_block_type";
  std::string const pattern = detail::read_layer_letters(keys, "hybrid_override_pattern", names);
  if (pattern.empty())
    keys.refuse("hybrid_override_pattern", "be present, or 'layers_block_type'",
                keys.is_null("hybrid_override_pattern") ? "is null" : "is missing");
  if (pattern.size() > layer_count.most) keys.refuse(names, "not have so many items", "has more");
  frame.n_layers = keys.whole_or("num_hidden_layers", layer_count, pattern.size());
  check_one_for_each_layer(keys, "hybrid_override_pattern", pattern.size(), frame.n_layers);
  keys.whole_if_present("intermediate_size", width);
  keys.understand({"num_logits_to_keep"});
  layer_kinds kinds;
  for (char const letter : pattern) kinds.push_back(std::string_view("M*-E").find(letter));
  bool const mlp_bias = keys.flag("mlp_bias", false);
  mixer const attention = detail::read_nemotron_attention(keys);
  std::vector<group> groups(4, {.norms_per_layer = 1});
  groups[0].mix = detail::read_nemotron_mamba(keys);
  groups[1].mix = attention;
  if (pattern.find('-') != std::string::npos)
    groups[2].ffn =
        dense_ffn<>{.d_ff = keys.whole("intermediate_size", width), .kind = ffn_kind::plain, .bias = mlp_bias};
  if (pattern.find('E') != std::string::npos) {
    require_flag(keys, "mlp_bias", false, "experts with biases are not read");
    groups[3].ffn = detail::read_nemotron_experts(keys);
  }
  model result = assemble(keys, frame, kinds, groups);
  detail::read_nemotron_modules(keys, result, attention);
  return result;
}

}  // namespace moetric::v0::io::hugging_face
