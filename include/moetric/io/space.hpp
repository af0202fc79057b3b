#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <initializer_list>

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/problem/presets.hpp"
#include "moetric/search/problem/problem.hpp"

namespace moetric::v0::io {

/// A search request, read from a JSON object: space, objective, windows and setting.
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
/// Without "axes", the axes are those of `search::default_axes` whose fields are not fixed. In "fixed", vocab_size
/// defaults to 152064 and n_kv_heads to n_heads. "preset" defaults to "none"; a window replaces the preset's window on
/// the same measure. "parallel" may have "stages", the layers of each: then all shapes have as many as they together.
/// It adds the rules of `search::rules_of`. An objective may also be
/// {"measure": "bytes_per_device", "direction": "most"}. A law may be given "tokens" instead of "compute", and takes
/// inputs that a shape does not determine from "given". Instead of a law's id, "law" may be a fitted law as
/// `io/fitted_law.hpp` writes it or, for `read_search` alone, the path of one.
struct search_request {
  search::space over;
  search::any_objective objective;
  std::vector<search::window> windows;
  search::setting at;

  /// The problem, which holds a copy of the request's space.
  search::any_problem problem() const { return {over, objective, windows, at}; }
};

namespace detail {

inline count whole_or(json_value const& object, std::string const& key, count otherwise) {
  auto const found = object.find(key);
  return found ? count(found->whole()) : otherwise;
}
inline bool flag_or(json_value const& object, std::string const& key, bool otherwise) {
  auto const found = object.find(key);
  return found ? found->flag() : otherwise;
}

[[gnu::cold]] inline search::field field_named(json_value const& value) {
  std::string const wanted = value.text();
  if (auto const found = search::find_field(wanted)) return *found;
  if (wanted == search::name(search::field::n_layers)) return search::field::n_layers;
  auto known = names_of_first<search::field>(search::n_fields);
  known.push_back(search::name(search::field::n_layers), "moetric: too many fields");
  refuse_name(value.subject(), wanted, known);
}

/// 3, or "1/8" if it is not a whole number.
[[gnu::cold]] inline ratio factor_from(json_value const& value) {
  if (!value.value().is_text()) return count(value.whole());
  std::string const text = value.text();
  std::size_t const slash = text.find('/');
  auto const digits = [&](std::string const& part) {
    if (part.empty() || part.size() > 15 || part.find_first_not_of("0123456789") != std::string::npos)
      value.refuse("be a whole number or a fraction such as \"1/8\"");
    return parse_count(part);
  };
  if (slash == std::string::npos) return digits(text);
  count const below = digits(text.substr(slash + 1));
  if (below == 0) value.refuse("not divide by 0");
  return {digits(text.substr(0, slash)), below};
}

[[gnu::cold]] inline search::axis axis_from(json_value const& given) {
  given.allow_keys({"field", "values", "from", "to", "step", "doubling", "of", "factors"});
  search::field const field = field_named(given.at("field"));
  auto const has_any = [&](std::initializer_list<char const*> keys) {
    return std::any_of(keys.begin(), keys.end(), [&](char const* key) { return given.has(key); });
  };
  int const ways = given.has("values") + has_any({"from", "to", "step", "doubling"}) + has_any({"of", "factors"});
  if (ways != 1)
    given.refuse(std::string("have values, or from and to, or of and factors") +
                 (ways == 0 ? "" : ", but only one of these"));
  if (given.has("step") && given.has("doubling")) given.refuse("have either step or doubling");
  if (given.has("values")) {
    std::vector<count> values;
    for (json_value const& each : given.at("values").items()) values.push_back(each.whole());
    return search::one_of(field, values);
  }
  if (has_any({"of", "factors"})) {
    std::vector<ratio> factors;
    for (json_value const& each : given.at("factors").items()) factors.push_back(factor_from(each));
    return search::times(field, field_named(given.at("of")), factors);
  }
  count const from = given.at("from").whole(), to = given.at("to").whole();
  if (flag_or(given, "doubling", false)) return search::doubling(field, from, to);
  return search::stepped(field, from, to, whole_or(given, "step", 1));
}

/// Refuses axes with too many values together before any is listed.
[[gnu::cold]] inline void require_few_values(json_value const& axes) {
  count all = 0;
  for (json_value const& each : axes.items()) {
    auto const from = each.find("from"), to = each.find("to"), step = each.find("step");
    if (!from || !to || each.has("doubling")) continue;
    count const first = from->whole(), last = to->whole(), by = step ? step->whole() : 1;
    if (by != 0 && first <= last && floor_div(last - first, by) < search::detail::most_values)
      all = all + floor_div(last - first, by) + 1;  // others are refused by themselves
  }
  if (all > count(search::detail::most_values_of_space))
    refuse(axes.subject() + " must have at most " + std::to_string(search::detail::most_values_of_space) +
           " values together, but got " + to_string(all));
}

[[gnu::cold]] inline shape<> fixed_from(json_value const& given) {
  std::vector<std::string_view> known(shape_field_names.begin(), shape_field_names.end());
  known.push_back("tied");
  given.allow_keys(known);
  return shape_of<count>(
      [&](std::size_t i) {
        std::string const key(shape_field_names[i]);
        if (key == "n_kv_heads") return whole_or(given, key, whole_or(given, "n_heads", 0));
        return whole_or(given, key, key == "vocab_size" ? 152064 : 0);
      },
      flag_or(given, "tied", false));
}

[[gnu::cold]] inline search::rule rule_from(json_value const& given) {
  given.allow_keys({"field", "divisible_by", "at_most"});
  bool const divisible = given.has("divisible_by");
  if (divisible == given.has("at_most")) given.refuse("have either divisible_by or at_most");
  json_value const bound = given.at(divisible ? "divisible_by" : "at_most");
  search::rule made{field_named(given.at("field")), divisible ? search::tie::divisible : search::tie::at_most};
  if (bound.value().is_text())
    made.other = field_named(bound);
  else
    made.number = bound.whole();
  return made;
}

/// The layers of uneven stages, if a request has them.
[[gnu::cold]] inline std::optional<std::vector<count>> layers_of_stages(json_value const& parallel) {
  auto const given = parallel.find("stages");
  if (!given) return std::nullopt;
  std::vector<count> layers;
  for (json_value const& each : given->items()) layers.emplace_back(each.whole({1, std::uint64_t{1} << 20}));
  return layers;
}
[[gnu::cold]] inline count sum_of(std::vector<count> const& all) {
  count sum;
  for (count const each : all) sum += each;
  return sum;
}

[[gnu::cold]] inline search::setting setting_from(json_value const& request) {
  constexpr whole_range sizes{1, std::uint64_t{1} << 20};
  search::setting at;
  at.sequence_length = whole_or(request, "sequence_length", at.sequence_length);
  if (!request.has("parallel")) return at;
  json_value const given = request.at("parallel");
  given.allow_keys({"tensor", "expert", "expert_tensor", "pipeline", "stages", "devices", "distributed_optimizer"});
  auto const size = [&](char const* key) { return given.has(key) ? count(given.at(key).whole(sizes)) : count(1); };
  at.parallel = {.tensor = size("tensor"), .expert = size("expert"), .pipeline = size("pipeline")};
  if (given.has("expert_tensor")) at.parallel.expert_tensor = size("expert_tensor");
  at.devices = at.parallel.tensor * at.parallel.expert * at.parallel.pipeline;
  if (given.has("devices")) at.devices = size("devices");
  if (auto const layers = layers_of_stages(given)) {
    if (layers->size() != at.parallel.pipeline)
      refuse(given.at("stages").subject() + " must have one number of layers for each of the " +
             to_string(at.parallel.pipeline) + " stages, but has " + std::to_string(layers->size()));
    at.fullest_stage = {*std::max_element(layers->begin(), layers->end()), sum_of(*layers)};
  }
  if (at.devices > sizes.most)
    refuse("tensor x expert x pipeline of " + given.subject() + " must be at most " + std::to_string(sizes.most) +
           ", but is " + to_string(at.devices));
  at.distributed_optimizer = flag_or(given, "distributed_optimizer", true);
  auto const divides = [&](count part) { return floor_div(at.devices, part) * part == at.devices; };
  if (!divides(at.parallel.pipeline * at.parallel.tensor) || !divides(at.parallel.pipeline * at.parallel.expert))
    refuse("devices of " + given.subject() +
           " must be a multiple of pipeline x tensor and of pipeline x expert, but got " + to_string(at.devices));
  return at;
}

[[gnu::cold]] inline std::vector<search::window> windows_from(json_value const& request) {
  std::vector<search::window> all =
      search::windows_of_preset(request.has("preset") ? request.at("preset").text() : "none");
  if (!request.has("windows")) return all;
  json_value const given = request.at("windows");
  given.allow_keys(names_of_first<search::measure>(search::n_measures));
  for (auto const& [key, value] : given.members()) {
    std::vector<json_value> const ends = value.items();
    if (ends.size() != 2)
      refuse(value.subject() + " must have two ends, one of which may be null, but has " + std::to_string(ends.size()));
    search::window made{*search::find_measure(key)};
    if (!ends[0].is_null()) made.low = ends[0].real();
    if (!ends[1].is_null()) made.high = ends[1].real();
    std::erase_if(all, [&](search::window const& each) { return each.measure == made.measure; });
    all.push_back(made);
  }
  return all;
}

/// The objective {"measure": "bytes_per_device", "direction": "most"}.
[[gnu::cold]] inline search::measured measured_from(json_value const& given) {
  given.allow_keys({"measure", "direction"});
  std::string const wanted = given.at("measure").text();
  auto const found = search::find_measure(wanted);
  constexpr auto n_of_shapes = static_cast<std::size_t>(search::measure::tokens);  // tokens and objective come last
  if (!found || *found == search::measure::tokens || *found == search::measure::objective)
    refuse_name(given.at("measure").subject(), wanted, names_of_first<search::measure>(n_of_shapes));
  std::string const direction = given.has("direction") ? given.at("direction").text() : "least";
  if (direction != "least" && direction != "most")
    refuse_name(given.at("direction").subject(), direction, {"least", "most"});
  return {*found, direction == "least" ? search::direction::least : search::direction::most};
}

inline search::any_objective loss_of_fit(fit::fitted_law const& of, search::run_length const& run,
                                         std::vector<search::named_input> const& given) {
  std::optional<search::any_objective> objective;
  fit::visit_law(of, [&](auto const& law) { objective = search::loss_of(law, run, given); });
  return *objective;
}

/// The loss by a fitted law as an objective. \throws as `search::loss_of`
#ifdef MOETRIC_COMPILED
search::any_objective loss_by_fit(fit::fitted_law const& of, search::run_length const& run,
                                  std::vector<search::named_input> const& given);
#else
inline search::any_objective loss_by_fit(fit::fitted_law const& of, search::run_length const& run,
                                         std::vector<search::named_input> const& given) {
  return loss_of_fit(of, run, given);
}
#endif

[[gnu::cold]] inline search::any_objective objective_from(json_value const& given) {
  if (given.has("measure")) return measured_from(given);
  given.allow_keys({"law", "compute", "tokens", "given"});
  search::run_length run;
  if (given.has("compute")) run.compute = given.at("compute").positive();
  if (given.has("tokens")) run.tokens = given.at("tokens").positive();
  if (run.compute > 0 && run.tokens > 0) refuse(given.subject() + " must have compute or tokens, but got both");
  std::vector<search::named_input> inputs;
  if (given.has("given"))
    for (auto const& [key, each] : given.at("given").members()) inputs.emplace_back(key, each.real());
  json_value const wanted = given.at("law");
  if (!wanted.value().is_object()) return search::loss_of(wanted.text(), run, inputs);
  return loss_by_fit(fitted_law_of(wanted), run, inputs);
}

}  // namespace detail

/// Replaces the path of a fitted law in objective.law by the law that the file holds, so that the request is
/// self-contained. A name that no published law has is a path if it has a dot or a slash, or such a file exists.
/// \param folder where relative paths start
/// \throws std::invalid_argument for a file that cannot be read
inline void resolve_law(json& request, std::filesystem::path const& folder) {
  json* const objective = request.find("objective");
  json* const law = objective == nullptr ? nullptr : objective->find("law");
  if (law == nullptr || !law->is_text()) return;
  std::string const name = law->text();
  if (laws::find(name) != nullptr) return;
  std::filesystem::path const file = folder / name;
  if (is_path(name) || is_file(file)) *law = read_json_object(file);
}

/// The request in a file, with the fitted law that it names by path; relative paths start from the file's folder. Not
/// for files of strangers: their law may name any file that this process can read.
/// \throws std::invalid_argument for a file that cannot be read
inline json read_search(std::filesystem::path const& path) {
  json request = read_json_object(path);
  resolve_law(request, path.parent_path());
  return request;
}

namespace detail {

[[gnu::cold]] inline search_request request_from(json const& request) {
  json_value const given(request, "a search");
  given.allow_keys({"axes", "fixed", "rules", "preset", "windows", "objective", "sequence_length", "parallel"});
  search::setting const at = detail::setting_from(given);
  std::vector<search::axis> axes;
  if (given.has("axes")) detail::require_few_values(given.at("axes"));
  if (given.has("axes"))
    for (json_value const& each : given.at("axes").items()) axes.push_back(detail::axis_from(each));
  else
    axes = search::default_axes();
  json const none = json_object();
  json_value const fixed = given.has("fixed") ? given.at("fixed") : json_value(none, "a search", "fixed");
  // A fixed field replaces its default axis; fixing a field that also has an axis is an error.
  std::erase_if(axes, [&](search::axis const& each) {
    std::string const name(search::name(each.field));
    if (!fixed.has(name)) return false;
    if (given.has("axes")) refuse(fixed.subject() + " must not have " + name + ", which is an axis");
    return true;
  });
  std::vector<search::rule> rules;
  if (given.has("rules"))
    for (json_value const& each : given.at("rules").items()) rules.push_back(detail::rule_from(each));
  if (given.has("parallel"))
    for (search::rule const& each : search::rules_of(at.parallel)) rules.push_back(each);
  if (at.fullest_stage != 0) {
    count const layers = detail::sum_of(*detail::layers_of_stages(given.at("parallel")));
    rules.push_back(at_least(search::field::n_layers, layers)),
        rules.push_back(at_most(search::field::n_layers, layers));
  }
  return {search::space(std::move(axes), detail::fixed_from(fixed), std::move(rules)),
          detail::objective_from(given.at("objective")), detail::windows_from(given), at};
}

}  // namespace detail

/// The search that a JSON request describes. It reads no file: a request from elsewhere cannot name one on this
/// machine.
/// \throws std::invalid_argument naming the key that is missing, unknown or impossible
MOETRIC_INLINE search_request search_from(json const& request);
#ifndef MOETRIC_COMPILED
inline search_request search_from(json const& request) {
  return detail::request_from(request);
}
#endif

}  // namespace moetric::v0::io
