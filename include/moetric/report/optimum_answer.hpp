#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/laws/allocation.hpp"
#include "moetric/optimum/question.hpp"
#include "moetric/report/text.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

/// A number of an optimum, in the order in which it is shown.
struct optimum_row {
  std::string name;
  value content;
  std::string_view unit = {};  // where its name does not give it
  std::string note = {};       // a template
  screen shown = screen::first;
};

/// The answer about a law's optimum in its own counts, from its numbers. Keys: law, title, paper, one for each number,
/// loss or null, extrapolated, is_prediction, outside_range[], outside_family[], loss_unit or null, caution (if there
/// is one). A loss of 0 means that the law gives none.
inline answer optimum_answer(laws::description const& about, laws::evaluation const& of,
                             std::vector<optimum_row> rows) {
  bool const has_loss = of.loss > 0;
  answer made{object({{"law", about.id}})};
  for (optimum_row const& each : rows) made.values.set(each.name, each.content, each.unit);
  made.values.set("loss", has_loss ? value(of.loss) : value());
  set_trust(made.values, of, &about);
  made.values.set("loss_unit", about.loss_unit.empty() ? value() : value(about.loss_unit));
  if (!about.caution.empty()) made.values.set("caution", about.caution);
  made.values.set("title", about.title).set("paper", about.paper);
  if (!about.compute.empty()) made.values.set("compute_counts", about.compute);

  bool const is_fit = is_users_fit(about);
  if (is_fit && !about.caution.empty()) made.say("CAUTION: {caution}");
  if (std::string const text = trust_text(of); !text.empty()) made.say(text);
  made.say(is_fit ? "The optimum by your law, {title}, of the form of {paper}"
                  : "The optimum by {law}: {title} ({paper})");
  block first{}, rest{.shown = screen::all};
  if (has_loss) rows.insert(rows.begin(), {"loss", of.loss});
  for (optimum_row const& each : rows) {
    std::string_view const unit = each.unit.empty() ? unit_of(each.name) : each.unit;
    std::string note = !each.content.is_number() || unit == units::one ? "" : std::string(unit);
    if (!each.note.empty()) note += (note.empty() ? "" : ", ") + each.note;
    std::string const name = each.content.is_number() ? "{" + each.name + ":6}" : "{" + each.name + "}";
    (each.shown == screen::first ? first : rest).rows.push_back({each.name, name, note});
  }
  made.show(std::move(first));
  if (!is_fit && !about.caution.empty()) made.say("Caution: {caution}");
  if (!about.compute.empty()) made.say("Compute is {compute_counts}");
  if (!rest.rows.empty()) made.show(std::move(rest));
  return made;
}

/// Numbers shown beside a solution.
struct beside_optimum {
  struct rival {
    std::string name;
    laws::any_law law;
    laws::input_values fixed;
  };

  std::vector<optimum::solution_interval> intervals = {};
  std::string sampled = {};  // what was sampled: "rounding of the published digits alone ..."
  double coverage = 0.8;
  std::optional<rival> against = {};
};

namespace detail {

/// A template for the input of a point that is farthest outside its range, "parameters 64 times above its fit", of the
/// list `outside_range` at a path; empty if all ranges that are known hold it.
inline std::string far_outside(laws::evaluation const& of, std::string const& path) {
  if (of.outside_range.empty()) return {};
  std::size_t const place = farthest_outside(of.outside_range);
  laws::extrapolation const& most = of.outside_range[place];
  if (!most.fitted || most.factor == 0) return {};
  return std::string(most.input.ends_with("parameters") ? "parameters" : most.input) + " {" + path + "/#" +
         std::to_string(place) + "/factor:3} times " + (most.value > most.fitted->high ? "above" : "below") +
         " its fit";
}

/// Adds the rows of the ratios; returns the lists of where their models lie outside of the fits.
inline value add_ratios(std::vector<optimum_row>& rows, laws::any_law const& law, optimum::solution const& of,
                        beside_optimum::rival const& against) {
  auto const ratio = optimum::efficiency_leverage(law, of.at, against.law, against.fixed, of.compute);
  // At the same budget a worse law reaches the rival's loss with no number of tokens.
  optimum::any_point const its = optimum::at_compute(against.law, of.compute, against.fixed);
  bool const found = ratio.loss <= its.loss;
  optimum::any_point const equal = optimum::at_loss(against.law, ratio.loss, against.fixed);
  std::string const equal_outside = far_outside(equal, "compute_ratio_outside");
  value outside_of = object({{"compute_ratio_outside", outside_range_value(equal.outside_range, &*against.law.about)}});
  rows.push_back({"against", against.name});
  rows.push_back({"compute_ratio",
                  ratio.compute_ratio,
                  {},
                  "FLOPs of {against} for the same loss" + (equal_outside.empty() ? "" : "; there " + equal_outside)});
  if (!found) {
    rows.push_back({"token_ratio", value(), {}, "none: {against} reaches a lower loss"});
  } else {
    optimum::any_point const fewest = optimum::fewest_tokens_at_loss(law, of.compute, its.loss, of.at);
    std::string const outside = far_outside(fewest, "token_ratio_outside");
    outside_of.set("token_ratio_outside", outside_range_value(fewest.outside_range, &*law.about));
    rows.push_back({"token_ratio",
                    its.at[1] / fewest.at[1],
                    {},
                    outside.empty() ? "tokens of its optimum, over the fewest for the same loss and FLOPs"
                                    : "NOT A PREDICTION, its model has " + outside});
    rows.push_back({"token_ratio_is_prediction", outside.empty(), {}, "", screen::all});
    rows.push_back({"token_ratio_parameters", fewest.at[0], units::parameters,
                    "of the model that needs the fewest tokens", screen::all});
    rows.push_back({"token_ratio_tokens", fewest.at[1], units::tokens, "those tokens", screen::all});
  }
  rows.push_back({"comparable",
                  ratio.comparable,
                  {},
                  ratio.comparable ? "" : "losses are on different scales: ratios mean nothing"});
  return outside_of;
}

}  // namespace detail

