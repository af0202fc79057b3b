// Laws that every account keeps, on random models and shapes from a fixed seed.
#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/core/interval.hpp"

namespace {

using namespace moetric;

constexpr causal_rule rules[] = {causal_rule::half, causal_rule::exact, causal_rule::full};

// The standard's distributions differ between libraries; the engine does not.
struct generator {
  std::mt19937_64 engine;

  int between(int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return engine() % 2 == 0; }
  /// Every order of magnitude up to 2^bits alike.
  int magnitude(int bits) { return between(1, 1 << between(0, bits)); }

  mixer attention() {
    int const kind = between(0, 9);
    if (kind == 0) return {};
    if (kind < 4)
      return multi_head_latent_attention<>{.n_heads = between(1, 16),
                                           .query_lora = coin(),
                                           .q_lora_rank = between(1, 64),
                                           .kv_lora_rank = between(1, 64),
                                           .qk_nope_head_dim = between(1, 32),
                                           .qk_rope_head_dim = between(0, 32),
                                           .v_head_dim = between(1, 32),
                                           .bias = coin()};
    int const kv = between(1, 4);
    grouped_query_attention<> result{.n_heads = kv * between(1, 8), .n_kv_heads = kv, .head_dim = between(1, 64)};
    if (coin()) result.v_head_dim = between(1, 64);
    if (coin()) result.window = between(1, 40);
    result.qkv_bias = coin();
    result.output_bias = coin();
    result.qk_norm = static_cast<qk_norm_kind>(between(0, 2));
    return result;
  }
  /// A mixer of any kind, every kind as often, but cross attention, whose matrices for keys a step of decoding does not
  /// read.
  mixer any_mixer() {
    switch (between(0, 13)) {
    case 0: return sparse_latent();
    case 1: return compressed();
    case 2: return encoder_decoder_attention<>{.n_heads = between(1, 8), .head_dim = between(1, 32), .decoder = coin()};
    case 3: {
      int const n = between(1, 9);
      return mixture_of_attention_heads<>{
          .n_experts = n, .top_k = between(1, n), .n_kv_heads = between(1, 8), .head_dim = between(1, 32)};
    }
    case 4: {
      int const keys = between(1, 4);
      return gated_delta_net<>{.n_key_heads = keys,
                               .n_value_heads = keys * between(1, 4),
                               .key_head_dim = between(1, 16),
                               .value_head_dim = between(1, 16),
                               .core = coin() ? delta_core::key_by_value : delta_core::value_by_value};
    }
    case 5:
      return kimi_delta_attention<>{
          .n_heads = between(1, 8), .head_dim = between(1, 16), .full_rank_decay = coin(), .full_rank_gate = coin()};
    case 6: return lightning_attention<>{.n_heads = between(1, 8), .head_dim = between(1, 16), .qk_norm = coin()};
    case 7: return mamba_1<>{.inner_width = between(1, 64), .step_rank = between(1, 8), .inner_norms = coin()};
    case 8: {
      int const groups = between(1, 4);
      return mamba_2<>{.n_heads = groups * between(1, 4),
                       .head_dim = between(1, 16),
                       .n_groups = groups,
                       .state_size = between(1, 16),
                       .scan = static_cast<state_scan>(between(0, 2)),
                       .chunk = between(1, 20)};
    }
    case 9: return short_convolution<>{.width = between(1, 64)};
    case 10:
      return rwkv_7<>{.n_heads = between(1, 8),
                      .decay_rank = between(1, 16),
                      .rate_rank = between(1, 16),
                      .gate_rank = between(1, 16),
                      .value_rank = between(1, 16)};
    case 11:
      return parallel_hybrid<>{.attention = {.n_heads = between(1, 8), .head_dim = between(1, 32)},
                               .state_space = {.n_heads = between(1, 8), .head_dim = 4, .state_size = between(1, 16)}};
    case 12: {
      int const inner = between(1, 64);
      return custom_mixer{.weights = {.matrices = {{projection::query, 64, inner}, {projection::output, inner, 64}}},
                          .attention_core = {.per_causal_pair = 4 * inner},
                          .n_heads = 1,
                          .cache_per_token = 2 * inner};
    }
    default: return gated();
    }
  }
  sparse_indexer<> indexer() {
    return {.n_heads = between(1, 4),
            .head_dim = between(1, 8),
            .top_k = between(1, 40),
            .head_weights = coin(),
            .shared = coin()};
  }
  mixer sparse_latent() {
    return multi_head_latent_attention<>{.n_heads = between(1, 16),
                                         .query_lora = coin(),
                                         .q_lora_rank = between(1, 64),
                                         .kv_lora_rank = between(1, 64),
                                         .qk_nope_head_dim = between(1, 32),
                                         .qk_rope_head_dim = between(0, 32),
                                         .v_head_dim = between(1, 32),
                                         .output_gate = static_cast<output_gate_kind>(between(0, 2)),
                                         .sparse = coin(),
                                         .indexer = indexer(),
                                         .core = coin() ? latent_core::expanded : latent_core::absorbed,
                                         .norm_gate = coin(),
                                         .norm_gate_rank = between(1, 8)};
  }
  mixer compressed() {
    int const groups = between(1, 4);
    return compressed_attention<>{.n_heads = groups * between(1, 4),
                                  .head_dim = between(1, 32),
                                  .q_lora_rank = between(1, 32),
                                  .n_output_groups = groups,
                                  .output_lora_rank = between(1, 32),
                                  .window = between(1, 40),
                                  .compression = static_cast<key_compression>(between(0, 2)),
                                  .compression_rate = between(1, 8),
                                  .n_index_heads = between(1, 4),
                                  .index_head_dim = between(1, 8),
                                  .index_top_k = between(1, 20)};
  }
  mixer gated() {
    int const kv = between(1, 4);
    return grouped_query_attention<>{.n_heads = kv * between(1, 8),
                                     .n_kv_heads = kv,
                                     .head_dim = between(1, 64),
                                     .window = coin() ? between(1, 40) : unlimited_window,
                                     .windows = coin() ? window_kind::sliding : window_kind::chunked,
                                     .bidirectional = coin(),
                                     .output_gate = static_cast<output_gate_kind>(between(0, 2)),
                                     .query_lora = coin(),
                                     .q_lora_rank = between(1, 32),
                                     .sinks = coin(),
                                     .key_values = static_cast<key_value_kind>(between(0, 2)),
                                     .sparse = coin(),
                                     .indexer = indexer()};
  }
  /// Experts with everything that they may have.
  experts<> any_experts() {
    int const groups = between(1, 4);
    int const in_group = between(2, 6), seen = between(1, groups);
    experts<> result{.n_experts = groups * in_group,
                     .top_k = between(1, seen * in_group),
                     .d_expert = between(1, 40),
                     .n_shared_experts = between(0, 3),
                     .d_shared_expert = between(1, 40),
                     .kind = matrices(),
                     .router_bias = coin(),
                     .correction_bias = coin(),
                     .expert_bias = coin(),
                     .router = static_cast<router_kind>(between(0, 5)),
                     .latent = coin(),
                     .d_latent = between(1, 40),
                     .d_residual = between(0, 40),
                     .n_zero_experts = between(0, 4),
                     .other_weights = between(0, 9)};
    result.shared_gate = result.n_shared_experts != 0 && coin();
    if (result.router == router_kind::linear && coin()) {
      result.n_group = groups;
      result.topk_group = seen;
    }
    return result;
  }
  ffn_kind matrices() { return coin() ? ffn_kind::gated : ffn_kind::plain; }
  feed_forward ffn() {
    int const kind = between(0, 9);
    if (kind == 0) return {};
    if (kind < 4) return dense_ffn<>{.d_ff = between(1, 300), .kind = matrices(), .bias = coin()};
    experts<> result{.n_experts = between(1, 40), .d_expert = between(1, 80), .kind = matrices()};
    result.top_k = between(1, static_cast<int>(result.n_experts.bits));
    result.n_shared_experts = between(0, 3);
    result.d_shared_expert = between(1, 80);
    result.shared_gate = result.n_shared_experts != 0 && coin();
    result.router_bias = coin();
    result.correction_bias = coin();
    return result;
  }
  group layers() { return {attention(), ffn(), between(1, 9), between(0, 4)}; }
  model any_model() {
    model m{.d_model = between(1, 200),
            .input = {.vocab_size = between(1, 2000), .learned_positions = between(0, 1) * between(1, 500)},
            .output = {.tied = coin(), .bias = coin()},
            .norm = static_cast<norm_kind>(between(0, 3))};
    m.input.norm = coin();
    for (int n = between(1, 6); n != 0; --n) m.layers.append(layers());
    if (coin()) {
      m.mtp = {.modules = between(1, 3), .block = layers()};
      m.mtp.block.layers = 1;
    }
    return m;
  }
  /// A model of layers of every kind.
  model mixed_model() {
    model m = any_model();
    m.layers = {};
    if (coin()) m.residual_streams.n_streams = between(1, 3);
    for (int n = between(1, 6); n != 0; --n) {
      group g{.mix = any_mixer(), .layers = between(1, 4), .other_weights_per_layer = between(0, 2)};
      if (coin())
        g.ffn = any_experts();
      else
        g.ffn = ffn();
      m.layers.append(g);
    }
    m.mtp = {};
    m.other_weights = between(0, 9);
    return m;
  }
  sequence<> tokens() { return {between(1, 64), rules[between(0, 2)]}; }

