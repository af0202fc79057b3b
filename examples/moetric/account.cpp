#include <algorithm>
#include <variant>

#include "command.hpp"
#include "moetric/account/notes.hpp"
#include "moetric/model/core_conventions.hpp"
#include "moetric/report/account_answer.hpp"
#include "moetric/report/plot/account.hpp"

namespace tool {
namespace account_command {

using namespace moetric;

struct options {
  std::string model, sequence_length = "4096", convention = "matmul-causal-half", core_forms, expected, documents;
  std::vector<std::string> lora;
  std::string freeze, first_trained_layer, recompute;
  std::string batch, context, sequences, window_pages;
  std::string weight_bytes = "2", expert_bytes, cache_bytes = "2";
  bool checkpoint = false;
  output_options output;
};

[[noreturn]] void refuse(std::string const& field, std::string const& rule, std::string const& got) {
  throw std::invalid_argument("moetric: " + field + " must " + rule + ", but got " + (got.empty() ? "nothing" : got));
}

/// "2" or "17/32"
ratio fraction(std::string_view field, std::string const& text) {
  auto const slash = text.find('/');
  if (text.substr(0, slash).find_first_of("123456789") == std::string::npos)
    refuse(std::string(field), "be positive, such as 2 or 17/32", text);
  if (slash == std::string::npos) return whole(field, text);
  count const denominator = whole(field, text.substr(slash + 1));
  if (denominator == 0) refuse(std::string(field), "not divide by 0", text);
  return {whole(field, text.substr(0, slash)), denominator};
}

/// One of the first n values of an enumeration, by its name.
template <class Enum>
Enum named(std::string const& field, std::string const& text, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  refuse_name(field, text, names_of_first<Enum>(n));
}

/// The form that a word of --core-forms names, for a core that the model must have.
template <class Form>
struct core_form {
  Form core_conventions::*core;
  Form form;
  char const* of;  // the cores, for a model without one
};

using any_core_form =
    std::variant<core_form<latent_core>, core_form<delta_core>, core_form<state_scan>, core_form<expert_draw>>;

core_conventions core_forms_of(std::string const& forms, model const& m) {
  auto const latent = [](latent_core form) {
    return core_form<latent_core>{&core_conventions::latent, form, "latent attention"};
  };
  auto const delta_net = [](delta_core form) {
    return core_form<delta_core>{&core_conventions::delta_net, form, "gated DeltaNet"};
  };
  auto const mamba_2 = [](state_scan form) {
    return core_form<state_scan>{&core_conventions::mamba_2, form, "Mamba-2 layers"};
  };
  auto const zero_experts = [](expert_draw form) {
    return core_form<expert_draw>{&core_conventions::zero_experts, form, "zero experts"};
  };
  offer<any_core_form> const known{{"expanded", latent(latent_core::expanded)},
                                   {"absorbed", latent(latent_core::absorbed)},
                                   {"key-by-value", delta_net(delta_core::key_by_value)},
                                   {"value-by-value", delta_net(delta_core::value_by_value)},
                                   {"seven-per-state", mamba_2(state_scan::seven_per_state)},
                                   {"two-per-state", mamba_2(state_scan::two_per_state)},
                                   {"chunked", mamba_2(state_scan::chunked)},
                                   {"mean-experts", zero_experts(expert_draw::mean)},
                                   {"fewest-experts", zero_experts(expert_draw::fewest)},
                                   {"most-experts", zero_experts(expert_draw::most)}};
  core_conventions chosen;
  std::vector<std::size_t> given;
  for (std::string const& each : split(forms, ',')) {
    any_core_form const named = choose("core_forms", each, known);
    if (std::find(given.begin(), given.end(), named.index()) != given.end())
      refuse("core_forms", "name one form of a core", forms);
    given.push_back(named.index());
    std::visit(
        [&]<class Form>(core_form<Form> const& one) {
          if (!has_core_form<Form>(m))
            refuse("core_forms", std::string("be given for a model with ") + one.of + ", which this one lacks", each);
          chosen.*one.core = one.form;
        },
        named);
  }
  return chosen;
}

std::optional<training_choice> training_of(options const& chosen, model const& m) {
  if (chosen.lora.empty() && chosen.freeze.empty() && chosen.first_trained_layer.empty() && chosen.recompute.empty())
    return std::nullopt;
  training_choice choice;
  if (!chosen.recompute.empty())
    choice.recompute = choose<recomputation>(
        "recompute", chosen.recompute,
        {{"none", recomputation::none}, {"selective", recomputation::selective}, {"full", recomputation::full}});
  for (std::string const& each : chosen.lora) add_adapters(choice.lora, each, m);
  if (!chosen.lora.empty()) choice.frozen = term_set::all();
  if (!chosen.freeze.empty())
    for (std::string const& each : split(chosen.freeze, ','))
      choice.frozen = choice.frozen | named<term>("freeze", each, n_terms);
  if (!chosen.first_trained_layer.empty())
    choice.first_trained_layer = whole("train_from_layer", chosen.first_trained_layer);
  return choice;
}

void run(options const& chosen) {
  named_model const m = find_model(chosen.model);
  report::account_question asked{.model_name = m.name,
                                 .sequence_length = whole("sequence_length", chosen.sequence_length),
                                 .convention = chosen.convention,
                                 .notes = m.notes,
                                 .vision_tower = m.vision_tower,
                                 .checkpoint = chosen.checkpoint,
                                 .training = training_of(chosen, m.value)};
  if (!chosen.expected.empty()) asked.published_total = whole("expect", chosen.expected);
  if (asked.published_total == count(0)) refuse("expect", "be positive", chosen.expected);
  if (!chosen.documents.empty())
    for (std::string const& each : split(chosen.documents, ',')) asked.documents.push_back(whole("documents", each));
  core_conventions const forms =
      chosen.core_forms.empty() ? core_conventions{} : core_forms_of(chosen.core_forms, m.value);
  for (std::string const& each : split(chosen.core_forms, ','))
    if (each == "expanded" || each == "absorbed") asked.decoding_latents = forms.latent;

  ratio const cache = fraction("cache_bytes", chosen.cache_bytes),
              weights = fraction("weight_bytes", chosen.weight_bytes);
  if (!chosen.batch.empty()) {
    asked.decoding = {.sequences = whole("decode_batch", chosen.batch), .context = whole("context", chosen.context)};
    asked.decoding_bytes = {.weights = weights,
                            .routed_experts =
                                chosen.expert_bytes.empty() ? weights : fraction("expert_bytes", chosen.expert_bytes),
                            .cache = cache,
                            .states = cache};
  }
  if (!chosen.context.empty()) {
    asked.cached = {.context = whole("context", chosen.context),
                    .sequences = asked.decoding ? asked.decoding->sequences : 1};
    if (!chosen.sequences.empty()) asked.cached->sequences = whole("sequences", chosen.sequences);
    if (!chosen.window_pages.empty())
      asked.cached->windows = choose<window_pages>("window_pages", chosen.window_pages,
                                                   {{"freed", window_pages::freed}, {"kept", window_pages::kept}});
    asked.cache_bytes = {.keys_and_values = cache};
  }
  model const counted = counted_by(forms, m.value);
  std::vector<std::string> const as_found = notes_of(m.value), as_counted = notes_of(counted);
  for (std::size_t i = 0; i != as_found.size(); ++i)
    std::replace(asked.notes.begin(), asked.notes.end(), as_found[i], as_counted[i]);
  print(report::account_answer(counted, asked), chosen.output, report::account_picture);
}

}  // namespace account_command

void add_account(arguments app) {
  using namespace account_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("account", "What parameters, FLOPs and caches does a model have, term by term?",
                                    {"parameters", "params", "flops", "size", "memory", "cache", "kv-cache", "lora",
                                     "decode", "inference", "checkpoint", "terms", "active", "plot"});
  command.examples("moetric account deepseek-v3 --sequence-length 4096",
                   "moetric account gpt-oss-20b --context 131072 --sequences 8 --cache-bytes 1");
  auto const text = [&](char const* name, std::string& value, std::string const& help) {
    return command->add_option(name, value, help);
  };
  text("MODEL", chosen->model, model_help)->required();
  text("--sequence-length", chosen->sequence_length, "Tokens per sequence")->capture_default_str();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  text("--convention", chosen->convention, "Counting rule, an id that `moetric conventions MODEL` lists")
      ->capture_default_str()
      .more(", one of:" + known);
  text(
      "--core-forms", chosen->core_forms,
      "How to count cores that tools count differently, such as absorbed,chunked: latent attention expanded or "
      "absorbed; gated DeltaNet key-by-value or value-by-value; Mamba-2 seven-per-state, two-per-state or chunked. The "
      "first of each is the default, but decoding is absorbed");
  command->add_flag("--checkpoint", chosen->checkpoint, "Also list the parts that a stored checkpoint may hold");
  text("--expect", chosen->expected, "Also explain this published total as a sum of parts");
  text("--documents", chosen->documents,
       "Also count a packed batch of documents of these lengths, such as 4096,2048,17");
  command
      ->add_option("--lora", chosen->lora,
                   "Also count training of adapters only, " + std::string(lora_help) +
                       ". The answer and the error for an unknown name list the projections of the model")
      ->one_value_each();
  text("--freeze", chosen->freeze,
       "Also count training with the weights of these terms frozen, such as embedding,router");
  text("--train-from-layer", chosen->first_trained_layer,
       "Also count training of the layers from this index (from 0) up, with those below and the embedding frozen");
  text("--recompute", chosen->recompute, "Also count training with recomputed activations: none, selective or full");
  text("--decode-batch", chosen->batch,
       "Also count the bytes that one decoding step reads and its FLOPs, for this many sequences of --context tokens");
  text("--context", chosen->context, "Also count the cache of sequences of this many tokens");
  text("--sequences", chosen->sequences, "Cached sequences; default: those of --decode-batch, or 1");
  text("--window-pages", chosen->window_pages,
       "What an engine does with keys and values outside of a window: freed (default) or kept");
  text("--weight-bytes", chosen->weight_bytes, "Bytes per weight, such as 2, 1 or 17/32")->capture_default_str();
  text("--expert-bytes", chosen->expert_bytes, "Bytes per weight of routed experts; default: --weight-bytes");
  text("--cache-bytes", chosen->cache_bytes, "Bytes per cached element")->capture_default_str();
  chosen->output.declare(command, "parameters and FLOPs by term");
  command.further({"--core-forms", "--documents", "--freeze", "--train-from-layer", "--window-pages", "--weight-bytes",
                   "--expert-bytes"});
  command->callback([chosen, command] {
    command.only_if(command.has("--context"), {"--decode-batch", "--sequences", "--window-pages", "--cache-bytes"},
                    "with --context");
    command.only_if(command.has("--decode-batch"), {"--weight-bytes", "--expert-bytes"}, "with --decode-batch");
    run(*chosen);
  });
}

}  // namespace tool
