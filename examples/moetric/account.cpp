#include <algorithm>

#include "command.hpp"
#include "moetric/account/notes.hpp"
#include "moetric/io/adapters.hpp"
#include "moetric/io/core_forms.hpp"
#include "moetric/report/account_answer.hpp"
#include "moetric/report/plot/account.hpp"

namespace tool {
namespace account_command {

using namespace moetric;

struct options {
  std::string model, core_forms, freeze;
  std::string convention = "matmul-causal-half";
  std::vector<std::string> lora;
  std::optional<count> first_trained_layer, decode_batch, context, sequences;
  std::optional<recomputation> recompute;
  window_pages windows = window_pages::freed;
  ratio weight_bytes = 2, cache_bytes = 2;
  std::optional<ratio> expert_bytes;
  report::account_question asked;
  output_options output;
};

std::optional<training_choice> training_of(options const& chosen, model const& m) {
  if (chosen.lora.empty() && chosen.freeze.empty() && !chosen.first_trained_layer && !chosen.recompute)
    return std::nullopt;
  training_choice choice{.lora = io::adapters_of(chosen.lora, m)};
  if (chosen.recompute) choice.recompute = *chosen.recompute;
  if (!chosen.lora.empty()) choice.frozen = term_set::all();
  if (!chosen.freeze.empty())
    for (std::string const& each : io::split(chosen.freeze, ','))
      choice.frozen = choice.frozen | io::choose_first_of<term>("freeze", each, n_terms);
  if (chosen.first_trained_layer) choice.first_trained_layer = *chosen.first_trained_layer;
  return choice;
}

void run(options& chosen) {
  named_model const m = find_model(chosen.model);
  report::account_question& asked = chosen.asked;
  asked.model_name = m.name, asked.convention = chosen.convention;
  asked.notes = m.notes, asked.vision_tower = m.vision_tower;
  asked.training = training_of(chosen, m.value);
  core_conventions const forms =
      chosen.core_forms.empty() ? core_conventions{} : io::core_forms_of(chosen.core_forms, m.value);
  for (std::string const& each : io::split(chosen.core_forms, ','))
    if (each == "expanded" || each == "absorbed") asked.decoding_latents = forms.latent;

  if (chosen.decode_batch) {
    asked.decoding = {.sequences = *chosen.decode_batch, .context = *chosen.context};
    asked.decoding_bytes = {.weights = chosen.weight_bytes,
                            .routed_experts = chosen.expert_bytes.value_or(chosen.weight_bytes),
                            .cache = chosen.cache_bytes,
                            .states = chosen.cache_bytes};
  }
  if (chosen.context == count(0) && !chosen.decode_batch)
    io::refuse("context must be positive without --decode-batch, but got 0");
  if (chosen.context) {
    asked.cached = {.context = *chosen.context,
                    .sequences = chosen.sequences.value_or(chosen.decode_batch.value_or(1)),
                    .windows = chosen.windows};
    asked.cache_bytes = {.keys_and_values = chosen.cache_bytes};
  }
  model const counted = counted_by(forms, m.value);
  std::vector<std::string> const as_found = notes_of(m.value), as_counted = notes_of(counted);
  for (std::size_t i = 0; i != as_found.size(); ++i)
    std::replace(asked.notes.begin(), asked.notes.end(), as_found[i], as_counted[i]);
  print(report::account_answer(counted, asked), chosen.output, report::account_picture);
}

}  // namespace account_command

void add_account(command_line& line) {
  using namespace account_command;
  command& to = line.add("account", "What parameters, FLOPs and caches does a model have, term by term?",
                         {"parameters", "params", "flops", "size", "memory", "cache", "kv-cache", "lora", "decode",
                          "inference", "checkpoint", "terms", "active", "plot"},
                         {"moetric account deepseek-v3 --sequence-length 4096",
                          "moetric account gpt-oss-20b --context 131072 --sequences 8 --cache-bytes 1"});
  auto& chosen = to.state<options>();
  to.add("MODEL", chosen.model, model_help).required();
  to.add("--sequence-length", chosen.asked.sequence_length, "Tokens per sequence").shows_default();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  to.add("--convention", chosen.convention, "Counting rule, an id that `moetric conventions MODEL` lists")
      .shows_default()
      .more(", one of:" + known);
  to.add("--core-forms", chosen.core_forms,
         "How to count cores that tools count differently, such as absorbed,chunked: latent attention expanded or "
         "absorbed; gated DeltaNet key-by-value or value-by-value; Mamba-2 seven-per-state, two-per-state or chunked. "
         "The first of each is the default, but decoding is absorbed")
      .further();
  to.add_flag("--checkpoint", chosen.asked.checkpoint, "Also list the parts that a stored checkpoint may hold");
  to.add("--expect", chosen.asked.published_total, "Also explain this published total as a sum of parts").positive();
  to.add("--documents", chosen.asked.documents,
         "Also count a packed batch of documents of these lengths, such as 4096,2048,17")
      .further();
  to.add("--lora", chosen.lora,
         "Also count training of adapters only, " + std::string(lora_help) +
             ". The answer and the error for an unknown name list the projections of the model")
      .one_value_each();
  to.add("--freeze", chosen.freeze,
         "Also count training with the weights of these terms frozen, such as embedding,router")
      .further();
  to.add("--train-from-layer", chosen.first_trained_layer,
         "Also count training of the layers from this index (from 0) up, with those below and the embedding frozen")
      .further();
  to.add_choice("--recompute", chosen.recompute,
                {{"none", recomputation::none}, {"selective", recomputation::selective}, {"full", recomputation::full}},
                "Also count training with recomputed activations: none, selective or full");
  to.add("--decode-batch", chosen.decode_batch,
         "Also count the bytes that one decoding step reads and its FLOPs, for this many sequences of --context tokens")
      .with({"--context"});
  to.add("--context", chosen.context, "Also count the cache of sequences of this many tokens");
  to.add("--sequences", chosen.sequences, "Cached sequences; default: those of --decode-batch, or 1")
      .with({"--context"});
  to.add_choice("--window-pages", chosen.windows, {{"freed", window_pages::freed}, {"kept", window_pages::kept}},
                "What an engine does with keys and values outside of a window: freed (default) or kept")
      .with({"--context"})
      .further();
  to.add("--weight-bytes", chosen.weight_bytes, "Bytes per weight, such as 2, 1 or 17/32")
      .positive()
      .with({"--decode-batch"})
      .shows_default()
      .further();
  to.add("--expert-bytes", chosen.expert_bytes, "Bytes per weight of routed experts; default: --weight-bytes")
      .positive()
      .with({"--decode-batch"})
      .further();
  to.add("--cache-bytes", chosen.cache_bytes, "Bytes per cached element")
      .positive()
      .with({"--context"})
      .shows_default();
  chosen.output.declare(to, "parameters and FLOPs by term");
  to.run = [&chosen] { run(chosen); };
}

}  // namespace tool
