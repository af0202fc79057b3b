#pragma once

#include "moetric/account/parameters.hpp"
#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The weights that are counted: none, those that one token uses, or all.
enum class weights_of { nothing, a_token, all_tokens };

/// A tool's count of parameters, as a sum over the terms of an account.
struct parameter_rule {
  weights_of main = weights_of::nothing;
  weights_of mtp = weights_of::nothing;
  term_set left_out{};
  bool around_mtp = true;  // the projection and norms around an MTP module's block

  friend constexpr bool operator==(parameter_rule const& a, parameter_rule const& b) {
    return a.main == b.main && a.mtp == b.mtp && a.left_out.bits == b.left_out.bits && a.around_mtp == b.around_mtp;
  }
};

/// The parameters of a model as a rule counts them.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr count parameters_by(parameter_rule const& rule, model const& m) {
  auto const sum = [&](account<> const& book, weights_of which) -> count {
    if (which == weights_of::nothing) return 0;
    count total;
    for (std::size_t i = 0; i != n_terms; ++i)
      if (!rule.left_out.contains(static_cast<term>(i)))
        total += which == weights_of::a_token ? book.active.amounts[i] : book.stored.amounts[i];
    return total;
  };
  count total = sum(account_of(m), rule.main) + sum(mtp_account(m), rule.mtp);
  if (rule.mtp != weights_of::nothing && !rule.around_mtp) {
    multi_token_prediction<> const around{.modules = m.mtp.modules};
    total -= around.projection_weights(m.d_model) + around.norms() * norm_weights(m.norm, m.d_model);
  }
  return total;
}

}  // namespace moetric::v0