/// The answer about a law of parameters and tokens. Keys beside those above: compute, the law's inputs, reducible_loss,
/// loss_per_log_parameters, loss_per_log_tokens; at_end_of_range[] if an input had a range; with a demand cost,
/// training_cost and cost_over_training_optimum; with a rival against, compute_ratio, token_ratio or null, comparable,
/// compute_ratio_outside[] and with a token_ratio token_ratio_outside[], token_ratio_is_prediction,
/// token_ratio_parameters and token_ratio_tokens, its model; with intervals NAME_low and NAME_high of what was solved
/// for, coverage and sampled, what the samples show.
inline answer optimum_answer(laws::any_law const& law, optimum::solution const& of, beside_optimum const& beside = {}) {
  laws::description const& about = *law.about;
  std::vector<optimum_row> rows;
  for (std::size_t i = 0; i != of.at.size(); ++i) {
    bool ends = false;
    for (std::string_view const each : of.at_end_of_range) ends = ends || each == about.inputs[i].name;
    rows.push_back({std::string(about.inputs[i].name), of.at[i], unit_of_input(about.inputs[i].name, &about),
                    ends ? "the end of its range" : ""});
  }
  rows.push_back({"compute", of.compute});
  std::string_view const cost = "FLOPs, or money at prices";
  if (of.serving) {
    rows.push_back({"cost", of.serving->cost, cost, "of training and inference"});
    rows.push_back({"training_cost", of.serving->training_cost, cost});
    rows.push_back({"cost_over_training_optimum", of.serving->cost_over_training_optimum, units::one,
                    "over the cheapest training to this loss, inference ignored"});
  }
  value const outside_of = beside.against ? detail::add_ratios(rows, law, of, *beside.against) : object();
  for (optimum::solution_interval const& each : beside.intervals) {
    std::string_view const unit = unit_of_input(each.name, &about);
    rows.push_back({each.name + "_low", each.within.low, unit, "{coverage:%2} of samples"});
    rows.push_back({each.name + "_high", each.within.high, unit});
  }
  if (!beside.intervals.empty()) {
    rows.push_back({"coverage", beside.coverage, units::one, "", screen::all});
    rows.push_back({"sampled", beside.sampled, {}, "", screen::all});
  }
  rows.push_back({"reducible_loss", of.reducible_loss, units::nats_per_token, "", screen::all});
  rows.push_back({"loss_per_log_parameters", of.loss_per_parameters, units::nats_per_token, "d loss / d ln parameters",
                  screen::all});
  rows.push_back(
      {"loss_per_log_tokens", of.loss_per_tokens, units::nats_per_token, "d loss / d ln tokens", screen::all});
  answer made = optimum_answer(about, of, std::move(rows));
  made.values.update(outside_of);
  if (!beside.intervals.empty())
    made.blocks.insert(made.blocks.begin() + (of.extrapolated() ? 1 : 0),
                       block{.rows = {{"Intervals of {coverage:%2} by samples of: {sampled}."}}});
  if (!of.at_end_of_range.empty()) made.values.set("at_end_of_range", of.at_end_of_range);
  return made;
}

/// The answer about a law that divides a budget and gives no loss. Keys beside those above: compute, the law's
/// parameters, tokens, and batch_tokens and steps where it gives them.
/// \throws std::invalid_argument for a budget that is not positive and finite
/// \throws std::overflow_error if the optimum does not fit in a double
inline answer optimum_answer(laws::allocation const& law, double compute) {
  laws::evaluation trust;
  trust.outside_range = laws::outside_range(*law.about, std::array{compute});
  double const parameters = law.parameters(compute), tokens = law.tokens(compute);
  for (double const each : {parameters, tokens})
    if (!is_positive_and_finite(each)) moetric::detail::overflow("moetric: the optimum must fit in a double");
  std::vector<optimum_row> rows{
      {"compute", compute}, {std::string(law.parameters_name), parameters}, {"tokens", tokens}};
  if (law.batch_tokens) rows.push_back({"batch_tokens", (*law.batch_tokens)(compute), {}, "the critical batch"});
  if (law.steps) rows.push_back({"steps", (*law.steps)(compute), {}, "at a batch far above the critical one"});
  return optimum_answer(*law.about, trust, std::move(rows));
}

}  // namespace moetric::v0::report
