#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/fit/fitted_curves.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/saved_file.hpp"

/// A fit as a folder: `report.md`, a page to read, and beside it the series behind it as CSV, to draw or to check.
///
///   coefficients.csv   name, value, standard_error, low, high, held
///   residuals.csv      row, name, the inputs, loss, predicted, residual
///   optimum.csv        compute, and value, low, high of parameters, tokens, loss and tokens per parameter
///   isoflop.csv        compute, parameters, tokens, loss: the law along five budgets
///
/// The last two are of forms that divide a budget without further inputs. Pictures stand beside them as SVG, where a
/// caller has drawn them.
namespace moetric::v0::io {

/// A file of a report.
struct report_file {
  std::string name;
  std::string text;
};

/// A picture of a report that was drawn: `<name>.svg`, shown in the section that its name belongs to.
struct drawn_picture {
  std::string name;  // residuals, curve, isoflop or optimum
  std::string caption;
  std::string svg;
};

namespace detail {

using text_rows = std::vector<std::vector<std::string>>;

inline std::string csv_cell(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char const c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}
inline std::string csv_text(text_rows const& rows) {
  std::string text;
  for (auto const& row : rows)
    for (std::size_t i = 0; i != row.size(); ++i) text += csv_cell(row[i]) + (i + 1 == row.size() ? "\n" : ",");
  return text;
}
/// A Markdown table; the first row is the header.
inline std::string markdown_table(text_rows const& rows) {
  std::string text;
  for (std::size_t r = 0; r != rows.size(); ++r) {
    for (std::string const& each : rows[r]) {
      std::string cell;
      for (char const c : each) cell += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
      text += "| " + cell + " ";
    }
    text += "|\n";
    if (r != 0) continue;
    for (std::size_t i = 0; i != rows[r].size(); ++i) text += "|---";
    text += "|\n";
  }
  return text + "\n";
}
/// A number for a table of numbers; empty if it is not finite.
inline std::string exact_number(double number) {
  return std::isfinite(number) ? moetric::detail::shortest(number) : "";
}
inline std::string short_number(double number, int digits = 4) {
  return std::isfinite(number) ? brief(number, digits) : "";
}
inline std::string short_range(double low, double high) {
  return std::isfinite(low) && std::isfinite(high) ? brief(low, 3) + " .. " + brief(high, 3) : "";
}

inline text_rows coefficient_rows(fit::report const& of, bool exact) {
  auto const number = [exact](double x) { return exact ? exact_number(x) : short_number(x, 5); };
  text_rows rows{{"name", "value", "standard_error", "low", "high", "held"}};
  for (fit::fitted_coefficient const& each : of.coefficients)
    rows.push_back({each.name, number(each.value), each.held ? "" : number(each.standard_error),
                    each.held ? "" : number(each.low), each.held ? "" : number(each.high), each.held ? "yes" : "no"});
  return rows;
}

/// The line that shows a picture; empty if it was not drawn.
inline std::string shown_picture(std::string const& name, std::vector<drawn_picture> const& drawn) {
  for (drawn_picture const& each : drawn)
    if (each.name == name) return "![" + each.caption + "](" + name + ".svg)\n\n";
  return {};
}

/// The runs by falling size of their residual, or in order; at most so many.
inline text_rows residual_rows(fit::law_fit const& of, std::vector<fit::predicted_run> const& runs, bool exact,
                               std::size_t most) {
  std::vector<std::size_t> order(runs.size());
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  if (!exact)
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::fabs(runs[a].residual) > std::fabs(runs[b].residual);
    });
  order.resize(std::min(order.size(), most));
  auto const number = [exact](double x) { return exact ? exact_number(x) : short_number(x, 5); };
  text_rows rows{{"row"}};
  bool const named = !of.data.label.empty();
  if (named) rows[0].push_back("name");
  rows[0].insert(rows[0].end(), of.data.names.begin(), of.data.names.end());
  rows[0].insert(rows[0].end(), {"loss", "predicted", "residual"});
  for (std::size_t const i : order) {
    std::vector<std::string> row{std::to_string(runs[i].row)};
    if (named) row.push_back(of.data.label[i]);
    for (std::vector<double> const& each : of.data.columns) row.push_back(number(each[i]));
    for (double const each : {runs[i].loss, runs[i].predicted}) row.push_back(number(each));
    row.push_back(exact ? exact_number(runs[i].residual) : short_number(runs[i].residual, 3));
    rows.push_back(std::move(row));
  }
  return rows;
}

