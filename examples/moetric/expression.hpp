#pragma once

#include "moetric/io/form_file.hpp"

namespace tool {

/// Compiles expressions with muParser, the parser that the build found.
/// \throws std::invalid_argument if the build found none, and as `io::expression_compiler`
moetric::io::expression_compiler expressions();

}  // namespace tool
