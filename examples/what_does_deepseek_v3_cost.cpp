#include <iostream>

// [readme: first]
#include <moetric/moetric.hpp>

using namespace moetric;

static_assert(total_parameters(zoo::deepseek_v3) == 671'026'419'200);
// [/readme]
// [readme: cost]
static_assert(active_parameters(zoo::deepseek_v3) == 37'552'297'472);
static_assert(training_flops_per_token(zoo::deepseek_v3, {.length = 4096}) == 250'449'887'232);

constexpr grouped_query_attention<> attention{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128};
constexpr model mine{.d_model = 4096,
                     .input = {.vocab_size = 32000},
                     .layers = {{attention, dense_ffn<>{.d_ff = 14336}, 2},
                                {attention, experts<>{.n_experts = 64, .top_k = 6, .d_expert = 1408}, 30}}};
static_assert(total_parameters(mine) == 35'183'661'056);  // with .top_k = 65 this line does not compile
// [/readme]

int main() {
  flops const forward = forward_flops(zoo::deepseek_v3, {.length = 4096});
  for (term t : {term::attention_projections, term::attention_core, term::routed_experts, term::output_head})
    std::cout << flops_name(t) << ' ' << forward.per_token(t) << '\n';
  std::cout << "forward FLOPs per token " << forward.per_token() << '\n';
}
