// The cheapest model of a wanted loss when it is served: the worked examples of 2401.00448, and conditions of first
// order.
#include "moetric/optimum/inference.hpp"

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/fine_grained.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

// The paper's base constants: Chinchilla's printed A, B, E with alpha = .336, beta = .283.
laws::chinchilla::law base() {
  laws::chinchilla::law of = laws::chinchilla::printed;
  of.k = {.e = 1.69, .a = 406.4, .alpha = .336, .b = 410.7, .beta = .283};
  return of;
}

double flops_of(optimum::point<laws::chinchilla::law> const& trained, double inference_tokens) {
  return trained.compute + 2 * trained.at.total_parameters * inference_tokens;
}

}  // namespace

TEST_CASE("a model of 30B quality that serves 5T tokens: 16.4B on 3.27T, 16 % cheaper") {
  auto const of = base();
  auto const trained = optimum::at_loss(of, of.loss(laws::chinchilla::law::inputs{30e9, 1.556e12}));
  CHECK_THAT(trained.at.total_parameters, WithinRel(30e9, 1e-3));
  CHECK_THAT(trained.at.tokens, WithinRel(1.56e12, 5e-3));
  auto const served = optimum::at_loss_and_demand(of, trained.loss, {.input_tokens = 5e12});
  CHECK_THAT(served.at.total_parameters, WithinRel(16.4e9, 2e-3));
  CHECK_THAT(served.at.tokens, WithinRel(3.27e12, 3e-3));
  CHECK_THAT(served.cost, WithinRel(flops_of(served, 5e12), 1e-12));
  CHECK_THAT(served.cost / flops_of(trained, 5e12) - 1, WithinAbs(-.1628, 2e-4));
  CHECK_THAT(served.loss, WithinRel(trained.loss, 1e-12));
}

TEST_CASE("a model of 7B quality that serves 1e11 tokens: 6B on 1.18 times the data") {
  auto const of = base();
  auto tokens = 1e11;
  for (int i = 0; i != 100; ++i)  // the tokens for which 7B is the optimum of training alone
    tokens *= 7e9 / optimum::at_loss(of, of.loss(laws::chinchilla::law::inputs{7e9, tokens})).at.total_parameters;
  auto const trained = optimum::at_loss(of, of.loss(laws::chinchilla::law::inputs{7e9, tokens}));
  REQUIRE_THAT(trained.at.total_parameters, WithinRel(7e9, 1e-6));
  auto const served = optimum::at_loss_and_demand(of, trained.loss, {.output_tokens = 1e11});
  CHECK_THAT(served.at.total_parameters, WithinRel(6.0e9, 2e-3));
  CHECK_THAT(served.at.tokens / trained.at.tokens, WithinAbs(1.176, 2e-3));
  CHECK_THAT(served.cost / flops_of(trained, 1e11) - 1, WithinAbs(-.0085, 2e-4));
}

TEST_CASE("the condition of first order: (alpha A/N^alpha) / (beta B/D^beta) = 1 + D_inf / (3 D)") {
  auto const of = base();
  for (double const demand : {1e9, 1e11, 1e13, 1e15}) {
    auto const served = optimum::at_loss_and_demand(of, 2.1, {.input_tokens = demand / 2, .output_tokens = demand / 2});
    double const parameters = .336 * 406.4 / std::pow(served.at.total_parameters, .336);
    double const tokens = .283 * 410.7 / std::pow(served.at.tokens, .283);
    CHECK_THAT(parameters / tokens, WithinRel(1 + demand / (3 * served.at.tokens), 1e-9));
  }
  // Without demand it is the optimum of training; a dearer training is a cheaper inference.
  CHECK_THAT(optimum::at_loss_and_demand(of, 2.1, {}).at.total_parameters,
             WithinRel(optimum::at_loss(of, 2.1).at.total_parameters, 1e-9));
  auto const low_use = optimum::at_loss_and_demand(
      of, 2.1, {.input_tokens = 1e12, .training_mfu = .4, .input_mfu = .2, .training_price = 2, .inference_price = 1});
  // 2/.4 for training, 1/.2 for inference: the same weights, so the same model as without prices
  CHECK_THAT(low_use.at.tokens,
             WithinRel(optimum::at_loss_and_demand(of, 2.1, {.input_tokens = 1e12}).at.tokens, 1e-9));
}

TEST_CASE("any law with a count of compute can be asked, and bad demand is refused by name") {
  laws::fine_grained::inputs const fixed{.granularity = 16};
  auto const trained = optimum::at_compute(laws::fine_grained::four_decimals, 1e21, fixed);
  auto const served =
      optimum::at_loss_and_demand(laws::fine_grained::four_decimals, trained.loss, {.output_tokens = 1e13}, fixed);
  CHECK(served.at.total_non_embedding_parameters < trained.at.total_non_embedding_parameters);
  CHECK(served.at.tokens > trained.at.tokens);
  CHECK_THROWS_WITH(optimum::at_loss_and_demand(base(), 2.1, {.input_tokens = -1}),
                    "moetric: input_tokens must be finite and not negative, but got -1");
  CHECK_THROWS_WITH(optimum::at_loss_and_demand(base(), 2.1, {.input_tokens = 1, .training_mfu = 1.5}),
                    "moetric: training_mfu must be above 0 and at most 1, but got 1.5");
}
