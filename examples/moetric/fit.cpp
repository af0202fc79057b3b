#include "moetric/io/fit_answer.hpp"

#include <optional>

#include "command.hpp"
#include "expression.hpp"
#include "interruption.hpp"
#include "moetric/report/plot/fit.hpp"
#include "plot.hpp"

namespace tool {
namespace fit_command {

using namespace moetric;

struct options {
  io::fit_request asked;
  bool progress = false;
  output_options output;
};

namespace {

constexpr std::size_t most_runs = 1'000'000'000;

/// The options of the form that a word names, for its help; empty for other words.
std::vector<std::string_view> options_of(std::string const& word) {
  io::fit_form const* const form = io::find_fit_form(word);
  return form == nullptr ? std::vector<std::string_view>() : form->used;
}

void run(command const& from, options& chosen) {
  io::fit_request& asked = chosen.asked;
  io::require_used(io::fit_form_of(asked), from.given());
  from.only_if(asked.bootstrap || !asked.runs.group.empty(), {"--resample", "--seed", "--threads", "--progress"},
               "with --bootstrap");
  std::optional<interruption> signals;
  if (asked.bootstrap) asked.control = signals.emplace().control("refits", chosen.progress);
  asked.residuals = asked.residuals || !chosen.output.plot.empty();
  asked.to_svg = svg_of;
  asked.expressions = expressions;
  io::fit_outcome made = io::fit_answer(asked);
  try {
    made.write();
  } catch (std::exception const&) {  // the answer is not lost with its file
    print(made.answer, chosen.output);
    throw;
  }
  print(made.answer, chosen.output, report::any_fit_picture);
  if (signals) signals->rethrow("the bootstrap has the refits that were drawn until then");
}

/// The options that change how laws are fitted.
void declare_setup(command& to, options& chosen) {
  fit::setup_changes& setup = chosen.asked.setup;
  auto const each = [&](char const* name, void (*read)(fit::setup_changes&, std::string const&), char const* help) {
    to.add(
          name, [&setup, read](std::string const& text) { read(setup, text); }, help)
        .one_value_each()
        .further();
  };
  each("--hold", io::hold, "Hold a coefficient fixed, name=value; for isoflop exponent=value");
  each("--tie", io::tie, "Make one coefficient equal another, such as beta=alpha");
  each("--bound", io::bound, "Bounds of a coefficient, such as E=1.5:2");
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
  to.add_flag("--choose", chosen.asked.choose,
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
