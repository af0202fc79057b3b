#include <cmath>
#include <iostream>

#include "printing.hpp"
#include "law_command.hpp"
#include "moetric/optimum/regret.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string compute;
  std::vector<std::string> laws;
  std::string sequence_length;
  std::string convention = "matmul-causal-half";
  std::string interval;
  std::string samples = "200";
  bool as_json = false;
};

// The laws that were asked for: fits by the file that holds them, since several may be of one form.
struct question {
  optimum::compare_options how;
  std::vector<optimum::own_samples> samples{};
  std::vector<std::string> names{};  // in the order of the verdicts
};

question read_question(options const& chosen) {
  question asked{.how = {.convention = chosen.convention}};
  if (!chosen.sequence_length.empty()) asked.how.sequence_length = whole("sequence_length", chosen.sequence_length);
  if (!chosen.laws.empty()) asked.how.laws.clear();
  std::vector<std::string> fits;
  for (std::string const& each : chosen.laws) {
    chosen_law const named = find_law(each);
    if (!named.fit) {
      asked.how.laws.push_back(named.about->id);
      continue;
    }
    fits.push_back(each);
    fit::visit_law(*named.fit, [&]<class L>(L const& law) {
      asked.how.own_laws.push_back(optimum::compared(law));
      asked.samples.push_back(optimum::samples_of(law, [law, fit = *named.fit](optimum::sampling const& how) {
        return fit::drawn_laws(law, fit, how.samples, how.seed);
      }));
    });
  }
  asked.names.assign(asked.how.laws.begin(), asked.how.laws.end());
  asked.names.insert(asked.names.end(), fits.begin(), fits.end());
  return asked;
}

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

