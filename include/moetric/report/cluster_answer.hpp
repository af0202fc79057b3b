#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/cluster/change.hpp"
#include "moetric/cluster/conventions.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/serving_memory.hpp"
#include "moetric/report/notes.hpp"
#include "moetric/report/run_values.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// A question about a model on a cluster.
struct cluster_question {
  std::string_view model_name;
  cluster::device device{};
  cluster::training_setup setup{};
  std::string_view rule = "moetric";  // of memory: moetric's own account, or a tool's
  cluster::number_format precision = cluster::number_format::bf16;
  run_question run{};                             // how long, and at what price
  std::optional<cluster::serving_demand> held{};  // sequences to serve on the same layout, for their memory
  std::vector<std::string> notes{};               // on how the model was read
};

namespace detail {

/// The layout as values. Keys: devices, tensor, context, data, expert, expert_tensor, expert_data, pipeline,
/// virtual_stages, schedule, micro_batch, global_batch, micro_batches, sequence_length, sequence_parallel,
/// stage_layers[], name.
inline value layout_values(cluster::layout const& l, count n_layers) {
  value stages = value::list();
  for (count stage; stage < l.stages(); stage += 1) stages.append(l.layers_of(stage, n_layers));
  return object({{"name", to_string(l)},
                 {"devices", l.devices, "devices"},
                 {"tensor", l.sizes.tensor, "devices"},
                 {"context", l.sizes.context, "devices"},
                 {"data", l.data(), "devices"},
                 {"expert", l.sizes.expert, "devices"},
                 {"expert_tensor", l.sizes.expert_tensor, "devices"},
                 {"expert_data", l.expert_data(), "devices"},
                 {"pipeline", l.sizes.pipeline, "stages"},
                 {"virtual_stages", l.virtual_stages, "stages"},
                 {"schedule", name(l.schedule)},
                 {"micro_batch", l.micro_batch, "sequences"},
                 {"global_batch", l.sequences_per_step(), "sequences"},
                 {"micro_batches", l.micro_batches(), "micro batches"},
                 {"sequence_length", l.sizes.sequence_length},
                 {"sequence_parallel", l.sequence_parallel},
                 {"stage_layers", std::move(stages), "layers"}});
}

inline value by_memory_term(cluster::memory_sheet const& sheet) {
  value terms = keyed();
  for (std::size_t i = 0; i != cluster::n_memory_terms; ++i)
    if (sheet.bytes[i] != 0) terms.set(name(static_cast<cluster::memory_term>(i)), sheet.bytes[i]);
  return terms;
}

/// Every pipeline rank, the fullest first.
inline value rank_values(model const& m, cluster::training_setup const& setup) {
  std::vector<cluster::rank_memory> ranks;
  cluster::each_rank_memory(m, setup, [&](cluster::rank_memory const& each) { ranks.push_back(each); });
  std::stable_sort(ranks.begin(), ranks.end(),
                   [](auto const& a, auto const& b) { return a.bytes.total() > b.bytes.total(); });
  value all = value::list();
  for (cluster::rank_memory const& each : ranks)
    all.append(object({{"rank", each.rank, units::one},
                       {"layers", each.layers, "layers"},
                       {"parameters", each.parameters.all(), units::parameters},
                       {"states_bytes", each.bytes.states(), units::bytes},
                       {"activations_bytes", each.bytes.activations(), units::bytes},
                       {"total_bytes", each.bytes.total(), units::bytes},
                       {"by_term", by_memory_term(each.bytes), units::bytes}}));
  return all;
}

/// moetric's bytes as tools part them.
inline value own_parts(cluster::memory_sheet const& bytes) {
  using enum cluster::memory_term;
  count const experts = bytes[expert_weights] + bytes[expert_gradients] + bytes[expert_optimizer];
  return object({{"dense_states_bytes", bytes.states() - experts, units::bytes},
                 {"expert_states_bytes", experts, units::bytes},
                 {"activations_bytes", bytes.activations(), units::bytes}});
}

/// What each tool would print, and why it differs.
inline value rule_values(model const& m, cluster::training_setup const& setup) {
  value all = keyed();
  for (cluster::memory_convention const& each : cluster::memory_conventions) {
    value one = object({{"rule", each.summary}, {"differs", each.differs}});
    try {
      cluster::tool_memory const found = each.estimate(m, setup);
      one.set("states_bytes", found.state_bytes().floor(), units::bytes);
      one.set("activations_bytes", found.has_activations ? value(found.activations.floor()) : value(), units::bytes);
      one.set("why_not", found.has_activations ? value() : value(found.without_activations));
      value parts = keyed();
      for (cluster::memory_part const& part : found.states) parts.set(part.name, part.bytes.floor());
      one.set("by_part", std::move(parts), units::bytes);
    } catch (std::invalid_argument const& error) {
      one.set("states_bytes", value(), units::bytes);
      one.set("activations_bytes", value(), units::bytes);
      one.set("why_not", error.what());
    }
    all.set(each.id, std::move(one));
  }
  return all;
}

/// The memory by moetric's own account. Keys: rule, states_bytes, activations_bytes, framework_bytes, total_bytes,
/// usable_bytes, left_bytes or missing_bytes, fits, worst_stage, parameters and trained_parameters (of its devices),
/// by_term{}.
inline value own_memory(cluster::memory_estimate const& estimate, cluster::device const& on) {
  cluster::memory_sheet const& bytes = estimate.worst.bytes;
  count const total = bytes.total();
  bool const fits = total <= on.usable_bytes;
  return object({{"rule", "moetric"},
                 {"states_bytes", bytes.states(), units::bytes},
                 {"activations_bytes", bytes.activations(), units::bytes},
                 {"framework_bytes", bytes[cluster::memory_term::framework], units::bytes},
                 {"total_bytes", total, units::bytes},
                 {"usable_bytes", on.usable_bytes, units::bytes},
                 {"left_bytes", fits ? value(on.usable_bytes - total) : value(), units::bytes},
                 {"missing_bytes", fits ? value() : value(total - on.usable_bytes), units::bytes},
                 {"fits", fits},
                 {"worst_stage", estimate.worst.rank, units::one},
                 {"parameters", estimate.worst.parameters.all(), units::parameters},
                 {"trained_parameters", estimate.worst.parameters.trained(), units::parameters},
                 {"by_term", by_memory_term(bytes), units::bytes}});
}

/// The same by a tool's rule, of its most loaded device.
inline value tool_memory_values(cluster::memory_convention const& rule, cluster::tool_memory const& found,
                                cluster::device const& on) {
  value terms = keyed();
  for (cluster::memory_part const& each : found.states) terms.set(each.name, each.bytes.floor());
  if (found.has_activations) terms.set("activations", found.activations.floor());
  count const total = (found.state_bytes() + found.activations).floor();
  bool const fits = total <= on.usable_bytes;
  return object(
      {{"rule", rule.id},
       {"states_bytes", found.state_bytes().floor(), units::bytes},
       {"activations_bytes", found.has_activations ? value(found.activations.floor()) : value(), units::bytes},
       {"framework_bytes", 0, units::bytes},
       {"total_bytes", total, units::bytes},
       {"usable_bytes", on.usable_bytes, units::bytes},
       {"left_bytes", fits ? value(on.usable_bytes - total) : value(), units::bytes},
       {"missing_bytes", fits ? value() : value(total - on.usable_bytes), units::bytes},
       {"fits", fits},
       {"worst_stage", value(), units::one},
       {"parameters", found.parameters().floor(), units::parameters},
       {"by_term", std::move(terms), units::bytes}});
}

/// Terms of memory in a table: the five largest on the first screen.
inline void show_terms(answer& made) {
  value const& terms = made.values["memory"]["by_term"];
  double const all = made.values["memory"]["total_bytes"].real();
  std::vector<std::pair<double, std::string>> order;
  for (object_member const& each : terms.members()) order.emplace_back(-each.content.real(), each.name);
  std::stable_sort(order.begin(), order.end());
  std::vector<text_row> rows[2];
  value shares = keyed();
  for (auto const& [size, term] : order) shares.set(term, -size / all, units::one);
  made.values.set("memory_share_by_term", std::move(shares), units::one);
  for (auto const& [size, term] : order)
    rows[rows[0].size() < 5 ? 0 : 1].push_back(
        {term, "{memory/by_term/" + term + ":B}", "{memory_share_by_term/" + term + ":%3}"});
  text_row const header{"term", "bytes", "share"};
  made.show({.title = "What the fullest devices hold", .header = header, .rows = std::move(rows[0])});
  if (!rows[1].empty())
    made.show({.title = "Smaller terms of memory", .header = header, .rows = std::move(rows[1]), .shown = screen::all});
}

inline void show_changes(answer& made, model const& m, cluster_question const& asked) {
  value changes = value::list();
  for (cluster::fitting_setup const& each : cluster::smallest_changes(m, asked.setup, asked.device)) {
    value steps = value::list();
    for (cluster::change const step : each.changes) steps.append(name(step));
    changes.append(object({{"changes", std::move(steps)},
                           {"layout", to_string(each.setup.layout)},
                           {"total_bytes", each.memory.worst.bytes.total(), units::bytes},
                           {"left_bytes", asked.device.usable_bytes - each.memory.worst.bytes.total(), units::bytes}}));
  }
  bool const none = changes.empty();
  made.values.set("changes", std::move(changes));
  if (none) {
    made.say("No two changes of recomputation, sharding or parallel sizes make it fit on these devices");
    return;
  }
  std::vector<text_row> rows = rows_of(made.values["changes"], "changes", {"  {$/changes/#0}", "{$/left_bytes:B}"});
  for (std::size_t i = 0; i != rows.size(); ++i)
    if (made.values["changes"].members()[i].content["changes"].size() > 1)
      rows[i][0] += " and {changes/#" + std::to_string(i) + "/changes/#1}";
  std::vector<text_row> more(rows.size() > 3 ? rows.begin() + 3 : rows.end(), rows.end());
  if (rows.size() > 3) rows.resize(3);
  made.show({.title = "The smallest changes that make it fit, and what they leave", .rows = std::move(rows)});
  if (!more.empty()) made.show({.title = "Another", .rows = std::move(more), .shown = screen::all});
}

/// What the fullest device holds while it serves on the same layout.
inline void add_serving_memory(answer& made, model const& m, cluster_question const& asked) {
  cluster::serving_demand const& demand = *asked.held;
  cluster::serving_memory const of =
      cluster::serving_memory_of(m, asked.setup.layout, {.context = demand.context, .sequences = demand.sequences},
                                 demand.bytes, asked.setup.framework);
  count const usable = asked.device.usable_bytes;
  made.values.set("serving_memory", object({{"context", demand.context, units::tokens},
                                            {"sequences", demand.sequences, "sequences"},
                                            {"weights_bytes", of.weights, units::bytes},
                                            {"cache_bytes", of.cache, units::bytes},
                                            {"framework_bytes", of.framework, units::bytes},
                                            {"total_bytes", of.total(), units::bytes},
                                            {"usable_bytes", usable, units::bytes},
                                            {"fits", of.total() <= usable},
                                            {"most_sequences", of.most_sequences(usable), "sequences"},
                                            {"worst_stage", of.rank, units::one}}));
  made.say("Serving {serving_memory/sequences} sequences of {serving_memory/context} tokens a replica " +
           std::string(of.total() <= usable ? "fits" : "does not fit") +
           ": {serving_memory/total_bytes:B} of {serving_memory/usable_bytes:B} a device, weights "
           "{serving_memory/weights_bytes:B}, cache {serving_memory/cache_bytes:B}; at most "
           "{serving_memory/most_sequences} sequences fit");
}

}  // namespace detail