  /// Twelve fields in the order of `to_shape`.
  std::array<int, 12> fields(int bits) {
    int const experts = magnitude(bits);
    int const kv = magnitude(bits / 2);
    return {magnitude(bits),
            between(0, 40),
            between(0, 40),
            kv * magnitude(bits / 2),
            kv,
            magnitude(bits / 2),
            magnitude(bits),
            magnitude(bits),
            experts,
            between(1, experts),
            between(0, 3),
            magnitude(bits)};
  }
};

template <class T, class From>
shape<T> to_shape(std::array<From, 12> const& f, bool tied = false) {
  return {.d_model = T(f[0]),
          .n_dense_layers = T(f[1]),
          .n_moe_layers = T(f[2]),
          .n_heads = T(f[3]),
          .n_kv_heads = T(f[4]),
          .head_dim = T(f[5]),
          .d_ff = T(f[6]),
          .d_expert = T(f[7]),
          .n_experts = T(f[8]),
          .top_k = T(f[9]),
          .n_shared_experts = T(f[10]),
          .vocab_size = T(f[11]),
          .tied = tied};
}

template <class T>
constexpr std::array<term_sheet<T> account<T>::*, 4> sheets{&account<T>::stored, &account<T>::active,
                                                            &account<T>::multiplied, &account<T>::core};

bool same(account<> const& a, account<> const& b) {
  return std::ranges::all_of(sheets<count>,
                             [&](auto sheet) { return std::ranges::equal((a.*sheet).amounts, (b.*sheet).amounts); });
}

constexpr int n_models = 300;

// Calls check with models and sequences, the same ones in every run.
template <class Check>
void for_random_models(Check const& check) {
  generator random{std::mt19937_64{20260119}};
  for (int i = 0; i != n_models; ++i) {
    model const m = random.any_model();
    sequence<> const tokens = random.tokens();
    CAPTURE(i, m.d_model, m.layers.runs.size(), tokens.length, static_cast<int>(tokens.causal));
    check(m, tokens);
  }
}

// The same with models that have layers of every kind.
template <class Check>
void for_mixed_models(Check const& check) {
  generator random{std::mt19937_64{20261124}};
  for (int i = 0; i != n_models; ++i) {
    model const m = random.mixed_model();
    sequence<> const tokens = random.tokens();
    CAPTURE(i, m.d_model, m.layers.runs.size(), tokens.length, static_cast<int>(tokens.causal));
    check(m, tokens, random);
  }
}

// Query-key pairs by looking at every query and key, twice, so that half a pair is a number too. A causal query is
// charged with the keys before it and itself (half: with half of itself), a full one with every key; each with a
// window's worth of keys at most.
int twice_pairs_by_counting(causal_rule rule, int length, int window) {
  int twice = 0;
  for (int query = 0; query != length; ++query) {
    int seen = 0;
    for (int key = 0; key != length; ++key) {
      if (key < query || rule == causal_rule::full)
        seen += 2;
      else if (key == query)
        seen += rule == causal_rule::half ? 1 : 2;
    }
    twice += std::min(seen, 2 * window);
  }
  return twice;
}

}  // namespace

