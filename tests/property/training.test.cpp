// The backward pass by an oracle that knows nothing of terms: a tape of products on which, as in any framework, a
// tensor asks for a gradient when something that it is made of is trained.
#include "moetric/account/training.hpp"

#include <random>

#include "catch.hpp"

namespace {

using namespace moetric;

struct tape {
  training_choice const& choice;
  count tokens;
  count flops{};        // forward and backward
  bool frozen = false;  // the layer that is being run

  bool trains(term t) const { return !frozen && !choice.frozen.contains(t); }

  // A product of activations with n of a kind of weights; says whether its result asks for a gradient.
  bool product(bool input, projection p, count inputs, count outputs, count n = 1) {
    count const rank = frozen ? 0 : choice.lora[p];
    bool const weights = rank == 0 && trains(term_of(p));
    flops += 2 * tokens * n * inputs * outputs * (1 + (input ? 1 : 0) + (weights ? 1 : 0));
    if (rank == 0) return input || weights;
    flops += 2 * tokens * n * inputs * rank * (input ? 3 : 2);
    flops += 2 * tokens * n * rank * outputs * 3;
    return true;
  }
  bool norm(bool input, term t) const { return input || trains(t); }

  bool attention(bool x, grouped_query_attention<> const& a, count d, causal_rule rule) {
    bool q = product(x, projection::query, d, a.n_heads * a.head_dim) || (a.qkv_bias && trains(term::attention_bias));
    bool k = product(x, projection::key, d, a.n_kv_heads * a.head_dim);
    bool const v = product(x, projection::value, d, a.n_kv_heads * a.head_dim);
    if (a.qk_norm != qk_norm_kind::none) q = norm(q, term::qk_norm), k = norm(k, term::qk_norm);
    bool const scores = q || k || (a.sinks && trains(term::attention_sinks));
    flops += a.n_heads * 2 * a.head_dim * twice_pairs(rule, tokens, a.window) * (scores || v ? 3 : 1);
    bool const gate = a.output_gate == output_gate_kind::none
                          ? false
                          : product(x, projection::output_gate, d, a.n_heads * a.head_dim);
    return product(scores || v || gate, projection::output, a.n_heads * a.head_dim, d);
  }

  bool attention(bool x, multi_head_latent_attention<> const& a, count d, causal_rule rule) {
    count const head = a.qk_nope_head_dim + a.qk_rope_head_dim;
    bool const bias = a.bias && trains(term::attention_bias);
    bool q = x;
    if (a.query_lora) {
      q = norm(product(x, projection::query_down, d, a.q_lora_rank) || bias, term::latent_norm);
      q = product(q, projection::query_up, a.q_lora_rank, a.n_heads * head);
    } else {
      q = product(x, projection::query, d, a.n_heads * head);
    }
    bool kv = product(x, projection::key_value_down, d, a.kv_lora_rank + a.qk_rope_head_dim) || bias;
    kv = norm(kv, term::latent_norm);
    kv = product(kv, projection::key_value_up, a.kv_lora_rank, a.n_heads * (a.qk_nope_head_dim + a.v_head_dim));
    flops += a.n_heads * (head + a.v_head_dim) * twice_pairs(rule, tokens, count(unlimited_window)) * (q || kv ? 3 : 1);
    return product(q || kv, projection::output, a.n_heads * a.v_head_dim, d) || bias;
  }

  bool ffn(bool x, dense_ffn<> const& f, count d) {
    bool const gate = product(x, projection::ffn_gate, d, f.d_ff);
    bool const up = product(x, projection::ffn_up, d, f.d_ff);
    bool const bias = f.bias && trains(term::dense_ffn_bias);
    return product(gate || up || bias, projection::ffn_down, f.d_ff, d) || bias;
  }

  bool ffn(bool x, experts<> const& e, count d) {
    bool const routed = product(x, projection::router, d, e.n_experts);
    bool inside = x;
    count width = d;
    if (e.latent) {
      inside = product(x, projection::latent_in, d, e.d_latent);
      width = e.d_latent;
    }
    bool const gate = product(inside, projection::expert_gate, width, e.d_expert, e.top_k);
    bool const up = product(inside, projection::expert_up, width, e.d_expert, e.top_k);
    bool out = product(gate || up, projection::expert_down, e.d_expert, width, e.top_k);
    if (e.latent) out = product(out, projection::latent_out, e.d_latent, d);
    count const shared = e.n_shared_experts * e.d_shared_expert;
    bool const shared_gate = product(x, projection::shared_gate, d, shared);
    bool const shared_up = product(x, projection::shared_up, d, shared);
    return product(shared_gate || shared_up, projection::shared_down, shared, d) || out || routed;
  }

