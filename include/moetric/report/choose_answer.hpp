#pragma once

#include "moetric/fit/cross_validation.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// Forms compared on the same runs.
/// Keys: chosen (null if none could be fitted), forms[]{form, equation, coefficients (number of those fitted), rmse,
/// aic, bic, ahead{steps, runs, rmse, bias}, failure (null if it was fitted)}.
inline answer choose_answer(std::vector<fit::compared_form> const& of) {
  constexpr std::string_view unit = "ln loss";
  value forms = value::list();
  for (fit::compared_form const& each : of) {
    bool const failed = !each.failure.empty();
    auto const number = [&](double x) { return failed ? value() : value(x); };
    forms.append(object({{"form", each.form->id},
                         {"equation", each.form->about->equation},
                         {"coefficients", each.found ? value(each.found->of.fitted) : value(), "coefficients"},
                         {"rmse", number(each.rmse), unit},
                         {"aic", number(each.aic), units::one},
                         {"bic", number(each.bic), units::one},
                         {"ahead", object({{"steps", each.ahead.steps, "fits"},
                                           {"runs", each.ahead.predicted},
                                           {"rmse", number(each.ahead.rmse), unit},
                                           {"bias", number(each.ahead.bias), unit}})},
                         {"failure", failed ? value(each.failure) : value()}}));
  }
  fit::compared_form const* const best = fit::best_of(of);
  answer made{object({{"chosen", best == nullptr ? value() : value(best->form->id)}, {"forms", forms}})};
  made.say(best == nullptr ? "no form could be fitted"
                           : "{chosen} predicts larger runs best, from fits of the smaller ones");
  made.show({.header = {"form", "coefficients", "rms ahead", "bias ahead", "rms of all", "AIC", "BIC"},
             .rows = rows_of(forms, "forms",
                             {"{$/form}", "{$/coefficients?}", "{$/ahead/rmse?}", "{$/ahead/bias?}", "{$/rmse?}",
                              "{$/aic?}", "{$/bic?}"})});
  made.say("residuals of ln loss; ahead: fits of the smallest scales, each evaluated on the next");
  for (std::size_t i = 0; i != of.size(); ++i)
    if (!of[i].failure.empty())
      made.say("{forms/#" + std::to_string(i) + "/form}: {forms/#" + std::to_string(i) + "/failure}");
  return made;
}

}  // namespace moetric::v0::report
