#include "moetric/account/terms.hpp"

#include <set>
#include <string>

#include "catch.hpp"

using namespace moetric;

TEST_CASE("every term has a name of its own, the one that JSON objects use") {
  struct {
    term which;
    char const* name;
  } const names[] = {{term::embedding, "embedding"},
                     {term::learned_positions, "learned_positions"},
                     {term::norms, "norms"},
                     {term::attention_projections, "attention_projections"},
                     {term::attention_bias, "attention_bias"},
                     {term::qk_norm, "qk_norm"},
                     {term::latent_norm, "latent_norm"},
                     {term::attention_core, "attention_core"},
                     {term::dense_ffn, "dense_ffn"},
                     {term::dense_ffn_bias, "dense_ffn_bias"},
                     {term::routed_experts, "routed_experts"},
                     {term::shared_experts, "shared_experts"},
                     {term::shared_expert_gate, "shared_expert_gate"},
                     {term::router, "router"},
                     {term::router_bias, "router_bias"},
                     {term::router_correction_bias, "router_correction_bias"},
                     {term::mtp_projection, "mtp_projection"},
                     {term::final_norm, "final_norm"},
                     {term::output_head, "output_head"},
                     {term::output_head_bias, "output_head_bias"},
                     {term::attention_gate, "attention_gate"},
                     {term::attention_sinks, "attention_sinks"},
                     {term::sparse_indexer, "sparse_indexer"},
                     {term::key_compression, "key_compression"},
                     {term::convolution, "convolution"},
                     {term::state_vectors, "state_vectors"},
                     {term::state_core, "state_core"},
                     {term::routed_expert_bias, "routed_expert_bias"},
                     {term::dense_residual, "dense_residual"},
                     {term::latent_projections, "latent_projections"},
                     {term::hyper_connections, "hyper_connections"},
                     {term::per_layer_embedding, "per_layer_embedding"},
                     {term::per_layer_projections, "per_layer_projections"},
                     {term::residual_mixing, "residual_mixing"},
                     {term::shared_block, "shared_block"},
                     {term::other, "other"}};
  CHECK(std::size(names) == n_terms);
  std::set<std::string_view> seen;
  for (auto const& [which, expected] : names) {
    CHECK(name(which) == expected);
    CHECK(flops_name(which) == (which == term::output_head ? "logits" : expected));
    seen.insert(name(which));
  }
  CHECK(seen.size() == n_terms);
}

TEST_CASE("a sheet starts at zero, and is added, scaled and summed term by term") {
  term_sheet<> a;
  CHECK(a.total() == 0);
  a[term::embedding] = 1;
  a[term::router] = 20;
  a[term::output_head_bias] = 300;
  CHECK(a.total() == 321);
  term_sheet<> b;
  b[term::router] = 5;
  b[term::norms] = 7;
  term_sheet<> const sum = a + b;
  CHECK(sum[term::router] == 25);
  CHECK(sum[term::norms] == 7);
  CHECK(sum[term::embedding] == 1);
  CHECK(sum.total() == 333);
  term_sheet<> const scaled = sum * 3;
  CHECK(scaled[term::router] == 75);
  CHECK(scaled[term::embedding] == 3);
  CHECK(scaled.total() == 999);
}
