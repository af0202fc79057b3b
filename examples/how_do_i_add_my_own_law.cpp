// How do I add my own law? Write its formula in ten lines and a description. Everything that works for published laws
// works for it: losses, extrapolation warnings, optima, intervals, comparisons. The numbers here are made up.
#include <cstdio>

#include "moetric/optimum/equal_loss.hpp"
#include "moetric/optimum/regret.hpp"

namespace {

namespace laws = moetric::laws;
namespace optimum = moetric::optimum;

// [readme: own law]
struct my_form {
  template <class T>
  struct inputs {
    T active_parameters{}, tokens{};
  };
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta;
  };
  // How each input is read from a model or a shape. One's own is a struct with `of(architecture_facts<T> const&)`.
  using quantities = laws::quantity_list<laws::quantities::active_parameters, laws::quantities::tokens>;
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-k.alpha * log(at.active_parameters)) + k.b * exp(-k.beta * log(at.tokens));
  }
  template <class K, class T>
  static auto training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.active_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

constexpr auto mine = moetric::provenance::user;
constexpr laws::description about{
    .id = "mine",
    .title = "a law fitted here",
    .loss_unit = "nats per token",
    .coefficients = {{{"e", 1.6, mine, "my fit", .01, .02},
                      {"a", 300, mine, "my fit", 1, 20},
                      {"alpha", .33, mine, "my fit", .01, .005},
                      {"b", 900, mine, "my fit", 1, 90},
                      {"beta", .32, mine, "my fit", .01, .005}},
                     5},
    .inputs = {{laws::inputs::active_parameters.in(1e8, 1e10), laws::inputs::tokens.in(1e9, 1e12)}, 2}};
constexpr laws::law<my_form> my_law{about};
// [/readme]

}  // namespace

int main() {
  laws::evaluation const said = laws::evaluate(my_law, {.active_parameters = 3e10, .tokens = 2e11});
  std::printf("loss %.4f\n", said.loss);
  for (laws::extrapolation const& each : said.outside_range) std::printf("  %s\n", to_string(each).c_str());

  auto const best = optimum::at_compute(my_law, 1e21);
  std::printf("1e21 FLOPs buy %.3g active parameters on %.3g tokens, loss %.4f\n", best.at.active_parameters,
              best.at.tokens, best.loss);
  std::printf("a loss of 2.2 takes %.3g FLOPs\n", optimum::at_loss(my_law, 2.2).compute);
  auto const within =
      optimum::interval_of(my_law, [](auto const& law) { return optimum::at_compute(law, 1e21).at.active_parameters; });
  std::printf("standard errors leave the parameters in %.2g .. %.2g\n", within.low, within.high);

  auto const among = optimum::compare(1e21, {.laws = {"joint-moe"}, .own_laws = {my_law}});
  std::printf("by joint-moe, following my law loses %.1f %% of what is left to win\n", 100 * among.regret[1][0]);
  auto const sampled = optimum::sample(among, {.samples = 50}, {{my_law}});
  std::printf("its tokens: %.2g .. %.2g\n", sampled.plans[1].tokens.low, sampled.plans[1].tokens.high);
}
