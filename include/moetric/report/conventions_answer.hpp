#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/report/notes.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// A model whose training FLOPs are counted by the rule of every tool and paper.
struct conventions_question {
  std::string_view model_name;
  std::string_view model_type{};                    // as config.json names it; empty: unknown
  count sequence_length = 4096;                     // tokens
  std::string_view against = "matmul-causal-half";  // what the others are compared with; ids of known bugs too
  std::optional<std::string> tool{};                // whose difference is explained term by term
  counting_options how{};
  bool known_bugs = false;           // also numbers that tools print by mistake
  std::vector<std::string> notes{};  // on how the model was read
};

namespace detail {

/// Integers where exact; beyond 64 bits, which no sensible model reaches for one token, the nearest double.
inline value surplus_per_token(surplus const& amount, count sequence_length) {
  if (amount.less == 0) return ratio(amount.more, sequence_length);
  ratio const less(amount.less, sequence_length);
  if (less.is_integer() && less.numerator.bits >> 63 == 0) return -static_cast<std::int64_t>(less.numerator);
  return -static_cast<double>(less);
}

inline value difference_by_term(difference const& why) {
  value terms = keyed();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (why.by_term[i] != surplus{})
      terms.set(flops_name(static_cast<term>(i)), surplus_per_token(why.by_term[i], why.sequence_length));
  return terms;
}

inline double ratio_of(flops const& counted, flops const& reference) {
  return static_cast<double>(counted.per_sequence()) / static_cast<double>(reference.per_sequence());
}

constexpr std::string_view unit_of_miscount(miscounted what) {
  switch (what) {
  case miscounted::parameters: return units::parameters;
  case miscounted::kv_cache: return "cache bytes/token";
  case miscounted::peak_flops: return "FLOP/s of a tera";
  case miscounted::training_flops: break;
  }
  return "training FLOPs/token";
}

/// True if the tool itself prints this row's number: it counts such models, and none of its known bugs changes it.
inline bool counted_by_the_tool(convention const& rule, model const& m, conventions_question const& asked) {
  if (!covers(rule, m, asked.model_type)) return false;
  for (known_bug const& bug : known_bugs)
    if (bug.tool() == rule.id && bug.what == miscounted::training_flops && !bug.of_earlier_releases &&
        may_show(bug, m, asked.model_type) &&
        training_flops(m, asked.sequence_length, bug.printed, asked.how).per_sequence() !=
            training_flops(m, asked.sequence_length, rule, asked.how).per_sequence())
      return false;
  return true;
}

inline void add_known_bugs(answer& made, model const& m, conventions_question const& asked) {
  value all = value::list();
  std::vector<text_row> of_flops, of_others;
  for (known_bug const& bug : known_bugs) {
    if (!may_show(bug, m, asked.model_type)) continue;
    miscount const found = miscount_of(bug, m, asked.sequence_length, asked.how);
    if (!found.shows()) continue;
    bool const flops = bug.what == miscounted::training_flops;
    std::string const at = "{known_bugs/#" + std::to_string(all.size());
    (flops ? of_flops : of_others)
        .push_back({at + "/id}", at + "/printed}", at + "/meant}", at + (flops ? "/of_models}" : "/unit}")});
    std::string_view const unit = unit_of_miscount(bug.what);
    all.append(object({{"id", bug.id},
                       {"of_models", bug.of_models},
                       {"of_earlier_releases", bug.of_earlier_releases},
                       {"unit", unit},
                       {"printed", found.printed, unit},
                       {"meant", found.meant, unit},
                       {"sentence", bug.sentence},
                       {"source", bug.source}}));
  }
  if (of_flops.empty())
    made.say("No known bug changes this model's training FLOPs.");
  else
    made.show({.title = "Known bugs that affect this model's training FLOPs per token",
               .header = {"known bug", "printed", "meant", "of models"},
               .rows = std::move(of_flops)});
  constexpr std::size_t fit_the_screen = 15;
  if (!of_others.empty())
    made.show({.title = "Known bugs that affect other numbers",
               .header = {"known bug", "printed", "meant", "unit"},
               .rows = std::move(of_others),
               .shown = all.size() > fit_the_screen ? screen::all : screen::first});
  if (!all.empty())
    made.show({.title = "What each bug is",
               .rows = rows_of(all, "known_bugs", {"{$/id}: {$/sentence}"}),
               .shown = screen::all});
  made.values.set("known_bugs", std::move(all));
}

/// Two rules side by side, and the terms in which they differ.
inline void add_comparison(answer& made, model const& m, conventions_question const& asked, convention const& tool,
                           convention const& base) {
  auto const counted_by = [&](convention const& rule) {
    return training_flops(m, asked.sequence_length, rule, asked.how);
  };
  flops const counted = counted_by(tool), reference = counted_by(base);
  difference const why = explain_difference(counted, reference);
  auto const side = [&](convention const& rule, flops const& of) {
    return object({{"convention", rule.id},
                   {"rule", rule.summary},
                   {"source", rule.source},
                   {"training_flops_per_token", of.per_token()},
                   {"counted_by_the_tool_itself", counted_by_the_tool(rule, m, asked)}});
  };
  made.values.set("comparison",
                  object({{"tool", side(tool, counted)},
                          {"against", side(base, reference)},
                          {"ratio", ratio_of(counted, reference), units::one},
                          {"relative_difference", ratio_of(counted, reference) - 1, units::one},
                          {"difference", surplus_per_token(why.per_sequence(), asked.sequence_length)},
                          {"by_term", difference_by_term(why)}}),
                  units::flops_per_token);
  made.show({.rows = {{"{comparison/tool/convention}", "{comparison/tool/training_flops_per_token}",
                       "{comparison/tool/rule}"},
                      {"{comparison/against/convention}", "{comparison/against/training_flops_per_token}",
                       "{comparison/against/rule}"}}});
  for (convention const* const rule : {&tool, &base})
    if (!counted_by_the_tool(*rule, m, asked))
      made.say(std::string(rule->id) + (covers(*rule, m, asked.model_type)
                                            ? " prints another number, by a known bug: --known-bugs"
                                            : " does not print this number itself; its rule is extrapolated."));
  value const& terms = made.values["comparison"]["by_term"];
  if (terms.empty()) {
    made.say("Both count every term alike.");
    return;
  }
  made.say("{comparison/tool/convention} differs by {comparison/difference:+,} per token "
           "({comparison/relative_difference:+%3}), in");
  made.show({.rows = rows_of(terms, "comparison/by_term", {"  {$@}", "{$:+,}"})});
}

/// Every convention in two columns: its number, and its ratio to the reference.
inline void add_overview(answer& made, screen shown) {
  value const& totals = made.values["training_flops_per_token"];
  std::size_t const rows = (totals.size() + 1) / 2;
  block overview{.header = {"convention", "FLOPs/token", "ratio", "convention", "FLOPs/token", "ratio"},
                 .shown = shown};
  for (std::size_t row = 0; row != rows; ++row) {
    overview.rows.emplace_back();
    for (std::size_t i : {row, row + rows}) {
      std::vector<std::string>& cells = overview.rows.back();
      if (i >= totals.size()) {
        cells.insert(cells.end(), 3, "");
        continue;
      }
      std::string const at = "#" + std::to_string(i);
      bool extrapolated = false;
      for (object_member const& each : made.values["not_counted_by_the_tool_itself"].members())
        extrapolated = extrapolated || each.content.text() == totals.members()[i].name;
      cells.push_back("{training_flops_per_token/" + at + "@}" + (extrapolated ? " *" : ""));
      cells.push_back("{training_flops_per_token/" + at + "}");
      cells.push_back("{ratios/" + at + ":4}");
    }
  }
  made.show(std::move(overview));
  if (!made.values["not_counted_by_the_tool_itself"].empty())
    made.say("* not what the tool prints: it does not count such models (extrapolated), or has a known bug", shown);
}

inline void add_every_difference(answer& made) {
  block all{.title = "Differences from {against}, per token",
            .header = {"convention", "difference", "of it"},
            .shown = screen::all};
  value const& differences = made.values["differences"];
  for (std::size_t i = 0; i != differences.size(); ++i) {
    std::string const at = "#" + std::to_string(i);
    if (differences.members()[i].content.empty()) continue;
    all.rows.push_back({"{differences/" + at + "@}", "{total_differences/" + at + ":+,}", ""});
    for (auto& row : rows_of(differences.members()[i].content, "differences/" + at, {"    {$@}", "", "{$:+,}"}))
      all.rows.push_back(std::move(row));
  }
  made.show(std::move(all));
  made.show(
      {.title = "The rules", .rows = rows_of(made.values["rules"], "rules", {"{$@}: {$}"}), .shown = screen::all});
}

}  // namespace detail

