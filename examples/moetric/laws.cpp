#include <iostream>

#include "law_command.hpp"

namespace tool {
namespace {

using namespace moetric;

json range_json(std::optional<laws::range> const& fitted) {
  if (!fitted) return nullptr;
  return {{"low", fitted->low}, {"high", fitted->high}};
}

json law_json(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  json inputs = json::array();
  for (laws::input const& each : law.inputs)
    inputs.push_back({{"name", each.name},
                      {"definition", each.definition},
                      {"unit", each.unit},
                      {"range", range_json(each.fitted)}});
  json coefficients = json::array();
  for (laws::coefficient const& each : law.coefficients)
    coefficients.push_back({{"name", each.name},
                            {"value", each.value},
                            {"provenance", name(each.how)},
                            {"source", each.source},
                            {"standard_error", each.standard_error > 0 ? json(each.standard_error) : json(nullptr)}});
  return {{"id", law.id},
          {"title", law.title},
          {"paper", law.paper},
          {"equation", law.equation},
          {"inputs", inputs},
          {"coefficients", coefficients},
          {"loss_unit", law.loss_unit.empty() ? json(nullptr) : json(law.loss_unit)},
          {"data", law.data},
          {"tokenizer", law.tokenizer},
          {"architectures", law.architectures},
          {"compute", law.compute},
          {"caution", law.caution},
          {"gives", gives({row.about})}};
}

std::string range_text(std::optional<laws::range> const& fitted) {
  return fitted ? brief(fitted->low) + " .. " + brief(fitted->high) : "range not known";
}

void print_law(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  std::cout << law.id << ": " << law.title << "\n  " << law.paper << ", " << law.equation << "\n  fitted on "
            << law.architectures;
  if (!law.data.empty()) std::cout << "; data " << law.data;
  if (!law.tokenizer.empty()) std::cout << "; tokenizer " << law.tokenizer;
  std::cout << '\n';
  if (!law.loss_unit.empty()) std::cout << "  loss in " << law.loss_unit << '\n';
  if (!law.compute.empty()) std::cout << "  compute " << law.compute << '\n';
  if (!law.caution.empty()) std::cout << "  caution: " << law.caution << '\n';
  std::cout << "  gives " << listed(gives({row.about})) << '\n';
  table inputs;
  for (laws::input const& each : law.inputs)
    inputs.row({"  " + std::string(each.name), range_text(each.fitted), std::string(each.definition)});
  inputs.print();
  table coefficients;
  for (laws::coefficient const& each : law.coefficients)
    coefficients.row(
        {"  " + std::string(each.name), brief(each.value, 12), std::string(name(each.how)), std::string(each.source)});
  coefficients.print();
}

void run(bool as_json) {
  if (!as_json) {
    std::cout << "Counts are plain parameters, tokens and FLOPs. Losses of different laws do not compare.\n";
    for (laws::catalogue_row const& law : laws::catalogue) {
      std::cout << '\n';
      print_law(law);
    }
    return;
  }
  json all = json::array();
  for (laws::catalogue_row const& law : laws::catalogue) all.push_back(law_json(law));
  print(all);
}

}  // namespace

void add_laws(arguments app) {
  auto command = app.add_subcommand("laws", "The scaling laws: inputs, ranges, coefficients and their sources");
  command->footer("Example: moetric laws --json");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([as_json] { run(*as_json); });
}

}  // namespace tool
