#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moetric/fit/fit.hpp"
#include "moetric/laws/description_ref.hpp"

/// A form that is given at run time as a formula over numbers, such as an expression in a file. In C++ a struct is
/// better: its derivatives are exact, and it is a law that other commands and searches use.
namespace moetric::v0::fit {

/// A loss by coefficients and inputs, both in the form's order.
using formula = std::function<double(std::span<double const> coefficients, std::span<double const> inputs)>;

/// Its derivatives are central differences, exact to about 1e-9.
class own_form final : public form_to_fit {
 public:
  laws::owned_description about;  // id, equation and inputs
  setup how;                      // of the fit, with the coefficients in the form's order
  std::string method;             // of the fit, in words

  /// \param make makes a formula that one thread at a time calls
  own_form(laws::owned_description described, setup made_for, std::function<formula()> make)
      : form_to_fit(described.value.inputs.size(), made_for.unknowns.size()), about(std::move(described)),
        how(std::move(made_for)), method(method_of(how)), make_(std::move(make)) {}

  /// \throws std::invalid_argument for a coefficient of role `linear` or `scale` in which the formula is not linear
  predictor predictor_of(std::vector<double> const& inputs) const override {
    if (inputs.size() >= n_inputs) require_linear(std::span(inputs).first(n_inputs));
    return [make = make_, unknowns = how.unknowns, inputs, n = n_inputs](
               std::span<double const> k, std::span<double const> weight, std::span<double> loss, matrix* by) {
      formula const f = make();
      std::vector<double> at(k.begin(), k.end());
      for (std::size_t i = 0; i != loss.size(); ++i) {
        if (!weight.empty() && weight[i] == 0) continue;
        std::span<double const> const run = std::span(inputs).subspan(i * n, n);
        loss[i] = f(at, run);
        for (std::size_t j = 0; by != nullptr && j != at.size(); ++j) {
          double const middle = at[j], size = std::fabs(middle);
          double step = 6e-6 * size;
          if (is_linear(unknowns[j])) step = size > 0 ? size / 2 : 1;
          if (!(step > 0)) step = 6e-6;
          at[j] = middle + step;
          double const above = f(at, run);
          at[j] = middle - step;
          (*by)(i, j) = (above - f(at, run)) / (2 * step);
          at[j] = middle;
        }
      }
    };
  }
  std::optional<double> irreducible(std::span<double const>) const override { return std::nullopt; }

 private:
  static bool is_linear(unknown const& of) { return of.as == role::linear || of.as == role::scale; }

  void require_linear(std::span<double const> run) const {
    formula const f = make_();
    std::vector<double> k;
    for (unknown const& each : how.unknowns) k.push_back(each.starts.empty() ? 1 : each.starts[0]);
    for (std::size_t j = 0; j != k.size(); ++j) {
      if (!is_linear(how.unknowns[j])) continue;
      double const before = k[j], one = f(k, run);
      k[j] = 2;
      double const two = f(k, run);
      k[j] = 3;
      double const three = f(k, run), bend = std::fabs(three - 2 * two + one);
      k[j] = before;
      if (bend > 1e-9 * (std::fabs(three - one) + 1e-6 * std::fabs(two)))
        moetric::detail::invalid(("moetric: the loss must be linear in " + how.unknowns[j].name +
                                  " for the role linear or scale, but is not: give it the role positive or real, and "
                                  "starts")
                                     .c_str());
    }
  }

  std::function<formula()> make_;
};

}  // namespace moetric::v0::fit
