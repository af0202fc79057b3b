#include "moetric/report/plot/conventions.hpp"
#include "command.hpp"
#include "moetric/report/conventions_answer.hpp"

namespace tool {
namespace conventions_command {

using namespace moetric;

struct options {
  std::string model, against = "matmul-causal-half";
  std::optional<std::string> tool;
  bool mtp = false;
  report::conventions_question asked;
  output_options output;
};

void run(options& chosen) {
  named_model const m = find_model(chosen.model);
  report::conventions_question& asked = chosen.asked;
  asked.model_name = m.name, asked.model_type = m.model_type, asked.notes = m.notes;
  asked.against = chosen.against, asked.tool = chosen.tool;
  asked.how.mtp = chosen.mtp ? mtp_modules::included : mtp_modules::left_out;
  print(report::conventions_answer(m.value, asked), chosen.output, report::conventions_picture);
}

}  // namespace conventions_command

void add_conventions(command_line& line) {
  using namespace conventions_command;
  command& to =
      line.add("conventions", "What FLOPs does each tool and paper count, and why do they differ?",
               {"flops", "convention", "tool", "megatron", "nemo", "torchtitan", "maxtext", "mfu", "6n", "bug", "plot"},
               {"moetric conventions deepseek-v3 --tool torchtitan",
                "moetric conventions mixtral-8x7b --known-bugs --pad-vocabulary 128"});
  auto& chosen = to.state<options>();
  to.add("MODEL", chosen.model, model_help).required();
  to.add("--sequence-length", chosen.asked.sequence_length, "Tokens per sequence").shows_default();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  to.add("--tool", chosen.tool, "Your tool: why its number differs, term by term; ids as in --against");
  to.add("--against", chosen.against, "The convention to compare with, an id of this answer")
      .shows_default()
      .more(", one of:" + known);
  to.add_flag("--mtp", chosen.mtp, "Include multi-token prediction modules, by each convention's rule");
  to.add("--pad-vocabulary", chosen.asked.how.pad_vocabulary_to_multiple_of,
         "Pad the vocabulary to a multiple of this, as Megatron does: 128 times its tensor-parallel size")
      .shows_default();
  to.add_flag("--known-bugs", chosen.asked.known_bugs,
              "Also list numbers that tools print by mistake; --tool and --against accept their ids too");
  to.add_flag("--all", chosen.output.all, "Print every convention's differences, as --verbose does");
  chosen.output.declare(to, "every convention");
  to.run = [&chosen] { run(chosen); };
}

}  // namespace tool
