// The optimum of any law with a count of compute: published optima, conditions of first order, and neighbours on a
// grid.
#include "moetric/optimum/compute_optimal.hpp"

#include <string>

#include "catch.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/optimum/equal_loss.hpp"
#include "moetric/optimum/fine_grained.hpp"

namespace {

using namespace moetric;
namespace chinchilla = laws::chinchilla;
namespace fine_grained = laws::fine_grained;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

// A user's own law, as law.hpp says that one is written: L = e + a/N^½ + 1/D^½ + N·D^-1 with C = 2·N^1.5·D.
struct my_form {
  template <class T>
  struct inputs {
    T active_parameters{}, tokens{};
  };
  template <class K>
  struct coefficients {
    K e, a;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-0.5 * log(at.active_parameters)) + exp(-0.5 * log(at.tokens));
  }
  template <class K, class T>
  static auto training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    using std::exp, std::log;
    return 2 * exp(1.5 * log(at.active_parameters));
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};
constexpr laws::description about_mine{
    .id = "mine",
    .coefficients = {{{"e", 1, provenance::user, "here"}, {"a", 3, provenance::user, "here"}}, 2},
    .inputs = {{{.name = "active_parameters", .unit = "parameters"}, {.name = "tokens", .unit = "tokens"}}, 2}};
constexpr laws::law<my_form> mine{about_mine};
static_assert(laws::ComputeLaw<laws::law<my_form>>);

template <class L>
double loss_along(L const& of, double compute, double parameters, typename L::inputs const& at) {
  auto values = laws::detail::to_array(at);
  values[0] = parameters;
  values[1] = optimum::tokens_at_compute(of, compute, laws::detail::from_array<typename L::inputs>(values));
  return of.loss(laws::detail::from_array<typename L::inputs>(values));
}

}  // namespace

TEST_CASE("a user's law has an optimum by its own formula") {
  // dL/dlnN along C: -3/2·N^-½ + 3/4·D^-½ = 0 with D = C/(2·N^1.5): 4/N = 2·N^1.5/C... so N^2.5 = 2·C
  for (double const compute : {1e10, 1e20, 1e30}) {
    auto const best = optimum::at_compute(mine, compute);
    CHECK_THAT(best.at.active_parameters, WithinRel(std::pow(2 * compute, 0.4), 1e-11));
    CHECK_THAT(best.compute, WithinRel(compute, 1e-12));
    // a difference of numbers near 1
    CHECK_THAT(best.reducible_loss,
               WithinAbs(3 / std::sqrt(best.at.active_parameters) + 1 / std::sqrt(best.at.tokens), 1e-15));
    CHECK_THAT(best.loss_per_parameters, WithinRel(-1.5 / std::sqrt(best.at.active_parameters), 1e-12));
    CHECK_THAT(best.loss_per_tokens, WithinRel(-0.5 / std::sqrt(best.at.tokens), 1e-12));
  }
}

TEST_CASE("Chinchilla's third approach: the optimum of Gopher's budget and of 1e21 FLOPs") {
  auto const gopher = optimum::at_compute(chinchilla::tex, 5.76e23);
  CHECK_THAT(gopher.at.total_parameters, WithinRel(4.036e10, 5e-4));  // the paper says 40B
  CHECK_THAT(gopher.at.tokens, WithinRel(2.379e12, 5e-4));
  CHECK_THAT(optimum::at_compute(chinchilla::printed, 5.76e23).at.total_parameters, WithinRel(3.22e10, 2e-3));
  auto const small = optimum::at_compute(chinchilla::tex, 1e21);
  CHECK_THAT(small.at.total_parameters, WithinRel(2.2170e9, 5e-5));
  CHECK_THAT(small.at.tokens, WithinRel(7.5178e10, 5e-5));
}

TEST_CASE("closed forms and the bracketed solve are the same optimum") {
  for (double compute = 1e15; compute < 1e29; compute *= 10) {
    CHECK_THAT(std::log(optimum::at_compute(chinchilla::tex, compute).at.total_parameters),
               WithinAbs(optimum::detail::solved_log_parameters(chinchilla::tex, compute, {{}, 2}), 1e-11));
    CHECK_THAT(std::log(optimum::at_compute(fine_grained::dense, compute).at.total_non_embedding_parameters),
               WithinAbs(optimum::detail::solved_log_parameters(fine_grained::dense, compute, {{}, 2}), 1e-11));
  }
}

