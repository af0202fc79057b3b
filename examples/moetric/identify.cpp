#include "command.hpp"
#include "moetric/report/identify_answer.hpp"

namespace tool {
namespace identify_command {

using namespace moetric;

struct options {
  std::string model;
  std::string training_flops_per_token;
  std::string parameters;
  std::string mfu;
  std::string peak_flops;
  std::string tokens_per_second_per_device;
  std::string tokens_per_second;
  std::string tflops;
  std::string device;
  std::string devices;
  std::string sequence_length;
  output_options output;
};

// Sequence lengths to try for a log that does not state its own.
std::vector<count> lengths_to_try(std::string const& given) {
  if (!given.empty()) return {whole("sequence_length", given)};
  std::vector<count> lengths;
  for (count length = 512; length <= 131072; length *= 2) lengths.push_back(length);
  return lengths;
}

report::answer speed_answer(options const& chosen, named_model const& m, std::vector<count> const& lengths) {
  bool const all = !chosen.tokens_per_second.empty();
  report::speed_question asked{.mfu = chosen.mfu,
                               .tflops = chosen.tflops,
                               .tokens_per_second =
                                   all ? chosen.tokens_per_second : chosen.tokens_per_second_per_device};
  if (all) asked.devices = whole("devices", chosen.devices);
  if (!chosen.device.empty()) asked.on = &cluster::device_named(chosen.device);
  return report::identify_speed_answer(m.name, m.value, asked, lengths, m.model_type);
}

void run(options const& chosen) {
  bool const any_tokens = !chosen.tokens_per_second_per_device.empty() || !chosen.tokens_per_second.empty();
  bool const speed = !chosen.mfu.empty() || !chosen.tflops.empty() || any_tokens;
  if (!chosen.training_flops_per_token.empty() + !chosen.parameters.empty() + speed != 1)
    throw std::invalid_argument(
        "moetric: identify must get exactly one of --training-flops-per-token, --parameters, and a speed: two of "
        "--mfu, --tflops and tokens per second");
  if (speed && !chosen.mfu.empty() + !chosen.tflops.empty() + any_tokens < 2)
    throw std::invalid_argument(
        "moetric: a speed must be two of --mfu, --tflops and --tokens-per-second-per-device, or --tokens-per-second");
  bool const peak = !chosen.peak_flops.empty();
  if (!chosen.mfu.empty() && chosen.tflops.empty() && peak == !chosen.device.empty())
    throw std::invalid_argument("moetric: --mfu with tokens per second must come with --peak-flops or --device");
  for (auto const& [option, text] :
       {std::pair{"--mfu", chosen.mfu}, std::pair{"--peak-flops", chosen.peak_flops},
        std::pair{"--tflops", chosen.tflops}, std::pair{"--tokens-per-second", chosen.tokens_per_second},
        std::pair{"--tokens-per-second-per-device", chosen.tokens_per_second_per_device}})
    if (!text.empty() && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") == std::string::npos)
      throw std::invalid_argument("moetric: " + std::string(option) + " must be positive, but got " + text);
  named_model const m = find_model(chosen.model);
  if (!chosen.parameters.empty())
    return print(report::identify_parameters_answer(m.name, m.value, chosen.parameters, m.vision_tower), chosen.output);
  std::vector<count> const lengths = lengths_to_try(chosen.sequence_length);
  if (speed && !peak) return print(speed_answer(chosen, m, lengths), chosen.output);
  print(chosen.mfu.empty()
            ? report::identify_flops_answer(m.name, m.value, chosen.training_flops_per_token, lengths, m.model_type)
            : report::identify_mfu_answer(m.name, m.value, chosen.mfu, chosen.peak_flops,
                                          chosen.tokens_per_second_per_device, lengths, m.model_type),
        chosen.output);
}

}  // namespace identify_command

void add_identify(arguments app) {
  using namespace identify_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("identify", "Which way of counting gives a number from a log, to its printed digits?",
                         {"mfu", "flops", "log", "parameters", "convention", "tool", "whose"});
  command.examples("moetric identify deepseek-v3 --training-flops-per-token 250.45G",
                   "moetric identify llama-3-8b --mfu 43.1% --peak-flops 989e12 --tokens-per-second-per-device 8281.5");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--training-flops-per-token", chosen->training_flops_per_token,
                      "The number as printed: 259992950784, 250.45e9 or 250.45G");
  command->add_option("--parameters", chosen->parameters, "A number of parameters as printed: 37552297472 or 37.6B");
  command->add_option("--mfu", chosen->mfu, "A model FLOPs utilisation as printed: 0.431 or 43.1%");
  command->add_option("--peak-flops", chosen->peak_flops, "With --mfu: the peak FLOP/s of one device");
  command->add_option("--tokens-per-second-per-device", chosen->tokens_per_second_per_device,
                      "Tokens/s of one device, as printed");
  command->add_option("--tokens-per-second", chosen->tokens_per_second, "Tokens/s of all --devices, as printed");
  command->add_option("--tflops", chosen->tflops, "Model TFLOP/s of one device, as printed");
  command->add_option("--device", chosen->device,
                      "The device of the run: its peaks are tried (moetric cluster --help lists devices)");
  command->add_option("--devices", chosen->devices, "Devices of the run, for --tokens-per-second");
  command->add_option("--sequence-length", chosen->sequence_length,
                      "Tokens per sequence; default: try powers of 2 from 512 to 131072");
  chosen->output.declare(command);
  command->callback([chosen, command] {
    command.only_if(command.has("--tokens-per-second"), {"--devices"}, "with --tokens-per-second");
    command.only_if(!command.has("--tokens-per-second-per-device"), {"--tokens-per-second"},
                    "without --tokens-per-second-per-device");
    command.only_if(command.has("--mfu") && !command.has("--tflops"), {"--peak-flops"},
                    "with --mfu and tokens per second");
    command.only_if(!command.has("--parameters") && !command.has("--training-flops-per-token"), {"--device"},
                    "with a speed: --mfu, --tflops or tokens per second");
    command.only_if(!command.has("--parameters"), {"--sequence-length"}, "without --parameters, which have no length");
    run(*chosen);
  });
}

}  // namespace tool
