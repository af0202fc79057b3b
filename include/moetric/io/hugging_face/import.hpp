#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/families.hpp"
#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/io/hugging_face/latent.hpp"
#include "moetric/io/hugging_face/wrapper.hpp"
#include "moetric/model/validate.hpp"

/// The bodies of the importer: every family's reader.
namespace moetric::v0::io {

MOETRIC_INLINE std::vector<std::string_view> known_model_types() {
  std::vector<std::string_view> names;
  for (auto const& family : hugging_face::grouped_query_families) names.push_back(family.model_type);
  for (auto const& family : hugging_face::latent_families) names.push_back(family.model_type);
  for (auto const& family : hugging_face::single_families) names.push_back(family.model_type);
  std::ranges::sort(names);
  return names;
}

namespace detail {

inline std::string model_type_of(json_object const& object, std::string const& subject) {
  json const* const found = object.find("model_type");
  if (!found || found->is_null())
    refuse("key 'model_type' of " + subject + " must be present, since it names the architecture, but is missing");
  return json_value(*found, subject, "model_type").text();
}

/// Says what is missing. Only another spelling of the same name is suggested: an architecture with a similar name is
/// another architecture.
[[noreturn]] inline void refuse_model_type(hugging_face::config_keys const& keys) {
  for (auto const& family : hugging_face::unread_families)
    if (family.model_type == keys.model_type())
      refuse("model_type " + in_quotes(keys.model_type()) +
             " must have only layers that this library can express, but has " + std::string(family.what));
  if (hugging_face::wrapper_family const* const row = hugging_face::find_wrapper(keys.model_type()))
    keys.refuse("text_config",
                "be present, since it describes the language model" +
                    std::string(row->language_model.empty() ? "" : ", ") +
                    (row->language_model.empty() ? "" : in_quotes(row->language_model)),
                keys.is_present("text_config") ? "is empty" : "is missing");
  std::string_view const inner = hugging_face::wrapping_key(keys.object());
  std::vector<std::string_view> const known = known_model_types();
  std::string spelled_alike;
  if (std::string const letters = letters_of(keys.model_type()); !letters.empty())
    for (std::string_view const each : known)
      if (letters_of(each) == letters)
        spelled_alike += (spelled_alike.empty() ? "; did you mean " : " or ") + std::string(each);
  refuse("model_type must be one of " + std::to_string(known.size()) + " known ones, but got " +
         in_quotes(keys.model_type()) + (keys.inside() ? " inside another configuration" : "") +
         (inner.empty() ? "" : ", which nests another configuration in " + in_quotes(inner)) +
         (spelled_alike.empty() ? ", whose modelling code is not known here" : spelled_alike + "?"));
}

inline model read_family(hugging_face::config_keys& keys, std::span<model_type_reader const> own) {
  for (model_type_reader const& mine : own)
    if (mine.model_type == keys.model_type()) return mine.read(keys);
  for (auto const& family : hugging_face::grouped_query_families)
    if (family.model_type == keys.model_type()) return hugging_face::read_grouped_query(keys, family);
  for (auto const& family : hugging_face::latent_families)
    if (family.model_type == keys.model_type()) return hugging_face::read_latent(keys, family);
  for (auto const& family : hugging_face::single_families)
    if (family.model_type == keys.model_type()) return family.read(keys);
  refuse_model_type(keys);
}

inline bool is_known(std::string_view model_type, std::span<model_type_reader const> own) {
  std::vector<std::string_view> const known = known_model_types();
  return std::ranges::find(known, model_type) != known.end() ||
         std::ranges::find(own, model_type, &model_type_reader::model_type) != own.end();
}

MOETRIC_INLINE imported_model import_object(json_object object, std::string const& subject,
                                            std::span<model_type_reader const> own, bool inside) {
  std::string model_type = model_type_of(object, subject);
  std::string_view const inner = hugging_face::language_model_key(object);
  hugging_face::wrapper_family const* const row = hugging_face::find_wrapper(model_type);
  bool const flat = inner.empty() && row != nullptr && row->flat &&
                    (row->language_model != model_type || !hugging_face::wrapping_key(object).empty());
  if (flat || (!inner.empty() && (row != nullptr || !is_known(model_type, own)))) {
    hugging_face::config_keys wrapper(std::move(object), model_type);
    json_object unwrapped = flat ? hugging_face::strip_towers(wrapper, *row) : hugging_face::unwrap(wrapper, inner);
    imported_model result =
        import_object(std::move(unwrapped), flat ? subject : in_quotes(inner) + " of " + subject, own, !flat);
    result.notes.insert(result.notes.begin(), wrapper.notes().begin(), wrapper.notes().end());
    return result;
  }
  hugging_face::config_keys keys(std::move(object), model_type, inside);
  imported_model result{.model = read_family(keys, own), .model_type = std::move(model_type), .notes = {}};
  hugging_face::judge_the_rest(keys);
  result.notes = keys.notes();
  validate(result.model);
  return result;
}

}  // namespace detail

}  // namespace moetric::v0::io
