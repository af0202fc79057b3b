#pragma once

// Published sizes and FLOPs of the zoo's models, written once: tests/static/zoo.cpp asserts the rows at compile time,
// tests/golden/zoo.test.cpp runs them. A red row means that this library no longer counts that model as its publisher,
// or the tools named, do: the library is wrong, not the row.

#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace zoo_rows {

using moetric::causal_rule;
using moetric::count;
using moetric::term;

struct parameter_row {
  char const* id;
  count total, active, active_without_input_embedding, non_embedding, active_non_embedding, active_matmul, mtp;
};

// Totals: the exact numbers that the publishers' stored tensors add up to (Hugging Face safetensors metadata; GPT-3 is
// Table 2.1 of 2005.14165 tensor by tensor, the exact total is not published). Actives: published as 12.9B (Mixtral),
// 3.3B (Qwen3), 1.3B (OLMoE), 37B (DeepSeek-V3, whose MTP module is 11.6B with 0.9B of its own embedding and head not
// counted here). All other counts follow from the same tensor lists.
inline constexpr parameter_row parameters[] = {
    {"gpt-3", 174'604'259'328, 174'604'259'328, 174'579'093'504, 173'961'535'488, 173'961'535'488, 174'563'733'504, 0},
    {"llama-3-8b", 8'030'261'248, 8'030'261'248, 7'504'924'672, 6'979'588'096, 6'979'588'096, 7'504'658'432, 0},
    {"mixtral-8x7b", 46'702'792'704, 12'879'925'248, 12'748'853'248, 46'440'648'704, 12'617'781'248, 12'748'587'008, 0},
    {"qwen3-30b-a3b", 30'532'122'624, 3'353'032'704, 3'041'867'776, 29'909'792'768, 2'730'702'848, 3'041'656'832, 0},
    {"olmoe-1b-7b", 6'919'161'856, 1'282'017'280, 1'178'994'688, 6'713'116'672, 1'075'972'096, 1'178'861'568, 0},
    {"deepseek-v3", 671'026'419'200, 37'552'297'472, 36'625'618'432, 669'173'061'120, 35'698'939'392, 36'624'596'992,
     11'610'068'224},
};

constexpr bool holds(parameter_row const& row) {
  moetric::zoo::entry const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  moetric::parameter_counts const got = count_parameters(*found->value);
  return got.total == row.total && got.active == row.active &&
         got.active_without_input_embedding == row.active_without_input_embedding &&
         got.non_embedding == row.non_embedding && got.active_non_embedding == row.active_non_embedding &&
         got.active_matmul == row.active_matmul && got.mtp == row.mtp &&
         total_parameters(*found->value) == row.total && active_parameters(*found->value) == row.active;
}

// Training FLOPs per token as published tools count them. Half of the causal square: MaxText gives all three numbers,
// Megatron-LM and Megatron-Bridge the dense two. The full square: llm-analysis gives the dense two. The exact square
// lies between: (s + 1)/2 keys for a query on average.
struct training_row {
  char const* id;
  count length;
  causal_rule causal;
  count flops_per_token;
};
inline constexpr training_row training[] = {
    {"gpt-3", 2048, causal_rule::half, 1'061'877'915'648},
    {"gpt-3", 2048, causal_rule::exact, 1'061'884'993'536},
    {"gpt-3", 2048, causal_rule::full, 1'076'373'430'272},
    {"llama-3-8b", 8192, causal_rule::half, 51'470'401'536},
    {"llama-3-8b", 8192, causal_rule::exact, 51'471'187'968},
    {"llama-3-8b", 8192, causal_rule::full, 57'912'852'480},
    {"deepseek-v3", 4096, causal_rule::half, 250'449'887'232},
    {"deepseek-v3", 4096, causal_rule::exact, 250'457'382'912},
    {"deepseek-v3", 4096, causal_rule::full, 281'152'192'512},
};

constexpr bool holds(training_row const& row) {
  moetric::zoo::entry const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  return training_flops_per_token(*found->value, {row.length, row.causal}) == row.flops_per_token;
}

// Forward FLOPs per token, term by term. Terms that are not listed are 0.
struct term_row {
  char const* id;
  count length;
  bool mtp;  // of the MTP modules instead of the model
  struct {
    term which;
    count flops_per_token;
  } terms[8];
};
inline constexpr term_row forward_terms[] = {
    {"gpt-3",
     2048,
     false,
     {{term::attention_projections, 115'964'116'992},
      {term::attention_core, 4'831'838'208},
      {term::dense_ffn, 231'928'233'984},
      {term::output_head, 1'235'116'032}}},
    {"llama-3-8b",
     8192,
     false,
     {{term::attention_projections, 2'684'354'560},
      {term::attention_core, 2'147'483'648},
      {term::dense_ffn, 11'274'289'152},
      {term::output_head, 1'050'673'152}}},
    {"deepseek-v3",
     4096,
     false,
     {{term::attention_projections, 22'826'844'160},
      {term::attention_core, 10'234'101'760},
      {term::dense_ffn, 2'378'170'368},
      {term::routed_experts, 40'869'298'176},
      {term::shared_experts, 5'108'662'272},
      {term::router, 212'860'928},
      {term::output_head, 1'853'358'080}}},
    // The tools give one number for the MTP module's feed-forward, 792723456: 8 routed experts and the shared one of
    // the same width, so eight ninths and one ninth of it.
    {"deepseek-v3",
     4096,
     true,
     {{term::attention_projections, 374'210'560},
      {term::attention_core, 167'772'160},
      {term::routed_experts, 704'643'072},
      {term::shared_experts, 88'080'384},
      {term::router, 3'670'016},
      {term::mtp_projection, 205'520'896},
      {term::output_head, 1'853'358'080}}},
};

constexpr bool holds(term_row const& row) {
  moetric::zoo::entry const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  moetric::flops const got = row.mtp ? mtp_forward_flops(*found->value, {.length = row.length})
                                     : forward_flops(*found->value, {.length = row.length});
  moetric::term_sheet<> expected;
  for (auto const& [which, flops_per_token] : row.terms) {
    if (flops_per_token == 0) continue;
    expected[which] = flops_per_token * row.length;
    if (got.per_token(which) != flops_per_token) return false;
  }
  for (std::size_t i = 0; i != moetric::n_terms; ++i)
    if (got.by_term.amounts[i] != expected.amounts[i]) return false;
  return true;
}

// Key-value cache in bytes per token over all layers, with bf16 and with one byte an element.
struct cache_row {
  char const* id;
  count bytes_bf16, bytes_fp8;
};
inline constexpr cache_row caches[] = {
    {"gpt-3", 4'718'592, 2'359'296},
    {"llama-3-8b", 131'072, 65'536},
    {"deepseek-v3", 70'272, 35'136},  // 576 elements x 61 layers
};

constexpr bool holds(cache_row const& row) {
  moetric::zoo::entry const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  return kv_cache_bytes_per_token(*found->value) == row.bytes_bf16 &&
         kv_cache_bytes_per_token(*found->value, 1) == row.bytes_fp8;
}

}  // namespace zoo_rows
