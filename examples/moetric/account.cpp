#include "moetric/io/account_answer.hpp"

#include "command.hpp"
#include "moetric/report/plot/account.hpp"

namespace tool {

void add_account(command_line& line) {
  using namespace moetric;
  struct options {
    std::string model;
    io::account_request asked;
    output_options output;
  };
  command& to = line.add("account", "What parameters, FLOPs and caches does a model have, term by term?",
                         {"parameters", "params", "flops", "size", "memory", "cache", "kv-cache", "lora", "decode",
                          "inference", "checkpoint", "terms", "active", "plot"},
                         {"moetric account deepseek-v3 --sequence-length 4096",
                          "moetric account gpt-oss-20b --context 131072 --sequences 8 --cache-bytes 1"});
  auto& chosen = to.state<options>();
  io::account_request& asked = chosen.asked;
  to.add("MODEL", chosen.model, model_help).required();
  to.add("--sequence-length", asked.sequence_length, "Tokens per sequence").shows_default();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  to.add("--convention", asked.convention, "Counting rule, an id that `moetric conventions MODEL` lists")
      .shows_default()
      .more(", one of:" + known);
  to.add("--core-forms", asked.core_forms,
         "How to count cores that tools count differently, such as absorbed,chunked: latent attention expanded or "
         "absorbed; gated DeltaNet key-by-value or value-by-value; Mamba-2 seven-per-state, two-per-state or chunked. "
         "The first of each is the default, but decoding is absorbed")
      .further();
  to.add_flag("--checkpoint", asked.checkpoint, "Also list the parts that a stored checkpoint may hold");
  to.add("--expect", asked.published_total, "Also explain this published total as a sum of parts").positive();
  to.add("--documents", asked.documents,
         "Also count a packed batch of documents of these lengths, such as 4096,2048,17")
      .further();
  to.add("--lora", asked.lora,
         "Also count training of adapters only, " + std::string(lora_help) +
             ". The answer and the error for an unknown name list the projections of the model")
      .one_value_each();
  to.add("--freeze", asked.freeze,
         "Also count training with the weights of these terms frozen, such as embedding,router")
      .further();
  to.add("--train-from-layer", asked.first_trained_layer,
         "Also count training of the layers from this index (from 0) up, with those below and the embedding frozen")
      .further();
  to.add_choice("--recompute", asked.recompute,
                {{"none", recomputation::none}, {"selective", recomputation::selective}, {"full", recomputation::full}},
                "Also count training with recomputed activations: none, selective or full");
  to.add("--decode-batch", asked.decode_batch,
         "Also count the bytes that one decoding step reads and its FLOPs, for this many sequences of --context tokens")
      .with({"--context"});
  to.add("--context", asked.context, "Also count the cache of sequences of this many tokens");
  to.add("--sequences", asked.sequences, "Cached sequences; default: those of --decode-batch, or 1")
      .with({"--context"});
  to.add_choice("--window-pages", asked.windows, {{"freed", window_pages::freed}, {"kept", window_pages::kept}},
                "What an engine does with keys and values outside of a window: freed (default) or kept")
      .with({"--context"})
      .further();
  to.add("--weight-bytes", asked.weight_bytes, "Bytes per weight, such as 2, 1 or 17/32")
      .positive()
      .with({"--decode-batch"})
      .shows_default()
      .further();
  to.add("--expert-bytes", asked.expert_bytes, "Bytes per weight of routed experts; default: --weight-bytes")
      .positive()
      .with({"--decode-batch"})
      .further();
  to.add("--cache-bytes", asked.cache_bytes, "Bytes per cached element").positive().with({"--context"}).shows_default();
  chosen.output.declare(to, "parameters and FLOPs by term");
  to.run = [&chosen] {
    print(io::account_answer(find_model(chosen.model), chosen.asked), chosen.output, report::account_picture);
  };
}

}  // namespace tool
