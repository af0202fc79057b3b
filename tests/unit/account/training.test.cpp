#include "moetric/account/training.hpp"

#include <vector>

#include "moetric/account/parameters.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

// DeepSeek-V3 at 4096, forward FLOPs per token
constexpr std::uint64_t core = 10'234'101'760, logits = 1'853'358'080, router = 212'860'928,
                        total = 250'449'887'232 / 3;

constexpr training_cost cost(training_choice const& choice) {
  return training_cost_of(zoo::deepseek_v3, {.length = 4096}, choice);
}

// Llama-3-8B at 8192, forward FLOPs per token, and what one of its 32 layers costs
constexpr std::uint64_t llama_total = 51'470'401'536 / 3, llama_logits = 1'050'673'152,
                        llama_layer = (llama_total - llama_logits) / 32, llama_core = 2'147'483'648 / 32;

constexpr training_cost llama(training_choice const& choice) {
  return training_cost_of(zoo::llama_3_8b, {.length = 8192}, choice);
}

constexpr term_set all_but(term_set trained) {
  return term_set::all_but(trained);
}

}  // namespace

TEST_CASE("nothing frozen, nothing recomputed: three times forward, twice over") {
  CHECK(cost({}).model.per_token() == 250'449'887'232);
  CHECK(cost({}).hardware.per_token() == 250'449'887'232);
  CHECK(cost({}).adapter_parameters == 0);
  // all but the correction biases, 256 in each of 58 layers, which no gradient trains
  CHECK(cost({}).trainable_parameters == count(671'026'419'200) - 58 * 256);
}

TEST_CASE("a frozen matrix has the gradient of its input alone") {
  // The embedding alone is trained, so gradients pass through everything: the products once forward and once backward,
  // the core three times.
  CHECK(cost({.frozen = all_but(term::embedding)}).model.per_token() == count(2) * (total - core) + 3 * core);
  CHECK(cost({.frozen = all_but(term::embedding)}).trainable_parameters == count(7168) * 129280);
  CHECK(cost({.frozen = term::router}).model.per_token() == count(3) * total - router);
  CHECK(cost({.frozen = term::attention_core}).model.per_token() == count(3) * total);  // it has no weights
}

TEST_CASE("nothing trained, no backward") {
  CHECK(cost({.frozen = term_set::all()}).model.per_token() == count(total));
  CHECK(cost({.frozen = term_set::all(), .recompute = recomputation::full}).hardware.per_token() == count(total));
  CHECK(cost({.frozen = term_set::all()}).trainable_parameters == 0);
}

TEST_CASE("recomputation is hardware's work, not the model's") {
  CHECK(cost({.recompute = recomputation::selective}).model.per_token() == count(3) * total);
  CHECK(cost({.recompute = recomputation::selective}).hardware.per_token() == count(3) * total + core);
  CHECK(cost({.recompute = recomputation::full}).hardware.per_token() == count(4) * total - logits);
  static_assert(cost({.recompute = recomputation::full}).model.per_token() == 250'449'887'232);
}

TEST_CASE("below the lowest trained layer there is no backward") {
  // the head alone, beside the final norm below it: everything forward, the head's two gradients
  CHECK(llama({.first_trained_layer = 32}).model.per_token() == count(llama_total) + 2 * llama_logits);
  CHECK(llama({.first_trained_layer = 32}).trainable_parameters == count(4096) * 128256 + 4096);
  // without the norm no gradient of its input either
  CHECK(llama({.frozen = term::final_norm, .first_trained_layer = 32}).model.per_token() ==
        count(llama_total) + llama_logits);
  // the last two layers; the norm before the attention of the lower one is trained
  CHECK(llama({.first_trained_layer = 30}).model.per_token() ==
        count(llama_total) + 2 * llama_logits + 2 * 2 * llama_layer);
  CHECK(llama({.recompute = recomputation::full, .first_trained_layer = 30}).hardware.per_token() ==
        count(llama_total) + 2 * llama_logits + 3 * 2 * llama_layer);
  CHECK(llama({.recompute = recomputation::selective, .first_trained_layer = 30}).hardware.per_token() ==
        count(llama_total) + 2 * llama_logits + 2 * (2 * llama_layer + llama_core));
  CHECK_THROWS_WITH(llama({.first_trained_layer = 33}),
                    ContainsSubstring("first_trained_layer must not exceed the number of layers, but got 33 and 32"));
}

TEST_CASE("the first matrices of the lowest trained layer need no gradient of their input when nothing is below") {
  // Without embedding and norms the lowest trained weights are q, k and v of layer 0: 2·4096·(4096 + 2·1024) a token
  // that need no gradient of their input.
  CHECK(llama({.frozen = term::embedding | term::norms}).model.per_token() == count(3) * llama_total - 2 * 4096 * 6144);
  // one trained norm is enough to ask for it
  CHECK(llama({.frozen = term::embedding}).model.per_token() == count(3) * llama_total);
  // The feed-forwards alone: layer 0's attention is forward alone, its gate and up projections lack the gradient of
  // their input (2·4096·2·14336), and attention above has no gradient of weights (2·4096·(2·4096 + 2·1024)) but passes
  // the core.
  std::uint64_t const projections = 2 * 4096 * (2 * 4096 + 2 * 1024), gate_and_up = 2 * 4096 * 2 * 14336;
  CHECK(llama({.frozen = all_but(term::dense_ffn)}).model.per_token() ==
        count(3) * llama_total - llama_logits - 32 * projections - (projections + 2 * llama_core) - gate_and_up);
}

TEST_CASE("adapters of rank 16 have the sizes that PEFT prints for Llama-3-8B") {
  term_set const everything = term_set::all();
  using enum projection;
  // "trainable params: 6,815,744" and "41,943,040": 32·16·(8192 + 5120) and 32·16·81920
  CHECK(llama({.frozen = everything, .lora = {16, {query, value}}}).adapter_parameters == 6'815'744);
  auto const all_linear =
      llama({.frozen = everything, .lora = {16, {query, key, value, output, ffn_gate, ffn_up, ffn_down}}});
  CHECK(all_linear.adapter_parameters == 41'943'040);
  CHECK(all_linear.trainable_parameters == 41'943'040);
  // An adapter's base is frozen even where its term is not; here the queries' 4096² of each layer.
  CHECK(llama({.lora = {16, query}}).trainable_parameters == count(8'030'261'248) - 32 * 4096 * 4096 + 32 * 16 * 8192);
}

TEST_CASE("adapters are multiplied forward and twice backward, their bases are not trained") {
  using enum projection;
  // On all layers' queries and values, everything else frozen. Forward once, adapters' products 2·16·(8192 + 5120) a
  // layer. Backward: inputs' gradients of everything above the adapters of layer 0, the core twice, adapters twice but
  // for the gradient of layer 0's input by the first matrices (2·16·4096 each).
  std::uint64_t const adapters = 2 * 16 * (8192 + 5120), qkv = 2 * 4096 * 6144;
  training_cost const got = llama({.frozen = term_set::all(), .lora = {16, {query, value}}});
  CHECK(got.model.per_token() == count(2) * llama_total + 32 * llama_core  // the core's second product
                                     - qkv                                 // layer 0's, at the bottom
                                     + 3 * 32 * adapters - 2 * 2 * 16 * 4096);
  // On the last layer alone; its own adapters are the lowest trained part.
  training_cost const last =
      llama({.frozen = term_set::all(), .lora = {16, {query, value}}, .first_trained_layer = 31});
  CHECK(last.adapter_parameters == count(16) * (8192 + 5120));
  CHECK(last.model.per_token() ==
        count(llama_total) + llama_logits + llama_layer + llama_core - qkv + 3 * adapters - 2 * 2 * 16 * 4096);
  CHECK_THROWS_WITH(llama({.lora = {8, query_down}}),
                    ContainsSubstring("lora must be on projections that the trained layers have, but got query_down; "
                                      "they have query, key, value, output, ffn_gate, ffn_up, ffn_down, output_head, "
                                      "query_key_value, ffn_gate_up"));
}

TEST_CASE("every expert has an adapter of its own, of which a token uses top_k") {
  using enum projection;
  training_choice const choice{.frozen = all_but(term::embedding), .lora = {4, expert_down}};
  // 58 layers, 256 experts of 2048 x 7168, 8 of them used
  CHECK(cost(choice).adapter_parameters == count(58) * 256 * 4 * (2048 + 7168));
  CHECK(cost(choice).model.per_token() ==
        count(2) * (total - core) + 3 * core + count(3) * 58 * 8 * 2 * 4 * (2048 + 7168));
}

// peft on openai/gpt-oss-20b at rank 4: attention, and each expert's gate_up_proj and down_proj
TEST_CASE("one adapter serves fused projections") {
  lora_ranks lora(4,
                  {projection::query, projection::key, projection::value, projection::output, projection::expert_down});
  REQUIRE(lora.add(4, "expert_gate_up"));
  CHECK(training_cost_of(zoo::gpt_oss_20b, {64}, {.frozen = term_set::all(), .lora = lora}).adapter_parameters ==
        46'227'456);
  CHECK_FALSE(lora.add(4, "gate_up_proj"));
  // Its first matrix is multiplied once: apart, gate and up would multiply one each
  lora_ranks apart = lora;
  apart.fused = {};
  flops const fused = training_cost_of(zoo::gpt_oss_20b, {64}, {.frozen = term_set::all(), .lora = lora}).model,
              own = training_cost_of(zoo::gpt_oss_20b, {64}, {.frozen = term_set::all(), .lora = apart}).model;
  CHECK(own.per_sequence() - fused.per_sequence() == count(3) * 2 * 64 * 24 * 4 * 4 * 2880);
  CHECK(listed(projections_of(zoo::gpt_oss_20b)) ==
        "query, key, value, output, router, expert_gate, expert_up, expert_down, output_head, query_key_value, "
        "expert_gate_up");
  // A feed-forward of two matrices has nothing to share
  CHECK(training_cost_of(zoo::phi_2, {64}, {.frozen = term_set::all(), .lora = {8, projection::ffn_up}})
            .adapter_parameters == 32 * 8 * (2560 + 10240));
}

TEST_CASE("a tied head is the embedding") {
  // Llama-3.2-1B ties: 128256·2048 once. Frozen as embedding it is frozen as head, and the other way around.
  sequence<> const tokens{.length = 1024};
  model const& m = zoo::llama_3_2_1b;
  count const forward = forward_flops(m, tokens).per_sequence(), head = count(2) * 2048 * 128256 * 1024;
  CHECK(training_cost_of(m, tokens, {}).trainable_parameters == total_parameters(m));
  for (term const t : {term::embedding, term::output_head}) {
    training_cost const got = training_cost_of(m, tokens, {.frozen = t});
    CHECK(got.model.per_sequence() == 3 * forward - head);
    CHECK(got.trainable_parameters == total_parameters(m) - count(2048) * 128256);
  }
}

TEST_CASE("a packed batch costs the sum of its documents, and has the parameters of one model") {
  training_choice const adapters{.recompute = recomputation::full, .lora = {16, projection::query}};
  training_cost const packed = training_cost_of(zoo::llama_3_8b, std::vector{1000, 24}, adapters);
  training_cost const a = training_cost_of(zoo::llama_3_8b, {.length = 1000}, adapters),
                      b = training_cost_of(zoo::llama_3_8b, {.length = 24}, adapters);
  CHECK(packed.model.per_sequence() == a.model.per_sequence() + b.model.per_sequence());
  CHECK(packed.hardware.per_sequence() == a.hardware.per_sequence() + b.hardware.per_sequence());
  CHECK(packed.hardware.sequence_length == 1024);
  CHECK(packed.adapter_parameters == 32 * 16 * 8192);
  CHECK_THROWS_WITH(training_cost_of(zoo::llama_3_8b, std::vector<int>{}, adapters),
                    ContainsSubstring("document_lengths must hold at least one length"));
}
