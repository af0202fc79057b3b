#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/laws/mccandlish.hpp"
#include "moetric/optimum/fitted_hyper.hpp"
#include "moetric/optimum/nearest_runs.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

/// A critical batch and where it comes from, and a batch to weigh against it.
struct weighed_batch {
  double critical_batch_tokens;
  std::string_view source;
  std::optional<double> batch_tokens{};
  double kappa = 1;  // exponent of the learning rate in the batch: 1 for SGD, 0.5 to 1 for Adam
};

namespace detail {

inline value spread_value(double low, double high) {
  return object({{"low", low}, {"high", high}, {"ratio", high / low, units::one}});
}

inline value weighed_value(weighed_batch const& of, optimum::run_facts const& run) {
  moetric::detail::require_positive("critical_batch", of.critical_batch_tokens);
  value made = object({{"critical_batch_tokens", of.critical_batch_tokens, units::tokens}, {"source", of.source}});
  if (!of.batch_tokens) return made;
  moetric::detail::require_positive("batch_tokens", *of.batch_tokens);
  double const ratio = *of.batch_tokens / of.critical_batch_tokens;
  made.set("batch_tokens", *of.batch_tokens).set("steps", run.tokens / *of.batch_tokens);
  made.set("steps_over_least", laws::mccandlish::steps_over_least(ratio), units::one);
  made.set("tokens_over_least", laws::mccandlish::examples_over_least(ratio), units::one);
  made.set("learning_rate_over_largest", laws::mccandlish::learning_rate_over_largest(ratio, of.kappa), units::one);
  return made.set("kappa", of.kappa, units::one);
}

inline void show_weighed(answer& to, weighed_batch const& of) {
  block table{.rows = {{"critical batch", "{critical_batch/critical_batch_tokens}",
                        "tokens; source: {critical_batch/source}"}}};
  if (of.batch_tokens) {
    table.rows.push_back({"batch", "{critical_batch/batch_tokens}", "tokens"});
    table.rows.push_back({"steps", "{critical_batch/steps}", "for all tokens"});
    table.rows.push_back({"steps over least", "{critical_batch/steps_over_least}", "those of an unbounded batch"});
    table.rows.push_back({"tokens over least", "{critical_batch/tokens_over_least}", "those of the smallest batch"});
    table.rows.push_back({"learning rate over largest", "{critical_batch/learning_rate_over_largest}",
                          "(1 + B_crit / B)^-kappa, kappa = {critical_batch/kappa}"});
  }
  to.show(std::move(table));
}

/// "EXTRAPOLATED: ..." with the laws that the run is outside of, or the fewer that it is inside of; empty if there is
/// none.
inline std::string hyper_trust_text(value const& laws) {
  std::string inside, outside;
  std::size_t n_outside = 0;
  for (std::size_t i = 0; i != laws.size(); ++i) {
    bool const is_outside = laws.members()[i].content["extrapolated"].flag();
    n_outside += is_outside ? 1 : 0;
    std::string& names = is_outside ? outside : inside;
    names += (names.empty() ? "{laws/#" : ", {laws/#") + std::to_string(i) + "/law}";
  }
  if (n_outside == 0) return {};
  bool const few = 2 * n_outside <= laws.size();
  return "EXTRAPOLATED: the run is outside of the fitted range of " +
         (few ? outside : "every law" + (inside.empty() ? "" : " but " + inside)) + ", see the last column.";
}

inline value published_rates_value(std::vector<optimum::nearby_run> const& runs) {
  value all = value::list();
  for (optimum::nearby_run const& each : runs)
    all.append(object({{"name", each.run->name},
                       {"model", each.run->model},
                       {"learning_rate", each.run->peak_learning_rate.value},
                       {"batch_tokens", each.run->batch_tokens.known() ? value(each.run->batch_tokens.value) : value()},
                       {"active_non_embedding_parameters", each.active_non_embedding_parameters},
                       {"tokens", each.run->tokens.value},
                       {"compute", each.compute}}));
  return all;
}

}  // namespace detail

