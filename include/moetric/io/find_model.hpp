#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/named_model.hpp"
#include "moetric/io/plan_file.hpp"
#include "moetric/report/json.hpp"
#include "moetric/zoo/model_types.hpp"
#include "moetric/zoo/notes.hpp"

namespace moetric::v0::io {
namespace detail {

/// "d_model=480,n_dense_layers=2,...", with the keys of a plan's architecture.
inline named_model typed_shape(std::string const& name) {
  report::value architecture = report::object();
  std::string_view text = name;
  while (!text.empty()) {
    std::string_view const part = text.substr(0, text.find(','));
    text.remove_prefix(part.size() == text.size() ? text.size() : part.size() + 1);
    std::size_t const equals = part.find('=');
    if (equals == 0 || equals == std::string_view::npos)
      refuse("a shape's number must be written as name=value, but got " + in_quotes(part));
    std::string_view const field = part.substr(0, equals), digits = part.substr(equals + 1);
    if (architecture.find(field) != nullptr) refuse(std::string(field) + " must be given once");
    if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string_view::npos)
      refuse(std::string(field) + " must be a whole number such as 8192, but got " + in_quotes(digits));
    architecture.set(field, parse_count(digits));
  }
  std::vector<std::string> notes;
  if (architecture.find("vocab_size") == nullptr) {  // not part of M, N_a and N
    architecture.set("vocab_size", 152064);
    notes.emplace_back("vocab_size is not given: 152064 is assumed");
  }
  auto const run = parse_plan(to_json(report::object({{"architecture", std::move(architecture)}})), "a shape");
  return {name, run.model(), std::move(notes), 0, {}};
}

inline bool is_plan(std::string const& path) {
  auto const object = read_json_object(path);
  json_value const file(object, in_quotes(path));
  return file.has("architecture") && !file.has("model_type");
}

}  // namespace detail

/// The model that a text names: one of the zoo, by its id, its name on the Hub or another of its names, the path of a
/// config.json or of a plan that `moetric plan --json` wrote, or a shape by its numbers, as in
/// "d_model=480,n_moe_layers=12,...". \throws std::invalid_argument with one sentence that names the closest known
/// models, the file, or the key and its value
inline named_model find_model(std::string const& text) {
  bool const exists = io::exists(text);
  auto const strokes = std::ranges::count(text, '/');
  // A name on the Hub has a stroke too; a file of that path comes first.
  if (zoo::listed_model const* const entry = strokes == 0 || !exists ? zoo::find_by_any_name(text) : nullptr)
    return {std::string(entry->id), *entry->value, zoo::notes_of(*entry), entry->vision_tower,
            std::string(zoo::model_type_of(*entry))};
  if (!exists && text.find('=') != std::string::npos) return detail::typed_shape(text);
  if (!exists && strokes <= 1 && !text.starts_with('.') && !text.starts_with('/') && !text.ends_with(".json")) {
    std::string_view const name = std::string_view(text).substr(text.find('/') + 1);
    std::vector<std::string_view> known;
    for (zoo::listed_model const& each : zoo::catalogue) known.push_back(each.id);
    auto const begin_so = std::ranges::count_if(
        known, [&](std::string_view id) { return id.size() > name.size() && id.starts_with(name); });
    refuse("model must be a name from `moetric models` or the path of a config.json or plan, but got " +
           in_quotes(text) + did_you_mean(name, known) +
           (name.empty() || begin_so <= 5 ? "" : " `moetric models " + escaped(name) + "` lists them all"));
  }
  if (is_file(text) && detail::is_plan(text)) {
    saved_plan const run = read_plan(text);
    std::string note = "the architecture of a plan";
    if (run.sequence_length) note += ", whose run has sequences of " + to_string(*run.sequence_length) + " tokens";
    return {text, run.model(), {note}, 0, {}};
  }
  imported_model imported = import_model(text);
  return {text, imported.model, std::move(imported.notes), 0, std::move(imported.model_type)};
}

}  // namespace moetric::v0::io
