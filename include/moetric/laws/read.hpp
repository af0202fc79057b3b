#pragma once

#include "moetric/laws/any_law.hpp"
#include "moetric/laws/quantities.hpp"

namespace moetric::v0::laws {

/// The descriptions of inputs that several laws have, each with the quantity of its name in `quantities`. Names are the
/// account's own keys, so the name says the count; what a paper defines otherwise is another input, or the same one
/// with its own `meaning`.
namespace inputs {

/// Counts that a model or a shape and its tokens determine.
inline constexpr input total_parameters{.name = "total_parameters",
                                        .definition = "every weight, embeddings and output head included",
                                        .unit = "parameters"};
inline constexpr input active_parameters{.name = "active_parameters",
                                         .definition =
                                             "the weights that one token uses, embeddings and output head included",
                                         .unit = "parameters"};
inline constexpr input total_non_embedding_parameters{
    .name = "total_non_embedding_parameters",
    .definition = "every weight but input embedding, learned positions and output head",
    .unit = "parameters"};
inline constexpr input active_non_embedding_parameters{
    .name = "active_non_embedding_parameters",
    .definition = "the weights that one token uses, without embeddings and output head",
    .unit = "parameters"};
inline constexpr input tokens{.name = "tokens", .definition = "training tokens", .unit = "tokens"};
/// Given: neither a model nor a shape determines it.
inline constexpr input compute{.name = "compute", .definition = "training FLOPs", .unit = "FLOPs"};
inline constexpr input n_experts{.name = "n_experts",
                                 .definition = "routed experts of a layer, 1 for a dense model",
                                 .unit = "1",
                                 .values = domain::at_least_one};
inline constexpr input expansion_rate{.name = "expansion_rate",
                                      .definition =
                                          "routed experts for each one that a token uses, 1 for a dense model",
                                      .unit = "1",
                                      .values = domain::at_least_one};
inline constexpr input top_k{
    .name = "top_k", .definition = "routed experts that a token uses", .unit = "1", .values = domain::at_least_one};
inline constexpr input inactive_expert_fraction{.name = "inactive_expert_fraction",
                                                .definition = "(n_experts - top_k) / n_experts, 0 for a dense model",
                                                .unit = "1",
                                                .values = domain::below_one};
inline constexpr input activation_ratio{
    .name = "activation_ratio",
    .definition = "(top_k + n_shared_experts) / (n_experts + n_shared_experts), 1 for a dense model",
    .unit = "1",
    .values = domain::at_most_one};

}  // namespace inputs

namespace detail {

/// Collects why a model is outside a law's family.
class family_check {
 public:
  template <class Inputs>
  explicit family_check(model_inputs<Inputs>& into)
      : outside_family_(into.outside_family), is_prediction_(into.is_prediction) {}

  /// Adds a reason.
  void operator()(std::string const& sentence) { outside_family_.push_back(sentence); }
  /// Adds a reason for which the loss predicts nothing.
  void no_prediction(std::string const& sentence) {
    (*this)(sentence);
    is_prediction_ = false;
  }

  /// Compares a model with the models of the runs.
  void compare(family const& runs, model_facts const& m) {
    model_traits const& seen = m.traits;
    std::string const of_all = " of " + to_string(seen.n_layers) + " layers ";
    if (runs.dense_only && m.has_experts()) no_prediction("experts, the law's models are dense");
    if (runs.experts_only && !m.has_experts()) no_prediction("no experts, the law's models all have some");
    if (seen.experts_differ) (*this)("experts differ between layers, those of the first are read");
    if (runs.no_shared_experts && seen.with_shared != 0) (*this)("shared experts, the law's models have none");
    if (runs.top_k != 0 && m.has_experts() && seen.first.top_k != runs.top_k)
      (*this)("top_k is " + to_string(seen.first.top_k) + ", the law's models have " + std::to_string(runs.top_k));
    if (runs.vocab_size != 0 && m.vocab_size != runs.vocab_size)
      (*this)("a vocabulary of " + to_string(m.vocab_size) + ", the law's tokenizer has " +
              std::to_string(runs.vocab_size));
    if (runs.multi_head_attention && seen.latent != 0)
      (*this)(to_string(seen.latent) + of_all +
              "have multi-head latent attention, the law's have multi-head attention");
    if (runs.multi_head_attention && seen.grouped != 0)
      (*this)(to_string(seen.grouped) + of_all + "share key-value heads, the law's have multi-head attention");
    if (!runs.other_mixers && seen.other != 0)
      (*this)(to_string(seen.other) + of_all + "are no such attention as the law's models have, the first of kind " +
              std::string(seen.other_name));
    if (!runs.other_mixers && seen.sparse != 0)
      (*this)(to_string(seen.sparse) + of_all + "choose keys by an indexer, the law's models see all");
    if (seen.with_zero_experts != 0)
      (*this)(to_string(seen.with_zero_experts) + of_all + "have zero experts, the law's models have none");
    if (seen.without_mixer != 0) (*this)(to_string(seen.without_mixer) + of_all + "have no attention");
  }

