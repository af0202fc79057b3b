#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// SmolLM2-135M (Hugging Face, 2024): 134,515,008 parameters. Source: config.json of HuggingFaceTB/SmolLM2-135M.
inline constexpr model smollm2_135m = detail::llama_like({.d_model = 576,
                                                          .vocab_size = 49152,
                                                          .n_layers = 30,
                                                          .n_heads = 9,
                                                          .n_kv_heads = 3,
                                                          .head_dim = 64,
                                                          .d_ff = 1536,
                                                          .tied = true});

/// SmolLM3-3B (Hugging Face, 2025): 3,075,098,624 parameters. Source: config.json of HuggingFaceTB/SmolLM3-3B.
inline constexpr model smollm3_3b = detail::llama_like({.d_model = 2048,
                                                        .vocab_size = 128256,
                                                        .n_layers = 36,
                                                        .n_heads = 16,
                                                        .n_kv_heads = 4,
                                                        .head_dim = 128,
                                                        .d_ff = 11008,
                                                        .tied = true});

}  // namespace moetric::v0::zoo
