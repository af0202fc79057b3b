// How do I add my own source of a plan's numbers? A recipe is a function of the budget, and each number says where it
// comes from. Here a team's own law of the learning rate (made up) in the published recipe.
#include <cmath>
#include <iostream>

#include <moetric/core/text.hpp>
#include <moetric/plan/plan.hpp>

int main() {
  namespace plan = moetric::plan;
  plan::recipe_source mine = plan::holistic_source();
  mine.id = "mine";
  mine.at = [published = plan::holistic_source().at](double compute) {
    plan::recipe r = published(compute);
    r.learning_rate = 0.0012 * std::pow(compute / 1e18, -0.15);
    return r;
  };
  mine.learning_rate = {moetric::provenance::user, "our sweeps at 1e18 to 1e20 FLOPs", {1e18, 1e20}};
  mine.variants = {};  // those of the published recipe, whose learning rates are its own
  plan::complete_plan const p = plan::make({.compute = 3e20, .source = mine});
  for (plan::decision const& each : p.decisions)
    if (each.field == "learning_rate" || each.field == "tokens")
      std::cout << each.field << " [" << name(each.how) << "] " << each.why << '\n';
  std::cout << "learning rate " << moetric::brief(p.run.learning_rate) << ", published "
            << moetric::brief(plan::make({.compute = 3e20}).run.learning_rate) << '\n';
}
