#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "law_command.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/laws/mccandlish.hpp"
#include "moetric/laws/read.hpp"
#include "moetric/optimum/hyper_parameters.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string model;
  std::vector<std::string> values;
  std::string tokens;
  std::string sequence_length = "4096";
  std::string loss;
  std::string critical_batch;
  std::string batch_tokens;
  std::string kappa = "1";
  bool as_json = false;
};

// M of the budget without embedding and head, as the laws of learning rate count it.
optimum::training_run run_of(model const& m, count tokens, count sequence_length) {
  return optimum::training_run_of(
      m, tokens, static_cast<double>(training_flops(m, sequence_length, find_convention("holistic")).per_token()));
}

optimum::training_run run_of(options const& chosen) {
  if (!chosen.model.empty() && chosen.model.find('=') == std::string::npos) {
    if (!chosen.values.empty())
      throw std::invalid_argument("moetric: hyper must get a model with --tokens, or name=value, not both");
    if (chosen.tokens.empty()) throw std::invalid_argument("moetric: tokens must be given, such as --tokens 2e12");
    return run_of(find_model(chosen.model).value, whole("tokens", chosen.tokens),
                  whole("sequence_length", chosen.sequence_length));
  }
  std::vector<std::string> arguments = chosen.values;
  if (!chosen.model.empty()) arguments.insert(arguments.begin(), chosen.model);
  if (!chosen.tokens.empty()) arguments.push_back("tokens=" + chosen.tokens);
  std::vector<std::string_view> const names{"compute", "active_non_embedding_parameters", "tokens", "expansion_rate"};
  auto const given = read_values("hyper must get", names, arguments);
  std::vector<std::string_view> missing;
  double values[4]{};
  for (std::size_t i = 0; i != names.size(); ++i)
    if (double const* const value = find_value(given, names[i]))
      values[i] = *value;
    else
      missing.push_back(names[i]);
  if (!missing.empty())
    throw std::invalid_argument("moetric: hyper must get a MODEL and --tokens, or as name=value also " +
                                listed(missing));
  return {values[0], values[1], values[2], values[3]};
}

struct spread {
  double low = 0, high = 0;
  void add(double value) {
    low = low == 0 ? value : std::min(low, value);
    high = std::max(high, value);
  }
  json object() const { return {{"low", low}, {"high", high}, {"ratio", high / low}}; }
};

// What a batch costs in steps and tokens, once the critical one is known.
json trade_off(options const& chosen, optimum::training_run const& run, table& text) {
  json object = json::object();
  double critical = 0;
  std::string from;
  if (!chosen.critical_batch.empty()) {
    critical = number("critical_batch", chosen.critical_batch);
    from = "given";
  } else if (!chosen.loss.empty()) {
    critical = laws::kaplan::critical_batch_tokens(number("loss", chosen.loss));
    from = "kaplan, of the loss";
  } else {
    return nullptr;
  }
  moetric::detail::require_positive("critical_batch", critical);
  object = {{"critical_batch_tokens", critical}, {"source", from}};
  text.row({"critical batch", brief(critical), "tokens, " + from});
  if (chosen.batch_tokens.empty()) return object;
  double const batch = number("batch_tokens", chosen.batch_tokens), kappa = number("kappa", chosen.kappa);
  moetric::detail::require_positive("batch_tokens", batch);
  double const ratio = batch / critical;
  object["batch_tokens"] = batch;
  object["steps"] = run.tokens / batch;
  object["steps_over_least"] = laws::mccandlish::steps_over_least(ratio);
  object["tokens_over_least"] = laws::mccandlish::examples_over_least(ratio);
  object["learning_rate_over_largest"] = laws::mccandlish::learning_rate_over_largest(ratio, kappa);
  text.row({"batch", brief(batch), "tokens"});
  text.row({"steps", brief(run.tokens / batch), "for all tokens"});
  text.row({"steps over least", brief(laws::mccandlish::steps_over_least(ratio)), "with an unbounded batch"});
  text.row({"tokens over least", brief(laws::mccandlish::examples_over_least(ratio)), "with the smallest batch"});
  text.row({"learning rate over largest", brief(laws::mccandlish::learning_rate_over_largest(ratio, kappa)),
            "(1 + B_crit / B)^-kappa, kappa = " + chosen.kappa + "; 1 for SGD, 0.5 to 1 for Adam"});
  return object;
}

