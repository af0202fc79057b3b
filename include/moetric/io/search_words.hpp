#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/io/search_shards.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/report/front_answer.hpp"
#include "moetric/search/shard.hpp"
#include "moetric/search/why_empty.hpp"

/// What people add in words to the request of a search.
namespace moetric::v0::io {

/// A calendar in the place of a request's compute.
struct calendar_changes {
  std::string device{}, precision{};  // without a device there is no calendar
  count devices = 0;
  double days = 0;
  count global_batch = 0;  // sequences of one step
  bool balanced = false;   // experts balanced by force
};

/// A request with a calendar, whose days take the place of compute and tokens.
inline json with_calendar(json request, calendar_changes const& when) {
  if (when.device.empty()) return request;
  json_object calendar;
  calendar["device"] = when.device;
  calendar["devices"] = when.devices;
  calendar["days"] = when.days;
  calendar["global_batch"] = when.global_batch;
  if (!when.precision.empty()) calendar["precision"] = when.precision;
  calendar["balanced_experts"] = when.balanced;
  request.object()["calendar"] = std::move(calendar);
  if (json* const objective = request.find("objective"); objective != nullptr && objective->is_object())
    objective->object().erase("compute"), objective->object().erase("tokens");
  return request;
}

/// The part of a space that "i/n" names, i from 0. \throws std::invalid_argument for another text, or i not below n
inline search::index_range shard_named(std::string const& text, search::any_problem const& of) {
  auto const parts = split(text, '/');
  if (parts.size() != 2) refuse("a shard must be written as 0/8, but got " + text);
  auto const part = [](std::string const& each) {
    count const value = whole("shard", each);
    if (value.bits >> 64 != 0) refuse("a shard must be below 2^64, but got " + each);
    return static_cast<std::uint64_t>(value);
  };
  return search::shard_of(of.over(), part(parts[0]), part(parts[1]));
}

/// The ranges that the results of a search leave out. \param files of parts of the same search, with the same k
/// \throws std::invalid_argument for results of another search, or that leave nothing out
inline std::vector<search::index_range> rest_of(std::vector<std::string> const& files, json const& request,
                                                search::any_problem const& problem, std::size_t k) {
  merged_search found;
  for (std::string const& each : files) found.add(each);
  if (fingerprint(found.request(), found.problem()) != fingerprint(request, problem))
    refuse("--rest must get results of this search, but they belong to another request");
  if (found.found().k != k)
    refuse("top must be " + std::to_string(found.found().k) + ", as in the results of --rest, but is " +
           std::to_string(k));
  std::vector<search::index_range> missing = found.missing();
  if (missing.empty()) refuse("--rest must get results that leave a rest, but they cover the space");
  return missing;
}

/// The Pareto front over quantities such as "loss,total_parameters". Keys: those of `report::front_answer`.
/// \throws std::invalid_argument for an unknown quantity, fewer than two, the loss of no law, or an empty space
inline report::answer front_answer(json const& request, search::any_problem const& problem, std::string const& over) {
  json const* const law = request.find("objective")->find("law");
  std::string const id = law == nullptr ? "" : law->is_object() ? "of a fit" : json_value(*law, "law").text();
  std::vector<std::string_view> known{"loss", "objective"};
  for (std::size_t i = 0; i != search::n_measures; ++i) known.push_back(name(static_cast<search::measure>(i)));
  std::vector<search::measure> quantities;
  for (std::string const& each : split(over, ',')) {
    if (each != "loss" && !search::find_measure(each)) refuse_name("a quantity of --pareto", each, known);
    if (each == "loss" && law == nullptr) refuse("--pareto must get objective, since this space ranks by no law");
    quantities.push_back(each == "loss" ? search::measure::objective : *search::find_measure(each));
  }
  if (quantities.size() < 2) refuse("--pareto must get two quantities, such as loss,total_parameters");
  std::vector<search::compromise> const front = search::pareto_front(problem, quantities);
  if (front.empty()) search::refuse_empty(problem);
  return report::front_answer(problem, quantities, front, id);
}

}  // namespace moetric::v0::io
