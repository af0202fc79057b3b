#pragma once

#include <cmath>

#include "moetric/laws/power_law.hpp"
#include "moetric/laws/read.hpp"

/// Step Law, arXiv 2503.04715: peak learning rate and batch from model size and tokens.
namespace moetric::v0::laws::step_law {
namespace detail {

/// Coefficients of learning rate (of N and of D) and of batch (of D).
struct fitted {
  static constexpr double rate = 1.79, rate_parameters = -.713, rate_tokens = .307;
  static constexpr power_law batch{.58, .571};
};

inline constexpr std::string_view table = "authors' repository, bootstrap table";

}  // namespace detail

/// `step-law`
inline constexpr description about{
    .id = "step-law",
    .paper = "arXiv 2503.04715",
    .equation = "learning rate = 1.79 N^-0.713 D^0.307, batch = 0.58 D^0.571 tokens",
    .title = "Step Law, peak learning rate and batch",
    .architectures = "dense, length 2048, about 3700 runs",
    .caution =
        "the last learning rate of the schedule is a small fixed one. For an MoE, N is read as active parameters "
        "(inferred)",
    .coefficients =
        {{{"learning_rate_coefficient", detail::fitted::rate, provenance::authors_code, detail::table, .01},
          {"learning_rate_parameters_exponent", detail::fitted::rate_parameters, provenance::authors_code,
           detail::table, .001},
          {"learning_rate_tokens_exponent", detail::fitted::rate_tokens, provenance::authors_code, detail::table, .001},
          {"batch_coefficient", detail::fitted::batch.coefficient, provenance::authors_code, detail::table, .01},
          {"batch_exponent", detail::fitted::batch.exponent, provenance::authors_code, detail::table, .001}},
         5},
    .inputs = {{laws::inputs::active_non_embedding_parameters
                    .meaning("non-embedding parameters, of an MoE those that one token uses")
                    .in(60e6, 1.07e9),
                laws::inputs::tokens.in(2e9, 100e9)},
               2}};

/// What learning rate and batch depend on.
struct inputs {
  double active_non_embedding_parameters{};
  double tokens{};
};

/// Peak learning rate 1.79·N^−0.713·D^0.307.
inline double learning_rate(inputs const& at) {
  return std::exp(std::log(detail::fitted::rate) +
                  detail::fitted::rate_parameters * std::log(at.active_non_embedding_parameters) +
                  detail::fitted::rate_tokens * std::log(at.tokens));
}

/// Batch of 0.58·D^0.571 tokens.
inline double batch_tokens(inputs const& at) {
  return detail::fitted::batch(at.tokens);
}

}  // namespace moetric::v0::laws::step_law
