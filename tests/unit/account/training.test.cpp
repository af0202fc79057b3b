#include "moetric/account/training.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

// DeepSeek-V3 at 4096, forward FLOPs per token (conventions.md, section 3)
constexpr std::uint64_t core = 10'234'101'760, logits = 1'853'358'080, router = 212'860'928,
                        total = 250'449'887'232 / 3;

constexpr training_cost cost(training_choice const& choice) {
  return training_cost_of(zoo::deepseek_v3, {.length = 4096}, choice);
}

}  // namespace

TEST_CASE("nothing frozen, nothing recomputed: three times forward, twice over") {
  CHECK(cost({}).model.per_token() == 250'449'887'232);
  CHECK(cost({}).hardware.per_token() == 250'449'887'232);
}

TEST_CASE("a frozen matrix has the gradient of its input alone") {
  // everything frozen but the router: the products once forward and once backward, the core and the router three times
  CHECK(cost({.frozen = term_set::all()}).model.per_token() == count(2) * (total - core) + 3 * core);
  CHECK(cost({.frozen = term::router}).model.per_token() == count(3) * total - router);
  CHECK(cost({.frozen = term::attention_core}).model.per_token() == count(3) * total);  // it has no weights
}

TEST_CASE("recomputation is hardware's work, not the model's") {
  CHECK(cost({.recompute = recomputation::selective}).model.per_token() == count(3) * total);
  CHECK(cost({.recompute = recomputation::selective}).hardware.per_token() == count(3) * total + core);
  CHECK(cost({.recompute = recomputation::full}).hardware.per_token() == count(4) * total - logits);
  static_assert(cost({.recompute = recomputation::full}).model.per_token() == 250'449'887'232);
}
