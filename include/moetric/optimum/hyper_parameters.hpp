#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "moetric/account/parameters.hpp"
#include "moetric/laws/hyper_laws.hpp"

namespace moetric::v0::optimum {

/// A training run by what the published laws of learning rate and batch depend on.
struct run_facts {
  double compute;  // FLOPs, M·D without embedding and head
  double active_non_embedding_parameters;
  double tokens;
  double expansion_rate;                                 // n_experts / top_k
  double active_parameters_without_input_embedding = 0;  // 0 if it is not known
};

/// A model's training run.
/// \param training_flops_per_token M without embedding and head
/// \throws std::invalid_argument with every rule that the model breaks
inline run_facts run_facts_of(model const& m, count tokens, double training_flops_per_token) {
  laws::model_facts const known = laws::facts_of(m, tokens);
  laws::facts<double> const facts = known.values();
  return {.compute = training_flops_per_token * facts.tokens,
          .active_non_embedding_parameters = laws::quantities::active_non_embedding_parameters::of(facts),
          .tokens = facts.tokens,
          .expansion_rate = laws::quantities::expansion_rate::of(facts),
          .active_parameters_without_input_embedding =
              static_cast<double>(count_parameters(m).active_without_input_embedding)};
}

/// One law's peak learning rate and batch for a run. Laws disagree by more than ten times: a learning rate means
/// something only with its own optimiser, schedule and parametrisation.
struct hyper_parameters {
  std::string_view law;  // its id
  std::string_view study;
  std::string_view setup;
  double learning_rate;  // 0 if the law gives none, or reads a number that the run does not have
  double batch_tokens;   // likewise
  fixed_list<laws::extrapolation, 12> outside_range{};
};

/// The learning rate and batch by every published law of them, side by side.
/// \throws std::invalid_argument naming a number of the run that is not positive and finite
inline std::array<hyper_parameters, laws::hyper_laws.size()> published_hyper_parameters(run_facts const& run) {
  auto const value_of = [&](laws::input const& what) {
    if (what.name == laws::inputs::compute.name) return run.compute;
    if (what.name == laws::inputs::tokens.name) return run.tokens;
    if (what.name == laws::inputs::expansion_rate.name) return run.expansion_rate;
    if (what.name == laws::inputs::active_non_embedding_parameters.name) return run.active_non_embedding_parameters;
    if (what.name == laws::inputs::active_without_input_embedding.name)
      return run.active_parameters_without_input_embedding;
    moetric::detail::invalid(
        ("moetric: a law of learning rate must read numbers of a training run, but got " + std::string(what.name))
            .c_str());
  };
  std::array<hyper_parameters, laws::hyper_laws.size()> all{};
  std::size_t next = 0;
  for (laws::hyper_law const& law : laws::hyper_laws) {
    hyper_parameters& said = all[next++];
    std::array<double, 4> values{};
    if (law.about->inputs.size() > values.size())
      moetric::detail::invalid("moetric: a law of learning rate must have at most 4 inputs");
    bool is_known = true;
    for (std::size_t i = 0; i != law.about->inputs.size(); ++i) {
      laws::input const& what = law.about->inputs[i];
      values[i] = value_of(what);
      if (what.name == laws::inputs::active_without_input_embedding.name && values[i] == 0) {
        is_known = false;
        continue;
      }
      laws::detail::require_in_domain(what, values[i]);
      if (auto const outside = laws::detail::outside(what, values[i])) said.outside_range.push_back(*outside, "");
    }
    said.law = law.about->id;
    said.study = law.study;
    said.setup = law.setup;
    if (!is_known) continue;
    said.learning_rate = law.learning_rate == nullptr ? 0 : law.learning_rate(values.data());
    said.batch_tokens = law.batch_tokens == nullptr ? 0 : law.batch_tokens(values.data());
  }
  return all;
}

}  // namespace moetric::v0::optimum
