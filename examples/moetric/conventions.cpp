#include "moetric/report/plot/conventions.hpp"
#include "command.hpp"
#include "moetric/report/conventions_answer.hpp"

namespace tool {
namespace conventions_command {

struct options {
  std::string model, sequence_length = "4096", against = "matmul-causal-half", pad_vocabulary = "1";
  std::optional<std::string> tool;
  bool mtp = false, known_bugs = false;
  output_options output;
};

void run(options const& chosen) {
  named_model const m = find_model(chosen.model);
  auto const answer = moetric::report::conventions_answer(
      m.value, {.model_name = m.name,
                .model_type = m.model_type,
                .sequence_length = whole("sequence_length", chosen.sequence_length),
                .against = chosen.against,
                .tool = chosen.tool,
                .how = {.mtp = chosen.mtp ? moetric::mtp_modules::included : moetric::mtp_modules::left_out,
                        .pad_vocabulary_to_multiple_of = whole("pad_vocabulary", chosen.pad_vocabulary)},
                .known_bugs = chosen.known_bugs,
                .notes = m.notes});
  print(answer, chosen.output, moetric::report::conventions_picture);
}

}  // namespace conventions_command

void add_conventions(arguments app) {
  using namespace conventions_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand(
      "conventions", "What FLOPs does each tool and paper count, and why do they differ?",
      {"flops", "convention", "tool", "megatron", "nemo", "torchtitan", "maxtext", "mfu", "6n", "bug", "plot"});
  command.examples("moetric conventions deepseek-v3 --tool torchtitan",
                   "moetric conventions mixtral-8x7b --known-bugs --pad-vocabulary 128");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens per sequence")->capture_default_str();
  std::string known;
  for (moetric::convention const& each : moetric::conventions)
    known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  command->add_option("--tool", chosen->tool, "Your tool: why its number differs, term by term; ids as in --against");
  command->add_option("--against", chosen->against, "The convention to compare with, an id of this answer")
      ->capture_default_str()
      .more(", one of:" + known);
  command->add_flag("--mtp", chosen->mtp, "Include multi-token prediction modules, by each convention's rule");
  command
      ->add_option("--pad-vocabulary", chosen->pad_vocabulary,
                   "Pad the vocabulary to a multiple of this, as Megatron does: 128 times its tensor-parallel size")
      ->capture_default_str();
  command->add_flag("--known-bugs", chosen->known_bugs,
                    "Also list numbers that tools print by mistake; --tool and --against accept their ids too");
  command->add_flag("--all", chosen->output.all, "Print every convention's differences, as --verbose does");
  chosen->output.declare(command, "every convention");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
