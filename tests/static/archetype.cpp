// Every formula of the library runs on the poorest number there is, with the results that it has on counts.
#include "archetype.hpp"

#include <array>

#include "moetric/account/flops.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/dense_ffn.hpp"
#include "moetric/layers/embedding.hpp"
#include "moetric/layers/experts.hpp"
#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/multi_head_latent_attention.hpp"
#include "moetric/layers/multi_token_prediction.hpp"
#include "moetric/layers/norm.hpp"

namespace {

using namespace moetric;

template <class T, std::size_t capacity>
struct results {
  std::array<T, capacity> values{};
  std::size_t used = 0;

  constexpr void add(T value) { values[used++] = value; }
};

template <class T>
constexpr auto layer_formulas() {
  results<T, 200> all;
  T const d = 64;

  for (causal_rule const rule : {causal_rule::half, causal_rule::exact, causal_rule::full})
    for (int const window : {1, 5, 12, 100, unlimited_window}) all.add(twice_pairs(rule, T(12), T(window)));

  for (ffn_kind const kind : {ffn_kind::gated, ffn_kind::plain}) {
    all.add(ffn_weights(kind, d, T(80)));
    for (bool const bias : {false, true}) {
      dense_ffn<T> const ffn{.d_ff = 96, .kind = kind, .bias = bias};
      all.add(ffn.weights(d));
      all.add(ffn.bias_weights(d));
    }
    for (bool const extra : {false, true}) {
      experts<T> const moe{.n_experts = 16,
                           .top_k = 3,
                           .d_expert = 24,
                           .n_shared_experts = 2,
                           .kind = kind,
                           .shared_gate = extra,
                           .router_bias = extra,
                           .correction_bias = extra};
      all.add(moe.expert_weights(d));
      all.add(moe.routed_weights(d));
      all.add(moe.active_routed_weights(d));
      all.add(moe.shared_weights(d));
      all.add(moe.shared_gate_weights(d));
      all.add(moe.router_weights(d));
      all.add(moe.router_bias_weights());
      all.add(moe.correction_bias_weights());
    }
  }

  embedding<T> const input{.vocab_size = 1000, .learned_positions = 128};
  all.add(input.weights(d));
  all.add(input.position_weights(d));
  for (bool const yes : {false, true}) {
    output_head<T> const head{.tied = yes, .bias = yes};
    all.add(head.multiplied_weights(d, T(1000)));
    all.add(head.stored_weights(d, T(1000)));
    all.add(head.bias_weights(T(1000)));
  }

  for (qk_norm_kind const norm : {qk_norm_kind::none, qk_norm_kind::per_head, qk_norm_kind::full}) {
    bool const bias = norm != qk_norm_kind::none;
    grouped_query_attention<T> const attention{
        .n_heads = 8, .n_kv_heads = 2, .head_dim = 16, .qkv_bias = bias, .output_bias = bias, .qk_norm = norm};
    all.add(attention.query_width());
    all.add(attention.key_width());
    all.add(attention.value_width());
    all.add(attention.output_width());
    all.add(attention.projection_weights(d));
    all.add(attention.bias_weights(d));
    all.add(attention.qk_norm_weights());
    all.add(attention.core_flops_per_half_pair());
    all.add(attention.cache().elements);
  }

  for (bool const query_lora : {false, true}) {
    multi_head_latent_attention<T> const attention{.n_heads = 8,
                                                   .query_lora = query_lora,
                                                   .q_lora_rank = 48,
                                                   .kv_lora_rank = 32,
                                                   .qk_nope_head_dim = 16,
                                                   .qk_rope_head_dim = 4,
                                                   .v_head_dim = 12,
                                                   .bias = query_lora};
    all.add(attention.query_width());
    all.add(attention.output_width());
    all.add(attention.compressed_key_value_width());
    all.add(attention.query_weights(d));
    all.add(attention.key_value_weights(d));
    all.add(attention.projection_weights(d));
    all.add(attention.bias_weights(d));
    all.add(attention.latent_norm_weights());
    all.add(attention.core_flops_per_half_pair());
    all.add(attention.cache().elements);
  }

  multi_token_prediction<T> const prediction{.modules = 2};
  all.add(prediction.projection_weights(d));
  all.add(prediction.norms());

  for (norm_kind const kind :
       {norm_kind::rms, norm_kind::layer_norm, norm_kind::layer_norm_without_bias, norm_kind::without_weights})
    all.add(norm_weights(kind, d));
  return all;
}

template <class T>
constexpr auto account_formulas() {
  results<T, 200> all;
  for (bool const tied : {false, true})
    for (causal_rule const rule : {causal_rule::half, causal_rule::exact, causal_rule::full}) {
      shape<T> const s{.d_model = 64,
                       .n_dense_layers = 1,
                       .n_moe_layers = 3,
                       .n_heads = 8,
                       .n_kv_heads = 2,
                       .head_dim = 16,
                       .d_ff = 96,
                       .d_expert = 24,
                       .n_experts = 16,
                       .top_k = 3,
                       .n_shared_experts = 2,
                       .vocab_size = 1000,
                       .tied = tied};
      all.add(s.n_layers());
      account<T> const book = account_of(s, sequence<T>{.length = 12, .causal = rule});
      account<T> const twice = book + book;
      for (term_sheet<T> const& sheet : {twice.stored, twice.active, twice.multiplied, twice.core * T(5),
                                         moetric::detail::forward_sheet(book, T(12))})
        all.add(sheet.total());
      triad<T> const m = triad_of(s, T(12));
      all.add(m.training_flops_per_token);
      all.add(m.active_non_embedding_parameters);
      all.add(m.total_non_embedding_parameters);
    }
  return all;
}

template <std::size_t capacity>
constexpr bool agree(results<archetype, capacity> const& poor, results<count, capacity> const& exact) {
  if (poor.used == 0 || poor.used != exact.used) return false;
  for (std::size_t i = 0; i != poor.used; ++i)
    if (count(reveal(poor.values[i])) != exact.values[i]) return false;
  return true;
}

static_assert(agree(layer_formulas<archetype>(), layer_formulas<count>()));
static_assert(agree(account_formulas<archetype>(), account_formulas<count>()));

}  // namespace
