#pragma once

#include <cmath>
#include <initializer_list>

#include "moetric/core/name.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/search/problem/any_objective.hpp"
#include "moetric/search/problem/presets.hpp"

namespace moetric::v0::io {

/// A search as a JSON object says it: space, objective, windows and setting.
///
///   {"axes": [{"field": "d_model", "from": 512, "to": 8192, "step": 128},
///             {"field": "n_heads", "from": 4, "to": 128, "doubling": true},
///             {"field": "top_k", "values": [1, 2, 4, 8]},
///             {"field": "d_expert", "of": "d_model", "factors": ["1/8", "1/4", 1]}],
///    "fixed": {"head_dim": 128, "vocab_size": 152064, "tied": false},
///    "rules": [{"field": "d_expert", "divisible_by": 64}, {"field": "n_heads", "at_most": "n_experts"}],
///    "preset": "shipped", "windows": {"total_non_embedding_parameters": [null, 1e11]},
///    "objective": {"law": "fine-grained", "compute": 1e22},
///    "sequence_length": 8192,
///    "parallel": {"tensor": 8, "expert": 16, "pipeline": 4, "devices": 512, "distributed_optimizer": true}}
///
/// Without "axes" those of `search::default_axes` that are not fixed; of "fixed" a vocabulary of 152064. "preset" is
/// "none" where it is not given, and a window replaces the preset's of the same measure. Parallel sizes bring the rules
/// of `search::rules_of`. An objective may be {"measure": "bytes_per_device", "direction": "most"}, and a law may have
/// "tokens" in place of "compute", and "given" inputs that no shape tells. In place of a law's id stands a fitted law,
/// as `io/fitted_law.hpp` writes it, or in a file the path of one.
struct search_request {
  search::space over;
  search::any_objective objective;
  std::vector<search::window> windows;
  search::setting at;

  search::problem<search::any_objective> problem() const { return {over, objective, windows, at}; }
};

namespace detail {

using json = nlohmann::json;

/// An object of the request, of which every key must be known.
class strict_object {
 public:
  strict_object(json const& value, std::string name, std::initializer_list<std::string_view> keys)
      : value_(value), name_(std::move(name)) {
    if (!value.is_object()) refuse(name_ + " must be an object, but is " + shown(value));
    for (auto const& [key, ignored] : value.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) refuse_name("a key of " + name_, key, keys);
  }

  bool has(char const* key) const { return value_.contains(key); }
  json const& at(char const* key) const {
    if (!has(key)) refuse(name_ + " must have " + key);
    return value_[key];
  }
  std::string path(std::string const& key) const { return name_ + "." + key; }
  count whole(char const* key) const { return whole(at(key), path(key)); }
  count whole_or(char const* key, count otherwise) const { return has(key) ? whole(key) : otherwise; }
  bool flag_or(char const* key, bool otherwise) const {
    if (!has(key)) return otherwise;
    if (!at(key).is_boolean()) refuse(path(key) + " must be true or false, but got " + shown(at(key)));
    return at(key).get<bool>();
  }
  double real(char const* key) const { return real(at(key), path(key)); }
  std::string text(char const* key) const { return text(at(key), path(key)); }

  static count whole(json const& value, std::string const& name) {
    if (value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0))
      return value.get<std::uint64_t>();
    refuse(name + " must be a whole number that is not negative, but got " + shown(value));
  }
  static double real(json const& value, std::string const& name) {
    if (!value.is_number()) refuse(name + " must be a number, but got " + shown(value));
    return value.get<double>();
  }
  static std::string text(json const& value, std::string const& name) {
    if (!value.is_string()) refuse(name + " must be a text, but got " + shown(value));
    return value.get<std::string>();
  }
  static json const& list(json const& value, std::string const& name) {
    if (!value.is_array()) refuse(name + " must be an array, but got " + shown(value));
    return value;
  }

