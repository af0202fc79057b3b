#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/single_family.hpp"
#include "moetric/io/json_parser.hpp"

/// Models from the config.json of Hugging Face transformers.
///
/// The importer builds the model that transformers builds: the same defaults for absent keys, the biases and norms that
/// the model_type implies, windows and experts in the same layers. null counts as absent wherever transformers treats
/// it so. A key that would change the count and is not understood is an error; nothing is guessed. If a configuration
/// nests that of a language model, only that model is counted, and a note says so.
namespace moetric::v0::io {

/// An imported model with notes on how it was read.
struct imported_model {
  moetric::model model{};
  std::string model_type;          // of the language model, even if another configuration nests it
  std::vector<std::string> notes;  // assumed defaults and ignored keys
};

/// A model_type of one's own, or a reading of a known one that replaces the library's. `read` builds the model from the
/// keys of its config.json; it marks those that change no count with `understand`. Keys that nobody read are judged as
/// for the library's own readers, and a model that breaks a rule is refused.
using model_type_reader = hugging_face::single_family;

/// Every model_type that the importer reads, in alphabetical order.
std::vector<std::string_view> known_model_types();

namespace detail {

/// \param inside true if another configuration nests this one
imported_model import_object(json_object object, std::string const& subject, std::span<model_type_reader const> own,
                             bool inside = false);

}  // namespace detail

/// Imports a model from the text of a config.json. `subject` names the text in error sentences; readers of one's own
/// come before the library's.
/// \throws std::invalid_argument with one sentence that names the key and its value
inline imported_model import_model_text(std::string_view text, std::string const& subject = "config.json",
                                        std::span<model_type_reader const> own = {}) {
  return detail::import_object(parse_json_object(text, subject).object(), subject, own);
}

/// Imports a model from a config.json file.
/// \throws std::invalid_argument with one sentence that names the file, or the key and its value
inline imported_model import_model(std::filesystem::path const& path, std::span<model_type_reader const> own = {}) {
  return detail::import_object(read_json_object(path).object(), in_quotes(path.string()), own);
}

/// `import_model_text` without the notes.
/// \throws std::invalid_argument as `import_model_text`
inline model parse_model(std::string_view text, std::span<model_type_reader const> own = {}) {
  return import_model_text(text, "config.json", own).model;
}

/// `import_model` without the notes.
/// \throws std::invalid_argument as `import_model`
inline model read_model(std::filesystem::path const& path, std::span<model_type_reader const> own = {}) {
  return import_model(path, own).model;
}

}  // namespace moetric::v0::io

#ifndef MOETRIC_COMPILED
#include "moetric/io/hugging_face/import.hpp"
#endif
