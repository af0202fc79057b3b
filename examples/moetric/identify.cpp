#include "moetric/account/identify_parameters.hpp"

#include <iostream>
#include <set>

#include "printing.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string model;
  std::string training_flops_per_token;
  std::string parameters;
  std::string mfu;
  std::string peak_flops;
  std::string tokens_per_second_per_device;
  std::string sequence_length;
  bool as_json = false;
};

// Sequence lengths to try for a log that does not state its own.
std::vector<count> lengths_to_try(std::string const& given) {
  if (!given.empty()) return {whole("sequence_length", given)};
  std::vector<count> lengths;
  for (count length = 512; length <= 131072; length *= 2) lengths.push_back(length);
  return lengths;
}

json interval_json(printed_number const& wanted) {
  return {{"low", exact(wanted.low)}, {"high", exact(wanted.high)}};
}

json ways_json(std::vector<identification> const& ways, printed_number const& wanted) {
  json all = json::array();
  for (identification const& way : ways)
    all.push_back({{"way", to_string(way)},
                   {"convention", way.rule->id},
                   {"known_bug", way.is_known_bug},
                   {"sequence_length", exact(way.sequence_length)},
                   {"mtp", way.with == mtp_modules::included},
                   {"vocab_size", exact(way.vocab_size)},
                   {"training_flops_per_token", exact(way.training_flops_per_token)},
                   {"residue", exact(way.residue(wanted.value))}});
  return all;
}

void print_ways(std::vector<identification> const& ways, printed_number const& wanted) {
  table rows;
  rows.row({"way of counting", "length", "MTP", "vocabulary", "training FLOPs/token", "off by"});
  for (identification const& way : ways)
    rows.row({to_string(way), grouped(way.sequence_length), way.with == mtp_modules::included ? "included" : "left out",
              grouped(way.vocab_size), grouped(way.training_flops_per_token), grouped(way.residue(wanted.value))});
  rows.print();
  std::set<convention const*> told;
  for (identification const& way : ways)
    if (way.is_known_bug && told.insert(way.rule).second)
      std::cout << "\nknown bug " << way.rule->id << ", of models: " << find_known_bug(way.rule->id)->of_models << ": "
                << way.rule->summary << '\n';
}

void identify_flops(named_model const& m, options const& chosen) {
  printed_number const wanted = parse_printed_number("training_flops_per_token", chosen.training_flops_per_token);
  auto const ways = identify_training_flops(m.value, wanted, lengths_to_try(chosen.sequence_length));
  bool const found = wanted.holds(ways.front().training_flops_per_token);
  if (chosen.as_json)
    return print({{"model", m.name},
                  {"training_flops_per_token", exact(wanted.value)},
                  {"interval", interval_json(wanted)},
                  {"exact", found},
                  {"ways", ways_json(ways, wanted)}});
  std::cout << chosen.training_flops_per_token << " training FLOPs per token of " << m.name
            << (found ? " are, to the printed digits,\n" : " match no known count; the nearest are\n");
  print_ways(ways, wanted);
}

void identify_mfu(named_model const& m, options const& chosen) {
  printed_number const peak = parse_printed_number("peak_flops", chosen.peak_flops);
  auto const found = identify_utilization(m.value,
                                          {.mfu = parse_printed_number("mfu", chosen.mfu),
                                           .peak_flops = peak.value,
                                           .tokens_per_second_per_device = parse_printed_number(
                                               "tokens_per_second_per_device", chosen.tokens_per_second_per_device)},
                                          lengths_to_try(chosen.sequence_length));
  printed_number const& implied = found.training_flops_per_token;
  if (chosen.as_json)
    return print({{"model", m.name},
                  {"training_flops_per_token", exact(implied.value)},
                  {"interval", interval_json(implied)},
                  {"peak", found.peak->name},
                  {"exact", found.inside},
                  {"ways", ways_json(found.ways, implied)}});
  std::cout << "An MFU of " << chosen.mfu << " means " << grouped(implied.low) << " to " << grouped(implied.high)
            << " training FLOPs per token of " << m.name << " with the peak " << found.peak->name << ", "
            << (found.inside ? "which are\n" : "which match no known count; the nearest are\n");
  print_ways(found.ways, implied);
}

void identify_sums(named_model const& m, options const& chosen) {
  printed_number const wanted = parse_printed_number("parameters", chosen.parameters);
  auto const sums = identify_parameters(m.value, wanted, m.vision_tower);
  bool const found = wanted.holds(sums.front().value);
  if (chosen.as_json) {
    json all = json::array();
    for (parameter_identification const& sum : sums)
      all.push_back({{"sum", sum.name},
                     {"parameters", exact(sum.value)},
                     {"vocab_size", exact(sum.vocab_size)},
                     {"residue", exact(sum.residue(wanted.value))}});
    return print({{"model", m.name},
                  {"parameters", exact(wanted.value)},
                  {"interval", interval_json(wanted)},
                  {"exact", found},
                  {"ways", all}});
  }
  std::cout << chosen.parameters << " parameters of " << m.name
            << (found ? " are, to the printed digits,\n" : " match no known count; the nearest are\n");
  table rows;
  rows.row({"sum of weights", "vocabulary", "parameters", "off by"});
  for (parameter_identification const& sum : sums)
    rows.row({sum.name, grouped(sum.vocab_size), grouped(sum.value), grouped(sum.residue(wanted.value))});
  rows.print();
}

void run(options const& chosen) {
  int const given = !chosen.training_flops_per_token.empty() + !chosen.parameters.empty() + !chosen.mfu.empty();
  if (given != 1)
    throw std::invalid_argument(
        "moetric: identify must get exactly one of --training-flops-per-token, --parameters and --mfu");
  if (chosen.mfu.empty() != chosen.peak_flops.empty() ||
      chosen.mfu.empty() != chosen.tokens_per_second_per_device.empty())
    throw std::invalid_argument(
        "moetric: --mfu must come with --peak-flops and --tokens-per-second-per-device, from which it was computed");
  named_model const m = find_model(chosen.model);
  if (!chosen.parameters.empty())
    identify_sums(m, chosen);
  else if (!chosen.mfu.empty())
    identify_mfu(m, chosen);
  else
    identify_flops(m, chosen);
}

}  // namespace

void add_identify(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("identify", "Find the ways of counting that give a number from a log, to its printed digits");
  command->footer(
      "Examples: moetric identify deepseek-v3 --training-flops-per-token 259992950784\n"
      "          moetric identify deepseek-v3 --training-flops-per-token 250.45G\n"
      "          moetric identify deepseek-v3 --parameters 37B\n"
      "          moetric identify llama-3-8b --mfu 43.1% --peak-flops 989e12 --tokens-per-second-per-device 8281.5");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--training-flops-per-token", chosen->training_flops_per_token,
                      "The number as printed: 259992950784, 250.45e9 or 250.45G");
  command->add_option("--parameters", chosen->parameters, "A number of parameters as printed: 37552297472 or 37.6B");
  command->add_option("--mfu", chosen->mfu, "A model FLOPs utilisation as printed: 0.431 or 43.1%");
  command->add_option("--peak-flops", chosen->peak_flops, "With --mfu: the peak FLOP/s of one device");
  command->add_option("--tokens-per-second-per-device", chosen->tokens_per_second_per_device,
                      "With --mfu: the measured throughput");
  command->add_option("--sequence-length", chosen->sequence_length,
                      "Tokens per sequence; default: try powers of 2 from 512 to 131072");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