TEST_CASE("pairs are those of counting over all queries, for every window and length up to 64") {
  for (causal_rule const rule : rules)
    for (int length = 1; length <= 64; ++length)
      for (int window = 1; window <= 70; ++window) {
        CAPTURE(static_cast<int>(rule), length, window);
        int const expected = twice_pairs_by_counting(rule, length, window);
        CHECK(twice_pairs(rule, count(length), count(window)) == expected);
        CHECK(twice_pairs(rule, double(length), double(window)) == expected);
      }
}

TEST_CASE("a window of the sequence's length or more is no window") {
  for (causal_rule const rule : rules)
    for (int const length : {1, 2, 63, 64, 4096})
      for (int const window : {length, length + 1, unlimited_window})
        CHECK(twice_pairs(rule, count(length), count(window)) == twice_pairs(rule, count(length), count(length)));
}

TEST_CASE("what a token uses is no more than what is stored, term by term") {
  for_random_models([](model const& m, sequence<> tokens) {
    account<> const book = account_of(m, tokens);
    for (std::size_t i = 0; i != n_terms; ++i) {
      CAPTURE(i);
      CHECK(book.active.amounts[i] <= book.stored.amounts[i]);
      bool const tied_head = m.output.tied && static_cast<term>(i) == term::output_head;
      CHECK((tied_head || book.multiplied.amounts[i] <= book.active.amounts[i]));
    }
    parameter_counts const p = count_parameters(m);
    CHECK(p.active <= p.total);
    CHECK(p.active_without_input_embedding <= p.active);
    CHECK(p.active_non_embedding <= p.non_embedding);
    CHECK(p.non_embedding <= p.total);
    // A tied head is stored once and multiplied once.
    CHECK(p.active_matmul <= p.active);
    CHECK(p.total - p.active == p.non_embedding - p.active_non_embedding);
  });
}

