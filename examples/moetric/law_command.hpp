#pragma once

#include <memory>
#include <optional>

#include "command.hpp"
#include "moetric/laws/any_law.hpp"
#include "moetric/laws/named_values.hpp"
#include "moetric/optimum/uncertainty.hpp"

namespace moetric::v0::fit {
struct fitted_law;
}
namespace moetric::v0::laws {
struct catalogue_row;
}

// Shared by the commands about laws: finding a law, and reading name=value.

namespace tool {

using moetric::listed;
using moetric::laws::named_value;

/// Takes name=value arguments apart, each name once. A name that `allowed` does not hold is refused with the right ones
/// named; `asks` begins the sentence ("law fine-grained must get").
std::vector<named_text> read_names(std::string const& asks, std::vector<std::string_view> const& allowed,
                                   std::vector<std::string> const& arguments);
/// The same, their values read as real numbers.
std::vector<named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                     std::vector<std::string> const& arguments);

/// True for low..high.
bool is_range(std::string const& text);
/// The ends of low..high. An error names the field.
moetric::laws::range range_of(std::string_view field, std::string const& text);

/// A law of the catalogue, or one that `moetric fit` saved.
struct chosen_law {
  moetric::laws::description_ref about;
  std::optional<moetric::laws::any_law> loss{};           // if it has one
  moetric::laws::catalogue_row const* row = nullptr;      // of the catalogue
  std::shared_ptr<moetric::fit::fitted_law const> fit{};  // of a file
};

/// A law by its id, or by the file that `moetric fit` saved it in.
chosen_law find_law(std::string const& id_or_path);
/// The same; the coefficients of a law that publishes none, Wang's, are taken out of the name=value arguments.
chosen_law find_law(std::string const& id_or_path, std::vector<std::string>& arguments);

/// Samples of a law, and what they were sampled from.
struct law_samples {
  std::vector<moetric::laws::any_law> laws;
  std::string source;
};
/// Samples within published digits or standard errors, or of a fit: its bootstrap if it has one, else its covariance.
law_samples drawn(chosen_law const& law, moetric::optimum::sampling const& how);

/// Refuses to ask a law what it does not give, and names what it does.
[[noreturn]] void refuse_law(chosen_law const& law, std::string const& wanted);

}  // namespace tool
