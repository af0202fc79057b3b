#include "moetric/core/root.hpp"

#include <cmath>

#include "catch.hpp"

using namespace moetric;

namespace {

// Evaluates a function and counts how often.
struct counted {
  double (*of)(double);
  int mutable evaluations = 0;
  double operator()(double x) const {
    ++evaluations;
    return of(x);
  }
};

}  // namespace

TEST_CASE("a root is found to a relative 1e-13 in a few steps") {
  struct row {
    double (*of)(double);
    double low, high, root;
  };
  // Roots known in closed form.
  for (row const& each : {row{[](double x) { return x * x - 2; }, 0, 10, std::sqrt(2.0)},
                          row{[](double x) { return std::exp(x) - 5; }, -50, 50, std::log(5.0)},
                          row{[](double x) { return 1 - std::exp(-x / 100); }, -3, 1000, 0},
                          row{[](double x) { return (x - 3) * (x - 3) * (x - 3); }, 0, 5, 3},
                          row{[](double x) { return 1 / x - 1e-5; }, 1, 1e7, 1e5},
                          row{[](double x) { return x < 7 ? -1.0 : 1.0; }, 0, 1e3, 7}}) {
    counted const f{each.of};
    double const found = root_between(f, {each.low, each.high, each.of(each.low), each.of(each.high)});
    CHECK(std::fabs(found - each.root) <= 1e-13 * std::fmax(1, each.root));
    CHECK(f.evaluations < 130);
  }
  counted const smooth{[](double x) { return std::exp(x) - 5; }};
  root_between(smooth, {1, 2, smooth.of(1), smooth.of(2)});
  CHECK(smooth.evaluations < 12);
}

TEST_CASE("a bracket that ends at the root gives that end") {
  auto const line = [](double x) { return x - 2; };
  CHECK(root_between(line, {2, 5, 0, 3}) == 2);
  CHECK(root_between(line, {-5, 2, -7, 0}) == 2);
}

TEST_CASE("the bracket of a root widens from a guess up to its limits") {
  auto const line = [](double x) { return x - 40; };
  CHECK(std::fabs(root_near(line, 0, -100, 100) - 40) < 1e-11);
  CHECK(std::fabs(root_near(line, 90, -100, 100) - 40) < 1e-11);
  CHECK(std::fabs(root_near([](double x) { return 40 - x; }, 0, -100, 100) - 40) < 1e-11);
  CHECK(std::isnan(root_near(line, 0, -100, 30)));
  CHECK(std::isnan(root_near([](double) { return 1.0; }, 0, -100, 100)));
}

TEST_CASE("a function that is not defined everywhere has no root there") {
  CHECK(std::isnan(root_near([](double x) { return x < 1 ? std::nan("") : x - 0.5; }, 2, 0, 10)));
}