TEST_CASE("an account is the sum over the runs and what is around them") {
  for_random_models([](model const& m, sequence<> tokens) {
    account<> sum;
    for (stack::run const& run : m.layers.runs) sum = sum + account_of(m, run, tokens);
    account<> const book = account_of(m, tokens);
    for (term const around :
         {term::embedding, term::learned_positions, term::final_norm, term::output_head, term::output_head_bias}) {
      CHECK(sum.stored[around] == 0);
      CHECK(sum.multiplied[around] == 0);
      sum.stored[around] = book.stored[around];
      sum.active[around] = book.active[around];
      sum.multiplied[around] = book.multiplied[around];
    }
    CHECK(same(sum, book));
  });
}

TEST_CASE("splitting a run of layers changes nothing") {
  for_random_models([](model const& m, sequence<> tokens) {
    model split = m;
    for (std::size_t i = 0; i != m.layers.runs.size(); ++i) {
      stack::run rest = split.layers.runs[i];
      if (rest.layers == 1) continue;
      split.layers.runs[i].layers = 1;
      rest.layers -= 1;
      split.layers.runs.push_back(rest, "");
    }
    CHECK(same(account_of(split, tokens), account_of(m, tokens)));
    CHECK(kv_cache_bytes_per_token(split) == kv_cache_bytes_per_token(m));
  });
}

TEST_CASE("twice the layers are twice the account of a run") {
  for_random_models([](model const& m, sequence<> tokens) {
    stack::run run = m.layers.runs[0];
    account<> const once = account_of(m, run, tokens);
    run.layers *= 2;
    CHECK(same(account_of(m, run, tokens), once + once));
  });
}

TEST_CASE("one expert that every token uses is a dense feed-forward, but for the router") {
  generator random{std::mt19937_64{7}};
  for (int i = 0; i != n_models; ++i) {
    CAPTURE(i);
    int const width = random.between(1, 500);
    ffn_kind const kind = random.matrices();
    model dense = random.any_model();
    dense.layers = {{random.attention(), dense_ffn<>{.d_ff = width, .kind = kind}, random.between(1, 9)}};
    model moe = dense;
    moe.layers.ffns[0] = experts<>{.n_experts = 1, .top_k = 1, .d_expert = width, .kind = kind};
    sequence<> const tokens = random.tokens();
    count const router = moe.layers.n_layers() * moe.d_model;
    CHECK(total_parameters(moe) == total_parameters(dense) + router);
    CHECK(active_parameters(moe) == active_parameters(dense) + router);
    CHECK(forward_flops(moe, tokens).per_sequence() ==
          forward_flops(dense, tokens).per_sequence() + 2 * router * tokens.length);
    CHECK(account_of(moe).stored[term::routed_experts] == account_of(dense).stored[term::dense_ffn]);
    CHECK(account_of(moe).stored[term::router] == router);
  }
}

TEST_CASE("forward FLOPs are two for each weight that is multiplied, and four for each pair and value of attention") {
  for_random_models([](model const& m, sequence<> tokens) {
    int const length = static_cast<int>(tokens.length.bits);
    count core;
    for (stack::run const& run : m.layers.runs) {
      mixer const& mix = m.layers.mixer_of(run);
      if (mix.is<grouped_query_attention<>>()) {
        grouped_query_attention<> const& a = mix.get<grouped_query_attention<>>();
        int const window = a.window < tokens.length ? static_cast<int>(a.window.bits) : length;
        // a score is D multiply-adds, a weighted value V, for each head and pair
        core += run.layers * a.n_heads * (a.head_dim + a.v_head_dim) *
                twice_pairs_by_counting(tokens.causal, length, window);
      } else if (mix.is<multi_head_latent_attention<>>()) {
        multi_head_latent_attention<> const& a = mix.get<multi_head_latent_attention<>>();
        core += run.layers * a.n_heads * (a.qk_nope_head_dim + a.qk_rope_head_dim + a.v_head_dim) *
                twice_pairs_by_counting(tokens.causal, length, length);
      }
    }
    flops const forward = forward_flops(m, tokens);
    CHECK(forward.per_sequence() == 2 * count_parameters(m).active_matmul * tokens.length + core);
    CHECK(forward.per_token() * tokens.length == forward.per_sequence());
    flops const training = training_flops(m, tokens);
    CHECK(training.per_sequence() == forward.per_sequence() + forward.per_sequence() + forward.per_sequence());
    CHECK(training.per_token() == training_flops_per_token(m, tokens));
    CHECK(training.sequence_length == tokens.length);
    for (std::size_t i = 0; i != n_terms; ++i) CHECK(training.by_term.amounts[i] == 3 * forward.by_term.amounts[i]);
  });
}

