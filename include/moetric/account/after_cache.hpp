#pragma once

#include "moetric/account/flops.hpp"

namespace moetric::v0 {

/// The forms in which latent attention ran: none without such layers, all absorbed, all expanded, or some of each.
enum class executed_latents { none, absorbed, expanded, both };

/// "absorbed" and so on, as reports print it.
constexpr std::string_view name(executed_latents which) {
  constexpr std::string_view names[] = {"none", "absorbed", "expanded", "both"};
  return names[static_cast<std::size_t>(which)];
}

/// Forward FLOPs after a cache, and the algorithm that they describe.
struct flops_after_cache : flops {
  executed_latents latents = executed_latents::none;
};

namespace detail {

/// Counts `fresh` tokens after `cached` ones; `core_of` chooses the core of each latent attention.
template <class CoreOf>
constexpr flops_after_cache count_after_cache(model m, count cached, count fresh, CoreOf core_of) {
  count const all = cached + fresh;
  require_sequence(fresh);
  require_sequence(all);
  bool absorbed = false, expanded = false;
  count expansion;
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i)
    if (auto* const a = m.layers.mixers[i].get_if<multi_head_latent_attention<>>()) {
      a->core = core_of(*a);
      (a->core == latent_core::absorbed ? absorbed : expanded) = true;
    }
  for (stack::run const& run : m.layers.runs) {
    auto const* const a = m.layers.mixer_of(run).get_if<multi_head_latent_attention<>>();
    if (run.use == layer_use::idle || a == nullptr || a->core == latent_core::absorbed) continue;
    // The fresh tokens' own latents are expanded by their products with key_value_up.
    count const read = a->sparse ? least(cached, fresh * a->indexer.top_k) : cached;
    expansion += 2 * read * run.layers * stored_in(*a, m.d_model, projection::key_value_up);
  }
  account<> book = account_of(m, {all, causal_rule::exact});
  account<> const before = account_of(m, {cached, causal_rule::exact});
  for (std::size_t i = 0; i != n_terms; ++i) book.core.amounts[i] -= before.core.amounts[i];
  flops_after_cache after{{forward_sheet(book, fresh), fresh}};
  after.by_term[term_of(projection::key_value_up)] += expansion;
  if (absorbed || expanded)
    after.latents = absorbed && expanded ? executed_latents::both
                    : absorbed           ? executed_latents::absorbed
                                         : executed_latents::expanded;
  return after;
}

}  // namespace detail

/// Forward FLOPs of `fresh_tokens` after `cached_tokens` whose keys, values and states are cached: prefill with a
/// cached prefix, a chunk of prefill, or one step of decoding (fresh_tokens = 1). Each query sees its predecessors and
/// itself, the exact causal rule, so chunks add up to the whole sequence. Logits are charged for every fresh token.
///
/// Every core of latent attention runs in the given form, from cached latents:
///   absorbed  2·H·(kl+rope+kl) for each pair; the projections cost the same
///   expanded  2·H·(nope+rope+v) for each pair, and 2·kl·H(nope+v) for each cached latent that is expanded again: all
///             of them, or with an indexer at most top_k for each fresh token (an upper bound)
/// \throws std::invalid_argument as `forward_flops`
constexpr flops_after_cache forward_flops_after(model const& m, count cached_tokens, count fresh_tokens,
                                                latent_core latents) {
  return detail::count_after_cache(m, cached_tokens, fresh_tokens, [latents](auto const&) { return latents; });
}

/// The same in the form that inference engines run: absorbed after a cache and where an indexer chooses the keys,
/// expanded in a prefill without a cache. The result says which.
/// Source: DeepSeek-V3's and V3.2's published inference code; DeepSeek-V2, 2405.04434, section 2.1.2.
/// \throws std::invalid_argument as `forward_flops`
constexpr flops_after_cache forward_flops_after(model const& m, count cached_tokens, count fresh_tokens) {
  return detail::count_after_cache(m, cached_tokens, fresh_tokens, [cached_tokens](auto const& a) {
    return cached_tokens != 0 || a.sparse ? latent_core::absorbed : latent_core::expanded;
  });
}

}  // namespace moetric::v0
