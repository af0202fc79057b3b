#pragma once

#include <array>
#include <string_view>

#include "moetric/laws/catalogue.hpp"

namespace moetric::v0 {

/// A training run, as the published laws of learning rate and batch see it.
struct training_run {
  double compute;  // FLOPs, M·D without embedding and head
  double active_non_embedding_parameters;
  double tokens;
  double expansion_rate;  // n_experts / top_k
};

/// What one law says of a run's peak learning rate and batch. Laws disagree by more than ten times: a learning rate
/// means something only with its own optimiser, schedule and parametrisation.
struct hyper_parameters {
  std::string_view law;
  std::string_view setup;
  double learning_rate;
  double batch_tokens;  // 0 when the law gives none
  fixed_list<laws::extrapolation, 12> outside_range{};
};

/// What every law of `laws::hyper_laws` says, side by side.
/// \throws std::invalid_argument naming a number of the run that is not positive and finite
inline std::array<hyper_parameters, laws::hyper_laws.size()> published_hyper_parameters(training_run const& run) {
  auto const value_of = [&](laws::input const& what) {
    if (what.name == laws::inputs::compute.name) return run.compute;
    if (what.name == laws::inputs::tokens.name) return run.tokens;
    if (what.name == laws::inputs::expansion_rate.name) return run.expansion_rate;
    return run.active_non_embedding_parameters;
  };
  std::array<hyper_parameters, laws::hyper_laws.size()> all{};
  for (std::size_t law = 0; law != all.size(); ++law) {
    laws::hyper_entry const& from = laws::hyper_laws[law];
    hyper_parameters& said = all[law];
    std::array<double, 2> values{};
    for (std::size_t i = 0; i != from.about->inputs.size(); ++i) {
      laws::input const& what = from.about->inputs[i];
      values[i] = value_of(what);
      laws::detail::require_in_domain(what, values[i]);
      if (auto const outside = laws::detail::outside(what, values[i])) said.outside_range.push_back(*outside, "");
    }
    said.law = from.name;
    said.setup = from.setup;
    said.learning_rate = from.learning_rate(values.data());
    said.batch_tokens = from.batch_tokens == nullptr ? 0 : from.batch_tokens(values.data());
  }
  return all;
}

}  // namespace moetric::v0
