#include <algorithm>
#include <cmath>
#include <memory>

#include "expression.hpp"
#include "fit_command.hpp"
#include "moetric/io/fit_report.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/io/form_file.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/report/choose_answer.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/plot/fit_report.hpp"
#include "moetric/report/unit.hpp"
#include "plot.hpp"

// Fits of laws of the loss.

namespace tool::fit_command {
namespace {

std::size_t whole_size(std::string_view field, std::string const& text) {
  count const value = whole(field, text);
  if (value > count(1'000'000'000))
    throw std::invalid_argument("moetric: " + std::string(field) + " must be below 1e9");
  return static_cast<std::size_t>(static_cast<std::uint64_t>(value));
}

fit::setup setup_of(options const& chosen, fit::any_form const& form) {
  fit::setup_changes changes{.confidence = confidence_of(chosen)};
  if (!chosen.huber.empty()) changes.huber = finite("huber", chosen.huber);
  for (named_number const& each : numbers_of("hold", chosen.held)) changes.held.push_back({each.name, each.value});
  for (std::string const& each : chosen.tied) {
    auto const [name, to] = take_apart("tie", each);
    changes.tied.push_back({name, to});
  }
  for (std::string const& each : chosen.bounded) {
    auto const [name, text] = take_apart("bound", each);
    std::vector<std::string> const ends = split(text, ':');
    if (ends.size() != 2)
      throw std::invalid_argument("moetric: bound must be written as name=low:high, but got " + each);
    changes.bounded.push_back({name, finite(name, ends[0]), finite(name, ends[1])});
  }
  if (!chosen.residual.empty())
    changes.residual = tool::choose<fit::loss_scale>(
        "residual", chosen.residual,
        {{"log", fit::loss_scale::log}, {"linear", fit::loss_scale::loss}, {"log10", fit::loss_scale::log10}});
  if (!chosen.overestimate.empty()) changes.overestimate = finite("overestimate-weight", chosen.overestimate);
  changes.robust = tool::choose<bool>("errors", chosen.errors, {{"robust", true}, {"independent", false}});
  return fit::setup_of(form, changes);
}

/// A form by its id, or read from a file.
struct named_form {
  std::unique_ptr<fit::own_form const> own;  // of a file
  fit::any_form of;
};

named_form form_named(std::string const& word) {
  if (!is_form_file(word)) return {nullptr, fit::require_form(word)};
  auto own = std::make_unique<fit::own_form const>(
      io::read_form(word, expressions(), [](std::string_view name) { return report::unit_of(name); }));
  fit::any_form const of(*own);
  return {std::move(own), of};
}

void require_savable_form(options const& chosen, named_form const& form) {
  if (form.own && !chosen.save.empty())
    throw std::invalid_argument("moetric: --save must be left out for a form that is read from a file, which other "
                                "commands do not evaluate");
}

/// The bootstrap that is asked for; runs with several checkpoints get one by run in any case, since few runs bend the
/// covariance's intervals.
std::optional<fit::bootstrap_options> bootstrap_of(options const& chosen, fit::runs const& data) {
  fit::bootstrap_options made{.samples = chosen.bootstrap.empty() ? 200 : whole_size("bootstrap", chosen.bootstrap)};
  bool const clustered = !data.cluster.empty() && chosen.errors == "robust";
  if (made.samples == 0 || (chosen.bootstrap.empty() && !clustered)) return std::nullopt;
  if (!chosen.seed.empty()) made.seed = whole_size("seed", chosen.seed);
  made.how = clustered ? fit::resampling::clusters : fit::resampling::pairs;
  if (!chosen.resample.empty())
    made.how = tool::choose<fit::resampling>("resample", chosen.resample,
                                             {{"pairs", fit::resampling::pairs},
                                              {"clusters", fit::resampling::clusters},
                                              {"residuals", fit::resampling::residuals}});
  std::size_t const threads = whole_size("threads", chosen.threads);
  if (threads < 1 || threads > 1024)
    throw std::invalid_argument("moetric: threads must be 1 to 1024, but got " + chosen.threads);
  if (threads > 1) made.execute = on_threads{threads};
  made.control = chosen.control;
  return made;
}

/// A table of runs for a form, and the runs.
struct form_runs {
  io::run_table table;
  fit::runs data;
};

/// \param others columns that other forms read, which must not be empty either
form_runs runs_of(options const& chosen, fit::any_form const& form, std::string const& file,
                  std::vector<std::string_view> const& others = {}) {
  std::vector<std::string_view> read{"loss", "weight", "compute"};
  read.insert(read.end(), others.begin(), others.end());
  for (laws::input const& each : form.about->inputs) read.push_back(each.name);
  options with_x = chosen;
  if (form.id == "floor") {
    if (chosen.x.empty()) throw std::invalid_argument("moetric: x must be given as a column, such as --x compute");
    with_x.columns.push_back("x=" + chosen.x);
  } else if (form.id == "accuracy" || form.id == "task-error") {
    with_x.columns.push_back("x=" + (chosen.x.empty() ? "loss" : chosen.x));
    with_x.columns.push_back("loss=" + (!chosen.y.empty() ? chosen.y : form.id == "accuracy" ? "accuracy" : "error"));
  }
  io::run_table table = read_runs(with_x, file, read);
  fit::runs data = io::runs_of(table, *form.about, {chosen.group, chosen.by});
  data = fit::without_highest_loss(data, whole_size("exclude-highest-loss", chosen.excluded));
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
    double const part = equals == std::string::npos ? 0.2 : share("share", text.substr(equals + 1));
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
  double const margin = finite("margin", chosen.margin);
  if (margin <= 0) throw std::invalid_argument("moetric: margin must be positive, but got " + chosen.margin);
  std::vector<std::string> const shared = split(chosen.shared, ',');
  for (std::string const& each : shared)
    if (std::count(shared.begin(), shared.end(), each) > 1)
      throw std::invalid_argument("moetric: a shared coefficient must be given once, but got " + in_quotes(each) +
                                  " again");
  auto const found = fit::test_consistency(*form.to_fit, *form.about, first, second, how, shared, margin);
  return report::consistency_answer(form, found, {chosen.files[0], chosen.files[1]}, margin, how.confidence);
}

report::answer with_saved_law(options const& chosen, report::answer const& made, report::value const& law) {
  return with_saved(chosen, made, "saved as {saved_as}: moetric loss {saved_as} name=value ...",
                    [&] { io::save_fit(chosen.save, law, inputs_of(chosen)); });
}

constexpr std::string_view without_gnuplot =
    "it has no pictures, since gnuplot was not found (on Debian: apt install gnuplot-nox)";

/// The pictures of a report as SVG; none without gnuplot.
std::vector<io::drawn_picture> drawn_pictures(std::vector<report::named_picture> const& all) {
  std::vector<io::drawn_picture> drawn;
  for (report::named_picture const& each : all) {
    std::optional<std::string> svg = svg_of(each.drawn);
    if (!svg) return {};
    drawn.push_back({std::string(each.name), std::string(each.caption), *std::move(svg)});
  }
  return drawn;
}

}  // namespace

report::answer law(options const& chosen) {
  named_form const named = form_named(chosen.law);
  require_savable_form(chosen, named);
  fit::any_form const& form = named.of;
  fit::setup const how = setup_of(chosen, form);
  if (!chosen.shared.empty()) return shared_law(chosen, form, how);
  require_files(chosen, 1, "fit");
  form_runs of = runs_of(chosen, form, chosen.files[0]);
  report::fit_details details{.residuals = chosen.residuals || !chosen.output.plot.empty()};
  fit::law_fit const found = fit::fit_law(form, of.data, how, bootstrap_of(chosen, of.data));
  if (!chosen.compute.empty())
    for (std::string const& each : split(chosen.compute, ',')) details.compute.push_back(number("compute", each));
  if (!chosen.hold_out.empty()) {
    chosen_runs const held = held_out(chosen.hold_out, of);
    details.held_out = {held.by, fit::hold_out(*form.to_fit, *form.about, of.data, how, held.runs)};
    details.held_out->errors.from = held.from;
  }
  report::answer made = report::fit_answer(found, details);
  add_notes(made, of.table);
  if (!chosen.report.empty()) {
    std::vector<std::string> sentences;
    if (details.held_out)
      sentences.push_back("Fitted without the " + std::to_string(details.held_out->errors.held) + " runs of " +
                          details.held_out->column + ": root mean square " +
                          brief(details.held_out->errors.rmse_held, 3) + " on them, bias " +
                          brief(details.held_out->errors.bias_held, 3) + ".");
    for (fit::warning const& each : of.table.notes) sentences.push_back("Note: " + each.sentence + ".");
    fit::fitted_curves const curves = fit::curves_of(found);
    std::vector<io::drawn_picture> const drawn = drawn_pictures(report::fit_report_pictures(found, curves));
    if (drawn.empty()) sentences.push_back(std::string(without_gnuplot) + ".");
    io::write_report(chosen.report, io::fit_report(found, curves, sentences, drawn), inputs_of(chosen));
    made.values.set("report", chosen.report);
    made.say("report: {report}/report.md" + (drawn.empty() ? "; " + std::string(without_gnuplot) : ""));
  }
  return with_saved_law(chosen, made, made.values);
}

report::answer choose(options const& chosen) {
  require_files(chosen, 1, "--choose");
  std::vector<named_form> named;
  std::vector<std::string_view> read;
  for (std::string const& each : split(chosen.law, ',')) {
    named.push_back(form_named(each));
    require_savable_form(chosen, named.back());
    for (laws::input const& input : named.back().of.about->inputs) read.push_back(input.name);
  }
  std::vector<fit::any_form const*> forms;
  std::vector<fit::runs> data;
  std::vector<fit::setup> how;
  std::vector<double> scale;
  std::optional<io::run_table> table;
  for (named_form const& each : named) {
    form_runs of = runs_of(chosen, each.of, chosen.files[0], read);
    forms.push_back(&each.of);
    how.push_back(setup_of(chosen, each.of));
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
  add_notes(made, *table);
  if (chosen.save.empty()) return made;
  fit::compared_form const* const best = fit::best_of(compared);
  if (best == nullptr)
    throw std::invalid_argument("moetric: --save must have a form to save, but none could be fitted");
  std::size_t place = 0;
  while (forms[place] != best->form) ++place;
  return with_saved_law(
      chosen, made,
      report::fit_answer(fit::fit_law(*best->form, data[place], how[place], bootstrap_of(chosen, data[place]))).values);
}

}  // namespace tool::fit_command
