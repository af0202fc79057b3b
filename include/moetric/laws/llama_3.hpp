#pragma once

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/read.hpp"

/// Llama 3, arXiv 2407.21783: compute-optimal tokens D = A·C^alpha of dense models, and with C = 6 N D their
/// parameters.
namespace moetric::v0::laws::llama_3 {
namespace detail {

inline constexpr power_law d{.299, .537};
inline constexpr power_law n{1 / (6 * d.coefficient), 1 - d.exponent};

inline constexpr description about{
    .id = "llama-3",
    .paper = "arXiv 2407.21783",
    .equation = "D = 0.299 C^0.537, N = C / (6 D)",
    .title = "Llama 3, compute-optimal tokens",
    .architectures = "dense",
    .compute = "6 N D",
    .caution = "the paper's text prints 0.29 and 0.53, which miss its own example (3.8e25 FLOPs, 402e9 parameters on "
               "16.55e12 tokens) by 37 % in tokens; the digits of its figure miss it by 1.6 %, and parameters by "
               "C = 6 N D by 3 %",
    .coefficients = {{{"D_coefficient", d.coefficient, provenance::second_hand, "label of a figure", .001},
                      {"D_exponent", d.exponent, provenance::second_hand, "label of a figure", .001},
                      {"N_coefficient", n.coefficient, provenance::derived, "1 / (6 D_coefficient)"},
                      {"N_exponent", n.exponent, provenance::derived, "1 - D_exponent"}},
                     4},
    .inputs = {{laws::inputs::compute.in(6e18, 1e22)}, 1},
    .family = {.dense_only = true}};

}  // namespace detail

/// `llama-3`: the digits of the figure.
inline constexpr allocation optimal{detail::about, "total_parameters", detail::n, detail::d,
                                    quantities::active_parameters::of<double>};

}  // namespace moetric::v0::laws::llama_3
