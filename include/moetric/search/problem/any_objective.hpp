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

/// An objective whose type is erased: one search then serves every law, chosen by name at run time.
class any_objective {
 public:
  template <Objective O>
  requires(!std::same_as<O, any_objective>) any_objective(O objective)
      : self_(std::make_shared<held<O>>(std::move(objective))) {}

  template <class T>
  T operator()(costs<T> const& c) const {
    return self_->score(c);
  }
  template <class T>
  T tokens(costs<T> const& c) const {
    return self_->tokens(c);
  }
  bool has_tokens() const { return self_->has_tokens(); }
  /// A law's inputs outside their fitted ranges, see `loss_objective::outside_range`; empty for other objectives.
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

    explicit held(O o) : objective(std::move(o)) {}
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

/// A budget of training FLOPs, or tokens that every shape is trained on; at most one of them is positive.
struct run_length {
  double compute = 0;
  double tokens = 0;
};

/// An input of a law that a shape does not determine, by name.
using named_input = std::pair<std::string, double>;

/// The loss by a law as an objective.
/// \throws std::invalid_argument for a budget that is not positive and finite, or an input that is missing or not one
///         that the law must be given
template <laws::ReadableLaw L>
any_objective loss_of(L const& law, run_length const& run, std::vector<named_input> const& given = {}) {
  std::string const subject = "law " + std::string(law.about->id);
  std::array<double, laws::is_given<L>.size()> values{};
  std::vector<std::string_view> wanted;
  for (std::size_t i = 0; i != values.size(); ++i)
    if (laws::is_given<L>[i]) wanted.push_back(law.about->inputs[i].name);
  std::set<std::string, std::less<>> missing(wanted.begin(), wanted.end());
  for (named_input const& each : given) {
    std::size_t i = 0;
    while (i != values.size() && (law.about->inputs[i].name != each.first || !laws::is_given<L>[i])) ++i;
    if (i == values.size())
      moetric::detail::invalid(("moetric: " + subject + " must get no " + each.first +
                                ", which is no input of it or is read from each shape" +
                                did_you_mean(each.first, wanted))
                                   .c_str());
    values[i] = each.second;
    missing.erase(each.first);
  }
  if (laws::ComputeLaw<L> && run.compute == 0 && run.tokens == 0)
    moetric::detail::invalid(("moetric: " + subject + " must be given compute or tokens").c_str());
  if (!missing.empty())
    moetric::detail::invalid(("moetric: " + subject + " must be given " + *missing.begin()).c_str());
  auto const inputs = laws::detail::from_array<typename L::inputs>(values);
  if (run.tokens > 0) return loss_at_tokens(law, run.tokens, inputs);
  if constexpr (laws::ComputeLaw<L>) return loss_at_compute(law, run.compute, inputs);
  if constexpr (laws::law_reads_tokens<L>)
    moetric::detail::invalid(("moetric: " + subject + " must get tokens, since it counts no compute").c_str());
  return detail::loss_of(law, 0, 0, inputs);
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
