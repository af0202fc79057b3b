#include <algorithm>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "moetric/optimum/equal_loss.hpp"
#include "moetric/optimum/inference.hpp"
#include "moetric/optimum/joint_optimum.hpp"
#include "moetric/optimum/uncertainty.hpp"
#include "optimum_command.hpp"

namespace tool {
namespace {

using namespace moetric;

// What is asked of a law of parameters and tokens: everything but the law itself.
template <laws::ComputeLaw L>
struct question {
  std::optional<double> compute, loss;
  std::array<double, laws::detail::number_of_doubles<typename L::inputs>> values{};
  std::array<bool, laws::detail::number_of_doubles<typename L::inputs>> given{};
  std::vector<optimum::free_input> free{};
  std::size_t chosen_place = laws::detail::number_of_doubles<typename L::inputs>;  // of what has several values
  std::vector<double> choices{0};
  std::optional<optimum::inference_demand> demand{};

  typename L::inputs at(double choice) const {
    auto here = values;
    if (chosen_place != here.size()) here[chosen_place] = choice;
    return laws::detail::from_array<typename L::inputs>(here);
  }
};

constexpr std::array demand_fields{
    std::pair{"inference_tokens", &optimum::inference_demand::input_tokens},
    std::pair{"output_tokens", &optimum::inference_demand::output_tokens},
    std::pair{"training_mfu", &optimum::inference_demand::training_mfu},
    std::pair{"input_mfu", &optimum::inference_demand::input_mfu},
    std::pair{"output_mfu", &optimum::inference_demand::output_mfu},
    std::pair{"training_price", &optimum::inference_demand::training_price},
    std::pair{"inference_price", &optimum::inference_demand::inference_price},
};

template <laws::ComputeLaw L>
question<L> read_question(optimum_options const& chosen, laws::description const& about) {
  std::vector<std::string_view> allowed{"loss"};
  for (laws::input const& each : about.inputs) allowed.push_back(each.name);
  for (auto const& [name, field] : demand_fields) allowed.push_back(name);
  question<L> asked;
  if (!chosen.compute.empty()) asked.compute = number("compute", chosen.compute);
  for (fixed_input const& each : read_fixed("the optimum of law " + chosen.law + " may fix", allowed, chosen.values)) {
    if (each.name == "loss") {
      asked.loss = single(each);
      continue;
    }
    bool of_demand = false;
    for (auto const& [name, field] : demand_fields)
      if (each.name == name) {
        if (!asked.demand) asked.demand.emplace();
        (*asked.demand).*field = single(each);
        of_demand = true;
      }
    if (of_demand) continue;
    std::size_t place = 0;
    while (about.inputs[place].name != each.name) ++place;
    asked.given[place] = true;
    asked.values[place] = each.values[0];
    if (each.is_range) {
      asked.free.push_back({place, {each.values[0], each.values[1]}});
      continue;
    }
    if (each.values.size() == 1) continue;
    if (asked.choices.size() != 1) throw std::invalid_argument("moetric: one input alone may have several values");
    asked.chosen_place = place;
    asked.choices = each.values;
  }
  std::vector<std::string_view> missing;
  for (std::size_t i = 2; i != asked.values.size(); ++i)
    if (!asked.given[i]) missing.push_back(about.inputs[i].name);
  if (!missing.empty())
    throw std::invalid_argument("moetric: the optimum of law " + std::string(about.id) + " must get " +
                                listed(missing) +
                                " as name=value, name=a,b,c to choose from, or name=low..high to find the best");
  return asked;
}

// The optimum at one value of every fixed input. Which two of compute, loss, parameters and tokens are given decides
// what is asked: the best model, the cheapest one of a loss, or what is left when one of them is fixed.
template <laws::ComputeLaw L>
optimum::point<L> solve(L const& law, question<L> const& asked, double choice) {
  auto const at = asked.at(choice);
  auto const& [compute, loss] = std::tie(asked.compute, asked.loss);
  std::string const of = "moetric: the optimum of law " + std::string(law.about->id) + " must get ";
  bool const fixes_parameters = asked.given[0], fixes_tokens = asked.given[1];
  if (fixes_parameters && fixes_tokens)
    throw std::invalid_argument(of + "at most one of " + std::string(law.about->inputs[0].name) + " and tokens");
  if (compute && loss) throw std::invalid_argument(of + "compute or loss, not both");
  if (!compute && !loss && fixes_parameters && asked.free.empty())
    return optimum::at_parameters(law, asked.values[0], at);
  if (!compute && !loss)
    throw std::invalid_argument(of + "--compute, such as --compute 3e20, or loss=value, or " +
                                std::string(law.about->inputs[0].name) + "=value");
  if (!asked.free.empty()) {
    if (!compute || fixes_parameters || fixes_tokens)
      throw std::invalid_argument(of + "compute, and neither parameters nor tokens, where an input has a range");
    return optimum::joint_optimum_at_compute(law, *compute, at, asked.free);
  }
  if (loss) {
    if (fixes_parameters) return optimum::tokens_at_loss(law, *loss, at);
    return fixes_tokens ? optimum::parameters_at_loss(law, *loss, at) : optimum::at_loss(law, *loss, at);
  }
  if (fixes_tokens) return optimum::at_compute_and_tokens(law, *compute, asked.values[1], at);
  if (!fixes_parameters) return optimum::at_compute(law, *compute, at);
  moetric::detail::require_positive(law.about->inputs[0].name, asked.values[0]);
  moetric::detail::require_positive("compute", *compute);
  return optimum::at(
      law, optimum::detail::with<double>(law, asked.values[0], optimum::tokens_at_compute(law, *compute, at), at));
}

// The cheapest over training and inference, at the loss asked for or at that of the optimum of training alone.
template <laws::ComputeLaw L>
optimum::point<L> serve(L const& law, question<L> const& asked, optimum::point<L> const& trained,
                        std::vector<optimum_row>& rows) {
  auto const served = optimum::at_loss_and_demand(law, trained.loss, *asked.demand, trained.at);
  auto const usual = optimum::detail::lifetime_cost<L>{law, *asked.demand}.at(trained);
  rows.push_back({"cost", served.cost, "of training and inference; FLOPs where no prices are given"});
  rows.push_back({"training_cost", served.training_cost, ""});
  rows.push_back({"cost_over_training_optimum", served.cost / usual.cost, "the same loss, inference not thought of"});
  return served;
}

// Equal-loss compute ratio and equal-compute token ratio against another law at its own fixed inputs.
template <laws::ComputeLaw L>
void add_ratios(optimum_options const& chosen, L const& law, optimum::point<L> const& best,
                std::vector<optimum_row>& rows) {
  std::istringstream words(chosen.against);
  optimum_options other;
  words >> other.law;
  for (std::string word; words >> word;) other.values.push_back(word);
  chosen_law const rival = find_law(other.law);
  bool const found = visit_loss(rival, other.values, [&]<class B>(B const& against) {
    if constexpr (laws::ComputeLaw<B>) {
      question<B> const fixed = read_question<B>(other, *rival.about);
      auto const at = fixed.at(fixed.choices[0]);
      auto const ratio = optimum::efficiency_leverage(law, best.at, against, at, best.compute);
      rows.push_back(
          {"compute_ratio", ratio.compute_ratio, "FLOPs of " + other.law + " for the same loss, over these"});
      try {
        rows.push_back({"token_ratio", optimum::token_ratio(law, best.at, against, at, best.compute),
                        "tokens of its optimum, over the fewest for the same loss and FLOPs"});
      } catch (std::invalid_argument const&) {
        rows.push_back({"token_ratio", nullptr, "none: its loss is lower than this one"});
      }
      rows.push_back({"comparable", ratio.comparable,
                      ratio.comparable ? "" : "losses are on different scales: ratios mean nothing"});
    } else {
      refuse_law(rival, "an optimum");
    }
  });
  if (!found) refuse_law(rival, "a loss");
}

template <laws::ComputeLaw L>
void run_law(optimum_options const& chosen, L const& law, std::optional<fit::fitted_law> const& own) {
  laws::description const& about = *law.about;
  question<L> const asked = read_question<L>(chosen, about);
  std::optional<optimum::point<L>> best;
  double best_choice = 0;
  for (double const choice : asked.choices) {
    auto const next = solve(law, asked, choice);
    if (best && (asked.loss ? next.compute >= best->compute : next.loss >= best->loss)) continue;
    best = next;
    best_choice = choice;
  }
  std::vector<optimum_row> extra;
  if (asked.demand) best = serve(law, asked, *best, extra);

  std::vector<optimum_row> rows{{"compute", best->compute, "FLOPs"}};
  auto const at = laws::detail::to_array(best->at);
  for (std::size_t i = 0; i != at.size(); ++i) {
    std::string unit(about.inputs[i].unit);
    for (optimum::free_input const& each : asked.free)
      if (each.place == i && (at[i] == each.within.low || at[i] == each.within.high)) unit += ", the end of its range";
    rows.push_back({std::string(about.inputs[i].name), at[i], unit});
  }
  rows.push_back({"reducible_loss", best->reducible_loss, std::string(about.loss_unit)});
  rows.push_back({"loss_per_log_parameters", best->loss_per_parameters, "d loss / d ln parameters"});
  rows.push_back({"loss_per_log_tokens", best->loss_per_tokens, "d loss / d ln tokens"});
  rows.insert(rows.end(), extra.begin(), extra.end());
  if (!chosen.against.empty()) add_ratios(chosen, law, *best, rows);
  if (!chosen.interval.empty()) {
    if (about.coefficients.empty() || asked.demand)
      throw std::invalid_argument("moetric: an interval must be asked of published coefficients, without inference");
    optimum::sampling const how{.coverage = number("interval", chosen.interval)};
    auto const add = [&](std::string const& name, auto const& quantity) {
      auto const of = [&](L const& each) { return quantity(solve(each, asked, best_choice)); };
      auto const within =
          !own ? optimum::interval_of(law, of, how)
               : optimum::interval_over(law, std::span<L const>(fit::drawn_laws(law, *own)), of, how.coverage);
      rows.push_back({name + "_low", within.low,
                      (!own                 ? "published digits, "
                       : own->draws.empty() ? "the fit's covariance, "
                                            : "the fit's bootstrap, ") +
                          chosen.interval + " of samples"});
      rows.push_back({name + "_high", within.high, ""});
    };
    for (std::size_t i = 0; i != 2; ++i)
      if (!asked.given[i])
        add(std::string(about.inputs[i].name), [i](auto const& p) { return laws::detail::to_array(p.at)[i]; });
    if (asked.loss)
      add("compute", [](auto const& p) { return p.compute; });
    else
      add("loss", [](auto const& p) { return p.loss; });
  }
  show(chosen, about, *best, rows);
}

void run(optimum_options chosen) {
  chosen_law const which = find_law(chosen.law);
  if (run_other_optimum(chosen, which)) return;
  bool const found = visit_loss(which, chosen.values, [&]<class L>(L const& law) {
    if constexpr (laws::ComputeLaw<L>)
      run_law(chosen, law, which.fit);
    else
      refuse_law(which, "an optimum");
  });
  if (!found) refuse_law(which, "an optimum");
}

}  // namespace

void show(optimum_options const& chosen, laws::description const& about, laws::answer const& answer,
          std::vector<optimum_row> const& rows) {
  bool const has_loss = answer.loss > 0;
  if (chosen.as_json) {
    json object{{"law", about.id}};
    for (optimum_row const& each : rows) object[each.name] = each.value;
    add_answer(object, answer);
    if (!has_loss) object["loss"] = nullptr;
    object["loss_unit"] = about.loss_unit.empty() ? json(nullptr) : json(about.loss_unit);
    if (!about.caution.empty()) object["caution"] = about.caution;
    return print(object);
  }
  std::cout << about.id << ": " << about.title << " (" << about.paper << ")\n";
  if (!about.compute.empty()) std::cout << "compute is " << about.compute << "\n";
  std::cout << '\n';
  table text;
  for (optimum_row const& each : rows)
    text.row({each.name, each.value.is_number() ? brief(each.value.get<double>(), 6) : each.value.dump(), each.unit});
  if (has_loss) text.row({"loss", brief(answer.loss, 6), std::string(about.loss_unit)});
  text.print();
  if (!about.caution.empty()) std::cout << "\ncaution: " << about.caution << '\n';
  print_reasons(answer);
}

double required_compute(optimum_options const& chosen) {
  if (chosen.compute.empty()) throw std::invalid_argument("moetric: compute must be given, such as --compute 3e20");
  double const compute = number("compute", chosen.compute);
  moetric::detail::require_positive("compute", compute);
  return compute;
}

std::vector<fixed_input> read_fixed(std::string const& asks, std::vector<std::string_view> const& allowed,
                                    std::vector<std::string> const& arguments) {
  std::vector<fixed_input> all;
  for (auto& [name, text] : read_names(asks, allowed, arguments)) {
    fixed_input next{name, {}};
    std::string list = text;
    if (std::size_t const dots = list.find(".."); dots != std::string::npos) {
      next.is_range = true;
      list.replace(dots, 2, ",");
    }
    for (std::string const& one : split(list, ',')) next.values.push_back(number(name, one));
    if (next.is_range && (next.values.size() != 2 || !(next.values[0] < next.values[1])))
      throw std::invalid_argument("moetric: " + name +
                                  " must be given from a lower to a higher value, as 4..16, but got " + text);
    all.push_back(next);
  }
  return all;
}

fixed_input const* find_fixed(std::vector<fixed_input> const& all, std::string_view name) {
  for (fixed_input const& each : all)
    if (each.name == name) return &each;
  return nullptr;
}

std::vector<double> const& choices(fixed_input const& of) {
  if (of.is_range)
    throw std::invalid_argument("moetric: " + of.name +
                                " must be given as values to choose from here, as 4,8,16, not as a range");
  return of.values;
}

double single(fixed_input const& of) {
  if (of.values.size() != 1) throw std::invalid_argument("moetric: " + of.name + " must be one value");
  return of.values[0];
}

void add_optimum(arguments app) {
  auto chosen = std::make_shared<optimum_options>();
  auto command = app.add_subcommand("optimum", "What a law would buy with a budget, in its own counts");
  command->footer("Examples:\n  moetric optimum fine-grained --compute 1e20\n"
                  "  moetric optimum fine-grained --compute 1e20 granularity=8 c_r=20 --json\n"
                  "  moetric optimum fine-grained active_non_embedding_parameters=1e9\n"
                  "  moetric optimum joint-moe --compute 1e22 memory_bytes=80e9\n"
                  "  moetric optimum precision-one-width --compute 1e20 bits=4..16\n"
                  "  moetric optimum sardana loss=2.03 inference_tokens=5e12\n"
                  "  moetric optimum joint-moe --compute 1e21 expansion_rate=8 --against 'joint-moe expansion_rate=1'");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists")->required();
  command->add_option(
      "VALUES", chosen->values,
      "What to fix: name=value, name=a,b,c to choose from, name=low..high to find the best; an input of "
      "the law, loss in the place of --compute, or inference_tokens and what they cost");
  command->add_option("--compute", chosen->compute, "Training FLOPs as the law counts them, such as 3e20");
  command->add_option("--interval", chosen->interval,
                      "Show between which values the published digits leave the optimum, for this share of samples, "
                      "such as 0.8");
  command->add_option("--against", chosen->against,
                      "Another law with what it fixes: its FLOPs for the same loss, its tokens for the same FLOPs");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
