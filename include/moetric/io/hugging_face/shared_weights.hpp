#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/mamba_hybrid.hpp"
#include "moetric/layers/shared_block_adapter.hpp"

/// Models that store some weights once and use them often.
namespace moetric::v0::io::hugging_face {

/// Zamba2: Mamba-2 in every layer; before those named "hybrid" a block of attention and feed-forward, one of
/// `num_mem_blocks` in turn, reads the hidden state beside the embedding. Each use has adapters of its own.
/// Source: models/zamba2 of huggingface/transformers.
inline model read_zamba2(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, true);
  require_flag(keys, "add_bias_linear", false, "projections with biases are not read");
  require_flag(keys, "use_conv_bias", true, "a convolution without bias is not read");
  require_flag(keys, "gated_linear_unit", true, "the modelling code always gates");
  // The last two follow from other keys, and no layer reads them.
  keys.understand({"chunk_size", "kv_channels", "num_logits_to_keep", "num_query_groups", "time_step_floor",
                   "time_step_limit", "time_step_max", "time_step_min", "use_long_context", "use_mamba_kernels",
                   "use_mem_eff_path", "use_mem_rope"});
  std::uint64_t const expand = keys.whole_or("mamba_expand", width, 2);
  check_product(keys, "mamba_expand", expand, "'hidden_size'", frame.d_model);
  std::uint64_t const inner = expand * frame.d_model, n_mamba_heads = keys.whole("n_mamba_heads", width);
  check_divides(keys, "hidden_size", inner, "n_mamba_heads", n_mamba_heads);
  if (auto const given = keys.whole_if_present("mamba_headdim", width); given && *given * n_mamba_heads != inner)
    keys.refuse("mamba_headdim", "be 'mamba_expand' x 'hidden_size' / 'n_mamba_heads'",
                "got " + std::to_string(*given));
  mamba_2<> const mamba{.n_heads = n_mamba_heads,
                        .head_dim = inner / n_mamba_heads,
                        .n_groups = keys.whole_or("mamba_ngroups", width, 1),
                        .state_size = keys.whole("mamba_d_state", width),
                        .convolution_width = keys.whole_or("mamba_d_conv", width, 4)};

  std::uint64_t const twice = 2 * frame.d_model, n_heads = keys.whole("num_attention_heads", width);
  if (auto const given = keys.whole_if_present("attention_hidden_size", width); given && *given != twice)
    keys.refuse("attention_hidden_size", "be twice 'hidden_size'", "got " + std::to_string(*given));
  check_divides(keys, "hidden_size", twice, "num_attention_heads", n_heads);
  if (auto const given = keys.whole_if_present("attention_head_dim", width); given && *given * n_heads != twice)
    keys.refuse("attention_head_dim", "be 2 x 'hidden_size' / 'num_attention_heads'", "got " + std::to_string(*given));
  std::uint64_t const n_kv_heads = keys.whole_or("num_key_value_heads", width, n_heads);
  check_divides(keys, "num_attention_heads", n_heads, "num_key_value_heads", n_kv_heads);
  grouped_query_attention<> const attention{
      .n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = twice / n_heads, .with_embedding = true};
  std::uint64_t const d_ff = keys.whole_or("intermediate_size", width, 4 * frame.d_model);
  if (auto const given = keys.whole_if_present("ffn_hidden_size", width); given && *given != d_ff)
    keys.refuse("ffn_hidden_size", "equal 'intermediate_size'", "got " + std::to_string(*given));
  shared_block_adapter<> const adapter{.rank = keys.whole_or("adapter_rank", width, 128),
                                       .d_ff = d_ff,
                                       .attention = keys.flag("use_shared_attention_adapter", false)};

  layer_kinds kinds(frame.n_layers, 0);
  if (keys.value("layers_block_type") != nullptr)
    kinds = read_layer_names(keys, "layers_block_type", frame.n_layers, {"mamba", "hybrid"});
  else if (keys.value("hybrid_layer_ids") == nullptr)
    keys.refuse("layers_block_type", "be present", "is missing");
  layer_kinds by_id(frame.n_layers, 0);
  for (std::uint64_t const i : keys.wholes("hybrid_layer_ids", {0, frame.n_layers - 1})) by_id[i] = 1;
  if (keys.value("layers_block_type") == nullptr) kinds = by_id;
  if (keys.value("hybrid_layer_ids") != nullptr && by_id != kinds)
    keys.refuse("hybrid_layer_ids", "name the layers that 'layers_block_type' calls hybrid", "does not");
  std::uint64_t const n_blocks = keys.whole_or("num_mem_blocks", layer_count, 1);

