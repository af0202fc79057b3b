#pragma once

#include "command.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/laws/catalogue.hpp"

// What the commands about laws share: reading name=value, and showing how far an answer can be trusted.

namespace tool {

/// One name=value argument, its value read as a real number.
struct named_value {
  std::string name;
  double value;
};

/// Takes name=value arguments apart, each name once. A name that `allowed` does not hold is refused with the right ones
/// named; `asks` begins the sentence ("law fine-grained must get").
std::vector<named_text> read_names(std::string const& asks, std::vector<std::string_view> const& allowed,
                                   std::vector<std::string> const& arguments);
/// The same, their values read as real numbers.
std::vector<named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                     std::vector<std::string> const& arguments);

/// The value of that name, or null.
double const* find_value(std::vector<named_value> const& values, std::string_view name);

/// A law by its id, or by the file that `moetric fit` saved it in, which ends with .json.
moetric::laws::description const& find_law(std::string const& id_or_path);
/// The fit of a law that came from a file, or null.
moetric::fit::fitted_law const* find_fit(moetric::laws::description const& about);

/// A coefficient, or what bounds it, to so many digits; 0 where it has gone there.
std::string coefficient_text(double value, int digits);

/// What the commands can ask a law: "loss", "optimum", "hyper", or the name of its quantity.
std::vector<std::string_view> gives(moetric::laws::description const& about);

/// Refuses to ask a law what it does not give, and names what it does.
[[noreturn]] void refuse_law(moetric::laws::description const& about, std::string const& wanted);

/// Wang's law with the coefficients among name=value arguments, which are taken out of them.
moetric::laws::wang::law read_wang(std::vector<std::string>& arguments);

/// Calls `visit(law)` with the law of that description and its type, if it has a loss.
/// \returns whether it has one
template <class Visit>
bool visit_loss(moetric::laws::description const& about, std::vector<std::string>& arguments, Visit visit) {
  if (&about == &moetric::laws::wang::about) {
    visit(read_wang(arguments));
    return true;
  }
  if (moetric::fit::fitted_law const* const of = find_fit(about)) {
    moetric::fit::visit_law(*of, visit);
    return true;
  }
  bool found = false;
  moetric::laws::for_each_loss([&](auto const& law) {
    if (law.about == &about) visit(law), found = true;
  });
  return found;
}

/// outside_range of an answer or a law's inputs.
json outside_json(moetric::fixed_list<moetric::laws::extrapolation, 12> const& outside);

/// loss, extrapolated, outside_range, outside_family, is_prediction
void add_answer(json& object, moetric::laws::answer const& answer);
/// One line for each reason why an answer is an extrapolation.
void print_reasons(moetric::laws::answer const& answer);

}  // namespace tool
