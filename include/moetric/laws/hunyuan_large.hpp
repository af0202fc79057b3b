#pragma once

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/mccandlish.hpp"
#include "moetric/laws/read.hpp"

/// Hunyuan-Large, arXiv 2411.02265: compute-optimal active parameters and tokens of an MoE, in the least compute C_min
/// that a small batch needs. Three summaries that agree.
namespace moetric::v0::laws::hunyuan_large {
namespace detail {

inline constexpr std::string_view summaries = "three summaries that agree";
inline constexpr power_law n{5.9e-3, .5305}, d{3.2, .5};

inline constexpr description about{
    .id = "hunyuan-large",
    .paper = "arXiv 2411.02265",
    .equation = "N = 5.9e-3 C_min^0.5305, D = 3.2 C_min^0.5",
    .title = "Hunyuan-Large, compute-optimal active parameters and tokens",
    .architectures = "MoE",
    .compute = "C = 9.59 N D + 2.3e8 D, attention of long contexts included; C_min = C / (1 + B / B_crit)",
    .caution = "no summary says whether N counts embeddings; two digits of a coefficient move N and D by 2 %",
    .coefficients = {{{"N_coefficient", n.coefficient, provenance::second_hand, summaries, 1e-4},
                      {"N_exponent", n.exponent, provenance::second_hand, summaries, 1e-4},
                      {"D_coefficient", d.coefficient, provenance::second_hand, summaries, .1},
                      {"D_exponent", d.exponent, provenance::second_hand, summaries, .1}},
                     4},
    .inputs = {{laws::inputs::compute.meaning("C_min, training FLOPs with a batch far below the critical one")}, 1},
    .family = {.experts_only = true}};

}  // namespace detail

/// `hunyuan-large`, in C_min.
inline constexpr allocation optimal{.about = detail::about,
                                    .parameters_name = "active_parameters",
                                    .parameters = detail::n,
                                    .tokens = detail::d,
                                    .parameters_of = quantities::active_parameters::of<double>,
                                    .flops_per_parameter = 9.59,
                                    .flops_beside = 2.3e8};

/// 9.59·N + 2.3e8 with N active parameters. Second-hand.
template <class T>
constexpr T training_flops_per_token(T const& active_parameters) {
  return 9.59 * active_parameters + 2.3e8;
}

/// C_min = C / (1 + B/B_crit): the compute with which a small batch reaches the loss of C with batch B.
/// \throws std::invalid_argument naming a number that is not positive and finite
constexpr double least_compute(double compute, double batch_over_critical) {
  moetric::detail::require_positive("compute", compute);
  moetric::detail::require_positive("batch_over_critical", batch_over_critical);
  return compute / mccandlish::examples_over_least(batch_over_critical);
}

}  // namespace moetric::v0::laws::hunyuan_large
