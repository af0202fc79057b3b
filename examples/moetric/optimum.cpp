#include <iostream>
#include <sstream>
#include <stdexcept>

#include "law_command.hpp"
#include "moetric/optimum/equal_loss.hpp"
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/optimum/uncertainty.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string law;
  std::string compute;
  std::vector<std::string> values;
  std::string interval;
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

// name=value, or name=a,b,c to choose from.
struct fixed_input {
  std::string name;
  std::vector<double> values;
};

std::vector<fixed_input> read_fixed(std::string const& asks, std::vector<std::string_view> const& allowed,
                                    std::vector<std::string> const& arguments) {
  std::vector<fixed_input> all;
  for (std::string const& argument : arguments) {
    std::size_t const equals = argument.find('=');
    fixed_input next{argument.substr(0, equals), {}};
    std::istringstream list(equals == std::string::npos ? "" : argument.substr(equals + 1));
    for (std::string one; std::getline(list, one, ',');)
      next.values.push_back(read_values(asks, allowed, {next.name + "=" + one})[0].value);
    if (next.values.empty()) read_values(asks, allowed, {argument});
    for (fixed_input const& each : all)
      if (each.name == next.name) throw std::invalid_argument("moetric: " + next.name + " must be given once");
    all.push_back(next);
  }
  return all;
}

std::vector<double> const* find_fixed(std::vector<fixed_input> const& all, std::string_view name) {
  for (fixed_input const& each : all)
    if (each.name == name) return &each.values;
  return nullptr;
}

double single(fixed_input const& of) {
  if (of.values.size() != 1) throw std::invalid_argument("moetric: " + of.name + " must be one value");
  return of.values[0];
}

void run_moe(options const& chosen, laws::fine_grained::law const& law) {
  std::string const subject = "the optimum of law " + chosen.law;
  auto const values = read_fixed(
      subject + " may fix", {"active_non_embedding_parameters", "granularity", "expansion_rate", "c_r"}, chosen.values);
  optimum::fine_grained_options wanted;
  std::optional<double> active;
  for (fixed_input const& each : values) {
    if (each.name == "granularity") {
      wanted.granularities = {};
      for (double const one : each.values)
        wanted.granularities.push_back(one, "moetric: granularity must have at most 32 values");
    }
    if (each.name == "expansion_rate") wanted.expansion_rate = single(each);
    if (each.name == "c_r") wanted.c_r = single(each);
    if (each.name == "active_non_embedding_parameters") active = single(each);
  }
  if (active && !chosen.compute.empty())
    throw std::invalid_argument("moetric: " + subject +
                                " must get compute or active_non_embedding_parameters, not both");
  optimum::fine_grained_configuration const best = active ? optimum::at_active_parameters(law, *active, wanted)
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
    if (find_fixed(values, "granularity") != nullptr) break;
    optimum::fine_grained_options other = wanted;
    other.c_r = c_r;
    rows.push_back({"granularity_at_c_r_" + std::to_string(c_r),
                    optimum::at_compute(law, best.compute, other).granularity, "for this compute"});
  }
  show(chosen, *law.about, best, rows);
}

// The optimum at one value of every fixed input. Which two of compute, loss, parameters and tokens are given decides
// what is asked: the best model, the cheapest one of a loss, or what is left when one of them is fixed.
template <laws::ComputeLaw L>
optimum::point<L> solve(L const& law, std::optional<double> compute, std::optional<double> loss, bool fixes_parameters,
                        bool fixes_tokens, typename L::inputs const& at) {
  auto const values = laws::detail::to_array(at);
  std::string const of = "moetric: the optimum of law " + std::string(law.about->id) + " must get ";
  if (fixes_parameters && fixes_tokens)
    throw std::invalid_argument(of + "at most one of " + std::string(law.about->inputs[0].name) + " and tokens");
  if (compute && loss) throw std::invalid_argument(of + "compute or loss, not both");
  if (!compute && !loss) throw std::invalid_argument(of + "--compute, such as --compute 3e20, or loss=value");
  if (loss) {
    if (fixes_parameters) return optimum::tokens_at_loss(law, *loss, at);
    return fixes_tokens ? optimum::parameters_at_loss(law, *loss, at) : optimum::at_loss(law, *loss, at);
  }
  if (fixes_tokens) return optimum::at_compute_and_tokens(law, *compute, values[1], at);
  if (!fixes_parameters) return optimum::at_compute(law, *compute, at);
  moetric::detail::require_positive(law.about->inputs[0].name, values[0]);
  moetric::detail::require_positive("compute", *compute);
  return optimum::at(law,
                     optimum::detail::with<double>(law, values[0], optimum::tokens_at_compute(law, *compute, at), at));
}

