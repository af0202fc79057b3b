// More published models, and small ones of model types whose published files are not known to the digit.
#pragma once

#include "family_configs.hpp"

inline constexpr family_config more_family_configs[] = {
    {"AFM-4.5B", R"({"model_type": "arcee", "architectures": ["ArceeForCausalLM"], "attention_bias": false,
      "head_dim": 128, "hidden_act": "relu2", "hidden_size": 2560, "intermediate_size": 18432, "mlp_bias": false,
      "num_attention_heads": 20, "num_hidden_layers": 36, "num_key_value_heads": 4, "rms_norm_eps": 1e-05,
      "tie_word_embeddings": false, "vocab_size": 128004})",
     4619184640, 0, "the weights that transformers' own modules build"},
    {"BitNet-b1.58-2B-4T", R"({"model_type": "bitnet", "architectures": ["BitNetForCausalLM"], "attention_bias":
      false, "hidden_act": "relu2", "hidden_size": 2560, "intermediate_size": 6912, "num_attention_heads": 20,
      "num_hidden_layers": 30, "num_key_value_heads": 5, "rms_norm_eps": 1e-05, "tie_word_embeddings": true,
      "vocab_size": 128256})",
     2412820480, 0, "the weights that transformers' own modules build"},
    {"CodeGen-350M-mono", R"({"model_type": "codegen", "activation_function": "gelu_new", "architectures":
      ["CodeGenForCausalLM"], "attn_pdrop": 0.0, "embd_pdrop": 0.0, "gradient_checkpointing": false,
      "layer_norm_epsilon": 1e-05, "n_ctx": 2048, "n_embd": 1024, "n_head": 16, "n_inner": null, "n_layer": 20,
      "n_positions": 2048, "resid_pdrop": 0.0, "rotary_dim": 32, "scale_attn_weights": true, "summary_activation":
      null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true, "summary_type": "cls_index",
      "summary_use_proj": true, "tie_word_embeddings": false, "vocab_size": 51200})",
     356712448, 0, "the weights that transformers' own modules build"},
    {"a small CWM", R"({"model_type": "cwm", "head_dim": 16, "hidden_size": 64, "intermediate_size": 128,
      "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "sliding_attention"],
      "num_attention_heads": 4, "num_hidden_layers": 4, "num_key_value_heads": 2, "sliding_window": 8, "vocab_size":
      1000})",
     276032, 0, "the weights that transformers' own modules build"},
    {"DeepSeek-V4-Flash by another name", R"({"model_type": "deepseek_ref", "architectures":
      ["DeepseekV4ForCausalLM"], "compress_ratios": [0, 0, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4,
      128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 0],
      "compress_rope_theta": 160000, "hc_eps": 1e-06, "hc_mult": 4, "hc_sinkhorn_iters": 20, "head_dim": 512,
      "hidden_size": 4096, "index_head_dim": 128, "index_n_heads": 64, "index_topk": 512, "moe_intermediate_size":
      2048, "n_routed_experts": 256, "n_shared_experts": 1, "num_attention_heads": 64, "num_experts_per_tok": 6,
      "num_hash_layers": 3, "num_hidden_layers": 43, "num_key_value_heads": 1, "num_nextn_predict_layers": 1,
      "o_groups": 8, "o_lora_rank": 1024, "q_lora_rank": 1024, "qk_rope_head_dim": 64, "scoring_func": "sqrtsoftplus",
      "sliding_window": 128, "topk_method": "noaux_tc", "vocab_size": 129280})",
     284332240471, 13799632471, "the weights of DeepSeek-V4-Flash"},
    {"DeepSeekMoE-16B", R"({"model_type": "deepseek", "architectures": ["DeepseekForCausalLM"], "attention_bias":
      false, "aux_loss_alpha": 0.001, "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 2048,
      "intermediate_size": 10944, "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_routed_experts": 64,
      "n_shared_experts": 2, "norm_topk_prob": false, "num_attention_heads": 16, "num_experts_per_tok": 6,
      "num_hidden_layers": 28, "num_key_value_heads": 16, "pretraining_tp": 1, "rms_norm_eps": 1e-06, "scoring_func":
      "softmax", "seq_aux": true, "tie_word_embeddings": false, "vocab_size": 102400})",
     16375728128, 2828650496, "models.json"},
    {"Falcon-Mamba-7B", R"({"model_type": "falcon_mamba", "architectures": ["FalconMambaForCausalLM"], "conv_kernel":
      4, "expand": 16, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 8192, "layer_norm_epsilon":
      1e-05, "num_hidden_layers": 64, "rescale_prenorm_residual": false, "residual_in_fp32": true, "state_size": 16,
      "tie_word_embeddings": false, "time_step_rank": 256, "use_bias": false, "use_conv_bias": true, "vocab_size":
      65024})",
     7272665088, 0, "the weights that transformers' own modules build"},
    {"Flan-T5-base", R"({"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "d_ff": 2048, "d_kv":
      64, "d_model": 768, "feed_forward_proj": "gated-gelu", "initializer_factor": 1.0, "is_encoder_decoder": true,
      "layer_norm_epsilon": 1e-06, "n_positions": 512, "num_decoder_layers": 12, "num_heads": 12, "num_layers": 12,
      "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32, "tie_word_embeddings": false,
      "vocab_size": 32128})",
     247577856, 0, "the Hub"},
    {"Grok-1", R"({"model_type": "grok-1", "architectures": ["Grok1ModelForCausalLM"], "attn_output_multiplier":
      0.08838834764831845, "embedding_multiplier_scale": 78.38367176906169, "hidden_size": 6144, "intermediate_size":
      32768, "max_attn_value": 30.0, "num_attention_heads": 48, "num_experts": 8, "num_experts_per_tok": 2,
      "num_hidden_layers": 64, "num_key_value_heads": 8, "output_multiplier_scale": 0.5773502691896257,
      "output_router_logits": false, "rms_norm_eps": 1e-05, "router_aux_loss_coef": 0.001, "tie_word_embeddings":
      true, "vocab_size": 131072})",
     315684820992, 83756587008, "models.json"},
    {"Grok-2", R"({"model_type": "git", "architectures": ["Grok1ForCausalLM"], "attn_logit_softcapping": 30.0,
      "attn_temperature_len": 1024, "embedding_multiplier_scale": 90.5, "final_logit_softcapping": 50,
      "global_attn_every_n": 1, "head_dim": 128, "hidden_size": 8192, "intermediate_size": 32768,
      "moe_intermediate_size": 16384, "num_attention_heads": 64, "num_experts_per_tok": 2, "num_hidden_layers": 64,
      "num_key_value_heads": 8, "num_local_experts": 8, "output_multiplier_scale": 0.5, "residual_moe": true,
      "rms_norm_eps": 1e-05, "router_logit_softcapping": 30.0, "sliding_window_size": -1, "vocab_size": 131072})",
     269515497472, 114896674816, "the Hub"},
    {"a small Helium", R"({"model_type": "helium", "head_dim": 16, "hidden_size": 64, "intermediate_size": 128,
      "num_attention_heads": 4, "num_hidden_layers": 4, "num_key_value_heads": 2, "vocab_size": 1000})",
     276032, 0, "the weights that transformers' own modules build"},
    {"a small HyperCLOVA X", R"({"model_type": "hyperclovax", "attention_multiplier": 0.5, "embedding_multiplier":
      2.0, "head_dim": 16, "hidden_size": 64, "intermediate_size": 128, "logits_scaling": 2.0, "num_attention_heads":
      4, "num_hidden_layers": 4, "num_key_value_heads": 2, "residual_multiplier": 1.0, "use_post_norm": true,
      "vocab_size": 1000})",
     276544, 0, "the weights that transformers' own modules build"},
    {"InternLM-7B", R"({"model_type": "internlm", "architectures": ["InternLMForCausalLM"], "bias": true,
      "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
      "num_hidden_layers": 32, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "vocab_size": 103168})",
     7321948160, 0, "by hand"},
    {"InternLM3-8B", R"({"model_type": "internlm3", "architectures": ["InternLM3ForCausalLM"], "bias": false,
      "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 10240, "num_attention_heads":
      32, "num_hidden_layers": 48, "num_key_value_heads": 2, "qkv_bias": false, "rms_norm_eps": 1e-05,
      "tie_word_embeddings": false, "vocab_size": 128512})",
     8804241408, 0, "by hand"},
    {"a small Jais 2", R"({"model_type": "jais2", "attention_bias": true, "head_dim": 16, "hidden_size": 64,
      "intermediate_size": 128, "mlp_bias": true, "num_attention_heads": 4, "num_hidden_layers": 4,
      "num_key_value_heads": 2, "vocab_size": 1000})",
     245376, 0, "the weights that transformers' own modules build"},
    {"LFM2-1.2B", R"({"model_type": "lfm2", "architectures": ["Lfm2ForCausalLM"], "block_auto_adjust_ff_dim": true,
      "block_dim": 2048, "block_ff_dim": 12288, "block_ffn_dim_multiplier": 1.0, "block_mlp_init_scale": 1.0,
      "block_multiple_of": 256, "block_norm_eps": 1e-05, "block_out_init_scale": 1.0, "block_use_swiglu": true,
      "block_use_xavier_init": true, "conv_L_cache": 3, "conv_bias": false, "conv_dim": 2048, "conv_dim_out": 2048,
      "conv_use_xavier_init": true, "hidden_size": 2048, "intermediate_size": 12288, "layer_types": ["conv", "conv",
      "full_attention", "conv", "conv", "full_attention", "conv", "conv", "full_attention", "conv", "full_attention",
      "conv", "full_attention", "conv", "full_attention", "conv"], "max_position_embeddings": 128000, "norm_eps":
      1e-05, "num_attention_heads": 32, "num_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
      "use_cache": true, "use_pos_enc": true, "vocab_size": 65536})",
     1170340608, 0, "the Hub"},
    {"a small LFM2 with experts", R"({"model_type": "lfm2_moe", "conv_L_cache": 3, "hidden_size": 64,
      "intermediate_size": 96, "layer_types": ["conv", "full_attention", "conv"], "moe_intermediate_size": 24,
      "norm_topk_prob": true, "num_attention_heads": 4, "num_dense_layers": 1, "num_experts": 8,
      "num_experts_per_tok": 2, "num_hidden_layers": 3, "num_key_value_heads": 2, "routed_scaling_factor": 1.0,
      "use_expert_bias": true, "vocab_size": 1000})",
     203120, 147824, "by hand in hugging_face_lfm2"},
    {"LLaMA-MoE-3.5B", R"({"model_type": "llama_moe", "architectures": ["LlamaMoEForCausalLM"], "calculator_type":
      "UniversalCalculator", "capacity_factor": 1.25, "drop_tokens": true, "dropped_padding": "zero",
      "gate_add_noise": true, "gate_balance_loss_weight": 0.01, "gate_network": "mlp", "gate_noise_epsilon": 0.01,
      "gate_type": "TopKBalancedNoisyGate", "gate_use_balance": true, "gate_use_softmax": true, "hidden_act": "silu",
      "hidden_size": 4096, "intermediate_size": 11008, "multiply_gate_scores": true, "num_attention_heads": 32,
      "num_experts": 8, "num_hidden_layers": 32, "num_key_value_heads": 32, "num_selects": 2, "pretraining_tp": 1,
      "rms_norm_eps": 1e-05, "score_scale_factor": 4.0, "tie_word_embeddings": false, "vocab_size": 32000})",
     6740514816, 3494123520, "models.json"},
    {"Llama-3.3-Nemotron with three blocks", R"({"model_type": "nemotron-nas", "architectures": ["DeciLMForCausalLM"],
      "attention_bias": false, "block_configs": [{"attention": {"n_heads_in_group": 8, "no_op": false,
      "num_sink_tokens": null, "replace_with_linear": false, "sparsify": null, "unshifted_sink": false,
      "use_prefill_window_in_sink_attention": false, "window_length": null}, "ffn": {"ffn_mult": 5.25, "no_op": false,
      "replace_with_linear": false, "sparsify": null}}, {"attention": {"n_heads_in_group": null, "no_op": true,
      "replace_with_linear": false}, "ffn": {"ffn_mult": 1.3125, "no_op": false}}, {"attention": {"n_heads_in_group":
      4, "no_op": false}, "ffn": {"ffn_mult": null, "no_op": true}}], "hidden_act": "silu", "hidden_size": 96,
      "intermediate_size": null, "mlp_bias": false, "num_attention_heads": 8, "num_hidden_layers": 3,
      "num_key_value_heads": null, "tie_word_embeddings": false, "vocab_size": 1000})",
     457440, 0, "by hand"},
    {"Mamba-130M", R"({"model_type": "mamba", "architectures": ["MambaForCausalLM"], "conv_kernel": 4, "d_inner":
      1536, "d_model": 768, "expand": 2, "fused_add_norm": true, "hidden_act": "silu", "hidden_size": 768,
      "intermediate_size": 1536, "layer_norm_epsilon": 1e-05, "n_layer": 24, "num_hidden_layers": 24,
      "pad_vocab_size_multiple": 8, "rescale_prenorm_residual": false, "residual_in_fp32": true, "rms_norm": true,
      "ssm_cfg": {}, "state_size": 16, "time_step_floor": 0.0001, "time_step_init_scheme": "random", "time_step_max":
      0.1, "time_step_min": 0.001, "time_step_rank": 48, "time_step_scale": 1.0, "use_bias": false, "use_conv_bias":
      true, "vocab_size": 50280})",
     129135360, 0, "the weights that transformers' own modules build"},
    {"Mamba-Codestral-7B", R"({"model_type": "mamba2", "architectures": ["Mamba2ForCausalLM"], "chunk_size": 256,
      "conv_kernel": 4, "expand": 2, "head_dim": 64, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size":
      8192, "layer_norm_epsilon": 1e-05, "n_groups": 8, "norm_before_gate": true, "num_heads": 128,
      "num_hidden_layers": 64, "rescale_prenorm_residual": false, "residual_in_fp32": true, "rms_norm": true,
      "state_size": 128, "tie_word_embeddings": false, "time_step_floor": 0.0001, "time_step_init_scheme": "random",
      "time_step_limit": [0.0, 1e+308], "time_step_max": 0.1, "time_step_min": 0.001, "time_step_rank": 256,
      "time_step_scale": 1.0, "use_bias": false, "use_conv_bias": true, "vocab_size": 32768})",
     7285403648, 0, "the weights that transformers' own modules build"},
    {"MiniCPM3-4B", R"({"model_type": "minicpm3", "architectures": ["MiniCPM3ForCausalLM"], "dim_model_base": 256,
      "hidden_act": "silu", "hidden_size": 2560, "intermediate_size": 6400, "kv_lora_rank": 256,
      "num_attention_heads": 40, "num_hidden_layers": 62, "num_key_value_heads": 40, "q_lora_rank": 768,
      "qk_nope_head_dim": 64, "qk_rope_head_dim": 32, "rms_norm_eps": 1e-05, "scale_depth": 1.4, "scale_emb": 12,
      "vocab_size": 73448})",
     4073875968, 0, "the weights that transformers' own modules build"},
    {"a small Mistral 4", R"({"model_type": "mistral4", "first_k_dense_replace": 0, "head_dim": 16, "hidden_size": 64,
      "intermediate_size": 128, "kv_lora_rank": 16, "moe_intermediate_size": 16, "n_group": 1, "n_routed_experts": 8,
      "n_shared_experts": 1, "num_attention_heads": 4, "num_experts_per_tok": 2, "num_hidden_layers": 4,
      "num_key_value_heads": 2, "q_lora_rank": 24, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "topk_group": 1,
      "v_head_dim": 8, "vocab_size": 1000})",
     269536, 195808, "the weights that transformers' own modules build"},
    {"MiniMax-M3 without its wrapper", R"({"model_type": "minimax_m3", "architectures": ["MiniMaxM3ForCausalLM"],
      "attention_output_gate": false, "dense_intermediate_size": 12288, "first_k_dense_replace": 3, "head_dim": 128,
      "hidden_act": "swigluoai", "hidden_size": 6144, "intermediate_size": 3072, "moe_intermediate_size": 3072,
      "moe_layer_freq": [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "n_shared_experts": 1,
      "num_attention_heads": 64, "num_experts_per_tok": 4, "num_hidden_layers": 60, "num_key_value_heads": 4,
      "num_local_experts": 128, "num_mtp_modules": 7, "num_nextn_predict_layers": 1, "partial_rotary_factor": 0.5,
      "qk_norm_type": "per_head", "rms_norm_eps": 1e-06, "rotary_dim": 64, "routed_scaling_factor": 2.0,
      "scoring_func": "sigmoid", "shared_intermediate_size": 3072, "sparse_attention_config":
      {"sparse_attention_freq": [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      "sparse_block_size": 128, "sparse_disable_index_value": [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1], "sparse_index_dim": 128, "sparse_init_block": 0, "sparse_local_block": 1,
      "sparse_num_index_heads": 4, "sparse_score_type": "max", "sparse_topk_blocks": 16, "use_sparse_attention":
      true}, "swiglu_alpha": 1.702, "swiglu_limit": 7.0, "tie_word_embeddings": false, "use_gemma_norm": true,
      "use_qk_norm": true, "use_routing_bias": true, "vocab_size": 200064})",
     426174572928, 25962473856, "the wrapped one"},
    {"MPT-7B", R"({"model_type": "mpt", "architectures": ["MPTForCausalLM"], "attn_config": {"alibi": true,
      "alibi_bias_max": 8, "attn_impl": "torch", "attn_pdrop": 0, "attn_type": "multihead_attention",
      "attn_uses_sequence_id": false, "clip_qkv": null, "prefix_lm": false, "qk_ln": false, "softmax_scale": null},
      "d_model": 4096, "emb_pdrop": 0, "embedding_fraction": 1.0, "expansion_ratio": 4, "init_config":
      {"emb_init_std": null, "name": "kaiming_normal_"}, "init_device": "cpu", "learned_pos_emb": true, "logit_scale":
      null, "max_seq_len": 2048, "n_heads": 32, "n_layers": 32, "no_bias": true, "norm_type":
      "low_precision_layernorm", "resid_pdrop": 0, "tokenizer_name": "EleutherAI/gpt-neox-20b", "verbose": 0,
      "vocab_size": 50432})",
     6649286656, 0, "the weights that transformers' own modules build"},
    {"mT5-small", R"({"model_type": "mt5", "architectures": ["MT5ForConditionalGeneration"], "d_ff": 1024, "d_kv": 64,
      "d_model": 512, "feed_forward_proj": "gated-gelu", "is_encoder_decoder": true, "num_decoder_layers": 8,
      "num_heads": 6, "num_layers": 8, "relative_attention_num_buckets": 32, "tie_word_embeddings": false,
      "vocab_size": 250112})",
     300176768, 0, "the Hub"},
    {"a small nanochat", R"({"model_type": "nanochat", "final_logit_softcapping": 15.0, "hidden_size": 64,
      "intermediate_size": 128, "num_attention_heads": 4, "num_hidden_layers": 4, "num_key_value_heads": 2,
      "vocab_size": 1000})",
     242688, 0, "the weights that transformers' own modules build"},
    {"Orion-14B", R"({"model_type": "orion", "architectures": ["OrionForCausalLM"], "attention_bias": false,
      "hidden_act": "silu", "hidden_size": 5120, "intermediate_size": 15360, "num_attention_heads": 40,
      "num_hidden_layers": 40, "num_key_value_heads": 40, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
      "tie_word_embeddings": false, "vocab_size": 84608})",
     14498703360, 0, "by hand"},
    {"Qwen-7B", R"({"model_type": "qwen", "architectures": ["QWenLMHeadModel"], "attn_dropout_prob": 0.0, "bf16":
      false, "emb_dropout_prob": 0.0, "fp16": false, "fp32": false, "hidden_size": 4096, "intermediate_size": 22016,
      "kv_channels": 128, "layer_norm_epsilon": 1e-06, "no_bias": true, "num_attention_heads": 32,
      "num_hidden_layers": 32, "onnx_safe": null, "rotary_emb_base": 10000, "rotary_pct": 1.0, "scale_attn_weights":
      true, "seq_length": 8192, "tie_word_embeddings": false, "use_dynamic_ntk": true, "use_flash_attn": "auto",
      "use_logn_attn": true, "vocab_size": 151936})",
     7721324544, 0, "the Hub"},
    {"Switch-Base-8", R"({"model_type": "switch_transformers", "add_router_probs": false, "architectures":
      ["SwitchTransformersForConditionalGeneration"], "batch_prioritized_routing": false, "d_ff": 3072, "d_kv": 64,
      "d_model": 768, "decoder_sparse_step": 2, "encoder_sparse_step": 2, "expert_capacity": 64, "feed_forward_proj":
      "relu", "initializer_factor": 1.0, "is_encoder_decoder": true, "is_gated_act": false, "layer_norm_epsilon":
      1e-06, "num_decoder_layers": 12, "num_experts": 8, "num_heads": 12, "num_layers": 12, "num_selected_experts": 1,
      "num_sparse_decoder_layers": 6, "num_sparse_encoder_layers": 6, "relative_attention_max_distance": 128,
      "relative_attention_num_buckets": 32, "router_aux_loss_coef": 0.001, "router_bias": false, "router_dtype":
      "float32", "router_ignore_padding_tokens": false, "router_jitter_noise": 0.01, "router_type": "tokens_masked",
      "router_z_loss_coef": 0.001, "vocab_size": 32128})",
     619339008, 222977280, "models.json"},
    {"T5-small", R"({"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "d_ff": 2048, "d_kv": 64,
      "d_model": 512, "initializer_factor": 1.0, "is_encoder_decoder": true, "layer_norm_epsilon": 1e-06,
      "n_positions": 512, "num_heads": 8, "num_layers": 6, "relative_attention_num_buckets": 32, "vocab_size":
      32128})",
     60506624, 0, "the Hub"},
    {"a small Youtu-LLM", R"({"model_type": "youtu", "hidden_size": 64, "intermediate_size": 128, "kv_lora_rank": 16,
      "num_attention_heads": 4, "num_hidden_layers": 4, "num_key_value_heads": 2, "q_lora_rank": 24,
      "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "tie_word_embeddings": true, "v_head_dim": 8, "vocab_size":
      1000})",
     191200, 0, "the weights that transformers' own modules build"},
};
