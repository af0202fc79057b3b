// Fits to tables, of CSV or of JSON lines: coefficients and errors are numbers, and the answer is a file that is read
// back as a law.
#include <cmath>

#include "fuzz/target.hpp"
#include "moetric/fit/law_fit.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/report/fit_answer.hpp"

namespace {

using namespace moetric;

void fit_chinchilla(std::string_view text) {
  io::csv_table table;
  if (!fuzz::accepted([&] {
        table = text.starts_with('{') ? io::detail::parse_json_lines(text, "a table") : io::parse_csv(text, "a table");
      }))
    return;
  if (table.records.size() > 30) return;  // fits of many runs are slow, and no different
  fuzz::accepted([&] {
    fit::any_form const& form = fit::require_form("chinchilla");
    fit::law_fit const fitted = fit::fit_law(form, io::runs_of(table, *form.about), fit::setup_of(form));
    for (fit::fitted_coefficient const& each : fitted.found.of.coefficients)
      if (std::isnan(each.value) || std::isnan(each.standard_error))
        fuzz::found("a coefficient must be a number: " + each.name);
    report::answer const answer = report::fit_answer(fitted, {});
    io::fitted_law_of(io::parse_json_object(report::to_json(answer.values), "a fit"), "a fit");
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(fit_chinchilla)
