#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "moetric/io/hugging_face/config_keys.hpp"

/// What happens to keys that the reader of a family did not read: some are harmless by name, those that may change the
/// count are errors, and the rest are ignored with a note.
namespace moetric::v0::io::hugging_face {

/// True for null, false, 0, "", [] and {}: an absent feature.
inline bool is_trivial(json const& value) {
  if (value.is_number()) return value.real() == 0;
  if (value.is_flag()) return !value.flag();
  if (value.is_text()) return value.text().empty();
  return value.empty();
}

/// True for keys that change neither weights nor FLOPs, although the names of some suggest it.
inline bool is_harmless(std::string_view key) {
  static constexpr std::string_view exact[]{
      // bookkeeping
      "_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal", "_commit_hash",
      "_flash_attn_2_enabled", "_name_or_path", "attn_implementation", "auto_map", "dtype", "id2label", "ignore_index",
      "is_decoder", "label2id", "num_labels", "pretraining_tp", "problem_type", "tokenizer_class", "torch_dtype",
      "transformers_version", "use_cache", "use_flash_attention", "use_flash_attn",
      // generation
      "do_sample", "length_penalty", "max_length", "num_beam_groups", "num_beams", "num_return_sequences",
      "output_attentions", "output_hidden_states", "output_router_logits", "output_scores", "repetition_penalty",
      "return_dict", "temperature", "top_k", "top_p", "typical_p",
      // positions
      "max_position_embeddings", "max_sequence_length", "model_max_length", "no_rope_layer_interval", "no_rope_layers",
      "original_max_position_embeddings", "partial_rotary_factor", "rope_interleave", "rope_interleaved",
      "rope_local_base_freq", "rope_parameters", "rope_ratio", "rope_scaling", "rope_scaling_factor", "rope_theta",
      "rope_type",
      // storage, initialisation and training of weights
      "attention_softmax_in_fp32", "aux_loss_alpha", "compression_config", "ep_size", "moe_router_dtype",
      "quantization", "quantization_config", "router_dtype", "scale_attention_softmax_in_fp32", "router_aux_loss_coef",
      "router_jitter_noise", "router_z_loss_coef", "seq_aux",
      // clipping, scoring and scaling of values
      "clip_qkv", "n_group", "norm_topk_prob", "routed_scaling_factor", "scoring_func", "topk_group"};
  auto const has = [key](std::string_view part) { return key.find(part) != std::string_view::npos; };
  return std::ranges::find(exact, key) != std::end(exact) || key.starts_with("rope_") || key.starts_with("rotary_") ||
         has("dropout") || has("initializer") || key.ends_with("_dtype") || key.ends_with("_implementation") ||
         key.ends_with("_eps") || key.ends_with("_epsilon") || key.ends_with("_pdrop") || key.ends_with("_token_id") ||
         key.ends_with("_token_ids");
}

/// True when a key's name suggests that it changes weights or FLOPs.
inline bool sounds_structural(std::string_view key) {
  std::string name(key);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  static constexpr std::string_view parts[]{
      "layer",   "expert", "head",   "size",   "dim",    "rank",     "hidden",   "intermediate", "moe",
      "bias",    "norm",   "window", "tie",    "shared", "atten",    "attn",     "mlp",          "ffn",
      "mtp",     "nextn",  "lora",   "latent", "gate",   "kernel",   "conv",     "state",        "width",
      "depth",   "freq",   "step",   "block",  "sparse", "router",   "encoder",  "embed",        "vocab",
      "pattern", "prune",  "index",  "topk",   "dense",  "residual", "parallel", "branch",       "stream",
      "adapter", "group",  "memory", "share",  "_n_",    "_num_"};
  return name.starts_with("n_") || name.starts_with("num_") ||
         std::ranges::any_of(parts, [&name](std::string_view part) { return name.find(part) != std::string::npos; });
}

/// Applies these rules to every key that the reader did not read.
/// \throws std::invalid_argument naming a key that may change the count
inline void judge_the_rest(config_keys& keys) {
  constexpr std::size_t most_named = 20;
  std::string ignored;
  std::size_t n_ignored = 0;
  // Long-context variants of Qwen: read by some inference engines, not by the modelling code of transformers.
  if (keys.value("dual_chunk_attention_config") != nullptr)
    keys.notes().push_back("'dual_chunk_attention_config' is ignored: every token attends to all before it");
  for (auto const& [key, value] : keys.object()) {
    if (keys.understood().contains(key) || is_harmless(key) || is_trivial(value)) continue;
    if (sounds_structural(key))
      refuse("key " + in_quotes(key) + " of model_type " + in_quotes(keys.model_type()) +
             " must be understood, since it may change the count, but got " + shown(value));
    if (++n_ignored <= most_named) ignored += (ignored.empty() ? "" : ", ") + in_quotes(key);
  }
  if (n_ignored > most_named) ignored += " and " + std::to_string(n_ignored - most_named) + " more";
  if (n_ignored != 0) keys.notes().push_back("unknown keys are ignored: " + ignored);
}

}  // namespace moetric::v0::io::hugging_face