 private:
  json const& value_;
  std::string name_;
};

inline search::field field_named(json const& value, std::string const& name) {
  std::string const wanted = strict_object::text(value, name);
  if (auto const found = search::find_field(wanted)) return *found;
  if (wanted == search::name(search::field::n_layers)) return search::field::n_layers;
  auto known = names_of_first<search::field>(search::n_fields);
  known.push_back(search::name(search::field::n_layers), "moetric: too many fields");
  refuse_name(name, wanted, known);
}

/// 3, or "1/8" where it is no whole number.
inline ratio factor_from(json const& value, std::string const& name) {
  if (!value.is_string()) return strict_object::whole(value, name);
  std::string const text = value.get<std::string>();
  std::size_t const slash = text.find('/');
  auto const digits = [&](std::string const& part) {
    if (part.empty() || part.size() > 15 || part.find_first_not_of("0123456789") != std::string::npos)
      refuse(name + " must be a whole number or a fraction such as \"1/8\", but got " + in_quotes(text));
    return parse_count(part);
  };
  if (slash == std::string::npos) return digits(text);
  count const below = digits(text.substr(slash + 1));
  if (below == 0) refuse(name + " must not divide by 0, but got " + in_quotes(text));
  return {digits(text.substr(0, slash)), below};
}

inline search::axis axis_from(json const& value, std::string const& name) {
  strict_object const given(value, name, {"field", "values", "from", "to", "step", "doubling", "of", "factors"});
  search::field const of = field_named(given.at("field"), given.path("field"));
  auto const has_any = [&](std::initializer_list<char const*> keys) {
    return std::any_of(keys.begin(), keys.end(), [&](char const* key) { return given.has(key); });
  };
  int const ways = given.has("values") + has_any({"from", "to", "step", "doubling"}) + has_any({"of", "factors"});
  if (ways != 1)
    refuse(name + " must have values, from and to, or of and factors" + (ways == 0 ? "" : ", and not two of them"));
  if (given.has("step") && given.has("doubling")) refuse(name + " must have either step or doubling");
  if (given.has("values")) {
    std::vector<count> values;
    for (json const& each : strict_object::list(given.at("values"), given.path("values")))
      values.push_back(strict_object::whole(each, given.path("values")));
    return search::one_of(of, values);
  }
  if (has_any({"of", "factors"})) {
    std::vector<ratio> factors;
    for (json const& each : strict_object::list(given.at("factors"), given.path("factors")))
      factors.push_back(factor_from(each, given.path("factors")));
    return search::times(of, field_named(given.at("of"), given.path("of")), factors);
  }
  if (given.flag_or("doubling", false)) return search::doubling(of, given.whole("from"), given.whole("to"));
  return search::stepped(of, given.whole("from"), given.whole("to"), given.whole_or("step", 1));
}

inline shape<> fixed_from(json const& value) {
  strict_object const given(value, "fixed",
                            {"d_model", "n_dense_layers", "n_moe_layers", "n_heads", "n_kv_heads", "head_dim", "d_ff",
                             "d_expert", "n_experts", "top_k", "n_shared_experts", "vocab_size", "tied"});
  auto const whole = [&](char const* key, count otherwise = 0) { return given.whole_or(key, otherwise); };
  return {.d_model = whole("d_model"),
          .n_dense_layers = whole("n_dense_layers"),
          .n_moe_layers = whole("n_moe_layers"),
          .n_heads = whole("n_heads"),
          .n_kv_heads = whole("n_kv_heads", whole("n_heads")),
          .head_dim = whole("head_dim"),
          .d_ff = whole("d_ff"),
          .d_expert = whole("d_expert"),
          .n_experts = whole("n_experts"),
          .top_k = whole("top_k"),
          .n_shared_experts = whole("n_shared_experts"),
          .vocab_size = whole("vocab_size", 152064),
          .tied = given.flag_or("tied", false)};
}

inline search::rule rule_from(json const& value, std::string const& name) {
  strict_object const given(value, name, {"field", "divisible_by", "at_most"});
  bool const divisible = given.has("divisible_by");
  if (divisible == given.has("at_most")) refuse(name + " must have either divisible_by or at_most");
  char const* const key = divisible ? "divisible_by" : "at_most";
  search::rule made{field_named(given.at("field"), given.path("field")),
                    divisible ? search::tie::divisible : search::tie::at_most};
  if (given.at(key).is_string())
    made.other = field_named(given.at(key), given.path(key));
  else
    made.number = given.whole(key);
  return made;
}

inline search::setting setting_from(strict_object const& request) {
  search::setting at;
  at.sequence_length = request.whole_or("sequence_length", at.sequence_length);
  if (!request.has("parallel")) return at;
  strict_object const given(request.at("parallel"), "parallel",
                            {"tensor", "expert", "pipeline", "devices", "distributed_optimizer"});
  at.parallel = {.tensor = given.whole_or("tensor", 1),
                 .expert = given.whole_or("expert", 1),
                 .pipeline = given.whole_or("pipeline", 1)};
  auto const require_size = [&](char const* key, count size) {
    constexpr int most = 1 << 20;
    if (size == 0 || size > most)
      refuse(given.path(key) + " must be within 1 .. " + std::to_string(most) + ", but got " + to_string(size));
  };
  require_size("tensor", at.parallel.tensor);
  require_size("expert", at.parallel.expert);
  require_size("pipeline", at.parallel.pipeline);
  at.devices = given.whole_or("devices", at.parallel.tensor * at.parallel.expert * at.parallel.pipeline);
  require_size("devices", at.devices);
  at.distributed_optimizer = given.flag_or("distributed_optimizer", true);
  auto const divides = [&](count size) { return floor_div(at.devices, size) * size == at.devices; };
  if (!divides(at.parallel.pipeline * at.parallel.tensor) || !divides(at.parallel.pipeline * at.parallel.expert))
    refuse("parallel.devices must be a multiple of pipeline x tensor and of pipeline x expert, but got " +
           to_string(at.devices));
  return at;
}

inline std::vector<search::window> windows_from(strict_object const& request) {
  std::vector<search::window> all = search::windows_of_preset(request.has("preset") ? request.text("preset") : "none");
  if (!request.has("windows")) return all;
  json const& given = request.at("windows");
  if (!given.is_object()) refuse("windows must be an object, but is " + shown(given));
  for (auto const& [key, value] : given.items()) {
    std::string const name = "windows." + key;
    auto const of = search::find_measure(key);
    if (!of) refuse_name("a key of windows", key, names_of_first<search::measure>(search::n_measures));
    if (strict_object::list(value, name).size() != 2)
      refuse(name + " must be two ends, of which one may be null, but has " + std::to_string(value.size()));
    search::window made{*of};
    if (!value[0].is_null()) made.low = strict_object::real(value[0], name);
    if (!value[1].is_null()) made.high = strict_object::real(value[1], name);
    std::erase_if(all, [&](search::window const& each) { return each.measure == made.measure; });
    all.push_back(made);
  }
  return all;
}

/// {"measure": "bytes_per_device", "direction": "most"}
inline search::measured measured_from(json const& value) {
  strict_object const given(value, "objective", {"measure", "direction"});
  std::string const wanted = given.text("measure");
  auto const found = search::find_measure(wanted);
  constexpr auto n_of_shapes = static_cast<std::size_t>(search::measure::tokens);  // tokens and objective come last
  if (!found || *found == search::measure::tokens || *found == search::measure::objective)
    refuse_name("objective.measure", wanted, names_of_first<search::measure>(n_of_shapes));
  std::string const direction = given.has("direction") ? given.text("direction") : "least";
  if (direction != "least" && direction != "most") refuse_name("objective.direction", direction, {"least", "most"});
  return {*found, direction == "least" ? search::direction::least : search::direction::most};
}

inline search::any_objective objective_from(json const& value) {
  if (value.is_object() && value.contains("measure")) return measured_from(value);
  strict_object const given(value, "objective", {"law", "compute", "tokens", "given"});
  search::run_length run;
  for (auto const& [key, into] : {std::pair{"compute", &run.compute}, std::pair{"tokens", &run.tokens}})
    if (given.has(key)) {
      *into = given.real(key);
      moetric::detail::require_positive(given.path(key), *into);
    }
  if (run.compute > 0 && run.tokens > 0) refuse("objective must have compute or tokens, but got both");
  std::vector<search::named_input> inputs;
  if (given.has("given")) {
    if (!given.at("given").is_object()) refuse("objective.given must be an object, but is " + shown(given.at("given")));
    for (auto const& [key, each] : given.at("given").items())
      inputs.emplace_back(key, strict_object::real(each, "objective.given." + key));
  }
  if (!given.at("law").is_object()) return search::loss_of(given.text("law"), run, inputs);
  auto const law = std::make_shared<fit::fitted_law const>(fitted_law_of(given.at("law"), "objective.law"));
  std::optional<search::any_objective> objective;
  fit::visit_law(*law, [&]<class L>(L const& of) {
    auto const kept = std::make_shared<std::pair<L, decltype(law)> const>(of, law);  // the law, and who owns its words
    objective = search::loss_of(kept->first, run, inputs, kept);
  });
  return *objective;
}

}  // namespace detail

