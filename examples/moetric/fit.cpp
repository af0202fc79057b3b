#include <algorithm>
#include <fstream>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "fit_command.hpp"
#include "law_command.hpp"
#include "moetric/fit/bootstrap.hpp"
#include "moetric/fit/consistency.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/hold_out.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/optimum/compute_optimal.hpp"

namespace tool {
namespace {

using namespace moetric;

std::size_t whole_size(std::string_view field, std::string const& text) {
  count const value = whole(field, text);
  if (value > count(1'000'000'000))
    throw std::invalid_argument("moetric: " + std::string(field) + " must be below 1e9");
  return static_cast<std::size_t>(static_cast<std::uint64_t>(value));
}

// The paper's setup with the user's changes.
fit::setup setup_of(fit_options const& chosen, fit::setup how) {
  if (!chosen.huber.empty()) {
    how.huber = number("huber", chosen.huber);
    if (!(how.huber >= 0)) throw std::invalid_argument("moetric: huber must not be negative, but got " + chosen.huber);
  }
  how.confidence = confidence_of(chosen);
  for (std::string const& each : chosen.held) {
    auto const [name, text] = take_apart("hold", each);
    auto const found = std::find_if(how.unknowns.begin(), how.unknowns.end(),
                                    [&name = name](fit::unknown const& one) { return one.name == name; });
    if (found == how.unknowns.end()) refuse_name("a coefficient to hold", name, fit::names_of(how.unknowns));
    double const value = number(name, text);
    if (found->as == fit::role::scale || found->as == fit::role::positive)
      moetric::detail::require_positive(name, value);
    *found = {found->name, fit::role::held, {value}};
  }
  return how;
}

// Removes the runs of highest loss, such as early ones that a law does not describe.
fit::runs without_highest_loss(fit::runs const& of, std::size_t excluded) {
  if (excluded >= of.size())
    throw std::invalid_argument("moetric: exclude-highest-loss must leave some of " + std::to_string(of.size()) +
                                " runs, but got " + std::to_string(excluded));
  std::vector<std::size_t> order(of.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return of.loss[a] < of.loss[b]; });
  order.resize(of.size() - excluded);
  std::sort(order.begin(), order.end());
  return of.only(order);
}

std::string shown(fit::estimate const& of) {
  if (of.held) return "held";
  if (of.at_bound) return "at its bound";
  if (!of.identified) return "not identified";
  return coefficient_text(of.low, 5) + " .. " + coefficient_text(of.high, 5);
}

void print_report(fit::report const& of, laws::description const& about, std::string_view method) {
  std::cout << about.equation << "\nfitted to " << of.runs << " runs by " << method << ", from " << of.found.starts
            << " starts (" << of.found.agreeing << " of the best " << of.found.followed << " reach this minimum)\n\n";
  table rows;
  rows.row({"coefficient", "value", "standard error", brief(100 * of.confidence, 3) + " % interval"});
  for (fit::estimate const& each : of.coefficients)
    rows.row({each.name, coefficient_text(each.value, 6), each.held ? "" : brief(each.standard_error, 3), shown(each)});
  rows.print();
  std::cout << "\nresiduals of " << fit::name(of.residual) << ": root mean square " << brief(of.rmse, 3) << ", largest "
            << brief(of.largest, 3) << ", R^2 " << brief(of.r_squared, 5);
  if (of.seed_noise > 0) std::cout << "; repeated runs differ by " << brief(of.seed_noise, 3) << " in ln loss";
  std::cout << "\ncondition of the design " << brief(of.condition, 3);
  for (fit::correlation const& each : of.correlations)
    std::cout << (&each == of.correlations.data() ? "; correlated: " : ", ") << of.coefficients[each.a].name << " and "
              << of.coefficients[each.b].name << " " << brief(each.value, 4);
  std::cout << '\n';
}

void print_warnings(std::vector<std::string> const& warnings) {
  if (warnings.empty()) return;
  std::cout << "\nwarnings:\n";
  for (std::string const& each : warnings) std::cout << "  " << each << '\n';
}

// Holds output back until the command succeeds, so that an error prints only its own line.
class held_output {
 public:
  held_output() : outer_(std::cout.rdbuf(&text_)) {}
  ~held_output() { std::cout.rdbuf(outer_); }
  held_output(held_output const&) = delete;
  held_output& operator=(held_output const&) = delete;
  void release() {
    std::cout.rdbuf(outer_);
    std::cout << text_.str();
  }

 private:
  std::stringbuf text_;
  std::streambuf* outer_;
};

template <class Form>
class fitting {
 public:
  fitting(fit_options const& chosen, fit::published_form<Form> const& form, fit::runs const& of)
      : chosen_(chosen), form_(form), runs_(of), how_(setup_of(chosen, form.how())),
        found_(fit::fit(form, runs_, how_)),
        object_(json::parse(io::json_text(io::to_json(fit::forget_type(form, found_))))) {}

  void run() {
    held_output output;
    bool const text = !chosen_.as_json;
    std::string method(form_.method);
    if (!chosen_.huber.empty())
      method = how_.huber == 0
                   ? "squares of " + std::string(fit::name(how_.residual))
                   : "Huber's function, delta " + chosen_.huber + ", of " + std::string(fit::name(how_.residual));
    object_["method"] = method;
    if (text) print_report(found_.of, *form_.about, method);
    if (!chosen_.bootstrap.empty()) draw();
    if (!chosen_.compute.empty()) optimum();
    if (!chosen_.hold_out.empty()) hold_out();
    if (chosen_.residuals) residuals();
    if (!chosen_.save.empty()) save();
    if (text)
      print_warnings(found_.of.warnings);
    else
      print(object_);
    output.release();
  }

 private:
  void draw() {
    fit::bootstrap_options options;
    options.samples = whole_size("bootstrap", chosen_.bootstrap);
    if (!chosen_.seed.empty()) options.seed = whole_size("seed", chosen_.seed);
    options.how = choose<fit::resampling>(
        "resample", chosen_.resample, {{"pairs", fit::resampling::pairs}, {"residuals", fit::resampling::residuals}});
    std::size_t const threads = whole_size("threads", chosen_.threads);
    if (threads < 1 || threads > 1024)
      throw std::invalid_argument("moetric: threads must be 1 to 1024, but got " + chosen_.threads);
    if (threads > 1) options.execute = fit::on_threads(threads);
    drawn_ = fit::bootstrap_of(found_, fit::residual_problem_of<Form>(*form_.about, runs_, how_), options);
    json all = json::object();
    table rows;
    rows.row({"bootstrap", "standard error", brief(100 * how_.confidence, 3) + " % interval"});
    for (std::size_t k = 0; k != found_.of.coefficients.size(); ++k) {
      if (found_.of.coefficients[k].held) continue;
      fit::estimate const one = drawn_.of(k, found_.of.coefficients[k], how_.confidence);
      all[one.name] = {{"standard_error", one.standard_error}, {"low", one.low}, {"high", one.high}};
      rows.row({one.name, brief(one.standard_error, 3),
                coefficient_text(one.low, 5) + " .. " + coefficient_text(one.high, 5)});
    }
    object_["bootstrap"] = {{"samples", drawn_.samples.size()},
                            {"failed", drawn_.failed},
                            {"seed", options.seed},
                            {"resample", chosen_.resample},
                            {"coefficients", all}};
    if (chosen_.as_json) return;
    std::cout << '\n';
    rows.print();
    std::cout << drawn_.samples.size() << " refits to resampled " << chosen_.resample << ", seed " << options.seed;
    if (drawn_.failed != 0) std::cout << "; " << drawn_.failed << " more did not converge and are excluded";
    std::cout << '\n';
  }

  // The optimum of the fitted law, with an interval from its bootstrap or else from its covariance.
  void optimum() {
    using law = laws::law<Form>;
    if constexpr (laws::ComputeLaw<law> && laws::detail::number_of_doubles<typename law::inputs> == 2) {
      double const compute = number("compute", chosen_.compute);
      law const found = found_.law();
      std::vector<law> const samples =
          drawn_.samples.empty() ? fit::drawn_laws(found, found_.of, how_) : fit::laws_of(found_, drawn_);
      json all{{"compute", compute}};
      table rows;
      rows.row({"optimum at " + brief(compute) + " FLOPs", "", brief(100 * how_.confidence, 3) + " % interval"});
      auto const add = [&](std::string const& name, auto const& quantity) {
        auto const within = optimum::interval_over(
            found, std::span<law const>(samples),
            [&](law const& each) { return quantity(optimum::at_compute(each, compute)); }, how_.confidence);
        all[name] = {{"value", within.published}, {"low", within.low}, {"high", within.high}};
        rows.row({name, brief(within.published, 5), brief(within.low, 4) + " .. " + brief(within.high, 4)});
      };
      for (std::size_t i = 0; i != 2; ++i)
        add(std::string(form_.about->inputs[i].name), [i](auto const& p) { return laws::detail::to_array(p.at)[i]; });
      add("loss", [](auto const& p) { return p.loss; });
      all["interval_from"] = drawn_.samples.empty() ? "covariance" : "bootstrap";
      object_["optimum"] = all;
      if (chosen_.as_json) return;
      std::cout << '\n';
      rows.print();
    } else {
      throw std::invalid_argument(
          "moetric: --compute must be left out for the form " + std::string(form_.id) +
          ", which has further inputs; save the fit and run moetric optimum FIT.json --compute " + chosen_.compute);
    }
  }

  void hold_out() {
    bool const with_share = chosen_.hold_out.find('=') != std::string::npos;
    auto const [column, text] =
        with_share ? take_apart("hold-out", chosen_.hold_out) : named_text{chosen_.hold_out, "0.2"};
    double const share = number("hold-out", text);
    auto const held = fit::hold_out_largest<Form>(*form_.about, runs_, how_, column, share);
    object_["hold_out"] = {{"column", column},  {"from", held.from},           {"runs", held.held},
                           {"rmse", held.rmse}, {"rmse_held", held.rmse_held}, {"bias_held", held.bias_held}};
    if (chosen_.as_json) return;
    std::cout << "\nfitted without the " << held.held << " runs of " << column << " from " << brief(held.from)
              << ": root mean square " << brief(held.rmse, 3) << " on the others, " << brief(held.rmse_held, 3)
              << " on these, predicted " << (held.bias_held < 0 ? "too low" : "too high") << " by "
              << brief(std::fabs(held.bias_held), 3) << " on average\n";
  }

  void residuals() {
    json all = json::array();
    table rows;
    std::vector<std::string> head{"run"};
    for (std::string const& each : runs_.names) head.push_back(each);
    head.insert(head.end(), {"loss", "residual"});
    rows.row(head);
    for (std::size_t row = 0; row != runs_.size(); ++row) {
      std::vector<std::string> cells{std::to_string(row + 1)};
      for (std::vector<double> const& each : runs_.columns) cells.push_back(brief(each[row], 5));
      cells.insert(cells.end(), {brief(runs_.loss[row], 6), brief(found_.of.residuals[row], 3)});
      rows.row(cells);
      all.push_back(found_.of.residuals[row]);
    }
    object_["residuals"] = all;
    if (chosen_.as_json) return;
    std::cout << '\n';
    rows.print();
  }

  void save() const {
    json file = object_;
    constexpr std::size_t most_draws = 1000;  // as many as intervals use
    if (!drawn_.samples.empty())
      file["draws"] = std::vector(drawn_.samples.begin(),
                                  drawn_.samples.begin() +
                                      static_cast<std::ptrdiff_t>(std::min(most_draws, drawn_.samples.size())));
    save_json(chosen_.save, file);
    if (!chosen_.as_json)
      std::cout << "\nsaved as " << chosen_.save << ": moetric loss " << chosen_.save << " name=value ...\n";
  }

  fit_options const& chosen_;
  fit::published_form<Form> const& form_;
  fit::runs runs_;
  fit::setup how_;
  fit::fitted<Form> found_;
  json object_;
  fit::bootstrap drawn_{};
};

template <class Form>
void test_shared(fit_options const& chosen, fit::published_form<Form> const& form, fit::runs const& first,
                 fit::runs const& second) {
  fit::setup const how = setup_of(chosen, form.how());
  auto const found = fit::test_consistency<Form>(*form.about, first, second, how, split(chosen.shared, ','),
                                                 number("margin", chosen.margin));
  json differences = json::object();
  table rows;
  rows.row(
      {"coefficient", chosen.files[0], chosen.files[1], "difference", brief(100 * how.confidence, 3) + " % interval"});
  for (fit::difference_of const& each : found.differences) {
    differences[each.name] = {{"first", each.first},
                              {"second", each.second},
                              {"difference", each.difference},
                              {"low", each.low},
                              {"high", each.high}};
    rows.row({each.name, coefficient_text(each.first, 5), coefficient_text(each.second, 5), brief(each.difference, 4),
              brief(each.low, 4) + " .. " + brief(each.high, 4)});
  }
  if (chosen.as_json)
    return print({{"form", form.id},
                  {"verdict", fit::name(found.says)},
                  {"differences", differences},
                  {"f", found.f},
                  {"p", found.p},
                  {"aic_shared", found.aic_shared},
                  {"aic_separate", found.aic_separate},
                  {"margin", number("margin", chosen.margin)},
                  {"warnings", found.together.warnings}});
  std::cout << form.about->equation << "\n\n";
  rows.print();
  std::cout << "\nverdict: " << fit::name(found.says) << " (F " << brief(found.f, 4) << ", p " << brief(found.p, 3)
            << "; AIC shared " << brief(found.aic_shared, 6) << ", separate " << brief(found.aic_separate, 6)
            << "; margin " << chosen.margin << ")\n";
  print_warnings(found.together.warnings);
}

void run(fit_options const& chosen) {
  if (run_shape(chosen)) return;
  fit::visit_form(chosen.law, [&](auto const& form) {
    std::vector<fit::runs> tables;
    for (std::string const& path : chosen.files)
      tables.push_back(without_highest_loss(io::runs_of(io::read_csv(path), *form.about, columns_of(chosen)),
                                            whole_size("exclude-highest-loss", chosen.excluded)));
    if (!chosen.shared.empty()) {
      if (tables.size() != 2)
        throw std::invalid_argument("moetric: --shared must get two files, but got " + std::to_string(tables.size()));
      return test_shared(chosen, form, tables[0], tables[1]);
    }
    if (tables.size() != 1)
      throw std::invalid_argument("moetric: fit must get one file, or two with --shared, but got " +
                                  std::to_string(tables.size()));
    fitting(chosen, form, tables[0]).run();
  });
}

}  // namespace

std::vector<io::column_name> columns_of(fit_options const& chosen) {
  std::vector<io::column_name> names;
  for (std::string const& each : chosen.columns) {
    auto const [key, name] = take_apart("column", each);
    names.push_back({key, name});
  }
  return names;
}

void save_json(std::string const& path, json const& object) {
  std::ofstream file(path);
  file << object.dump(2) << '\n';
  if (!file.flush()) throw std::invalid_argument("moetric: " + path + " must be a writable file");
}

double confidence_of(fit_options const& chosen) {
  double const confidence = number("confidence", chosen.confidence);
  if (!(confidence > 0 && confidence < 1))
    throw std::invalid_argument("moetric: confidence must be above 0 and below 1, but got " + chosen.confidence);
  return confidence;
}

void add_fit(arguments app) {
  auto chosen = std::make_shared<fit_options>();
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
  command->add_option("--column", chosen->columns,
                      "The name of a column in the file, key=NAME, such as tokens='Training Tokens'");
  command->add_option("--hold", chosen->held, "Hold a coefficient fixed, name=value");
  command->add_option("--huber", chosen->huber, "Delta of Huber's function, 0 for squares; default: the paper's");
  command->add_option("--confidence", chosen->confidence, "Confidence of intervals; default 0.95");
  command->add_option("--exclude-highest-loss", chosen->excluded, "Exclude this many runs of highest loss");
  command->add_option("--bootstrap", chosen->bootstrap, "Number of bootstrap refits");
  command->add_option("--resample", chosen->resample, "What the bootstrap resamples: pairs or residuals");
  command->add_option("--seed", chosen->seed, "Seed of the bootstrap");
  command->add_option("--threads", chosen->threads,
                      "Threads of the bootstrap; the result does not depend on their number");
  command->add_option("--compute", chosen->compute, "Also print the optimum at this many FLOPs, with its interval");
  command->add_option("--hold-out", chosen->hold_out,
                      "Validate on the largest runs of a column, such as tokens=0.2 for the largest fifth");
  command->add_option("--shared", chosen->shared,
                      "Test whether the runs of two files share these coefficients, such as alpha,beta");
  command->add_option("--margin", chosen->margin, "With --shared: the smallest difference that matters; default 0.05");
  command->add_option("--x", chosen->x, "Column of x, for power-law, band and parallel-lines");
  command->add_option("--y", chosen->y, "Column of y, for power-law");
  command->add_option("--curve", chosen->curve,
                      "Curve of band: quadratic, density (over M/N_a) or expansion (over N/N_a)");
  command->add_option("--tolerance", chosen->tolerance,
                      "Tolerance of band and parallel-lines, relative to the least loss");
  command->add_flag("--residuals", chosen->residuals, "Also print the residual of each run");
  command->add_option("--save", chosen->save,
                      "Write the fit to a file that every command accepts as a law; for isoflop over "
                      "training_flops_per_token, band, and power-law over compute: add the optima to a file that "
                      "`plan --source` reads");
  command->add_flag("--json", chosen->as_json, "Print the JSON that --save writes");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