 private:
  std::vector<std::string>& outside_family_;
  bool& is_prediction_;
};

[[noreturn]] inline void not_in_a_model(description const& about, input const& what) {
  moetric::detail::invalid(("moetric: " + std::string(what.name) + " of law " + std::string(about.id) +
                            " must be given, since a model does not tell it")
                               .c_str());
}

}  // namespace detail

/// The inputs that a law reads from a model's account, and what of the model lies outside the law's family.
/// \throws std::invalid_argument with every rule that the model breaks, or naming an input that must be given
template <ReadableLaw L>
model_inputs<typename L::inputs> read(L const& law, model const& m, count tokens) {
  model_facts const facts = facts_of(m, tokens);
  for (std::size_t i = 0; i != is_given<L>.size(); ++i)
    if (is_given<L>[i]) detail::not_in_a_model(*law.about, law.about->inputs[i]);
  model_inputs<typename L::inputs> taken{read(law, facts.values()), "each input by its definition"};
  detail::family_check(taken).compare(law.about->family, facts);
  return taken;
}

/// The values of any law's inputs as read from a model.
using any_model_inputs = model_inputs<input_values>;

/// Any law that says how its inputs are read from a model and a shape.
class any_readable_law : public any_law {
 public:
  template <class Form>
  requires ReadableLaw<law<Form>>
  constexpr any_readable_law(law<Form> const& of)
      : any_law(of), is_given_(laws::is_given<law<Form>>.data()),
        read_facts_([](facts<double> const& at, double const* given) {
          std::array<double, laws::is_given<law<Form>>.size()> values{};
          for (double& each : values) each = *given++;
          return listed(values_of<law<Form>>(at, values));
        }),
        read_model_([](any_law const& by, model const& m, count tokens) {
          auto const taken = laws_read(*by.as<Form>(), m, tokens);
          return any_model_inputs{listed(detail::to_array(taken.at)), taken.bridge, taken.outside_family,
                                  taken.is_prediction};
        }) {}

  /// The law with other coefficients, given in its form's order.
  constexpr any_readable_law with(std::span<double const> coefficients) const {
    any_readable_law other = *this;
    static_cast<any_law&>(other) = any_law::with(coefficients);
    return other;
  }
  /// True for an input that a caller must give: neither a model nor a shape determines it.
  constexpr bool is_given(std::size_t input) const { return is_given_[input]; }
  /// The inputs at given facts; those that facts do not determine are taken from `given`.
  input_values read(facts<double> const& at, std::span<double const> given) const {
    return read_facts_(at, given.data());
  }
  /// The inputs for a model. \throws as `read` of the law in its own type
  any_model_inputs read(model const& m, count tokens) const { return read_model_(*this, m, tokens); }

 private:
  template <class Law>
  static auto laws_read(Law const& law, model const& m, count tokens) {
    using laws::read;  // or the overload of the law's own header
    return read(law, m, tokens);
  }
  static input_values listed(std::span<double const> values) {
    input_values all;
    for (double const each : values) all.push_back(each, "");
    return all;
  }

  bool const* is_given_;
  input_values (*read_facts_)(facts<double> const&, double const* given);
  any_model_inputs (*read_model_)(any_law const&, model const&, count);
};

/// The inputs that any law reads from a model's account.
inline any_model_inputs read(any_readable_law const& law, model const& m, count tokens) {
  return law.read(m, tokens);
}

/// The loss of a model after training on `tokens` by any law.
inline model_evaluation<input_values> evaluate(any_readable_law const& law, model const& m, count tokens) {
  any_model_inputs const taken = read(law, m, tokens);
  model_evaluation<input_values> result{evaluate(law, taken.at), taken.at, taken.bridge};
  result.outside_family = taken.outside_family;
  result.is_prediction = taken.is_prediction;
  return result;
}

}  // namespace moetric::v0::laws