/// A request by itself: the fitted law whose path stands as the objective's law is put in its place.
/// \param folder from which a relative path starts
/// \throws std::invalid_argument for what is not a readable file
inline void resolve_law(nlohmann::json& request, std::filesystem::path const& folder) {
  nlohmann::json::json_pointer const place("/objective/law");
  if (!request.contains(place) || !request[place].is_string()) return;
  std::filesystem::path const law = request[place].get<std::string>();
  if (law.extension() == ".json") request[place] = read_json_object(folder / law);
}

/// The request of a file; paths in it start from the file's folder.
/// \throws std::invalid_argument for what is not a readable file
inline nlohmann::json read_search(std::filesystem::path const& path) {
  nlohmann::json request = read_json_object(path);
  resolve_law(request, path.parent_path());
  return request;
}

/// \throws std::invalid_argument naming the key that is missing, unknown or not possible
inline search_request search_from(nlohmann::json const& request) {
  using detail::json, detail::strict_object;
  strict_object const given(
      request, "a search", {"axes", "fixed", "rules", "preset", "windows", "objective", "sequence_length", "parallel"});
  search::setting const at = detail::setting_from(given);
  std::vector<search::axis> axes;
  if (given.has("axes"))
    for (auto const& each : strict_object::list(given.at("axes"), "axes"))
      axes.push_back(detail::axis_from(each, "axes[" + std::to_string(axes.size()) + "]"));
  else
    axes = search::default_axes();
  json const fixed = given.has("fixed") ? given.at("fixed") : json::object();
  // What is fixed is no default axis; beside an axis that is asked for it would say nothing.
  std::erase_if(axes, [&](search::axis const& each) {
    std::string const name(search::name(each.field));
    if (!fixed.is_object() || !fixed.contains(name)) return false;
    if (given.has("axes")) refuse("fixed must not have " + name + ", which is an axis");
    return true;
  });
  std::vector<search::rule> rules;
  if (given.has("rules"))
    for (auto const& each : strict_object::list(given.at("rules"), "rules"))
      rules.push_back(detail::rule_from(each, "rules[" + std::to_string(rules.size()) + "]"));
  if (given.has("parallel"))
    for (search::rule const& each : search::rules_of(at.parallel)) rules.push_back(each);
  return {search::space(std::move(axes), detail::fixed_from(fixed), std::move(rules)),
          detail::objective_from(given.at("objective")), detail::windows_from(given), at};
}

}  // namespace moetric::v0::io
