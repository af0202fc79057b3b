#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/file.hpp"
#include "moetric/io/named_law.hpp"
#include "moetric/io/named_model.hpp"
#include "moetric/optimum/holistic_run.hpp"

namespace moetric::v0::io {

/// A training run whose learning rate and batch are wanted, as people type it.
struct run_request {
  std::string model{};                // a name or a path, or the first name=value
  std::vector<std::string> values{};  // without a model: compute, active_non_embedding_parameters, expansion_rate
  std::string tokens{};
  count sequence_length = 4096;  // tokens

  /// True if it names a model, and not the counts of one.
  bool has_model() const { return !model.empty() && (model.find('=') == std::string::npos || exists(model)); }
};

/// The run that a request describes. \param find reads a model by its name
/// \throws std::invalid_argument naming what is missing or wrong
template <class Find>
optimum::run_facts run_of(run_request const& from, Find const& find) {
  if (from.has_model()) {
    if (!from.values.empty()) refuse("hyper must get a model with --tokens, or name=value, not both");
    if (from.tokens.empty()) refuse("tokens must be given, such as --tokens 2e12");
    named_model const found = find(from.model);
    return optimum::holistic_run_of(found.value, whole("tokens", from.tokens), from.sequence_length);
  }
  std::vector<std::string> arguments = from.values;
  if (!from.model.empty()) arguments.insert(arguments.begin(), from.model);
  if (!from.tokens.empty()) arguments.push_back("tokens=" + from.tokens);
  std::vector<std::string_view> const names{"compute", "active_non_embedding_parameters", "tokens", "expansion_rate"};
  auto const given = read_values("hyper must get", names, arguments);
  std::vector<std::string_view> missing;
  double values[4]{};
  for (std::size_t i = 0; i != names.size(); ++i)
    if (double const* const value = laws::find_value(given, names[i]))
      values[i] = *value;
    else
      missing.push_back(names[i]);
  if (!missing.empty()) refuse("hyper must get a MODEL and --tokens, or as name=value also " + listed(missing));
  return {values[0], values[1], values[2], values[3]};
}

}  // namespace moetric::v0::io
