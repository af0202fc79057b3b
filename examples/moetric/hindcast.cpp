#include "moetric/optimum/hindcast.hpp"

#include <iostream>

#include "printing.hpp"

namespace tool {
namespace {

using namespace moetric;

json plan_json(optimum::hindcast_plan const& plan) {
  return {{"run", plan.run->name},
          {"model", plan.run->model},
          {"law", plan.law},
          {"compute", plan.compute},
          {"parameters_name", plan.parameters_name},
          {"parameters", plan.parameters},
          {"planned_parameters", plan.planned_parameters},
          {"tokens", plan.tokens},
          {"planned_tokens", plan.planned_tokens},
          {"tokens_over_planned", plan.tokens_over_planned()},
          {"is_prediction", plan.is_prediction}};
}

json positive_or_null(double value) {
  return value > 0 ? json(value) : json(nullptr);
}

// Runs and laws crossed: one row for a run, one cell for each of the laws, in the order in which they come.
template <class Row, class Cell>
void print_crossed(std::vector<Row> const& rows, std::string const& corner, Cell const& cell) {
  table text;
  std::vector<std::string> head{corner};
  for (Row const& each : rows) {
    if (each.run != rows.front().run) break;
    head.push_back(std::string(each.law));
  }
  text.row(head);
  for (std::size_t i = 0; i < rows.size(); i += head.size() - 1) {
    std::vector<std::string> cells{std::string(rows[i].run->name)};
    for (std::size_t law = 0; law + 1 != head.size(); ++law) cells.push_back(cell(rows[i + law]));
    text.row(cells);
  }
  text.print();
}

std::string ratio(double run, double said) {
  return run > 0 && said > 0 ? brief(run / said, 3) : "-";
}

void run(bool as_json) {
  auto const plans = optimum::hindcast_plans();
  auto const rates = optimum::hindcast_rates();
  auto const summaries = optimum::summarised(plans);
  if (as_json) {
    json plan_rows = json::array(), rate_rows = json::array(), summary_rows = json::array();
    for (auto const& each : plans) plan_rows.push_back(plan_json(each));
    for (auto const& each : rates)
      rate_rows.push_back({{"run", each.run->name},
                           {"law", each.law},
                           {"learning_rate", positive_or_null(each.learning_rate)},
                           {"said_learning_rate", each.said_learning_rate},
                           {"batch_tokens", positive_or_null(each.batch_tokens)},
                           {"said_batch_tokens", positive_or_null(each.said_batch_tokens)}});
    for (auto const& each : summaries)
      summary_rows.push_back({{"law", each.law},
                              {"runs", each.runs},
                              {"lowest", positive_or_null(each.lowest)},
                              {"median", positive_or_null(each.median)},
                              {"highest", positive_or_null(each.highest)}});
    return print({{"summary", summary_rows}, {"plans", plan_rows}, {"rates", rate_rows}});
  }
  std::cout
      << "Tokens of published runs over those that each law would have planned for the same FLOPs, both in the "
         "law's own counts.\nOver 1: trained for longer, and smaller, than the law's optimum. In parentheses: the "
         "model is not of the law's family.\n\n";
  table text;
  text.row({"law", "runs of its family", "lowest", "median", "highest"});
  for (auto const& each : summaries) {
    if (each.runs == 0)
      text.row({std::string(each.law), "0", "-", "-", "-"});
    else
      text.row({std::string(each.law), std::to_string(each.runs), brief(each.lowest, 3), brief(each.median, 3),
                brief(each.highest, 3)});
  }
  text.print();
  std::cout << '\n';
  print_crossed(plans, "tokens over planned", [](optimum::hindcast_plan const& each) {
    std::string const cell = brief(each.tokens_over_planned(), 3);
    return each.is_prediction ? cell : "(" + cell + ")";
  });
  std::cout << "\nPublished peak learning rates over those of each law:\n";
  print_crossed(rates, "learning rate over law's",
                [](optimum::hindcast_rate const& each) { return ratio(each.learning_rate, each.said_learning_rate); });
  std::cout << "\nPublished batches over those of each law:\n";
  print_crossed(rates, "batch over law's",
                [](optimum::hindcast_rate const& each) { return ratio(each.batch_tokens, each.said_batch_tokens); });
  std::cout << "\nSources of the runs: moetric models --runs --json\n";
}

}  // namespace

void add_hindcast(arguments app) {
  auto command = app.add_subcommand("hindcast", "What each law would have planned for the budgets of published runs");
  command->footer("Example: moetric hindcast --json");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([as_json] { run(*as_json); });
}

}  // namespace tool
