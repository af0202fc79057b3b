#include "moetric/model/model.hpp"

#include <cmath>
#include <utility>

#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/model/shape.hpp"

namespace {

using namespace moetric;

constexpr model small{
    .d_model = 64,
    .input = {.vocab_size = 1000},
    .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 16}, dense_ffn<>{.d_ff = 256}, 2}}};

// `small` with one thing changed.
template <class Change>
constexpr model with(Change change) {
  model m = small;
  change(m);
  return m;
}

constexpr shape<> small_shape{.d_model = 64,
                              .n_dense_layers = 1,
                              .n_moe_layers = 2,
                              .n_heads = 4,
                              .head_dim = 16,
                              .d_ff = 256,
                              .d_expert = 32,
                              .n_experts = 8,
                              .top_k = 2,
                              .vocab_size = 1000};

}  // namespace

TEST_CASE("models are equal when every part is") {
  CHECK(small == with([](model&) {}));
  CHECK(small != with([](model& m) { m.d_model = 65; }));
  CHECK(small != with([](model& m) { m.input.vocab_size = 1001; }));
  CHECK(small != with([](model& m) { m.input.learned_positions = 1; }));
  CHECK(small != with([](model& m) { m.input.norm = true; }));
  CHECK(small != with([](model& m) { m.output.tied = true; }));
  CHECK(small != with([](model& m) { m.output.bias = true; }));
  CHECK(small != with([](model& m) { m.norm = norm_kind::layer_norm; }));
  CHECK(small != with([](model& m) { m.mtp.modules = 1; }));
  CHECK(small != with([](model& m) { m.mtp.block.ffn = dense_ffn<>{.d_ff = 1}; }));
  CHECK(small != with([](model& m) { m.mtp.block.mix = grouped_query_attention<>{.n_heads = 1}; }));
  CHECK(small != with([](model& m) { m.mtp.block.norms_per_layer = 4; }));
  CHECK(small != with([](model& m) { m.layers.runs[0].layers = 3; }));
  CHECK(small != with([](model& m) { m.layers.runs[0].norms_per_layer = 1; }));
  CHECK(small != with([](model& m) { m.layers = {}; }));
}

// What a user leaves out.
TEST_CASE("fields that are left out have the defaults of the text") {
  grouped_query_attention<> const attention{.n_heads = 4, .head_dim = 16};
  CHECK(attention.n_kv_heads == 4);
  CHECK(attention.v_head_dim == 16);
  CHECK(attention.window == unlimited_window);
  CHECK(attention.qk_norm == qk_norm_kind::none);
  CHECK_FALSE(attention.qkv_bias);
  CHECK_FALSE(attention.output_bias);
  experts<> const mixture{.n_experts = 8, .top_k = 2, .d_expert = 32};
  CHECK(mixture.d_shared_expert == 32);
  CHECK(mixture.n_shared_experts == 0);
  CHECK(mixture.kind == ffn_kind::gated);
  CHECK(group{}.layers == 1);
  CHECK(group{}.norms_per_layer == 2);
  CHECK(multi_head_latent_attention<>{}.query_lora);
  CHECK(small_shape.n_kv_heads == 4);
  CHECK(small.norm == norm_kind::rms);
  CHECK(small.mtp.modules == 0);
}

TEST_CASE("a shape and a run that say nothing have nothing") {
  shape<> const none{};
  for (count const field :
       {none.d_model, none.n_dense_layers, none.n_moe_layers, none.n_heads, none.n_kv_heads, none.head_dim, none.d_ff,
        none.d_expert, none.n_experts, none.top_k, none.n_shared_experts, none.vocab_size})
    CHECK(field == 0);
  CHECK_FALSE(none.tied);
  CHECK(to_model(none) == model{});
  stack::run const run{};
  CHECK(run.mixer == 0);
  CHECK(run.ffn == 0);
  CHECK(run.layers == 0);
  CHECK(run.norms_per_layer == 2);
  CHECK(run.other_weights_per_layer == 0);
}

TEST_CASE("a shape of whole doubles has exact counts; another is refused by its field") {
  static_assert(to_exact(to_real(small_shape)).d_model == 64);
  CHECK(to_exact(to_real(small_shape)) == small_shape);
  for (auto const& [value, told] :
       {std::pair{12.5, "12.5"}, {-1.0, "-1"}, {0x1p53, "9007199254740992"}, {NAN, "nan"}}) {
    shape<double> s = to_real(small_shape);
    s.n_experts = value;
    CHECK_THROWS_WITH(to_exact(s),
                      std::string("moetric: n_experts must be a whole number below 2^53, but got ") + told);
  }
}

TEST_CASE("the model of a shape is the one written out") {
  grouped_query_attention<> const attention{.n_heads = 4, .head_dim = 16};
  model expected{.d_model = 64,
                 .input = {.vocab_size = 1000},
                 .layers = {{attention, dense_ffn<>{.d_ff = 256}, 1},
                            {attention, experts<>{.n_experts = 8, .top_k = 2, .d_expert = 32}, 2}}};
  CHECK(to_model(small_shape) == expected);
  shape<> tied = small_shape;
  tied.tied = true;
  expected.output.tied = true;
  CHECK(to_model(tied) == expected);
}

TEST_CASE("a kind of layer that a shape does not have is not in its model") {
  shape<> dense = small_shape;
  dense.n_moe_layers = 0;
  CHECK(to_model(dense).layers.runs.size() == 1);
  CHECK(to_model(dense).layers.ffns.size() == 1);
  CHECK(to_model(dense).layers.ffns[0].is<dense_ffn<>>());
  shape<> sparse = small_shape;
  sparse.n_dense_layers = 0;
  CHECK(to_model(sparse).layers.runs.size() == 1);
  CHECK(to_model(sparse).layers.ffns[0].is<experts<>>());
  CHECK(to_model(sparse).layers.n_layers() == 2);
}

// A model as a template argument by reference, a shape by value.
template <model const& M>
constexpr count parameters_of_model = total_parameters(M);
template <shape<> S>
constexpr count parameters_of_shape = total_parameters(to_model(S));

// 2·64·1000 + 2·(4·64·64 + 3·64·256 + 2·64) + 64
static_assert(parameters_of_model<small> == 128'000 + 2 * (16'384 + 49'152 + 128) + 64);
// 2·64·1000 + 3·(4·64·64 + 2·64) + 3·64·256 + 2·(8·3·64·32 + 64·8) + 64
static_assert(parameters_of_shape<small_shape> == 128'000 + 3 * (16'384 + 128) + 49'152 + 2 * (49'152 + 512) + 64);

template <mixer M>
constexpr mixer::kind_tag kind_of = M.kind;
static_assert(kind_of<mixer{grouped_query_attention<>{.n_heads = 4, .head_dim = 16}}> ==
              mixer::tag_of<grouped_query_attention<>>);

static_assert(small == with([](model&) {}) && small != with([](model& m) { m.d_model = 65; }));
static_assert(small_shape == shape<>(small_shape));
