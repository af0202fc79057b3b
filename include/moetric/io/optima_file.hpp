#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "moetric/io/fitted_law.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/optima_points.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/io/value_file.hpp"
#include "moetric/plan/fitted_source.hpp"

/// Files from which a plan may start instead of the published recipe.
///
///   {"optima": {"training_flops_per_token": [{"compute": 1e18, "value": 2.6e8}, ...], "learning_rate": [...], ...}}
///
/// or a fitted law of loss, as `io/fitted_law.hpp` writes it.
namespace moetric::v0::io {

namespace detail {

inline plan::scale_optima read_optima(json_value const& file) {
  plan::scale_optima all;
  json_value const optima = file.at("optima");
  for (auto const& [quantity, points] : optima.members()) {
    auto const [compute, values] = read_optima_points(points);
    for (std::size_t i = 0; i != compute.size(); ++i) all[quantity].push_back({compute[i], values[i]});
  }
  if (all.empty()) refuse(optima.subject() + " must hold the optima of at least one quantity, but holds none");
  return all;
}

/// The contents of a file to which optima are added.
inline report::value file_of_optima(std::optional<std::string> const& text, std::string const& subject) {
  if (!text) return report::keyed({{"optima", report::keyed()}});
  report::value file = value_of(parse_json_object(*text, subject));
  report::value const* const optima = file.find("optima");
  if (optima == nullptr || optima->kind() != report::value::kinds::object)
    refuse(subject + " must be a file of optima to add to, but holds none");
  return file;
}

}  // namespace detail

/// A source of plans, with the fitted law that it evaluates if it is one.
struct named_source {
  plan::recipe_source recipe;
  std::optional<fit::fitted_law> fit{};
};

/// Reads a plan source from a file: saved optima, or a fitted law evaluated for the experts of the request.
/// \throws std::invalid_argument naming file, key and value
inline named_source read_named_source(std::filesystem::path const& path, plan::request const& r) {
  json const object = read_json_object(path);
  json_value const file(object, in_quotes(path.string()));
  std::string const id = path.filename().string();
  if (file.has("optima")) return {plan::optima_source(id, detail::read_optima(file), plan::experts_of(r))};
  fit::fitted_law fit = fitted_law_of(file);
  return {plan::fitted_source(id, fit, plan::experts_of(r), r.unique_tokens), std::move(fit)};
}

/// `read_named_source` without the law.
inline plan::recipe_source read_source(std::filesystem::path const& path, plan::request const& r) {
  return read_named_source(path, r).recipe;
}

/// Checks that `save_optima` takes a quantity and the file as it is, for before the optima are found.
/// \throws std::invalid_argument for a quantity that no recipe has, or a file that holds no optima
inline void require_optima_savable(std::filesystem::path const& path, std::string_view quantity) {
  auto const& known = plan::recipe_fields;
  if (std::find(known.begin(), known.end(), quantity) == known.end())
    refuse_name("a quantity to save", quantity, known);
  if (is_file(path)) detail::file_of_optima(read_file(path, json_limits{}.bytes), in_quotes(path.string()));
}

/// Adds the optima of one quantity over compute (FLOPs) to a file of optima, which is made if there is none; those of
/// other quantities stay. The new text is read back before it replaces the old one.
/// \param inputs files that must not be replaced
/// \throws std::invalid_argument for a quantity that no recipe has, optima that are not finite, or a file that holds no
///         optima; and as `save_file`
inline void save_optima(std::filesystem::path const& path, std::string_view quantity,
                        std::vector<double> const& compute, std::vector<double> const& values,
                        std::vector<std::filesystem::path> const& inputs = {}) {
  require_optima_savable(path, quantity);
  report::value points = report::value::list();
  for (std::size_t i = 0; i != compute.size(); ++i)
    points.append(report::object({{"compute", compute[i]}, {"value", values[i]}}));
  std::string const subject = in_quotes(path.string());
  save_file(path, inputs, json_limits{}.bytes, [&](std::optional<std::string> const& before) {
    report::value file = detail::file_of_optima(before, subject), optima = file["optima"];
    file.set("optima", optima.set(quantity, points));
    std::string text = file_text(file);
    json const back = parse_json_object(text, "what is saved in " + subject);
    detail::read_optima(json_value(back, "what is saved in " + subject));
    return text;
  });
}

}  // namespace moetric::v0::io