TEST_CASE("multi-token prediction grows with its modules and leaves the model alone") {
  for_random_models([](model const& m, sequence<> tokens) {
    model plain = m;
    plain.mtp = {};
    CHECK(same(account_of(plain, tokens), account_of(m, tokens)));
    CHECK(count_parameters(plain).mtp == 0);
    CHECK(mtp_forward_flops(plain, tokens).per_sequence() == 0);
    if (m.mtp.modules == 0) return;
    model one = m;
    one.mtp.modules = 1;
    CHECK(count_parameters(m).mtp == m.mtp.modules * count_parameters(one).mtp);
    CHECK(mtp_forward_flops(m, tokens).per_sequence() == m.mtp.modules * mtp_forward_flops(one, tokens).per_sequence());
    // One module is a model of one layer without embedding, whose head is the model's, and eh_proj and three norms.
    model block = plain;
    block.layers = {m.mtp.block};
    account<> const layer = account_of(block, block.layers.runs[0], tokens);
    count const eh_proj = 2 * m.d_model * m.d_model;
    count const norm = m.norm == norm_kind::layer_norm        ? 2 * m.d_model
                       : m.norm == norm_kind::without_weights ? 0
                                                              : m.d_model;
    CHECK(count_parameters(one).mtp == layer.stored.total() + eh_proj + 3 * norm);
    CHECK(mtp_account(one, tokens).multiplied.total() ==
          layer.multiplied.total() + eh_proj + m.input.vocab_size * m.d_model);
    CHECK(mtp_account(one, tokens).core.total() == layer.core.total());
  });
}

TEST_CASE("a shape and its model have the same account, term by term") {
  generator random{std::mt19937_64{11}};
  for (int i = 0; i != 2000; ++i) {
    std::array<int, 12> f = random.fields(12);
    if (f[1] + f[2] == 0) f[2] = 1;
    shape<> const s = to_shape<count>(f, random.coin());
    sequence<> const tokens{random.between(1, 10000), rules[random.between(0, 2)]};
    CAPTURE(i);
    CHECK(same(account_of(to_model(s), tokens), account_of(s, tokens)));
    CHECK(to_model(s).layers.n_layers() == s.n_layers());
  }
}

TEST_CASE("more of any field is never less of anything, and more of what the field is for") {
  // What one more of the field adds to: stored weights, multiplied weights, FLOPs of the core.
  struct {
    char const* field;
    bool stored, multiplied, core;
  } const grows[12] = {
      {"d_model", true, true, false}, {"n_dense_layers", true, true, true},    {"n_moe_layers", true, true, true},
      {"n_heads", true, true, true},  {"n_kv_heads", true, true, false},       {"head_dim", true, true, true},
      {"d_ff", true, true, false},    {"d_expert", true, true, false},         {"n_experts", true, true, false},
      {"top_k", false, true, false},  {"n_shared_experts", true, true, false}, {"vocab_size", true, true, false}};
  generator random{std::mt19937_64{13}};
  for (int i = 0; i != 300; ++i) {
    std::array<int, 12> f = random.fields(10);
    f[1] += 1;
    f[2] += 1;
    sequence<> const tokens{random.between(1, 5000), rules[random.between(0, 2)]};
    account<> const base = account_of(to_shape<count>(f), tokens);
    for (std::size_t field = 0; field != 12; ++field) {
      CAPTURE(i, grows[field].field);
      std::array<int, 12> larger = f;
      larger[field] += 1;
      account<> const more = account_of(to_shape<count>(larger), tokens);
      for (auto const sheet : sheets<count>)
        for (std::size_t t = 0; t != n_terms; ++t) CHECK((more.*sheet).amounts[t] >= (base.*sheet).amounts[t]);
      CHECK((more.stored.total() > base.stored.total()) == grows[field].stored);
      CHECK((more.multiplied.total() > base.multiplied.total()) == grows[field].multiplied);
      CHECK((more.core.total() > base.core.total()) == grows[field].core);
      triad<> const before = triad_of(to_shape<count>(f), tokens.length);
      triad<> const after = triad_of(to_shape<count>(larger), tokens.length);
      CHECK(after.training_flops_per_token >= before.training_flops_per_token);
      CHECK(after.active_non_embedding_parameters >= before.active_non_embedding_parameters);
      CHECK(after.total_non_embedding_parameters >= before.total_non_embedding_parameters);
    }
    CHECK(account_of(to_shape<count>(f), {tokens.length + 1, tokens.causal}).core.total() > base.core.total());
  }
}

