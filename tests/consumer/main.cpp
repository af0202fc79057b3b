// Links two translation units that both include everything: a missing `inline` fails to link.
#include <iostream>
#include <moetric/moetric.hpp>

#include "habits.hpp"
#include "total.hpp"

int main() {
  std::cout << moetric::total_parameters(moetric::zoo::deepseek_v3) << '\n';
  return deepseek_v3_total() == 671'026'419'200 && habits_hold() ? 0 : 1;
}