inline text_rows path_rows(std::vector<fit::path_point> const& path) {
  text_rows rows{{"compute"}};
  for (fit::quantity_interval const& each : path.front().quantities)
    rows[0].insert(rows[0].end(), {each.name, each.name + "_low", each.name + "_high"});
  for (fit::path_point const& point : path) {
    std::vector<std::string> row{exact_number(point.compute)};
    for (fit::quantity_interval const& each : point.quantities)
      row.insert(row.end(), {exact_number(each.value), exact_number(each.low), exact_number(each.high)});
    rows.push_back(std::move(row));
  }
  return rows;
}

inline std::string optimum_section(fit::law_fit const& of, fit::fitted_curves const& curves,
                                   std::vector<drawn_picture> const& drawn) {
  std::vector<fit::path_point> const& path = curves.path;
  laws::range const seen = fit::compute_of_runs(of);
  std::string const parameters(of.form->about->inputs[0].name);
  std::string text = "## Optimum over compute\n\n";
  auto const exponents =
      fit::allocation_exponents(of, fit::has_draws(of) ? fit::draws_of(of) : std::vector<std::vector<double>>{});
  if (!exponents.empty())
    text += "Optimal parameters grow as compute^" + short_number(exponents[0].value) + " (" +
            short_range(exponents[0].low, exponents[0].high) + "), tokens as compute^" +
            short_number(exponents[1].value) + " (" + short_range(exponents[1].low, exponents[1].high) + ").\n\n";
  text_rows rows{{"compute", parameters, "interval", "tokens", "interval", "tokens per parameter", "loss", "interval"}};
  for (std::size_t i = 0; i < path.size(); i += 4) {
    auto const& q = path[i].quantities;
    rows.push_back(
        {short_number(path[i].compute, 3) + (path[i].compute > seen.high * 1.0001 ? " (beyond the runs)" : ""),
         short_number(q[0].value), short_range(q[0].low, q[0].high), short_number(q[1].value),
         short_range(q[1].low, q[1].high), short_number(q[3].value, 3), short_number(q[2].value, 5),
         short_range(q[2].low, q[2].high)});
  }
  text += markdown_table(rows) + "Every point: [optimum.csv](optimum.csv).\n\n" + shown_picture("optimum", drawn) +
          "## IsoFLOP curves of the fitted law\n\n";
  rows = {{"compute", "best " + parameters, "tokens", "loss", "within 1 % of the reducible loss"}};
  for (fit::isoflop_curve const& each : curves.isoflop)
    rows.push_back({short_number(each.compute, 3), short_number(each.best.parameters), short_number(each.best.tokens),
                    short_number(each.best.loss, 5), short_range(each.low, each.high)});
  return text + markdown_table(rows) + "The curves: [isoflop.csv](isoflop.csv).\n\n" + shown_picture("isoflop", drawn);
}

}  // namespace detail

