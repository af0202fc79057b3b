#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "moetric/account/notes.hpp"
#include "moetric/io/adapters.hpp"
#include "moetric/io/core_forms.hpp"
#include "moetric/io/named_model.hpp"
#include "moetric/report/account_answer.hpp"

namespace moetric::v0::io {

/// A model's account, as people type it. Every answer has the account of one sequence, the rest only where it is given.
struct account_request {
  count sequence_length = 4096;  // tokens
  std::string convention = "matmul-causal-half";
  std::string core_forms{};                // as `core_forms_of` reads them
  bool checkpoint = false;                 // the parts that a stored checkpoint may hold
  std::optional<count> published_total{};  // parameters, to be explained as a sum of these parts
  std::vector<count> documents{};          // tokens of each document of a packed batch
  std::vector<std::string> lora{};         // as `adapters_of` reads them; all else is then frozen
  std::string freeze{};                    // terms, separated by commas
  std::optional<count> first_trained_layer{};
  std::optional<recomputation> recompute{};
  std::optional<count> decode_batch{};          // sequences of one decoding step, of `context` tokens
  std::optional<count> context{}, sequences{};  // of a cache
  window_pages windows = window_pages::freed;
  ratio weight_bytes = 2, cache_bytes = 2;  // of an element
  std::optional<ratio> expert_bytes{};      // of a routed expert's weight; else as other weights
};

namespace detail {

inline std::optional<training_choice> training_of(account_request const& from, model const& m) {
  if (from.lora.empty() && from.freeze.empty() && !from.first_trained_layer && !from.recompute) return std::nullopt;
  training_choice choice{.lora = adapters_of(from.lora, m)};
  if (from.recompute) choice.recompute = *from.recompute;
  if (!from.lora.empty()) choice.frozen = term_set::all();
  if (!from.freeze.empty())
    for (std::string const& each : split(from.freeze, ','))
      choice.frozen = choice.frozen | choose_first_of<term>("freeze", each, n_terms);
  if (from.first_trained_layer) choice.first_trained_layer = *from.first_trained_layer;
  return choice;
}

}  // namespace detail

/// The account of a model that a request describes. Keys: those of `report::account_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline report::answer account_answer(named_model const& m, account_request const& from) {
  report::account_question asked{.model_name = m.name,
                                 .sequence_length = from.sequence_length,
                                 .convention = from.convention,
                                 .notes = m.notes,
                                 .vision_tower = m.vision_tower,
                                 .checkpoint = from.checkpoint,
                                 .published_total = from.published_total,
                                 .documents = from.documents,
                                 .training = detail::training_of(from, m.value)};
  core_conventions const forms = from.core_forms.empty() ? core_conventions{} : core_forms_of(from.core_forms, m.value);
  for (std::string const& each : split(from.core_forms, ','))
    if (each == "expanded" || each == "absorbed") asked.decoding_latents = forms.latent;
  if (from.decode_batch) {
    if (!from.context) refuse("decode_batch must be given with a context");
    asked.decoding = {.sequences = *from.decode_batch, .context = *from.context};
    asked.decoding_bytes = {.weights = from.weight_bytes,
                            .routed_experts = from.expert_bytes.value_or(from.weight_bytes),
                            .cache = from.cache_bytes,
                            .states = from.cache_bytes};
  }
  if (from.context == count(0) && !from.decode_batch)
    refuse("context must be positive without --decode-batch, but got 0");
  if (from.context) {
    asked.cached = {.context = *from.context,
                    .sequences = from.sequences.value_or(from.decode_batch.value_or(1)),
                    .windows = from.windows};
    asked.cache_bytes = {.keys_and_values = from.cache_bytes};
  }
  model const counted = counted_by(forms, m.value);
  std::vector<std::string> const as_found = notes_of(m.value), as_counted = notes_of(counted);
  for (std::size_t i = 0; i != as_found.size(); ++i)
    std::replace(asked.notes.begin(), asked.notes.end(), as_found[i], as_counted[i]);
  return report::account_answer(counted, asked);
}

}  // namespace moetric::v0::io
