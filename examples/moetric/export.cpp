#include "command.hpp"
#include "moetric/io/cpp_header.hpp"
#include "moetric/io/hugging_face_out.hpp"
#include "moetric/io/megatron.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace tool {
namespace export_command {

using namespace moetric;

struct options {
  std::string plan, format, family, name = "planned";
  std::string tensor_parallel = "1", expert_parallel = "1", pipeline_parallel = "1";
};

void print_hugging_face(options const& chosen) {
  model const m = find_model(chosen.plan).value;
  io::exported_model out = chosen.family.empty() ? io::write_hugging_face(m) : io::write_hugging_face(m, chosen.family);
  if (!out.why.empty()) out.notes.insert(out.notes.begin(), out.why);
  print_file(out.text, out.notes);
}

/// The plan of a file. A published model has no run for a trainer.
io::saved_plan find_plan(options const& chosen) {
  if (zoo::find(chosen.plan) != nullptr)
    throw std::invalid_argument("moetric: format " + chosen.format +
                                " must get a file that `moetric plan --json` wrote, since a model alone has no plan of "
                                "its run, but got the model " +
                                chosen.plan + "; its config.json is --format hf");
  return io::read_plan(chosen.plan);
}

void print_megatron(options const& chosen) {
  parallel_sizes const sizes{.tensor = whole("tensor_parallel", chosen.tensor_parallel),
                             .expert = whole("expert_parallel", chosen.expert_parallel),
                             .pipeline = whole("pipeline_parallel", chosen.pipeline_parallel)};
  print_file(io::write_megatron(find_plan(chosen), sizes));
}

void print_cpp_header(options const& chosen) {
  print_file(io::write_cpp_header(find_plan(chosen), chosen.name));
}

}  // namespace export_command

void add_export(arguments app) {
  using namespace export_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("export", "Which config or arguments does a trainer read for a plan or model?",
                                    {"config", "hugging-face", "megatron", "json", "header", "write", "trainer"});
  command.examples("moetric export deepseek-v3 --format hf",
                   "moetric export mixtral-8x7b --format hf --family mixtral");
  command->add_option("plan", chosen->plan, "A file that `moetric plan --json` wrote; for hf any model too")
      ->required();
  command
      ->add_option("--format", chosen->format,
                   "hf: config.json; megatron: arguments, one a line; cpp: a header with the model and its assertions")
      ->required();
  command->add_option("--family", chosen->family,
                      "For hf: mixtral, llama4_text, qwen3_moe, deepseek_v3 or glm4_moe; by default the first that "
                      "adds no weights, and a note says why");
  command->add_option("--name", chosen->name, "Namespace, for cpp")->capture_default_str();
  command->add_option("--tensor-parallel", chosen->tensor_parallel, "Parallel size, for megatron")
      ->capture_default_str();
  command->add_option("--expert-parallel", chosen->expert_parallel, "Parallel size, for megatron")
      ->capture_default_str();
  command->add_option("--pipeline-parallel", chosen->pipeline_parallel, "Parallel size, for megatron")
      ->capture_default_str();
  command->callback([chosen, command] {
    struct form {
      void (*print)(options const&);
      std::vector<std::string_view> used;
    };
    form const wanted =
        choose<form>("format", chosen->format,
                     {{"hf", {print_hugging_face, {"--family"}}},
                      {"megatron", {print_megatron, {"--tensor-parallel", "--expert-parallel", "--pipeline-parallel"}}},
                      {"cpp", {print_cpp_header, {"--name"}}}});
    std::vector<std::string_view> used = wanted.used;
    used.push_back("--format");
    command.require_used("export --format " + chosen->format, used);
    wanted.print(*chosen);
  });
}

}  // namespace tool
