#include <iostream>

#include "printing.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

namespace tool {
namespace {

void list_models(bool as_json) {
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

json value_of(moetric::count value) {
  return exact(value);
}
json value_of(double value) {
  return value;
}

// The published numbers of a run as JSON, null if unpublished, with the source of each.
struct run_record {
  json values, sources, provenances;

  template <class T>
  void add(char const* field, moetric::zoo::published<T> const& number) {
    values[field] = number.known() ? value_of(number.value) : json(nullptr);
    if (!number.known()) return;
    sources[field] = number.source;
    provenances[field] = moetric::name(number.how);
  }
};

json run_json(moetric::zoo::published_run const& run) {
  run_record record;
  record.values = {{"name", run.name}, {"model", run.model}};
  record.add("tokens", run.tokens);
  record.add("peak_learning_rate", run.peak_learning_rate);
  record.add("batch_tokens", run.batch_tokens);
  record.add("sequence_length", run.sequence_length);
  record.add("device_hours", run.device_hours);
  record.values["device"] = run.device.empty() ? json(nullptr) : json(run.device);
  record.add("training_flops", run.training_flops);
  record.values["source"] = std::move(record.sources);
  record.values["provenance"] = std::move(record.provenances);
  record.values["note"] = run.note;
  return std::move(record.values);
}

template <class T>
std::string cell(moetric::zoo::published<T> const& number) {
  return number.known() ? brief(static_cast<double>(number.value)) : "-";
}

void list_runs(bool as_json) {
  json all = json::array();
  table rows;
  rows.row({"run", "model", "tokens", "peak learning rate", "batch tokens", "sequence length", "device hours", "device",
            "FLOPs"});
  for (moetric::zoo::published_run const& run : moetric::zoo::published_runs) {
    all.push_back(run_json(run));
    rows.row({std::string(run.name), std::string(run.model), cell(run.tokens), cell(run.peak_learning_rate),
              cell(run.batch_tokens), run.sequence_length.known() ? grouped(run.sequence_length.value) : "-",
              cell(run.device_hours), run.device.empty() ? "-" : std::string(run.device), cell(run.training_flops)});
  }
  if (as_json) {
    print(all);
    return;
  }
  rows.print();
  std::cout << "-: not published. moetric models --runs --json adds sources, provenance and notes\n";
}

}  // namespace

void add_models(arguments app) {
  auto command = app.add_subcommand("models", "List the published models that the tool knows by name");
  command->footer("Examples:\n  moetric models\n  moetric models --runs --json");
  auto as_json = std::make_shared<bool>(false);
  auto runs = std::make_shared<bool>(false);
  command->add_flag("--runs", *runs,
                    "List published training runs instead: tokens, learning rate, batch size, device hours");
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([as_json, runs] { *runs ? list_runs(*as_json) : list_models(*as_json); });
}

}  // namespace tool
