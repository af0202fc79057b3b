#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "law_command.hpp"
#include "moetric/report/family_optimum_answer.hpp"
#include "moetric/report/optimum_path_answer.hpp"
#include "moetric/report/plot/law.hpp"

namespace tool {
namespace optimum_command {

using namespace moetric;

struct options {
  std::string law;
  std::string compute;
  std::vector<std::string> values;
  std::string interval;
  std::string against;
  output_options output;
};

double required_compute(options const& chosen) {
  if (chosen.compute.empty()) throw std::invalid_argument("moetric: compute must be given, such as --compute 3e20");
  double const compute = number("compute", chosen.compute);
  moetric::detail::require_positive("compute", compute);
  return compute;
}

// name=value, name=a,b,c to choose from, or name=low..high where the best in between is wanted.
std::vector<optimum::fixed_input> read_fixed(std::string const& asks, std::vector<std::string_view> const& allowed,
                                             std::vector<std::string> const& arguments) {
  std::vector<optimum::fixed_input> all;
  for (auto& [name, text] : read_names(asks, allowed, arguments)) {
    optimum::fixed_input next{name, {}};
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

double single(optimum::fixed_input const& of) {
  if (of.values.size() != 1) throw std::invalid_argument("moetric: " + of.name + " must be one value");
  return of.values[0];
}

// The values to choose from; refuses a range, whose ends alone would be tried.
std::vector<double> const& choices(optimum::fixed_input const& of) {
  if (of.is_range)
    throw std::invalid_argument("moetric: " + of.name +
                                " must be given as values to choose from here, as 4,8,16, not as a range");
  return of.values;
}

optimum::question read_question(options const& chosen, laws::description const& about) {
  using demand = optimum::inference_demand;
  constexpr std::array demand_fields{
      std::pair{"inference_tokens", &demand::input_tokens},   std::pair{"output_tokens", &demand::output_tokens},
      std::pair{"training_mfu", &demand::training_mfu},       std::pair{"input_mfu", &demand::input_mfu},
      std::pair{"output_mfu", &demand::output_mfu},           std::pair{"training_price", &demand::training_price},
      std::pair{"inference_price", &demand::inference_price},
  };
  std::vector<std::string_view> allowed{"loss"};
  for (laws::input const& each : about.inputs) allowed.push_back(each.name);
  for (auto const& [name, field] : demand_fields) allowed.push_back(name);
  optimum::question asked;
  if (!chosen.compute.empty()) asked.compute = number("compute", chosen.compute);
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law " + chosen.law + " may fix", allowed, chosen.values)) {
    auto const of_demand = std::find_if(demand_fields.begin(), demand_fields.end(),
                                        [&](auto const& field) { return field.first == each.name; });
    if (each.name == "loss") {
      asked.loss = single(each);
    } else if (of_demand == demand_fields.end()) {
      asked.fixed.push_back(each);
    } else {
      if (!asked.demand) asked.demand.emplace();
      (*asked.demand).*(of_demand->second) = single(each);
    }
  }
  return asked;
}

// Granularity is the best of 1, 2, 4 ... as in the paper's own optima, unless it is given.
void choose_granularity(laws::any_law const& law, optimum::question& asked) {
  bool given = !law.as<laws::fine_grained::law::form>();
  for (optimum::fixed_input const& each : asked.fixed) given = given || each.name == "granularity";
  if (given) return;
  auto const all = optimum::fine_grained_options{}.granularities;
  asked.fixed.push_back({"granularity", {all.begin(), all.end()}});
}

report::beside_optimum::rival read_rival(std::string const& text, double compute) {
  options other;
  for (std::string const& word : split(text, ' '))
    if (other.law.empty())
      other.law = word;
    else if (!word.empty())
      other.values.push_back(word);
  chosen_law const rival = find_law(other.law, other.values);
  if (!rival.loss) refuse_law(rival, "a loss");
  if (!rival.loss->counts_compute()) refuse_law(rival, "an optimum");
  auto asked = read_question(other, *rival.about);
  choose_granularity(*rival.loss, asked);
  asked.compute = compute;
  return {other.law, *rival.loss, optimum::solve(*rival.loss, asked).at};
}

report::answer of_loss_law(options const& chosen, chosen_law const& which) {
  laws::any_law const& law = *which.loss;
  optimum::question asked = read_question(chosen, *law.about);
  choose_granularity(law, asked);
  std::string const parameters(law.about->inputs[0].name);
  auto const is_parameters = [&](auto const& each) { return each.name == parameters && !each.is_range; };
  if (!asked.compute && !asked.loss && std::none_of(asked.fixed.begin(), asked.fixed.end(), is_parameters)) {
    optimum::fixed_values(law, asked.fixed);  // other inputs that are missing come first
    throw std::invalid_argument("moetric: the optimum of law " + std::string(law.about->id) +
                                " must get --compute, such as --compute 3e20, or loss=value, or " + parameters +
                                "=value");
  }
  optimum::solution const best = optimum::solve(law, asked);
  report::beside_optimum beside;
  if (!chosen.against.empty()) beside.against = read_rival(chosen.against, best.compute);
  if (!chosen.interval.empty()) {
    if (law.about->coefficients.empty() || asked.demand)
      throw std::invalid_argument("moetric: an interval needs published coefficients, without inference");
    beside.coverage = share("interval", chosen.interval);
    law_samples const samples = drawn(which, {.coverage = beside.coverage});
    beside.sampled = samples.source;
    beside.intervals = optimum::intervals_of(law, asked, best, samples.laws, beside.coverage);
  }
  return report::optimum_answer(law, best, beside);
}

report::answer of_fine_grained(options const& chosen, laws::fine_grained::law const& law) {
  std::string const subject = "the optimum of law " + chosen.law;
  optimum::fine_grained_options wanted;
  std::optional<double> active;
  for (optimum::fixed_input const& each :
       read_fixed(subject + " may fix", {"active_non_embedding_parameters", "granularity", "expansion_rate", "c_r"},
                  chosen.values)) {
    if (each.name == "granularity") {
      wanted.granularities = {};
      for (double const one : choices(each))
        wanted.granularities.push_back(one, "moetric: granularity must have at most 32 values");
    }
    if (each.name == "expansion_rate") wanted.expansion_rate = single(each);
    if (each.name == "c_r") wanted.c_r = single(each);
    if (each.name == "active_non_embedding_parameters") active = single(each);
  }
  if (active && !chosen.compute.empty())
    throw std::invalid_argument("moetric: " + subject +
                                " must get compute or active_non_embedding_parameters, not both");
  auto const best = active ? optimum::at_active_parameters(law, *active, wanted)
                           : optimum::at_compute(law, required_compute(chosen), wanted);
  return report::optimum_answer(law, best, wanted);
}

report::answer within_memory(options const& chosen) {
  optimum::memory_budget limit{};
  std::vector<double> rates(optimum::powers_of_two_to_32.begin(), optimum::powers_of_two_to_32.end());
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law joint-moe in memory may fix",
                  {"memory_bytes", "cached_tokens", "bytes_per_number", "expansion_rate"}, chosen.values)) {
    if (each.name == "memory_bytes") limit.bytes = single(each);
    if (each.name == "cached_tokens") limit.cached_tokens = single(each);
    if (each.name == "bytes_per_number") limit.bytes_per_number = single(each);
    if (each.name == "expansion_rate") rates = choices(each);
  }
  laws::joint_moe::law const& law = laws::joint_moe::printed;
  return report::optimum_answer(law, optimum::at_compute_within(law, required_compute(chosen), limit, rates));
}

report::answer of_clark(options const& chosen, laws::clark::law const& law) {
  std::vector<double> experts{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  std::optional<double> loss;
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law " + chosen.law + " may fix", {"loss", "n_experts"}, chosen.values))
    if (each.name == "loss")
      loss = single(each);
    else
      experts = choices(each);
  if (loss && (experts.size() != 1 || !chosen.compute.empty()))
    throw std::invalid_argument("moetric: the optimum of law " + chosen.law +
                                " must get compute, or loss and one n_experts");
  return report::optimum_answer(law, loss ? optimum::at_loss(law, *loss, experts[0])
                                          : optimum::at_compute(law, required_compute(chosen), experts));
}

bool names(std::vector<std::string> const& values, std::string_view name) {
  return std::any_of(values.begin(), values.end(),
                     [&](std::string const& each) { return each.starts_with(std::string(name) + "="); });
}

// The budget, or the parameters whose budget it is.
report::answer of_allocation(options const& chosen, laws::allocation const& law) {
  std::string const asks = "the optimum of law " + chosen.law + " must get ";
  bool const by_parameters = names(chosen.values, law.parameters_name);
  if (by_parameters && !chosen.compute.empty())
    throw std::invalid_argument("moetric: " + asks + "compute or " + std::string(law.parameters_name) + ", not both");
  auto const given = read_values(by_parameters ? asks.substr(0, asks.size() - 1) : asks + "--compute alone, or",
                                 {law.parameters_name}, chosen.values);
  if (!by_parameters) return report::optimum_answer(law, required_compute(chosen));
  moetric::detail::require_positive(law.parameters_name, given[0].value);
  return report::optimum_answer(law, law.parameters.inverse(given[0].value));
}

report::answer of_figure(options const& chosen, laws::catalogue_row const& law) {
  std::vector<std::string_view> allowed;
  for (laws::input const& each : law.about->inputs)
    if (each.name != "compute") allowed.push_back(each.name);
  auto given = read_values("law " + chosen.law + " must get", allowed, chosen.values);
  bool const reads_compute = allowed.size() != law.about->inputs.size();
  if (!reads_compute && !chosen.compute.empty())
    throw std::invalid_argument("moetric: law " + chosen.law + " must get no --compute, which it does not read");
  if (reads_compute) given.push_back({"compute", required_compute(chosen)});
  return report::figure_answer(law, laws::in_order(*law.about, given));
}

/// The optima over a range of budgets.
report::answer path_of(options const& chosen, chosen_law const& which) {
  auto const [low, high] = range_of("compute", chosen.compute);
  bool const sampled = !chosen.interval.empty();
  constexpr double each_decade = 4, few = 2;  // budgets
  double const wanted = (low > 0 && high > low ? std::log10(high / low) : 1) * (sampled ? few : each_decade);
  auto const budgets =
      report::budgets_between(low, high, static_cast<std::size_t>(std::clamp(std::round(wanted), 8.0, 40.0)) + 1);
  if (which.loss && which.loss->counts_compute()) {
    options without = chosen;
    without.compute.clear();
    optimum::question asked = read_question(without, *which.loss->about);
    if (asked.loss || asked.demand)
      throw std::invalid_argument("moetric: a range of --compute must be given without loss and without inference");
    choose_granularity(*which.loss, asked);
    if (!sampled) return report::optimum_path_answer(*which.loss, asked, budgets);
    if (which.about->coefficients.empty())
      throw std::invalid_argument("moetric: an interval needs published coefficients");
    double const coverage = share("interval", chosen.interval);
    law_samples const samples = drawn(which, {.coverage = coverage});
    return report::optimum_path_answer(*which.loss, asked, budgets, {samples.laws, samples.source, coverage});
  }
  if (which.row != nullptr && which.row->divides != nullptr && !sampled && chosen.values.empty())
    return report::optimum_path_answer(*which.row->divides, budgets);
  refuse_law(which, "an optimum for each budget");
}

report::answer answer_of(options& chosen) {
  chosen_law const which = find_law(chosen.law, chosen.values);
  if (is_range(chosen.compute)) {
    if (!chosen.against.empty())
      throw std::invalid_argument("moetric: --against must be given with one budget, not a range");
    return path_of(chosen, which);
  }
  if (!chosen.output.plot.empty())
    throw std::invalid_argument("moetric: --plot must be given with a range of budgets, such as --compute 1e19..1e24");
  auto const alone = [&] {
    if (!chosen.interval.empty() || !chosen.against.empty())
      throw std::invalid_argument("moetric: the optimum of law " + chosen.law +
                                  " does not accept --interval or --against here");
  };
  if (which.loss) {
    if (auto const law = which.loss->as<laws::clark::form>()) return alone(), of_clark(chosen, *law);
    // With --interval or --against the law of Eq. 9 is solved like every other.
    bool const plain = chosen.interval.empty() && chosen.against.empty() && !names(chosen.values, "loss") &&
                       !names(chosen.values, "tokens") && !names(chosen.values, "total_non_embedding_parameters");
    auto const fine_grained = which.loss->as<laws::fine_grained::law::form>();
    if (fine_grained && plain) return of_fine_grained(chosen, *fine_grained);
    if (which.about == laws::joint_moe::printed.about && names(chosen.values, "memory_bytes"))
      return alone(), within_memory(chosen);
    if (which.loss->counts_compute()) return of_loss_law(chosen, which);
  }
  if (which.row != nullptr && which.row->divides != nullptr) return alone(), of_allocation(chosen, *which.row->divides);
  if (which.row != nullptr && which.row->output) return alone(), of_figure(chosen, *which.row);
  refuse_law(which, "an optimum");
}

}  // namespace optimum_command

void add_optimum(arguments app) {
  using namespace optimum_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("optimum", "Which parameters and tokens does a law buy with a budget?",
                                    {"budget", "compute", "compute-optimal", "tokens", "size", "law", "allocation",
                                     "granularity", "inference", "plot"});
  command.examples("moetric optimum fine-grained --compute 1e20",
                   "moetric optimum chinchilla-tex --compute 1e19..1e24");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists, or the file of a fit")->required();
  command->add_option(
      "VALUES", chosen->values,
      "What to fix: name=value, name=a,b,c to choose from, name=low..high to find the best; an input of "
      "the law, loss in the place of --compute, or inference_tokens and what they cost");
  command->add_option("--compute", chosen->compute,
                      "Training FLOPs as the law counts them, such as 3e20, or 1e19..1e24");
  command->add_option(
      "--interval", chosen->interval,
      "Show between which values samples of the coefficients leave the optimum, for this share of them, "
      "such as 0.8; the first line says what the samples show");
  command->add_option("--against", chosen->against,
                      "Another law with what it fixes: its FLOPs for the same loss, its tokens for the same FLOPs");
  chosen->output.declare(command, "the optimum over a range of --compute");
  command->callback([chosen] { print(answer_of(*chosen), chosen->output, report::optimum_path_picture); });
}

}  // namespace tool
