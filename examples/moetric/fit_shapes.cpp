#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <stdexcept>

#include "fit_command.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/isoflop.hpp"
#include "moetric/fit/near_optimal.hpp"
#include "moetric/fit/rank.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/plan/fitted_source.hpp"

namespace tool {
namespace {

using namespace moetric;

// The columns of one file, by key or by the name that --column gives.
class columns {
 public:
  explicit columns(fit_options const& chosen) : names_(columns_of(chosen)) {
    if (chosen.files.size() != 1)
      throw std::invalid_argument("moetric: " + chosen.law + " must get one file, but got " +
                                  std::to_string(chosen.files.size()));
    table_ = io::read_csv(chosen.files[0]);
  }
  std::vector<double> operator[](std::string const& key) const { return io::positive_column(table_, key, names_); }
  bool has(std::string const& key) const {
    return table_.has(key) ||
           std::any_of(names_.begin(), names_.end(), [&](auto const& each) { return each.key == key; });
  }
  /// Keeps the runs of one phase if the table is a design's own.
  void keep_phase(plan::design_phase phase) {
    if (!table_.has("phase")) return;
    std::size_t const place = table_.column("phase");
    std::erase_if(table_.records, [&](io::csv_record const& each) { return each.fields[place] != name(phase); });
  }

