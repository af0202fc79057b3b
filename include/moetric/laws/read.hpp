#pragma once

#include "moetric/account/parameters.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/laws/law.hpp"
#include "moetric/laws/model_traits.hpp"

namespace moetric::v0::laws {

/// What laws take from a model and the tokens that it is trained on.
struct model_facts {
  model const& of;
  count tokens;
  parameter_counts parameters;
  model_traits seen;

  constexpr bool has_experts() const { return seen.with_experts != 0; }
};

/// \throws std::invalid_argument with every rule that the model breaks
constexpr model_facts facts_of(model const& m, count tokens) {
  return {m, tokens, count_parameters(m), traits_of(m)};
}

/// The inputs that several laws have. Names are the account's own keys, so the name says the count; what a paper
/// defines otherwise is another input, or the same one with its own `meaning`.
namespace inputs {

constexpr double real(count value) {
  return static_cast<double>(value);
}
/// What ratios are made of.
constexpr experts<double> real(experts<> const& e) {
  return {.n_experts = real(e.n_experts),
          .top_k = real(e.top_k),
          .d_expert = real(e.d_expert),
          .n_shared_experts = real(e.n_shared_experts)};
}

// The ratios that inputs are, of experts in any arithmetic with division.
template <class T>
constexpr T expansion_rate_of(experts<T> const& e) {
  return e.n_experts / e.top_k;
}
template <class T>
constexpr T inactive_expert_fraction_of(experts<T> const& e) {
  return 1 - e.top_k / e.n_experts;
}
template <class T>
constexpr T active_experts_of(experts<T> const& e) {
  return e.top_k + e.n_shared_experts;
}
template <class T>
constexpr T activation_ratio_of(experts<T> const& e) {
  return active_experts_of(e) / (e.n_experts + e.n_shared_experts);
}

inline constexpr input total_parameters{.name = "total_parameters",
                                        .definition = "every weight, embeddings and output head included",
                                        .unit = "parameters",
                                        .from_model = [](model_facts const& m) { return real(m.parameters.total); }};
inline constexpr input active_parameters{.name = "active_parameters",
                                         .definition =
                                             "the weights that one token uses, embeddings and output head included",
                                         .unit = "parameters",
                                         .from_model = [](model_facts const& m) { return real(m.parameters.active); }};
inline constexpr input total_non_embedding_parameters{
    .name = "total_non_embedding_parameters",
    .definition = "every weight but input embedding, learned positions and output head",
    .unit = "parameters",
    .from_model = [](model_facts const& m) { return real(m.parameters.non_embedding); }};
inline constexpr input active_non_embedding_parameters{
    .name = "active_non_embedding_parameters",
    .definition = "the weights that one token uses, without embeddings and output head",
    .unit = "parameters",
    .from_model = [](model_facts const& m) { return real(m.parameters.active_non_embedding); }};
inline constexpr input tokens{.name = "tokens",
                              .definition = "training tokens",
                              .unit = "tokens",
                              .from_model = [](model_facts const& m) { return real(m.tokens); }};
inline constexpr input compute{.name = "compute", .definition = "training FLOPs", .unit = "FLOPs"};

/// Experts of a layer, 1 for a dense model.
inline constexpr input n_experts{
    .name = "n_experts",
    .definition = "routed experts of a layer, 1 for a dense model",
    .unit = "1",
    .values = domain::at_least_one,
    .from_model = [](model_facts const& m) { return m.has_experts() ? real(m.seen.first.n_experts) : 1.0; }};
/// n_experts / top_k
inline constexpr input expansion_rate{
    .name = "expansion_rate",
    .definition = "routed experts for each one that a token uses, 1 for a dense model",
    .unit = "1",
    .values = domain::at_least_one,
    .from_model = [](model_facts const& m) { return m.has_experts() ? expansion_rate_of(real(m.seen.first)) : 1.0; }};
inline constexpr input top_k{
    .name = "top_k",
    .definition = "routed experts that a token uses",
    .unit = "1",
    .values = domain::at_least_one,
    .from_model = [](model_facts const& m) { return m.has_experts() ? real(m.seen.first.top_k) : 1.0; }};
/// (n_experts − top_k) / n_experts
inline constexpr input inactive_expert_fraction{.name = "inactive_expert_fraction",
                                                .definition = "(n_experts - top_k) / n_experts, 0 for a dense model",
                                                .unit = "1",
                                                .values = domain::below_one,
                                                .from_model = [](model_facts const& m) {
                                                  return m.has_experts()
                                                             ? inactive_expert_fraction_of(real(m.seen.first))
                                                             : 0.0;
                                                }};
/// (top_k + n_shared) / (n_experts + n_shared)
inline constexpr input activation_ratio{
    .name = "activation_ratio",
    .definition = "(top_k + n_shared_experts) / (n_experts + n_shared_experts), 1 for a dense model",
    .unit = "1",
    .values = domain::at_most_one,
    .from_model = [](model_facts const& m) { return m.has_experts() ? activation_ratio_of(real(m.seen.first)) : 1.0; }};

}  // namespace inputs

namespace detail {

template <class Inputs>
struct reasons {
  reading<Inputs>& into;

