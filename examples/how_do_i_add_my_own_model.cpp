// How do I add my own model? A model is a value: nothing needs to be registered. An entry gives it a name beside those
// of the zoo, for programs that take models by name.
#include <iostream>

#include <moetric/moetric.hpp>

using namespace moetric;

constexpr grouped_query_attention<> attention{.n_heads = 32, .n_kv_heads = 4, .head_dim = 128};
constexpr model my_model{.d_model = 2048,
                         .input = {.vocab_size = 151936},
                         .layers = {{attention, dense_ffn<>{.d_ff = 6144}},
                                    {attention, experts<>{.n_experts = 128, .top_k = 8, .d_expert = 768}, 47}}};
static_assert(at_most<total_parameters(my_model), 31e9>());  // prints both numbers if it fails

constexpr zoo::listed_model own_models[]{{"my-model", "My model", "design note 7", &my_model}};

int main() {
  for (char const* const id : {"my-model", "qwen3-30b-a3b"}) {
    zoo::listed_model const& found = *zoo::find(id, own_models);
    parameter_counts const counts = count_parameters(*found.value);
    std::cout << found.name << " (" << found.source << "): " << counts.total << " parameters, " << counts.active
              << " active, " << kv_cache_bytes_per_token(*found.value) << " bytes of cache per token\n";
  }
}
