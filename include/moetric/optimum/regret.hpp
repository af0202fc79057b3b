#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/nearest_count.hpp"
#include "moetric/optimum/compare.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// The uncertainty of a comparison: laws are sampled within their published digits or standard errors, and each sample
/// has its own plan and its own regrets.
namespace moetric::v0::optimum {

/// The distribution of one law's plan over its samples.
struct sampled_plan {
  std::string law;
  uncertain active_non_embedding_parameters;
  uncertain tokens;
};

/// The distributions of every plan and regret.
struct sampled_comparison {
  std::vector<sampled_plan> plans{};
  /// [followed][judge], of the followed law's plan; `failed` counts samples in which the judge does not predict it. If
  /// it never does, all numbers are NaN.
  std::vector<std::vector<uncertain>> regret{};
};

namespace detail {

/// The losses of every plan by samples of one law.
struct sampled_law {
  std::vector<std::vector<double>> losses{};  // [sample][plan]
  std::vector<double> irreducible{};          // [sample]
  std::vector<bool> predicted{};              // [plan]

  std::size_t best(std::size_t sample) const {
    std::size_t best = predicted.size();
    for (bool const must_predict : {true, false}) {
      for (std::size_t plan = 0; plan != predicted.size(); ++plan)
        if ((predicted[plan] || !must_predict) &&
            (best == predicted.size() || losses[sample][plan] < losses[sample][best]))
          best = plan;
      if (best != predicted.size()) break;
    }
    return best;
  }
  double regret(std::size_t sample, std::size_t plan) const {
    double const least = losses[sample][best(sample)];
    return (losses[sample][plan] - least) / (least - irreducible[sample]);
  }
};

inline sampled_law sampled(laws::any_readable_law const& law, std::vector<laws::any_law> const& samples,
                           std::vector<sized_plan const*> const& plans) {
  sampled_law result;
  std::vector<laws::input_values> at;
  for (sized_plan const* const plan : plans) {
    auto const taken = laws::read(law, to_model(plan->of), nearest_count("tokens", std::floor(plan->tokens)));
    at.push_back(taken.at);
    result.predicted.push_back(taken.is_prediction);
  }
  for (laws::any_law const& drawn : samples) {
    std::vector<double> losses;
    losses.reserve(at.size());
    for (laws::input_values const& inputs : at) losses.push_back(drawn.loss(inputs));
    result.losses.push_back(std::move(losses));
    result.irreducible.push_back(*drawn.irreducible());
  }
  return result;
}

}  // namespace detail

/// A law of the user's own and how it is sampled: fewer samples than requested are repeated.
struct own_samples {
  laws::any_readable_law law;
  std::function<std::vector<laws::any_law>(sampling const& how)> drawn = [of = law](sampling const& how) {
    return drawn_laws(laws::any_law(of), how);
  };  // by default within the digits or standard errors of its coefficients
};

namespace detail {

inline sampled_comparison sampled_comparison_of(comparison const& among, sampling const& how,
                                                std::vector<own_samples> const& own) {
  require_sampling(how);
  std::vector<sized_plan const*> plans;
  std::vector<double> active;
  for (architecture_line const& line : among.lines)
    for (sized_plan const& plan : line.sizes) {
      plans.push_back(&plan);
      active.push_back(static_cast<double>(count_parameters(to_model(plan.of)).active_non_embedding));
    }
  auto const place_of = [&](choice plan) {
    std::size_t place = plan.size;
    for (std::size_t line = 0; line != plan.line; ++line) place += among.lines[line].sizes.size();
    return place;
  };

  std::size_t const n = among.verdicts.size();
  std::vector<detail::sampled_law> all(n);
  sampling each_how = how;
  for (std::size_t i = 0; i != n; ++i) {
    each_how.seed = how.seed + i;
    laws::any_readable_law const& law = among.verdicts[i].law;
    auto const is_it = [&](auto const& each) { return each.law.about == law.about; };
    auto const found = std::find_if(own.begin(), own.end(), is_it);
    laws::catalogue_row const* const published = laws::find(law.about->id);
    if (found == own.end() && (published == nullptr || published->about != &*law.about))
      moetric::detail::invalid(("moetric: law " + std::string(law.about->id) + " must be given to be sampled").c_str());
    std::vector<laws::any_law> samples =
        found == own.end() ? drawn_laws(laws::any_law(law), each_how) : found->drawn(each_how);
    if (samples.empty()) moetric::detail::invalid("moetric: a law must have samples to be sampled");
    for (std::size_t j = 0; samples.size() < each_how.samples; ++j) samples.push_back(samples[j]);
    all[i] = detail::sampled(law, samples, plans);
  }

  sampled_comparison result;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  result.regret.assign(n, std::vector<uncertain>(n, {none, none, none, none, how.samples}));
  for (std::size_t followed = 0; followed != n; ++followed) {
    std::vector<double> parameters, tokens;
    std::vector<std::vector<double>> regrets(n);
    for (std::size_t sample = 0; sample != how.samples; ++sample) {
      std::size_t const plan = all[followed].best(sample);
      parameters.push_back(active[plan]);
      tokens.push_back(plans[plan]->tokens);
      for (std::size_t judge = 0; judge != n; ++judge)
        if (all[judge].predicted[plan]) regrets[judge].push_back(all[judge].regret(sample, plan));
    }
    std::size_t const own_place = place_of(among.verdicts[followed].best);
    result.plans.push_back({std::string(among.verdicts[followed].law.about->id),
                            detail::interval(active[own_place], std::move(parameters), how.samples, how.coverage),
                            detail::interval(plans[own_place]->tokens, std::move(tokens), how.samples, how.coverage)});
    for (std::size_t judge = 0; judge != n; ++judge)
      if (!regrets[judge].empty())
        result.regret[followed][judge] =
            detail::interval(among.regret[followed][judge], std::move(regrets[judge]), how.samples, how.coverage);
  }
  return result;
}

}  // namespace detail

/// The distributions of every law's plan and of every regret of a comparison. The samples of two laws are independent.
/// `own` are the user's laws among those compared.
/// \throws std::invalid_argument for no samples, a coverage outside 0 .. 1, or a user's law missing in `own`
MOETRIC_INLINE sampled_comparison sample(comparison const& among, sampling const& how = {.samples = 200},
                                         std::vector<own_samples> const& own = {});
#ifndef MOETRIC_COMPILED
inline sampled_comparison sample(comparison const& among, sampling const& how, std::vector<own_samples> const& own) {
  return detail::sampled_comparison_of(among, how, own);
}
#endif

}  // namespace moetric::v0::optimum
