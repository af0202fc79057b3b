#pragma once

#include <string_view>

#include "moetric/account/cache.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/report/by_term.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// The values of a model's account at a sequence length, FLOPs by a convention. Keys: model, sequence_length,
/// convention, rule, parameters{total, active, active_without_input_embedding, non_embedding, active_non_embedding,
/// active_matmul, mtp}, parameters_by_term{}, active_parameters_by_term{}, flops_per_token{forward, training},
/// flops_per_sequence{forward, training}, forward_flops_by_term{}, forward_share_by_term{}, kv_cache_bytes_per_token
/// (bf16, while the sequence is shorter than every window), kv_cache_growing_bytes_per_token (beyond them),
/// shortest_window, longest_window, recurrent_state_bytes, and mtp{parameters_by_term{}, forward_flops_by_term{} (empty
/// if the convention counts no modules)} where there is any.
/// \throws std::invalid_argument with every rule that the model breaks, or for a length outside of 1 .. 2^30
inline value account_values(std::string_view name, model const& m, count sequence_length, convention const& rule) {
  account<> const book = account_of(m);
  flops const forward = forward_flops(m, sequence_length, rule), training = training_flops(m, sequence_length, rule);
  parameter_counts const counts = count_parameters(m);
  cache_size const cache = cache_size_of(m, {});
  value shares = keyed();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (count const amount = forward.by_term.amounts[i]; amount != 0)
      shares.set(flops_name(static_cast<term>(i)),
                 static_cast<double>(amount) / static_cast<double>(forward.per_sequence()));
  value values =
      object({{"model", name},
              {"sequence_length", sequence_length},
              {"convention", rule.id},
              {"rule", rule.summary},
              {"parameters",
               object({{"total", counts.total},
                       {"active", counts.active},
                       {"active_without_input_embedding", counts.active_without_input_embedding},
                       {"non_embedding", counts.non_embedding},
                       {"active_non_embedding", counts.active_non_embedding},
                       {"active_matmul", counts.active_matmul},
                       {"effective", counts.effective},
                       {"mtp", counts.mtp}}),
               units::parameters},
              {"parameters_by_term", by_term(book.stored), units::parameters},
              {"active_parameters_by_term", by_term(book.active), units::parameters},
              {"flops_per_token", flops_per_token(forward, training), units::flops_per_token},
              {"flops_per_sequence", flops_of_all(forward, training), units::flops_per_sequence},
              {"forward_flops_by_term", per_token_by_term(forward), units::flops_per_token},
              {"forward_share_by_term", shares, units::one},
              {"kv_cache_bytes_per_token", cache.bytes_per_token},
              {"kv_cache_growing_bytes_per_token", cache.growing_bytes_per_token, units::bytes_per_token},
              {"shortest_window", cache.shortest_window == 0 ? value() : value(cache.shortest_window), units::tokens},
              {"longest_window", cache.longest_window == 0 ? value() : value(cache.longest_window), units::tokens},
              {"recurrent_state_bytes", recurrent_state_bytes(m)}});
  if (counts.mtp != 0) {
    flops modules = forward_flops(m, sequence_length, rule, {.mtp = mtp_modules::included});
    for (std::size_t i = 0; i != n_terms; ++i) modules.by_term.amounts[i] -= forward.by_term.amounts[i];
    values.set("mtp", object({{"parameters_by_term", by_term(mtp_account(m).stored), units::parameters},
                              {"forward_flops_by_term", per_token_by_term(modules), units::flops_per_token}}));
  }
  return values;
}

}  // namespace moetric::v0::report