  void operator()(std::string const& sentence) {
    into.outside_family.push_back(sentence, "moetric: a reading must not hold more than 16 reasons");
  }
  void no_prediction(std::string const& sentence) {
    (*this)(sentence);
    into.is_prediction = false;
  }

  /// Where a model has what the models of the runs had not.
  void judge(family const& runs, model_facts const& m) {
    model_traits const& seen = m.seen;
    std::string const of_all = " of " + to_string(seen.n_layers) + " layers ";
    if (runs.dense_only && m.has_experts()) no_prediction("experts, the law's models are dense");
    if (runs.experts_only && !m.has_experts()) no_prediction("no experts, the law's models all have some");
    if (seen.experts_differ) (*this)("experts differ between layers, those of the first are read");
    if (runs.no_shared_experts && seen.with_shared != 0) (*this)("shared experts, the law's models have none");
    if (runs.top_k != 0 && m.has_experts() && seen.first.top_k != runs.top_k)
      (*this)("top_k is " + to_string(seen.first.top_k) + ", the law's models have " + std::to_string(runs.top_k));
    if (runs.vocab_size != 0 && m.of.input.vocab_size != runs.vocab_size)
      (*this)("a vocabulary of " + to_string(m.of.input.vocab_size) + ", the law's tokenizer has " +
              std::to_string(runs.vocab_size));
    if (runs.multi_head_attention && seen.latent != 0)
      (*this)(to_string(seen.latent) + of_all +
              "have multi-head latent attention, the law's have multi-head attention");
    if (runs.multi_head_attention && seen.grouped != 0)
      (*this)(to_string(seen.grouped) + of_all + "share key-value heads, the law's have multi-head attention");
    if (seen.without_mixer != 0) (*this)(to_string(seen.without_mixer) + of_all + "have no attention");
  }
};

[[noreturn]] inline void not_in_a_model(description const& about, input const& what) {
  moetric::detail::invalid(("moetric: " + std::string(what.name) + " of law " + std::string(about.id) +
                            " must be given, since a model does not tell it")
                               .c_str());
}

}  // namespace detail

/// The counts that a law takes from a model's account, each by its name, and what of the model lies outside the law's
/// family.
/// \throws std::invalid_argument with every rule that the model breaks, or naming an input that a model does not tell
template <Law L>
reading<typename L::inputs> read(L const& of, model const& m, count tokens) {
  using values_of = typename L::inputs;
  model_facts const facts = facts_of(m, tokens);
  std::array<double, detail::number_of_doubles<values_of>> values{};
  for (std::size_t i = 0; i != values.size(); ++i) {
    input const& what = of.about->inputs[i];
    if (what.from_model == nullptr) detail::not_in_a_model(*of.about, what);
    values[i] = what.from_model(facts);
  }
  reading<values_of> taken{detail::from_array<values_of>(values), "each input by its definition"};
  detail::reasons<values_of>{taken}.judge(of.about->family, facts);
  return taken;
}

}  // namespace moetric::v0::laws
