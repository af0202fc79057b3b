#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "moetric/io/fitted_law.hpp"
#include "moetric/io/json.hpp"
#include "moetric/plan/fitted_source.hpp"

/// What a plan may start from instead of a published recipe, as a file.
///
///   {"optima": {"training_flops_per_token": [{"compute": 1e18, "value": 2.6e8}, ...], "learning_rate": [...], ...}}
///
/// or a fitted law of loss, as `io/fitted_law.hpp` writes it.
namespace moetric::v0::io {

namespace detail {

inline plan::scale_optima read_optima(nlohmann::json const& object, std::string const& subject) {
  plan::scale_optima all;
  nlohmann::json const& optima = object_field(object, "optima", subject);
  for (auto const& [name, points] : optima.items()) {
    std::string const field = in_quotes("optima." + name) + " of " + subject;
    if (!points.is_array()) refuse(field + " must be an array of compute and value, but got " + shown(points));
    for (nlohmann::json const& point : points) {
      if (!point.is_object()) refuse(field + " must hold objects of compute and value, but got " + shown(point));
      all[name].push_back({real_field(point, "compute", field), real_field(point, "value", field)});
    }
  }
  if (all.empty()) refuse("optima of " + subject + " must hold at least one number's, but is empty");
  return all;
}

}  // namespace detail

/// The source that a file describes, for the experts of a request.
/// \throws std::invalid_argument naming file, key and value
inline plan::recipe_source read_source(std::filesystem::path const& path, plan::request const& r) {
  nlohmann::json const object = read_json_object(path);
  std::string const subject = in_quotes(path.string()), id = path.filename().string();
  if (object.contains("optima"))
    return plan::optima_source(id, detail::read_optima(object, subject), plan::experts_of(r));
  return plan::fitted_source(id, read_fitted_law(path), plan::experts_of(r), r.unique_tokens);
}

}  // namespace moetric::v0::io
