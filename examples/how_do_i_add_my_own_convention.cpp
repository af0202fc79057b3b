// How do I add my own convention? A convention is a value: charges for weights by their terms, and rules for the core.
// This trainer counts every matrix but routers, exact causal pairs, and recomputes nothing.
#include <iostream>
#include <vector>

#include <moetric/moetric.hpp>

using namespace moetric;

// [readme: convention]
constexpr convention mine{.id = "my-trainer",
                          .summary = "matrix products without routers, exact causal pairs",
                          .source = "my-trainer, flops.py",
                          .causal = causal_rule::exact,
                          .charges = {{{.terms = term_set::all_but(term::router | term::shared_expert_gate)}}}};
static_assert(training_flops(zoo::qwen3_30b_a3b, 4096, mine).per_sequence() <
              training_flops(zoo::qwen3_30b_a3b, 4096, find_convention("matmul-causal")).per_sequence());
// [/readme]

int main() {
  model const& m = zoo::deepseek_v3;
  std::cout << mine.id << " counts " << training_flops(m, 4096, mine).per_token() << " FLOPs per token\n";
  difference const why = explain_difference(m, 4096, mine, find_convention("megatron-lm"));
  std::cout << why.per_sequence() << " a sequence beside megatron-lm:\n";
  for (term const t : why.terms()) std::cout << "  " << flops_name(t) << ' ' << why[t] << '\n';
  std::cout << "two documents: " << training_flops(m, std::vector{1000, 3096}, mine).per_token() << '\n';
}
