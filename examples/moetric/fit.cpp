#include <algorithm>
#include <cmath>
#include <optional>

#include "command.hpp"
#include "expression.hpp"
#include "interruption.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/fit_law_answer.hpp"
#include "moetric/io/fit_optima_answer.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/report/plot/fit.hpp"
#include "plot.hpp"

namespace tool {
namespace fit_command {

using namespace moetric;

struct options {
  io::fit_request asked;
  bool choose = false, progress = false;
  output_options output;
};

namespace {

constexpr std::size_t most_runs = 1'000'000'000;

/// A form of `fit` with the options that it uses.
struct fit_form {
  std::string_view name;
  io::fit_outcome (*fit)(io::fit_request const&);
  std::vector<std::string_view> used;
};

std::vector<fit_form> const& forms() {
  static std::vector<fit_form> const all = [] {
    std::vector<std::string_view> const reading{"--column", "--where", "--skip-empty"};
    std::vector<std::string_view> setting{"--hold",   "--tie",        "--bound",
                                          "--huber",  "--residual",   "--overestimate-weight",
                                          "--errors", "--confidence", "--exclude-highest-loss",
                                          "--group",  "--by"};
    auto const with = [](std::vector<std::string_view> first, std::vector<std::string_view> const& more) {
      first.insert(first.end(), more.begin(), more.end());
      return first;
    };
    std::vector<std::string_view> const drawing{"--bootstrap", "--resample", "--seed", "--threads", "--progress"};
    std::vector<fit_form> made{
        {"one law", io::fit_law,
         with(with({"--plot", "--compute", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"floor", io::fit_law,
         with(with({"--plot", "--x", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"accuracy", io::fit_law,
         with(with({"--plot", "--x", "--y", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"task-error", io::fit_law,
         with(with({"--plot", "--x", "--y", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"--shared", io::fit_law, with({"--shared", "--margin"}, setting)},
        {"--choose", io::choose_form, with(with({"--choose", "--x", "--save"}, setting), drawing)},
        {"power-law", io::fit_power_law, {"--plot", "--x", "--y", "--confidence", "--save"}},
        {"isoflop",
         io::fit_allocation,
         {"--plot", "--confidence", "--save", "--merge-within", "--use-outside", "--hold", "--compute"}},
        {"envelope", io::fit_allocation, {"--plot", "--confidence", "--compute"}},
        {"band", io::fit_band, {"--plot", "--x", "--curve", "--tolerance", "--confidence", "--save"}},
        {"parallel-lines", io::fit_parallel_lines, {"--x", "--tolerance"}},
        {"rank", io::fit_rank, {}}};
    for (fit_form& each : made) each.used.insert(each.used.end(), reading.begin(), reading.end());
    return made;
  }();
  return all;
}

fit_form const* find(std::string_view name) {
  if (name == "chinchilla-2") name = "isoflop";
  if (name == "chinchilla-1") name = "envelope";
  for (fit_form const& each : forms())
    if (each.name == name && name != "one law") return &each;
  return nullptr;
}

/// Refuses options that a form does not use, and says which forms do.
void require_used(std::string const& form, fit_form const& of, command const& from) {
  for (std::string const& each : from.given()) {
    if (each == "--verbose" || each == "--json" || each == "--schema") continue;
    if (std::find(of.used.begin(), of.used.end(), each) != of.used.end()) continue;
    std::vector<std::string> users;
    for (fit_form const& other : forms())
      if (std::find(other.used.begin(), other.used.end(), each) != other.used.end())
        users.push_back(other.name.starts_with("--") ? "a fit with " + std::string(other.name)
                        : other.name == "one law"    ? "a fit of one law"
                                                     : "fit " + std::string(other.name));
    io::refuse(each + " must be given to " + listed(users, "or") + ", but got " + form + ", which uses " +
               listed(of.used));
  }
}

io::fit_outcome fitted(options const& chosen, command const& from) {
  bool const shared = from.has("--shared");
  fit_form const* form = find(chosen.asked.law);
  std::string who = "fit " + chosen.asked.law;
  if (form == nullptr || chosen.asked.law.starts_with("--")) {
    std::vector<std::string_view> known = fit::form_ids();
    for (fit_form const& each : forms())
      if (!each.name.starts_with("--") && each.name != "one law" && fit::find_form(each.name) == nullptr)
        known.push_back(each.name);
    for (std::string const& each : io::split(chosen.asked.law, ','))
      if (!io::is_form_file(each) && fit::find_form(each) == nullptr)
        refuse_name("a form that can be fitted", each, known);
    bool const several = chosen.asked.law.find(',') != std::string::npos;
    if (several && !chosen.choose) io::refuse("several forms must be given with --choose, but got " + chosen.asked.law);
    form = shared ? find("--shared") : chosen.choose ? find("--choose") : &forms()[0];
    who = shared ? "a fit with --shared" : chosen.choose ? "a fit with --choose" : "a fit of one law";
  }
  require_used(who, *form, from);
  from.only_if(chosen.asked.bootstrap || !chosen.asked.runs.group.empty(),
               {"--resample", "--seed", "--threads", "--progress"}, "with --bootstrap");
  return form->fit(chosen.asked);
}

/// The options of the form that a word names, for its help; empty for other words.
std::vector<std::string_view> options_of(std::string const& word) {
  if (fit_form const* const form = find(word)) return form->used;
  if (io::is_form_file(word) || fit::find_form(word) != nullptr) return forms()[0].used;
  return {};
}

// True if a fitted number has no standard error to speak of: the runs lie on the law to their last digit.
bool has_no_scatter(report::value const& of) {
  report::value const* const error = of.find("standard_error");
  report::value const* const value = of.find("value");
  report::value const* const held = of.find("held");
  if (error != nullptr && value != nullptr && error->is_number() && value->is_number())
    return error->real() <= 1e-12 * std::abs(value->real()) && (held == nullptr || !held->flag());
  return std::any_of(of.members().begin(), of.members().end(),
                     [](report::object_member const& each) { return has_no_scatter(each.content); });
}

void run(command const& from, options& chosen) {
  io::fit_request& asked = chosen.asked;
  if (!asked.save.empty()) io::require_savable(asked.save, asked.inputs());  // before hours of bootstrap
  std::optional<interruption> signals;
  if (asked.bootstrap) asked.control = signals.emplace().control("refits", chosen.progress);
  asked.residuals = asked.residuals || !chosen.output.plot.empty();
  asked.to_svg = svg_of;
  asked.expressions = expressions;
  io::fit_outcome made = fitted(chosen, from);
  if (!asked.save.empty() && made.save) {
    try {
      made.save();
    } catch (std::exception const&) {
      print(made.answer, chosen.output);
      throw;
    }
    made.answer.values.set("saved_as", asked.save);
    made.answer.say(made.once_saved);
  }
  if (has_no_scatter(made.answer.values))
    made.answer.say(
        "caution: an interval has no width, since these runs scatter less than their digits; real runs would not");
  print(made.answer, chosen.output, report::any_fit_picture);
  if (signals) signals->rethrow("the bootstrap has the refits that were drawn until then");
}

/// The options that change how laws are fitted.
void declare_setup(command& to, options& chosen) {
  fit::setup_changes& setup = chosen.asked.setup;
  auto const with_value = [](char const* what, std::string const& text) {
    auto const [name, value] = io::take_apart(what, text);
    return std::pair{name, value};
  };
  to.add(
        "--hold",
        [&setup, with_value](std::string const& text) {
          auto const [name, value] = with_value("hold", text);
          for (auto const& other : setup.held)
            if (other.name == name) io::refuse(name + " must be held once");
          setup.held.push_back({name, io::number(name, value)});
        },
        "Hold a coefficient fixed, name=value; for isoflop exponent=value")
      .one_value_each()
      .further();
  to.add(
        "--tie",
        [&setup, with_value](std::string const& text) {
          auto const [name, other] = with_value("tie", text);
          setup.tied.push_back({name, other});
        },
        "Make one coefficient equal another, such as beta=alpha")
      .one_value_each()
      .further();
  to.add(
        "--bound",
        [&setup, with_value](std::string const& text) {
          auto const [name, range] = with_value("bound", text);
          std::vector<std::string> const ends = io::split(range, ':');
          if (ends.size() != 2) io::refuse("bound must be written as name=low:high, but got " + text);
          setup.bounded.push_back({name, io::number(name, ends[0]), io::number(name, ends[1])});
        },
        "Bounds of a coefficient, such as E=1.5:2")
      .one_value_each()
      .further();
  to.add("--huber", setup.huber, "Delta of Huber's function, 0 for squares; default: the paper's").further();
  to.add_choice("--residual", setup.residual,
                {{"log", fit::loss_scale::log}, {"linear", fit::loss_scale::loss}, {"log10", fit::loss_scale::log10}},
                "Residuals of the loss: log, linear or log10; default: the paper's")
      .further();
  to.add("--overestimate-weight", setup.overestimate, "Weight of runs that are predicted too high; default 1")
      .further();
  to.add_choice("--errors", setup.robust, {{"robust", true}, {"independent", false}},
                "Standard errors: robust (the default: for residuals of unequal size, and by run) or independent")
      .further();
  to.add("--group", chosen.asked.runs.group,
         "Column of the run that a row is a checkpoint of; default: found by its name, or none")
      .further();
  to.add("--by", chosen.asked.runs.by,
         "Column of data sets or tokenizers to test for different laws; default: columns of text")
      .one_value_each()
      .further();
  to.add_share("--confidence", setup.confidence, "Confidence of intervals; default 0.95").further();
  to.add("--exclude-highest-loss", chosen.asked.runs.excluded, 0, most_runs, "Exclude this many runs of highest loss")
      .further();
}

void declare_bootstrap(command& to, options& chosen) {
  to.add(
      "--bootstrap",
      [&chosen](std::string const& text) {
        chosen.asked.bootstrap = io::whole_within("bootstrap", text, 0, most_runs);
      },
      "Number of bootstrap refits; default: 200 if rows are checkpoints, else none");
  to.add_choice("--resample", chosen.asked.resample,
                {{"pairs", fit::resampling::pairs},
                 {"clusters", fit::resampling::clusters},
                 {"residuals", fit::resampling::residuals}},
                "What the bootstrap resamples: pairs, clusters or residuals; default: clusters if rows are checkpoints")
      .further();
  to.add("--seed", chosen.asked.seed, 0, most_runs, "Seed of the bootstrap").further();
  to.add("--threads", chosen.asked.threads, 1, 1024,
         "Threads of the bootstrap; the result does not depend on their number")
      .further();
}

}  // namespace
}  // namespace fit_command

void add_fit(command_line& line) {
  using namespace fit_command;
  command& to = line.add("fit", "Which law do your runs follow, how surely, and what does it predict?",
                         {"law", "runs", "loss", "isoflop", "regression", "bootstrap", "residual", "interval",
                          "exponent", "coefficients", "plot"},
                         {"moetric fit chinchilla tests/data/answers/chinchilla.csv --compute 1e21",
                          "moetric fit isoflop tests/data/answers/iso.csv"});
  auto& chosen = to.state<options>();
  to.options_of_form = options_of;
  to.add("LAW", chosen.asked.law,
         "A form: chinchilla, fine-grained, fine-grained-dense, clark, joint-moe, abnar, wang, data-constrained, "
         "over-training, farseer, pruned, vocabulary, joined, width-depth, floor, the id of a law of that form, or "
         "FORM.json, your own; several, separated by commas, with --choose; accuracy or task-error, of the loss; or "
         "power-law, isoflop "
         "(Chinchilla's approach 2), envelope (approach 1), band, parallel-lines, rank. `moetric fit FORM --help` "
         "lists its options")
      .required();
  to.add("FILES", chosen.asked.files,
         "CSV or JSON lines of runs: one column for each input of the law, loss, and optionally weight")
      .required();
  to.add("--column", chosen.asked.runs.reading.columns,
         "The name of a column in the file, key=NAME, such as tokens='Training Tokens'")
      .one_value_each();
  to.add("--where", chosen.asked.runs.reading.where,
         "Use the runs alone that satisfy a condition, such as 'tokens/total_parameters>5'")
      .one_value_each();
  to.add_flag("--skip-empty", chosen.asked.runs.reading.skip_empty, "Leave out runs with empty cells, and say how many")
      .further();
  declare_setup(to, chosen);
  declare_bootstrap(to, chosen);
  to.add("--compute", chosen.asked.compute,
         "Also print the optimum at these FLOPs, such as 1e21,1e22, with its interval");
  to.add("--hold-out", chosen.asked.hold_out,
         "Validate on the runs that satisfy a condition, such as 'compute>1e20', or on the largest share of a column, "
         "such as tokens=0.2");
  to.add("--shared", chosen.asked.shared,
         "Test whether the runs of two files share these coefficients, such as alpha,beta")
      .further();
  to.add("--margin", chosen.asked.margin, "With --shared: the smallest difference that matters; default 0.05")
      .further();
  to.add_flag("--choose", chosen.choose,
              "Compare forms by cross-validation over scales, AIC and BIC: fits of smaller runs predict larger ones")
      .further();
  to.add("--x", chosen.asked.runs.x,
         "Column of x, for floor, power-law (several: N,D), band and parallel-lines; for accuracy and task-error, loss")
      .further();
  to.add("--y", chosen.asked.runs.y, "Column of y, for power-law; for accuracy and task-error their own name")
      .further();
  to.add("--merge-within", chosen.asked.merge_within,
         "For isoflop: runs whose compute differs by at most this factor share a budget, such as 1.1")
      .further();
  to.add_flag("--use-outside", chosen.asked.use_outside, "For isoflop: use vertices that lie outside of their runs")
      .further();
  to.add("--curve", chosen.asked.curve,
         "Curve of band: quadratic, log-quadratic, density (over M/N_a) or expansion (over N/N_a)")
      .further();
  to.add("--tolerance", chosen.asked.tolerance, "Tolerance of band and parallel-lines, relative to the least loss")
      .further();
  to.add_flag("--residuals", chosen.asked.residuals, "Also the residual of each run, with --verbose or --json")
      .further();
  to.add(
      "--save", chosen.asked.save,
      "Write the fit to a file that every command accepts as a law; for isoflop (over parameters, its tokens), band, "
      "and power-law over compute: add the optima to a file that `plan --source` reads");
  to.add("--report", chosen.asked.report,
         "Write a folder: report.md, a page with coefficients, findings, residuals and the optimum over compute, and "
         "its series as CSV")
      .further();
  to.add_flag("--progress", chosen.progress,
              "Print the progress of a bootstrap to stderr also where that is no terminal")
      .further();
  chosen.output.declare(to, "residuals and optima, profiles, or the band");
  to.run = [&to, &chosen] { run(to, chosen); };
}

}  // namespace tool