json matrix_json(std::vector<std::string> const& names, std::vector<std::vector<double>> const& regret) {
  json rows = json::object();
  for (std::size_t i = 0; i != names.size(); ++i) {
    json& row = rows[names[i]] = json::object();
    for (std::size_t j = 0; j != names.size(); ++j) row[names[j]] = number_or_null(regret[i][j]);
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

json interval_json(optimum::uncertain const& within) {
  return {{"low", number_or_null(within.low)},
          {"median", number_or_null(within.median)},
          {"high", number_or_null(within.high)},
          {"failed_samples", within.failed}};
}

json sampled_json(std::vector<std::string> const& names, optimum::sampled_comparison const& of) {
  json plans = json::object(), regret = json::object();
  for (std::size_t i = 0; i != of.plans.size(); ++i) {
    plans[names[i]] = {{"active_non_embedding_parameters", interval_json(of.plans[i].active_non_embedding_parameters)},
                       {"tokens", interval_json(of.plans[i].tokens)}};
    for (std::size_t j = 0; j != of.plans.size(); ++j) regret[names[i]][names[j]] = interval_json(of.regret[i][j]);
  }
  return {{"plans", plans}, {"regret", regret}};
}

void print_sampled(std::vector<std::string> const& names, optimum::sampled_comparison const& of,
                   std::string const& coverage) {
  std::cout << "\nWithin published digits, standard errors or the error of a fit, " << coverage
            << " of samples leave plans and regrets at:\n";
  table plans;
  plans.row({"law", "active low", "high", "tokens low", "high"});
  for (std::size_t i = 0; i != names.size(); ++i) {
    optimum::sampled_plan const& each = of.plans[i];
    plans.row({names[i], brief(each.active_non_embedding_parameters.low),
               brief(each.active_non_embedding_parameters.high), brief(each.tokens.low), brief(each.tokens.high)});
  }
  plans.print();
  table regrets;
  std::vector<std::string> head{"following \\ judged by"};
  head.insert(head.end(), names.begin(), names.end());
  regrets.row(head);
  for (std::size_t i = 0; i != of.plans.size(); ++i) {
    std::vector<std::string> cells{head[i + 1]};
    for (optimum::uncertain const& each : of.regret[i])
      cells.push_back(std::isnan(each.low) ? "-"
                                           : brief(100 * each.low, 2) + " .. " + brief(100 * each.high, 2) + " %");
    regrets.row(cells);
  }
  regrets.print();
}

// Laws whose coefficients no paper at hand prints.
std::string second_hand(optimum::comparison const& of) {
  std::vector<std::string_view> names;
  for (optimum::verdict const& each : of.verdicts) {
    bool found = false;
    for (laws::coefficient const& number : each.law.about->coefficients)
      found = found || number.how == provenance::second_hand;
    if (found) names.push_back(each.law.about->id);
  }
  return listed(names);
}

void print_matrix(std::vector<std::string> const& names, std::vector<std::vector<double>> const& regret) {
  table text;
  std::vector<std::string> head{"following \\ judged by"};
  head.insert(head.end(), names.begin(), names.end());
  text.row(head);
  for (std::size_t i = 0; i != regret.size(); ++i) {
    std::vector<std::string> cells{head[i + 1]};
    for (double const each : regret[i]) cells.push_back(std::isnan(each) ? "-" : brief(100 * each, 3) + " %");
    text.row(cells);
  }
  text.print();
}

void run(options const& chosen) {
  question const asked = read_question(chosen);
  std::vector<std::string> const& names = asked.names;
  optimum::comparison const result = optimum::compare(number("compute", chosen.compute), asked.how);
  std::optional<optimum::sampled_comparison> sampled;
  if (!chosen.interval.empty()) {
    double const samples = number("samples", chosen.samples);
    if (!(samples >= 1 && samples <= 10000))
      throw std::invalid_argument("moetric: samples must be 1 to 10000, but got " + chosen.samples);
    sampled = optimum::sample(
        result, {.samples = static_cast<std::size_t>(samples), .coverage = number("interval", chosen.interval)},
        asked.samples);
  }

  if (chosen.as_json) {
    json verdicts = json::array();
    for (std::size_t i = 0; i != names.size(); ++i)
      verdicts.push_back({{"law", names[i]},
                          {"loss", result.verdicts[i].loss},
                          {"irreducible", result.verdicts[i].law.irreducible},
                          {"plan", plan_json(result, result.verdicts[i].best)}});
    return print({{"compute", result.compute},
                  {"convention", chosen.convention},
                  {"verdicts", verdicts},
                  {"regret", matrix_json(names, result.regret)},
                  {"allocation_regret", matrix_json(names, result.allocation_regret)},
                  {"least_worst", plan_json(result, result.least_worst)},
                  {"least_worst_regret", result.least_worst_regret},
                  {"sampled", sampled ? sampled_json(names, *sampled) : json(nullptr)}});
  }
  std::cout << "What each law would buy with " << brief(result.compute) << " FLOPs (" << chosen.convention << ")\n\n";
  table plans;
  plans.row({"law", "loss", "architecture", "d_model", "layers", "active", "total", "tokens"});
  auto const add = [&](std::string const& name, std::string const& loss, optimum::choice plan) {
    std::vector<std::string> cells{name, loss};
    for (std::string const& each : plan_cells(result, plan)) cells.push_back(each);
    plans.row(cells);
  };
  for (std::size_t i = 0; i != names.size(); ++i)
    add(names[i], brief(result.verdicts[i].loss, 5), result.verdicts[i].best);
  add("least worst", "", result.least_worst);
  plans.print();
  std::cout << "\nLosses of different laws are on different scales. Regret is taken within the judging law, of what is "
               "left to win there.\n\nFollowing the whole plan (- where the judge predicts no such model):\n";
  print_matrix(names, result.regret);
  std::cout << "\nFollowing its size and tokens alone, in the judge's architecture:\n";
  print_matrix(names, result.allocation_regret);
  std::cout << "\nThe plan of least worst-case regret loses at most " << brief(100 * result.least_worst_regret, 3)
            << " % by any law that knows experts and predicts it.\n";
  if (std::string const these = second_hand(result); !these.empty())
    std::cout << "Second-hand coefficients: " << these << ".\n";
  if (sampled) print_sampled(names, *sampled, chosen.interval);
}

}  // namespace

void add_compare(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand(
      "compare", "What several laws would buy with one budget, and what following each costs by the others");
  command->footer("Examples:\n  moetric compare --compute 1e22\n"
                  "  moetric compare --compute 1e22 --law fine-grained --law chinchilla-tex --interval 0.8 --json\n"
                  "  moetric compare --compute 1e22 --law FIT.json --law joint-moe");
  command->add_option("--compute", chosen->compute, "Training FLOPs, in --convention")->required();
  command->add_option("--law", chosen->laws,
                      "A law to ask, an id or the file of a fit, several times; by default one of each paper");
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of a training sequence; 2048 by default");
  command->add_option("--convention", chosen->convention, "How FLOPs are counted; an id of `moetric conventions`");
  command->add_option("--interval", chosen->interval,
                      "Show between which values the published digits and standard errors leave plans and regrets, for "
                      "this share of samples, such as 0.8");
  command->add_option("--samples", chosen->samples, "Samples of each law's coefficients; 200 by default");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