  count run(model const& m, causal_rule rule) {
    frozen = choice.first_trained_layer != 0;
    bool const tied_frozen = m.output.tied && choice.frozen.contains(term::output_head);
    bool const embedding = trains(term::embedding) && !tied_frozen;
    bool x = embedding;
    count layer;
    for (stack::run const& each : m.layers.runs)
      for (count i; i < each.layers; i += 1, layer += 1) {
        frozen = layer < choice.first_trained_layer;
        bool const normed = norm(x, term::norms);
        mixer const& mix = m.layers.mixer_of(each);
        bool const mixed = mix.is<multi_head_latent_attention<>>()
                               ? attention(normed, mix.get<multi_head_latent_attention<>>(), m.d_model, rule)
                               : attention(normed, mix.get<grouped_query_attention<>>(), m.d_model, rule);
        x = x || mixed;
        bool const again = norm(x, term::norms);
        feed_forward const& f = m.layers.ffn_of(each);
        x = (f.is<dense_ffn<>>() ? ffn(again, f.get<dense_ffn<>>(), m.d_model)
                                 : ffn(again, f.get<experts<>>(), m.d_model)) ||
            x;
      }
    frozen = false;
    x = norm(x, term::final_norm);
    frozen = m.output.tied && !embedding && choice.lora[projection::output_head] == 0;
    product(x, projection::output_head, m.d_model, m.input.vocab_size);
    return flops;
  }
};

struct generator {
  std::mt19937_64 engine;

  int between(int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return engine() % 2 == 0; }

  mixer attention() {
    if (coin())
      return multi_head_latent_attention<>{.n_heads = between(1, 8),
                                           .query_lora = coin(),
                                           .q_lora_rank = between(1, 32),
                                           .kv_lora_rank = between(1, 32),
                                           .qk_nope_head_dim = between(1, 16),
                                           .qk_rope_head_dim = between(1, 16),
                                           .v_head_dim = between(1, 16),
                                           .bias = coin()};
    int const kv = between(1, 3);
    return grouped_query_attention<>{.n_heads = kv * between(1, 4),
                                     .n_kv_heads = kv,
                                     .head_dim = between(1, 16),
                                     .window = coin() ? between(1, 40) : unlimited_window,
                                     .qkv_bias = coin(),
                                     .qk_norm = static_cast<qk_norm_kind>(between(0, 2)),
                                     .output_gate = coin() ? output_gate_kind::none : output_gate_kind::per_element,
                                     .sinks = coin()};
  }
  feed_forward ffn() {
    if (coin()) return dense_ffn<>{.d_ff = between(1, 90), .bias = coin()};
    int const n = between(1, 9);
    return experts<>{.n_experts = n,
                     .top_k = between(1, n),
                     .d_expert = between(1, 20),
                     .n_shared_experts = between(1, 2),
                     .latent = coin(),
                     .d_latent = between(1, 30)};
  }
  model any_model() {
    model m{.d_model = between(1, 60), .input = {.vocab_size = between(1, 99)}, .output = {.tied = coin()}};
    for (int n = between(1, 4); n != 0; --n) m.layers.append({attention(), ffn(), between(1, 4)});
    return m;
  }
  training_choice any_choice(model const& m) {
    training_choice choice;
    if (coin()) choice.frozen = term_set::all();
    for (std::size_t i = 0; i != n_terms; ++i) {
      std::uint64_t const bit = term_set(static_cast<term>(i)).bits;
      if (between(0, 5) == 0) choice.frozen.bits ^= bit;
    }
    if (coin()) choice.first_trained_layer = between(0, static_cast<int>(m.layers.n_layers().bits));
    return choice;
  }
  /// Adapters on some of the matrices that the trained layers have.
  lora_ranks some_adapters(model const& m, count first_trained_layer) {
    lora_ranks lora;
    count layer;
    for (stack::run const& run : m.layers.runs) {
      layer += run.layers;
      if (layer <= first_trained_layer) continue;
      auto const each = [&](layer_matrix<> const& x) {
        if (x.weights() != 0 && between(0, 3) == 0) lora.ranks[static_cast<std::size_t>(x.name)] = between(1, 5);
      };
      m.layers.mixer_of(run).visit([&](auto const& a) {
        if constexpr (requires { a.each_matrix(m.d_model, each); }) a.each_matrix(m.d_model, each);
      });
      m.layers.ffn_of(run).visit([&](auto const& f) {
        if constexpr (requires { f.each_matrix(m.d_model, each); }) f.each_matrix(m.d_model, each);
      });
    }
    if (coin()) lora.ranks[static_cast<std::size_t>(projection::output_head)] = between(1, 5);
    return lora;
  }
};

}  // namespace

TEST_CASE("training costs what a tape of products records, whatever is frozen or adapted") {
  generator random{std::mt19937_64{2106}};
  int cheaper = 0;
  for (int i = 0; i != 5000; ++i) {
    model const m = random.any_model();
    training_choice choice = random.any_choice(m);
    if (random.coin()) choice.lora = random.some_adapters(m, choice.first_trained_layer);
    sequence<> const tokens{random.between(1, 50), static_cast<causal_rule>(random.between(0, 2))};
    CAPTURE(i, choice.frozen.bits, choice.first_trained_layer, tokens.length);
    count const expected = tape{choice, tokens.length}.run(m, tokens.causal);
    count const got = training_cost_of(m, tokens, choice).model.per_sequence();
    CHECK(got == expected);
    if (got < training_flops(m, tokens).per_sequence()) ++cheaper;
  }
  CHECK(cheaper > 3000);
}
