#pragma once

#include <array>

#include "moetric/cluster/deepspeed_memory.hpp"
#include "moetric/cluster/estimator_memory.hpp"
#include "moetric/cluster/megatron_memory.hpp"
#include "moetric/cluster/module_memory.hpp"
#include "moetric/cluster/paper_memory.hpp"
#include "moetric/core/compiled.hpp"

namespace moetric::v0::cluster {

/// A tool's rule by name.
struct memory_convention {
  std::string_view id;
  std::string_view summary;
  std::string_view differs;  // from moetric's own account
  tool_memory (*estimate)(model const&, training_setup const&);
};

namespace detail {

constexpr auto all_memory_conventions() {
  return std::to_array<memory_convention>({
      {"megatron-lm-2026-08", "Megatron-LM, theoretical_memory_usage.py",
       "layers are spread evenly over stages, latents and key-value heads over tensor ranks, states not over context "
       "ranks; the last stage's head and the MTP projection are left out, activations are those of dense layers",
       megatron_lm_memory},
      {"megatron-bridge-2026-08", "Megatron-Bridge, estimate_training_memory",
       "latent attention counts as plain attention, norms twice, routers not at all; activations are those of a dense "
       "layer of the mean width",
       megatron_bridge_memory},
      {"deepspeed-zero-2", "DeepSpeed, estimate_zero2_model_states_mem_needs: 2P + 18P/n",
       "every device has all weights: it knows no tensor, pipeline or expert ranks", deepspeed_zero_2_memory},
      {"deepspeed-zero-2-documentation", "DeepSpeed's documentation: 4P + 16P/n", "stale: the code has 2P + 18P/n",
       deepspeed_zero_2_documentation_memory},
      {"deepspeed-zero-3", "DeepSpeed, estimate_zero3_model_states_mem_needs: 18P/n and the largest module",
       "it knows no tensor, pipeline or expert ranks", deepspeed_zero_3_memory},
      {"korthikanti", "2205.05198: 18 bytes of 12·L·h² weights, 34·s·b·h and its kin",
       "embeddings, norms and logits are left out, dropout masks and the square of scores counted", korthikanti_memory},
      {"2502.07846", "an analysis of DeepSeek-V3: two bytes of the weights of one stage",
       "gradients and optimizer are left out; rotary queries and the shared expert are whole on tensor ranks",
       deepseek_v3_analysis_memory},
      {"modelzoo", "NVIDIA Megatron-MoE-ModelZoo, deepseek_mem_estimate.py",
       "routers, norms, embedding, head, logits and dispatch buffers are left out", modelzoo_memory},
      {"primus", "AMD Primus projection: 2 + 2 + 10/d bytes, 2·k·(h+3f) a token of experts",
       "bf16 gradients; experts' states are shared by as many ranks as all else, a stage's activations are counted "
       "2·p − 1 times, statistics of attention as queries",
       primus_memory},
      {"mbridge", "ISEEKYAN/mbridge, memory_estimator, as its README prints it",
       "routers and norms are left out of parameters, routers keep their input twice and feed-forwards five times "
       "their width; logits have two bytes",
       mbridge_memory},
      {"xtuner", "InternLM/xtuner, llm_calc: FSDP's fullest moment, 12/n + 4/n bytes, one gathered layer and the head",
       "every layer is like the last one, states of all parameters are shared by as many ranks; a chunk of the loss "
       "stands in the place of the vocabulary",
       xtuner_memory},
  });
}

}  // namespace detail

/// A list of as many rules as there are.
using memory_convention_list = decltype(detail::all_memory_conventions());

/// Every rule beside moetric's own, `moetric`.
#ifdef MOETRIC_COMPILED
extern memory_convention_list const memory_conventions;
#else
inline constexpr memory_convention_list memory_conventions = detail::all_memory_conventions();
#endif

/// The rule of that name. \throws std::invalid_argument for an unknown name, with the nearest ones
inline memory_convention const& memory_convention_named(std::string_view id) {
  fixed_list<std::string_view, 16> known;
  known.push_back("moetric", "");
  for (memory_convention const& each : memory_conventions) {
    if (each.id == id) return each;
    known.push_back(each.id, "");
  }
  refuse_name("the memory rule", id, known);
}

}  // namespace moetric::v0::cluster