 private:
  std::vector<io::column_name> names_;
  io::csv_table table_;
};

std::string required(std::string const& option, std::string const& given, std::string const& example) {
  if (given.empty())
    throw std::invalid_argument("moetric: " + option + " must be given as a column, such as --" + option + " " +
                                example);
  return given;
}

std::string within(fit::confidence_interval const& of) {
  return brief(of.low, 4) + " .. " + brief(of.high, 4);
}
json as_json(fit::confidence_interval const& of) {
  return {{"value", of.value}, {"standard_error", of.standard_error}, {"low", of.low}, {"high", of.high}};
}
json as_json(fit::power_law_fit const& of) {
  return {{"coefficient", as_json(of.coefficient)},
          {"exponent", as_json(of.exponent)},
          {"r_squared", of.line.r_squared},
          {"rmse_ln", of.line.rmse}};
}
void add(table& rows, std::string const& name, fit::power_law_fit const& of) {
  rows.row({name, brief(of.law.coefficient, 5), within(of.coefficient), brief(of.law.exponent, 5), within(of.exponent),
            brief(of.line.r_squared, 5)});
}
table heading(fit_options const& chosen) {
  std::string const interval = brief(100 * confidence_of(chosen), 3) + " % interval";
  table rows;
  rows.row({"y = coefficient x^exponent", "coefficient", interval, "exponent", interval, "R^2 of ln y"});
  return rows;
}
void warn(std::vector<std::string> const& warnings) {
  if (!warnings.empty()) std::cout << "\nwarnings:\n";
  for (std::string const& each : warnings) std::cout << "  " << each << '\n';
}

// Adds the optima of one quantity to a file that plans start from; those of other quantities stay.
void save_optima(fit_options const& chosen, std::string const& number, std::vector<double> const& compute,
                 std::vector<double> const& values) {
  if (chosen.save.empty()) return;
  auto const& known = plan::recipe_fields;
  if (std::find(known.begin(), known.end(), number) == known.end()) refuse_name("a quantity to save", number, known);
  json object{{"optima", json::object()}};
  if (std::filesystem::exists(chosen.save)) {
    object = json::parse(io::json_text(io::read_json_object(chosen.save)));
    if (!object.contains("optima") || !object["optima"].is_object())
      throw std::invalid_argument("moetric: " + chosen.save + " must be a file of optima to add to, but holds none");
  }
  json points = json::array();
  for (std::size_t i = 0; i != compute.size(); ++i) points.push_back({{"compute", compute[i]}, {"value", values[i]}});
  object["optima"][number] = points;
  save_json(chosen.save, object);
  if (!chosen.as_json)
    std::cout << "\nsaved in " << chosen.save << ": moetric plan --source " << chosen.save << " --compute ...\n";
}

void power_law(fit_options const& chosen) {
  std::string const x = required("x", chosen.x, "compute"), y = required("y", chosen.y, "learning_rate");
  if (!chosen.save.empty() && x != "compute")
    throw std::invalid_argument("moetric: --save must get a power law of compute, but x is " + x);
  columns const of(chosen);
  fit::power_law_fit const found = fit::fit_power_law(of[x], of[y], confidence_of(chosen));
  save_optima(chosen, y, of[x], of[y]);
  if (chosen.as_json) return print(as_json(found));
  table rows = heading(chosen);
  add(rows, y + " of " + x, found);
  rows.print();
}

void allocation(fit_options const& chosen) {
  columns of(chosen);
  bool const envelope = chosen.law == "envelope" || chosen.law == "chinchilla-1";
  double const confidence = confidence_of(chosen);
  of.keep_phase(plan::design_phase::isoflop);
  // If sizes are given by M, as in designs, tokens are compute / M.
  bool const by_flops = !of.has("total_parameters") && of.has("training_flops_per_token");
  std::string const size = by_flops ? "training_flops_per_token" : "parameters";
  double const flops = by_flops ? 1 : 6;
  std::vector<double> const n = of[by_flops ? size : "total_parameters"], c = of["compute"], loss = of["loss"];
  fit::allocation_fit const found = envelope ? fit::fit_envelope(n, c, loss, 1500, flops, confidence)
                                             : fit::fit_isoflop(n, c, loss, flops, confidence);
  json profiles = json::array();
  table points;
  points.row({"compute", "runs", size, "interval", "tokens", "loss", "off centre", "decades"});
  std::vector<double> budgets, optima;
  for (fit::isoflop_profile const& each : found.profiles) {
    budgets.push_back(each.compute), optima.push_back(each.parameters.value);
    profiles.push_back({{"compute", each.compute},
                        {"runs", each.runs},
                        {size, as_json(each.parameters)},
                        {"tokens", each.tokens},
                        {"loss", each.loss},
                        {"off_centre", each.off_centre},
                        {"decades", each.decades}});
    points.row({brief(each.compute), std::to_string(each.runs), brief(each.parameters.value), within(each.parameters),
                brief(each.tokens), brief(each.loss, 5), brief(each.off_centre, 2), brief(each.decades, 2)});
  }
  if (envelope && !chosen.save.empty())
    throw std::invalid_argument("moetric: --save must get isoflop, since an envelope has no optima of its own");
  save_optima(chosen, size, budgets, optima);
  if (chosen.as_json)
    return print({{size, as_json(found.parameters)},
                  {"tokens", as_json(found.tokens)},
                  {"profiles", profiles},
                  {"warnings", found.warnings}});
  if (!envelope) {
    points.print();
    std::cout << '\n';
  }
  table rows = heading(chosen);
  add(rows, size + " of compute", found.parameters);
  add(rows, "tokens of compute", found.tokens);
  rows.print();
  warn(found.warnings);
}

fit::curve_form curve_of(std::string const& name) {
  return choose<fit::curve_form>(
      "curve", name,
      {{"quadratic", fit::quadratic()}, {"density", fit::over_density()}, {"expansion", fit::over_expansion()}});
}

// Fits a curve of the loss at each compute, and power laws through the optima and the bands' ends.
void band(fit_options const& chosen) {
  fit::curve_form const form = curve_of(chosen.curve);
  double const tolerance = chosen.tolerance.empty() ? 1e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "d_model");
  columns of(chosen);
  if (x == "d_model") of.keep_phase(plan::design_phase::width);
  std::vector<double> const compute = of["compute"], at = of[x], loss = of["loss"];
  std::map<double, std::pair<std::vector<double>, std::vector<double>>> scales;
  for (std::size_t i = 0; i != compute.size(); ++i) {
    scales[compute[i]].first.push_back(at[i]);
    scales[compute[i]].second.push_back(loss[i]);
  }
  std::vector<double> computes;
  std::vector<fit::fitted_curve> curves;
  json all = json::array();
  table points;
  points.row({"compute", "low", "best " + x, "high", "interval of the best", "loss"});
  std::vector<std::string> warnings;
  for (auto const& [scale, pairs] : scales) {
    fit::fitted_curve one;
    try {
      one = fit::fit_curve(form, pairs.first, pairs.second, tolerance, confidence_of(chosen));
    } catch (std::invalid_argument const& error) {  // a scale without an optimum leaves those of the others
      std::string_view sentence = error.what();
      sentence.remove_prefix(sentence.starts_with("moetric: ") ? 9 : 0);
      warnings.push_back("compute " + brief(scale) + " is left out: " + std::string(sentence));
      continue;
    }
    for (std::string const& each : one.warnings) warnings.push_back("at compute " + brief(scale) + " " + each);
    computes.push_back(scale);
    curves.push_back(one);
    all.push_back({{"compute", scale},
                   {"low", as_json(one.low)},
                   {"best", as_json(one.best)},
                   {"high", as_json(one.high)},
                   {"loss", one.loss}});
    points.row({brief(scale), brief(one.low.value), brief(one.best.value), brief(one.high.value), within(one.best),
                brief(one.loss, 5)});
  }
  if (curves.empty()) throw std::invalid_argument("moetric: " + warnings.at(0));
  json object{{"curve", form.name}, {"tolerance", tolerance}, {"scales", all}, {"warnings", warnings}};
  if (!chosen.as_json) {
    std::cout << "loss = " << form.name << ", band up to " << brief(tolerance) << " above the least\n\n";
    points.print();
  }
  std::vector<double> optima;
  for (fit::fitted_curve const& each : curves) optima.push_back(each.best.value);
  save_optima(chosen, x, computes, optima);
  if (curves.size() >= 3) {
    fit::band_laws const laws = fit::fit_band(computes, curves, confidence_of(chosen));
    object["laws"] = {{"low", as_json(laws.low)}, {"best", as_json(laws.best)}, {"high", as_json(laws.high)}};
    if (!chosen.as_json) {
      std::cout << '\n';
      table rows = heading(chosen);
      add(rows, "low of compute", laws.low);
      add(rows, "best of compute", laws.best);
      add(rows, "high of compute", laws.high);
      rows.print();
    }
  }
  if (chosen.as_json) return print(object);
  warn(warnings);
}

void parallel_lines(fit_options const& chosen) {
  double const tolerance = chosen.tolerance.empty() ? 2e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "learning_rate");
  columns const of(chosen);
  fit::parallel_lines const found = fit::fit_parallel_lines(of["compute"], of[x], of["loss"], tolerance);
  if (chosen.as_json)
    return print({{"exponent", found.centre.exponent},
                  {"exponent_low", found.exponent_low},
                  {"exponent_high", found.exponent_high},
                  {"low", found.low.coefficient},
                  {"centre", found.centre.coefficient},
                  {"high", found.high.coefficient},
                  {"points", found.points}});
  std::cout << x << " = " << brief(found.centre.coefficient, 5) << " compute^" << brief(found.centre.exponent, 4)
            << "\nall " << found.points << " runs whose loss is at most " << brief(tolerance)
            << " above the least of their scale lie within a factor of " << brief(std::exp(found.width / 2), 4)
            << " of it\nthe exponent lies between " << brief(found.exponent_low, 4) << " and "
            << brief(found.exponent_high, 4) << " over fits that leave one scale out\n";
}