// The same bits: the numbers are integers below 2^53, so == on doubles is that.
TEST_CASE("double gives the exact account of 100000 random shapes below 2^53") {
  count const limit = 9'007'199'254'740'992;  // 2^53
  generator random{std::mt19937_64{17}};
  int compared = 0;
  int drawn = 0;
  double largest = 0;
  while (compared != 100'000) {
    ++drawn;
    std::array<int, 12> const f = random.fields(15);
    int const length = random.magnitude(15);
    causal_rule const rule = rules[random.between(0, 2)];
    bool const tied = random.coin();
    shape<> const exact = to_shape<count>(f, tied);
    account<> const book = account_of(exact, {length, rule});
    term_sheet<> const forward = moetric::detail::forward_sheet(book, count(length));
    triad<> const m = triad_of(exact, count(length));
    if (forward.total() >= limit || book.stored.total() >= limit || m.training_flops_per_token >= limit) continue;
    ++compared;
    largest = std::max(largest, static_cast<double>(forward.total()));

    shape<double> const fast = to_shape<double>(f, tied);
    account<double> const got = account_of(fast, {double(length), rule});
    term_sheet<double> const got_forward = moetric::detail::forward_sheet(got, double(length));
    triad<double> const got_m = triad_of(fast, double(length));
    bool equal = true;
    for (std::size_t sheet = 0; sheet != 4; ++sheet)
      for (std::size_t t = 0; t != n_terms; ++t)
        equal = equal &&
                (got.*sheets<double>[sheet]).amounts[t] == static_cast<double>((book.*sheets<count>[sheet]).amounts[t]);
    for (std::size_t t = 0; t != n_terms; ++t)
      equal = equal && got_forward.amounts[t] == static_cast<double>(forward.amounts[t]);
    equal = equal && got_forward.total() == static_cast<double>(forward.total());
    equal = equal && got_m.training_flops_per_token == static_cast<double>(m.training_flops_per_token);
    equal = equal && got_m.active_non_embedding_parameters == static_cast<double>(m.active_non_embedding_parameters);
    equal = equal && got_m.total_non_embedding_parameters == static_cast<double>(m.total_non_embedding_parameters);
    if (!equal) {
      CAPTURE(drawn, length, static_cast<int>(rule), f);
      CHECK(equal);
    }
  }
  // The shapes reach up to the limit, and most of those drawn are below it.
  CHECK(largest > 0x1p52);
  CHECK(drawn < 2 * compared);
}

TEST_CASE("an interval account holds the accounts of all shapes in the box, and its corners when lengths are known") {
  generator random{std::mt19937_64{19}};
  for (int i = 0; i != 300; ++i) {
    std::array<int, 12> const low = random.fields(8);
    std::array<int, 12> high = low;
    for (int& each : high) each += random.between(0, 1) * random.magnitude(6);
    std::array<interval, 12> box{};
    for (std::size_t field = 0; field != 12; ++field) box[field] = {double(low[field]), double(high[field])};
    causal_rule const rule = rules[random.between(0, 2)];
    int const shortest = random.between(1, 500);
    int const longest = shortest + random.between(0, 1) * random.between(1, 100);
    interval const length{double(shortest), double(longest)};
    CAPTURE(i, static_cast<int>(rule), shortest, longest);
    account<interval> const book = account_of(to_shape<interval>(box), {length, rule});
    triad<interval> const bounds = triad_of(to_shape<interval>(box), length);

    for (int point = 0; point != 20; ++point) {
      std::array<int, 12> inside{};
      for (std::size_t field = 0; field != 12; ++field) inside[field] = random.between(low[field], high[field]);
      int const at = random.between(shortest, longest);
      shape<double> const s = to_shape<double>(inside);
      account<double> const one = account_of(s, {double(at), rule});
      for (std::size_t sheet = 0; sheet != 4; ++sheet)
        for (std::size_t t = 0; t != n_terms; ++t)
          CHECK((book.*sheets<interval>[sheet]).amounts[t].contains((one.*sheets<double>[sheet]).amounts[t]));
      triad<double> const m = triad_of(s, double(at));
      CHECK(bounds.training_flops_per_token.contains(m.training_flops_per_token));
      CHECK(bounds.active_non_embedding_parameters.contains(m.active_non_embedding_parameters));
      CHECK(bounds.total_non_embedding_parameters.contains(m.total_non_embedding_parameters));
    }
    if (shortest != longest) continue;
    account<double> const bottom = account_of(to_shape<double>(low), {double(shortest), rule});
    account<double> const top = account_of(to_shape<double>(high), {double(shortest), rule});
    for (std::size_t sheet = 0; sheet != 4; ++sheet)
      for (std::size_t t = 0; t != n_terms; ++t) {
        interval const hull = (book.*sheets<interval>[sheet]).amounts[t];
        CHECK(hull.low >= (bottom.*sheets<double>[sheet]).amounts[t] * (1 - 1e-13));
        CHECK(hull.high <= (top.*sheets<double>[sheet]).amounts[t] * (1 + 1e-13));
      }
  }
}

