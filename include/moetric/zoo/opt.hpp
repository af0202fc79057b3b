#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// OPT-6.7B (Meta, 2022): 6,658,473,984 parameters. Source: config.json of facebook/opt-6.7b.
inline constexpr model opt_6_7b =
    detail::gpt_like({.d_model = 4096, .vocab_size = 50272, .n_layers = 32, .n_heads = 32, .learned_positions = 2050});

/// OPT-175B (Meta, 2022): 174,604,468,224 parameters. Source: arXiv 2205.01068, Table 1; the exact total is not
/// published.
inline constexpr model opt_175b =
    detail::gpt_like({.d_model = 12288, .vocab_size = 50272, .n_layers = 96, .n_heads = 96, .learned_positions = 2050});

}  // namespace moetric::v0::zoo
