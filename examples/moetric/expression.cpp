#include "expression.hpp"

#include <stdexcept>

#ifdef MOETRIC_HAS_MUPARSER
#include "moetric/io/mu_parser.hpp"
#endif

namespace tool {

moetric::io::expression_compiler expressions() {
#ifdef MOETRIC_HAS_MUPARSER
  return moetric::io::compile_expression;
#else
  throw std::invalid_argument(
      "moetric: a form from a file needs a tool that is built with muParser, which this one is not; on Debian: apt "
      "install libmuparser-dev, then build again");
#endif
}

}  // namespace tool
