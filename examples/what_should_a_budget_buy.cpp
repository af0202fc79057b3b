// [readme: plan]
#include <iostream>
#include <moetric/plan/plan.hpp>

int main() {
  moetric::plan const p = moetric::make_plan({.compute = 3e20, .n_experts = 128, .top_k = 8, .n_shared_experts = 0});
  std::cout << p.architecture.n_layers() << " layers of width " << p.architecture.d_model << ", experts of width "
            << p.architecture.d_expert << ", " << p.tokens << " tokens\n";
  for (auto const& each : p.decisions) std::cout << each.field << ": " << name(each.how) << ", " << each.why << '\n';
}
// [/readme]
