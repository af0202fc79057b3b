#pragma once

#include "law_command.hpp"

// What the files of `optimum` share: its options, reading what is fixed or free, and showing the answer.

namespace tool {

struct optimum_options {
  std::string law;
  std::string compute;
  std::vector<std::string> values;
  std::string interval;
  std::string against;
  bool as_json = false;
};

struct optimum_row {
  std::string name;
  json value;
  std::string unit;
};

/// Every optimum is shown by its law's own counts, in this order. Without a loss, `answer` says only what is outside.
void show(optimum_options const& chosen, moetric::laws::description const& about, moetric::laws::answer const& answer,
          std::vector<optimum_row> const& rows);

double required_compute(optimum_options const& chosen);

/// name=value, name=a,b,c to choose from, or name=low..high where the best in between is wanted.
struct fixed_input {
  std::string name;
  std::vector<double> values;
  bool is_range = false;
};

std::vector<fixed_input> read_fixed(std::string const& asks, std::vector<std::string_view> const& allowed,
                                    std::vector<std::string> const& arguments);
fixed_input const* find_fixed(std::vector<fixed_input> const& all, std::string_view name);
double single(fixed_input const& of);
/// What is to be chosen from; refuses a range, whose ends alone would be tried.
std::vector<double> const& choices(fixed_input const& of);

/// Laws whose optimum is not one over parameters and tokens alone. \returns whether the law is such a one
bool run_other_optimum(optimum_options const& chosen, chosen_law const& law);

}  // namespace tool