void rank(fit_options const& chosen) {
  columns const of(chosen);
  fit::rank_preservation const found = fit::test_rank_preservation(of["proxy_loss"], of["loss"]);
  if (chosen.as_json) {
    json object{{"pearson", {{"value", found.pearson.value}, {"p", found.pearson.p}}},
                {"spearman", {{"value", found.spearman.value}, {"p", found.spearman.p}}},
                {"kendall", {{"value", found.kendall.value}, {"p", found.kendall.p}}},
                {"r_squared", found.r_squared},
                {"regret", found.regret},
                {"spread", found.spread},
                {"preserved", found.preserved}};
    if (found.spearman.exact_p != 0) object["spearman"]["exact_p"] = found.spearman.exact_p;
    return print(object);
  }
  table rows;
  rows.row({"", "value", "p, two-sided"});
  rows.row({"Pearson r", brief(found.pearson.value), brief(found.pearson.p, 3)});
  rows.row({"Spearman rho", brief(found.spearman.value), brief(found.spearman.p, 3)});
  if (found.spearman.exact_p != 0) rows.row({"  exact, over all permutations", "", brief(found.spearman.exact_p, 3)});
  rows.row({"Kendall tau", brief(found.kendall.value), brief(found.kendall.p, 3)});
  rows.row({"R^2", brief(found.r_squared), ""});
  rows.print();
  std::cout << "\nranks are " << (found.preserved ? "preserved" : "not preserved") << ": the proxy chooses run "
            << found.proxy_best + 1 << ", the best is run " << found.best + 1 << "; the regret is "
            << brief(found.regret) << ", the spread of losses " << brief(found.spread) << '\n';
}

}  // namespace

bool run_shape(fit_options const& chosen) {
  using run_one = void (*)(fit_options const&);
  offer<run_one> const shapes{{"power-law", power_law},           {"isoflop", allocation},
                              {"chinchilla-2", allocation},       {"envelope", allocation},
                              {"chinchilla-1", allocation},       {"band", band},
                              {"parallel-lines", parallel_lines}, {"rank", rank}};
  std::vector<std::string_view> known = fit::form_ids();
  for (auto const& [name, run] : shapes) {
    if (name == chosen.law) return run(chosen), true;
    known.push_back(name);
  }
  if (!fit::has_form(chosen.law)) refuse_name("a form that can be fitted", chosen.law, known);
  return false;
}

}  // namespace tool
