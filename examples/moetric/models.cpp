#include <iostream>

#include "command.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace tool {
namespace {

void run(bool as_json) {
  json all = json::array();
  table rows;
  rows.row({"name", "total", "active", "source"});
  for (moetric::zoo::entry const& entry : moetric::zoo::catalogue) {
    auto const total = moetric::total_parameters(*entry.value);
    auto const active = moetric::active_parameters(*entry.value);
    all.push_back({{"name", entry.id},
                   {"published_name", entry.name},
                   {"total", exact(total)},
                   {"active", exact(active)},
                   {"source", entry.source}});
    rows.row({std::string(entry.id), grouped(total), grouped(active), std::string(entry.source)});
  }
  if (as_json)
    print(all);
  else
    rows.print();
}

}  // namespace

void add_models(CLI::App& app) {
  auto* command = app.add_subcommand("models", "The published models that the tool knows by name");
  command->footer("Example: moetric models --json");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([as_json] { run(*as_json); });
}

}  // namespace tool
