#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/dual.hpp"
#include "moetric/fit/logged.hpp"
#include "moetric/fit/rank.hpp"
#include "moetric/fit/report.hpp"
#include "moetric/fit/runs.hpp"
#include "moetric/laws/any_law.hpp"
#include "moetric/laws/owned_description.hpp"

/// Fits any form of `laws/`, published or your own, to the losses of runs.
///
///   fit::fitted<my_form> const mine = fit::fit<my_form>(about, runs, setup);
///   laws::law<my_form> const law = mine.law();  // usable like a published one
namespace moetric::v0::fit {

/// What a fit finds: coefficients with diagnostics, and a description with the ranges of the runs.
struct any_fitted {
  report of;
  laws::description_ref about;
};

/// The same with the form's own type.
template <class Form>
struct fitted : any_fitted {
  using coefficients = typename laws::law<Form>::coefficients;

  coefficients k;

  /// The fit of a form of this type; coefficients are read in its order.
  fitted(any_fitted found) : any_fitted(std::move(found)) {
    std::array<double, laws::detail::number_of_doubles<coefficients>> values{};
    for (std::size_t i = 0; i != values.size(); ++i) values[i] = of.coefficients[i].value;
    k = laws::detail::from_array<coefficients>(values);
  }

  laws::law<Form> law() const { return {about, k}; }
};

/// The law with other coefficients, given in its form's order.
template <laws::Law L>
L with_coefficients(L law, std::span<double const> values) {
  std::array<double, laws::detail::number_of_doubles<typename L::coefficients>> all{};
  std::copy_n(values.begin(), all.size(), all.begin());
  law.k = laws::detail::from_array<typename L::coefficients>(all);
  return law;
}

template <class Law>
requires std::derived_from<Law, laws::any_law> Law with_coefficients(Law const& law, std::span<double const> values) {
  return law.with(values);
}

/// A form as a fit sees it, its type erased.
class form_to_fit {
 public:
  std::size_t n_inputs;
  std::size_t n_coefficients;

  /// The form over runs, whose inputs are given run by run in the form's order.
  virtual predictor predictor_of(std::vector<double> const& inputs) const = 0;
  /// The least loss that the form allows, if it is known.
  virtual std::optional<double> irreducible(std::span<double const> coefficients) const = 0;

 protected:
  /// The sizes are those of a run's inputs and of the coefficients.
  constexpr form_to_fit(std::size_t of_inputs, std::size_t of_coefficients)
      : n_inputs(of_inputs), n_coefficients(of_coefficients) {}
  form_to_fit(form_to_fit const&) = default;
  form_to_fit& operator=(form_to_fit const&) = default;
  ~form_to_fit() = default;
};

namespace detail {

/// The form over the given runs, evaluated on doubles, or on duals if derivatives are wanted.
template <class Form>
predictor predictor_of(std::vector<double> const& inputs) {
  using inputs_type = typename Form::template inputs<logged>;
  using coefficients = typename laws::law<Form>::coefficients;
  constexpr std::size_t n = laws::detail::number_of_doubles<coefficients>;
  std::array<logged, laws::detail::number_of_doubles<typename laws::law<Form>::inputs>> row{};
  std::vector<inputs_type> rows;
  for (auto from = inputs.begin(); from != inputs.end(); from += row.size()) {
    for (std::size_t i = 0; i != row.size(); ++i) row[i] = logged(from[static_cast<std::ptrdiff_t>(i)]);
    rows.push_back(std::bit_cast<inputs_type>(row));
  }
  return [rows = std::move(rows)](std::span<double const> k, std::span<double const> weight, std::span<double> loss,
                                  matrix* by) {
    std::array<double, n> values{};
    std::copy(k.begin(), k.end(), values.begin());
    auto const skips = [&](std::size_t i) { return !weight.empty() && weight[i] == 0; };
    if (by == nullptr) {
      auto const plain = laws::detail::from_array<coefficients>(values);
      for (std::size_t i = 0; i != rows.size(); ++i)
        if (!skips(i)) loss[i] = Form::loss(plain, rows[i]);
      return;
    }
    std::array<dual<n>, n> seeded;
    for (std::size_t j = 0; j != n; ++j) seeded[j] = dual<n>::variable(values[j], j);
    auto const seeds = std::bit_cast<typename Form::template coefficients<dual<n>>>(seeded);
    for (std::size_t i = 0; i != rows.size(); ++i) {
      if (skips(i)) continue;
      dual<n> const predicted = Form::loss(seeds, rows[i]);
      loss[i] = predicted.value;
      std::copy(predicted.by.begin(), predicted.by.end(), &(*by)(i, 0));
    }
  };
}

template <class Form>
class typed_form_to_fit final : public form_to_fit {
  using coefficients = typename laws::law<Form>::coefficients;

