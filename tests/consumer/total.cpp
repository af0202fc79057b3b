#include "total.hpp"

#include <moetric/moetric.hpp>

std::uint64_t deepseek_v3_total() {
  return static_cast<std::uint64_t>(moetric::total_parameters(moetric::zoo::deepseek_v3));
}
