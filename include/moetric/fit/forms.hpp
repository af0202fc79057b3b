#pragma once

#include <string_view>
#include <vector>

#include "moetric/fit/fit.hpp"
#include "moetric/laws/abnar.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/clark.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/wang.hpp"

/// The published forms, each with its paper's fitting method. Start values and bounds are this library's.
namespace moetric::v0::fit {

/// A form that `moetric fit` knows by name.
template <class Form>
struct published_form {
  using form = Form;
  std::string_view id;  // of the form
  setup (*how)();
  std::string_view method;         // the paper's
  laws::description const* about;  // a published law of the form: the inputs, and the coefficients' names
};

namespace detail {

inline unknown exponent(std::string name) {
  return {std::move(name), role::positive, {.05, .1, .2, .3, .45, .7, 1.1}, 1e-3, 10};
}

inline setup chinchilla_setup() {
  return {{{"E", role::scale}, {"A", role::scale}, exponent("alpha"), {"B", role::scale}, exponent("beta")}};
}

/// The paper holds c at 0.472, but it depends on the data, so it is free here. E does not enter the loss; it must be
/// held at the runs' own value.
inline setup fine_grained_setup() {
  return {{{"a", role::scale},
           exponent("alpha"),
           {"b", role::scale},
           exponent("beta"),
           {"g", role::scale},
           exponent("gamma"),
           {"c", role::scale},
           {"E", role::held, {64}}},
          loss_scale::loss,
          0.1};
}
inline setup fine_grained_dense_setup() {
  return {{{"a", role::scale}, exponent("alpha"), {"b", role::scale}, exponent("beta"), {"c", role::scale}},
          loss_scale::loss,
          0.1};
}

inline setup clark_setup() {
  setup how{{{"a", role::linear},
             {"b", role::linear},
             {"c", role::linear},
             {"d", role::linear},
             {"E_start", role::positive, {1.2, 2, 4, 8}, 1, 1e6},
             {"E_max", role::positive, {30, 100, 300, 1000, 1e4}, 1, 1e9}},
            loss_scale::log10,
            0};
  how.linear_in_log = true;
  return how;
}

inline setup joint_moe_setup() {
  std::vector<double> const falling{-.1, -.18, -.3};
  return {{{"a", role::scale},
           {"alpha", role::real, falling},
           {"delta", role::real, {-.2, 0}},
           {"gamma", role::real, {0}},
           {"b", role::scale},
           {"beta", role::real, falling},
           {"omega", role::real, {0, .4}},
           {"zeta", role::real, {0}},
           {"E_start", role::positive, {1.5, 3}, 1, 1e6},
           {"E_max", role::positive, {100, 1000}, 1, 1e9},
           {"c", role::scale}}};
}

inline setup abnar_setup() {
  std::vector<double> const few{.15, .3, .6};
  return {{{"a", role::scale},
           {"alpha", role::positive, few, 1e-3, 10},
           {"b", role::scale},
           {"beta", role::positive, few, 1e-3, 10},
           {"c", role::scale},
           {"lambda", role::real, {-.5, -.15}, -5, 5},
           {"d", role::scale},
           {"delta", role::real, {.15, .4}, -5, 5},
           {"gamma", role::positive, few, 1e-3, 10},
           {"e", role::scale}}};
}

inline setup wang_setup() {
  return {{{"A", role::scale},
           {"B", role::scale},
           exponent("alpha"),
           exponent("beta"),
           {"gamma", role::real, {0, .1, .3}, -5, 5},
           {"sigma", role::scale}}};
}

/// A and B also determine the optimal number of parameters for the unique tokens, so the form is not linear in them.
inline setup data_constrained_setup() {
  std::vector<double> const amplitudes{50, 500, 5000};
  return {{{"E", role::scale},
           {"A", role::positive, amplitudes},
           {"alpha", role::positive, {.25, .35, .5}, 1e-3, 10},
           {"B", role::positive, amplitudes},
           {"beta", role::tied, {}, 0, 10, 2},
           {"R*_D", role::positive, {4, 15, 60}, 1e-2, 1e6},
           {"R*_N", role::positive, {4, 15}, 1e-2, 1e6}}};
}

}  // namespace detail

/// The forms by name, as in `fit::fit(fit::forms::chinchilla, runs)`.
namespace forms {

/// Chinchilla's, of laws/chinchilla.hpp.
inline constexpr published_form<laws::chinchilla::form> chinchilla{
    "chinchilla", detail::chinchilla_setup, "Huber's function, delta 1e-3, of ln loss", &*laws::chinchilla::tex.about};
/// With granularity, of laws/fine_grained.hpp.
inline constexpr published_form<laws::fine_grained::moe_form> fine_grained{"fine-grained", detail::fine_grained_setup,
                                                                           "Huber's function, delta 0.1, of the loss",
                                                                           &*laws::fine_grained::four_decimals.about};
/// Of dense models, of laws/fine_grained.hpp.
inline constexpr published_form<laws::fine_grained::dense_form> fine_grained_dense{
    "fine-grained-dense", detail::fine_grained_dense_setup, "Huber's function, delta 0.1, of the loss",
    &*laws::fine_grained::dense.about};
/// With experts, of laws/clark.hpp.
inline constexpr published_form<laws::clark::form> clark{"clark", detail::clark_setup, "squares of log10 loss",
                                                         &*laws::clark::s_base.about};
/// With experts and tokens, of laws/joint_moe.hpp.
inline constexpr published_form<laws::joint_moe::form> joint_moe{
    "joint-moe", detail::joint_moe_setup, "Huber's function, delta 1e-3, of ln loss", &*laws::joint_moe::printed.about};
/// With sparsity, of laws/abnar.hpp.
inline constexpr published_form<laws::abnar::form> abnar{
    "abnar", detail::abnar_setup, "Huber's function, delta 1e-3, of ln loss", &*laws::abnar::sparsity.about};
/// With dense models and mixtures on one curve, of laws/wang.hpp.
inline constexpr published_form<laws::wang::form> wang{
    "wang", detail::wang_setup, "Huber's function, delta 1e-3, of ln loss; the paper's own is not known here",
    &laws::wang::about};
/// With repeated tokens, of laws/data_constrained.hpp.
inline constexpr published_form<laws::data_constrained::form> data_constrained{
    "data-constrained", detail::data_constrained_setup,
    "Huber's function, delta 1e-3, of ln loss; alpha and beta are one", &*laws::data_constrained::authors.about};

}  // namespace forms

/// Calls `visit(form)` for every published form, in its own type: the visitor is compiled for each.
template <class Visit>
void for_each_form(Visit visit) {
  visit(forms::chinchilla);
  visit(forms::fine_grained);
  visit(forms::fine_grained_dense);
  visit(forms::clark);
  visit(forms::joint_moe);
  visit(forms::abnar);
  visit(forms::wang);
  visit(forms::data_constrained);
}

/// Fits a published form with its paper's method, or as `how` says. \throws std::invalid_argument as `fit`
template <class Form>
fitted<Form> fit(published_form<Form> const& form, runs const& data, setup const& how) {
  return fit<Form>(*form.about, data, how, form.id);
}
template <class Form>
fitted<Form> fit(published_form<Form> const& form, runs const& data) {
  return fit(form, data, form.how());
}

}  // namespace moetric::v0::fit
