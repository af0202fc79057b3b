#include "expression.hpp"

#include <stdexcept>

#ifdef MOETRIC_HAS_MUPARSER

#include <muParser.h>

#include <cmath>
#include <memory>
#include <set>

#include "moetric/core/text.hpp"

namespace tool {
namespace {

using namespace moetric;

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

[[noreturn]] void refuse_expression(std::string const& text, std::string const& why) {
  throw std::invalid_argument("moetric: loss must be an expression of the named inputs and coefficients, but got " +
                              in_quotes(text) + ": " + why);
}

}  // namespace

io::expression_compiler expressions() {
  return [](std::string const& text, std::vector<std::string> const& coefficients,
            std::vector<std::string> const& inputs) -> std::function<fit::formula()> {
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
  };
}

}  // namespace tool

#else

namespace tool {

moetric::io::expression_compiler expressions() {
  throw std::invalid_argument(
      "moetric: a form from a file needs a tool that is built with muParser, which this one is not; on Debian: apt "
      "install libmuparser-dev, then build again");
}

}  // namespace tool

#endif
