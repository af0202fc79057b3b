#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/identify_parameters.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

/// The ways of counting that give a number from a log, to its printed digits. Keys of all answers: model, interval{low,
/// high}, exact (whether a way rounds to the number; otherwise the nearest are listed), ways[].
namespace moetric::v0::report {
namespace detail {

inline value interval_of(printed_number const& wanted) {
  return object({{"low", wanted.low}, {"high", wanted.high}});
}

/// A table of the likeliest ways on the first screen, and of the others.
inline void show_ways(answer& made, std::vector<std::string> const& header, std::vector<std::string> const& cells) {
  constexpr std::size_t likeliest = 14;
  auto rows = rows_of(made.values["ways"], "ways", cells);
  std::vector<text_row> rest;
  if (rows.size() > likeliest) {
    rest.assign(rows.begin() + likeliest, rows.end());
    rows.resize(likeliest);
  }
  made.show({.header = header, .rows = std::move(rows)});
  if (!rest.empty())
    made.show({.title = "Less likely ways", .header = header, .rows = std::move(rest), .shown = screen::all});
}

/// How the printed digits came from the first of the ways.
constexpr std::string_view how_printed(printed_number const& wanted, ratio first) {
  return wanted.holds(first)    ? "are, to the printed digits,"
         : wanted.begins(first) ? "are, truncated to the printed digits,"
                                : "match no known count; the nearest are";
}

inline void add_ways(answer& made, std::vector<identification> const& ways, printed_number const& wanted) {
  value all = value::list();
  std::vector<convention const*> bugs;
  for (identification const& way : ways) {
    all.append(object({{"way", to_string(way)},
                       {"convention", way.rule->id},
                       {"known_bug", way.is_known_bug},
                       {"sequence_length", way.sequence_length},
                       {"mtp", way.with == mtp_modules::included},
                       {"vocab_size", way.vocab_size},
                       {"training_flops_per_token", way.training_flops_per_token},
                       {"residue", way.residue(wanted.value), units::flops_per_token}}));
    if (way.is_known_bug && std::find(bugs.begin(), bugs.end(), way.rule) == bugs.end()) bugs.push_back(way.rule);
  }
  made.values.set("ways", std::move(all));
  show_ways(
      made, {"way of counting", "tokens/sequence", "MTP", "vocabulary", "FLOPs/token", "off by"},
      {"{$/way}", "{$/sequence_length}", "{$/mtp}", "{$/vocab_size}", "{$/training_flops_per_token}", "{$/residue:,}"});
  value sentences = keyed();
  for (convention const* const each : bugs) {
    known_bug const& bug = *find_known_bug(each->id);
    std::string sentence = "of models: " + std::string(bug.of_models) + ": " + std::string(bug.sentence);
    if (bug.of_earlier_releases) sentence += "; " + std::string(bug.source);
    sentences.set(each->id, std::move(sentence));
  }
  made.show({.rows = rows_of(sentences, "known_bugs", {"known bug {$@}, {$}"})});
  made.values.set("known_bugs", std::move(sentences));
}

}  // namespace detail

/// Of training FLOPs per token. Further keys: training_flops_per_token, printed, known_bugs{id: sentence}, ways[]{way,
/// convention, known_bug, sequence_length, mtp, vocab_size, training_flops_per_token, residue}.
/// \throws std::invalid_argument as `parse_printed_number` and `identify_training_flops`
inline answer identify_flops_answer(std::string_view name, model const& m, std::string_view printed,
                                    std::span<count const> sequence_lengths, std::string_view model_type = {}) {
  printed_number const wanted = parse_printed_number("training_flops_per_token", printed);
  std::vector<identification> const ways = identify_training_flops(m, wanted, sequence_lengths, model_type);
  bool const found = wanted.holds(ways.front().training_flops_per_token);
  answer made{object({{"model", name},
                      {"printed", printed},
                      {"training_flops_per_token", wanted.value},
                      {"interval", detail::interval_of(wanted), units::flops_per_token},
                      {"exact", found}})};
  made.say("{printed} training FLOPs per token of {model} " +
           std::string(detail::how_printed(wanted, ways.front().training_flops_per_token)));
  detail::add_ways(made, ways, wanted);
  return made;
}

/// Of a model FLOPs utilisation. Further keys: those of `identify_flops_answer`, and peak, the peak that is assumed.
/// \throws std::invalid_argument as `parse_printed_number` and `identify_utilization`
inline answer identify_mfu_answer(std::string_view name, model const& m, std::string_view mfu,
                                  std::string_view peak_flops, std::string_view tokens_per_second_per_device,
                                  std::span<count const> sequence_lengths, std::string_view model_type = {}) {
  printed_number const peak = parse_printed_number("peak_flops", peak_flops);
  utilization_identification const found =
      identify_utilization(m,
                           {.mfu = parse_printed_number("mfu", mfu),
                            .peak_flops = peak.value,
                            .tokens_per_second_per_device =
                                parse_printed_number("tokens_per_second_per_device", tokens_per_second_per_device)},
                           sequence_lengths, model_type);
  printed_number const& implied = found.training_flops_per_token;
  answer made{object({{"model", name},
                      {"printed", mfu},
                      {"training_flops_per_token", implied.value},
                      {"interval", detail::interval_of(implied), units::flops_per_token},
                      {"peak", found.peak->name},
                      {"exact", found.inside}})};
  made.say(std::string("An MFU of {printed} means {interval/low:6} to {interval/high:6} training FLOPs per token of "
                       "{model} with the peak {peak}, ") +
           (found.inside ? "which are" : "which match no known count; the nearest are"));
  detail::add_ways(made, found.ways, implied);
  return made;
}

/// Of a number of parameters. Further keys: parameters, printed, ways[]{sum, parameters, vocab_size,
/// truncated, residue}.
/// \throws std::invalid_argument as `parse_printed_number` and `identify_parameters`
inline answer identify_parameters_answer(std::string_view name, model const& m, std::string_view printed,
                                         count vision_tower = 0) {
  printed_number const wanted = parse_printed_number("parameters", printed);
  std::vector<parameter_identification> const sums = identify_parameters(m, wanted, vision_tower);
  bool const found = wanted.holds(sums.front().value);
  value all = value::list();
  for (parameter_identification const& sum : sums)
    all.append(object({{"sum", sum.name},
                       {"parameters", sum.value, units::parameters},
                       {"vocab_size", sum.vocab_size},
                       {"truncated", sum.truncated},
                       {"residue", sum.residue(wanted.value), units::parameters}}));
  answer made{object({{"model", name},
                      {"printed", printed},
                      {"parameters", wanted.value, units::parameters},
                      {"interval", detail::interval_of(wanted), units::parameters},
                      {"exact", found},
                      {"ways", std::move(all)}})};
  made.say("{printed} parameters of {model} " + std::string(detail::how_printed(wanted, sums.front().value)));
  detail::show_ways(made, {"sum of weights", "vocabulary", "parameters", "off by", "truncated"},
                    {"{$/sum}", "{$/vocab_size}", "{$/parameters}", "{$/residue}", "{$/truncated}"});
  return made;
}

}  // namespace moetric::v0::report
