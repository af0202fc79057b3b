// Why does torchtitan log another number? Term by term, and also what each of two tools makes of the same throughput.
#include <iostream>

#include <moetric/moetric.hpp>

using namespace moetric;

int main() {
  model const& m = zoo::qwen3_30b_a3b;
  constexpr int length = 4096;
  convention const& a = find_convention("torchtitan");
  std::cout << "torchtitan: " << a.summary << '\n';
  for (std::string_view const tool : {"megatron-lm", "matmul-causal-half"}) {
    convention const& b = find_convention(tool);
    std::cout << a.id << " counts " << training_flops(m, length, a).per_token() << " FLOPs per token, " << b.id << ' '
              << training_flops(m, length, b).per_token() << '\n';
    difference const why = explain_difference(m, length, a, b);
    for (term const t : why.terms()) std::cout << "  " << flops_name(t) << ' ' << why[t] << " a sequence\n";
    std::cout << "  in total " << why.per_sequence() << '\n';
  }
}
