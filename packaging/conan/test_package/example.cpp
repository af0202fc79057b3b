#include <iostream>
#include <moetric/account/parameters.hpp>
#include <moetric/zoo/deepseek.hpp>

static_assert(moetric::total_parameters(moetric::zoo::deepseek_v3) == 671'026'419'200);

int main() {
  std::cout << moetric::active_parameters(moetric::zoo::deepseek_v3) << '\n';
}
