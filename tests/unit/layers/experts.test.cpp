#include "moetric/layers/experts.hpp"

#include "catch.hpp"

using namespace moetric;

namespace {

// Six experts of width 5, of which a token uses two, and three shared ones of width 4, in a model of width 10.
constexpr experts<> mixture{.n_experts = 6,
                            .top_k = 2,
                            .d_expert = 5,
                            .n_shared_experts = 3,
                            .d_shared_expert = 4,
                            .shared_gate = true,
                            .router_bias = true,
                            .correction_bias = true};

}  // namespace

TEST_CASE("experts have the weights of their matrices, and a token uses top_k of them") {
  CHECK(mixture.expert_weights(10) == 50 + 50 + 50);
  CHECK(mixture.routed_weights(10) == 900);
  CHECK(mixture.active_routed_weights(10) == 300);
  CHECK(mixture.shared_weights(10) == 3 * (40 + 40 + 40));
}

TEST_CASE("plain experts have two matrices") {
  experts<> plain = mixture;
  plain.kind = ffn_kind::plain;
  CHECK(plain.expert_weights(10) == 50 + 50);
  CHECK(plain.routed_weights(10) == 600);
  CHECK(plain.active_routed_weights(10) == 200);
  CHECK(plain.shared_weights(10) == 3 * (40 + 40));
}

TEST_CASE("the router has one row for each expert, its biases one number") {
  CHECK(mixture.router_weights(10) == 60);
  CHECK(mixture.router_bias_weights() == 6);
  CHECK(mixture.correction_bias_weights() == 6);
  CHECK(mixture.shared_gate_weights(10) == 10);
}

TEST_CASE("routers by their kinds: linear ones have a row for each expert, a hash has none") {
  experts<> routed = mixture;
  for (router_kind const kind :
       {router_kind::linear, router_kind::expert_choice, router_kind::balanced, router_kind::hashed}) {
    routed.router = kind;
    CHECK(routed.router_weights(10) == 60);
    CHECK(routed.router_bias_weights() == 6);
  }
  for (router_kind const kind : {router_kind::unweighed_hash, router_kind::none}) {
    routed.router = kind;
    CHECK(routed.router_weights(10) == 0);
    CHECK(routed.router_bias_weights() == 0);
    CHECK(routed.correction_bias_weights() == 0);
  }
}

TEST_CASE("experts have neither shared ones nor gate nor biases unless they say so") {
  experts<> const bare{.n_experts = 6, .top_k = 2, .d_expert = 5};
  CHECK(bare.shared_weights(10) == 0);
  CHECK(bare.shared_gate_weights(10) == 0);
  CHECK(bare.router_bias_weights() == 0);
  CHECK(bare.correction_bias_weights() == 0);
  CHECK(bare.kind == ffn_kind::gated);
  CHECK(bare.d_shared_expert == 5);
  CHECK(experts<>{} == experts<>{.n_experts = 0, .top_k = 0, .d_expert = 0, .n_shared_experts = 0});
}