/// Training FLOPs of a model by the rule of every tool and paper, and why they differ. Keys: model, sequence_length,
/// mtp, vocab_size, against, against_training_flops_per_token, training_flops_per_token{convention},
/// ratios{convention}, differences{convention: {term}}, total_differences{convention}, rules{convention: sentence},
/// not_counted_by_the_tool_itself[], notes[]; where a tool is asked for, or another convention than the default to
/// compare with, comparison{tool{convention, rule, source, training_flops_per_token, counted_by_the_tool_itself},
/// against{}, ratio, relative_difference, difference, by_term{}}; and known_bugs[]{id, of_models, of_earlier_releases,
/// unit, printed, meant, sentence, source}. Differences are per token.
/// \throws std::invalid_argument with every rule that the model breaks, or for an unknown convention or a length
/// outside of 1 .. 2^30
inline answer conventions_answer(model const& m, conventions_question const& asked) {
  convention const& base = find_convention(asked.against);
  flops const reference = training_flops(m, asked.sequence_length, base, asked.how);
  value totals = keyed(), ratios = keyed(), differences = keyed(), total_differences = keyed(), rules = keyed(),
        extrapolated = value::list();
  for (convention const& each : conventions) {
    flops const training = training_flops(m, asked.sequence_length, each, asked.how);
    difference const why = explain_difference(training, reference);
    totals.set(each.id, training.per_token());
    ratios.set(each.id, detail::ratio_of(training, reference));
    differences.set(each.id, detail::difference_by_term(why));
    total_differences.set(each.id, detail::surplus_per_token(why.per_sequence(), asked.sequence_length));
    rules.set(each.id, each.summary);
    if (!detail::counted_by_the_tool(each, m, asked)) extrapolated.append(each.id);
  }
  bool const mtp = asked.how.mtp == mtp_modules::included;
  answer made{object({{"model", asked.model_name},
                      {"sequence_length", asked.sequence_length},
                      {"mtp", mtp},
                      {"vocab_size", padded_vocabulary(m.input.vocab_size, asked.how.pad_vocabulary_to_multiple_of)},
                      {"against", base.id},
                      {"against_training_flops_per_token", reference.per_token(), units::flops_per_token},
                      {"training_flops_per_token", std::move(totals)},
                      {"ratios", std::move(ratios), units::one},
                      {"differences", std::move(differences), units::flops_per_token},
                      {"total_differences", std::move(total_differences), units::flops_per_token},
                      {"rules", std::move(rules)},
                      {"not_counted_by_the_tool_itself", std::move(extrapolated)}})};
  convention const& fallback = conventions[0];
  bool const compared = asked.tool || base.id != fallback.id;
  made.say(std::string("{model}, {sequence_length} tokens a sequence: ") +
           (compared ? "" : "{against_training_flops_per_token} ") + "training FLOPs per token" +
           (mtp ? " with multi-token prediction" : "") + (compared ? "" : " by {against}"));
  if (compared) detail::add_comparison(made, m, asked, asked.tool ? find_convention(*asked.tool) : fallback, base);
  screen const rest = compared || asked.known_bugs ? screen::all : screen::first;
  if (asked.known_bugs) detail::add_known_bugs(made, m, asked);
  detail::add_overview(made, rest);
  if (!compared)
    made.say("Ratios are to {against}. Why a tool prints another number: --tool NAME; all reasons: --verbose", rest);
  detail::add_every_difference(made);
  add_notes(made, asked.notes, asked.known_bugs ? 0 : 2);
  return made;
}

}  // namespace moetric::v0::report
