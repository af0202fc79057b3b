#pragma once

#include <optional>

#include "printing.hpp"
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

/// A law of the catalogue, or one that `moetric fit` saved.
struct chosen_law {
  moetric::laws::description_ref about;
  std::optional<moetric::fit::fitted_law> fit{};  // of a law that came from a file
};

/// A law by its id, or by the file that `moetric fit` saved it in, which ends with .json.
chosen_law find_law(std::string const& id_or_path);

/// A coefficient, or what bounds it, to so many digits; 0 where it has gone there.
std::string coefficient_text(double value, int digits);

/// What the commands can ask a law: "loss", "optimum", "hyper", or the name of its quantity.
std::vector<std::string_view> gives(chosen_law const& law);

/// Refuses to ask a law what it does not give, and names what it does.
[[noreturn]] void refuse_law(chosen_law const& law, std::string const& wanted);

/// Wang's law with the coefficients among name=value arguments, which are taken out of them.
moetric::laws::wang::law read_wang(std::vector<std::string>& arguments);

/// Calls `visit(law)` with the law and its type, if it has a loss. The coefficients of a law that publishes none are
/// taken from the arguments.
/// \returns whether it has a loss
template <class Visit>
bool visit_loss(chosen_law const& chosen, std::vector<std::string>& arguments, Visit visit) {
  if (chosen.about->coefficients.empty()) {
    visit(read_wang(arguments));
    return true;
  }
  if (chosen.fit) {
    moetric::fit::visit_law(*chosen.fit, visit);
    return true;
  }
  bool found = false;
  moetric::laws::for_each_loss([&](auto const& law) {
    if (law.about == chosen.about) visit(law), found = true;
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
