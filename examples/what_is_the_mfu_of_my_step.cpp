// What is the MFU of my step? Model FLOPs of the step over what its devices could do in that time. The numerator
// depends on the convention, so an MFU without one says little. The step is made up: Llama-3-8B on 8 H100.
#include <cstdio>
#include <vector>

#include <moetric/account/training.hpp>
#include <moetric/moetric.hpp>

int main() {
  using namespace moetric;
  double const seconds = 3.1, devices = 8, peak = 989.4e12;  // dense bf16 FLOP/s of one H100 SXM
  std::vector<std::size_t> const documents(16, 8192);  // lengths of the batch's documents, as a data loader has them
  // [readme: mfu]
  auto const used = [&](flops const& step) {
    return 100 * static_cast<double>(step.per_sequence()) / (seconds * devices * peak);
  };
  for (char const* const id : {"matmul-causal-half", "megatron-lm", "torchtitan", "6n-active"})
    std::printf("MFU %.1f %% by %s\n", used(training_flops(zoo::llama_3_8b, documents, find_convention(id))), id);
  // [/readme]

  // The hardware also recomputes; MFU leaves that out, HFU counts it.
  training_cost const cost = training_cost_of(zoo::llama_3_8b, documents, {.recompute = recomputation::full});
  std::printf("HFU %.1f %% with all layers recomputed (MFU %.1f %%)\n", used(cost.hardware), used(cost.model));

  // Documents that do not attend to each other cost less than one sequence of the same tokens.
  std::vector<std::size_t> const one{16 * 8192};
  std::printf("as one sequence the same step would count as %.1f %%\n",
              used(training_flops(zoo::llama_3_8b, one, find_convention("matmul-causal-half"))));
}
