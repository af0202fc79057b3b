#include "moetric/account/difference.hpp"

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

TEST_CASE("Megatron-LM leaves out the router and counts the norms of low ranks") {
  // DeepSeek-V3: 58 routers of 7168 x 256, 6 FLOPs each; norms of 1536 and 512 in 61 layers, 6 FLOPs each.
  difference const why =
      explain_difference(zoo::deepseek_v3, 4096, find_convention("megatron-lm"), find_convention("matmul-causal-half"));
  std::string told;
  for (term const t : why.terms()) told += std::string(name(t)) + " " + to_string(why[t]) + "; ";
  CHECK(told == "latent_norm +" + to_string(count(6) * 4096 * 61 * 2048) + "; router -" +
                    to_string(count(6) * 4096 * 58 * 7168 * 256) + "; ");
  CHECK(to_string(why.per_sequence()) ==
        "-" + to_string(count(6) * 4096 * 58 * 7168 * 256 - count(6) * 4096 * 61 * 2048));
}

TEST_CASE("equal counts differ in no term") {
  flops const same = forward_flops(zoo::llama_3_8b, {.length = 100});
  CHECK(explain_difference(same, same).terms().empty());
  CHECK(to_string(explain_difference(same, same).per_sequence()) == "0");
}
