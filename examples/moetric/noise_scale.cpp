#include <iostream>
#include <stdexcept>

#include "printing.hpp"
#include "moetric/io/csv.hpp"
#include "moetric/optimum/noise_scale.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string file;
  std::string interval = "0.8";
  std::string samples = "1000";
  std::string decay;
  std::string top_k;
  std::string n_experts;
  bool as_json = false;
};

// The steps of one parameter group, in file order.
struct group {
  std::string name;
  std::vector<optimum::noise_terms> terms{};
  std::optional<optimum::noise_scale_estimator> moving{};
};

// An expert sees top_k of n_experts tokens.
double expert_share(options const& chosen) {
  if (chosen.top_k.empty() != chosen.n_experts.empty())
    throw std::invalid_argument("moetric: top_k and n_experts must be given together");
  if (chosen.top_k.empty()) return 1;
  double const top_k = number("top_k", chosen.top_k), n_experts = number("n_experts", chosen.n_experts);
  moetric::detail::require_positive("top_k", top_k);
  moetric::detail::require_positive("n_experts", n_experts);
  if (top_k > n_experts) throw std::invalid_argument("moetric: top_k must not exceed n_experts");
  return optimum::expert_batch(1, top_k, n_experts);
}

std::vector<group> read_groups(options const& chosen) {
  io::csv_table const table = io::read_csv(chosen.file);
  std::size_t const step = table.column("step"), tokens = table.column("tokens"), small = table.column("b_small"),
                    big = table.column("b_big"), norm_small = table.column("grad_norm_sq_small"),
                    norm_big = table.column("grad_norm_sq_big");
  if (table.records.empty()) io::refuse(table.subject + " must hold at least one step, but holds none");
  double const share = expert_share(chosen);
  std::vector<group> groups;
  for (io::csv_record const& each : table.records) {
    std::string const line = " on line " + std::to_string(each.line) + " of " + table.subject;
    for (std::size_t const place : {step, tokens})
      if (table.number(each, place) < 0)
        io::refuse(table.names[place] + line + " must not be negative, but got " + each.fields[place]);
    std::string const name = table.has("group") ? each.fields[table.column("group")] : "all";
    auto found = groups.begin();
    while (found != groups.end() && found->name != name) ++found;
    if (found == groups.end()) {
      groups.push_back({name});
      found = groups.end() - 1;
      found->moving.emplace(chosen.decay.empty() ? std::optional<double>() : number("decay", chosen.decay));
    }
    double const of_batch = name == "experts" ? share : 1;
    optimum::gradient_norms const norms{table.number(each, small) * of_batch, table.number(each, big) * of_batch,
                                        table.number(each, norm_small), table.number(each, norm_big)};
    try {
      found->terms.push_back(optimum::noise_terms_of(norms));
    } catch (std::invalid_argument const& error) {
      throw std::invalid_argument(error.what() + line);
    }
    found->moving->add(found->terms.back());
  }
  return groups;
}

void run(options const& chosen) {
  std::vector<group> const groups = read_groups(chosen);
  count const samples = whole("samples", chosen.samples);
  if (samples == 0 || samples > 1'000'000)
    throw std::invalid_argument("moetric: samples must be 1 to 1000000, but got " + chosen.samples);
  optimum::sampling const how{.samples = static_cast<std::size_t>(static_cast<double>(samples)),
                              .coverage = number("interval", chosen.interval)};
  json all = json::array();
  table text;
  text.row({"group", "steps", "B_simple", "low", "high", "|G|^2", "tr(Sigma)"});
  for (group const& each : groups) {
    optimum::uncertain within;
    try {
      within = optimum::noise_scale_of(each.terms, how);
    } catch (std::invalid_argument const& error) {
      throw std::invalid_argument(std::string(error.what()) + " (group " + io::in_quotes(each.name) + ")");
    }
    optimum::noise_scale_estimator mean;
    for (optimum::noise_terms const& terms : each.terms) mean.add(terms);
    json one{{"group", each.name},
             {"steps", each.terms.size()},
             {"noise_scale", within.published},
             {"low", within.low},
             {"median", within.median},
             {"high", within.high},
             {"failed_samples", within.failed},
             {"gradient_norm_squared", mean.averages().gradient_norm_squared},
             {"gradient_variance", mean.averages().gradient_variance}};
    if (!chosen.decay.empty()) {
      auto const scale = each.moving->noise_scale();
      one["moving_noise_scale"] = scale ? json(*scale) : json(nullptr);
    }
    all.push_back(one);
    text.row({each.name, std::to_string(each.terms.size()), brief(within.published), brief(within.low),
              brief(within.high), brief(mean.averages().gradient_norm_squared),
              brief(mean.averages().gradient_variance)});
  }
  if (chosen.as_json) return print({{"groups", all}, {"interval", how.coverage}, {"samples", how.samples}});
  text.print();
  std::cout << "\nB_simple = tr(Sigma) / |G|^2 in the unit of b_small and b_big; both terms are averaged over steps "
               "separately.\nlow and high enclose "
            << chosen.interval << " of bootstrap samples of the steps.\n";
  if (!chosen.decay.empty())
    for (group const& each : groups) {
      auto const scale = each.moving->noise_scale();
      std::cout << "moving average of " << each.name << " at the last step: " << (scale ? brief(*scale) : "none yet")
                << '\n';
    }
}

}  // namespace

void add_noise_scale(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("noise-scale", "The gradient noise scale, from gradient norms at two batch sizes");
  command->footer(
      "Example: moetric noise-scale norms.csv --top-k 8 --n-experts 256 --json\n"
      "Columns: step, tokens, b_small, b_big, grad_norm_sq_small, grad_norm_sq_big, and optionally group, to "
      "separate router, experts and the rest.");
  command->add_option("FILE", chosen->file, "A CSV file with one row per step and group")->required();
  command->add_option("--interval", chosen->interval, "Share of bootstrap samples between low and high; default 0.8");
  command->add_option("--samples", chosen->samples, "Number of bootstrap samples; default 1000");
  command->add_option("--decay", chosen->decay,
                      "Also print a moving average whose weights decay by this factor per step, such as 0.99");
  command->add_option("--top-k", chosen->top_k,
                      "With --n-experts: scale the batches of group 'experts' by top_k / n_experts");
  command->add_option("--n-experts", chosen->n_experts, "Routed experts per layer");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
