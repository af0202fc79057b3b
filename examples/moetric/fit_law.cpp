#include <algorithm>
#include <cmath>

#include "fit_command.hpp"
#include "moetric/io/fit_report.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/report/choose_answer.hpp"
#include "moetric/report/fit_answer.hpp"

// Fits of laws of the loss.

namespace tool::fit_command {
namespace {

/// The bootstrap that is asked for; runs with several checkpoints get one by run in any case, since few runs bend the
/// covariance's intervals.
std::optional<fit::bootstrap_options> bootstrap_of(options const& chosen, fit::runs const& data) {
  bool const clustered = !data.cluster.empty() && chosen.setup.robust;
  std::size_t const samples = chosen.bootstrap.value_or(clustered ? 200 : 0);
  if (samples == 0) return std::nullopt;
  fit::bootstrap_options made{
      .samples = samples,
      .seed = chosen.seed,
      .how = chosen.resample.value_or(clustered ? fit::resampling::clusters : fit::resampling::pairs),
      .control = chosen.control};
  if (chosen.threads > 1) made.execute = on_threads{chosen.threads};
  return made;
}

/// A table of runs for a form, and the runs.
struct form_runs {
  io::run_table table;
  fit::runs data;
};

form_runs runs_of(options const& chosen, fit::any_form const& form, std::string const& file) {
  std::vector<std::string_view> read{"loss", "weight", "compute"};
  for (laws::input const& each : form.about->inputs) read.push_back(each.name);
  io::run_reading with_x = chosen.reading;
  if (form.id == "floor") {
    if (chosen.x.empty()) io::refuse("x must be given as a column, such as --x compute");
    with_x.columns.push_back("x=" + chosen.x);
  } else if (form.id == "accuracy" || form.id == "task-error") {
    with_x.columns.push_back("x=" + (chosen.x.empty() ? "loss" : chosen.x));
    with_x.columns.push_back("loss=" + (!chosen.y.empty() ? chosen.y : form.id == "accuracy" ? "accuracy" : "error"));
  }
  io::run_table table = io::read_runs(file, with_x, read);
  fit::runs data = io::runs_of(table, *form.about, {chosen.group, chosen.by});
  data = fit::without_highest_loss(data, chosen.excluded);
  return {std::move(table), std::move(data)};
}

/// Runs to hold out: where a condition holds, or the largest share of a column.
struct chosen_runs {
  std::string by;  // the condition or the column
  double from = 0;
  std::vector<std::size_t> runs{};
};

chosen_runs held_out(std::string const& text, form_runs& of) {
  std::size_t const equals = text.find('=');
  bool const is_condition = text.find_first_of("<>!") != std::string::npos ||
                            (equals != std::string::npos && !io::detail::is_number(text.substr(equals + 1)));
  chosen_runs made{text};
  std::vector<bool> holds;
  if (is_condition) {
    holds = io::run_condition(text).holds(of.table);
  } else {
    double const part = equals == std::string::npos ? 0.2 : io::share("share", text.substr(equals + 1));
    made.by = text.substr(0, equals);
    std::vector<double> const values = of.table.numbers(made.by);
    std::vector<double> sorted;
    for (std::size_t i = 0; i != values.size(); ++i)
      if (std::find(of.data.row.begin(), of.data.row.end(), of.table.row[i]) != of.data.row.end())
        sorted.push_back(values[i]);
    std::sort(sorted.begin(), sorted.end());
    made.from = sorted[sorted.size() - static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())))];
    for (double const each : values) holds.push_back(each >= made.from);
  }
  for (std::size_t i = 0; i != of.data.size(); ++i)
    for (std::size_t j = 0; j != of.table.row.size(); ++j)
      if (of.table.row[j] == of.data.row[i] && holds[j]) made.runs.push_back(i);
  return made;
}

