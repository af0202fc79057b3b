#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/json_parser.hpp"
#include "moetric/io/search_result.hpp"
#include "moetric/report/search_answer.hpp"

/// Shards of a search, read from what `search_answer` wrote, and merged into one answer.
namespace moetric::v0::io {

namespace detail {

/// A configuration with the numbers that an answer shows.
inline report::shown_configuration read_configuration(json_value const& from, search::candidate const& rank) {
  auto const numbers = [&](char const* key, auto const& read) {
    auto const of = from.find(key);
    bool const good = of && of->value().is_object() && read(*of);
    if (!good)
      refuse(std::string(key) + " of configuration " + std::to_string(rank.index) + " must have all its numbers");
  };
  report::shown_configuration made{.rank = rank};
  numbers("architecture", [&](json_value const& of) {
    for (std::size_t i = 0; i != search::n_fields; ++i) {
      auto const each = of.find(std::string(name(static_cast<search::field>(i))));
      if (!each || !each->value().is_whole() || each->value().whole().negative) return false;
      made.architecture[i] = each->whole();
    }
    return true;
  });
  numbers("measures", [&](json_value const& of) {
    for (std::size_t i = 0; i != search::n_measures; ++i) {
      auto const what = static_cast<search::measure>(i);
      auto const each = of.find(std::string(name(what)));
      made.measures[i] = std::numeric_limits<double>::quiet_NaN();
      if (!each && (what == search::measure::tokens || what == search::measure::objective)) continue;
      if (!each || !each->value().is_number()) return false;
      made.measures[i] = each->real();
    }
    return true;
  });
  return made;
}

inline report::shown_law read_law(json_value const& from) {
  report::shown_law law{.id = from.at("law").text()};
  if (auto const warnings = from.find("law_warnings")) law.warnings = warnings->texts();
  if (auto const outside = from.find("outside_range"))
    for (json_value const& each : outside->items()) {
      report::outside_input input{each.at("input").text(), each.at("value").real(), std::nullopt,
                                  each.at("factor").is_null() ? 0 : each.at("factor").real()};
      if (json_value const range = each.at("range"); !range.is_null())
        input.fitted = laws::range{range.at("low").real(), range.at("high").real()};
      law.outside_range.push_back(input);
    }
  if (law.outside_range.size() > 12) refuse(from.at("outside_range").subject() + " must hold at most 12 inputs");
  if (auto const outside = from.find("outside_family")) law.outside_family = outside->texts();
  if (auto const reads = from.find("reads_run")) law.reads_run = reads->flag();
  return law;
}

inline std::vector<search::window> read_windows(json_value const& from) {
  std::vector<search::window> windows;
  for (auto const& [key, ends] : from.allow_keys(names_of_first<search::measure>(search::n_measures)).members()) {
    std::vector<json_value> const both = ends.items();
    if (both.size() != 2) refuse(ends.subject() + " must have two ends");
    search::window made{*search::find_measure(key)};
    if (!both[0].is_null()) made.low = both[0].real();
    if (!both[1].is_null()) made.high = both[1].real();
    windows.push_back(made);
  }
  return windows;
}

/// The end of an axis: "largest", or else "smallest".
inline bool is_largest(json_value const& end) {
  std::string const text = end.text();
  if (text != "largest" && text != "smallest") end.refuse("be largest or smallest");
  return text == "largest";
}

}  // namespace detail

/// A shard of a search, or an answer of merged ones.
/// \throws std::invalid_argument naming a key that is missing, inconsistent or of the wrong kind
inline report::search_summary read_shard(json const& object) {
  json_value const from(object, "a result");
  report::search_summary made{.found = result_from(object), .request = request_of(object)};
  made.space = from.at("space").whole();
  if (!made.found.searched.empty() && made.found.searched.back().last > made.space)
    refuse("space of a result must cover what was searched, but is " + std::to_string(made.space));
  std::vector<json_value> const best = from.at("best").items();
  for (std::size_t i = 0; i != made.found.best.size(); ++i)
    made.best.push_back(detail::read_configuration(best[i], made.found.best[i]));
  made.method = from.at("method").text();
  if (auto const seconds = from.find("seconds"); seconds && !seconds->is_null()) made.seconds = seconds->real();
  if (auto const axes = from.find("axes"))
    for (auto const& [key, axis] : axes->members())
      made.axes.push_back({key, axis.at("given").whole(), axis.at("left_by_rules").whole()});
  if (auto const windows = from.find("windows")) made.windows = detail::read_windows(*windows);
  if (auto const edges = from.find("edges"))
    for (json_value const& each : edges->items())
      made.edges.push_back({each.at("field").text(), each.at("value").whole(), detail::is_largest(each.at("end"))});
  if (auto const compute = from.find("compute")) made.compute = compute->real();
  if (auto const tokens = from.find("tokens")) made.tokens = tokens->real();
  if (from.has("law")) made.law = detail::read_law(from);
  return made;
}

/// A shard with the name of its file.
struct named_shard {
  std::string file;
  report::search_summary content;
};

/// Reads the file of a shard. \throws std::invalid_argument as `read_json_object` and `read_shard`
inline named_shard read_shard_file(std::string const& path) {
  return {path, read_shard(read_json_object(path))};
}

/// Shards of one search as one: `complete` tells whether they cover the space. The cautions are those of the shard that
/// holds the best configuration.
/// \throws std::invalid_argument for no shards, shards of different searches, shards that overlap, and a space that is
///         covered but holds no configuration
inline report::search_summary merge_shards(std::vector<named_shard> const& shards) {
  if (shards.empty()) refuse("results that are merged must be at least one, but there is none");
  report::search_summary const& first = shards[0].content;
  search::result merged{.k = first.found.k};
  std::vector<std::string> methods;
  std::optional<double> seconds = 0;  // unknown if a shard lacks its own
  std::size_t best = 0;
  for (std::size_t i = 0; i != shards.size(); ++i) {
    report::search_summary const& each = shards[i].content;
    if (each.request != first.request || each.space != first.space)
      refuse("merged results must belong to the same request, but " + in_quotes(shards[i].file) + " does not");
    for (std::size_t j = 0; j != i; ++j)
      for (search::index_range const& a : shards[j].content.found.searched)
        for (search::index_range const& b : each.found.searched)
          if (std::uint64_t const from = std::max(a.first, b.first), end = std::min(a.last, b.last); from < end)
            refuse("results that are merged must not overlap, but " + in_quotes(shards[j].file) + " and " +
                   in_quotes(shards[i].file) + " both have indices " + std::to_string(from) + " .. " +
                   std::to_string(end - 1));
    merged = search::merge(merged, each.found);
    if (std::find(methods.begin(), methods.end(), each.method) == methods.end()) methods.push_back(each.method);
    if (seconds) seconds = each.seconds ? std::optional(*seconds + *each.seconds) : std::nullopt;
    if (!each.best.empty() &&
        (shards[best].content.best.empty() || each.best[0].rank < shards[best].content.best[0].rank))
      best = i;
  }
  std::sort(methods.begin(), methods.end());
  report::search_summary made = shards[best].content;
  made.found = merged;
  made.method = listed(methods);
  made.seconds = seconds;
  made.complete = missing_ranges(merged.searched, made.space).empty();
  if (*made.complete && merged.best.empty())
    refuse("the constraints of a search must leave a configuration, but none does: `moetric search` without --shard "
           "says why");
  made.best.clear();
  for (search::candidate const& wanted : merged.best)
    for (named_shard const& shard : shards)
      for (report::shown_configuration const& each : shard.content.best)
        if (each.rank == wanted) made.best.push_back(each);
  return made;
}

/// "indices 0 .. 9 and 30 .. 39": those of a space that no shard covers.
inline std::string missing_text(report::search_summary const& merged) {
  constexpr std::size_t most_named = 8;
  std::vector<std::string> ranges;
  for (search::index_range const& each : missing_ranges(merged.found.searched, merged.space))
    ranges.push_back(std::to_string(each.first) + " .. " + std::to_string(each.last - 1));
  if (ranges.size() > most_named) {
    std::string const rest = std::to_string(ranges.size() - most_named + 1) + " more ranges";
    ranges.resize(most_named - 1);
    ranges.push_back(rest);
  }
  return "indices " + listed(ranges);
}

}  // namespace moetric::v0::io
