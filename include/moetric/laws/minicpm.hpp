#pragma once

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/read.hpp"

/// MiniCPM, Hu et al., arXiv 2404.06395: 192 tokens per parameter.
namespace moetric::v0::laws::minicpm {
namespace detail {

/// The printed average; sqrt(1 / (6·192)) and 192 times that.
inline constexpr double tokens_per_parameter = 192;
inline constexpr power_law parameters{.02946278254943948, .5}, tokens{5.65685424949238, .5};
inline constexpr std::string_view average = "Section 4.5: data 192 times the model on average";

inline constexpr description about{
    .id = "minicpm",
    .paper = "arXiv 2404.06395",
    .equation = "D = 192 N, so N = (C / (6·192))^0.5",
    .title = "MiniCPM, 192 tokens per parameter; no loss",
    .data = "mixed English, Chinese and code",
    .architectures = "dense, 40M to 2B parameters, warmup-stable-decay",
    .compute = "6 N D",
    .caution = "the paper's average over its evaluation sets. It also fits N / D = K^2 (C / 6)^eta with K^2 = .01 and "
               "eta = -.10, but in a unit of C that it does not state",
    .coefficients = {{{"N_coefficient", parameters.coefficient, provenance::derived, average},
                      {"N_exponent", parameters.exponent, provenance::derived, average},
                      {"D_coefficient", tokens.coefficient, provenance::derived, average},
                      {"D_exponent", tokens.exponent, provenance::derived, average}},
                     4},
    .inputs = {{laws::inputs::compute}, 1},
    .family = {.dense_only = true}};

}  // namespace detail

/// `minicpm`
inline constexpr allocation optimal{detail::about, "active_non_embedding_parameters", detail::parameters,
                                    detail::tokens, quantities::active_non_embedding_parameters::of<double>};

}  // namespace moetric::v0::laws::minicpm
