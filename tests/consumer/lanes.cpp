// One of two units of a program that are compiled for different instruction sets: the best shapes by a vectorised scan,
// for everybody, and the main program that compares both.
#include <cstdio>
#include <moetric/laws/chinchilla.hpp>
#include <moetric/search/scan/scan.hpp>

double best_of_baseline();
double best_of_vectorised();

#ifdef VECTORISED
double best_of_vectorised() {
#else
int main() {
  std::printf("%a %a\n", best_of_baseline(), best_of_vectorised());
  return best_of_baseline() == best_of_vectorised() ? 0 : 1;
}

double best_of_baseline() {
#endif
  using namespace moetric;
  using namespace moetric::search;
  space const over(
      {stepped(field::d_model, 512, 1024, 128), stepped(field::n_experts, 8, 64)},
      {.n_moe_layers = 8, .n_heads = 8, .head_dim = 64, .d_expert = 256, .top_k = 4, .vocab_size = 50'257});
  return scan_best(problem(over, loss_at_compute(laws::chinchilla::tex, 1e20)), 1).best.at(0).score;
}
