#include <iostream>

// [readme: plan]
#include <moetric/plan/plan.hpp>

int main() {
  moetric::plan const p = moetric::make_plan({.compute = 3e20, .n_experts = 128, .top_k = 8, .n_shared_experts = 0});
  std::cout << p.architecture.n_layers() << " layers of width " << p.architecture.d_model << ", experts of width "
            << p.architecture.d_expert << ", " << p.tokens << " tokens\n";
  for (auto const& [field, how, why] : p.decisions) std::cout << field << ": " << name(how) << ", " << why << '\n';
}
// [/readme]
