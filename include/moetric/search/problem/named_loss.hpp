#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/search/problem/any_objective.hpp"

namespace moetric::v0::search {

/// A budget of training FLOPs, or tokens that every shape is trained on; at most one of them is positive.
struct run_length {
  double compute = 0;  // training FLOPs
  double tokens = 0;
};

/// An input of a law that a shape does not determine, by name.
using named_input = std::pair<std::string, double>;

/// The loss by a law as an objective.
/// \throws std::invalid_argument for a budget that is not positive and finite, or an input that is missing or not one
///         that the law must be given
[[gnu::cold]] inline any_objective loss_of(searched_law law, run_length const& run,
                                           std::vector<named_input> const& given = {}) {
  laws::description const& about = law.about();
  auto const refuse = [&](std::string const& rule) {
    moetric::detail::invalid(("moetric: law " + std::string(about.id) + " must " + rule).c_str());
  };
  law_loss::values values{};
  std::vector<std::string_view> wanted;
  for (std::size_t i = 0; i != law.n_inputs(); ++i)
    if (law.is_given(i)) wanted.push_back(about.inputs[i].name);
  std::vector<std::string_view> missing = wanted;
  for (auto const& [name, value] : given) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
      refuse("get no " + in_quotes(name) + ", which is no input of it or is read from each shape" +
             did_you_mean(name, wanted));
    for (std::size_t i = 0; i != law.n_inputs(); ++i)
      if (law.is_given(i) && about.inputs[i].name == name) values[i] = value;
    std::erase(missing, name);
  }
  if (law.counts_compute() && run.compute == 0 && run.tokens == 0) refuse("be given compute or tokens");
  if (!missing.empty()) refuse("be given " + std::string(*std::min_element(missing.begin(), missing.end())));
  if (run.tokens > 0)
    moetric::detail::require_positive("tokens", run.tokens);
  else if (law.counts_compute())
    moetric::detail::require_positive("compute", run.compute);
  else if (law.reads_tokens())
    refuse("get tokens, since it counts no compute");
  for (std::size_t i = 0; i != law.n_inputs(); ++i)
    if (law.is_given(i)) laws::detail::require_in_domain(about.inputs[i], values[i]);
  bool const by_compute = law.counts_compute() && !(run.tokens > 0);
  return law_loss(std::move(law), by_compute ? run.compute : 0, run.tokens > 0 ? run.tokens : 0, values);
}
/// The same for a law in its own type.
template <laws::ReadableLaw L>
any_objective loss_of(L const& law, run_length const& run, std::vector<named_input> const& given = {}) {
  return loss_of(searched_law(law), run, given);
}

namespace detail {

/// The ids of the catalogue, which itself knows how to account every kind of model for every law.
inline constexpr auto law_ids = [] {
  fixed_list<std::string_view, 64> ids;
  laws::for_each_named_loss([&](auto const& each) { ids.push_back(each.about->id, "moetric: too many laws"); });
  for (laws::catalogue_row const& each : laws::other_rows) ids.push_back(each.about->id, "moetric: too many laws");
  return ids;
}();

[[gnu::cold]] inline any_objective loss_of_named(std::string_view law, run_length const& run,
                                                 std::vector<named_input> const& given) {
  constant_law found;
  laws::for_each_named_loss([&](auto const& each) {
    if (each.about->id == law) found = forget_type(each);
  });
  if (found.law == nullptr) {
    if (std::find(law_ids.begin(), law_ids.end(), law) == law_ids.end()) refuse_name("law", law, law_ids);
    moetric::detail::invalid(
        ("moetric: an objective must be a law with a loss, which " + std::string(law) + " is not").c_str());
  }
  return loss_of(searched_law(found), run, given);
}

}  // namespace detail

/// The loss by a law of the catalogue.
/// \throws std::invalid_argument for a law without a loss, and as for the law itself
#ifdef MOETRIC_COMPILED
any_objective loss_of(std::string_view law, run_length const& run, std::vector<named_input> const& given = {});
#else
inline any_objective loss_of(std::string_view law, run_length const& run, std::vector<named_input> const& given = {}) {
  return detail::loss_of_named(law, run, given);
}
#endif

}  // namespace moetric::v0::search
