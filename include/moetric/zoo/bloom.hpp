#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// BLOOM-560M (BigScience, 2022): 559,214,592 parameters. Source: config.json of bigscience/bloom-560m.
inline constexpr model bloom_560m =
    detail::gpt_like({.d_model = 1024, .vocab_size = 250880, .n_layers = 24, .n_heads = 16, .embedding_norm = true});

/// BLOOM-1.1B (BigScience, 2022): 1,065,314,304 parameters. Source: config.json of bigscience/bloom-1b1.
inline constexpr model bloom_1_1b =
    detail::gpt_like({.d_model = 1536, .vocab_size = 250880, .n_layers = 24, .n_heads = 16, .embedding_norm = true});

/// BLOOM-1.7B (BigScience, 2022): 1,722,408,960 parameters. Source: config.json of bigscience/bloom-1b7.
inline constexpr model bloom_1_7b =
    detail::gpt_like({.d_model = 2048, .vocab_size = 250880, .n_layers = 24, .n_heads = 16, .embedding_norm = true});

/// BLOOM-3B (BigScience, 2022): 3,002,557,440 parameters. Source: config.json of bigscience/bloom-3b.
inline constexpr model bloom_3b =
    detail::gpt_like({.d_model = 2560, .vocab_size = 250880, .n_layers = 30, .n_heads = 32, .embedding_norm = true});

/// BLOOM-176B (BigScience, 2022): 176,247,271,424 parameters. Source: config.json of bigscience/bloom.
inline constexpr model bloom_176b =
    detail::gpt_like({.d_model = 14336, .vocab_size = 250880, .n_layers = 70, .n_heads = 112, .embedding_norm = true});

}  // namespace moetric::v0::zoo
