#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "moetric/core/dual.hpp"
#include "moetric/laws/law.hpp"

/// A law with its type erased, so that an algorithm over laws is compiled once and not for each of them.
namespace moetric::v0::laws {

/// The values of a law's inputs, in the law's order.
using input_values = fixed_list<double, 12>;

namespace detail {

/// Coefficients and values are given in the form's order. What a form does not have is null.
struct form_functions {
  std::size_t n_inputs;
  std::size_t n_coefficients;
  double (*loss)(double const* k, double const* at);
  dual<> (*loss_in_dual)(double const* k, dual<> const* at);
  double (*training_flops_per_token)(double const* k, double const* at);
  dual<> (*training_flops_per_token_in_dual)(double const* k, dual<> const* at);
  double (*irreducible)(double const* k);
  additive_terms (*additive)(double const* k, double const* at);
};

template <class Form>
struct functions_of_form {
  using coefficients = typename Form::template coefficients<double>;
  template <class T>
  using inputs = typename Form::template inputs<T>;
  static constexpr std::size_t n_inputs = number_of_doubles<inputs<double>>;
  static constexpr std::size_t n_coefficients = number_of_doubles<coefficients>;

  static constexpr coefficients coefficients_at(double const* k) {
    std::array<double, n_coefficients> values{};
    for (double& each : values) each = *k++;
    return from_array<coefficients>(values);
  }
  template <class T>
  static constexpr inputs<T> inputs_at(T const* at) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return inputs<T>{at[i]...};
    }
    (std::make_index_sequence<n_inputs>{});
  }

  template <class T>
  static T loss(double const* k, T const* at) {
    return Form::loss(coefficients_at(k), inputs_at(at));
  }
  template <class T>
  static T training_flops_per_token(double const* k, T const* at) {
    return Form::training_flops_per_token(coefficients_at(k), inputs_at(at));
  }
  static double irreducible(double const* k) { return Form::irreducible(coefficients_at(k)); }
  static additive_terms additive(double const* k, double const* at) {
    return Form::additive(coefficients_at(k), inputs_at(at));
  }

  static constexpr form_functions listed() {
    form_functions all{.n_inputs = n_inputs,
                       .n_coefficients = n_coefficients,
                       .loss = loss<double>,
                       .loss_in_dual = loss<dual<>>,
                       .training_flops_per_token = nullptr,
                       .training_flops_per_token_in_dual = nullptr,
                       .irreducible = nullptr,
                       .additive = nullptr};
    if constexpr (requires(coefficients const& k, inputs<double> const& at) {
                    Form::training_flops_per_token(k, at);
                  }) {
      all.training_flops_per_token = training_flops_per_token<double>;
      all.training_flops_per_token_in_dual = training_flops_per_token<dual<>>;
    }
    if constexpr (requires(coefficients const& k) { Form::irreducible(k); }) all.irreducible = irreducible;
    if constexpr (requires(coefficients const& k, inputs<double> const& at) { Form::additive(k, at); })
      all.additive = additive;
    return all;
  }
};

template <class Form>
inline constexpr form_functions functions_of = functions_of_form<Form>::listed();

}  // namespace detail

/// A law of any form: its coefficients, its description, and how to evaluate it. A value like `law<Form>`, with inputs
/// and coefficients as numbers in the form's order.
class any_law {
 public:
  description_ref about;

  /// The law of a form, with its coefficients in the form's order.
  template <class Form>
  constexpr any_law(law<Form> const& of) : about(of.about), form_(&detail::functions_of<Form>) {
    static_assert(detail::functions_of<Form>.n_coefficients <= most_coefficients &&
                      detail::functions_of<Form>.n_inputs <= most_inputs,
                  "moetric: a form must have at most 16 coefficients and 12 inputs to be used as any law");
    auto const values = detail::to_array(of.k);
    for (std::size_t i = 0; i != values.size(); ++i) k_[i] = values[i];
  }