  model result{.d_model = frame.d_model, .input = {.vocab_size = frame.vocab_size}, .output = {.tied = frame.tied}};
  std::uint64_t uses = 0;
  for (std::size_t const kind : kinds) {
    if (kind == 1) {
      layer_use const use = uses++ < n_blocks ? layer_use::own : layer_use::again;
      result.layers.append({attention, dense_ffn<>{.d_ff = d_ff}, 1, 3, 0, use});
      result.layers.append({mamba, adapter, 1, 1});
    } else {
      result.layers.append({mamba, {}, 1, 1});
    }
  }
  if (uses < n_blocks)
    keys.refuse("num_mem_blocks", "not exceed the hybrid layers",
                "got " + std::to_string(n_blocks) + " and " + std::to_string(uses));
  keys.notes().push_back("a block of attention and feed-forward counts as a layer at each of its " +
                         std::to_string(uses) + " uses");
  return result;
}

/// Ouro: all layers `total_ut_steps` times; four norms in each, and a gate that decides on an early exit.
/// Source: modeling_ouro.py of ByteDance/Ouro-1.4B; 2,667,974,657 parameters of Ouro-2.6B.
inline model read_ouro(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "ouro"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  require_flag(keys, "use_sliding_window", false, "windows are not read");
  keys.understand({"early_exit_threshold", "max_window_layers", "sliding_window"});
  if (keys.value("layer_types") != nullptr) read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention"});
  std::uint64_t const steps = keys.whole("total_ut_steps", {1, layer_count.most});
  check_product(keys, "total_ut_steps", steps, "'num_hidden_layers'", frame.n_layers);
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  model result = assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, dense, 1, 4}});
  if (steps != 1) result.layers.append({attention, dense, (steps - 1) * frame.n_layers, 4, 0, layer_use::again});
  result.other_weights = frame.d_model + 1;
  keys.notes().push_back("every layer is used " + std::to_string(steps) + " times; no early exit");
  return result;
}

/// HRM-Text: a low stack and a high stack of equal layers. Each of `H_cycles` passes runs the low one `L_cycles` times
/// and then the high one once; norms have no weights, and the state that the low stack starts from is stored. A file
/// that transformers wrote counts every pass in `num_hidden_layers` and gives `num_layers_per_stack`. Source:
/// models/hrm_text of huggingface/transformers 5.16.
inline model read_hrm_text(config_keys& keys) {
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "attention_bias", false, "biases of the gate are not read");
  require_flag(keys, "mlp_bias", false, "no published model has these biases");
  keys.understand({"embedding_scale", "prefix_lm"});
  std::uint64_t const high = keys.whole_or("H_cycles", {1, layer_count.most}, 2);
  std::uint64_t const low = keys.whole_or("L_cycles", {1, layer_count.most}, 3);
  std::uint64_t const in_stack = keys.whole_or("num_layers_per_stack", layer_count, frame.n_layers);
  check_product(keys, "L_cycles", low + 1, "'H_cycles'", high);
  check_product(keys, "H_cycles", high * (low + 1), "'num_hidden_layers'", in_stack);
  if (keys.value("num_layers_per_stack") != nullptr && frame.n_layers != high * (low + 1) * in_stack)
    keys.refuse("num_hidden_layers", "be 'num_layers_per_stack' x 'H_cycles' x ('L_cycles' + 1)",
                "got " + std::to_string(frame.n_layers));
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  if (keys.whole_or("num_key_value_heads", width, n_heads) != n_heads)
    keys.refuse("num_key_value_heads", "equal 'num_attention_heads', since the class has no other", "does not");
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  check_heads_width(keys, n_heads, "'head_dim'", head_dim);
  grouped_query_attention<> const attention{
      .n_heads = n_heads, .n_kv_heads = n_heads, .head_dim = head_dim, .output_gate = output_gate_kind::per_element};
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};

  model result{.d_model = frame.d_model,
               .input = {.vocab_size = frame.vocab_size},
               .output = {.tied = frame.tied},
               .norm = norm_kind::without_weights};
  result.layers.append({attention, dense, 2 * in_stack});
  if (count const uses = high * (low + 1); uses != 2)
    result.layers.append({attention, dense, (uses - 2) * in_stack, 2, 0, layer_use::again});
  result.other_weights = frame.d_model;
  keys.notes().push_back("the two stacks of " + std::to_string(in_stack) + " layers run " + std::to_string(high * low) +
                         " and " + std::to_string(high) +
                         " times; counted is a causal mask, also over instructions (prefix_lm)");
  keys.wholes("L_bp_cycles", {0, layer_count.most});
  keys.notes().push_back("training is counted with gradients through every run; the class stops them before the last "
                         "runs of the low stack in a cycle (L_bp_cycles)");
  return result;
}

}  // namespace moetric::v0::io::hugging_face
