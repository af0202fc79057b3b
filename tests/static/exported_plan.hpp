#pragma once

#include <moetric/account/parameters.hpp>
#include <moetric/account/triad.hpp>

// Written by moetric export --format cpp.
namespace exported {

inline constexpr moetric::shape<> architecture{
    .d_model = 480ULL,
    .n_dense_layers = 2ULL,
    .n_moe_layers = 8ULL,
    .n_heads = 4ULL,
    .n_kv_heads = 2ULL,
    .head_dim = 64ULL,
    .d_ff = 1440ULL,
    .d_expert = 168ULL,
    .n_experts = 288ULL,
    .top_k = 8ULL,
    .n_shared_experts = 1ULL,
    .vocab_size = 152064ULL,
};
inline constexpr moetric::model model = moetric::to_model(architecture);
inline constexpr moetric::count sequence_length = 8192ULL;

static_assert(moetric::total_parameters(model) == 714250080ULL);
static_assert(moetric::active_parameters(model) == 172349280ULL);
static_assert(moetric::triad_of(architecture, sequence_length).training_flops_per_token == 277340160ULL);
static_assert(moetric::triad_of(architecture, sequence_length).active_non_embedding_parameters == 25251840ULL);
static_assert(moetric::triad_of(architecture, sequence_length).total_non_embedding_parameters == 567152640ULL);

}  // namespace exported
