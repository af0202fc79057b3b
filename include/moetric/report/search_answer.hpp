#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/report/answer.hpp"
#include "moetric/report/trust.hpp"
#include "moetric/search/problem/result.hpp"
#include "moetric/search/problem/window.hpp"
#include "moetric/search/space/field.hpp"
#include "moetric/version.hpp"

/// Searches as answers: of a whole space, of a shard, and of merged shards.
namespace moetric::v0::report {

/// A configuration with the numbers that an answer shows; measures that it does not have are NaN.
struct shown_configuration {
  search::candidate rank;
  std::array<std::uint64_t, search::n_fields> architecture{};
  std::array<double, search::n_measures> measures{};
};

/// The values of an axis.
struct shown_axis {
  std::string field;
  std::uint64_t given;
  std::uint64_t left_by_rules;
};

/// A field of the best configuration that is at an end of its axis.
struct space_edge {
  std::string field;
  std::uint64_t value;
  bool largest;  // of the axis, else the smallest
};

/// An input of a law outside its fitted range, see `laws::extrapolation`.
struct outside_input {
  std::string input;
  double value;
  std::optional<laws::range> fitted;
  double factor;  // times outside the range
};

/// The near-optimal band of a field.
struct shown_band {
  std::string field;
  double low;
  double best;
  double high;
};

/// The law of a search, and why its losses are extrapolated at the best configuration.
struct shown_law {
  std::string id;
  std::optional<std::vector<std::string>> warnings{};  // of a fit
  std::vector<outside_input> outside_range{};
  std::vector<std::string> outside_family{};
  bool reads_run = true;  // false if its loss does not depend on compute or tokens
};

/// All that an answer of a search holds.
struct search_summary {
  search::result found{};
  std::string request{};    // fingerprint
  std::string asked{};      // the request itself, as JSON
  std::string digest{};     // of `found`
  std::uint64_t space = 0;  // configurations
  std::string method{};     // bounds, exhaustive
  std::optional<double> seconds{};
  std::vector<shown_configuration> best{};  // of `found`, the first ones
  std::vector<shown_axis> axes{};
  std::vector<search::window> windows{};
  std::vector<space_edge> edges{};
  std::optional<shown_law> law{};
  std::optional<double> compute{};  // of the law's run, FLOPs; or
  std::optional<double> tokens{};
  std::vector<shown_band> bands{};
  double tolerance = 0;            // of the bands
  std::optional<bool> complete{};  // of merged shards, and false if the search was stopped
};

/// The version of this library, as "0.1.0".
inline std::string version_text() {
  return std::to_string(MOETRIC_VERSION_MAJOR) + "." + std::to_string(MOETRIC_VERSION_MINOR) + "." +
         std::to_string(MOETRIC_VERSION_PATCH);
}

namespace detail {

constexpr std::string_view unit_of_measure(search::measure what) {
  switch (what) {
  case search::measure::width_per_layer: return "features per layer";
  case search::measure::bytes_per_device: return units::bytes;
  case search::measure::objective: return units::one;
  default: break;
  }
  std::string_view const known = unit_of(name(what));
  return known.empty() ? units::one : known;
}

inline std::string_view unit_of_score(bool is_loss) {
  return is_loss ? units::nats_per_token : units::one;
}

inline value configuration_value(shown_configuration const& of, bool is_loss) {
  value architecture = object(), measures = object();
  for (std::size_t i = 0; i != search::n_fields; ++i)
    architecture.set(name(static_cast<search::field>(i)), of.architecture[i]);
  for (std::size_t i = 0; i != search::n_measures; ++i) {
    auto const what = static_cast<search::measure>(i);
    double const number = of.measures[i];
    if (std::isnan(number) || what == search::measure::objective) continue;
    bool const is_count = number == std::floor(number) && number < 0x1p53 && what != search::measure::tokens;
    measures.set(name(what), is_count ? value(static_cast<std::uint64_t>(number)) : value(number),
                 unit_of_measure(what));
  }
  return object({{"index", of.rank.index},
                 {"score", of.rank.score, unit_of_score(is_loss)},
                 {"architecture", architecture},
                 {"measures", measures}});
}

/// The extrapolations as the library states them; their names are views of `of`.
inline fixed_list<laws::extrapolation, 12> extrapolations_of(shown_law const& of) {
  fixed_list<laws::extrapolation, 12> all;
  for (outside_input const& each : of.outside_range)
    all.push_back({each.input, each.value, each.fitted, each.factor}, "moetric: a law must have at most 12 inputs");
  return all;
}

/// The first lines: what makes the losses of a law doubtful.
inline void say_trust(answer& made, shown_law const& law, bool has_best) {
  if (law.warnings)
    for (std::size_t i = 0; i != law.warnings->size(); ++i)
      made.say("caution: {law_warnings/#" + std::to_string(i) + "}", i < 3 ? screen::first : screen::all);
  if (!has_best) return;
  auto const outside = extrapolations_of(law);
  std::size_t const reasons = outside.size() + law.outside_family.size() + (law.reads_run ? 0 : 1);
  if (reasons == 0) return;
  std::string first = "the law does not depend on compute or tokens";
  if (law.reads_run && !outside.empty()) {
    std::size_t const farthest = farthest_outside(outside);
    first = outside_text(outside[farthest], "outside_range/#" + std::to_string(farthest));
  } else if (law.reads_run) {
    first = "{outside_family/#0}";
  }
  made.values.set("reasons_outside", reasons, "reasons");
  made.say((law.reads_run ? "EXTRAPOLATED: " : "CAUTION: ") + first +
           (reasons > 1 ? "; {reasons_outside} reasons in all: --verbose" : ""));
  block all{.title = "At the best, outside the range or family of law {law}:", .shown = screen::all};
  for (std::size_t i = 0; i != outside.size(); ++i)
    all.rows.push_back({"  " + outside_text(outside[i], "outside_range/#" + std::to_string(i))});
  for (std::size_t i = 0; i != law.outside_family.size(); ++i)
    all.rows.push_back({"  {outside_family/#" + std::to_string(i) + "}"});
  if (!law.reads_run) all.rows.push_back({"  the law does not depend on compute or tokens"});
  made.show(all);
}

/// The best configurations with what tells shapes apart; fields that all share stand in a line.
inline void show_best(answer& made, std::vector<shown_configuration> const& best, std::size_t at_once = 10) {
  constexpr std::size_t side_by_side = 3;
  auto const key = [](std::size_t i) { return std::string(name(static_cast<search::field>(i))); };
  auto const architecture = [&](std::string const& field) { return "{$/architecture/" + field + "}"; };
  auto const measure = [](char const* what) { return "{$/measures/" + std::string(what) + ":3}"; };
  bool const has_tokens = !std::isnan(best[0].measures[static_cast<std::size_t>(search::measure::tokens)]);
  block table{.header = {made.values.find("law") != nullptr ? "loss" : "objective", "M", "N_a", "N"}};
  std::vector<std::string> cells{"{$/score:6}", measure("training_flops_per_token"),
                                 measure("active_non_embedding_parameters"), measure("total_non_embedding_parameters")};
  auto const column = [&](char const* head, std::string cell) {
    table.header.push_back(head);
    cells.push_back(std::move(cell));
  };
  if (has_tokens) column("tokens", measure("tokens"));
  column("d_model", architecture("d_model"));
  column("layers", "{$/measures/n_layers}, {$/architecture/n_dense_layers} dense");
  column("heads/KV", architecture("n_heads") + "/" + architecture("n_kv_heads"));
  column("experts", architecture("top_k") + " of " + architecture("n_experts"));
  column("d_expert", architecture("d_expert"));
  std::string shared;
  for (search::field const each :
       {search::field::head_dim, search::field::d_ff, search::field::n_shared_experts, search::field::vocab_size}) {
    auto const i = static_cast<std::size_t>(each);
    bool same = true;
    for (shown_configuration const& one : best) same = same && one.architecture[i] == best[0].architecture[i];
    if (same) {
      shared += (shared.empty() ? "all have " : ", ") + key(i) + " {best/#0/architecture/" + key(i) + "}";
    } else {
      table.header.push_back(key(i));
      cells.push_back(architecture(key(i)));
    }
  }
  auto rows = rows_of(made.values["best"], "best", cells);
  if (rows.size() > at_once) rows.resize(at_once);
  table.rows = rows;
  made.show(table);
  made.say("M FLOPs per token in training, N_a active and N total parameters without embeddings" +
           (shared.empty() ? "" : "; " + shared));
  for (std::size_t first = 0; first < best.size(); first += side_by_side) {
    std::vector<std::string> places;
    for (std::size_t i = first; i < std::min(best.size(), first + side_by_side); ++i)
      places.push_back("{best/#" + std::to_string(i) + "/");
    block all{.title = first == 0 ? "Every number, the best first" : "The next ones", .shown = screen::all};
    auto const row = [&](std::string const& head, std::string const& path) {
      all.rows.push_back({head});
      for (std::string const& place : places) all.rows.back().push_back(place + path + "}");
    };
    row("index", "index");
    row("objective", "score:6");
    for (std::size_t i = 0; i != search::n_fields; ++i) row(key(i), "architecture/" + key(i));
    for (object_member const& each : made.values["best"].members()[first].content["measures"].members())
      row(each.name, "measures/" + each.name);
    made.show(all);
  }
}

/// The windows at whose ends the best configuration lies, within 1 %: a wider one would change it.
inline value binding_windows(search_summary const& of) {
  value all = value::list();
  if (of.best.empty()) return all;
  for (search::window const& each : of.windows) {
    double const here = of.best[0].measures[static_cast<std::size_t>(each.measure)];
    for (bool const high : {false, true}) {
      double const end = high ? each.high : each.low;
      if (std::isnan(here) || std::isinf(end) || end == 0 || !(std::fabs(here / end - 1) <= 0.01)) continue;
      std::string_view const unit = unit_of_measure(each.measure);
      all.append(object({{"measure", name(each.measure)},
                         {"value", here, unit},
                         {"end", high ? "at most" : "at least"},
                         {"limit", end, unit}}));
    }
  }
  return all;
}

inline void say_binding(answer& made) {
  std::string text;
  for (std::size_t i = 0; i != made.values["binding_windows"].size(); ++i) {
    std::string const path = "{binding_windows/#" + std::to_string(i) + "/";
    text += (i == 0 ? "BOUND BY WINDOWS: " : "; ") + path + "measure} " + path + "value:4} of " + path + "end} " +
            path + "limit:4}";
  }
  if (!text.empty()) made.say(text);
}

inline void say_counts(answer& made, search_summary const& of) {
  made.say("{enumerated} configurations enumerated: {discarded}" +
           std::string(of.method == "bounds"       ? " pruned in boxes, "
                       : of.method == "exhaustive" ? " excluded by a filter, "
                                                   : " discarded, ") +
           "{rejected} rejected, {scored} scored" + (of.method != "exhaustive" ? "; {boxes} boxes bounded" : "") +
           (of.seconds.value_or(0) >= 1 ? ", {seconds:3} s" : "") +
           (of.found.counts.enumerated == of.space
                ? ". No other configuration of the space is better."
                : ". Only part of the space of {space} configurations was searched."));
}

/// The first line: what merged shards and a search that was stopped lack.
inline void say_missing(answer& made, search_summary const& of) {
  if (of.complete.value_or(true)) return;
  value missing = value::list();
  for (search::index_range const& each : search::missing_ranges(of.found.searched, of.space))
    missing.append(object({{"first", each.first, units::one}, {"last", each.last - 1, units::one}}));
  made.values.set("missing", missing);
  constexpr std::size_t most_named = 3;
  std::string sentence = "INCOMPLETE: of {space} configurations indices ";
  for (std::size_t i = 0; i != std::min(missing.size(), most_named); ++i) {
    std::string const path = "{missing/#" + std::to_string(i);
    sentence += (i == 0 ? "" : ", ") + path + "/first} .. " + path + "/last}";
  }
  made.say(sentence + (missing.size() > most_named ? " and others" : "") + " are missing");
}

/// Windows, axes and bands.
inline void show_space(answer& made, search_summary const& of) {
  block windows{.title = "Windows", .shown = screen::all};
  for (search::window const& each : of.windows) {
    std::string const path = "{windows/" + std::string(name(each.measure));
    windows.rows.push_back({std::string(name(each.measure)), (std::isinf(each.low) ? "" : path + "/#0:6}"), "..",
                            std::isinf(each.high) ? "" : path + "/#1:6}"});
  }
  if (!windows.rows.empty()) made.show(windows);
  for (shown_axis const& each : of.axes)
    if (each.left_by_rules != each.given)
      made.say("rules leave {axes/" + each.field + "/left_by_rules} of the {axes/" + each.field + "/given} values of " +
                   each.field,
               screen::all);
  if (of.bands.empty()) return;
  made.show({.title = "Fields of all configurations within {tolerance:%3} of the best",
             .rows = rows_of(made.values["bands"], "bands", {"{$@}", "{$/low:8} to {$/high:8}", "best {$/best:8}"})});
}

inline value edge_values(search_summary const& of) {
  value edges = value::list();
  for (space_edge const& each : of.edges)
    edges.append(object({{"field", each.field},
                         {"value", each.value, unit_of_input(each.field)},
                         {"end", each.largest ? "largest" : "smallest"}}));
  return edges;
}

/// The first lines: fields that are at an end of their axis.
inline void say_edges(answer& made, search_summary const& of) {
  for (std::size_t i = 0; i != of.edges.size(); ++i) {
    std::string const path = "{edges/#" + std::to_string(i);
    made.say("EDGE OF THE SPACE: " + path + "/field} " + path + "/value} is the " + path + "/end} value of its axis",
             i < 2 ? screen::first : screen::all);
  }
}

/// Adds what tells how far the law's losses can be trusted.
inline void set_law(value& made, search_summary const& of) {
  made.set("law", of.law->id);
  if (of.law->warnings) made.set("law_warnings", *of.law->warnings);
  if (of.best.empty()) return;
  made.set("outside_range", outside_range_value(extrapolations_of(*of.law)));
  made.set("outside_family", of.law->outside_family);
  made.set("reads_run", of.law->reads_run);
}

inline value search_values(search_summary const& of) {
  search::search_counters const& n = of.found.counts;
  value searched = value::list(), best = value::list(), axes = keyed(), windows = keyed();
  for (search::index_range const& each : of.found.searched)
    searched.append(std::vector<std::uint64_t>{each.first, each.last});
  for (shown_configuration const& each : of.best) best.append(configuration_value(each, of.law.has_value()));
  value made = object({{"request", of.request},
                       {"version", version_text()},
                       {"asked", of.asked},
                       {"top", of.found.k, "configurations"},
                       {"searched", searched, units::one},
                       {"enumerated", n.enumerated},
                       {"discarded", n.discarded},
                       {"rejected", n.rejected},
                       {"scored", n.scored},
                       {"boxes", n.boxes},
                       {"digest", of.digest},
                       {"best", best},
                       {"space", of.space, "configurations"},
                       {"method", of.method},
                       {"seconds", of.seconds}});
  if (of.complete) made.set("complete", *of.complete);
  for (shown_axis const& each : of.axes)
    axes.set(each.field, object({{"given", each.given, "values"}, {"left_by_rules", each.left_by_rules, "values"}}));
  for (search::window const& each : of.windows) {
    value ends = value::list();
    for (double const end : {each.low, each.high}) ends.append(std::isinf(end) ? value() : value(end));
    windows.set(name(each.measure), ends, unit_of_measure(each.measure));
  }
  made.set("axes", axes).set("windows", windows).set("edges", edge_values(of));
  made.set("binding_windows", binding_windows(of));
  if (of.compute) made.set("compute", *of.compute);
  if (of.tokens) made.set("tokens", *of.tokens);
  if (!of.bands.empty()) {
    value bands = keyed();
    for (shown_band const& each : of.bands)
      bands.set(each.field, object({{"low", each.low}, {"best", each.best}, {"high", each.high}}),
                unit_of_input(each.field));
    made.set("bands", bands).set("tolerance", of.tolerance, units::one);
  }
  if (of.law) set_law(made, of);
  return made;
}

}  // namespace detail

/// The best configurations of a search, and what they were chosen from.
/// Keys: request, version, asked, top, searched[][first, end], enumerated, discarded, rejected, scored, boxes, digest,
/// best[]{index, score, architecture{}, measures{}}, space, method, seconds, axes{field: {given, left_by_rules}},
/// windows{measure: [low, high]}, binding_windows[]{measure, value, end, limit}, edges[]{field, value, end}, compute or
/// tokens; with a law law, outside_range[], outside_family[], reads_run, reasons_outside, and law_warnings[] of a fit;
/// with bands bands{field: {low, best, high}}, tolerance. Of merged shards and of a search that was
/// stopped also complete and missing[]{first, last}.
inline answer search_answer(search_summary const& of) {
  answer made{.values = detail::search_values(of)};
  detail::say_missing(made, of);
  if (of.law) detail::say_trust(made, *of.law, !of.best.empty());
  detail::say_edges(made, of);
  detail::say_binding(made);
  std::string const by = of.law ? "least loss by law {law}" : "best objective";
  if (of.compute || of.tokens)
    made.say(by + (of.compute ? " at compute {compute}" : " at tokens {tokens}") + ", in the law's own count");
  if (!of.best.empty()) detail::show_best(made, of.best);
  if (std::size_t const shown = of.best.size(); shown != of.found.best.size())
    made.say("--json prints all {top} best, this the first " + std::to_string(shown), screen::all);
  detail::say_counts(made, of);
  detail::show_space(made, of);
  return made;
}

}  // namespace moetric::v0::report
