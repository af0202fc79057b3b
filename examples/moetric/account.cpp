#include <functional>
#include <iostream>
#include <optional>

#include "account.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/model/core_conventions.hpp"

namespace tool {
namespace {

using namespace moetric;

json by_term(flops const& forward) {
  json object = json::object();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (forward.by_term.amounts[i] != 0)
      object[std::string(flops_name(static_cast<term>(i)))] = exact(forward.per_token(static_cast<term>(i)));
  return object;
}

struct options {
  std::string model;
  std::string sequence_length = "4096";
  std::string convention = "matmul-causal-half";
  std::string core_conventions;
  std::string expected;
  packing_options packing;
  training_options training;
  decoding_options decoding;
  bool checkpoint = false;
  bool as_json = false;
};

json checkpoint_json(checkpoint_parts const& parts) {
  json object = json::object();
  for (checkpoint_part const& part : parts)
    object[std::string(part.name)] = {{"parameters", exact(part.parameters)}, {"why", part.why}};
  return object;
}

void print_checkpoint(checkpoint_parts const& parts) {
  std::cout << "\nParts that a stored checkpoint may hold\n";
  table rows;
  for (checkpoint_part const& part : parts)
    rows.row({std::string(part.name), (part.left_out ? "-" : "") + grouped(part.parameters), std::string(part.why)});
  rows.print();
}

json explanation_json(checkpoint_parts const& parts, count published) {
  compositions const found = explain_total(parts, published);
  json object{{"published", exact(published)}, {"explained", !found.exact.empty()}};
  object["compositions"] = json::array();
  for (unsigned const chosen : found.exact) object["compositions"].push_back(to_string(parts, chosen));
  if (found.exact.empty()) {
    object["nearest"] = {{"composition", to_string(parts, found.nearest)}, {"total", exact(found.nearest_total)}};
  }
  return object;
}

void print_explanation(checkpoint_parts const& parts, count published) {
  compositions const found = explain_total(parts, published);
  std::cout << "\nThe published total " << grouped(published);
  if (found.exact.empty()) {
    bool const above = published > found.nearest_total;
    count const rest = above ? published - found.nearest_total : found.nearest_total - published;
    std::cout << " is not a sum of known parts; the nearest sum is " << to_string(parts, found.nearest) << " = "
              << grouped(found.nearest_total) << ", " << grouped(rest) << (above ? " less\n" : " more\n");
    return;
  }
  for (unsigned const chosen : found.exact) std::cout << "\n  = " << to_string(parts, chosen);
  std::cout << '\n';
}

void print_table(named_model const& m, sequence<> tokens, convention const& rule) {
  account<> const book = account_of(m.value);
  flops const forward = forward_flops(m.value, tokens.length, rule);
  flops const training = training_flops(m.value, tokens.length, rule);
  std::cout << m.name << ", sequence length " << tokens.length << ", convention " << rule.id << " (" << rule.summary
            << ")\n\n";
  table terms;
  terms.row({"term", "parameters", "active", "forward FLOPs/token", "share"});
  double const all = static_cast<double>(forward.per_token());
  for (std::size_t i = 0; i != n_terms; ++i) {
    term const t = static_cast<term>(i);
    ratio const each = forward.per_token(t);
    if (book.stored[t] == 0 && each == 0) continue;
    terms.row({std::string(name(t)), grouped(book.stored[t]), grouped(book.active[t]), grouped(each),
               brief(100 * static_cast<double>(each) / all, 3) + "%"});
  }
  terms.row({"total", grouped(book.stored.total()), grouped(book.active.total()), grouped(forward.per_token()), ""});
  terms.print();

  std::cout << '\n';
  parameter_counts const counts = count_parameters(m.value);
  table summary;
  summary.row({"active without input embedding", grouped(counts.active_without_input_embedding)});
  summary.row({"non-embedding", grouped(counts.non_embedding)});
  summary.row({"active non-embedding", grouped(counts.active_non_embedding)});
  summary.row({"active in matrix products", grouped(counts.active_matmul)});
  if (counts.mtp != 0) summary.row({"multi-token prediction, not included", grouped(counts.mtp)});
  summary.row({"training FLOPs per token", grouped(training.per_token())});
  summary.row({"training FLOPs per sequence", grouped(training.per_sequence())});
  summary.row({"KV cache bytes per token, bf16", grouped(kv_cache_bytes_per_token(m.value))});
  if (count const state = recurrent_state_bytes(m.value); state != 0)
    summary.row({"recurrent state bytes per sequence, bf16", grouped(state)});
  summary.print();
  for (std::string const& note : m.notes) std::cout << "\nnote: " << note << '\n';
}

void run(options const& chosen) {
  named_model m = find_model(chosen.model);
  m.value = counted_by(chosen.core_conventions, m.value);
  sequence<> const tokens{.length = whole("sequence_length", chosen.sequence_length)};
  convention const& rule = find_convention(chosen.convention);
  checkpoint_parts const parts = checkpoint_parts_of(m.value, m.vision_tower);
  std::optional<count> published;
  if (!chosen.expected.empty()) published = whole("expect", chosen.expected);
  json more = json::object();  // read before printing, so that a wrong option prints only its error
  if (chosen.packing.given()) more["packed"] = chosen.packing.to_json(m.value, rule);
  if (chosen.training.given()) more["training"] = chosen.training.to_json(m.value, tokens.length, rule);
  if (chosen.decoding.given()) more["decoding"] = chosen.decoding.to_json(m.value);
  if (chosen.as_json) {
    json object = account_json(m.name, m.value, tokens, chosen.convention);
    object["notes"] = m.notes;
    if (chosen.checkpoint) object["checkpoint"] = checkpoint_json(parts);
    if (published) object["expected"] = explanation_json(parts, *published);
    object.update(more);
    return print(object);
  }
  print_table(m, tokens, rule);
  if (chosen.checkpoint) print_checkpoint(parts);
  if (published) print_explanation(parts, *published);
  if (chosen.packing.given()) chosen.packing.print(m.value, rule);
  if (chosen.training.given()) chosen.training.print(m.value, tokens.length, rule);
  if (chosen.decoding.given()) chosen.decoding.print(m.value);
}

}  // namespace

model counted_by(std::string const& forms, model const& m) {
  if (forms.empty()) return m;
  core_conventions chosen;
  auto const setting = [](auto core_conventions::*core, auto form) {
    return [core, form](core_conventions& of) { of.*core = form; };
  };
  offer<std::function<void(core_conventions&)>> const known{
      {"expanded", setting(&core_conventions::latent, latent_core::expanded)},
      {"absorbed", setting(&core_conventions::latent, latent_core::absorbed)},
      {"key-by-value", setting(&core_conventions::delta_net, delta_core::key_by_value)},
      {"value-by-value", setting(&core_conventions::delta_net, delta_core::value_by_value)},
      {"seven-per-state", setting(&core_conventions::mamba_2, state_scan::seven_per_state)},
      {"two-per-state", setting(&core_conventions::mamba_2, state_scan::two_per_state)},
      {"chunked", setting(&core_conventions::mamba_2, state_scan::chunked)}};
  for (std::string const& each : split(forms, ',')) choose("core_conventions", each, known)(chosen);
  return counted_by(chosen, m);
}

json by_term(term_sheet<> const& sheet) {
  json object = json::object();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (sheet.amounts[i] != 0) object[std::string(name(static_cast<term>(i)))] = exact(sheet.amounts[i]);
  return object;
}

json account_json(std::string const& model_name, model const& m, sequence<> tokens, std::string_view convention_id) {
  account<> const book = account_of(m);
  convention const& rule = find_convention(convention_id);
  flops const forward = forward_flops(m, tokens.length, rule);
  flops const training = training_flops(m, tokens.length, rule);
  parameter_counts const counts = count_parameters(m);
  json object{{"model", model_name},
              {"sequence_length", exact(tokens.length)},
              {"convention", convention_id},
              {"parameters",
               {{"total", exact(counts.total)},
                {"active", exact(counts.active)},
                {"active_without_input_embedding", exact(counts.active_without_input_embedding)},
                {"non_embedding", exact(counts.non_embedding)},
                {"active_non_embedding", exact(counts.active_non_embedding)},
                {"active_matmul", exact(counts.active_matmul)},
                {"mtp", exact(counts.mtp)}}},
              {"parameters_by_term", by_term(book.stored)},
              {"active_parameters_by_term", by_term(book.active)},
              {"flops_per_token", {{"forward", exact(forward.per_token())}, {"training", exact(training.per_token())}}},
              {"flops_per_sequence",
               {{"forward", exact(forward.per_sequence())}, {"training", exact(training.per_sequence())}}},
              {"forward_flops_by_term", by_term(forward)},
              {"kv_cache_bytes_per_token", exact(kv_cache_bytes_per_token(m))},
              {"recurrent_state_bytes", exact(recurrent_state_bytes(m))}};
  if (counts.mtp != 0) {
    object["mtp"] = {{"parameters_by_term", by_term(mtp_account(m).stored)},
                     {"forward_flops_by_term", by_term(mtp_forward_flops(m, tokens))}};
  }
  return object;
}

void add_account(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("account", "Parameters and FLOPs of a model, term by term");
  command->footer("Examples:\n  moetric account deepseek-v3 --sequence-length 4096 --json\n"
                  "  moetric account deepseek-v3 --expect 684531386000      (what does a published total contain?)\n"
                  "  moetric account llama-3-8b --lora 16:query,value --recompute full\n"
                  "  moetric account deepseek-v3 --decode-batch 64 --context 8192 --weight-bytes 1");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens per sequence")->capture_default_str();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  command->add_option("--convention", chosen->convention, "Counting rule, one of:" + known)->capture_default_str();
  command->add_option(
      "--core-forms", chosen->core_conventions,
      "How to count cores that tools count differently, such as absorbed,chunked: latent attention expanded "
      "or absorbed; gated DeltaNet key-by-value or value-by-value; Mamba-2 seven-per-state, two-per-state "
      "or chunked. The first of each is the default");
  command->add_flag("--checkpoint", chosen->checkpoint, "Also list the parts that a stored checkpoint may hold");
  command->add_option("--expect", chosen->expected, "Also explain this published total as a sum of parts");
  chosen->packing.declare(command);
  chosen->training.declare(command);
  chosen->decoding.declare(command);
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
