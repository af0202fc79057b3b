// Two translation units include everything and are linked together: a missing `inline` shows here.
#include <iostream>
#include <moetric/moetric.hpp>

#include "total.hpp"

int main() {
  std::cout << moetric::total_parameters(moetric::zoo::deepseek_v3) << '\n';
  return deepseek_v3_total() == 671'026'419'200 ? 0 : 1;
}