TEST_CASE("at the optimum marginal values balance and no neighbour is better") {
  fine_grained::inputs const fixed{.granularity = 16};
  for (double const compute : {1e16, 1e20, 1e24, 1e27}) {
    auto const best = optimum::at_compute(fine_grained::four_decimals, compute, fixed);
    double const n = best.at.total_non_embedding_parameters;
    // Along the budget d ln D / d ln N = -d ln f / d ln N; here by a central difference of the family's own FLOPs.
    auto const flops = [&](double parameters) {
      return std::log(fine_grained::four_decimals.training_flops_per_token(fine_grained::inputs{parameters, 1, 16}));
    };
    double const growth = (flops(n * 1.0001) - flops(n / 1.0001)) / (2 * std::log(1.0001));
    CHECK_THAT(best.loss_per_parameters / best.reducible_loss,
               WithinAbs(best.loss_per_tokens * growth / best.reducible_loss, 1e-8));
    for (int step = -200; step <= 200; ++step)
      CHECK(loss_along(fine_grained::four_decimals, compute, n * std::exp(step * 0.01), best.at) >=
            best.loss * (1 - 1e-15));
  }
}

TEST_CASE("every law that counts compute: the condition of first order to 1e-9, and no better neighbour") {
  laws::for_each_loss([]<class L>(L const& of) {
    if constexpr (laws::ComputeLaw<L>) {
      CAPTURE(std::string(of.about->id));
      typename L::inputs fixed{};
      auto values = laws::detail::to_array(fixed);
      for (std::size_t i = 2; i != values.size(); ++i) {
        laws::input const& what = of.about->inputs[i];
        values[i] = what.unit == "parameters" || what.unit == "tokens" ? 1e11
                    : what.values == laws::domain::below_one           ? .3
                                                                       : 8;
      }
      fixed = laws::detail::from_array<typename L::inputs>(values);
      for (double const compute : {1e18, 1e21, 1e25}) {
        auto const best = optimum::at_compute(of, compute, fixed);
        double const n = laws::detail::to_array(best.at)[0];
        std::vector<moetric::dual<>> in_dual(values.begin(), values.end());
        in_dual[0] = moetric::dual<>::variable(n);
        moetric::dual<> const flops = laws::any_law(of).training_flops_per_token(in_dual);
        double const growth = n * flops.by[0] / flops.value;
        CHECK_THAT((best.loss_per_parameters - growth * best.loss_per_tokens) / best.reducible_loss,
                   WithinAbs(0, 1e-9));
        for (int step = -100; step <= 100; ++step)
          CHECK(loss_along(of, compute, n * std::exp(step * .01), best.at) >= best.loss * (1 - 4e-15));
        CHECK_THAT(laws::detail::to_array(optimum::at_parameters(of, n, fixed).at)[1],
                   WithinRel(laws::detail::to_array(best.at)[1], 1e-8));
      }
    }
  });
}

TEST_CASE("the best granularity of a grid is that of the paper's optimum") {
  std::array const grid{1., 2., 4., 8., 16., 32., 64., 128.};
  for (double compute = 1e16; compute < 1e28; compute *= 10) {
    auto const best = optimum::at_compute(fine_grained::four_decimals, compute, {.granularity = 1},
                                          &fine_grained::inputs::granularity, grid);
    auto const known = optimum::at_compute(fine_grained::four_decimals, compute);
    CHECK(best.at.granularity == known.granularity);
    CHECK_THAT(best.at.total_non_embedding_parameters, WithinRel(known.total_non_embedding_parameters, 1e-10));
  }
  CHECK_THROWS_WITH(optimum::at_compute(fine_grained::four_decimals, 1e20, {.granularity = 1},
                                        &fine_grained::inputs::granularity, std::array<double, 0>{}),
                    ContainsSubstring("values to choose from"));
}