report::answer shared_law(options const& chosen, fit::any_form const& form, fit::setup const& how) {
  require_files(chosen, 2, "--shared");
  fit::runs const first = runs_of(chosen, form, chosen.files[0]).data,
                  second = runs_of(chosen, form, chosen.files[1]).data;
  double const margin = chosen.margin;
  moetric::detail::require_positive("margin", margin);
  std::vector<std::string> const shared = io::split(chosen.shared, ',');
  for (std::string const& each : shared)
    if (std::count(shared.begin(), shared.end(), each) > 1)
      io::refuse("a shared coefficient must be given once, but got " + in_quotes(each) + " again");
  auto const found = fit::test_consistency(*form.to_fit, *form.about, first, second, how, shared, margin);
  return report::consistency_answer(form, found, {chosen.files[0], chosen.files[1]}, margin, how.confidence);
}

report::answer with_saved_law(options const& chosen, report::answer const& made, report::value const& law) {
  return with_saved(chosen, made, "saved as {saved_as}: moetric loss {saved_as} name=value ...",
                    [&] { io::save_fit(chosen.save, law, chosen.inputs()); });
}

}  // namespace

report::answer law(options const& chosen) {
  fit::any_form const& form = fit::require_form(chosen.law);
  fit::setup const how = fit::setup_of(form, chosen.setup);
  if (!chosen.shared.empty()) return shared_law(chosen, form, how);
  require_files(chosen, 1, "fit");
  form_runs of = runs_of(chosen, form, chosen.files[0]);
  report::fit_details details{.compute = chosen.compute, .residuals = chosen.residuals || !chosen.output.plot.empty()};
  fit::law_fit const found = fit::fit_law(form, of.data, how, bootstrap_of(chosen, of.data));
  if (!chosen.hold_out.empty()) {
    chosen_runs const held = held_out(chosen.hold_out, of);
    details.held_out = {held.by, fit::hold_out(*form.to_fit, *form.about, of.data, how, held.runs)};
    details.held_out->errors.from = held.from;
  }
  report::answer made = report::fit_answer(found, details);
  io::add_notes(made, of.table);
  if (!chosen.report.empty()) {
    std::vector<std::string> sentences;
    if (details.held_out)
      sentences.push_back("Fitted without the " + std::to_string(details.held_out->errors.held) + " runs of " +
                          details.held_out->column + ": root mean square " +
                          brief(details.held_out->errors.rmse_held, 3) + " on them, bias " +
                          brief(details.held_out->errors.bias_held, 3) + ".");
    for (fit::warning const& each : of.table.notes) sentences.push_back("Note: " + each.sentence + ".");
    io::write_report(chosen.report, io::fit_report(found, sentences), chosen.inputs());
    made.values.set("report", chosen.report);
    made.say("report: {report}/report.md");
  }
  return with_saved_law(chosen, made, made.values);
}

report::answer choose(options const& chosen) {
  require_files(chosen, 1, "--choose");
  std::vector<fit::any_form const*> forms;
  std::vector<fit::runs> data;
  std::vector<fit::setup> how;
  std::vector<double> scale;
  std::optional<io::run_table> table;
  for (std::string const& each : io::split(chosen.law, ',')) {
    fit::any_form const& form = fit::require_form(each);
    form_runs of = runs_of(chosen, form, chosen.files[0]);
    forms.push_back(&form);
    how.push_back(fit::setup_of(form, chosen.setup));
    data.push_back(std::move(of.data));
    if (table) continue;
    std::vector<double> const compute = io::scale_of(of.table);
    for (std::size_t const row : data[0].row)
      scale.push_back(compute[static_cast<std::size_t>(std::find(of.table.row.begin(), of.table.row.end(), row) -
                                                       of.table.row.begin())]);
    table = std::move(of.table);
  }
  std::vector<fit::compared_form> const compared = fit::compare_forms(forms, data, how, scale);
  report::answer made = report::choose_answer(compared);
  io::add_notes(made, *table);
  if (chosen.save.empty()) return made;
  fit::compared_form const* const best = fit::best_of(compared);
  if (best == nullptr) io::refuse("--save must have a form to save, but none could be fitted");
  std::size_t place = 0;
  while (forms[place] != best->form) ++place;
  return with_saved_law(
      chosen, made,
      report::fit_answer(fit::fit_law(*best->form, data[place], how[place], bootstrap_of(chosen, data[place]))).values);
}

}  // namespace tool::fit_command