  /// The law with other coefficients, given in its form's order.
  /// \throws std::invalid_argument unless there is one for each
  constexpr any_law with(std::span<double const> coefficients) const {
    if (coefficients.size() != form_->n_coefficients)
      moetric::detail::invalid(
          ("moetric: law " + std::string(about->id) + " must get " + std::to_string(form_->n_coefficients) +
           " coefficients, one for each of its form, but got " + std::to_string(coefficients.size()))
              .c_str());
    any_law other = *this;
    for (std::size_t i = 0; i != form_->n_coefficients; ++i) other.k_[i] = coefficients[i];
    return other;
  }
  /// The law in its own type, if it has that form.
  template <class Form>
  constexpr std::optional<law<Form>> as() const {
    if (!has_form(detail::functions_of<Form>)) return std::nullopt;
    return law<Form>(about, detail::functions_of_form<Form>::coefficients_at(k_.data()));
  }

  /// True if it is a law of that form.
  constexpr bool has_form(detail::form_functions const& form) const { return form_ == &form; }

  /// The number of inputs, and the coefficients in the form's order.
  constexpr std::size_t n_inputs() const { return form_->n_inputs; }
  constexpr std::span<double const> coefficients() const { return {k_.data(), form_->n_coefficients}; }
  /// True if a budget has an optimum: the form counts FLOPs and has an irreducible loss, as `ComputeLaw` requires.
  constexpr bool counts_compute() const {
    return form_->training_flops_per_token != nullptr && form_->irreducible != nullptr;
  }

  /// The loss. Unchecked: see `evaluate`.
  double loss(std::span<double const> at) const { return form_->loss(k_.data(), at.data()); }
  dual<> loss(std::span<dual<> const> at) const { return form_->loss_in_dual(k_.data(), at.data()); }
  /// Forward + backward FLOPs for one token; the law must count compute.
  double training_flops_per_token(std::span<double const> at) const {
    return form_->training_flops_per_token(k_.data(), at.data());
  }
  dual<> training_flops_per_token(std::span<dual<> const> at) const {
    return form_->training_flops_per_token_in_dual(k_.data(), at.data());
  }
  /// The loss with unbounded parameters and tokens, if the form has one; a law that counts compute does.
  std::optional<double> irreducible() const {
    if (form_->irreducible == nullptr) return std::nullopt;
    return form_->irreducible(k_.data());
  }
  /// The law at fixed other inputs as a sum of two power laws, if it is one.
  std::optional<additive_terms> additive(std::span<double const> at) const {
    if (form_->additive == nullptr) return std::nullopt;
    return form_->additive(k_.data(), at.data());
  }

 private:
  static constexpr std::size_t most_coefficients = 16, most_inputs = 12;

  detail::form_functions const* form_;
  std::array<double, most_coefficients> k_{};
};

/// Values as a law's inputs in its order.
/// \throws std::invalid_argument unless there is one for each
inline input_values values_for(any_law const& law, std::span<double const> values) {
  if (values.size() != law.n_inputs())
    moetric::detail::invalid(("moetric: law " + std::string(law.about->id) + " must get " +
                              std::to_string(law.n_inputs()) + " values, one for each input, but got " +
                              std::to_string(values.size()))
                                 .c_str());
  input_values all;
  for (double const each : values) all.push_back(each, "");
  return all;
}

/// The loss at given inputs, in the law's order, with every input that lies outside its fitted range.
/// \throws std::invalid_argument unless there is a value for each input, and as `evaluate` of a law in its own type
inline evaluation evaluate(any_law const& law, std::span<double const> at) {
  input_values const values = values_for(law, at);
  double const compute = law.counts_compute() ? law.training_flops_per_token(values) * values[1] : 0;
  return detail::evaluated(*law.about, values, law.loss(values), compute);
}

}  // namespace moetric::v0::laws
