#include "command.hpp"
#include "moetric/report/explain_answer.hpp"

namespace tool {

void add_explain(command_line& line) {
  struct options {
    std::string first, second;
    moetric::count sequence_length = 8192;
    output_options output;
  };
  command& to = line.add(
      "explain", "How do the FLOPs and parameters of two models differ, by kind of layer?",
      {"difference", "diff", "compare", "flops", "parameters", "layers"},
      {"moetric explain mixtral-8x7b qwen3-30b-a3b --sequence-length 4096", "moetric explain deepseek-v3 kimi-k2"});
  auto& chosen = to.state<options>();
  to.add("first", chosen.first, "A model").required();
  to.add("second", chosen.second, "Another one, of the same FLOPs per token or not").required();
  to.add("--sequence-length", chosen.sequence_length, "Tokens of one sequence").shows_default();
  chosen.output.declare(to);
  to.run = [&chosen] {
    named_model const first = find_model(chosen.first), second = find_model(chosen.second);
    print(moetric::report::explain_answer(first.name, first.value, second.name, second.value, chosen.sequence_length),
          chosen.output);
  };
}

}  // namespace tool
