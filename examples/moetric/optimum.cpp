#include <iostream>
#include <stdexcept>

#include "law_command.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/optimum/fine_grained.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string law;
  std::string compute;
  std::vector<std::string> values;
  bool as_json = false;
};

struct row {
  std::string name;
  json value;
  std::string unit;
};

// Every optimum is shown by its law's own counts, in this order.
void show(options const& chosen, laws::description const& about, laws::answer const& answer,
          std::vector<row> const& rows) {
  if (chosen.as_json) {
    json object{{"law", about.id}};
    for (row const& each : rows) object[each.name] = each.value;
    add_answer(object, answer);
    object["loss_unit"] = about.loss_unit;
    return print(object);
  }
  std::cout << about.id << ": " << about.title << " (" << about.paper << ")\ncompute is " << about.compute << "\n\n";
  table text;
  for (row const& each : rows)
    text.row({each.name, each.value.is_boolean() ? each.value.dump() : brief(each.value.get<double>(), 6), each.unit});
  text.row({"loss", brief(answer.loss, 6), std::string(about.loss_unit)});
  text.print();
  print_reasons(answer);
}

double required_compute(options const& chosen) {
  if (chosen.compute.empty()) throw std::invalid_argument("moetric: compute must be given, such as --compute 3e20");
  return number("compute", chosen.compute);
}

void run_moe(options const& chosen, laws::fine_grained::law const& law) {
  std::string const subject = "the optimum of law " + chosen.law;
  auto const values = read_values(
      subject + " may fix", {"active_non_embedding_parameters", "granularity", "expansion_rate", "c_r"}, chosen.values);
  optimum::fine_grained_options wanted;
  if (double const* const value = find_value(values, "expansion_rate")) wanted.expansion_rate = *value;
  if (double const* const value = find_value(values, "c_r")) wanted.c_r = *value;
  if (double const* const value = find_value(values, "granularity")) wanted.granularities = {{*value}, 1};
  double const* const active = find_value(values, "active_non_embedding_parameters");
  if (active != nullptr && !chosen.compute.empty())
    throw std::invalid_argument("moetric: " + subject +
                                " must get compute or active_non_embedding_parameters, not both");
  optimum::fine_grained_configuration const best = active != nullptr
                                                       ? optimum::at_active_parameters(law, *active, wanted)
                                                       : optimum::at_compute(law, required_compute(chosen), wanted);
  std::vector<row> rows{{"compute", best.compute, "FLOPs"},
                        {"total_non_embedding_parameters", best.total_non_embedding_parameters, ""},
                        {"active_non_embedding_parameters", best.active_non_embedding_parameters, ""},
                        {"tokens", best.tokens, ""},
                        {"granularity", best.granularity, ""},
                        {"expansion_rate", best.expansion_rate, ""},
                        {"c_r", wanted.c_r, "FLOPs per router weight"},
                        {"d_model", best.d_model, ""},
                        {"n_blocks", best.n_blocks, "d_model / 64"},
                        {"router_exceeds_experts", best.router_exceeds_experts, ""}};
  // What routing costs differs by implementation and moves the best granularity.
  for (int const c_r : {6, 14, 20}) {
    if (find_value(values, "granularity") != nullptr) break;
    optimum::fine_grained_options other = wanted;
    other.c_r = c_r;
    rows.push_back({"granularity_at_c_r_" + std::to_string(c_r),
                    optimum::at_compute(law, best.compute, other).granularity, "for this compute"});
  }
  show(chosen, *law.about, best, rows);
}

void run_dense(options const& chosen) {
  auto const& law = laws::fine_grained::dense;
  if (!chosen.values.empty())
    throw std::invalid_argument("moetric: the optimum of law " + chosen.law + " must get compute alone, not " +
                                chosen.values.front());
  auto const best = optimum::at_compute(law, required_compute(chosen));
  show(chosen, *law.about, best,
       {{"compute", best.compute, "FLOPs"},
        {"total_non_embedding_parameters", best.at.total_non_embedding_parameters, ""},
        {"active_non_embedding_parameters", best.at.total_non_embedding_parameters, ""},
        {"tokens", best.at.tokens, ""}});
}

void run(options const& chosen) {
  laws::description const* const about = laws::require(chosen.law).about;
  for (laws::fine_grained::law const* const law : laws::fine_grained::sets)
    if (law->about == about) return run_moe(chosen, *law);
  if (about == laws::fine_grained::dense.about) return run_dense(chosen);
  throw std::invalid_argument("moetric: law must be one with an optimum, but got " + chosen.law);
}

}  // namespace

void add_optimum(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand("optimum", "What a law would buy with a budget, in its own counts");
  command->footer("Examples:\n  moetric optimum fine-grained --compute 1e20\n"
                  "  moetric optimum fine-grained --compute 1e20 granularity=8 c_r=20 --json\n"
                  "  moetric optimum fine-grained active_non_embedding_parameters=1e9");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists")->required();
  command->add_option("VALUES", chosen->values,
                      "What to fix, name=value: granularity, expansion_rate, c_r, or active_non_embedding_parameters "
                      "in the place of --compute");
  command->add_option("--compute", chosen->compute, "Training FLOPs as the law counts them, such as 3e20");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
