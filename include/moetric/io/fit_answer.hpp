#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/io/fit_law_answer.hpp"
#include "moetric/io/fit_optima_answer.hpp"

/// Fits of every form.
namespace moetric::v0::io {

/// A form of a fit with what it uses of a request, in the words of the tool's options.
struct fit_form {
  std::string_view name;  // as people type it, else in words: "a fit of one law"
  fit_outcome (*fit)(fit_request const&);
  std::vector<std::string_view> used{};
};

namespace detail {

/// Adds what a form uses.
struct uses {
  std::vector<std::string_view> names;

  uses operator+(uses const& more) const {
    uses all = *this;
    all.names.insert(all.names.end(), more.names.begin(), more.names.end());
    return all;
  }
};

inline std::vector<fit_form> fit_form_table() {
  uses const reading{{"--column", "--where", "--skip-empty"}};
  uses const setting{{"--hold", "--tie", "--bound", "--huber", "--residual", "--overestimate-weight", "--errors",
                      "--confidence", "--exclude-highest-loss", "--group", "--by"}};
  uses const drawing{{"--bootstrap", "--resample", "--seed", "--threads", "--progress"}};
  uses const law = uses{{"--hold-out", "--residuals", "--save", "--report"}} + setting + drawing + reading;
  uses const plot{{"--plot"}}, x{{"--x"}}, y{{"--y"}}, compute{{"--compute"}}, confidence{{"--confidence"}},
      save{{"--save"}}, tolerance{{"--tolerance"}};
  return {
      {"a fit of one law", fit_law, (plot + compute + law).names},
      {"floor", fit_law, (plot + x + law).names},
      {"accuracy", fit_law, (plot + x + y + law).names},
      {"task-error", fit_law, (plot + x + y + law).names},
      {"a fit with --shared", fit_law, (uses{{"--shared", "--margin"}} + setting + reading).names},
      {"a fit with --choose", choose_form, (uses{{"--choose", "--x", "--save"}} + setting + drawing + reading).names},
      {"power-law", fit_power_law, (plot + x + y + confidence + save + reading).names},
      {"isoflop", fit_allocation,
       (plot + confidence + save + uses{{"--merge-within", "--use-outside", "--hold"}} + compute + reading).names},
      {"envelope", fit_allocation, (plot + confidence + compute + reading).names},
      {"band", fit_band, (plot + x + uses{{"--curve"}} + tolerance + confidence + save + reading).names},
      {"parallel-lines", fit_parallel_lines, (x + tolerance + reading).names},
      {"rank", fit_rank, reading.names}};
}

/// True for the name of a form, not for the words that describe one.
inline bool is_word(fit_form const& form) {
  return form.name.find(' ') == std::string_view::npos;
}

/// True if a fitted number has no standard error to speak of: the runs lie on the law to their last digit.
inline bool has_no_scatter(report::value const& of) {
  report::value const* const error = of.find("standard_error");
  report::value const* const value = of.find("value");
  report::value const* const held = of.find("held");
  if (error != nullptr && value != nullptr && error->is_number() && value->is_number())
    return error->real() <= 1e-12 * std::abs(value->real()) && (held == nullptr || !held->flag());
  return std::any_of(of.members().begin(), of.members().end(),
                     [](report::object_member const& each) { return has_no_scatter(each.content); });
}

}  // namespace detail

/// Every form, the fit of one law by a form of the catalogue first.
inline std::vector<fit_form> const& fit_forms() {
  static std::vector<fit_form> const all = detail::fit_form_table();
  return all;
}

/// The form that a word names, such as isoflop, or chinchilla for a law of that form; none for another word.
inline fit_form const* find_fit_form(std::string_view word) {
  std::string_view const name = word == "chinchilla-2" ? "isoflop" : word == "chinchilla-1" ? "envelope" : word;
  for (fit_form const& each : fit_forms())
    if (each.name == name && detail::is_word(each)) return &each;
  return is_form_file(word) || fit::find_form(word) != nullptr ? &fit_forms()[0] : nullptr;
}

/// The form of a request. \throws std::invalid_argument for an unknown form, or several without `choose`
inline fit_form const& fit_form_of(fit_request const& from) {
  if (fit_form const* const named = find_fit_form(from.law); named != nullptr && detail::is_word(*named)) return *named;
  std::vector<std::string_view> known = fit::form_ids();
  for (fit_form const& each : fit_forms())
    if (detail::is_word(each) && fit::find_form(each.name) == nullptr) known.push_back(each.name);
  for (std::string const& each : split(from.law, ','))
    if (!is_form_file(each) && fit::find_form(each) == nullptr) refuse_name("a form that can be fitted", each, known);
  if (from.law.find(',') != std::string::npos && !from.choose)
    refuse("several forms must be given with --choose, but got " + from.law);
  std::string_view const how = !from.shared.empty() ? "a fit with --shared"
                               : from.choose        ? "a fit with --choose"
                                                    : "a fit of one law";
  return *std::find_if(fit_forms().begin(), fit_forms().end(), [&](fit_form const& each) { return each.name == how; });
}

/// Refuses what a form does not use, and names the forms that do. \param given as in `fit_form::used`
/// \throws std::invalid_argument
inline void require_used(fit_form const& form, std::vector<std::string> const& given) {
  auto const shown = [](fit_form const& each) {
    return (detail::is_word(each) ? "fit " : "") + std::string(each.name);
  };
  for (std::string const& each : given) {
    auto const uses = [&](fit_form const& of) {
      return std::find(of.used.begin(), of.used.end(), each) != of.used.end();
    };
    if (uses(form)) continue;
    std::vector<std::string> users;
    for (fit_form const& other : fit_forms())
      if (uses(other)) users.push_back(shown(other));
    refuse(each + " must be given to " + listed(users, "or") + ", but got " + shown(form) + ", which uses " +
           listed(form.used));
  }
}

/// Fits what a request describes, by its form. Keys: those of the form's answer.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_answer(fit_request const& from) {
  if (!from.save.empty()) require_savable(from.save, from.inputs());  // before hours of bootstrap
  fit_outcome made = fit_form_of(from).fit(from);
  if (detail::has_no_scatter(made.answer.values))
    made.answer.say(
        "caution: an interval has no width, since these runs scatter less than their digits; real runs would not");
  return made;
}

}  // namespace moetric::v0::io
