// Frantar et al.'s laws of pruned weights. Losses: t5-data.csv of the authors' repository, google-research/jaxpruner.
#include "moetric/laws/sparse_weights.hpp"

#include "catch.hpp"
#include "moetric/core/text.hpp"

using namespace moetric;
namespace sparse = laws::sparse_weights;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("the paper's rounded coefficients") {
  auto const& t5 = sparse::t5.k;
  CHECK(brief(t5.a_s, 3) == "16.8");
  CHECK(brief(t5.c_s, 3) == "45");
  CHECK(brief(t5.a_d / 1e8, 3) == "6.9");  // 65536 tokens a step
  auto const& vit = sparse::vit.k;
  CHECK(brief(vit.a_s, 3) == "294");
  CHECK(brief(vit.c_s, 3) == "468");
  CHECK(brief(vit.a_d / 1e8, 3) == "2.37");
}

TEST_CASE("runs of T5, and the one that is four times larger than those of the fit") {
  constexpr double base = 24 * 12 * 768. * 768, step = 65536;
  struct row {
    double sparsity, scale, steps, loss;
  };
  for (row const& each : {row{0, .0078125, 250e3, 3.1256396912691886}, row{.5, .25, 500e3, 1.984130002741228},
                          row{.75, 2, 1e6, 1.610997464364035}, row{.875, 4, 1e6, 1.6029677006236294}})
    CHECK_THAT(
        laws::evaluate(sparse::t5, {base * each.scale * (1 - each.sparsity), each.steps * step, each.sparsity}).loss,
        WithinRel(each.loss, .013));
  laws::evaluation const large = laws::evaluate(sparse::t5, {48 * 12 * 1024. * 1024, 500e3 * step, .75});
  CHECK_THAT(large.loss, WithinRel(1.4827780204906797, .01));
  CHECK(large.extrapolated());
}

TEST_CASE("the optimal sparsity in closed form is that of a search, and rises with compute") {
  auto const searched = [](double parameters, double compute) {
    double best = 0, least = 1e9;
    for (int i = 0; i != 9999; ++i) {
      double const s = i * 1e-4;
      sparse::inputs at{parameters, 1, s};
      at.tokens = compute / sparse::t5.training_flops_per_token(at);
      if (double const loss = sparse::t5.loss(at); loss < least) best = s, least = loss;
    }
    return best;
  };
  double before = 0;
  for (double const compute : {1e18, 1e19, 1e20, 1e21}) {
    double const s = sparse::optimal_sparsity(sparse::t5, 2e7, compute);
    CHECK_THAT(s, WithinAbs(searched(2e7, compute), 1e-4));
    CHECK(s >= before);
    before = s;
  }
  CHECK(before > .5);
  CHECK(sparse::optimal_sparsity(sparse::t5, 2e7, 1e15) == 0);
  CHECK_THROWS_WITH(sparse::optimal_sparsity(sparse::t5, 0, 1e15),
                    "moetric: nonzero_parameters must be positive and finite, but got 0");
}