/// Peak learning rate and batch of a run by a team's own fits and by every published law, and what a batch costs beside
/// the critical one. Keys: compute, active_non_embedding_parameters, tokens, expansion_rate, sequence_length,
/// laws[]{law, learning_rate or null, batch_tokens or null, batch_sequences or null, steps or null, weight_decay or
/// null, setup, extrapolated, outside_range[]}, learning_rate and batch_tokens{low, high, ratio},
/// published_runs[]{name, model, learning_rate, batch_tokens or null, active_non_embedding_parameters, tokens, compute}
/// nearest in 6 N_a D, critical_batch or null{critical_batch_tokens, source, and with a batch batch_tokens, steps,
/// steps_over_least, tokens_over_least, learning_rate_over_largest, kappa}. \throws std::invalid_argument naming a
/// number that is not positive and finite
inline answer hyper_answer(optimum::run_facts const& run, double sequence_length,
                           std::optional<weighed_batch> const& batch = {},
                           std::vector<optimum::fitted_hyper> const& fits = {}) {
  moetric::detail::require_positive("sequence_length", sequence_length);
  auto const published = optimum::published_hyper_parameters(run);
  std::vector<optimum::hyper_parameters> all;
  for (optimum::fitted_hyper const& each : fits) all.push_back(optimum::evaluate(each, run));
  all.insert(all.end(), published.begin(), published.end());
  double low_rate = 0, high_rate = 0, low_batch = 0, high_batch = 0;
  auto const widen = [](double& low, double& high, double number) {
    low = low == 0 ? number : std::min(low, number);
    high = std::max(high, number);
  };
  value laws = value::list();
  block table{.header = {"law", "learning rate", "batch, tokens", "steps", "outside its range"}};
  block setups{.title = "Setups", .header = {"law", "weight decay", "setup"}, .shown = screen::all},
      reasons{.shown = screen::all};
  for (optimum::hyper_parameters const& each : all) {
    std::string const path = "laws/#" + std::to_string(laws.size()) + "/";
    bool const has_batch = each.batch_tokens > 0;
    bool const has_rate = each.learning_rate > 0;
    if (!has_rate && !has_batch) continue;  // it reads what the run does not have
    if (has_rate) widen(low_rate, high_rate, each.learning_rate);
    if (has_batch) widen(low_batch, high_batch, each.batch_tokens);
    laws.append(object({{"law", each.law},
                        {"learning_rate", has_rate ? value(each.learning_rate) : value()},
                        {"batch_tokens", has_batch ? value(each.batch_tokens) : value()},
                        {"batch_sequences", has_batch ? value(each.batch_tokens / sequence_length) : value()},
                        {"steps", has_batch ? value(run.tokens / each.batch_tokens) : value()},
                        {"weight_decay",
                         has_rate && has_batch
                             ? value(laws::power_lines::weight_decay(each.learning_rate, each.batch_tokens,
                                                                     run.active_non_embedding_parameters, run.tokens))
                             : value(),
                         units::one},
                        {"setup", each.setup},
                        {"extrapolated", !each.outside_range.empty()},
                        {"outside_range", outside_range_value(each.outside_range)}}));
    std::string outside, farthest;
    for (std::size_t i = 0; i != each.outside_range.size(); ++i)
      outside +=
          (i == 0 ? "" : "; ") + outside_text(each.outside_range[i], path + "outside_range/#" + std::to_string(i));
    if (!each.outside_range.empty()) {
      std::size_t const place = farthest_outside(each.outside_range);
      std::string const entry = path + "outside_range/#" + std::to_string(place);
      laws::extrapolation const& most = each.outside_range[place];
      farthest =
          !most.fitted ? "range not known"
          : most.input.find("parameters") != std::string_view::npos
              ? "parameters {" + entry + "/factor:3} times " + (most.value > most.fitted->high ? "above" : "below")
              : outside_text(most, entry, false);
    }
    table.rows.push_back({"{" + path + "law}", "{" + path + "learning_rate?}", "{" + path + "batch_tokens?}",
                          "{" + path + "steps?}", farthest});
    setups.rows.push_back({"{" + path + "law}", "{" + path + "weight_decay?:3}", "{" + path + "setup}"});
    if (!outside.empty()) reasons.rows.push_back({"{" + path + "law}: " + outside});
  }
  answer made{object({{"compute", run.compute},
                      {"active_non_embedding_parameters", run.active_non_embedding_parameters},
                      {"tokens", run.tokens},
                      {"expansion_rate", run.expansion_rate},
                      {"sequence_length", sequence_length},
                      {"laws", laws},
                      {"learning_rate", detail::spread_value(low_rate, high_rate)},
                      {"batch_tokens", detail::spread_value(low_batch, high_batch)},
                      {"published_runs", detail::published_rates_value(optimum::rates_near(
                                             6 * run.active_non_embedding_parameters * run.tokens, batch ? 1 : 3))},
                      {"weight_decay_source",
                       "B / (eta D tau) with tau = 1.084 (D / N)^-0.527 (power-lines, second-hand), N the active "
                       "non-embedding parameters"},
                      {"critical_batch", batch ? detail::weighed_value(*batch, run) : value()}})};
  if (std::string const text = detail::hyper_trust_text(laws); !text.empty()) made.say(text);
  made.say("Learning rates differ by {learning_rate/ratio:3} times, batches by {batch_tokens/ratio:3} times: each "
           "belongs to its own optimiser, schedule and parametrisation.");
  made.show(std::move(table));
  made.show({.title = "Published runs nearest in FLOPs",
             .header = {"run", "learning rate", "batch, tokens", "N_a", "tokens", "FLOPs"},
             .rows = rows_of(made.values["published_runs"], "published_runs",
                             {"{$/name}", "{$/learning_rate}", "{$/batch_tokens?:4}",
                              "{$/active_non_embedding_parameters:3}", "{$/tokens:3}", "{$/compute:3}"})});
  made.say("Run: {compute} FLOPs without embedding and head, {active_non_embedding_parameters} active non-embedding "
           "parameters, {tokens} tokens, expansion rate (n_experts / top_k) {expansion_rate}, sequences of "
           "{sequence_length} tokens.");
  if (batch)
    detail::show_weighed(made, *batch);
  else
    made.say("Next: what a batch costs in steps and tokens, with --critical-batch or --loss, and --batch-tokens.");
  made.show(std::move(setups));
  made.say("Weight decays: {weight_decay_source}.", screen::all);
  if (!reasons.rows.empty()) {
    reasons.title = "Outside of the fitted ranges";
    made.show(std::move(reasons));
  }
  return made;
}

}  // namespace moetric::v0::report
