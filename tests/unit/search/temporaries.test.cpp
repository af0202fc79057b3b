// Laws, objectives and problems hold what they are made of, so every part may be a temporary. AddressSanitizer sees the
// rest.
#include <functional>

#include "catch.hpp"
#include "moetric/fit/forms.hpp"
#include "moetric/io/space.hpp"
#include "moetric/laws/owned_description.hpp"
#include "moetric/optimum/equal_loss.hpp"
#include "moetric/optimum/regret.hpp"
#include "moetric/search/best_first.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::WithinRel;

/// Runs without noise by the law of Eq. 2 with round numbers.
fit::runs made_runs() {
  fit::runs runs{{"total_parameters", "tokens"}, {{}, {}}, {}};
  for (double const n : {1e8, 3e8, 1e9, 3e9})
    for (double const d : {2e9, 1e10, 5e10}) {
      runs.columns[0].push_back(n);
      runs.columns[1].push_back(d);
      runs.loss.push_back(1.7 + 400 * std::pow(n, -.34) + 400 * std::pow(d, -.28));
    }
  return runs;
}

search::space made_space() {
  return search::space(
      {search::stepped(search::field::d_model, 256, 2048, 256), search::stepped(search::field::n_moe_layers, 4, 16),
       search::one_of(search::field::top_k, {1, 2, 4})},
      {.n_heads = 8, .n_kv_heads = 8, .head_dim = 64, .d_expert = 512, .n_experts = 32, .vocab_size = 50257});
}

/// A description whose texts live on the heap.
laws::owned_description made_description() {
  laws::owned_description made;
  made.value = *laws::chinchilla::tex.about;
  made.value.id = made.own("a law whose id is longer than any short string");
  return made;
}

TEST_CASE("the law of a temporary fit") {
  auto const law = fit::fit(fit::forms::chinchilla, made_runs()).law();
  CHECK(law.about->id == "fitted-chinchilla");
  CHECK(law.about->coefficients[1].name == "A");
  CHECK_THAT(law.k.alpha, WithinRel(.34, 1e-3));
  CHECK_THAT(laws::evaluate(law, {.total_parameters = 1e9, .tokens = 1e10}).loss,
             WithinRel(1.7 + 400 * std::pow(1e9, -.34) + 400 * std::pow(1e10, -.28), 1e-6));
  auto const copy = [&] { return fit::with_coefficients(law, std::vector<double>{1, 2, 3, 4, 5}); }();
  CHECK(copy.about == law.about);
  CHECK(copy.k.beta == 5);
}

TEST_CASE("the objective of a temporary law") {
  auto const objective = search::loss_at_compute(fit::fit(fit::forms::chinchilla, made_runs()).law(), 1e20);
  CHECK(objective.law.about->id == "fitted-chinchilla");
  auto const published = search::loss_at_tokens(laws::law<laws::chinchilla::form>(made_description()), 1e10);
  shape<double> const s = made_space()[0];
  search::setting const at{};
  auto const costs = search::costs_of(s, at, true);
  CHECK(objective(costs) > 1);
  CHECK(published(costs) == search::loss_at_tokens(laws::chinchilla::tex, 1e10)(costs));
  CHECK(published.outside_range(costs).size() ==
        search::loss_at_tokens(laws::chinchilla::tex, 1e10).outside_range(costs).size());
}

TEST_CASE("a problem of temporaries") {
  search::problem const whole(made_space(),
                              search::loss_at_compute(laws::law<laws::chinchilla::form>(made_description()), 1e19));
  search::problem const published(made_space(), search::loss_at_compute(laws::chinchilla::tex, 1e19));
  CHECK(search::search_best(whole, 3).best == search::search_best(published, 3).best);
  CHECK(
      search::search_best(
          search::problem(made_space(), search::any_objective(search::loss_at_compute(laws::chinchilla::tex, 1e19))), 3)
          .best == search::search_best(published, 3).best);
  search::problem const moved = [] {
    search::problem made(made_space(), search::measured{search::measure::total_parameters});
    return made;
  }();
  CHECK(search::search_best(moved, 1).best[0].index == 0);
}

TEST_CASE("the problem of a temporary request") {
  auto const problem = io::search_from(io::parse_json(R"({
      "axes": [{"field": "d_model", "from": 512, "to": 1024, "step": 128}],
      "fixed": {"n_heads": 8, "n_kv_heads": 8, "head_dim": 64, "n_moe_layers": 8, "d_expert": 512, "n_experts": 32,
                "top_k": 2, "vocab_size": 1000},
      "objective": {"law": "fine-grained", "compute": 1e20}})",
                                                      "a search"))
                           .problem();
  CHECK(problem.over().size() == 5);
  CHECK(search::search_best(problem, 5).best.size() == 5);
}

TEST_CASE("laws that are compared outlive what they are made of") {
  auto const among = [] {
    laws::law<laws::chinchilla::form> const mine(made_description());
    return optimum::compare(1e20, {.laws = {"besiroglu"},
                                   .own_laws = {mine, fit::fit(fit::forms::chinchilla, made_runs()).law()},
                                   .expansion_rates = {1},
                                   .granularities = {1}});
  }();
  REQUIRE(among.verdicts.size() == 3);
  CHECK(among.verdicts[1].law.about->id.starts_with("a law whose id"));
  CHECK(among.verdicts[2].law.about->id == "fitted-chinchilla");
  double const compute = optimum::at_loss(laws::law<laws::chinchilla::form>(made_description()), 2.5).compute;
  CHECK(compute == optimum::at_loss(laws::chinchilla::tex, 2.5).compute);
}

}  // namespace
