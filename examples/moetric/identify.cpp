#include "command.hpp"
#include "moetric/io/identify_answer.hpp"

namespace tool {

void add_identify(command_line& line) {
  using namespace moetric;
  struct options {
    std::string model;
    io::identify_request asked;
    output_options output;
  };
  command& to =
      line.add("identify", "Which way of counting gives a number from a log, to its printed digits?",
               {"mfu", "flops", "log", "parameters", "convention", "tool", "whose"},
               {"moetric identify deepseek-v3 --training-flops-per-token 250.45G",
                "moetric identify llama-3-8b --mfu 43.1% --peak-flops 989e12 --tokens-per-second-per-device 8281.5"});
  auto& chosen = to.state<options>();
  io::identify_request& asked = chosen.asked;
  to.add("MODEL", chosen.model, model_help).required();
  to.add("--training-flops-per-token", asked.training_flops_per_token,
         "The number as printed: 259992950784, 250.45e9 or 250.45G");
  to.add("--parameters", asked.parameters, "A number of parameters as printed: 37552297472 or 37.6B");
  to.add("--mfu", asked.mfu, "A model FLOPs utilisation as printed: 0.431 or 43.1%").positive();
  to.add("--peak-flops", asked.peak_flops, "With --mfu: the peak FLOP/s of one device").positive();
  to.add("--tokens-per-second-per-device", asked.tokens_per_second, "Tokens/s of one device, as printed").positive();
  to.add("--tokens-per-second", asked.tokens_per_second, "Tokens/s of all --devices, as printed")
      .without("--tokens-per-second-per-device")
      .positive();
  to.add("--tflops", asked.tflops, "Model TFLOP/s of one device, as printed").positive();
  to.add(
      "--device", [&asked](std::string const& text) { asked.device = cluster::device_named(text); },
      "The device of the run: its peaks are tried (moetric cluster --help lists devices)");
  to.add("--devices", asked.devices, "Devices of the run, for --tokens-per-second").with({"--tokens-per-second"});
  to.add("--sequence-length", asked.sequence_length, "Tokens per sequence; default: try powers of 2 from 512 to 131072")
      .without("--parameters", ", which have no length");
  chosen.output.declare(to);
  to.run = [&to, &chosen] {
    to.only_if(to.has("--mfu") && !to.has("--tflops"), {"--peak-flops"}, "with --mfu and tokens per second");
    to.only_if(!to.has("--parameters") && !to.has("--training-flops-per-token"), {"--device"},
               "with a speed: --mfu, --tflops or tokens per second");
    print(io::identify_answer(find_model(chosen.model), chosen.asked), chosen.output);
  };
}

}  // namespace tool
