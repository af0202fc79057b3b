#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// GPT-J-6B (EleutherAI, 2021): 6,050,882,784 parameters. Source: config.json of EleutherAI/gpt-j-6b.
inline constexpr model gpt_j_6b{.d_model = 4096,
                                .input = {.vocab_size = 50400},
                                .layers = {{grouped_query_attention<>{.n_heads = 16, .head_dim = 256},
                                            dense_ffn<>{.d_ff = 16384, .kind = ffn_kind::plain, .bias = true}, 28, 1}},
                                .output = {.bias = true},
                                .norm = norm_kind::layer_norm};

/// GPT-NeoX-20B (EleutherAI, 2022): 20,554,567,680 parameters. Source: config.json of EleutherAI/gpt-neox-20b.
inline constexpr model gpt_neox_20b =
    detail::gpt_like({.d_model = 6144, .vocab_size = 50432, .n_layers = 44, .n_heads = 64, .tied = false});

/// Pythia-70M (EleutherAI, 2023): 70,426,624 parameters. Source: config.json of EleutherAI/pythia-70m.
inline constexpr model pythia_70m =
    detail::gpt_like({.d_model = 512, .vocab_size = 50304, .n_layers = 6, .n_heads = 8, .tied = false});

/// Pythia-160M (EleutherAI, 2023): 162,322,944 parameters. Source: config.json of EleutherAI/pythia-160m.
inline constexpr model pythia_160m =
    detail::gpt_like({.d_model = 768, .vocab_size = 50304, .n_layers = 12, .n_heads = 12, .tied = false});

/// Pythia-410M (EleutherAI, 2023): 405,334,016 parameters. Source: config.json of EleutherAI/pythia-410m.
inline constexpr model pythia_410m =
    detail::gpt_like({.d_model = 1024, .vocab_size = 50304, .n_layers = 24, .n_heads = 16, .tied = false});

/// Pythia-1B (EleutherAI, 2023): 1,011,781,632 parameters. Source: config.json of EleutherAI/pythia-1b.
inline constexpr model pythia_1b =
    detail::gpt_like({.d_model = 2048, .vocab_size = 50304, .n_layers = 16, .n_heads = 8, .tied = false});

/// Pythia-1.4B (EleutherAI, 2023): 1,414,647,808 parameters. Source: config.json of EleutherAI/pythia-1.4b.
inline constexpr model pythia_1_4b =
    detail::gpt_like({.d_model = 2048, .vocab_size = 50304, .n_layers = 24, .n_heads = 16, .tied = false});

/// Pythia-2.8B (EleutherAI, 2023): 2,775,208,960 parameters. Source: config.json of EleutherAI/pythia-2.8b.
inline constexpr model pythia_2_8b =
    detail::gpt_like({.d_model = 2560, .vocab_size = 50304, .n_layers = 32, .n_heads = 32, .tied = false});

/// Pythia-6.9B (EleutherAI, 2023): 6,857,302,016 parameters. Source: config.json of EleutherAI/pythia-6.9b.
inline constexpr model pythia_6_9b =
    detail::gpt_like({.d_model = 4096, .vocab_size = 50432, .n_layers = 32, .n_heads = 32, .tied = false});

/// Pythia-12B (EleutherAI, 2023): 11,846,072,320 parameters. Source: config.json of EleutherAI/pythia-12b.
inline constexpr model pythia_12b =
    detail::gpt_like({.d_model = 5120, .vocab_size = 50688, .n_layers = 36, .n_heads = 40, .tied = false});

}  // namespace moetric::v0::zoo