TEST_CASE("caps, fixed tokens and fixed models") {
  auto const free = optimum::at_compute(chinchilla::tex, 1e21);
  CHECK(optimum::at_compute_within(chinchilla::tex, 1e21, 1e12).at.tokens == free.at.tokens);
  auto const capped = optimum::at_compute_within(chinchilla::tex, 1e21, 1e9);
  CHECK_THAT(capped.at.total_parameters, WithinRel(1e9, 1e-15));
  CHECK_THAT(capped.at.tokens, WithinRel(1e21 / 6e9, 1e-12));
  CHECK(capped.loss > free.loss);
  auto const with_tokens = optimum::at_compute_and_tokens(chinchilla::tex, 1e21, 1e11);
  CHECK_THAT(with_tokens.at.total_parameters, WithinRel(1e21 / 6e11, 1e-11));
  auto const on_family = optimum::at_compute_and_tokens(fine_grained::four_decimals, 1e21, 1e11, {.granularity = 8});
  CHECK_THAT(on_family.compute, WithinRel(1e21, 1e-11));
}

TEST_CASE("the way back: from a loss to compute, tokens or parameters") {
  auto const best = optimum::at_compute(chinchilla::tex, 1e22);
  CHECK_THAT(optimum::at_loss(chinchilla::tex, best.loss).compute, WithinRel(1e22, 1e-9));
  auto const by_tokens = optimum::tokens_at_loss(chinchilla::tex, best.loss, {best.at.total_parameters, 0});
  CHECK_THAT(by_tokens.at.tokens, WithinRel(best.at.tokens, 1e-9));
  auto const by_parameters = optimum::parameters_at_loss(chinchilla::tex, best.loss, {0, best.at.tokens});
  CHECK_THAT(by_parameters.at.total_parameters, WithinRel(best.at.total_parameters, 1e-9));
  CHECK_THROWS_WITH(optimum::at_loss(chinchilla::printed, 1.69),
                    "moetric: loss must exceed the irreducible 1.69 of law chinchilla-printed, but got 1.69");
  // 406.4/1e9^.34 = 0.354: with 1e9 parameters no number of tokens goes below 2.04
  CHECK_THROWS_WITH(optimum::tokens_at_loss(chinchilla::printed, 2.0, {1e9, 0}),
                    "moetric: loss 2 of law chinchilla-printed must be reached by some tokens, but none does");
}

TEST_CASE("fine-grained MoE against dense: the equal-loss compute ratio of the paper's claim") {
  // "an MoE with 1e20 FLOPs matches a dense model with 20x the compute"; reproduced as 18 .. 21.
  auto const ratio =
      optimum::efficiency_leverage(fine_grained::rounded, {.granularity = 16}, fine_grained::dense, {}, 1e20);
  CHECK(ratio.comparable);
  CHECK_THAT(ratio.compute_ratio, WithinAbs(20, 1.5));
  CHECK_FALSE(
      optimum::efficiency_leverage(fine_grained::rounded, {.granularity = 16}, chinchilla::tex, {}, 1e20).comparable);
  // A law against itself: no advantage; the same FLOPs and tokens.
  CHECK_THAT(optimum::efficiency_leverage(chinchilla::tex, {}, chinchilla::tex, {}, 1e22).compute_ratio,
             WithinRel(1.0, 1e-9));
  CHECK_THAT(optimum::token_ratio(chinchilla::tex, {}, chinchilla::tex, {}, 1e22), WithinRel(1.0, 1e-6));
}

TEST_CASE("bad input is refused by its name, extremes stay finite") {
  CHECK_THROWS_WITH(optimum::at_compute(chinchilla::tex, -1),
                    "moetric: compute must be positive and finite, but got -1");
  CHECK_THROWS_WITH(optimum::at_compute(fine_grained::four_decimals, 1e20, fine_grained::inputs{}),
                    "moetric: granularity must be positive and finite, but got 0");
  CHECK_THROWS_WITH(optimum::at_compute_within(chinchilla::tex, 1e20, 0), ContainsSubstring("largest_parameters"));
  for (double const compute : {1e3, 1e60}) {
    auto const best = optimum::at_compute(fine_grained::four_decimals, compute, {.granularity = 4});
    CHECK(is_positive_and_finite(best.loss));
    CHECK(best.extrapolated());
  }
}
