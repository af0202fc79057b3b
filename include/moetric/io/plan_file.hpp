#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_value.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/model/validate.hpp"
#include "moetric/plan/latent_attention.hpp"

namespace moetric::v0::io {

/// A plan as a file stores it: the architecture always, the numbers of the run if the file has them.
struct saved_plan {
  shape<> architecture{};
  std::optional<plan::latent_widths> latents{};  // of latent attention in the place of grouped queries
  std::optional<count> sequence_length{};
  std::optional<count> tokens{};
  std::optional<count> batch_sequences{};
  std::optional<double> learning_rate{};  // peak

  /// The model that is trained.
  moetric::model model() const { return plan::model_with(architecture, latents); }
};

namespace detail {

constexpr std::uint64_t most_of_a_plan = std::uint64_t{1} << 62;

/// The widths of latent attention, which an architecture has all or none of.
inline std::optional<plan::latent_widths> read_latents(json_value const& from) {
  bool has_any = false;
  for (std::string_view const name : plan::latent_width_names) has_any = has_any || from.has(std::string(name));
  if (!has_any) return std::nullopt;
  plan::latent_widths widths{};
  for (std::size_t i = 0; i != plan::latent_width_names.size(); ++i)
    widths.*plan::latent_width_members[i] =
        from.at(std::string(plan::latent_width_names[i])).whole({i == 0 ? 0U : 1U, most_of_a_plan});
  return widths;
}

inline shape<> read_architecture(json_value const& from) {
  constexpr std::uint64_t most = most_of_a_plan;
  std::vector<std::string_view> known{"n_layers"};
  known.insert(known.end(), plan::latent_width_names.begin(), plan::latent_width_names.end());
  known.insert(known.end(), shape_field_names.begin(), shape_field_names.end());
  from.allow_keys(known).require_keys({shape_field_names.begin(), shape_field_names.end()});
  shape<> const s = shape_of<count>([&](std::size_t i) {
    std::string const key(shape_field_names[i]);
    bool const may_be_0 = key == "n_dense_layers" || key == "n_moe_layers" || key == "d_ff" || key == "d_expert" ||
                          key == "n_experts" || key == "top_k" || key == "n_shared_experts";
    return count(from.at(key).whole({may_be_0 ? 0U : 1U, most}));
  });
  if (auto const layers = from.find("n_layers"))
    if (layers->whole({1, most}) != s.n_layers())
      layers->refuse("be n_dense_layers + n_moe_layers, " + to_string(s.n_layers()));
  return s;
}

inline saved_plan read_plan_object(json_value const& from) {
  if (!from.has("architecture"))
    refuse("key 'architecture' of " + from.subject() +
           " must hold the object that moetric plan --json writes, but is missing");
  saved_plan run{.architecture = read_architecture(from.at("architecture")),
                 .latents = read_latents(from.at("architecture"))};
  validate(run.model());
  auto const whole = [&](char const* key) {
    auto const found = from.find(key);
    return found ? std::optional<count>(found->whole({1, std::uint64_t{1} << 62})) : std::nullopt;
  };
  run.sequence_length = whole("sequence_length");
  run.tokens = whole("tokens");
  run.batch_sequences = whole("batch_sequences");
  if (auto const rate = from.find("learning_rate")) run.learning_rate = rate->positive();
  return run;
}

}  // namespace detail

/// Parses a plan that `moetric plan --json` wrote. Keys that a run does not need are ignored.
/// \param subject names the plan in error messages
/// \throws std::invalid_argument naming the key and its value, or the rule that the model breaks
inline saved_plan parse_plan(std::string_view text, std::string const& subject = "a plan") {
  json const object = parse_json_object(text, subject);
  return detail::read_plan_object({object, subject});
}

/// Reads a plan from a file.
/// \throws std::invalid_argument as `parse_plan`
inline saved_plan read_plan(std::filesystem::path const& path) {
  json const object = read_json_object(path);
  return detail::read_plan_object({object, in_quotes(path.string())});
}

}  // namespace moetric::v0::io
