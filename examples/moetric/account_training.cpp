#include <algorithm>
#include <iostream>

#include "account.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/training.hpp"

namespace tool {
namespace {

using namespace moetric;

[[noreturn]] void refuse(std::string const& field, std::string const& rule, std::string const& got) {
  throw std::invalid_argument("moetric: " + field + " must " + rule + ", but got " + (got.empty() ? "nothing" : got));
}

/// One of the first n values of an enumeration, by its name.
template <class Enum>
Enum named(std::string const& field, std::string const& text, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  refuse_name(field, text, names_of_first<Enum>(n));
}

/// "16:query,value"
void add_adapters(lora_ranks& lora, std::string const& text) {
  auto const parts = split(text, ':');
  if (parts.size() != 2) refuse("lora", "be written as RANK:PROJECTION,...", text);
  count const rank = whole("lora", parts[0]);
  if (rank == 0) refuse("lora", "have a positive rank", text);
  for (std::string const& each : split(parts[1], ','))
    lora.ranks[static_cast<std::size_t>(named<projection>("lora", each, n_projections))] = rank;
}

training_choice choice_of(training_options const& chosen) {
  training_choice choice;
  if (!chosen.recompute.empty())
    choice.recompute = choose<recomputation>(
        "recompute", chosen.recompute,
        {{"none", recomputation::none}, {"selective", recomputation::selective}, {"full", recomputation::full}});
  for (std::string const& each : chosen.lora) add_adapters(choice.lora, each);
  if (!chosen.lora.empty()) choice.frozen = term_set::all();
  if (!chosen.freeze.empty())
    for (std::string const& each : split(chosen.freeze, ','))
      choice.frozen = choice.frozen | named<term>("freeze", each, n_terms);
  if (!chosen.first_trained_layer.empty())
    choice.first_trained_layer = whole("train_from_layer", chosen.first_trained_layer);
  return choice;
}

training_cost cost_of(training_options const& chosen, model const& m, count length, convention const& rule) {
  if (!rule.id.starts_with("matmul-"))
    refuse("convention", "be one of matmul-causal-half, matmul-causal and matmul-full for training with frozen parts",
           std::string(rule.id));
  return training_cost_of(m, {length, rule.causal}, choice_of(chosen));
}

json json_of(flops const& cost) {
  return {{"per_token", exact(cost.per_token())}, {"per_sequence", exact(cost.per_sequence())}};
}

}  // namespace

void packing_options::declare(arguments command) {
  command.add_option("--documents", documents,
                     "Also count a packed batch of documents of these lengths, such as 4096,2048,17");
}

std::vector<count> packing_options::lengths() const {
  std::vector<count> all;
  for (std::string const& each : split(documents, ',')) all.push_back(whole("documents", each));
  return all;
}

json packing_options::to_json(model const& m, convention const& rule) const {
  std::vector<count> const each = lengths();
  flops const forward = forward_flops(m, each, rule), training = training_flops(m, each, rule);
  return {
      {"documents", each.size()},
      {"tokens", exact(forward.sequence_length)},
      {"flops_per_token", {{"forward", exact(forward.per_token())}, {"training", exact(training.per_token())}}},
      {"flops_per_batch", {{"forward", exact(forward.per_sequence())}, {"training", exact(training.per_sequence())}}}};
}

void packing_options::print(model const& m, convention const& rule) const {
  std::vector<count> const each = lengths();
  flops const training = training_flops(m, each, rule);
  std::cout << "\nA packed batch\n";
  table rows;
  rows.row({"documents", std::to_string(each.size())});
  rows.row({"tokens", grouped(training.sequence_length)});
  rows.row({"training FLOPs per token", grouped(training.per_token())});
  rows.row({"training FLOPs of the batch", grouped(training.per_sequence())});
  rows.print();
}

void training_options::declare(arguments command) {
  std::string known;
  for (std::size_t i = 0; i != n_projections; ++i) known += " " + std::string(name(static_cast<projection>(i)));
  command
      .add_option("--lora", lora,
                  "Also count training of adapters only, RANK:PROJECTION,... with projections" + known + "; repeatable")
      ->one_value_each();
  command.add_option("--freeze", freeze,
                     "Also count training with the weights of these terms frozen, such as embedding,router");
  command.add_option(
      "--train-from-layer", first_trained_layer,
      "Also count training of the layers from this index (from 0) up, with those below and the embedding frozen");
  command.add_option("--recompute", recompute,
                     "Also count training with recomputed activations: none, selective or full");
}

json training_options::to_json(model const& m, count length, convention const& rule) const {
  training_cost const cost = cost_of(*this, m, length, rule);
  return {{"trainable_parameters", exact(cost.trainable_parameters)},
          {"adapter_parameters", exact(cost.adapter_parameters)},
          {"model_flops", json_of(cost.model)},
          {"hardware_flops", json_of(cost.hardware)},
          {"model_flops_by_term", by_term(cost.model.by_term)}};
}

void training_options::print(model const& m, count length, convention const& rule) const {
  training_cost const cost = cost_of(*this, m, length, rule);
  std::cout << "\nTraining with these options\n";
  table rows;
  rows.row({"trainable parameters", grouped(cost.trainable_parameters)});
  if (cost.adapter_parameters != 0) rows.row({"of these, in adapters", grouped(cost.adapter_parameters)});
  rows.row({"model FLOPs per token", grouped(cost.model.per_token())});
  rows.row({"hardware FLOPs per token", grouped(cost.hardware.per_token())});
  rows.print();
}

}  // namespace tool