TEST_CASE("every kind of layer: what is used is stored, forward is two for each weight and the core") {
  for_mixed_models([](model const& m, sequence<> tokens, generator&) {
    account<> const book = account_of(m, tokens);
    for (std::size_t i = 0; i != n_terms; ++i) {
      CAPTURE(name(static_cast<term>(i)));
      CHECK(book.active.amounts[i] <= book.stored.amounts[i]);
      bool const tied_head = m.output.tied && static_cast<term>(i) == term::output_head;
      CHECK((tied_head || book.multiplied.amounts[i] <= book.active.amounts[i]));
    }
    CHECK(forward_flops(m, tokens).per_sequence() ==
          2 * count_parameters(m).active_matmul * tokens.length + book.core.total());
  });
}

TEST_CASE("every kind of layer: an account is the sum over the runs and what is around them") {
  for_mixed_models([](model const& m, sequence<> tokens, generator&) {
    model around = m;
    around.layers.runs.used = 1;
    account<> sum = account_of(around, tokens);
    for (std::size_t i = 1; i != m.layers.runs.size(); ++i) sum = sum + account_of(m, m.layers.runs[i], tokens);
    CHECK(same(sum, account_of(m, tokens)));
  });
}

TEST_CASE("every kind of mixer: one expert that every token uses, without a router, is a dense feed-forward") {
  for_mixed_models([](model const& m, sequence<> tokens, generator& random) {
    int const width = random.between(1, 500);
    ffn_kind const kind = random.matrices();
    model dense = m, moe = m;
    dense.layers = {{m.layers.mixers[0], dense_ffn<>{.d_ff = width, .kind = kind}, 2}};
    moe.layers = {
        {m.layers.mixers[0],
         experts<>{.n_experts = 1, .top_k = 1, .d_expert = width, .kind = kind, .router = router_kind::unweighed_hash},
         2}};
    CHECK(total_parameters(moe) == total_parameters(dense));
    CHECK(active_parameters(moe) == active_parameters(dense));
    CHECK(forward_flops(moe, tokens).per_sequence() == forward_flops(dense, tokens).per_sequence());
    CHECK(training_cost_of(moe, tokens, {.first_trained_layer = 1}).model.per_sequence() ==
          training_cost_of(dense, tokens, {.first_trained_layer = 1}).model.per_sequence());
    decode_step const step{.sequences = random.between(1, 9), .context = random.between(0, 99)};
    double const expected = decode_reads_of(dense, step).total();
    CHECK(std::fabs(decode_reads_of(moe, step).total() - expected) <= 1e-12 * expected);
  });
}

TEST_CASE("training all of it costs three times forward, none of it once, and less with more frozen") {
  for_mixed_models([](model const& m, sequence<> tokens, generator& random) {
    flops const forward = forward_flops(m, tokens);
    training_cost const all = training_cost_of(m, tokens, {});
    for (std::size_t i = 0; i != n_terms; ++i) CHECK(all.model.by_term.amounts[i] == 3 * forward.by_term.amounts[i]);
    CHECK(all.trainable_parameters == total_parameters(m) - account_of(m).stored[term::router_correction_bias]);
    CHECK(training_cost_of(m, tokens, {.frozen = term_set::all()}).model.per_sequence() == forward.per_sequence());

    // Freezing one term more, or one layer more, never costs more.
    term_set frozen;
    count last = all.model.per_sequence(), trainable = all.trainable_parameters;
    for (int n = 0; n != 6; ++n) {
      frozen = frozen | static_cast<term>(random.between(0, n_terms - 1));
      training_cost const less = training_cost_of(m, tokens, {.frozen = frozen});
      CHECK(less.model.per_sequence() <= last);
      CHECK(less.trainable_parameters <= trainable);
      last = less.model.per_sequence();
      trainable = less.trainable_parameters;
    }
    for (count layer = 0; layer <= m.layers.n_layers(); layer += 1) {
      training_cost const less = training_cost_of(m, tokens, {.frozen = frozen, .first_trained_layer = layer});
      CHECK(less.model.per_sequence() <= last);
      CHECK(less.model.per_sequence() >= forward.per_sequence());
      last = less.model.per_sequence();
    }
  });
}

TEST_CASE("recomputing all layers adds the forward of those that have a backward") {
  for_mixed_models([](model const& m, sequence<> tokens, generator& random) {
    // The embedding trained, with a head that may be tied to it, so that every layer has one.
    training_choice choice{.frozen = term_set::all_but(term::embedding | term::output_head),
                           .recompute = recomputation::full};
    flops const forward = forward_flops(m, tokens);
    training_cost const whole = training_cost_of(m, tokens, choice);
    CHECK(whole.hardware.per_sequence() - whole.model.per_sequence() ==
          forward.per_sequence() - forward.by_term[term::output_head]);
    // Layers below the first trained one have none.
    choice.frozen = {};
    choice.first_trained_layer = random.between(1, static_cast<int>(m.layers.n_layers().bits));
    training_cost const part = training_cost_of(m, tokens, choice);
    CHECK(part.hardware.per_sequence() - part.model.per_sequence() <=
          forward.per_sequence() - forward.by_term[term::output_head]);
    choice.recompute = recomputation::none;
    CHECK(training_cost_of(m, tokens, choice).hardware.per_sequence() == part.model.per_sequence());
  });
}

