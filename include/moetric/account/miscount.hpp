#pragma once

#include "moetric/account/cache.hpp"
#include "moetric/account/convention_coverage.hpp"
#include "moetric/account/known_bugs.hpp"

namespace moetric::v0 {

/// Bytes of key-value cache for one token as a rule counts them.
constexpr ratio kv_cache_bytes_per_token(model const& m, cache_rule rule, count bytes_per_element) {
  return rule == cache_rule::own ? kv_cache_bytes_per_token(m, bytes_per_element)
                                 : ratio(bytes_per_element * m.d_model * m.layers.n_layers());
}

/// What a tool prints because of a bug, and what it meant to print: training FLOPs per token, parameters, bytes of
/// cache per token in bf16, or the FLOP/s of a teraFLOP/s.
struct miscount {
  ratio printed, meant;

  /// True if the bug changes the number for this model.
  constexpr bool shows() const { return printed != meant; }
};

/// True if the tool has a formula for such a model, and the bug is in that formula. A bug of some model_types is in the
/// formula of no other, nor of an unknown type.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr bool may_show(known_bug const& bug, model const& m, std::string_view model_type) {
  if (!bug.model_types.empty() && !detail::lists(bug.model_types, model_type)) return false;
  validate(m);
  if (bug.what == miscounted::training_flops) return detail::counts_mixers(bug.meant, m);
  for (convention const& each : conventions)
    if (each.id == bug.tool()) return detail::counts_mixers(each, m);
  return true;
}

/// The effect of a bug on one model.
/// \throws std::invalid_argument for a model that breaks a rule or a length outside 1 .. 2^30
constexpr miscount miscount_of(known_bug const& bug, model const& m, count sequence_length,
                               counting_options const& options = {}) {
  switch (bug.what) {
  case miscounted::parameters:
    return {parameters_by(bug.printed_parameters, m), parameters_by(bug.meant_parameters, m)};
  case miscounted::kv_cache: return {kv_cache_bytes_per_token(m, bug.printed_cache, 2), kv_cache_bytes_per_token(m)};
  case miscounted::peak_flops: {
    ratio const tera = count(1'000'000'000'000);
    return {bug.peak_scale * tera, tera};
  }
  case miscounted::training_flops: break;
  }
  return {training_flops(m, sequence_length, bug.printed, options).per_token(),
          training_flops(m, sequence_length, bug.meant, options).per_token()};
}

}  // namespace moetric::v0