void run(options const& chosen) {
  optimum::training_run const run = run_of(chosen);
  auto const all = optimum::published_hyper_parameters(run);
  double const sequence = number("sequence_length", chosen.sequence_length);
  moetric::detail::require_positive("sequence_length", sequence);
  json laws = json::array();
  spread rates, batches;
  table text, costs;
  text.row({"law", "learning rate", "batch tokens", "sequences", "steps", "setup"});
  for (optimum::hyper_parameters const& each : all) {
    rates.add(each.learning_rate);
    bool const has_batch = each.batch_tokens > 0;
    if (has_batch) batches.add(each.batch_tokens);
    laws.push_back({{"law", each.law},
                    {"learning_rate", each.learning_rate},
                    {"batch_tokens", has_batch ? json(each.batch_tokens) : json(nullptr)},
                    {"batch_sequences", has_batch ? json(each.batch_tokens / sequence) : json(nullptr)},
                    {"steps", has_batch ? json(run.tokens / each.batch_tokens) : json(nullptr)},
                    {"setup", each.setup},
                    {"extrapolated", !each.outside_range.empty()},
                    {"outside_range", outside_json(each.outside_range)}});
    text.row({std::string(each.law), brief(each.learning_rate), has_batch ? brief(each.batch_tokens) : "-",
              has_batch ? brief(each.batch_tokens / sequence) : "-",
              has_batch ? brief(run.tokens / each.batch_tokens) : "-", std::string(each.setup)});
  }
  json const costs_json = trade_off(chosen, run, costs);
  if (chosen.as_json)
    return print({{"compute", run.compute},
                  {"active_non_embedding_parameters", run.active_non_embedding_parameters},
                  {"tokens", run.tokens},
                  {"expansion_rate", run.expansion_rate},
                  {"sequence_length", sequence},
                  {"laws", laws},
                  {"learning_rate", rates.object()},
                  {"batch_tokens", batches.object()},
                  {"critical_batch", costs_json}});
  std::cout << brief(run.compute) << " FLOPs without embedding and head, " << brief(run.active_non_embedding_parameters)
            << " active non-embedding parameters, " << brief(run.tokens) << " tokens, expansion rate "
            << brief(run.expansion_rate) << "\n\n";
  text.print();
  std::cout << "\nLearning rates differ by " << brief(rates.high / rates.low, 3) << " times, batches by "
            << brief(batches.high / batches.low, 3)
            << " times: each belongs to its own optimiser, schedule and parametrisation.\n";
  for (optimum::hyper_parameters const& each : all)
    for (laws::extrapolation const& outside : each.outside_range)
      std::cout << "  " << each.law << ": " << to_string(outside) << '\n';
  if (costs_json.is_null()) return;
  std::cout << '\n';
  costs.print();
}

}  // namespace

void add_hyper(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("hyper", "Learning rate and batch by every published law, side by side");
  command->footer("Examples:\n  moetric hyper deepseek-v3 --tokens 14.8e12\n"
                  "  moetric hyper compute=1e20 active_non_embedding_parameters=1e9 tokens=1e10 expansion_rate=8\n"
                  "  moetric hyper mixtral-8x7b --tokens 1e12 --loss 2.1 --batch-tokens 4e6 --json");
  command->add_option("MODEL", chosen->model,
                      "A name of `moetric models`, a config.json or a plan; or the first name=value");
  command->add_option("VALUES", chosen->values,
                      "In the place of a model: compute, active_non_embedding_parameters, tokens, expansion_rate");
  command->add_option("--tokens", chosen->tokens, "Training tokens, such as 2e12");
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of a training sequence; 4096 by default");
  command->add_option("--loss", chosen->loss, "Loss of the run, for Kaplan's critical batch");
  command->add_option("--critical-batch", chosen->critical_batch, "In tokens, such as `moetric noise-scale` tells");
  command->add_option("--batch-tokens", chosen->batch_tokens, "A batch to weigh: its steps, tokens and learning rate");
  command->add_option("--kappa", chosen->kappa, "Exponent of the learning rate in the batch; 1 by default");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