 public:
  constexpr typed_form_to_fit()
      : form_to_fit(laws::detail::number_of_doubles<typename laws::law<Form>::inputs>,
                    laws::detail::number_of_doubles<coefficients>) {}
  predictor predictor_of(std::vector<double> const& inputs) const override {
    return detail::predictor_of<Form>(inputs);
  }
  std::optional<double> irreducible(std::span<double const> k) const override {
    if constexpr (requires(coefficients values) { Form::irreducible(values); }) {
      std::array<double, laws::detail::number_of_doubles<coefficients>> values{};
      std::copy_n(k.begin(), values.size(), values.begin());
      return static_cast<double>(Form::irreducible(laws::detail::from_array<coefficients>(values)));
    } else {
      return std::nullopt;
    }
  }
};

template <class Form>
inline constexpr typed_form_to_fit<Form> to_fit{};

inline std::vector<double> target_of(residual_problem const& problem) {
  std::vector<double> target;
  for (double const loss : problem.loss) target.push_back(on_scale(problem.how.residual, loss));
  return target;
}

inline void require_enough(setup const& how, repeats const& seen) {
  std::size_t const n = coordinates(how.unknowns).size();
  if (seen.points <= n)
    moetric::detail::invalid(("moetric: a fit of " + std::to_string(n) + " coefficients must have runs of at least " +
                              std::to_string(n + 1) + " different inputs, but got " + std::to_string(seen.points))
                                 .c_str());
}

inline std::vector<laws::range> ranges_of(laws::description const& about, runs const& data) {
  std::vector<laws::range> ranges;
  for (laws::input const& each : about.inputs) {
    std::vector<double> const& column = data.column(each.name);
    auto const [low, high] = std::minmax_element(column.begin(), column.end());
    ranges.push_back({*low, *high});
  }
  return ranges;
}

/// Pearson's correlation of two columns, or of their logarithms if both are positive; 0 if a column is constant.
inline double correlation_of(std::vector<double> x, std::vector<double> y) {
  auto const positive = [](double value) { return value > 0; };
  if (std::all_of(x.begin(), x.end(), positive) && std::all_of(y.begin(), y.end(), positive))
    for (std::vector<double>* const each : {&x, &y})
      for (double& value : *each) value = std::log(value);
  auto const varies = [](std::vector<double> const& values) {
    return std::any_of(values.begin(), values.end(), [&](double value) { return value != values[0]; });
  };
  return varies(x) && varies(y) ? pearson_r(x, y) : 0;
}

/// A sentence if losses rise with the size of runs, parameters times tokens; else empty.
inline std::string rising_loss(laws::description const& about, runs const& data) {
  if (data.size() < 8) return {};
  std::vector<double> size(data.size(), 0.0);
  std::string names;
  for (laws::input const& each : about.inputs) {
    if (each.unit != "parameters" && each.unit != "tokens") continue;
    names += (names.empty() ? "" : " x ") + std::string(each.name);
    for (std::size_t i = 0; i != size.size(); ++i) size[i] += std::log(data.column(each.name)[i]);
  }
  auto const is_one = [](std::vector<double> const& of) {
    return std::all_of(of.begin(), of.end(), [&](double x) { return x == of[0]; });
  };
  if (names.empty() || is_one(size) || is_one(data.loss)) return {};
  double const together = spearman(size, data.loss).value;
  if (!(together > 0.5)) return {};
  return "losses rise with " + names + " (rank correlation " + brief(together, 2) +
         "): larger and longer runs would be worse";
}

/// What is known of the law now: the paper's words for its form, the user's numbers and ranges.
inline laws::description_ref described(laws::description const& form, std::string_view name, report const& found,
                                       std::vector<laws::range> const& ranges) {
  laws::owned_description about;
  laws::description& value = about.value;
  value = form;
  value.id = about.own("fitted-" + std::string(name));
  value.title = about.own("fitted to " + std::to_string(found.runs) + " runs");
  value.data = value.tokenizer = value.architectures = "";
  value.coefficients.used = 0;
  std::string caution;
  for (warning const& each : found.warnings)
    if (each.kind != finding::reading) caution += (caution.empty() ? "" : "; ") + each.sentence;
  value.caution = about.own(std::move(caution));
  for (fitted_coefficient const& each : found.coefficients)
    value.coefficients.push_back({about.own(each.name), each.value, provenance::user, each.held ? "held" : "fitted", 0,
                                  std::isfinite(each.standard_error) ? each.standard_error : 0},
                                 "moetric: a description must not hold more than 16 coefficients");
  value.fitted_compute = value.fitted_tokens_per_parameter = {};
  value.correlations = {};
  for (std::size_t i = 0; i != value.inputs.size(); ++i)
    value.inputs[i].fitted = ranges[i], value.inputs[i].fitted_with_experts = {};
  return {std::move(about)};
}

}  // namespace detail

/// The minimisation problem of a form over runs, which `fit` and bootstraps solve.
/// \throws std::invalid_argument naming a missing column, a run and its number outside the domain, or too few runs
inline residual_problem residual_problem_of(form_to_fit const& form, laws::description const& about, runs const& data,
                                            setup const& how) {
  if (how.unknowns.size() != form.n_coefficients || about.inputs.size() != form.n_inputs)
    moetric::detail::invalid("moetric: a setup must list each coefficient of its form once, in order");
  std::vector<double> const inputs = inputs_of(data, about);  // checks the columns that repeats_of reads
  detail::require_enough(how, repeats_of(data));
  return {how, form.predictor_of(inputs), data.loss, data.weights(), data.cluster};
}
template <class Form>
residual_problem residual_problem_of(laws::description const& about, runs const& data, setup const& how) {
  return residual_problem_of(detail::to_fit<Form>, about, data, how);
}

namespace detail {

inline any_fitted fit_of_form(form_to_fit const& form, laws::description const& about, runs const& data,
                              setup const& how, std::string_view name) {
  residual_problem const posed = residual_problem_of(form, about, data, how);
  std::vector<double> const target = detail::target_of(posed);
  global_minimum const found = minimise(posed, target, posed.weight);
  if (found.at.empty())
    moetric::detail::invalid("moetric: a form must give a positive loss for every run from at least one of its starts");
  report result = report_of(posed, target, found);

  repeats const seen = repeats_of(data);
  result.seed_noise = seen.log_noise;
  if (seen.copies != 0)
    result.warnings.push_back({finding::copies,
                               std::to_string(seen.copies) + " runs are copies of others (run " +
                                   std::to_string(data.row_of(seen.copy - 1)) + " is run " +
                                   std::to_string(data.row_of(seen.of - 1)) +
                                   " again): copies count twice and make the intervals too narrow",
                               {data.row_of(seen.copy - 1), data.row_of(seen.of - 1)}});
  for (std::size_t i = 0; i != about.inputs.size(); ++i) {
    std::vector<double> const& column = data.column(about.inputs[i].name);
    if (std::all_of(column.begin(), column.end(), [&](double x) { return x == column[0]; }))
      result.warnings.push_back(
          {finding::design,
           std::string(about.inputs[i].name) + " is the same in every run: the runs do not identify its effect"});
    for (std::size_t j = 0; j != i; ++j)
      if (double const together = detail::correlation_of(data.column(about.inputs[j].name), column);
          std::fabs(together) > 0.99)
        result.warnings.push_back({finding::design, std::string(about.inputs[j].name) + " and " +
                                                        std::string(about.inputs[i].name) +
                                                        (together > 0 ? " rise together" : " rise against each other") +
                                                        " in the runs (correlation " + brief(together, 5) +
                                                        "): their effects can hardly be separated"});
  }
  if (std::string const rises = detail::rising_loss(about, data); !rises.empty())
    result.warnings.push_back({finding::design, rises});
  auto const described =
      detail::described(about, name.empty() ? about.id : name, result, detail::ranges_of(about, data));
  return {std::move(result), described};
}

}  // namespace detail

/// Fits a form to runs, without start values. The report marks coefficients that the runs do not identify, and warns.
/// The law's id is "fitted-" followed by `name`, or by the description's id if `name` is empty. \throws
/// std::invalid_argument as `problem_of`, or if no start gives a positive loss for every run
MOETRIC_INLINE any_fitted fit(form_to_fit const& form, laws::description const& about, runs const& data,
                              setup const& how, std::string_view name = {});
#ifndef MOETRIC_COMPILED
inline any_fitted fit(form_to_fit const& form, laws::description const& about, runs const& data, setup const& how,
                      std::string_view name) {
  return detail::fit_of_form(form, about, data, how, name);
}
#endif
template <class Form>
fitted<Form> fit(laws::description const& about, runs const& data, setup const& how, std::string_view name = {}) {
  return fit(detail::to_fit<Form>, about, data, how, name);
}

}  // namespace moetric::v0::fit
