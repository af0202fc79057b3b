#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/identify_parameters.hpp"
#include "moetric/cluster/identify_speed.hpp"
#include "moetric/cluster/throughput.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/run_values.hpp"
#include "moetric/report/unit.hpp"

/// The ways of counting that give a number from a log, to its printed digits. Keys of all answers: model, interval{low,
/// high}, exact (whether a way rounds to the number; otherwise the nearest are listed), ways[].
namespace moetric::v0::report {
namespace detail {

inline value interval_of(printed_number const& wanted) {
  return object({{"low", wanted.low}, {"high", wanted.high}});
}

/// A table of the likeliest ways on the first screen, and of the others.
inline void show_ways(answer& made, std::vector<std::string> const& header, std::vector<std::string> const& cells,
                      std::size_t likeliest = 14) {
  auto rows = rows_of(made.values["ways"], "ways", cells);
  std::vector<text_row> rest;
  if (rows.size() > likeliest) {
    rest.assign(rows.begin() + static_cast<std::ptrdiff_t>(likeliest), rows.end());
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

inline void add_ways(answer& made, std::vector<identification> const& ways, printed_number const& wanted,
                     std::size_t likeliest = 14) {
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
      {"{$/way}", "{$/sequence_length}", "{$/mtp}", "{$/vocab_size}", "{$/training_flops_per_token}", "{$/residue:,}"},
      likeliest);
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

/// What a log prints of a run's speed, and where.
struct speed_question {
  std::string_view mfu{};  // each as printed; empty if it is not
  std::string_view tflops{};
  std::string_view tokens_per_second{};
  std::optional<count> devices{};  // that tokens_per_second are of, together; without, they are of one device
  cluster::device const* on = nullptr;
};

namespace detail {

inline std::optional<printed_number> printed_times(std::string_view field, std::string_view text, ratio factor) {
  if (text.empty()) return {};
  printed_number const read = parse_printed_number(field, text);
  return printed_number{read.low * factor, read.value * factor, read.high * factor};
}

/// The claim of a speed beside published runs, by moetric's own count where tokens/s are known: of the format of the
/// peak that was found, else of each format with published runs. Keys: precision: {mfu, best_published,
/// above_published}.
inline void add_claim(answer& made, model m, cluster::speed_identification const& found,
                      cluster::logged_speed const& log, std::span<count const> lengths, cluster::device const* on) {
  if (on == nullptr) return;
  std::vector<identification> const& ways =
      !found.peaks.empty() && !found.peaks[0].ways.empty() ? found.peaks[0].ways : found.ways;
  if (ways.empty() || ways.front().with == mtp_modules::left_out) m.mtp.modules = 0;
  count const length = !ways.empty() ? ways.front().sequence_length : lengths.size() == 1 ? lengths[0] : count(4096);
  cluster::workload const work = cluster::workload_of(m, length);
  double const tokens = log.tokens_per_second
                            ? static_cast<double>(log.tokens_per_second->value)
                            : static_cast<double>(log.flops_per_second->value) / work.training_flops_per_token;
  value claims = keyed();
  std::string_view flagged;
  bool all_above = true;
  for (std::size_t i = 0; i != cluster::n_formats; ++i) {
    cluster::number_format const format = static_cast<cluster::number_format>(i);
    if (!(*on)[format].known()) continue;
    if (!found.peaks.empty() && found.peaks[0].peak.of->id == on->id && found.peaks[0].peak.dense.format != format)
      continue;
    cluster::claimed_speed const claim = cluster::claim_of(work, tokens, *on, format);
    if (claim.best_published == 0) continue;
    claims.set(name(format), object({{"mfu", claim.mfu, units::one},
                                     {"best_published", claim.best_published, units::one},
                                     {"above_published", claim.above_published()}}));
    all_above = all_above && claim.above_published();
    flagged = name(format);
  }
  bool const flag = all_above && !flagged.empty();
  made.values.set("claims", std::move(claims));
  made.values.set("above_published", flag);
  if (flag)
    made.say("This speed is ABOVE EVERY PUBLISHED RUN of its kind: MFU {claims/" + std::string(flagged) +
             "/mfu:%3} of " + std::string(flagged) + " by " + std::string(cluster::workload_convention) +
             ", and at most {claims/" + std::string(flagged) + "/best_published:%3} on {device}");
}

/// The peaks that give an MFU.
inline void add_peaks(answer& made, cluster::speed_identification const& found) {
  value peaks = value::list();
  for (cluster::peak_and_ways const& each : found.peaks) {
    value one = object({{"peak", to_string(each.peak)},
                        {"device", each.peak.of->id},
                        {"precision", name(each.peak.dense.format)},
                        {"figure", each.peak.dense.value.label},
                        {"source", each.peak.dense.value.source},
                        {"taken_as", each.peak.taken_as},
                        {"flops_per_second", each.peak.value, "FLOP/s"}});
    identification const* const way = each.ways.empty() ? nullptr : &each.ways.front();
    one.set("way", way ? value(to_string(*way)) : value());
    one.set("sequence_length", way ? value(way->sequence_length) : value());
    one.set("mtp", way ? value(way->with == mtp_modules::included) : value());
    one.set("more_ways", each.ways.empty() ? value() : value(each.ways.size() - 1), units::one);
    peaks.append(std::move(one));
  }
  made.values.set("peaks", std::move(peaks));
  bool const with_ways = !found.peaks.empty() && !found.peaks[0].ways.empty();
  std::vector<std::string> const header =
      with_ways ? std::vector<std::string>{"peak", "way of counting", "tokens/sequence", "MTP", "other ways"}
                : std::vector<std::string>{"peak"};
  std::vector<std::string> const cells =
      with_ways ? std::vector<std::string>{"{$/peak}", "{$/way}", "{$/sequence_length}", "{$/mtp}", "{$/more_ways}"}
                : std::vector<std::string>{"{$/peak}"};
  std::vector<text_row> rows = rows_of(made.values["peaks"], "peaks", cells);
  std::vector<text_row> more;
  constexpr std::size_t on_screen = 8;
  if (rows.size() > on_screen) {
    more.assign(rows.begin() + on_screen, rows.end());
    rows.resize(on_screen);
  }
  if (!rows.empty()) made.show({.title = "Peaks that give the MFU", .header = header, .rows = std::move(rows)});
  if (!more.empty())
    made.show({.title = "Other peaks", .header = header, .rows = std::move(more), .shown = screen::all});
}

}  // namespace detail

/// Of the speed of a run: MFU, TFLOP/s and tokens/s of one device, two of them at least. Further keys: printed{mfu,
/// tflops, tokens_per_second}, device, training_flops_per_token interval{} and nearly (ways are within 0.2 % only; that
/// TFLOP/s and tokens/s imply), known_bugs{}, ways[] as in `identify_flops_answer`, peak_interval{low, high} (that
/// TFLOP/s and MFU imply), peaks[]{peak, device, precision, figure, source, taken_as, flops_per_second, way,
/// sequence_length, mtp, more_ways}, claims{precision: {mfu, best_published, above_published}}, above_published.
/// \throws std::invalid_argument as `parse_printed_number` and `cluster::identify_speed`
inline answer identify_speed_answer(std::string_view name, model const& m, speed_question const& asked,
                                    std::span<count const> sequence_lengths, std::string_view model_type = {}) {
  if (asked.devices && *asked.devices == 0)
    moetric::v0::detail::invalid("moetric: devices must be positive, but got 0");
  ratio const share = asked.devices ? ratio(1, *asked.devices) : ratio(1);
  cluster::logged_speed const log{
      .mfu = detail::printed_times("mfu", asked.mfu, 1),
      .flops_per_second = detail::printed_times("tflops", asked.tflops, ratio(count(1'000'000'000'000))),
      .tokens_per_second = detail::printed_times("tokens_per_second", asked.tokens_per_second, share)};
  cluster::speed_identification const found = cluster::identify_speed(m, log, asked.on, sequence_lengths, model_type);
  auto const text = [](std::string_view printed) { return printed.empty() ? value() : value(printed); };
  answer made{
      object({{"model", name},
              {"printed", object({{"mfu", text(asked.mfu)},
                                  {"tflops", text(asked.tflops)},
                                  {"tokens_per_second", text(asked.tokens_per_second)}})},
              {"device", asked.on ? value(asked.on->id) : value()},
              {"exact", log.mfu ? !found.peaks.empty() && (found.ways.empty() || found.counted) : found.counted}})};
  if (found.training_flops_per_token) {
    printed_number const& implied = *found.training_flops_per_token;
    made.values.set("training_flops_per_token", implied.value, units::flops_per_token);
    made.values.set("interval", detail::interval_of(implied), units::flops_per_token);
  }
  if (found.peak) made.values.set("peak_interval", detail::interval_of(*found.peak), "FLOP/s");
  bool const both = log.mfu && log.tokens_per_second && !log.flops_per_second;
  std::string const of = asked.on ? " of {device}" : "";
  if (found.peak)
    made.say("An MFU of {printed/mfu} at {printed/tflops} TFLOP/s means a peak of {peak_interval/low:4} to "
             "{peak_interval/high:4} FLOP/s, " +
             std::string(found.peaks.empty()                                      ? "which no known device has"
                         : asked.on && found.peaks[0].peak.of->id == asked.on->id ? "which {device} has"
                                                                                  : "which other devices have"));
  if (both)
    made.say(std::string("An MFU of {printed/mfu} at {printed/tokens_per_second} tokens/s") +
             (found.peaks.empty() ? " follows from no peak" + of + " and no known counting of {model}"
                                  : " of {model} follows from"));
  if (!found.peaks.empty() || log.mfu) detail::add_peaks(made, found);
  detail::add_claim(made, m, found, log, sequence_lengths, asked.on);
  if (found.training_flops_per_token) {
    made.say(std::string("{printed/tflops} TFLOP/s at {printed/tokens_per_second} tokens/s mean {interval/low:6} to "
                         "{interval/high:6} training FLOPs per token of {model}, ") +
             (found.counted  ? "which are"
              : found.nearly ? "which match no known count; within 0.2 %, as tokens/s that were rounded, are"
                             : "which match no known count; the nearest are"));
    made.values.set("nearly", found.nearly);
    detail::add_ways(made, found.ways, *found.training_flops_per_token, found.peaks.empty() ? 14 : 8);
  }
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
