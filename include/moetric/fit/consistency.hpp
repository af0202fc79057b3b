#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/fit/fit.hpp"

/// Tests whether two families of models, such as dense and MoE, follow one law, by fitting their runs jointly and
/// separately. Source: the first claim of arXiv 2410.05661.
namespace moetric::v0::fit {

/// The outcome of a consistency test.
enum class outcome {
  shared,               // no difference is significant, and the intervals exclude one as large as the margin
  separate,             // the runs reject shared coefficients
  not_distinguishable,  // no difference is significant, but the intervals do not exclude one as large as the margin
};

/// The verdict in words.
constexpr std::string_view name(outcome which) {
  switch (which) {
  case outcome::shared: return "shared";
  case outcome::separate: return "separate";
  case outcome::not_distinguishable: break;
  }
  return "not distinguishable with these runs";
}

/// The difference second − first of one coefficient that may be shared, with its interval.
struct difference_of {
  std::string name;
  double first;           // the coefficient of the first fit
  double second;          // the coefficient of the second fit
  double difference;      // second − first
  double standard_error;  // of the difference
  double low;
  double high;
};

/// Both separate fits, the joint one, and the test between them.
template <class Fitted>
struct basic_consistency {
  Fitted first;
  Fitted second;
  report together;  // of the joint fit: coefficients of the first family, then of the second, shared ones tied
  std::vector<difference_of> differences;
  double f;             // F statistic of the joint fit against the separate ones
  double p;             // its p-value
  double aic_shared;    // Akaike's criterion of the joint fit
  double aic_separate;  // of both separate fits together
  outcome says;
};
template <class Form>
using consistency = basic_consistency<fitted<Form>>;

namespace detail {

/// Two problems as one: rows and coefficients of the first, then those of the second.
inline residual_problem joined(residual_problem const& a, residual_problem const& b,
                               std::vector<std::size_t> const& shared) {
  std::size_t const p = a.how.unknowns.size();
  residual_problem both{a.how, {}, a.loss, a.weight, {}};
  for (std::size_t k = 0; k != p; ++k) {
    unknown again = b.how.unknowns[k];
    if (again.as == role::tied) again.to += p;
    if (std::find(shared.begin(), shared.end(), k) != shared.end()) again.as = role::tied, again.to = k;
    again.name += " of the second";
    both.how.unknowns.push_back(again);
  }
  both.loss.insert(both.loss.end(), b.loss.begin(), b.loss.end());
  both.weight.insert(both.weight.end(), b.weight.begin(), b.weight.end());
  if (!a.cluster.empty() && !b.cluster.empty()) {
    both.cluster = a.cluster;
    std::size_t const first = 1 + *std::max_element(a.cluster.begin(), a.cluster.end());
    for (std::size_t const each : b.cluster) both.cluster.push_back(first + each);
  }
  both.predict = [first = a.predict, second = b.predict, n = a.rows(), m = b.rows(),
                  p](std::span<double const> k, std::span<double const> weight, std::span<double> loss, matrix* by) {
    matrix of_first(by == nullptr ? 0 : n, p), of_second(by == nullptr ? 0 : m, p);
    bool const all = weight.empty();
    first(k.first(p), all ? weight : weight.first(n), loss.first(n), by == nullptr ? nullptr : &of_first);
    second(k.subspan(p), all ? weight : weight.subspan(n), loss.subspan(n), by == nullptr ? nullptr : &of_second);
    if (by == nullptr) return;
    std::fill(by->values.begin(), by->values.end(), 0.0);
    for (std::size_t i = 0; i != n; ++i)
      for (std::size_t j = 0; j != p; ++j) (*by)(i, j) = of_first(i, j);
    for (std::size_t i = 0; i != m; ++i)
      for (std::size_t j = 0; j != p; ++j) (*by)(n + i, p + j) = of_second(i, j);
  };
  return both;
}

inline basic_consistency<any_fitted> tested(form_to_fit const& form, laws::description const& about, runs const& a,
                                            runs const& b, setup how, std::vector<std::string> const& names,
                                            double margin) {
  how.huber = 0;
  std::vector<std::size_t> shared;
  for (std::string const& wanted : names) {
    std::size_t k = 0;
    while (k != how.unknowns.size() && how.unknowns[k].name != wanted) ++k;
    if (k == how.unknowns.size()) refuse_name("a shared coefficient", wanted, names_of(how.unknowns));
    shared.push_back(k);
  }
  if (shared.empty()) moetric::detail::invalid("moetric: a consistency test must name at least one coefficient");
  basic_consistency<any_fitted> result{fit(form, about, a, how), fit(form, about, b, how), {}, {}, 0, 0, 0, 0, {}};
  residual_problem const both =
      detail::joined(residual_problem_of(form, about, a, how), residual_problem_of(form, about, b, how), shared);
  std::vector<double> const target = detail::target_of(both);

  // The joint fit starts twice: from the shared coefficients of either family.
  global_minimum found;
  found.starts = found.followed = 2;
  coordinates const where(both.how.unknowns);
  for (bool const from_second : {false, true}) {
    std::vector<double> start;
    for (report const* const each : {&result.first.of, &result.second.of})
      for (fitted_coefficient const& one : each->coefficients) start.push_back(one.value);
    for (std::size_t const k : shared)
      start[from_second ? k : k + how.unknowns.size()] = start[from_second ? k + how.unknowns.size() : k];
    minimum const end = minimise(both, target, both.weight, where.from(start));
    if (end.cost < found.cost) static_cast<minimum&>(found) = end;
  }
  if (found.at.empty())
    moetric::detail::invalid(
        "moetric: two families must be close enough for a joint fit, but no start gives a finite cost");
  result.together = report_of(both, target, found);

  report const &one = result.first.of, &two = result.second.of;
  double const apart = 2 * (one.cost + two.cost), joint = 2 * found.cost;
  double const n = static_cast<double>(both.rows()), fitted_apart = static_cast<double>(one.fitted + two.fitted);
  double const saved = fitted_apart - static_cast<double>(where.size()), freedom = n - fitted_apart;
  result.f = std::fmax(0, joint - apart) / saved / (apart / freedom);
  result.p = fisher_f_tail(result.f, saved, freedom);
  result.aic_shared = n * std::log(joint / n) + 2 * static_cast<double>(where.size() + 1);
  result.aic_separate = n * std::log(apart / n) + 2 * (fitted_apart + 1);

  bool narrow = true;
  for (std::size_t const k : shared) {
    fitted_coefficient const &x = one.coefficients[k], &y = two.coefficients[k];
    double const error = std::hypot(x.standard_error, y.standard_error);
    double const t = students_t_quantile(how.confidence, freedom);
    double const off = y.value - x.value;
    result.differences.push_back({x.name, x.value, y.value, off, error, off - t * error, off + t * error});
    narrow = narrow && std::fabs(off) + t * error <= margin;
  }
  result.says = result.p < 1 - how.confidence ? outcome::separate
                : narrow                      ? outcome::shared
                                              : outcome::not_distinguishable;
  return result;
}

}  // namespace detail

/// Tests whether the named coefficients, usually exponents, are equal in both families; each family has its own values
/// of the others. Minimises plain squares whatever how.huber is, as the F-test assumes. `margin` is the smallest
/// difference that matters. \throws std::invalid_argument for a name that the form does not have, and as `fit`
MOETRIC_INLINE basic_consistency<any_fitted> test_consistency(form_to_fit const& form, laws::description const& about,
                                                              runs const& a, runs const& b, setup how,
                                                              std::vector<std::string> const& names,
                                                              double margin = 0.05);
#ifndef MOETRIC_COMPILED
inline basic_consistency<any_fitted> test_consistency(form_to_fit const& form, laws::description const& about,
                                                      runs const& a, runs const& b, setup how,
                                                      std::vector<std::string> const& names, double margin) {
  return detail::tested(form, about, a, b, std::move(how), names, margin);
}
#endif

template <class Form>
consistency<Form> test_consistency(laws::description const& about, runs const& a, runs const& b, setup how,
                                   std::vector<std::string> const& names, double margin = 0.05) {
  auto const found = test_consistency(detail::to_fit<Form>, about, a, b, std::move(how), names, margin);
  return {found.first, found.second,     found.together,     found.differences, found.f,
          found.p,     found.aic_shared, found.aic_separate, found.says};
}

}  // namespace moetric::v0::fit