TEST_CASE("adapters have rank times the features of their matrices, and cost what their weights do") {
  for_mixed_models([](model const& m, sequence<> tokens, generator& random) {
    projection_set on;
    count weights, used;
    int const rank = random.between(1, 9);
    for (std::size_t i = 0; i != n_projections; ++i)
      if (random.coin()) on = on | static_cast<projection>(i);
    projection_set met;
    for (stack::run const& run : m.layers.runs) {
      auto const each = [&](layer_matrix<> const& x) {
        if (!on.contains(x.name) || x.weights() * x.stored == 0) return;
        met = met | x.name;
        weights += run.layers * x.stored * rank * x.features();
        used += run.layers * (x.of_used(rank * x.inputs) + x.of_used(rank * x.blocks * x.outputs));
      };
      auto const visit = [&](auto const& layer) {
        if constexpr (requires { layer.each_matrix(m.d_model, each); }) layer.each_matrix(m.d_model, each);
      };
      m.layers.mixer_of(run).visit(visit);
      m.layers.ffn_of(run).visit(visit);
    }
    // With the embedding trained too, gradients pass through everything: adapters cost three times their forward.
    training_choice choice{.frozen = term_set::all_but(term::embedding | term::output_head), .lora = {rank, met}};
    training_cost const with = training_cost_of(m, tokens, choice);
    choice.lora = {};
    training_cost const without = training_cost_of(m, tokens, choice);
    CHECK(with.adapter_parameters == weights);
    CHECK(with.trainable_parameters == without.trainable_parameters + weights);
    CHECK(with.model.per_sequence() == without.model.per_sequence() + 3 * 2 * tokens.length * used);
  });
}

TEST_CASE("documents by their sums cost what they cost by their lengths, or are refused") {
  int compared = 0;
  for_mixed_models([&](model const& m, sequence<> tokens, generator& random) {
    std::vector<count> lengths;
    for (int n = random.between(1, 6); n != 0; --n) lengths.push_back(random.between(1, 20));
    document_sums const sums = document_sums::of(lengths);
    flops const one_by_one = forward_flops(m, lengths, tokens.causal);
    try {
      flops const at_once = packed_forward_flops(m, sums, tokens.causal);
      ++compared;
      for (std::size_t i = 0; i != n_terms; ++i) CHECK(at_once.by_term.amounts[i] == one_by_one.by_term.amounts[i]);
      CHECK(at_once.sequence_length == one_by_one.sequence_length);
    } catch (std::invalid_argument const& error) {
      CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("take the lengths"));
    }
  });
  CHECK(compared > n_models / 4);
}

TEST_CASE("a decoding step reads the active weights of one sequence, all weights for many") {
  for_mixed_models([](model const& m, sequence<>, generator& random) {
    auto const weights = [&](count sequences) {
      decode_reads const reads =
          decode_reads_of(m, {.sequences = sequences, .context = random.between(0, 99)}, {.weights = 1});
      return static_cast<double>(reads.weights.total()) + reads.routed_experts;
    };
    account<> const book = account_of(m);
    count const gathered = book.stored[term::embedding] + book.stored[term::learned_positions];
    count const rows = m.input.learned_positions == 0 ? m.d_model : 2 * m.d_model;
    count const head = m.output.tied ? m.input.weights(m.d_model) : count(0);
    count used = book.active.total();
    bool drawn = true;  // all experts are drawn by tokens
    for (feed_forward const& each : m.layers.ffns)
      if (each.is<experts<>>() && each.get<experts<>>().router == router_kind::expert_choice) drawn = false;
    double const one = static_cast<double>(used - gathered + head + rows);
    // A mean of experts is rounded down to whole weights for each of up to four sizes of a layer.
    double rounded = 0;
    for (stack::run const& run : m.layers.runs)
      if (auto const* const e = m.layers.ffn_of(run).get_if<experts<>>(); e != nullptr && e->n_zero_experts != 0)
        rounded += 4 * static_cast<double>(run.layers);
    if (drawn) CHECK(std::fabs(weights(1) - one) <= 1e-12 * one + rounded);
    count const many = 1'000'000;
    double const all = static_cast<double>(book.stored.total() - gathered + head + many * rows);
    CHECK(std::fabs(weights(many) - all) <= 1e-12 * all);
    CHECK(weights(2) >= weights(1));
  });
}
