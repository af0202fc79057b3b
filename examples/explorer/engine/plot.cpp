#include "plot.hpp"

// The page draws by itself, and has no gnuplot.

namespace tool {

std::optional<std::string> svg_of(moetric::report::picture const&) {
  return std::nullopt;
}

}  // namespace tool