/// The files of a fit's report.
/// \param sentences further lines, such as of runs that were held out
/// \param drawn pictures, which `report::fit_report_pictures` makes of the same curves
inline std::vector<report_file> fit_report(fit::law_fit const& of, fit::fitted_curves const& curves,
                                           std::vector<std::string> const& sentences = {},
                                           std::vector<drawn_picture> const& drawn = {}) {
  fit::report const& found = of.found.of;
  std::string page = "# Fit of " + std::string(of.form->id) + " to " + std::to_string(found.runs) + " runs\n\n`" +
                     std::string(of.form->about->equation) + "`\n\nBy " + fit::method_of(*of.form, of.how) + ", from " +
                     std::to_string(found.found.starts) + " starts.\n\n## Findings\n\n";
  for (fit::warning const& each : found.warnings) page += "- " + each.sentence + "\n";
  if (found.warnings.empty()) page += "Nothing was found that spoils the fit.\n";
  page += "\n## Coefficients\n\n" + detail::markdown_table(detail::coefficient_rows(found, false)) + "Intervals of " +
          brief(100 * found.confidence, 3) + " %, " +
          (of.draws_hold    ? "by the bootstrap where it is wider"
           : !of.how.robust ? "as for independent residuals of one size"
           : found.clusters >= fit::fewest_clusters && found.clusters < found.runs
               ? "by the " + std::to_string(found.clusters) + " runs behind the rows"
               : "for residuals of unequal size") +
          ".\n\n## Diagnosis\n\n" +
          detail::markdown_table({{"quantity", "value"},
                                  {"root mean square residual of " + std::string(fit::name(of.how.residual)),
                                   detail::short_number(found.rmse)},
                                  {"largest residual", detail::short_number(found.largest)},
                                  {"R^2", detail::short_number(found.r_squared, 5)},
                                  {"noise of repeated runs, ln loss",
                                   found.seed_noise > 0 ? detail::short_number(found.seed_noise) : "no runs repeat"},
                                  {"AIC", detail::short_number(found.aic, 6)},
                                  {"BIC", detail::short_number(found.bic, 6)},
                                  {"condition of the design", detail::short_number(found.condition, 3)}});
  for (std::string const& each : sentences) page += each + "\n\n";
  std::vector<report_file> files{
      {"coefficients.csv", detail::csv_text(detail::coefficient_rows(found, true))},
      {"residuals.csv", detail::csv_text(detail::residual_rows(of, curves.runs, true, of.data.size()))}};
  if (!curves.path.empty()) {
    page += detail::optimum_section(of, curves, drawn);
    detail::text_rows rows{{"compute", "parameters", "tokens", "loss"}};
    for (fit::isoflop_curve const& curve : curves.isoflop)
      for (fit::isoflop_point const& each : curve.points)
        rows.push_back({detail::exact_number(curve.compute), detail::exact_number(each.parameters),
                        detail::exact_number(each.tokens), detail::exact_number(each.loss)});
    files.push_back({"optimum.csv", detail::csv_text(detail::path_rows(curves.path))});
    files.push_back({"isoflop.csv", detail::csv_text(rows)});
  } else if (fit::has_path(of)) {
    page += std::string("## Optimum over compute\n\nNone: ") +
            (fit::has_draws(of) ? "the fitted law has no optimum at the compute of the runs.\n\n"
                                : "the runs do not identify every coefficient.\n\n");
  }
  constexpr std::size_t most = 20;
  page += "## Residuals\n\nThe " + std::to_string(std::min(most, of.data.size())) +
          " largest; predicted - observed of " + std::string(fit::name(of.how.residual)) + ".\n\n" +
          detail::markdown_table(detail::residual_rows(of, curves.runs, false, most)) +
          "Every run: [residuals.csv](residuals.csv).\n\n" + detail::shown_picture("residuals", drawn) +
          detail::shown_picture("curve", drawn);
  page.erase(page.find_last_not_of('\n') + 2);
  for (drawn_picture const& each : drawn) files.push_back({each.name + ".svg", each.svg});
  files.insert(files.begin(), {"report.md", std::move(page)});
  return files;
}

/// Makes the folder of a report, and checks that `write_report` can write there, for before the work that it reports.
/// \throws std::invalid_argument for a path that is no folder, write_error as `saved_file`
inline void require_report_savable(std::filesystem::path const& folder,
                                   std::vector<std::filesystem::path> const& inputs = {}) {
  if (!make_folder(folder)) refuse("report must be a folder, but got " + in_quotes(folder.string()));
  require_savable(folder / "report.md", inputs);
}

/// Writes the files of a report into a folder, which is made if it is not there.
/// \throws std::invalid_argument for a path that is no folder, write_error as `saved_file`
inline void write_report(std::filesystem::path const& folder, std::vector<report_file> const& files,
                         std::vector<std::filesystem::path> const& inputs = {}) {
  require_report_savable(folder, inputs);
  for (report_file const& each : files) saved_file(folder / each.name, inputs).replace(each.text);
}

}  // namespace moetric::v0::io
