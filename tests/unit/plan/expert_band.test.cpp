#include "moetric/plan/expert_band.hpp"

#include "catch.hpp"

using namespace moetric;

namespace {

double real(count value) {
  return static_cast<double>(value);
}

// What 2402.07871, Eq. 9 to 11, says of a shape when a run's FLOPs are spent on it.
struct seen {
  double flops_per_token, loss;
};
seen by_eq_9(shape<> const& s, double compute) {
  account<> const book = account_of(to_model(s));
  double const flops = real(6 * shape_weights(book.multiplied) + 14 * book.multiplied[term::router]);
  double const n = real(shape_weights(book.stored)), g = real(s.top_k);
  return {flops, 0.472 + (2.076 / std::pow(g, 0.5843) + 18.0712) / std::pow(n, 0.1146) +
                     30.8082 / std::pow(compute / flops, 0.1465)};
}

}  // namespace

TEST_CASE("bands of experts are those of every configuration around the plan, one by one") {
  plan::complete_plan const p = plan::make(
      {.compute = 1e20, .n_experts = 8, .top_k = 2, .n_shared_experts = 0, .multiple_of = 64, .tolerance = 0.01});
  auto const bands = plan::expert_bands(p, laws::fine_grained::four_decimals, provenance::derived);
  REQUIRE(bands.size() == 3);
  CHECK(bands[0].field == "d_expert");
  CHECK(bands[1].field == "n_experts");
  CHECK(bands[2].field == "top_k");

  double const compute = real(p.run.tokens) * by_eq_9(p.shape.architecture, 1).flops_per_token;
  double const m = real(p.shape.triad.training_flops_per_token);
  std::vector<std::pair<double, shape<>>> allowed;
  shape<> const& planned = p.shape.architecture;
  for (count top_k = 1; top_k <= 2 * planned.top_k; top_k += 1)
    for (count n_experts = 2; n_experts <= 32; n_experts += 1)
      for (count d_expert = 64; d_expert <= 4 * planned.d_expert; d_expert += 64) {
        if (top_k > n_experts || 4 * d_expert < planned.d_expert) continue;
        shape<> s = planned;
        s.top_k = top_k, s.n_experts = n_experts, s.d_expert = d_expert;
        auto const three = triad_of(s, count(8192));
        if (three.total_non_embedding_parameters > p.shape.triad.total_non_embedding_parameters) continue;
        if (std::fabs(real(three.training_flops_per_token) / m - 1) > 0.05) continue;
        allowed.emplace_back(by_eq_9(s, compute).loss, s);
      }
  double best = 1e300;
  for (auto const& [loss, s] : allowed) best = std::min(best, loss);
  double low[3]{1e300, 1e300, 1e300}, high[3]{};
  int inside = 0;
  for (auto const& [loss, s] : allowed)
    if (loss <= best * 1.01) {
      double const fields[]{real(s.d_expert), real(s.n_experts), real(s.top_k)};
      for (int i = 0; i != 3; ++i) low[i] = std::min(low[i], fields[i]), high[i] = std::max(high[i], fields[i]);
      ++inside;
    }
  CHECK(inside > 3);
  for (std::size_t i = 0; i != 3; ++i) {
    CAPTURE(bands[i].field);
    CHECK(bands[i].low == low[i]);
    CHECK(bands[i].high == high[i]);
    CHECK(bands[i].law == "fine-grained");
    CHECK(bands[i].tolerance == 0.01);
    CHECK(bands[i].note.find("the law was not fitted on such experts") != std::string::npos);  // 8/2 is no 64
  }
}
