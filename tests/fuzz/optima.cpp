// Files of optima, and plans that start from them.
#include "fuzz/target.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/plan/plan.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  plan::scale_optima optima;
  bool const is_good = fuzz::accepted([&] {
    io::json const file = io::parse_json_object(text, "a file");
    optima = io::detail::read_optima(io::json_value(file, "a file"));
  });
  if (!is_good) return;
  fuzz::accepted([&] {
    plan::request asked{.compute = 3e20};
    asked.source = plan::optima_source("a file", optima, plan::experts_of(asked));
    plan::make(asked);
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
