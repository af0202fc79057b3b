#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/optimum/nearest_runs.hpp"
#include "moetric/report/account_values.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/plan_values.hpp"

namespace moetric::v0::report {
namespace detail {

inline value near_runs_values(double compute) {
  value all = value::list();
  for (optimum::nearby_run const& each : optimum::runs_near(compute)) {
    auto const published = [](auto const& number) { return number.known() ? value(number.value) : value(); };
    all.append(object({{"name", each.run->name},
                       {"model", each.run->model},
                       {"active_non_embedding_parameters", each.active_non_embedding_parameters},
                       {"total_non_embedding_parameters", each.total_non_embedding_parameters},
                       {"tokens", each.run->tokens.value},
                       {"compute", each.compute},
                       {"learning_rate", published(each.run->peak_learning_rate)},
                       {"batch_tokens", published(each.run->batch_tokens)}}));
  }
  return all;
}

/// A number of a plan in words.
inline std::string_view words_for(std::string_view field) {
  constexpr std::pair<std::string_view, std::string_view> words[]{
      {"training_flops_per_token", "M (FLOPs per token)"},
      {"flops_per_active_parameter", "M/N_a (FLOPs per token over active parameters)"},
      {"expansion_ratio", "N/N_a (total over active parameters)"},
      {"d_model", "the width"},
      {"n_dense_layers", "the dense layers"},
      {"n_moe_layers", "the layers with experts"},
      {"d_expert", "the width of experts"},
      {"learning_rate", "the learning rate"},
      {"batch_tokens", "the batch"}};
  for (auto const& [name, meaning] : words)
    if (name == field) return meaning;
  return field;
}

/// One sentence on how the plan lies outside of what its laws were fitted on; empty for a plan inside.
inline std::string extrapolation_of(plan::complete_plan const& p, value const& values) {
  std::vector<std::string> reasons;
  std::size_t farthest = 0;
  auto const& decades = values["decades_outside"].members();
  for (std::size_t i = 1; i < decades.size(); ++i)
    if (decades[i].content.real() > decades[farthest].content.real()) farthest = i;
  if (std::string const at = "decades_outside/#" + std::to_string(farthest); !decades.empty())
    reasons.push_back("{" + at + ":2} decades of compute outside the fits of " +
                      std::string(words_for(decades[farthest].name)) + (decades.size() > 1 ? " and others" : ""));
  if (!p.request.has_paper_sparsity())
    reasons.push_back(
        "experts {architecture/n_experts}/{architecture/top_k}/{architecture/n_shared_experts} (routed, active, "
        "shared), not 288/8/1, on which the holistic ratios were fitted");
  if (!p.request.has_paper_length()) reasons.push_back("sequences of {shape_sequence_length}, not 8192 tokens");
  std::string sentence;
  for (std::string const& each : reasons) sentence += (sentence.empty() ? "EXTRAPOLATED: " : "; ") + each;
  return sentence.empty() ? sentence : sentence + ".";
}

/// The factor between the largest and the smallest of a number over the sources.
inline double factor_over(value const& sources, std::string_view name) {
  double low = 0, high = 0;
  for (object_member const& each : sources.members()) {
    double const number = each.content[name].real();
    low = low == 0 ? number : std::min(low, number), high = std::max(high, number);
  }
  return high / low;
}

inline bool is_latent_width(std::string_view name) {
  auto const& names = plan::latent_width_names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

inline std::vector<text_row> architecture_rows(plan::complete_plan const& p) {
  std::vector<text_row> rows;
  for (plan::decision const& d : p.decisions) {
    std::string const name(d.field);
    bool const of_shape =
        std::find(shape_field_names.begin(), shape_field_names.end(), d.field) != shape_field_names.end();
    if (of_shape || is_latent_width(name) || name == "tokens" || name == "batch_tokens" || name == "learning_rate")
      rows.push_back({name, "{" + std::string(of_shape || is_latent_width(name) ? "architecture/" : "") + name + "}",
                      "{provenance/" + name + "}"});
  }
  return rows;
}

inline void add_first_screen(answer& made, plan::complete_plan const& p) {
  if (std::string const outside = extrapolation_of(p, made.values); !outside.empty()) made.say(outside);
  if (!p.request.source.warnings.empty()) made.say("CAUTION, source {source}: {source_warnings/#0}");
  for (std::size_t i = 0; i != made.values["limits"].size(); ++i) {
    std::string const path = "{limits/#" + std::to_string(i) + "/";
    made.say("LIMITED by " + path + "limit}: " + path + "lowered} " + path + "to:3} in the place of " + path +
             "from:3}.");
  }
  std::string const pays = p.compute.serving ? " FLOPs of training and serving" : " training FLOPs";
  made.say("{compute/requested:3}" + pays +
           " buy, by {source_in_words}: {architecture/n_layers} layers ({architecture/n_dense_layers} dense, "
           "{architecture/n_moe_layers} MoE) of width {architecture/d_model}, {architecture/n_heads} heads of "
           "{architecture/head_dim} (" +
           std::string(p.request.attention == plan::attention_kind::latent
                           ? "latent, KV rank {architecture/kv_lora_rank}"
                           : "{architecture/n_kv_heads} KV") +
           "), {architecture/n_experts} experts of "
           "{architecture/d_expert}, {architecture/top_k} active, {architecture/n_shared_experts} shared; "
           "{tokens:3} tokens.");
  bool const over = static_cast<double>(p.run.matmul_compute) > 1.01 * p.request.compute && !p.compute.serving;
  if (over)
    made.say(
        "OVER BUDGET: all matrix products take {compute/matmul:3} FLOPs, {compute/matmul_over_requested:3} times the "
        "request (--budget matmul).");
  else
    made.say("Cost: {compute/holistic:3} FLOPs as the laws count, {compute/matmul:3} with every matrix product" +
             std::string(p.compute.serving ? ", and {compute/serving:3} of serving." : "."));
  std::vector<text_row> sources = rows_of(made.values["sources"], "sources",
                                          {"{$/source}", "{$/active_non_embedding_parameters:3}",
                                           "{$/total_non_embedding_parameters:3}", "{$/tokens:3}", "{$/outside}"});
  for (std::size_t i = 0; i != sources.size(); ++i)
    if (made.values["sources"].members()[i].content["outside"].empty()) sources[i].back() = "inside";
  made.show({.title = "By source, each in its own FLOPs, at n_experts / top_k = {expansion_rate:3}: active N_a "
                      "{spread_over_sources/active_non_embedding_parameters:2}x apart, tokens "
                      "{spread_over_sources/tokens:2}x",
             .header = {"source", "N_a", "N, total", "tokens", "outside its fits by (rate n_experts / top_k)"},
             .rows = std::move(sources)});
  std::vector<text_row> runs =
      rows_of(made.values["nearest_runs"], "nearest_runs",
              {"{$/name}", "{$/active_non_embedding_parameters:3}", "{$/total_non_embedding_parameters:3}",
               "{$/tokens:3}", "{$/compute:2}", "{$/learning_rate?:2}", "{$/batch_tokens?:2}"});
  runs.push_back({"this plan", "{triad/active_non_embedding_parameters:3}", "{triad/total_non_embedding_parameters:3}",
                  "{tokens:3}", "{compute_6_n_d:2}", "{learning_rate:2}", "{batch_tokens:2}"});
  made.show({.title = "Published runs nearest in compute; most are smaller, trained longer (--inference-tokens)",
             .header = {"run", "N_a", "N", "tokens", "6 N_a D", "learning rate", "batch, tokens"},
             .rows = runs});
  made.say("Run: learning rate {learning_rate:2}, batch {batch_sequences} x {sequence_length}, {steps} steps; "
           "state {memory/state_bytes:B}, KV {memory/kv_cache_bytes_per_token:B} a token.");
  if (p.hardware.kept != p.hardware.rules)
    made.say("Widths keep {hardware/hardware_rules_kept} of {hardware/hardware_rules} hardware rules: --verbose shows "
             "shapes near that keep more.",
             p.request.source.warnings.empty() ? screen::first : screen::all);  // a caution takes its place
  made.say("Pre-training loss only; says nothing of downstream scores. Next: --json, then moetric export.");
}

inline void add_triad(answer& made) {
  made.show({.title = "Triad at length {shape_sequence_length} (no embedding, output head, router or norms)",
             .header = {"", "realised", "target", "deviation", ""},
             .rows = {{"M, training FLOPs per token", "{realised/training_flops_per_token}",
                       "{targets/training_flops_per_token}", "{missed/training_flops_per_token:+%2}",
                       "{provenance/training_flops_per_token}"},
                      {"N_a, active parameters", "{realised/active_non_embedding_parameters}",
                       "{targets/active_non_embedding_parameters}", "", "M over M/N_a"},
                      {"N, total parameters", "{realised/total_non_embedding_parameters}",
                       "{targets/total_non_embedding_parameters}", "", "N_a times N/N_a"},
                      {"M/N_a", "{realised/flops_per_active_parameter}", "{targets/flops_per_active_parameter}",
                       "{missed/flops_per_active_parameter:+%2}", "{provenance/flops_per_active_parameter}"},
                      {"N/N_a", "{realised/expansion_ratio}", "{targets/expansion_ratio}",
                       "{missed/expansion_ratio:+%2}", "{provenance/expansion_ratio}"},
                      {"width ratio", "{realised/width_ratio:3}", "", "", "(top_k + n_shared) x d_expert / d_model"}},
             .shown = screen::all});
}

inline void add_run(answer& made, plan::complete_plan const& p) {
  made.show({.title = "Run at length {sequence_length}",
             .rows = {{"M at this length", "{triad/training_flops_per_token}", ""},
                      {"compute requested", "{compute/requested}", ""},
                      {"compute as the paper counts", "{compute/holistic}", "tokens x M"},
                      {"compute with output head and router", "{compute/matmul}",
                       "{compute/matmul_over_requested:3} times the request"},
                      {"tokens", "{tokens}",
                       (p.request.source.id == "holistic" ? "the paper's D_opt " : "the optimum's ") +
                           std::string("{optimal_tokens}")},
                      {"batch in sequences", "{batch_sequences}", "the law's {wanted_batch_tokens:3} tokens, rounded"},
                      {"steps", "{steps}", ""},
                      {"tokens per expert per step", "{tokens_per_expert_per_step}", ""}},
             .shown = screen::all});
  made.show({.title = "Peak learning rate and batch of the published laws, each with its own setup",
             .header = {"law", "learning rate", "batch, tokens", "setup"},
             .rows = rows_of(made.values["hyper_parameters"], "hyper_parameters",
                             {"{$@}", "{$/learning_rate:3}", "{$/batch_tokens?:3}", "{$/setup}"}),
             .shown = screen::all});
}

inline void add_uncertainty(answer& made) {
  value const& v = made.values;
  std::vector<text_row> spreads;
  for (std::size_t i = 2; i < v["intervals"].size(); ++i) {  // after its kind and what is not known
    std::string const at = "intervals/#" + std::to_string(i);
    spreads.push_back({"{" + at + "@}", "{" + at + "/low}", "{" + at + "/value}", "{" + at + "/high}"});
  }
  made.show({.title = "Spread of the planned numbers: {intervals/kind}",
             .header = {"", "low", "planned", "high"},
             .rows = spreads,
             .shown = screen::all});
  made.say("{intervals/not_known}", screen::all);
  std::vector<text_row> off = rows_of(
      v["sensitivity_to_training_flops_per_token"], "sensitivity_to_training_flops_per_token",
      {"M_opt x {$/factor}", "{$/architecture/d_model}", "{$/architecture/n_layers}", "{$/architecture/d_expert}",
       "{$/triad/active_non_embedding_parameters:3}", "{$/triad/total_non_embedding_parameters:3}", "{$/tokens:3}"});
  if (off.empty()) return;
  off.insert(off.begin(), {"as planned", "{architecture/d_model}", "{architecture/n_layers}", "{architecture/d_expert}",
                           "{realised/active_non_embedding_parameters:3}",
                           "{realised/total_non_embedding_parameters:3}", "{tokens:3}"});
  made.show({.title = "If M_opt is off, because its law was fitted on other architectures without iterating",
             .header = {"", "d_model", "n_layers", "d_expert", "N_a", "N", "tokens"},
             .rows = off,
             .shown = screen::all});
}

inline void add_alternatives(answer& made) {
  value const& v = made.values;
  if (!v["head_alternatives"].empty()) {
    auto const row = [](std::string const& at, std::string const& of) {
      std::vector<std::string> cells;
      for (char const* const name : {"n_heads", "n_kv_heads", "head_dim", "n_layers", "d_model", "d_expert"})
        cells.push_back("{" + at + "architecture/" + name + "}");
      cells.push_back("{" + at + "largest_deviation:%2}");
      cells.push_back(of);
      return cells;
    };
    std::vector<text_row> rows{row("", "as planned")};
    for (std::size_t i = 0; i != v["head_alternatives"].size(); ++i) {
      std::string const at = "head_alternatives/#" + std::to_string(i) + "/";
      rows.push_back(row(at, "{" + at + "why}"));
    }
    made.show({.title = "Other numbers of heads near this budget; the depth follows from them",
               .header = {"heads", "KV", "head_dim", "layers", "d_model", "d_expert", "deviation", ""},
               .rows = rows,
               .shown = screen::all});
  }
  if (v["alternatives"].empty()) return;
  std::vector<text_row> rows =
      rows_of(v["alternatives"], "alternatives",
              {"{$/architecture/d_model}", "{$/architecture/n_dense_layers}+{$/architecture/n_moe_layers}",
               "{$/architecture/d_expert}", "{$/hardware_rules_kept} of {$/hardware_rules}", "{$/largest_deviation:%2}",
               "{$/broken}"});
  rows.push_back({"{architecture/d_model}", "{architecture/n_dense_layers}+{architecture/n_moe_layers}",
                  "{architecture/d_expert}", "{hardware/hardware_rules_kept} of {hardware/hardware_rules}",
                  "{largest_deviation:%2}", "as planned: {hardware/broken}"});
  made.show({.title = "Near the plan, M and M/N_a within 5 %, best for the hardware first (tiles of 64 and 128; tensor "
                      "{parallel/tensor_parallel}, expert {parallel/expert_parallel}, pipeline "
                      "{parallel/pipeline_parallel})",
             .header = {"d_model", "layers", "d_expert", "rules kept", "deviation", "broken"},
             .rows = rows,
             .shown = screen::all});
}

inline void add_bands_and_losses(answer& made) {
  value const& v = made.values;
  made.show({.title = "Bands within which the loss by a law rises by at most a tolerance",
             .header = {"", "low", "best", "high", "tolerance", "law"},
             .rows = rows_of(v["bands"], "bands",
                             {"{$@}", "{$/low}", "{$/best}", "{$/high}", "{$/tolerance:%2} of {$/of} loss",
                              "{$/law} ({$/kind}): {$/note}"}),
             .shown = screen::all});
  made.say("No law depends on {fields_without_band}. In the paper's figures only: {fields_with_unknown_band}.",
           screen::all);
  for (std::size_t i = 0; i != v["losses"].size(); ++i) {
    std::string const at = "losses/#" + std::to_string(i);
    bool const predicts = v["losses"].members()[i].content["is_prediction"].flag();
    std::vector<text_row> rows{{"loss", "{" + at + "/loss:u}" + (predicts ? "" : ", not a prediction")},
                               {"inputs", "{" + at + "/bridge}"},
                               {"its own optimum", "{" + at + "/optimum_loss} at {" + at +
                                                       "/compute} FLOPs as it counts; the plan's regret is {" + at +
                                                       "/regret_of_reducible_loss:%2} of reducible loss"}};
    for (auto& row : rows_of(v["losses"].members()[i].content["outside"], at + "/outside", {"outside", "{$}"}))
      rows.push_back(std::move(row));
    made.show({.title = "Expected loss by {" + at + "@}, in its own tokenizer", .rows = rows, .shown = screen::all});
  }
}

}  // namespace detail

/// A plan with what it is compared with: every source, the nearest published runs, memory. Keys: those of
/// `plan_values`, and expansion_rate, source_warnings[], nearest_runs[], compute_6_n_d, spread_over_sources{},
/// memory{total_parameters, state_bytes, kv_cache_bytes_per_token} and account{} as of `account`.
inline answer plan_answer(plan::complete_plan const& p) {
  answer made{plan_values(p)};
  value& v = made.values;
  double const active = static_cast<double>(p.run.triad.active_non_embedding_parameters);
  double const six_n_d = 6 * active * static_cast<double>(p.run.tokens);
  v.set("expansion_rate", ratio(p.request.experts.n_experts, p.request.experts.top_k));
  v.set("source_warnings", p.request.source.warnings);
  v.set("nearest_runs", detail::near_runs_values(six_n_d));
  v.set("compute_6_n_d", six_n_d, units::flops);
  v.set("spread_over_sources",
        object({{"active_non_embedding_parameters",
                 detail::factor_over(v["sources"], "active_non_embedding_parameters"), units::one},
                {"tokens", detail::factor_over(v["sources"], "tokens"), units::one}}));
  model const m = p.request.model_of(p.shape.architecture);
  v.set("memory", object({{"total_parameters", total_parameters(m)},
                          {"state_bytes", total_parameters(m) * p.request.bytes_per_parameter, units::bytes},
                          {"kv_cache_bytes_per_token", kv_cache_bytes_per_token(m)}}));
  v.set("account", account_values("plan", m, p.request.sequence_length, find_convention("matmul-causal-half")));
  detail::add_first_screen(made, p);
  made.show({.title = "Every number and its source", .rows = detail::architecture_rows(p), .shown = screen::all});
  detail::add_triad(made);
  detail::add_run(made, p);
  detail::add_uncertainty(made);
  detail::add_alternatives(made);
  detail::add_bands_and_losses(made);
  made.show({.title = "Notes", .rows = rows_of(v["warnings"], "warnings", {"{$}"}), .shown = screen::all});
  return made;
}

}  // namespace moetric::v0::report
