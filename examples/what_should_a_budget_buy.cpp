// [readme: plan]
#include <iostream>
#include <moetric/plan/plan.hpp>

int main() {
  namespace plan = moetric::plan;
  plan::complete_plan const p = plan::make({.compute = 3e20, .n_experts = 128, .top_k = 8, .n_shared_experts = 0});
  moetric::shape<> const& s = p.shape.architecture;
  std::cout << s.n_layers() << " layers of width " << s.d_model << ", experts of width " << s.d_expert << ", "
            << p.run.tokens << " tokens\n";
  for (auto const& each : p.decisions) std::cout << each.field << ": " << name(each.how) << ", " << each.why << '\n';
}
// [/readme]
