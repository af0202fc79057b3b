// How do I add my own layer? State it as data: its matrices, its FLOPs that no weight accounts for, and what it keeps
// of a sequence. Here RWKV-7, by 2503.14456, which the library has as `rwkv_7` too: every account then answers for it.
// Its parameters are the paper's.
#include <iostream>

#include <moetric/moetric.hpp>

using namespace moetric;

// [readme: own layer]
/// The time mixing of RWKV-7: four square matrices, low-rank decay, value mixing, learning rate and gate, and for each
/// head a state of 64 x 64. The first layer has no value mixing.
constexpr custom_mixer time_mixing(unsigned d, bool first_layer) {
  custom_mixer mix{
      .weights = {.matrices = {{projection::query, d, d},
                               {projection::key, d, d},
                               {projection::value, d, d},
                               {projection::output, d, d},
                               {projection::decay_down, d, 64},
                               {projection::decay_up, 64, d},
                               {projection::state_controls, d, 64},
                               {projection::beta, 64, d},
                               {projection::state_gate_down, d, 128},
                               {projection::state_gate_up, 128, d}},
                  .vectors = {{term::state_vectors, first_layer ? 13 * d : 14 * d}}},
      .state_core = {.per_token = 9 * d * 64},  // decay 1, removal 4, write 2, read 2 for each element; derived here
      .n_heads = d / 64,
      .recurrent_state = d * 64,
      .name = "time mixing"};
  if (first_layer) return mix;
  mix.weights.matrices[10] = {projection::key_value_down, d, 32};
  mix.weights.matrices[11] = {projection::key_value_up, 32, d};
  return mix;
}
// [/readme]

constexpr model own_rwkv_7(unsigned d, unsigned n_layers) {
  custom_feed_forward const channel_mixing{
      .weights = {.matrices = {{projection::ffn_up, d, 4 * d}, {projection::ffn_down, 4 * d, d}},
                  .vectors = {{term::other, d}}},
      .width = 4 * d};
  return {.d_model = d,
          .input = {.vocab_size = 65536, .norm = true},
          .layers = {{time_mixing(d, true), channel_mixing}, {time_mixing(d, false), channel_mixing, n_layers - 1}},
          .norm = norm_kind::layer_norm};
}

constexpr model rwkv_7_01b = own_rwkv_7(768, 12);
static_assert(total_parameters(rwkv_7_01b) == 191'034'624);

int main() {
  flops const forward = forward_flops(rwkv_7_01b, {.length = 4096});
  std::cout << "forward FLOPs per token " << forward.per_token() << ", of them for the state "
            << forward.per_token(term::state_core) << '\n';
  std::cout << "state of a sequence " << recurrent_state_bytes(rwkv_7_01b, 4) << " bytes in fp32, cache "
            << kv_cache_bytes_per_token(rwkv_7_01b) << '\n';
  std::cout << "torchtitan would count " << training_flops(rwkv_7_01b, 4096, find_convention("torchtitan")).per_token()
            << '\n';
  for (violation const& broken : diagnose(rwkv_7_01b, {.tensor = 8}).violations) std::cout << to_string(broken) << '\n';
}
