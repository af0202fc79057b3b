#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "fit_command.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/report/fit_warnings.hpp"
#include "moetric/report/plot/fit.hpp"

namespace tool {
namespace fit_command {

double finite(std::string_view field, std::string const& text) {
  double const value = number(field, text);
  if (!(std::abs(value) <= std::numeric_limits<double>::max()))
    throw std::invalid_argument("moetric: " + std::string(field) + " must be finite, but got " + text);
  return value;
}

double confidence_of(options const& chosen) {
  return share("confidence", chosen.confidence);
}

std::vector<named_number> numbers_of(std::string_view option, std::vector<std::string> const& given) {
  std::vector<named_number> all;
  for (std::string const& each : given) {
    auto const [name, text] = take_apart(option, each);
    for (named_number const& other : all)
      if (other.name == name)
        throw std::invalid_argument("moetric: " + name + " must be " + (option == "hold" ? "held" : "given") + " once");
    all.push_back({name, number(name, text)});
  }
  return all;
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

io::run_table read_runs(options const& chosen, std::string const& file, std::vector<std::string_view> const& read) {
  std::vector<io::column_name> names;
  for (std::string const& each : chosen.columns) {
    auto const [key, name] = take_apart("column", each);
    if (std::find(read.begin(), read.end(), key) == read.end()) refuse_name("a column that this fit reads", key, read);
    for (io::column_name const& other : names)
      if (other.key == key) throw std::invalid_argument("moetric: the column of " + key + " must be given once");
    names.push_back({key, name});
  }
  io::run_table table = io::read_run_table(file, std::move(names));
  for (std::string const& each : chosen.where) io::keep_where(table, io::run_condition(each));
  if (chosen.skip_empty) table.skip_empty(read);
  return table;
}

io::run_table read_runs(options const& chosen, std::vector<std::string_view> const& read) {
  require_files(chosen, 1, chosen.law);
  return read_runs(chosen, chosen.files[0], read);
}

void add_notes(report::answer& made, io::run_table const& from) {
  if (from.notes.empty()) return;
  report::value warnings = report::value::list();
  if (report::value const* const before = made.values.find("warnings"))
    for (report::object_member const& each : before->members()) warnings.append(each.content);
  std::size_t const first = warnings.size();
  report::value const notes = report::warnings_value(from.notes);
  for (report::object_member const& each : notes.members()) warnings.append(each.content);
  made.values.set("warnings", warnings);
  for (std::size_t i = first; i != warnings.size(); ++i)
    made.say("note: {warnings/#" + std::to_string(i) + "/sentence}",
             i - first < 2 ? report::screen::first : report::screen::all);
}

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

namespace {

/// A form of `fit` with the options that it uses.
struct fit_form {
  std::string_view name;
  report::answer (*answer)(options const&);
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
        {"one law", law,
         with(with({"--plot", "--compute", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"floor", law,
         with(with({"--plot", "--x", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"accuracy", law,
         with(with({"--plot", "--x", "--y", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"task-error", law,
         with(with({"--plot", "--x", "--y", "--hold-out", "--residuals", "--save", "--report"}, setting), drawing)},
        {"--shared", law, with({"--shared", "--margin"}, setting)},
        {"--choose", choose, with(with({"--choose", "--x", "--save"}, setting), drawing)},
        {"power-law", power_law, {"--plot", "--x", "--y", "--confidence", "--save"}},
        {"isoflop",
         allocation,
         {"--plot", "--confidence", "--save", "--merge-within", "--use-outside", "--hold", "--compute"}},
        {"envelope", allocation, {"--plot", "--confidence", "--compute"}},
        {"band", band, {"--plot", "--x", "--curve", "--tolerance", "--confidence", "--save"}},
        {"parallel-lines", parallel_lines, {"--x", "--tolerance"}},
        {"rank", rank, {}}};
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
void require_used(std::string const& form, fit_form const& of, arguments const& command) {
  for (std::string const& each : command.given()) {
    if (each == "--verbose" || each == "--json" || each == "--schema") continue;
    if (std::find(of.used.begin(), of.used.end(), each) != of.used.end()) continue;
    std::vector<std::string> users;
    for (fit_form const& other : forms())
      if (std::find(other.used.begin(), other.used.end(), each) != other.used.end())
        users.push_back(other.name.starts_with("--") ? "a fit with " + std::string(other.name)
                        : other.name == "one law"    ? "a fit of one law"
                                                     : "fit " + std::string(other.name));
    throw std::invalid_argument("moetric: " + each + " must be given to " + listed(users, "or") + ", but got " + form +
                                ", which uses " + listed(of.used));
  }
}

report::answer answer_of(options const& chosen, arguments const& command) {
  bool const shared = command.has("--shared");
  fit_form const* form = find(chosen.law);
  std::string who = "fit " + chosen.law;
  if (form == nullptr || chosen.law.starts_with("--")) {
    std::vector<std::string_view> known = fit::form_ids();
    for (fit_form const& each : forms())
      if (!each.name.starts_with("--") && each.name != "one law" && fit::find_form(each.name) == nullptr)
        known.push_back(each.name);
    for (std::string const& each : split(chosen.law, ','))
      if (!is_form_file(each) && fit::find_form(each) == nullptr) refuse_name("a form that can be fitted", each, known);
    bool const several = chosen.law.find(',') != std::string::npos;
    if (several && !chosen.choose)
      throw std::invalid_argument("moetric: several forms must be given with --choose, but got " + chosen.law);
    form = shared ? find("--shared") : chosen.choose ? find("--choose") : &forms()[0];
    who = shared ? "a fit with --shared" : chosen.choose ? "a fit with --choose" : "a fit of one law";
  }
  require_used(who, *form, command);
  command.only_if(command.has("--bootstrap") || !chosen.group.empty(),
                  {"--resample", "--seed", "--threads", "--progress"}, "with --bootstrap");
  return form->answer(chosen);
}

/// The options of the form that a word names, for its help; empty for other words.
std::vector<std::string_view> options_of(std::string const& word) {
  if (fit_form const* const form = find(word)) return form->used;
  if (is_form_file(word) || fit::find_form(word) != nullptr) return forms()[0].used;
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

}  // namespace
}  // namespace fit_command

void add_fit(arguments app) {
  using namespace fit_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("fit", "Which law do your runs follow, how surely, and what does it predict?",
                                    {"law", "runs", "loss", "isoflop", "regression", "bootstrap", "residual",
                                     "interval", "exponent", "coefficients", "plot"});
  command.examples("moetric fit chinchilla tests/data/answers/chinchilla.csv --compute 1e21",
                   "moetric fit isoflop tests/data/answers/iso.csv");
  command->help_for(options_of);
  command
      ->add_option(
          "LAW", chosen->law,
          "A form: chinchilla, fine-grained, fine-grained-dense, clark, joint-moe, abnar, wang, "
          "data-constrained, over-training, farseer, pruned, vocabulary, joined, width-depth, floor, the id of a law "
          "of that form, or FORM.json, your own; several, separated by commas, with --choose; accuracy or task-error, "
          "of the loss; or power-law, isoflop (Chinchilla's approach 2), envelope (approach 1), band, parallel-lines, "
          "rank. `moetric fit FORM --help` lists those options alone")
      ->required();
  command
      ->add_option("FILES", chosen->files,
                   "CSV or JSON lines of runs: one column for each input of the law, loss, and optionally weight")
      ->required();
  auto const option = [&](char const* name, auto& field, char const* help) { command->add_option(name, field, help); };
  auto const several = [&](char const* name, auto& field, char const* help) {
    command->add_option(name, field, help)->one_value_each();
  };
  several("--column", chosen->columns, "The name of a column in the file, key=NAME, such as tokens='Training Tokens'");
  several("--where", chosen->where, "Use the runs alone that satisfy a condition, such as 'tokens/total_parameters>5'");
  command->add_flag("--skip-empty", chosen->skip_empty, "Leave out runs with empty cells, and say how many");
  several("--hold", chosen->held, "Hold a coefficient fixed, name=value; for isoflop exponent=value");
  several("--tie", chosen->tied, "Make one coefficient equal another, such as beta=alpha");
  several("--bound", chosen->bounded, "Bounds of a coefficient, such as E=1.5:2");
  option("--huber", chosen->huber, "Delta of Huber's function, 0 for squares; default: the paper's");
  option("--residual", chosen->residual, "Residuals of the loss: log, linear or log10; default: the paper's");
  option("--overestimate-weight", chosen->overestimate, "Weight of runs that are predicted too high; default 1");
  option("--errors", chosen->errors,
         "Standard errors: robust (the default: for residuals of unequal size, and by run) or independent");
  option("--group", chosen->group,
         "Column of the run that a row is a checkpoint of; default: found by its name, or none");
  several("--by", chosen->by, "Column of data sets or tokenizers to test for different laws; default: columns of text");
  option("--confidence", chosen->confidence, "Confidence of intervals; default 0.95");
  option("--exclude-highest-loss", chosen->excluded, "Exclude this many runs of highest loss");
  option("--bootstrap", chosen->bootstrap,
         "Number of bootstrap refits; default: 200 if rows are checkpoints, else none");
  option("--resample", chosen->resample,
         "What the bootstrap resamples: pairs, clusters or residuals; default: clusters if rows are checkpoints");
  option("--seed", chosen->seed, "Seed of the bootstrap");
  option("--threads", chosen->threads, "Threads of the bootstrap; the result does not depend on their number");
  option("--compute", chosen->compute, "Also print the optimum at these FLOPs, such as 1e21,1e22, with its interval");
  option("--hold-out", chosen->hold_out,
         "Validate on the runs that satisfy a condition, such as 'compute>1e20', or on the largest share of a column, "
         "such as tokens=0.2");
  option("--shared", chosen->shared, "Test whether the runs of two files share these coefficients, such as alpha,beta");
  option("--margin", chosen->margin, "With --shared: the smallest difference that matters; default 0.05");
  command->add_flag(
      "--choose", chosen->choose,
      "Compare forms by cross-validation over scales, AIC and BIC: fits of smaller runs predict larger ones");
  option(
      "--x", chosen->x,
      "Column of x, for floor, power-law (several: N,D), band and parallel-lines; for accuracy and task-error, loss");
  option("--y", chosen->y, "Column of y, for power-law; for accuracy and task-error their own name");
  option("--merge-within", chosen->merge_within,
         "For isoflop: runs whose compute differs by at most this factor share a budget, such as 1.1");
  command->add_flag("--use-outside", chosen->use_outside, "For isoflop: use vertices that lie outside of their runs");
  option("--curve", chosen->curve,
         "Curve of band: quadratic, log-quadratic, density (over M/N_a) or expansion (over N/N_a)");
  option("--tolerance", chosen->tolerance, "Tolerance of band and parallel-lines, relative to the least loss");
  command->add_flag("--residuals", chosen->residuals, "Also the residual of each run, with --verbose or --json");
  option("--save", chosen->save,
         "Write the fit to a file that every command accepts as a law; for isoflop (over parameters, its tokens), "
         "band, and power-law over compute: add the optima to a file that `plan --source` reads");
  option("--report", chosen->report,
         "Write a folder: report.md, a page with coefficients, findings, residuals and the optimum over compute, and "
         "its series as CSV");
  command->add_flag("--progress", chosen->progress,
                    "Print the progress of a bootstrap to stderr also where that is no terminal");
  chosen->output.declare(command, "residuals and optima, profiles, or the band");
  command.further({"--report",      "--hold",
                   "--x",           "--y",
                   "--choose",      "--tie",
                   "--bound",       "--huber",
                   "--residual",    "--overestimate-weight",
                   "--errors",      "--group",
                   "--by",          "--exclude-highest-loss",
                   "--resample",    "--seed",
                   "--threads",     "--progress",
                   "--skip-empty",  "--merge-within",
                   "--use-outside", "--curve",
                   "--tolerance",   "--margin",
                   "--shared",      "--residuals",
                   "--confidence"});
  command->callback([chosen, command] {
    if (!chosen->save.empty()) io::require_savable(chosen->save, inputs_of(*chosen));  // before hours of bootstrap
    std::optional<interruption> signals;
    if (!chosen->bootstrap.empty()) chosen->control = signals.emplace().control("refits", chosen->progress);
    report::answer made = answer_of(*chosen, command);
    if (has_no_scatter(made.values))
      made.say(
          "caution: an interval has no width, since these runs scatter less than their digits; real runs would not");
    print(made, chosen->output, report::any_fit_picture);
    if (signals) signals->rethrow("the bootstrap has the refits that were drawn until then");
  });
}

}  // namespace tool
