#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/after_cache.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/training.hpp"
#include "moetric/report/account_values.hpp"
#include "moetric/report/notes.hpp"

namespace moetric::v0::report {

/// A question about a model's cost. Every answer has the account of one sequence, the rest only where it is set.
struct account_question {
  std::string_view model_name;
  count sequence_length = 4096;  // tokens
  std::string_view convention = "matmul-causal-half";
  std::vector<std::string> notes{};           // on how the model was read
  count vision_tower = 0;                     // its weights, 0 if unknown
  bool checkpoint = false;                    // the parts that a stored checkpoint may hold
  std::optional<count> published_total{};     // to be explained as a sum of these parts
  std::vector<count> documents{};             // tokens of each document of a packed batch
  std::optional<training_choice> training{};  // frozen parts, adapters, recomputation
  std::optional<cached_sequences> cached{};   // the cache at a length
  cache_element_bytes cache_bytes{};
  std::optional<decode_step> decoding{};
  element_bytes decoding_bytes{};
  std::optional<latent_core> decoding_latents{};  // as engines run them if not set
};

namespace detail {

inline void add_checkpoint(answer& made, checkpoint_parts const& parts) {
  value all = keyed();
  for (checkpoint_part const& part : parts)
    all.set(part.name, object({{"parameters", part.known ? value(part.parameters) : value(), units::parameters},
                               {"left_out", part.left_out},
                               {"why", part.why}}));
  auto rows = rows_of(all, "checkpoint", {"{$@}", "{$/parameters}", "{$/why}"});
  for (std::size_t i = 0; i != rows.size(); ++i)
    if (parts[i].left_out) rows[i][1].insert(0, "-");
  made.values.set("checkpoint", std::move(all));
  made.show({.title = "Parts that a stored checkpoint may hold", .rows = std::move(rows)});
}

inline void add_published_total(answer& made, checkpoint_parts const& parts, count published) {
  compositions const found = explain_total(parts, published);
  value sums = value::list();
  for (unsigned const chosen : found.exact) sums.append(to_string(parts, chosen));
  value explained = object({{"published", published, units::parameters},
                            {"explained", !found.exact.empty()},
                            {"compositions", std::move(sums)}});
  if (found.exact.empty()) {
    bool const more = published > found.nearest_total;
    explained.set("nearest",
                  object({{"composition", to_string(parts, found.nearest)},
                          {"total", found.nearest_total, units::parameters},
                          {"residue", more ? published - found.nearest_total : found.nearest_total - published,
                           units::parameters}}));
    made.say(std::string("The published total {expected/published} is not a sum of known parts; the nearest sum is "
                         "{expected/nearest/composition} = {expected/nearest/total}, {expected/nearest/residue} ") +
             (more ? "less" : "more"));
  }
  for (std::size_t i = 0; i != found.exact.size(); ++i)
    made.say("The published total {expected/published} = {expected/compositions/#" + std::to_string(i) + "}",
             i < 2 ? screen::first : screen::all);
  made.values.set("expected", std::move(explained));
}

inline void add_packed(answer& made, model const& m, std::vector<count> const& documents, convention const& rule) {
  flops const forward = forward_flops(m, documents, rule), training = training_flops(m, documents, rule);
  made.values.set("packed", object({{"documents", documents.size(), "documents"},
                                    {"tokens", forward.sequence_length},
                                    {"flops_per_token", flops_per_token(forward, training), units::flops_per_token},
                                    {"flops_per_batch", flops_of_all(forward, training), units::flops}}));
  made.say(
      "A packed batch of {packed/documents} documents, {packed/tokens} tokens: {packed/flops_per_batch/training:4} "
      "training FLOPs, {packed/flops_per_token/training:4} per token");
}

inline void add_training(answer& made, model const& m, count length, convention const& rule,
                         training_choice const& choice) {
  if (!rule.id.starts_with("matmul-"))
    moetric::detail::invalid(
        ("moetric: convention must be one of matmul-causal-half, matmul-causal and matmul-full for "
         "training with frozen parts, but got " +
         std::string(rule.id))
            .c_str());
  training_cost const cost = training_cost_of(m, {length, rule.causal}, choice);
  auto const both = [](flops const& of) {
    return object({{"per_token", of.per_token(), units::flops_per_token},
                   {"per_sequence", of.per_sequence(), units::flops_per_sequence}});
  };
  made.values.set("training",
                  object({{"trainable_parameters", cost.trainable_parameters, units::parameters},
                          {"adapter_parameters", cost.adapter_parameters, units::parameters},
                          {"model_flops", both(cost.model)},
                          {"hardware_flops", both(cost.hardware)},
                          {"model_flops_by_term", by_term(cost.model.by_term), units::flops_per_sequence}}));
  made.say(
      std::string("Training with these options: {training/trainable_parameters} trainable parameters") +
      (cost.adapter_parameters == 0 ? "" : " ({training/adapter_parameters} in adapters)") +
      ", {training/model_flops/per_token} model FLOPs per token, {training/hardware_flops/per_token} hardware FLOPs "
      "per token");
}

inline void add_cache(answer& made, model const& m, cached_sequences const& held, cache_element_bytes const& bytes,
                      screen shown) {
  cache_size const size = cache_size_of(m, held, bytes);
  // What the next token of each sequence adds depends on windows that are not yet full, and on groups of compressed
  // keys.
  ratio const after = cache_size_of(m, {held.context + 1, held.sequences, held.windows}, bytes).total();
  ratio const next = (after - size.total()) / held.sequences;
  bool const fills_windows = size.windowed != 0 && held.context < size.longest_window;
  made.values.set("cache", object({{"context", held.context},
                                   {"sequences", held.sequences},
                                   {"bytes", size.total(), units::bytes},
                                   {"growing_bytes_per_token", size.growing_bytes_per_token, units::bytes_per_token},
                                   {"next_token_bytes", next, units::bytes},
                                   {"constant_bytes", size.constant(), units::bytes},
                                   {"growing_bytes", size.growing, units::bytes},
                                   {"windowed_bytes", size.windowed, units::bytes},
                                   {"index_key_bytes", size.index_keys, units::bytes},
                                   {"recurrent_state_bytes", size.states, units::bytes},
                                   {"windows", held.windows == window_pages::kept ? "kept" : "freed"}}));
  made.say(std::string("Cache of {cache/sequences} sequences of {cache/context} tokens: {cache/bytes:B}") +
               (size.constant() == 0 ? ""
                : fills_windows      ? ", {cache/windowed_bytes:B} of them within windows"
                                     : ", {cache/constant_bytes:B} of them constant") +
               "; the next token of a sequence adds {cache/next_token_bytes} bytes" +
               (fills_windows || next == size.growing_bytes_per_token
                    ? ""
                    : ", in the mean {cache/growing_bytes_per_token}"),
           shown);
  made.show({.title = "The cache in bytes",
             .rows = {{"all", "{cache/bytes}"},
                      {"keys and values that grow", "{cache/growing_bytes}"},
                      {"keys and values within windows, {cache/windows} beyond them", "{cache/windowed_bytes}"},
                      {"keys of indexers", "{cache/index_key_bytes}"},
                      {"recurrent states", "{cache/recurrent_state_bytes}"}},
             .shown = screen::all});
}

inline void add_decoding(answer& made, model const& m, decode_step const& step, element_bytes const& bytes,
                         std::optional<latent_core> latents) {
  decode_reads const reads = decode_reads_of(m, step, bytes);
  flops_after_cache const counted =
      latents ? forward_flops_after(m, step.context, 1, *latents) : forward_flops_after(m, step.context, 1);
  value weights = keyed();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (ratio const amount = reads.weights.amounts[i]; amount != 0) weights.set(name(static_cast<term>(i)), amount);
  bool const has_latents = counted.latents != executed_latents::none;
  made.values.set("decoding", object({{"sequences", step.sequences},
                                      {"context", step.context},
                                      {"bytes_read",
                                       object({{"total", reads.total()},
                                               {"weights", reads.weights.total()},
                                               {"weights_by_term", std::move(weights)},
                                               {"routed_experts_expected", reads.routed_experts},
                                               {"key_value_cache", reads.key_value_cache},
                                               {"states", reads.states}}),
                                       units::bytes},
                                      {"flops", step.sequences * counted.per_sequence(), units::flops},
                                      {"latent_attention", has_latents ? value(name(counted.latents)) : value()}}));
  made.say(std::string("A decoding step of {decoding/sequences} sequences after {decoding/context} tokens: "
                       "{decoding/flops:4} FLOPs") +
           (has_latents ? ", latent attention {decoding/latent_attention}" : "") +
           "\nbytes read {decoding/bytes_read/total:B}: routed experts {decoding/bytes_read/routed_experts_expected:B} "
           "(expected), other weights {decoding/bytes_read/weights:B}, keys and values "
           "{decoding/bytes_read/key_value_cache:B}" +
           (reads.states == 0 ? "" : ", states {decoding/bytes_read/states:B}"));
  auto rows = rows_of(made.values["decoding"]["bytes_read"]["weights_by_term"], "decoding/bytes_read/weights_by_term",
                      {"{$@}", "{$}"});
  rows.push_back({"keys and values", "{decoding/bytes_read/key_value_cache}"});
  rows.push_back({"recurrent states", "{decoding/bytes_read/states}"});
  rows.push_back({"routed experts, expected", "{decoding/bytes_read/routed_experts_expected:6}"});
  made.show({.title = "Bytes that a decoding step reads", .rows = std::move(rows), .shown = screen::all});
}

/// Totals, in which a person's decisions lie.
inline void add_totals(answer& made, bool with_cache) {
  value const& of = made.values;
  bool const windows = of["longest_window"].is_number();
  std::vector<text_row> rows{{of["parameters"]["mtp"].magnitude() == 0
                                  ? "total parameters"
                                  : "total parameters, without {parameters/mtp} of multi-token prediction",
                              "{parameters/total}"},
                             {"active parameters, of one token", "{parameters/active}"},
                             {"training FLOPs per token", "{flops_per_token/training}"},
                             {"training FLOPs per sequence", "{flops_per_sequence/training}"}};
  if (of["parameters"]["effective"].magnitude() != of["parameters"]["total"].magnitude())
    rows.insert(rows.begin() + 1,
                {"effective parameters, without the embeddings of each layer", "{parameters/effective}"});
  if (!with_cache) {
    rows.push_back(
        {windows ? "KV cache, bytes per token up to {shortest_window} tokens, bf16" : "KV cache, bytes per token, bf16",
         "{kv_cache_bytes_per_token}"});
    if (windows)
      rows.push_back(
          {"KV cache, bytes per token beyond {longest_window} tokens", "{kv_cache_growing_bytes_per_token}"});
    if (of["recurrent_state_bytes"].real() != 0)
      rows.push_back({"recurrent states, bytes per sequence, bf16", "{recurrent_state_bytes}"});
  }
  made.show({.rows = std::move(rows)});
}

/// Terms of at least a thousandth of the weights or forward FLOPs, then the others, then further counts.
inline void add_terms(answer& made, screen shown) {
  constexpr double least_share = 0.001;
  value const& of = made.values;
  double const all = of["parameters"]["total"].real();
  std::vector<text_row> rows[2];
  for (std::size_t i = 0; i != n_terms; ++i) {
    std::string const stored(name(static_cast<term>(i))), counted(flops_name(static_cast<term>(i)));
    value const* const weights = of["parameters_by_term"].find(stored);
    value const* const share = of["forward_share_by_term"].find(counted);
    if (weights == nullptr && share == nullptr) continue;
    bool const large = (weights != nullptr && weights->real() >= least_share * all) ||
                       (share != nullptr && share->real() >= least_share);
    rows[large ? 0 : 1].push_back(
        {stored, "{parameters_by_term/" + stored + "?}", "{active_parameters_by_term/" + stored + "?}",
         "{forward_flops_by_term/" + counted + "?}", "{forward_share_by_term/" + counted + "?:%3}"});
  }
  std::vector<std::string> const header{"term", "parameters", "active", "forward FLOPs/token", "share"};
  made.show({.title = "Terms", .header = header, .rows = std::move(rows[0]), .shown = shown});
  if (!rows[1].empty())
    made.show({.title = "Smaller terms", .header = header, .rows = std::move(rows[1]), .shown = screen::all});
  made.show({.title = "Further counts",
             .rows = {{"active without input embedding", "{parameters/active_without_input_embedding}"},
                      {"non-embedding", "{parameters/non_embedding}"},
                      {"active non-embedding", "{parameters/active_non_embedding}"},
                      {"active in matrix products", "{parameters/active_matmul}"},
                      {"forward FLOPs per token", "{flops_per_token/forward}"},
                      {"forward FLOPs per sequence", "{flops_per_sequence/forward}"}},
             .shown = screen::all});
}

}  // namespace detail

/// Parameters, FLOPs and caches of a model. Keys: those of `account_values`, notes[], and where they are asked for
/// checkpoint{part: {parameters, left_out, why}}; expected{published, explained, compositions[], nearest{composition,
/// total, residue}}; packed{documents, tokens, flops_per_token{}, flops_per_batch{}}; training{trainable_parameters,
/// adapter_parameters, model_flops{per_token, per_sequence}, hardware_flops{}, model_flops_by_term{}}; cache{context,
/// sequences, bytes, growing_bytes_per_token (beyond every window), next_token_bytes (of one sequence), constant_bytes,
/// growing_bytes, windowed_bytes, index_key_bytes, recurrent_state_bytes, windows}; decoding{sequences, context,
/// bytes_read{total, weights, weights_by_term{}, routed_experts_expected, key_value_cache, states}, flops,
/// latent_attention}. \throws std::invalid_argument with every rule that the model breaks, or naming what is wrong with
/// the question
inline answer account_answer(model const& m, account_question const& asked) {
  convention const& rule = find_convention(asked.convention);
  answer made{account_values(asked.model_name, m, asked.sequence_length, rule)};
  made.say("{model}, sequences of {sequence_length} tokens, FLOPs counted by {convention}");
  if (asked.checkpoint || asked.published_total) {
    checkpoint_parts const parts = checkpoint_parts_of(m, asked.vision_tower);
    if (asked.published_total) detail::add_published_total(made, parts, *asked.published_total);
    detail::add_totals(made, asked.cached.has_value());
    if (asked.checkpoint) detail::add_checkpoint(made, parts);
  }
  bool const more = asked.checkpoint || !asked.documents.empty() || asked.training || asked.cached || asked.decoding;
  if (asked.cached)
    detail::add_cache(made, m, *asked.cached, asked.cache_bytes, asked.decoding ? screen::all : screen::first);
  if (asked.decoding) detail::add_decoding(made, m, *asked.decoding, asked.decoding_bytes, asked.decoding_latents);
  if (!asked.documents.empty()) detail::add_packed(made, m, asked.documents, rule);
  if (asked.training) detail::add_training(made, m, asked.sequence_length, rule, *asked.training);
  if (!asked.checkpoint && !asked.published_total) detail::add_totals(made, asked.cached.has_value());
  detail::add_terms(made, more ? screen::all : screen::first);
  made.say("{convention}: {rule}", screen::all);
  add_notes(made, asked.notes);
  return made;
}

}  // namespace moetric::v0::report
