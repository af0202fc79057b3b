#include "moetric/account/identify.hpp"

#include <iostream>

#include "command.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/parameters.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string model;
  std::string training_flops_per_token;
  std::string parameters;
  std::string sequence_length;
  bool as_json = false;
};

// What a log may have used, when it does not say.
std::vector<count> lengths_to_try(std::string const& given) {
  if (!given.empty()) return {whole("sequence_length", given)};
  std::vector<count> lengths;
  for (count length = 512; length <= 131072; length *= 2) lengths.push_back(length);
  return lengths;
}

void identify_flops(named_model const& m, options const& chosen) {
  ratio const wanted = whole("training_flops_per_token", chosen.training_flops_per_token);
  auto const ways = identify_training_flops(m.value, wanted, lengths_to_try(chosen.sequence_length));
  bool const is_exact = ways.front().training_flops_per_token == wanted;
  if (chosen.as_json) {
    json all = json::array();
    for (identification const& way : ways)
      all.push_back({{"convention", way.rule->id},
                     {"sequence_length", exact(way.sequence_length)},
                     {"mtp", way.with == mtp_modules::included},
                     {"vocab_size", exact(way.vocab_size)},
                     {"training_flops_per_token", exact(way.training_flops_per_token)},
                     {"residue", exact(way.residue(wanted))}});
    return print({{"model", m.name}, {"training_flops_per_token", exact(wanted)}, {"exact", is_exact}, {"ways", all}});
  }
  std::cout << grouped(wanted) << " training FLOPs per token of " << m.name
            << (is_exact ? " are exactly\n" : " are no known count; the nearest are\n");
  table rows;
  rows.row({"convention", "length", "MTP", "vocabulary", "training FLOPs/token", "off by"});
  for (identification const& way : ways)
    rows.row({std::string(way.rule->id), grouped(way.sequence_length),
              way.with == mtp_modules::included ? "included" : "left out", grouped(way.vocab_size),
              grouped(way.training_flops_per_token), grouped(way.residue(wanted))});
  rows.print();
}

void identify_parameters(named_model const& m, options const& chosen) {
  count const wanted = whole("parameters", chosen.parameters);
  parameter_counts const counts = count_parameters(m.value);
  struct candidate {
    std::string name;
    count value;
  };
  std::vector<candidate> found;
  for (candidate const& each : {candidate{"active", counts.active},
                                {"active_without_input_embedding", counts.active_without_input_embedding},
                                {"non_embedding", counts.non_embedding},
                                {"active_non_embedding", counts.active_non_embedding},
                                {"active_matmul", counts.active_matmul},
                                {"mtp", counts.mtp}})
    if (each.value == wanted) found.push_back(each);
  checkpoint_parts const parts = checkpoint_parts_of(m.value, m.vision_tower);
  compositions const made = explain_total(parts, wanted);
  for (unsigned const parts_of_it : made.exact) found.push_back({to_string(parts, parts_of_it), wanted});
  if (chosen.as_json) {
    json all = json::array();
    for (candidate const& each : found) all.push_back(each.name);
    return print({{"model", m.name}, {"parameters", exact(wanted)}, {"exact", !found.empty()}, {"ways", all}});
  }
  std::cout << grouped(wanted) << " parameters of " << m.name << (found.empty() ? " are no known count\n" : " are\n");
  for (candidate const& each : found) std::cout << "  " << each.name << '\n';
}

void run(options const& chosen) {
  if (chosen.training_flops_per_token.empty() == chosen.parameters.empty())
    throw std::invalid_argument("moetric: identify must get --training-flops-per-token or --parameters, one of them");
  named_model const m = find_model(chosen.model);
  if (chosen.parameters.empty())
    identify_flops(m, chosen);
  else
    identify_parameters(m, chosen);
}

}  // namespace

void add_identify(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand("identify", "Which way of counting gives exactly a number from a log");
  command->footer("Example: moetric identify deepseek-v3 --training-flops-per-token 259992950784");
  command->add_option("MODEL", chosen->model, "A name that `moetric models` lists, or the path of a config.json")
      ->required();
  command->add_option("--training-flops-per-token", chosen->training_flops_per_token, "The number to explain");
  command->add_option("--parameters", chosen->parameters, "A number of parameters to explain");
  command->add_option("--sequence-length", chosen->sequence_length, "When it is known; otherwise 512 to 131072");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