template <laws::ComputeLaw L>
void run_law(options const& chosen, L const& law) {
  laws::description const& about = *law.about;
  std::vector<std::string_view> allowed{"loss"};
  for (laws::input const& each : about.inputs) allowed.push_back(each.name);
  std::vector<fixed_input> const fixed =
      read_fixed("the optimum of law " + chosen.law + " may fix", allowed, chosen.values);
  std::optional<double> compute, loss;
  if (!chosen.compute.empty()) compute = number("compute", chosen.compute);
  std::array<double, laws::detail::number_of_doubles<typename L::inputs>> values{};
  std::array<bool, values.size()> given{};
  std::vector<double> choices{0};  // of the one input that may have several values
  std::size_t chosen_place = values.size();
  for (fixed_input const& each : fixed) {
    if (each.name == "loss") {
      loss = single(each);
      continue;
    }
    std::size_t place = 0;
    while (about.inputs[place].name != each.name) ++place;
    given[place] = true;
    values[place] = each.values[0];
    if (each.values.size() == 1) continue;
    if (chosen_place != values.size()) throw std::invalid_argument("moetric: one input alone may have several values");
    chosen_place = place;
    choices = each.values;
  }
  std::vector<std::string_view> missing;
  for (std::size_t i = 2; i != values.size(); ++i)
    if (!given[i]) missing.push_back(about.inputs[i].name);
  if (!missing.empty())
    throw std::invalid_argument("moetric: the optimum of law " + std::string(about.id) + " must get " +
                                listed(missing) + " as name=value, or name=a,b,c to choose from");

  std::optional<optimum::point<L>> best;
  auto const solved = [&](L const& with, double choice) {
    auto here = values;
    if (chosen_place != values.size()) here[chosen_place] = choice;
    return solve(with, compute, loss, given[0], given[1], laws::detail::from_array<typename L::inputs>(here));
  };
  double best_choice = 0;
  for (double const choice : choices) {
    auto const next = solved(law, choice);
    if (best && (loss ? next.compute >= best->compute : next.loss >= best->loss)) continue;
    best = next;
    best_choice = choice;
  }

  std::vector<row> rows{{"compute", best->compute, "FLOPs"}};
  auto const at = laws::detail::to_array(best->at);
  for (std::size_t i = 0; i != at.size(); ++i)
    rows.push_back({std::string(about.inputs[i].name), at[i], std::string(about.inputs[i].unit)});
  rows.push_back({"reducible_loss", best->reducible_loss, std::string(about.loss_unit)});
  rows.push_back({"loss_per_log_parameters", best->loss_per_parameters, "d loss / d ln parameters"});
  rows.push_back({"loss_per_log_tokens", best->loss_per_tokens, "d loss / d ln tokens"});
  if (!chosen.interval.empty()) {
    optimum::sampling const how{.coverage = number("interval", chosen.interval)};
    auto const add = [&](std::string const& name, auto const& quantity) {
      auto const within = optimum::interval_of(
          law, [&](L const& each) { return quantity(solved(each, best_choice)); }, how);
      rows.push_back({name + "_low", within.low, "published digits, " + chosen.interval + " of samples"});
      rows.push_back({name + "_high", within.high, ""});
    };
    for (std::size_t i = 0; i != 2; ++i)
      if (!given[i])
        add(std::string(about.inputs[i].name), [i](auto const& p) { return laws::detail::to_array(p.at)[i]; });
    if (loss)
      add("compute", [](auto const& p) { return p.compute; });
    else
      add("loss", [](auto const& p) { return p.loss; });
  }
  show(chosen, about, *best, rows);
}

void run(options const& chosen) {
  laws::description const* const about = laws::require(chosen.law).about;
  for (laws::fine_grained::law const* const law : laws::fine_grained::sets)
    if (law->about == about && chosen.interval.empty()) return run_moe(chosen, *law);
  bool found = false;
  laws::for_each_loss([&](auto const& law) {
    if constexpr (laws::ComputeLaw<std::remove_cvref_t<decltype(law)>>)
      if (law.about == about) run_law(chosen, law), found = true;
  });
  if (!found) throw std::invalid_argument("moetric: law must be one with an optimum, but got " + chosen.law);
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
  command->add_option("--interval", chosen->interval,
                      "Show between which values the published digits leave the optimum, for this share of samples, "
                      "such as 0.8");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
