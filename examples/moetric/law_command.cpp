#include "law_command.hpp"

#include <algorithm>
#include <stdexcept>

#include "moetric/io/file.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/laws/gives.hpp"

namespace tool {
namespace {

using namespace moetric;

std::string_view last_word(std::string_view name) {
  return name.substr(name.rfind('_') + 1);
}

// The names that a wrong one may have meant: those of the same kind of count, else all.
std::vector<std::string_view> meant(std::vector<std::string_view> const& allowed, std::string_view wrong) {
  std::vector<std::string_view> alike;
  for (std::string_view const each : allowed)
    if (last_word(each) == last_word(wrong)) alike.push_back(each);
  return alike.empty() ? allowed : alike;
}

}  // namespace

std::vector<named_text> read_names(std::string const& asks, std::vector<std::string_view> const& allowed,
                                   std::vector<std::string> const& arguments) {
  std::vector<named_text> all;
  for (std::string const& argument : arguments) {
    named_text const next = take_apart("an input", argument);
    std::string const& name = next.name;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      throw std::invalid_argument("moetric: " + asks + " " + listed(meant(allowed, name)) + ", not " + name +
                                  did_you_mean(name, allowed));
    for (named_text const& each : all)
      if (each.name == name) throw std::invalid_argument("moetric: " + name + " must be given once");
    all.push_back(next);
  }
  return all;
}

std::vector<named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                     std::vector<std::string> const& arguments) {
  std::vector<named_value> values;
  for (auto const& [name, text] : read_names(asks, allowed, arguments)) values.push_back({name, number(name, text)});
  return values;
}

bool is_range(std::string const& text) {
  return text.find("..") != std::string::npos;
}
moetric::laws::range range_of(std::string_view field, std::string const& text) {
  std::size_t const dots = text.find("..");
  double const low = number(field, text.substr(0, dots));
  return {low, number(field, text.substr(dots + 2))};
}

chosen_law find_law(std::string const& id_or_path) {
  if (laws::find(id_or_path) == nullptr && io::is_path(id_or_path)) {
    auto const fit = std::make_shared<fit::fitted_law const>(io::read_fitted_law(id_or_path));
    return {fit->about, fit::law_of(*fit), nullptr, fit};
  }
  laws::catalogue_row const& row = laws::require(id_or_path);
  tell_shadowed(id_or_path);
  return {row.about, row.loss, &row};
}

chosen_law find_law(std::string const& id_or_path, std::vector<std::string>& arguments) {
  chosen_law found = find_law(id_or_path);
  if (!found.about->coefficients.empty()) return found;
  std::vector<std::string_view> const names{"A", "B", "alpha", "beta", "gamma", "sigma"};
  std::vector<std::string> of_law, others;
  for (std::string const& each : arguments) {
    bool const is_coefficient = std::find(names.begin(), names.end(), each.substr(0, each.find('='))) != names.end();
    (is_coefficient ? of_law : others).push_back(each);
  }
  auto const given = read_values("law wang must get", names, of_law);
  std::array<double, 6> values{};
  for (std::size_t i = 0; i != names.size(); ++i) {
    double const* const value = laws::find_value(given, names[i]);
    if (value == nullptr)
      throw std::invalid_argument("moetric: law wang must get its coefficients " + listed(names) +
                                  " as name=value, since no source at hand prints them");
    moetric::detail::require_positive(names[i], values[i] = *value);
  }
  arguments = others;
  found.loss = laws::wang::with({values[0], values[1], values[2], values[3], values[4], values[5]});
  return found;
}

law_samples drawn(chosen_law const& law, optimum::sampling const& how) {
  optimum::require_sampling(how);
  if (!law.fit) return {optimum::drawn_laws(*law.loss, how), optimum::sampled_error(*law.about)};
  return {fit::laws_with(*law.loss, fit::drawn_coefficients(*law.fit, how.samples, how.seed)),
          law.fit->draws.empty() ? "the fit's covariance" : "the fit's bootstrap"};
}

void refuse_law(chosen_law const& law, std::string const& wanted) {
  std::string said;
  for (std::string_view const each : law.row != nullptr ? laws::gives(*law.row) : laws::gives(*law.loss)) {
    if (!said.empty()) said += ", and ";
    if (each == "loss")
      said += "a loss (moetric loss)";
    else if (each == "optimum")
      said += "parameters and tokens for a budget (moetric optimum)";
    else if (each == "hyper")
      said += "a learning rate or a batch (moetric hyper)";
    else
      said += std::string(each) + " (moetric optimum)";
  }
  throw std::invalid_argument("moetric: law must be one that gives " + wanted + ", but " + std::string(law.about->id) +
                              " gives " + said);
}

}  // namespace tool
