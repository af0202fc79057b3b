#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/power_laws.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_value.hpp"
#include "moetric/io/optima_points.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/io/value_file.hpp"
#include "moetric/optimum/fitted_hyper.hpp"

/// Files of fitted laws of learning rate and batch.
///
///   {"power_laws": {"learning_rate": {"coefficient": 1.79, "exponents": {"total_non_embedding_parameters": -0.713,
///   ...},
///                                     "ranges": {"total_non_embedding_parameters": {"low": ..., "high": ...}, ...}},
///                   "batch_tokens": {...}}}
///
/// or a file of optima over compute, as `io/optima_file.hpp` writes it.
namespace moetric::v0::io {

namespace detail {

inline void require_number_of_runs(std::string const& name) {
  auto const& known = optimum::numbers_of_runs;
  if (std::find(known.begin(), known.end(), name) == known.end())
    refuse_name("a number of a training run", name, known);
}

inline optimum::run_power_law read_power_law(json_value const& from) {
  from.allow_keys({"coefficient", "exponents", "ranges"});
  optimum::run_power_law law{{}, from.at("coefficient").positive(), {}, {}};
  for (auto const& [x, exponent] : from.at("exponents").members()) {
    require_number_of_runs(x);
    json_value const within = from.at("ranges").at(x);
    law.x.push_back(x), law.exponents.push_back(exponent.real());
    law.fitted.push_back({within.at("low").positive(), within.at("high").positive()});
  }
  return law;
}

inline optimum::run_power_law through_optima(json_value const& points) {
  auto const [compute, values] = read_optima_points(points);
  fit::power_law_fit const found = fit::fit_power_law(compute, values);
  auto const [low, high] = std::minmax_element(compute.begin(), compute.end());
  return {{"compute"}, found.law.coefficient, {found.law.exponent}, {{*low, *high}}};
}

}  // namespace detail

/// The laws of learning rate and batch in a file.
/// \throws std::invalid_argument naming file, key and value, or for a file that holds neither
inline optimum::fitted_hyper read_hyper(std::filesystem::path const& path) {
  json const object = read_json_object(path);
  json_value const file(object, in_quotes(path.string()));
  optimum::fitted_hyper law{path.filename().string()};
  for (auto const& [quantity, to] :
       {std::pair{"learning_rate", &law.learning_rate}, std::pair{"batch_tokens", &law.batch_tokens}}) {
    if (auto const laws = file.find("power_laws"))
      if (auto const found = laws->find(quantity)) *to = detail::read_power_law(*found);
    if (auto const optima = file.find("optima"); optima && !*to)
      if (auto const found = optima->find(quantity)) *to = detail::through_optima(*found);
  }
  if (!law.learning_rate && !law.batch_tokens)
    refuse(file.subject() +
           " must hold a fitted law of learning_rate or batch_tokens, as `moetric fit power-law --save` writes it");
  return law;
}

/// Checks that `save_power_law` takes a law, for before it is fitted. \param x the variables
/// \throws std::invalid_argument for a quantity other than learning_rate and batch_tokens, or a variable that no
///         training run has
inline void require_law_savable(std::string const& quantity, std::vector<std::string> const& x) {
  constexpr std::array<std::string_view, 2> known{"learning_rate", "batch_tokens"};
  if (std::find(known.begin(), known.end(), quantity) == known.end()) refuse_name("a law to save", quantity, known);
  for (std::string const& each : x) detail::require_number_of_runs(each);
}

/// Adds a power law of several variables to a file, which is made if there is none; those of other quantities stay.
/// \param x the variables, and their columns in the runs
/// \throws std::invalid_argument as `require_law_savable` and `save_file`
inline void save_power_law(std::filesystem::path const& path, std::string const& quantity,
                           fit::power_laws_fit const& found, std::vector<std::string> const& x,
                           std::vector<std::vector<double>> const& columns,
                           std::vector<std::filesystem::path> const& inputs = {}) {
  require_law_savable(quantity, x);
  report::value exponents = report::keyed(), ranges = report::keyed();
  for (std::size_t i = 0; i != x.size(); ++i) {
    auto const [low, high] = std::minmax_element(columns[i].begin(), columns[i].end());
    exponents.set(x[i], found.exponents[i].value);
    ranges.set(x[i], report::object({{"low", *low}, {"high", *high}}));
  }
  report::value const law =
      report::object({{"coefficient", found.coefficient.value}, {"exponents", exponents}, {"ranges", ranges}});
  std::string const subject = in_quotes(path.string());
  save_file(path, inputs, json_limits{}.bytes, [&](std::optional<std::string> const& before) {
    report::value file = before ? value_of(parse_json_object(*before, subject)) : report::keyed();
    report::value const* const others = file.find("power_laws");
    report::value laws = others == nullptr ? report::keyed() : *others;
    file.set("power_laws", laws.set(quantity, law));
    std::string text = file_text(file);
    json const back = parse_json_object(text, "what is saved in " + subject);
    detail::read_power_law(json_value(back, subject).at("power_laws").at(quantity));
    return text;
  });
}

}  // namespace moetric::v0::io
