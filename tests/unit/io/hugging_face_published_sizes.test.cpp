// Configurations with the keys that their publishers write have the sizes that were published, and bounds for each
// number.
#include <algorithm>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "config_edits.hpp"
#include "json.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/io/hugging_face/wrapper.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

/// Numbers that change neither weights nor FLOPs, and those of layers or experts that a model does not have.
bool unread(std::string_view name, std::string_view key) {
  static constexpr std::string_view everywhere[] = {"attn_rotary_emb",
                                                    "attn_temperature_len",
                                                    "blocksparse_block_size",
                                                    "blocksparse_num_local_blocks",
                                                    "blocksparse_triton_kernel_block_size",
                                                    "blocksparse_vert_stride",
                                                    "compress_rope_theta",
                                                    "decoder_sparse_step",
                                                    "dense_attention_every_n_layers",
                                                    "dim_model_base",
                                                    "embedding_multiplier",
                                                    "expert_capacity",
                                                    "ff_factor",
                                                    "final_logit_softcapping",
                                                    "hc_sinkhorn_iters",
                                                    "first_last_k_dense_replace",
                                                    "inference_runner",
                                                    "layer_switch",
                                                    "logits_scaling",
                                                    "mamba_chunk_size",
                                                    "max_seq_len",
                                                    "max_tokenizer_truncation",
                                                    "max_window_layers",
                                                    "moe_min_capacity",
                                                    "moe_eval_capacity_factor",
                                                    "moe_train_capacity_factor",
                                                    "mtp_transformer_layers",
                                                    "n_ctx",
                                                    "num_expert_groups",
                                                    "num_limited_groups",
                                                    "num_logits_to_keep",
                                                    "query_pre_attn_scalar",
                                                    "rope_embedding_base",
                                                    "pad_vocab_size_multiple",
                                                    "rotary_dim",
                                                    "relative_attention_max_distance",
                                                    "rotary_emb_base",
                                                    "scale_emb",
                                                    "seq_length",
                                                    "swa_rope_theta",
                                                    "verbose",
                                                    "vocab_size_per_layer_input",
                                                    "z_loss_weight"};
  if (std::ranges::find(everywhere, key) != std::end(everywhere)) return true;
  if (key == "n_positions")  // of models without learned positions
    return name == "GPT-J-6B" || name == "CodeGen-350M-mono" || name.ends_with("T5-base") || name == "T5-small" ||
           name.ends_with("as first published");
  if (key == "num_key_value_heads")  // latent attention has as many as heads
    return name == "MiniCPM3-4B" || name == "a small Mistral 4" || name.starts_with("a small Youtu-LLM") ||
           name.starts_with("A.X-K1") || name == "Youtu-VL-4B";
  if (name == "Qwen2-VL-2B" || name == "LLaDA2.0-mini") return key == "sliding_window";  // without use_sliding_window
  if (name == "Step-3.7-Flash") return key == "n_shared_experts";                        // always one, of its own width
  if (name == "Grok-2") return key == "sliding_window_size";                             // -1 is none
  if (name == "Solar-Open-100B") return key == "intermediate_size";
  if (name == "DeepSeek-V4-Flash by another name") return key == "qk_rope_head_dim";  // a part of head_dim
  if (name == "a small Mistral 4") return key == "head_dim";
  if (name == "MiniMax-M3 without its wrapper") return key == "num_nextn_predict_layers";  // not stored
  // The transformers' names and the first code's names for one number, of which one is read.
  if (name == "Mamba-130M") return key == "d_inner" || key == "d_model" || key == "expand" || key == "n_layer";
  if (name == "Mamba-Codestral-7B") return key == "intermediate_size" || key == "time_step_rank";
  if (name == "Falcon-Mamba-7B") return key == "expand";
  if (name == "Granite-4.0-Micro" && key.starts_with("mamba_")) return true;
  return name.starts_with("Granite-4.0-") && key == "num_experts_per_tok";
}

}  // namespace

TEST_CASE("published models of many families have their published sizes") {
  for (published_config const& each : published_configs) {
    CAPTURE(each.name, each.from);
    parameter_counts const got = count_parameters(io::parse_model(each.config));
    CHECK(got.total == each.total);
    CHECK(got.active == (each.active == 0 ? each.total : each.active));
    if (each.name != std::string_view("DeepSeek-V4-Flash by another name")) CHECK(got.mtp == 0);
  }
}

TEST_CASE("every number is held to its bounds, or known to change nothing") {
  for (published_config const& each : published_configs) {
    json const config = json::parse(each.config);
    if (!config.contains("vocab_size") || !io::hugging_face::language_model_key(io_json(config).object()).empty())
      continue;
    std::string const model_type = io::import_model_text(each.config).model_type;
    for (auto const& [key, value] : config.items()) {
      if (!value.is_number_integer() || io::hugging_face::is_harmless(key) ||
          io::hugging_face::detail::is_of_a_tower(key) || unread(each.name, key))
        continue;
      for (json const& bad : {json(-1), json(1e18), json("8"), json(std::uint64_t{1} << 40)}) {
        CAPTURE(each.name, key, bad.dump());
        CHECK_THAT(refusal(with(config, {{key, bad}})),
                   ContainsSubstring("key '" + key + "' of model_type '" + model_type + "' must "));
      }
    }
    CHECK_THAT(refusal(with(config, {{"num_nextn_dummy_layers", 1}})), ContainsSubstring("be understood"));
  }
}

TEST_CASE("sizes under every name that model types give them are held to their bounds") {
  for (published_config const& each : published_configs) {
    json const config = json::parse(each.config);
    for (char const* const key :
         {"hidden_size", "d_model", "n_embd", "vocab_size", "num_hidden_layers", "num_layers", "num_attention_heads",
          "num_experts", "n_routed_experts", "kv_lora_rank", "state_size", "conv_kernel", "num_decoder_layers",
          "relative_attention_num_buckets", "num_sparse_encoder_layers", "num_selects"}) {
      if (!config.contains(key) || (config["model_type"] == "mamba" && key == std::string("d_model"))) continue;
      for (json const& bad : {json(-1), json(1.5), json("8"), json(std::uint64_t{1} << 40)}) {
        CAPTURE(each.name, key, bad.dump());
        CHECK_THAT(refusal(with(config, {{key, bad}})),
                   ContainsSubstring("key '" + std::string(key) + "'") && ContainsSubstring("must "));
      }
    }
  }
}
