// What must hold of the optimum at every budget: first-order conditions, no better neighbour, steady growth, finite
// answers. The law is written out again with powers as powers, so nothing here leans on the library's own formula.
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/optimum/compute_optimal.hpp"

#include <limits>
#include <random>
#include <string>

#include "catch.hpp"

namespace {

using namespace moetric;
namespace fine_grained = laws::fine_grained;
using Catch::Matchers::WithinRel;

struct problem {
  fine_grained::law const* law;
  double compute, expansion_rate, c_r;
};

std::vector<problem> problems() {
  std::mt19937_64 random(20240712);  // any seed
  auto const between = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
  };
  std::vector<problem> all;
  for (int decade = 10; decade <= 30; ++decade)
    all.push_back({&fine_grained::four_decimals, std::pow(10.0, decade), 64, 14});
  for (int i = 0; i != 200; ++i) {
    auto const& law = *fine_grained::sets[random() % fine_grained::sets.size()];
    all.push_back({&law, std::pow(10.0, between(10, 30)), std::round(between(2, 256)), between(6, 20)});
  }
  return all;
}

optimum::fine_grained_configuration solve(problem const& p) {
  return optimum::at_compute(*p.law, p.compute, {.expansion_rate = p.expansion_rate, .c_r = p.c_r});
}

// The reducible loss on the family, by the paper's own symbols.
double reducible(problem const& p, double d, double G) {
  auto const& [a, alpha, b, beta, g, gamma, c, fitted_expansion_rate] = p.law->k;
  double const N = (8 * p.expansion_rate + 4) * d * d * d / 64;
  double const D = 64 * p.compute / (d * d * (72 * d + p.c_r * p.expansion_rate * G));
  return (g / std::pow(G, gamma) + a) / std::pow(N, alpha) + b / std::pow(D, beta);
}

}  // namespace

TEST_CASE("the optimum meets its first-order condition to 1e-9") {
  for (problem const& p : problems()) {
    auto const best = solve(p);
    auto const& [a, alpha, b, beta, g, gamma, c, fitted_expansion_rate] = p.law->k;
    double const d = best.d_model, G = best.granularity, routing = p.c_r * p.expansion_rate * G;
    double const N = (8 * p.expansion_rate + 4) * d * d * d / 64;
    double const D = 64 * p.compute / (d * d * (72 * d + routing));
    CAPTURE(std::string(p.law->about->id), p.compute, p.expansion_rate, p.c_r, d, G);
    CHECK_THAT(best.total_non_embedding_parameters, WithinRel(N, 1e-13));
    CHECK_THAT(best.tokens, WithinRel(D, 1e-13));
    CHECK_THAT(best.reducible_loss, WithinRel(reducible(p, d, G), 1e-13));
    CHECK_THAT(3 * alpha * (a + g / std::pow(G, gamma)) / std::pow(N, alpha),
               WithinRel(beta * b / std::pow(D, beta) * (2 + 72 * d / (72 * d + routing)), 1e-9));
  }
}

TEST_CASE("no neighbour of the optimum is better, on a fine grid of widths and on all powers of two") {
  for (problem const& p : problems()) {
    auto const best = solve(p);
    CAPTURE(std::string(p.law->about->id), p.compute, p.expansion_rate, p.c_r, best.d_model, best.granularity);
    double const least = reducible(p, best.d_model, best.granularity);
    double better = 0;
    for (double G = 1; G <= 1024; G *= 2)
      for (int step = -300; step <= 300; ++step)
        better = std::fmax(better, 1 - reducible(p, best.d_model * std::exp(step * 1e-3), G) / least);
    CHECK(better < 1e-13);
  }
}

TEST_CASE("more compute: lower loss, more tokens, and within one granularity a wider model") {
  for (fine_grained::law const* const law : fine_grained::sets) {
    auto last = optimum::at_compute(*law, 1e10);
    for (double compute = 1.1e10; compute < 1e30; compute *= 1.7) {
      auto const next = optimum::at_compute(*law, compute);
      CAPTURE(std::string(law->about->id), compute);
      CHECK(next.loss < last.loss);
      CHECK(next.tokens > last.tokens);
      CHECK(next.granularity >= last.granularity);
      CHECK(next.d_model > last.d_model);
      last = next;
    }
  }
}

TEST_CASE("dearer routing never makes finer experts, nor a lower loss") {
  for (double compute = 1e12; compute < 1e29; compute *= 7) {
    auto last = optimum::at_compute(fine_grained::four_decimals, compute, {.c_r = 6});
    for (double c_r = 7; c_r <= 20; ++c_r) {
      auto const next = optimum::at_compute(fine_grained::four_decimals, compute, {.c_r = c_r});
      CHECK(next.granularity <= last.granularity);
      CHECK(next.loss > last.loss);
      last = next;
    }
  }
}

TEST_CASE("the dense optimum meets its first-order condition, and no neighbour is better") {
  auto const& [a, alpha, b, beta, c] = fine_grained::dense.k;
  for (double compute = 1e10; compute < 2e30; compute *= 31) {
    auto const best = optimum::at_compute(fine_grained::dense, compute);
    double const N = best.at.total_non_embedding_parameters;
    CHECK_THAT(6 * N * best.at.tokens, WithinRel(compute, 1e-13));
    CHECK_THAT(alpha * a / std::pow(N, alpha), WithinRel(beta * b / std::pow(best.at.tokens, beta), 1e-12));
    for (double const factor : {.5, .99, 1.01, 2.0}) {
      double const other = a / std::pow(N * factor, alpha) + b / std::pow(best.at.tokens / factor, beta);
      CHECK(other > best.loss - c);
    }
  }
}

TEST_CASE("far outside of every budget the answer is finite and flagged, or refused") {
  for (double const compute : {std::numeric_limits<double>::denorm_min(), 1e-300, 1e-10, 1.0, 1e10, 1e30, 1e50, 1e100,
                               1e300, std::numeric_limits<double>::max()})
    for (fine_grained::law const* const law : fine_grained::sets) {
      CAPTURE(compute, std::string(law->about->id));
      auto const best = optimum::at_compute(*law, compute);
      for (double const each : {best.loss, best.reducible_loss, best.tokens, best.total_non_embedding_parameters,
                                best.active_non_embedding_parameters, best.d_model, best.n_blocks})
        CHECK(is_positive_and_finite(each));
      CHECK(best.extrapolated());
      CHECK(is_positive_and_finite(optimum::at_compute(fine_grained::dense, compute).loss));
    }
}
