#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/pilot_csv.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/optima_answer.hpp"
#include "moetric/report/rank_answer.hpp"

namespace tool {
namespace fit_command {

using namespace moetric;

struct options {
  std::string law;
  std::vector<std::string> files, columns, held;
  std::string huber, bootstrap, seed, compute, hold_out, shared, x, y, tolerance, save;
  std::string confidence = "0.95", excluded = "0", resample = "pairs", threads = "1", margin = "0.05";
  std::string curve = "quadratic";
  bool residuals = false, progress = false;
  run_control control;  // of a bootstrap
  output_options output;
};

std::size_t whole_size(std::string_view field, std::string const& text) {
  count const value = whole(field, text);
  if (value > count(1'000'000'000))
    throw std::invalid_argument("moetric: " + std::string(field) + " must be below 1e9");
  return static_cast<std::size_t>(static_cast<std::uint64_t>(value));
}

double finite(std::string_view field, std::string const& text) {
  double const value = number(field, text);
  if (!(std::abs(value) <= std::numeric_limits<double>::max()))
    throw std::invalid_argument("moetric: " + std::string(field) + " must be finite, but got " + text);
  return value;
}

double confidence_of(options const& chosen) {
  return share("confidence", chosen.confidence);
}

// What --column names; only keys that the fit reads, each once.
std::vector<io::column_name> columns_of(options const& chosen, std::vector<std::string_view> const& read) {
  std::vector<io::column_name> names;
  for (std::string const& each : chosen.columns) {
    auto const [key, name] = take_apart("column", each);
    if (std::find(read.begin(), read.end(), key) == read.end()) refuse_name("a column that this fit reads", key, read);
    if (io::has_column({}, key, names))
      throw std::invalid_argument("moetric: the column of " + key + " must be given once");
    names.push_back({key, name});
  }
  return names;
}

void require_files(options const& chosen, std::size_t n, std::string const& who) {
  if (chosen.files.size() != n)
    throw std::invalid_argument("moetric: " + who + (n == 1 ? " must get one file" : " must get two files") +
                                (who == "fit" ? ", or two with --shared" : "") + ", but got " +
                                std::to_string(chosen.files.size()));
}

std::vector<std::filesystem::path> inputs_of(options const& chosen) {
  return {chosen.files.begin(), chosen.files.end()};
}

// Saves a fit, and adds to its answer where; if that fails, the answer is printed nevertheless.
report::answer with_saved(options const& chosen, report::answer made, char const* sentence,
                          std::function<void()> const& save) {
  if (chosen.save.empty()) return made;
  try {
    save();
  } catch (std::exception const&) {
    print(made, chosen.output);
    throw;
  }
  made.values.set("saved_as", chosen.save);
  return made.say(sentence);
}

// Fits of a law of the loss.

fit::setup setup_of(options const& chosen, fit::any_form const& form) {
  fit::setup_changes changes{.confidence = confidence_of(chosen)};
  if (!chosen.huber.empty()) changes.huber = finite("huber", chosen.huber);
  for (std::string const& each : chosen.held) {
    auto const [name, text] = take_apart("hold", each);
    for (auto const& other : changes.held)
      if (other.name == name) throw std::invalid_argument("moetric: " + name + " must be held once");
    changes.held.push_back({name, number(name, text)});
  }
  return fit::setup_of(form, changes);
}

std::optional<fit::bootstrap_options> bootstrap_of(options const& chosen) {
  if (chosen.bootstrap.empty()) return std::nullopt;
  fit::bootstrap_options made{.samples = whole_size("bootstrap", chosen.bootstrap)};
  if (!chosen.seed.empty()) made.seed = whole_size("seed", chosen.seed);
  made.how = choose<fit::resampling>("resample", chosen.resample,
                                     {{"pairs", fit::resampling::pairs}, {"residuals", fit::resampling::residuals}});
  std::size_t const threads = whole_size("threads", chosen.threads);
  if (threads < 1 || threads > 1024)
    throw std::invalid_argument("moetric: threads must be 1 to 1024, but got " + chosen.threads);
  if (threads > 1) made.execute = on_threads{threads};
  made.control = chosen.control;
  return made;
}

report::answer fit_law(options const& chosen) {
  fit::any_form const& form = fit::require_form(chosen.law);
  fit::setup const how = setup_of(chosen, form);
  std::vector<fit::runs> tables;
  std::vector<std::string_view> read{"loss", "weight"};
  for (laws::input const& each : form.about->inputs) read.push_back(each.name);
  for (std::string const& path : chosen.files)
    tables.push_back(fit::without_highest_loss(io::runs_of(io::read_csv(path), *form.about, columns_of(chosen, read)),
                                               whole_size("exclude-highest-loss", chosen.excluded)));
  if (!chosen.shared.empty()) {
    require_files(chosen, 2, "--shared");
    double const margin = finite("margin", chosen.margin);
    if (margin <= 0) throw std::invalid_argument("moetric: margin must be positive, but got " + chosen.margin);
    std::vector<std::string> const shared = split(chosen.shared, ',');
    for (std::string const& each : shared)
      if (std::count(shared.begin(), shared.end(), each) > 1)
        throw std::invalid_argument("moetric: a shared coefficient must be given once, but got " + in_quotes(each) +
                                    " again");
    auto const found = fit::test_consistency(*form.to_fit, *form.about, tables[0], tables[1], how, shared, margin);
    return report::consistency_answer(form, found, {chosen.files[0], chosen.files[1]}, margin, how.confidence);
  }
  require_files(chosen, 1, "fit");
  report::fit_details details{.residuals = chosen.residuals};
  fit::law_fit const found = fit::fit_law(form, tables[0], how, bootstrap_of(chosen));
  if (!chosen.compute.empty()) details.compute = number("compute", chosen.compute);
  if (!chosen.hold_out.empty()) {
    bool const with_share = chosen.hold_out.find('=') != std::string::npos;
    auto const [column, share] =
        with_share ? take_apart("hold-out", chosen.hold_out) : named_text{chosen.hold_out, "0.2"};
    details.held_out = {
        column, fit::hold_out_largest(*form.to_fit, *form.about, tables[0], how, column, number("hold-out", share))};
  }
  report::answer made = report::fit_answer(found, details);
  return with_saved(chosen, made, "saved as {saved_as}: moetric loss {saved_as} name=value ...",
                    [&] { io::save_fit(chosen.save, made.values, inputs_of(chosen)); });
}

// Fits that need no law.

// The columns of one file, by key or by the name that --column gives.
class columns {
 public:
  columns(options const& chosen, std::vector<std::string_view> const& read) : names_(columns_of(chosen, read)) {
    require_files(chosen, 1, chosen.law);
    table_ = io::read_csv(chosen.files[0]);
  }
  std::vector<double> operator[](std::string const& key) const { return io::positive_column(table_, key, names_); }
  std::vector<double> varied(std::string const& key) const { return io::varied_column(table_, key, names_); }
  bool has(std::string_view key) const { return io::has_column(table_, key, names_); }
  void keep_phase(plan::design_phase phase) { io::keep_phase(table_, phase); }

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

report::answer with_optima(options const& chosen, report::answer made, std::string const& quantity,
                           std::vector<double> const& compute, std::vector<double> const& values) {
  return with_saved(chosen, made, "saved in {saved_as}: moetric plan --source {saved_as} --compute ...",
                    [&] { io::save_optima(chosen.save, quantity, compute, values, inputs_of(chosen)); });
}

report::answer power_law(options const& chosen) {
  std::string const x = required("x", chosen.x, "compute"), y = required("y", chosen.y, "learning_rate");
  if (!chosen.save.empty() && x != "compute")
    throw std::invalid_argument("moetric: --save must get a power law of compute, but x is " + x);
  columns const of(chosen, {x, y});
  double const confidence = confidence_of(chosen);
  report::answer made =
      report::power_law_answer(fit::fit_power_law(of.varied(x), of.varied(y), confidence), x, y, confidence);
  return with_optima(chosen, made, y, of[x], of[y]);
}

report::answer allocation(options const& chosen) {
  columns of(chosen, {"total_parameters", "training_flops_per_token", "compute", "loss"});
  bool const envelope = chosen.law == "envelope" || chosen.law == "chinchilla-1";
  double const confidence = confidence_of(chosen);
  of.keep_phase(plan::design_phase::isoflop);
  // If sizes are given by M, as in designs, tokens are compute / M.
  bool const by_flops = !of.has("total_parameters") && of.has("training_flops_per_token");
  std::string const size = by_flops ? "training_flops_per_token" : "parameters";
  double const flops = by_flops ? 1 : 6;
  std::vector<double> const n = of[by_flops ? size : "total_parameters"], c = of["compute"], loss = of.varied("loss");
  fit::allocation_fit const found = envelope ? fit::fit_envelope(n, c, loss, 1500, flops, confidence)
                                             : fit::fit_isoflop(n, c, loss, flops, confidence);
  if (envelope && !chosen.save.empty())
    throw std::invalid_argument("moetric: --save must get isoflop, since an envelope has no optima of its own");
  std::vector<double> budgets, optima;
  for (fit::isoflop_profile const& each : found.profiles)
    budgets.push_back(each.compute), optima.push_back(each.parameters.value);
  return with_optima(chosen, report::allocation_answer(found, size, confidence), size, budgets, optima);
}

report::answer band(options const& chosen) {
  fit::curve_form const form = fit::curve_named(chosen.curve);
  double const tolerance = chosen.tolerance.empty() ? 1e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "d_model");
  columns of(chosen, {"compute", x, "loss"});
  if (x == "d_model") of.keep_phase(plan::design_phase::width);
  double const confidence = confidence_of(chosen);
  fit::scale_curves const found = fit::fit_scales(form, of["compute"], of[x], of.varied("loss"), tolerance, confidence);
  std::vector<double> optima;
  for (fit::fitted_curve const& each : found.curves) optima.push_back(each.best.value);
  return with_optima(chosen, report::band_answer(found, form, x, tolerance, confidence), x, found.compute, optima);
}

report::answer parallel_lines(options const& chosen) {
  double const tolerance = chosen.tolerance.empty() ? 2e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "learning_rate");
  columns const of(chosen, {"compute", x, "loss"});
  return report::parallel_lines_answer(fit::fit_parallel_lines(of["compute"], of[x], of.varied("loss"), tolerance), x,
                                       tolerance);
}

report::answer rank(options const& chosen) {
  columns const of(chosen, {"proxy_loss", "loss", "proxy"});
  if (!of.has("proxy_loss") && of.has("proxy")) {  // what `design --phase pilot` wrote
    io::pilot_losses const pilot = io::losses_of_pilot(io::read_csv(chosen.files[0]));
    return report::rank_answer(fit::test_rank_preservation(pilot.proxy, pilot.least), pilot.triads);
  }
  return report::rank_answer(fit::test_rank_preservation(of.varied("proxy_loss"), of.varied("loss")));
}

report::answer answer_of(options const& chosen, arguments const& command) {
  struct other_fit {
    std::string_view name;
    report::answer (*answer)(options const&);
    std::vector<std::string_view> used;
  };
  auto const with_column = [](std::vector<std::string_view> used) {
    used.push_back("--column");
    return used;
  };
  std::vector<std::string_view> const allocating{"--confidence", "--save"};
  other_fit const others[]{{"power-law", power_law, {"--x", "--y", "--confidence", "--save"}},
                           {"isoflop", allocation, allocating},
                           {"chinchilla-2", allocation, allocating},
                           {"envelope", allocation, allocating},
                           {"chinchilla-1", allocation, allocating},
                           {"band", band, {"--x", "--curve", "--tolerance", "--confidence", "--save"}},
                           {"parallel-lines", parallel_lines, {"--x", "--tolerance"}},
                           {"rank", rank, {}}};
  std::vector<std::string_view> known = fit::form_ids();
  for (other_fit const& each : others) {
    if (each.name == chosen.law) {
      command.require_used("fit " + chosen.law, with_column(each.used));
      return each.answer(chosen);
    }
    known.push_back(each.name);
  }
  if (fit::find_form(chosen.law) == nullptr) refuse_name("a form that can be fitted", chosen.law, known);
  std::vector<std::string_view> used{"--hold", "--huber", "--confidence", "--exclude-highest-loss"};
  if (command.has("--shared")) {
    used.insert(used.end(), {"--shared", "--margin"});
    command.require_used("a fit with --shared", with_column(used));
  } else {
    used.insert(used.end(), {"--bootstrap", "--resample", "--seed", "--threads", "--progress", "--compute",
                             "--hold-out", "--residuals", "--save"});
    command.require_used("a fit of one law", with_column(used));
    command.only_if(command.has("--bootstrap"), {"--resample", "--seed", "--threads", "--progress"},
                    "with --bootstrap");
  }
  return fit_law(chosen);
}

// True if a fitted number has no standard error to speak of: the runs lie on the law to their last digit.
bool has_no_scatter(report::value const& of) {
  report::value const* const error = of.find("standard_error");
  report::value const* const value = of.find("value");
  report::value const* const held = of.find("held");
  if (error != nullptr && value != nullptr && error->is_number() && value->is_number())
    return error->real() <= 1e-12 * std::abs(value->real()) && (held == nullptr || !held->flag());
  return std::any_of(of.members().begin(), of.members().end(),
                     [](report::field const& each) { return has_no_scatter(each.content); });
}

}  // namespace fit_command

void add_fit(arguments app) {
  using namespace fit_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("fit", "Fit a law's coefficients to the losses of your runs, with intervals and diagnostics");
  command->footer(
      "Examples:\n"
      "  moetric fit chinchilla runs.csv --bootstrap 4000 --threads 2 --compute 1e21 --save FIT.json\n"
      "  moetric fit chinchilla runs.csv --column total_parameters='Model Size' --column tokens='Training Tokens'\n"
      "  moetric fit fine-grained runs.csv --hold c=0.472 --hold-out tokens=0.2\n"
      "  moetric fit wang dense.csv moe.csv --shared alpha,beta\n"
      "  moetric fit power-law runs.csv --x compute --y learning_rate\n"
      "  moetric fit isoflop runs.csv --save optima.json\n"
      "  moetric fit band runs.csv --x d_model --save optima.json");
  command
      ->add_option(
          "LAW", chosen->law,
          "A form: chinchilla, fine-grained, fine-grained-dense, clark, joint-moe, abnar, wang, "
          "data-constrained, or the id of a law of that form; or power-law, isoflop (Chinchilla's approach 2), "
          "envelope (approach 1), band, parallel-lines, rank")
      ->required();
  command
      ->add_option("FILES", chosen->files,
                   "CSV of runs: one column for each input of the law, loss, and optionally weight")
      ->required();
  auto const option = [&](char const* name, auto& field, char const* help) { command->add_option(name, field, help); };
  option("--column", chosen->columns, "The name of a column in the file, key=NAME, such as tokens='Training Tokens'");
  option("--hold", chosen->held, "Hold a coefficient fixed, name=value");
  option("--huber", chosen->huber, "Delta of Huber's function, 0 for squares; default: the paper's");
  option("--confidence", chosen->confidence, "Confidence of intervals; default 0.95");
  option("--exclude-highest-loss", chosen->excluded, "Exclude this many runs of highest loss");
  option("--bootstrap", chosen->bootstrap, "Number of bootstrap refits");
  option("--resample", chosen->resample, "What the bootstrap resamples: pairs or residuals");
  option("--seed", chosen->seed, "Seed of the bootstrap");
  option("--threads", chosen->threads, "Threads of the bootstrap; the result does not depend on their number");
  option("--compute", chosen->compute, "Also print the optimum at this many FLOPs, with its interval");
  option("--hold-out", chosen->hold_out,
         "Validate on the largest runs of a column, such as tokens=0.2 for the largest fifth");
  option("--shared", chosen->shared, "Test whether the runs of two files share these coefficients, such as alpha,beta");
  option("--margin", chosen->margin, "With --shared: the smallest difference that matters; default 0.05");
  option("--x", chosen->x, "Column of x, for power-law, band and parallel-lines");
  option("--y", chosen->y, "Column of y, for power-law");
  option("--curve", chosen->curve, "Curve of band: quadratic, density (over M/N_a) or expansion (over N/N_a)");
  option("--tolerance", chosen->tolerance, "Tolerance of band and parallel-lines, relative to the least loss");
  command->add_flag("--residuals", chosen->residuals, "Also the residual of each run, with --verbose or --json");
  option("--save", chosen->save,
         "Write the fit to a file that every command accepts as a law; for isoflop over training_flops_per_token, "
         "band, and power-law over compute: add the optima to a file that `plan --source` reads");
  command->add_flag("--progress", chosen->progress,
                    "Print the progress of a bootstrap to stderr also where that is no terminal");
  chosen->output.declare(command);
  command->callback([chosen, command] {
    if (!chosen->save.empty()) io::require_savable(chosen->save, inputs_of(*chosen));  // before hours of bootstrap
    std::optional<interruption> signals;
    if (!chosen->bootstrap.empty()) chosen->control = signals.emplace().control("refits", chosen->progress);
    report::answer made = answer_of(*chosen, command);
    if (has_no_scatter(made.values))
      made.say(
          "caution: an interval has no width, since these runs scatter less than their digits; real runs would not");
    print(made, chosen->output);
    if (signals) signals->rethrow("the bootstrap has the refits that were drawn until then");
  });
}

}  // namespace tool
