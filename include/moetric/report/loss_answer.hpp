#pragma once

#include <span>

#include "moetric/report/coefficients.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

/// A law's loss at given inputs, `values` in the law's order, and how far it can be trusted there. Keys: law, loss,
/// extrapolated, is_prediction, outside_range[]{input, value, range{low, high} or null, factor or null},
/// outside_family[], loss_unit, caution (if there is one), inputs{name: value}, ranges{name: {low, high} or null},
/// title, paper, equation, architectures (if they are known), coefficients[]{name, value, provenance, source,
/// standard_error or null}.
inline answer loss_answer(laws::description const& about, std::span<double const> values, laws::evaluation const& of) {
  answer made{object({{"law", about.id}, {"loss", of.loss}})};
  set_trust(made.values, of, &about);
  made.values.set("loss_unit", about.loss_unit);
  if (!about.caution.empty()) made.values.set("caution", about.caution);
  value inputs = keyed(), ranges = keyed();
  for (std::size_t i = 0; i != values.size(); ++i) {
    laws::input const& each = about.inputs[i];
    inputs.set(each.name, values[i], unit_of_input(each.name, &about));
    ranges.set(each.name, range_value(laws::fitted_range(about, i, values)), unit_of_input(each.name, &about));
  }
  made.values.set("inputs", inputs).set("ranges", ranges);
  made.values.set("title", about.title).set("paper", about.paper).set("equation", about.equation);
  made.values.set("coefficients", coefficients_value(about));

  if (std::string const text = trust_text(of); !text.empty()) made.say(text);
  bool const is_fit = is_users_fit(about);
  if (is_fit && !about.caution.empty())
    made.blocks.insert(made.blocks.begin(), block{.rows = {{"CAUTION: {caution}"}}});
  made.say(is_fit ? "Loss {loss:6} {loss_unit} by your law, {title}" : "Loss {loss:6} {loss_unit} by {law}, {title}");
  if (!is_fit && !about.caution.empty()) made.say("Caution: {caution}");
  block given{.header = {"input", "value", "fitted range", "unit"}};
  for (std::size_t i = 0; i != values.size(); ++i) {
    std::string const n = std::to_string(i), range = "{ranges/#" + n + "/";
    given.rows.push_back({"{inputs/#" + n + "@}", "{inputs/#" + n + ":6}",
                          laws::fitted_range(about, i, values) ? range + "low:3} .. " + range + "high:3}" : "not known",
                          std::string(about.inputs[i].unit)});
  }
  made.show(std::move(given));
  made.say((is_fit ? "The form of {paper}, {equation}" : "{paper}, {equation}"));
  if (!about.architectures.empty()) {
    made.values.set("architectures", about.architectures);
    made.say("Fitted on {architectures}");
  }
  made.show(coefficients_table(about, screen::all));
  return made;
}

}  // namespace moetric::v0::report
