#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/optimum/hyper_parameters.hpp"

/// Laws of learning rate and batch that a team fitted to its own sweeps, beside the published ones.
namespace moetric::v0::optimum {

/// y = coefficient·Π x^exponent, of numbers of a training run.
struct run_power_law {
  std::vector<std::string> x;  // among `numbers_of_runs`
  double coefficient;          // in the unit of y
  std::vector<double> exponents;
  std::vector<laws::range> fitted;  // of each x
};

/// A team's laws of learning rate and batch.
struct fitted_hyper {
  std::string name;  // such as its file
  std::optional<run_power_law> learning_rate{};
  std::optional<run_power_law> batch_tokens{};
};

/// The numbers of a training run that such a law may read. Those of a dense study are read as active ones.
inline constexpr std::array<std::string_view, 5> numbers_of_runs{"compute", "tokens", "active_non_embedding_parameters",
                                                                 "total_non_embedding_parameters", "expansion_rate"};

namespace detail {

inline double number_of(run_facts const& run, std::string_view name) {
  if (name == "compute") return run.compute;
  if (name == "tokens") return run.tokens;
  if (name == "expansion_rate") return run.expansion_rate;
  if (name == "active_non_embedding_parameters" || name == "total_non_embedding_parameters")
    return run.active_non_embedding_parameters;
  refuse_name("a number of a training run", std::string(name), numbers_of_runs);
}

inline double evaluated(run_power_law const& law, run_facts const& run,
                        fixed_list<laws::extrapolation, 12>& outside_range) {
  double log_y = std::log(law.coefficient);
  for (std::size_t i = 0; i != law.x.size(); ++i) {
    double const x = number_of(run, law.x[i]);
    moetric::detail::require_positive(law.x[i], x);
    log_y += law.exponents[i] * std::log(x);
    bool told = false;
    for (laws::extrapolation const& each : outside_range) told = told || each.input == law.x[i];
    if (auto const outside = laws::detail::outside({.name = law.x[i], .fitted = law.fitted[i]}, x); outside && !told)
      outside_range.push_back(*outside, "moetric: too many inputs");
  }
  return std::exp(log_y);
}

}  // namespace detail

/// What fitted laws say of a run. The answer refers to the law's texts.
/// \throws std::invalid_argument for a law of what is no number of a training run
inline hyper_parameters evaluate(fitted_hyper const& law, run_facts const& run) {
  hyper_parameters said{law.name, law.name, "your own sweeps", 0, 0};
  if (law.learning_rate) said.learning_rate = detail::evaluated(*law.learning_rate, run, said.outside_range);
  if (law.batch_tokens) said.batch_tokens = detail::evaluated(*law.batch_tokens, run, said.outside_range);
  return said;
}
hyper_parameters evaluate(fitted_hyper const&& law, run_facts const& run) = delete;

}  // namespace moetric::v0::optimum
