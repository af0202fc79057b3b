#pragma once

#include "moetric/version.hpp"

#if __has_include(<muParser.h>)
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <muParser.h>

#include "moetric/core/text.hpp"
#include "moetric/fit/own_form.hpp"

/// Expressions of forms of one's own, for programs that link muParser.
namespace moetric::v0::io {
namespace detail {

/// A parser with the numbers that its expression reads. Evaluation writes to it, so a thread has its own.
struct parsed_expression {
  std::vector<double> values;  // coefficients, then inputs
  mu::Parser parser;

  parsed_expression(std::string const& text, std::vector<std::string> const& names) : values(names.size(), 1.0) {
    // muParser's own list has a log, which other programs read as log10.
    parser.ClearFun();
    parser.DefineFun("exp", static_cast<double (*)(double)>(std::exp));
    parser.DefineFun("ln", static_cast<double (*)(double)>(std::log));
    parser.DefineFun("log2", static_cast<double (*)(double)>(std::log2));
    parser.DefineFun("log10", static_cast<double (*)(double)>(std::log10));
    parser.DefineFun("sqrt", static_cast<double (*)(double)>(std::sqrt));
    parser.DefineFun("tanh", static_cast<double (*)(double)>(std::tanh));
    parser.DefineFun("abs", static_cast<double (*)(double)>(std::fabs));
    parser.DefineFun("min", static_cast<double (*)(double, double)>(std::fmin));
    parser.DefineFun("max", static_cast<double (*)(double, double)>(std::fmax));
    for (std::size_t i = 0; i != names.size(); ++i) parser.DefineVar(names[i], &values[i]);
    parser.SetExpr(text);
  }
  parsed_expression(parsed_expression const&) = delete;
};

[[noreturn]] inline void refuse_expression(std::string const& text, std::string const& why) {
  throw std::invalid_argument("moetric: loss must be an expression of the named inputs and coefficients, but got " +
                              in_quotes(text) + ": " + why);
}

}  // namespace detail

/// Compiles an expression with muParser; an `expression_compiler`, as `read_form` takes it.
/// \throws std::invalid_argument for a text that is no expression, or does not use every name
inline std::function<fit::formula()> compile_expression(std::string const& text,
                                                        std::vector<std::string> const& coefficients,
                                                        std::vector<std::string> const& inputs) {
  using namespace detail;
  std::vector<std::string> names = coefficients;
  names.insert(names.end(), inputs.begin(), inputs.end());
  // An assignment would change a coefficient, and of a list with commas only the last part counts.
  if (text.find('=') != std::string::npos) refuse_expression(text, "it has a =");
  if (text.size() > 10'000) refuse_expression(text.substr(0, 40), "it is longer than 10,000 characters");
  try {
    parsed_expression trial(text, names);
    std::set<std::string> used;
    for (auto const& [name, place] : trial.parser.GetUsedVar()) used.insert(name);
    for (std::string const& each : names)
      if (!used.contains(each)) refuse_expression(text, "it does not use " + each);
    trial.parser.Eval();
    if (trial.parser.GetNumResults() != 1) refuse_expression(text, "it has a comma outside of a function");
  } catch (mu::Parser::exception_type const& error) {
    refuse_expression(text, error.GetMsg());
  }
  return [text, names]() -> fit::formula {
    auto const own = std::make_shared<parsed_expression>(text, names);
    return [own](std::span<double const> k, std::span<double const> at) {
      std::copy(k.begin(), k.end(), own->values.begin());
      std::copy(at.begin(), at.end(), own->values.begin() + static_cast<std::ptrdiff_t>(k.size()));
      return own->parser.Eval();
    };
  };
}

}  // namespace moetric::v0::io
#endif
