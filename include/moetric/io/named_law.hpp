#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/gives.hpp"
#include "moetric/laws/named_values.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// Laws by their names, and their inputs as name=value.
namespace moetric::v0::io {

/// A law of the catalogue, or one that `moetric fit` saved.
struct named_law {
  std::string name;  // its id, or the path of its file
  laws::description_ref about;
  std::optional<laws::any_law> loss{};           // if it has one
  laws::catalogue_row const* row = nullptr;      // of the catalogue
  std::shared_ptr<fit::fitted_law const> fit{};  // of a file
};

namespace detail {

/// The names that a wrong one may have meant: those of the same kind of count, else all.
inline std::vector<std::string_view> names_alike(std::vector<std::string_view> const& allowed, std::string_view wrong) {
  auto const last_word = [](std::string_view name) { return name.substr(name.rfind('_') + 1); };
  std::vector<std::string_view> alike;
  for (std::string_view const each : allowed)
    if (last_word(each) == last_word(wrong)) alike.push_back(each);
  return alike.empty() ? allowed : alike;
}

}  // namespace detail

/// Takes name=value arguments apart, each name once. \param asks begins the sentence of an error, such as "law
/// fine-grained must get"
/// \throws std::invalid_argument for a name that `allowed` lacks, with those that it may have meant
inline std::vector<named_text> read_names(std::string const& asks, std::vector<std::string_view> const& allowed,
                                          std::vector<std::string> const& arguments) {
  std::vector<named_text> all;
  for (std::string const& argument : arguments) {
    named_text const next = take_apart("an input", argument);
    if (std::find(allowed.begin(), allowed.end(), next.name) == allowed.end())
      refuse(asks + " " + listed(detail::names_alike(allowed, next.name)) + ", not " + next.name +
             did_you_mean(next.name, allowed));
    for (named_text const& each : all)
      if (each.name == next.name) refuse(next.name + " must be given once");
    all.push_back(next);
  }
  return all;
}

/// The same, their values read as real numbers.
inline std::vector<laws::named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                                  std::vector<std::string> const& arguments) {
  std::vector<laws::named_value> values;
  for (auto const& [name, text] : read_names(asks, allowed, arguments)) values.push_back({name, number(name, text)});
  return values;
}

/// A law by its id, or by the file that `moetric fit` saved it in.
/// \throws std::invalid_argument for an unknown id, with the closest known ones; and as `read_fitted_law`
inline named_law find_law(std::string const& id_or_path) {
  if (laws::find(id_or_path) == nullptr && is_path(id_or_path)) {
    auto const fit = std::make_shared<fit::fitted_law const>(read_fitted_law(id_or_path));
    return {id_or_path, fit->about, fit::law_of(*fit), nullptr, fit};
  }
  laws::catalogue_row const& row = laws::require(id_or_path);
  return {id_or_path, *row.about, row.loss != nullptr ? std::optional(*row.loss) : std::nullopt, &row, {}};
}

/// The same; the coefficients of a law that publishes none, Wang's, are taken out of the name=value arguments.
inline named_law find_law(std::string const& id_or_path, std::vector<std::string>& arguments) {
  named_law found = find_law(id_or_path);
  if (!found.about->coefficients.empty()) return found;
  std::vector<std::string_view> const names{"A", "B", "alpha", "beta", "gamma", "sigma"};
  std::vector<std::string> of_law, others;
  for (std::string const& each : arguments) {
    bool const is_coefficient = std::find(names.begin(), names.end(), each.substr(0, each.find('='))) != names.end();
    (is_coefficient ? of_law : others).push_back(each);
  }
  auto const given = read_values("law wang must get", names, of_law);
  std::array<double, 6> values{};
  for (std::size_t i = 0; i != names.size(); ++i) {
    double const* const value = laws::find_value(given, names[i]);
    if (value == nullptr)
      refuse("law wang must get its coefficients " + listed(names) +
             " as name=value, since no source at hand prints them");
    moetric::detail::require_positive(names[i], values[i] = *value);
  }
  arguments = others;
  found.loss = laws::wang::with({values[0], values[1], values[2], values[3], values[4], values[5]});
  return found;
}

/// Laws by their names, each once. \throws std::invalid_argument as `find_law`, and for a name that comes twice
inline std::vector<named_law> find_laws(std::vector<std::string> const& names) {
  std::vector<named_law> all;
  for (std::string const& each : names) {
    all.push_back(find_law(each));
    if (std::count(names.begin(), names.end(), each) > 1) refuse("law " + in_quotes(each) + " must be given once");
  }
  return all;
}

/// Samples of a law, and what they were sampled from.
struct law_samples {
  std::vector<laws::any_law> laws;
  std::string source;
};

/// Samples within published digits or standard errors, or of a fit: its bootstrap if it has one, else its covariance.
inline law_samples samples_of(named_law const& law, optimum::sampling const& how) {
  optimum::require_sampling(how);
  if (!law.fit) return {optimum::drawn_laws(*law.loss, how), optimum::sampled_error(*law.about)};
  return {fit::laws_with(*law.loss, fit::drawn_coefficients(*law.fit, how.samples, how.seed)),
          law.fit->draws.empty() ? "the fit's covariance" : "the fit's bootstrap"};
}

/// Refuses a question that a law has no answer to, and names those that it answers.
/// \throws std::invalid_argument always
[[noreturn]] inline void refuse_law(named_law const& law, std::string const& wanted) {
  std::string said;
  for (std::string_view const each : law.row != nullptr ? laws::gives(*law.row) : laws::gives(*law.loss)) {
    if (!said.empty()) said += ", and ";
    said += each == "loss"      ? "a loss (moetric loss)"
            : each == "optimum" ? "parameters and tokens for a budget (moetric optimum)"
            : each == "hyper"   ? "a learning rate or a batch (moetric hyper)"
                                : std::string(each) + " (moetric optimum)";
  }
  refuse("law must be one that gives " + wanted + ", but " + std::string(law.about->id) + " gives " + said);
}

}  // namespace moetric::v0::io
