#include <cmath>
#include <iostream>

#include "command.hpp"
#include "law_command.hpp"
#include "moetric/optimum/compare.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string compute;
  std::vector<std::string> laws;
  std::string sequence_length;
  std::string convention = "matmul-causal-half";
  bool as_json = false;
};

json number_or_null(double value) {
  return std::isnan(value) ? json(nullptr) : json(value);
}

optimum::sized_plan const& plan_of(optimum::comparison const& of, optimum::choice plan) {
  return of.lines[plan.line].sizes[plan.size];
}

json plan_json(optimum::comparison const& of, optimum::choice plan) {
  optimum::sized_plan const& p = plan_of(of, plan);
  parameter_counts const counts = count_parameters(to_model(p.of));
  return {{"architecture", of.lines[plan.line].name},
          {"d_model", exact(p.of.d_model)},
          {"n_layers", exact(p.of.n_layers())},
          {"n_experts", exact(p.of.n_experts)},
          {"top_k", exact(p.of.top_k)},
          {"d_expert", exact(p.of.d_expert)},
          {"active_non_embedding_parameters", exact(counts.active_non_embedding)},
          {"total_non_embedding_parameters", exact(counts.non_embedding)},
          {"tokens", p.tokens}};
}

json matrix_json(optimum::comparison const& of, std::vector<std::vector<double>> const& regret) {
  json rows = json::object();
  for (std::size_t i = 0; i != of.verdicts.size(); ++i) {
    json& row = rows[std::string(of.verdicts[i].law->about->id)] = json::object();
    for (std::size_t j = 0; j != of.verdicts.size(); ++j)
      row[std::string(of.verdicts[j].law->about->id)] = number_or_null(regret[i][j]);
  }
  return rows;
}

std::vector<std::string> plan_cells(optimum::comparison const& of, optimum::choice plan) {
  optimum::sized_plan const& p = plan_of(of, plan);
  parameter_counts const counts = count_parameters(to_model(p.of));
  return {of.lines[plan.line].name,
          to_string(p.of.d_model),
          to_string(p.of.n_layers()),
          brief(static_cast<double>(counts.active_non_embedding)),
          brief(static_cast<double>(counts.non_embedding)),
          brief(p.tokens)};
}

void print_matrix(optimum::comparison const& of, std::vector<std::vector<double>> const& regret) {
  table text;
  std::vector<std::string> head{"following \\ judged by"};
  for (optimum::verdict const& each : of.verdicts) head.push_back(std::string(each.law->about->id));
  text.row(head);
  for (std::size_t i = 0; i != regret.size(); ++i) {
    std::vector<std::string> cells{head[i + 1]};
    for (double const each : regret[i]) cells.push_back(std::isnan(each) ? "-" : brief(100 * each, 3) + " %");
    text.row(cells);
  }
  text.print();
}

void run(options const& chosen) {
  optimum::compare_options how{.convention = chosen.convention};
  if (!chosen.sequence_length.empty()) how.sequence_length = whole("sequence_length", chosen.sequence_length);
  if (!chosen.laws.empty()) how.laws.assign(chosen.laws.begin(), chosen.laws.end());
  optimum::comparison const result = optimum::compare(number("compute", chosen.compute), how);

  if (chosen.as_json) {
    json verdicts = json::array();
    for (optimum::verdict const& each : result.verdicts)
      verdicts.push_back({{"law", each.law->about->id},
                          {"loss", each.loss},
                          {"irreducible", each.law->irreducible},
                          {"plan", plan_json(result, each.best)}});
    return print({{"compute", result.compute},
                  {"convention", chosen.convention},
                  {"verdicts", verdicts},
                  {"regret", matrix_json(result, result.regret)},
                  {"allocation_regret", matrix_json(result, result.allocation_regret)},
                  {"least_worst", plan_json(result, result.least_worst)},
                  {"least_worst_regret", result.least_worst_regret}});
  }
  std::cout << "What each law would buy with " << brief(result.compute) << " FLOPs (" << chosen.convention << ")\n\n";
  table plans;
  plans.row({"law", "loss", "architecture", "d_model", "layers", "active", "total", "tokens"});
  auto const add = [&](std::string const& name, std::string const& loss, optimum::choice plan) {
    std::vector<std::string> cells{name, loss};
    for (std::string const& each : plan_cells(result, plan)) cells.push_back(each);
    plans.row(cells);
  };
  for (optimum::verdict const& each : result.verdicts)
    add(std::string(each.law->about->id), brief(each.loss, 5), each.best);
  add("least worst", "", result.least_worst);
  plans.print();
  std::cout << "\nLosses of different laws are on different scales. Regret is taken within the judging law, of what is "
               "left to win there.\n\nFollowing the whole plan (- where the judge predicts no such model):\n";
  print_matrix(result, result.regret);
  std::cout << "\nFollowing its size and tokens alone, in the judge's architecture:\n";
  print_matrix(result, result.allocation_regret);
  std::cout << "\nThe plan of least worst-case regret loses at most " << brief(100 * result.least_worst_regret, 3)
            << " % by any law that knows experts and predicts it.\n";
}

}  // namespace

void add_compare(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand(
      "compare", "What several laws would buy with one budget, and what following each costs by the others");
  command->footer("Examples:\n  moetric compare --compute 1e22\n"
                  "  moetric compare --compute 1e22 --law fine-grained --law chinchilla-tex --json");
  command->add_option("--compute", chosen->compute, "Training FLOPs, in --convention")->required();
  command->add_option("--law", chosen->laws, "A law to ask, several times; by default one of each paper");
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of a training sequence; 2048 by default");
  command->add_option("--convention", chosen->convention, "How FLOPs are counted; an id of `moetric conventions`");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