/// Memory, time and money of a model on a cluster. Keys: model, device{name, what, usable_bytes, usable_source,
/// precision, peak, peak_name, peak_source}, layout{as `layout_values`}, memory{rule, states_bytes, activations_bytes,
/// framework_bytes, total_bytes, usable_bytes, left_bytes, missing_bytes, fits, worst_stage, parameters, by_term{}},
/// memory_share_by_term{}, least_bytes, ranks[]{rank, layers, parameters, states_bytes, activations_bytes, total_bytes,
/// by_term{}}, own_parts{dense_states_bytes, expert_states_bytes, activations_bytes}, rules{rule: {rule, differs,
/// states_bytes, activations_bytes, why_not, by_part{}}}, changes[]{changes[], layout, total_bytes, left_bytes} where
/// it does not fit, serving_memory{context, sequences, weights_bytes, cache_bytes, framework_bytes, total_bytes,
/// usable_bytes, fits, most_sequences, worst_stage} where sequences to serve are given, time{}, mfu{}, traffic{}, with
/// tokens energy{}, with a price cost{}, with serving
/// serving{} and lifetime{}, with a measured run measured{} (report/run_values.hpp),
/// notes[]. \throws std::invalid_argument with every rule that the setup breaks, for a format that the device lacks, or
/// an
///         unknown rule
inline answer cluster_answer(model const& m, cluster_question const& asked) {
  cluster::device const& on = asked.device;
  cluster::named_peak const peak = cluster::peak_of(on, asked.precision);
  cluster::memory_estimate const estimate = cluster::memory_of(m, asked.setup);
  bool const own = asked.rule == "moetric";
  answer made{
      object({{"model", asked.model_name},
              {"device", object({{"name", on.id},
                                 {"what", on.what},
                                 {"usable_bytes", on.usable_bytes, units::bytes},
                                 {"usable_source", on.usable_source.empty() ? on.memory.source : on.usable_source},
                                 {"precision", name(asked.precision)},
                                 {"peak", peak.value.value, "FLOP/s"},
                                 {"peak_name", to_string(peak)},
                                 {"peak_source", peak.value.source}})},
              {"layout", detail::layout_values(asked.setup.layout, m.layers.n_layers())}})};
  if (own) {
    made.values.set("memory", detail::own_memory(estimate, on));
  } else {
    cluster::memory_convention const& rule = cluster::memory_convention_named(asked.rule);
    made.values.set("memory", detail::tool_memory_values(rule, rule.estimate(m, asked.setup), on));
  }
  made.values.set("least_bytes", estimate.least, units::bytes);
  made.values.set("ranks", detail::rank_values(m, asked.setup));
  made.values.set("own_parts", detail::own_parts(estimate.worst.bytes));
  made.values.set("rules", detail::rule_values(m, asked.setup));
  bool const fits = made.values["memory"]["fits"].flag();
  made.say("{model} on {layout/devices} {device/name}: {layout/name}, {layout/schedule}, {layout/micro_batches} micro "
           "batches of {layout/micro_batch} x {layout/sequence_length} tokens");
  made.say(std::string(fits ? "It fits: " : "It does not fit: ") + "{memory/total_bytes:B} of {memory/usable_bytes:B}" +
           (own ? " on the devices of pipeline rank {memory/worst_stage}" : " by the rule {memory/rule}") +
           (fits ? "; {memory/left_bytes:B} remain" : "; {memory/missing_bytes:B} too much"));
  // Less remains than the account itself may be wrong by: docs/certainty.md has the measured runs.
  if (fits && own && 10 * estimate.worst.bytes.total() > 9 * on.usable_bytes)
    made.say("TIGHT: of 39 further measured runs this account missed 23 by more than 10 %");
  if (asked.held) detail::add_serving_memory(made, m, asked);
  detail::add_run(made, m, asked.setup, on, asked.precision, static_cast<std::size_t>(estimate.worst.rank), asked.run);
  detail::show_terms(made);
  if (own && asked.setup.states.lora.any())
    made.say("Adapters: {memory/trained_parameters} of {memory/parameters} parameters on these devices are trained; "
             "activations are those of full training, an upper bound");
  if (!fits && own) detail::show_changes(made, m, asked);
  if (!own) made.say("moetric's own account differs: {rules/" + std::string(asked.rule) + "/differs}");
  if (own && asked.setup.layout.sizes.pipeline != 1) made.say("The emptiest rank holds {least_bytes:B}", screen::all);
  made.show({.title = "Pipeline ranks, the fullest first",
             .header = {"rank", "layers", "states", "activations", "total"},
             .rows = rows_of(
                 made.values["ranks"], "ranks",
                 {"{$/rank}", "{$/layers}", "{$/states_bytes:B}", "{$/activations_bytes:B}", "{$/total_bytes:B}"}),
             .shown = screen::all});
  made.show({.title = "What tools print for their most loaded device",
             .header = {"rule", "states", "activations", "differs from moetric's account"},
             .rows = rows_of(made.values["rules"], "rules",
                             {"{$@}", "{$/states_bytes?:B}", "{$/activations_bytes?:B}", "{$/differs}"}),
             .shown = screen::all});
  made.say(
      "moetric counts {own_parts/dense_states_bytes:B} of states outside of routed experts, "
      "{own_parts/expert_states_bytes:B} of theirs and {own_parts/activations_bytes:B} of activations on the fullest "
      "devices",
      screen::all);
  made.say("{device/name} is {device/what}; usable bytes: {device/usable_source}; peak {device/peak_name}: "
           "{device/peak_source}",
           screen::all);
  add_notes(made, asked.notes);
  return made;
}

}  // namespace moetric::v0::report
