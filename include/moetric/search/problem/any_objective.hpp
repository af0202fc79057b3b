#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/search/problem/problem.hpp"

namespace moetric::v0::search {

/// An objective whose type is forgotten: one search then serves every law, chosen by name at run time.
class any_objective {
 public:
  /// \param keeps what the objective points to and nobody else holds, as a law that was read from a file
  template <Objective O>
  requires(!std::same_as<O, any_objective>) any_objective(O objective, std::shared_ptr<void const> keeps = nullptr)
      : self_(std::make_shared<held<O>>(std::move(objective), std::move(keeps))) {}

  template <class T>
  T operator()(costs<T> const& c) const {
    return self_->score(c);
  }
  template <class T>
  T tokens(costs<T> const& c) const {
    return self_->tokens(c);
  }
  bool has_tokens() const { return self_->has_tokens(); }
  /// Of a law: see `expected_loss::outside_range`. Empty for others.
  fixed_list<laws::extrapolation, 12> outside_range(costs<double> const& c) const { return self_->outside_range(c); }

 private:
  template <class T>
  struct scores {
    virtual ~scores() = default;
    virtual T score(costs<T> const& c) const = 0;
    virtual T tokens(costs<T> const& c) const = 0;
  };
  struct interface : scores<double>, scores<simd::reproducible>, scores<expression> {
    using scores<double>::score, scores<simd::reproducible>::score, scores<expression>::score;
    using scores<double>::tokens, scores<simd::reproducible>::tokens, scores<expression>::tokens;
    virtual bool has_tokens() const = 0;
    virtual fixed_list<laws::extrapolation, 12> outside_range(costs<double> const& c) const = 0;
  };
  template <class O>
  struct held final : interface {
    O objective;
    std::shared_ptr<void const> keeps;

    held(O o, std::shared_ptr<void const> k) : objective(std::move(o)), keeps(std::move(k)) {}
    double score(costs<double> const& c) const override { return objective(c); }
    simd::reproducible score(costs<simd::reproducible> const& c) const override { return objective(c); }
    expression score(costs<expression> const& c) const override { return expression(objective(c)); }
    double tokens(costs<double> const& c) const override { return tokens_by<double>(c); }
    simd::reproducible tokens(costs<simd::reproducible> const& c) const override {
      return tokens_by<simd::reproducible>(c);
    }
    expression tokens(costs<expression> const& c) const override { return tokens_by<expression>(c); }
    bool has_tokens() const override { return detail::has_tokens<O, double>; }
    fixed_list<laws::extrapolation, 12> outside_range(costs<double> const& c) const override {
      if constexpr (requires { objective.outside_range(c); })
        return objective.outside_range(c);
      else
        return {};
    }

    template <class T>
    T tokens_by(costs<T> const& c) const {
      if constexpr (detail::has_tokens<O, T>)
        return objective.tokens(c);
      else
        return T(0);
    }
  };

  std::shared_ptr<interface const> self_;
};

/// A budget of training FLOPs, or tokens that every shape is trained on; one of them is positive.
struct run_length {
  double compute = 0;
  double tokens = 0;
};

/// A law's input that a shape does not tell, by name.
using named_input = std::pair<std::string, double>;

/// The loss by a law, which must outlive the objective or be what it keeps.
/// \throws std::invalid_argument for a budget that is not positive and finite, or an input that is missing or not the
///         law's
template <laws::Law L>
any_objective loss_of(L const& of, run_length const& run, std::vector<named_input> const& given = {},
                      std::shared_ptr<void const> keeps = nullptr) {
  std::string const law = "law " + std::string(of.about->id);
  typename L::inputs inputs{};
  auto values = laws::detail::to_array(inputs);
  auto const which = laws::quantities_of(of);
  std::vector<std::string_view> wanted;
  for (std::size_t i = 0; i != values.size(); ++i)
    if (which[i] == laws::quantity::given) wanted.push_back(of.about->inputs[i].name);
  std::set<std::string, std::less<>> missing(wanted.begin(), wanted.end());
  for (named_input const& each : given) {
    std::size_t i = 0;
    while (i != values.size() && (of.about->inputs[i].name != each.first || which[i] != laws::quantity::given)) ++i;
    if (i == values.size())
      moetric::detail::invalid(("moetric: " + law + " must get no " + each.first +
                                ", which is no input of it or is read from each shape" +
                                did_you_mean(each.first, wanted))
                                   .c_str());
    values[i] = each.second;
    missing.erase(each.first);
  }
  if (laws::ComputeLaw<L> && run.compute == 0 && run.tokens == 0)
    moetric::detail::invalid(("moetric: " + law + " must be given compute or tokens").c_str());
  if (!missing.empty()) moetric::detail::invalid(("moetric: " + law + " must be given " + *missing.begin()).c_str());
  inputs = laws::detail::from_array<typename L::inputs>(values);
  if (run.tokens > 0) return {loss_at_tokens(of, run.tokens, inputs), std::move(keeps)};
  if constexpr (laws::ComputeLaw<L>) return {loss_at_compute(of, run.compute, inputs), std::move(keeps)};
  bool const reads_tokens = std::find(which.begin(), which.end(), laws::quantity::tokens) != which.end();
  if (reads_tokens)
    moetric::detail::invalid(("moetric: " + law + " must get tokens, since it counts no compute").c_str());
  return {detail::loss_objective(of, 0, 0, inputs), std::move(keeps)};
}

/// The loss by a law of the catalogue.
/// \throws std::invalid_argument for a law without a loss, and as for the law itself
inline any_objective loss_of(std::string_view law, run_length const& run, std::vector<named_input> const& given = {}) {
  std::optional<any_objective> found;
  laws::for_each_loss([&](auto const& each) {
    if (!found && each.about->id == law) found = loss_of(each, run, given);
  });
  if (!found) {
    static_cast<void>(laws::require(law));
    moetric::detail::invalid(
        ("moetric: an objective must be a law with a loss, which " + std::string(law) + " is not").c_str());
  }
  return *found;
}

}  // namespace moetric::v0::search
