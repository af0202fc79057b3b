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
  parallel_sizes sizes;
};

/// The plan of a file. A published model has no run for a trainer.
io::saved_plan find_plan(options const& chosen) {
  if (zoo::find(chosen.plan) != nullptr)
    io::refuse("format " + chosen.format +
               " must get a file that `moetric plan --json` wrote, since a model alone has no plan of its run, but got "
               "the model " +
               chosen.plan + "; its config.json is --format hf");
  return io::read_plan(chosen.plan);
}

void run(command const& from, options const& chosen) {
  enum class forms { hf, megatron, cpp };
  forms const format = io::choose<forms>("format", chosen.format,
                                         {{"hf", forms::hf}, {"megatron", forms::megatron}, {"cpp", forms::cpp}});
  std::vector<std::string_view> used{"--format"};
  if (format == forms::hf) used = {"--family", "--format"};
  if (format == forms::cpp) used = {"--name", "--format"};
  if (format == forms::megatron) used = {"--tensor-parallel", "--expert-parallel", "--pipeline-parallel", "--format"};
  from.require_used("export --format " + chosen.format, used);
  if (format == forms::megatron) return print_file(io::write_megatron(find_plan(chosen), chosen.sizes));
  if (format == forms::cpp) return print_file(io::write_cpp_header(find_plan(chosen), chosen.name));
  model const m = find_model(chosen.plan).value;
  io::exported_model out = chosen.family.empty() ? io::write_hugging_face(m) : io::write_hugging_face(m, chosen.family);
  if (!out.why.empty()) out.notes.insert(out.notes.begin(), out.why);
  print_file(out.text, out.notes);
}

}  // namespace export_command

void add_export(command_line& line) {
  using namespace export_command;
  command& to =
      line.add("export", "Which config or arguments does a trainer read for a plan or model?",
               {"config", "hugging-face", "megatron", "json", "header", "write", "trainer"},
               {"moetric export deepseek-v3 --format hf", "moetric export mixtral-8x7b --format hf --family mixtral"});
  auto& chosen = to.state<options>();
  to.add("plan", chosen.plan, "A file that `moetric plan --json` wrote; for hf any model too").required();
  to.add("--format", chosen.format,
         "hf: config.json; megatron: arguments, one a line; cpp: a header with the model and its assertions")
      .required();
  to.add("--family", chosen.family,
         "For hf: mixtral, llama4_text, qwen3_moe, deepseek_v3 or glm4_moe; by default the first that adds no weights, "
         "and a note says why");
  to.add("--name", chosen.name, "Namespace, for cpp").shows_default();
  to.add("--tensor-parallel", chosen.sizes.tensor, "Parallel size, for megatron").shows_default();
  to.add("--expert-parallel", chosen.sizes.expert, "Parallel size, for megatron").shows_default();
  to.add("--pipeline-parallel", chosen.sizes.pipeline, "Parallel size, for megatron").shows_default();
  to.run = [&to, &chosen] {
    chosen.sizes.expert_tensor = chosen.sizes.tensor;
    run(to, chosen);
  };
}

}  // namespace tool
