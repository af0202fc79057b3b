#pragma once

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/account.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/core/text.hpp"

/// Why FLOPs per token alone is an unfair measure of MoE models, the first finding of 2603.21862. At equal M, models
/// differ in active parameters, because attention scores have FLOPs and no weights, and in total parameters, because
/// most stored experts are not used by a token.
namespace moetric::v0::plan {

/// The share of one kind of layer in a model's M, N_a and N.
struct layer_share {
  std::string_view kind;
  double training_flops_per_token;
  double active_parameters;
  double total_parameters;
};

/// A model by kinds of layer, in the convention of 2603.21862: without embedding, output head, router and norms.
struct density_view {
  std::array<layer_share, 5> kinds;

  /// M
  double training_flops_per_token() const { return sum(&layer_share::training_flops_per_token); }
  /// N_a
  double active_parameters() const { return sum(&layer_share::active_parameters); }
  /// N
  double total_parameters() const { return sum(&layer_share::total_parameters); }
  /// M/N_a
  double flops_per_active_parameter() const { return training_flops_per_token() / active_parameters(); }
  /// The part of M that no weight accounts for.
  double cores() const { return kinds[1].training_flops_per_token + kinds[4].training_flops_per_token; }
  /// N/N_a
  double expansion_ratio() const { return total_parameters() / active_parameters(); }

 private:
  double sum(double layer_share::*member) const {
    double all = 0;
    for (layer_share const& each : kinds) all += each.*member;
    return all;
  }
};

/// M, N_a and N of a model by kinds of layer at a sequence length in tokens, with half of the causal square.
/// \throws std::invalid_argument with every rule that the model breaks, or for a length of 0
inline density_view density_of(model const& m, count sequence_length) {
  if (sequence_length == 0) moetric::detail::invalid("moetric: sequence_length must be positive, but got 0");
  account<> const book = account_of(m, {sequence_length});
  auto const weights = [&book](std::string_view kind, std::initializer_list<term> terms) {
    count active, stored;
    for (term const t : terms) active += book.multiplied[t], stored += book.stored[t];
    return layer_share{kind, static_cast<double>(6 * active), static_cast<double>(active), static_cast<double>(stored)};
  };
  auto const core = [&](std::string_view kind, count flops) {
    return layer_share{kind, 3 * static_cast<double>(ratio(flops, sequence_length)), 0, 0};
  };
  count const scores = book.core[term::attention_core];
  return {{{weights("attention projections",
                    {term::attention_projections, term::attention_gate, term::sparse_indexer, term::key_compression}),
            core("attention scores", scores), weights("dense feed-forward", {term::dense_ffn, term::dense_residual}),
            weights("experts", {term::routed_experts, term::shared_experts, term::latent_projections}),
            core("index scores, states and convolutions", book.core.total() - scores)}}};
}

/// Three sentences: how M, N_a and N of two models differ, the share of attention scores, the share of experts.
inline std::vector<std::string> why_they_differ(density_view const& a, density_view const& b) {
  auto const percent = [](double part, double whole) { return brief(100 * part / whole, 3) + " %"; };
  auto const scores = [&](density_view const& v) { return percent(v.cores(), v.training_flops_per_token()); };
  auto const experts = [&](density_view const& v) {
    return percent(v.kinds[3].active_parameters, v.active_parameters());
  };
  double const m = b.training_flops_per_token() / a.training_flops_per_token();
  double const active = b.active_parameters() / a.active_parameters();
  double const total = b.total_parameters() / a.total_parameters();
  double const others = a.kinds[4].training_flops_per_token + b.kinds[4].training_flops_per_token;
  return {"M of the second is " + brief(m, 3) + " times the first's, N_a " + brief(active, 3) + " times, N " +
              brief(total, 3) + " times" +
              (std::fabs(std::log(m)) < 0.1 ? ": FLOPs per token alone do not distinguish the two" : ""),
          (others == 0 ? "attention scores" : "attention scores and states") +
              std::string(" have FLOPs and no weights: they take ") + scores(a) + " and " + scores(b) +
              " of M, so a FLOP per token carries 1/" + brief(a.flops_per_active_parameter(), 3) + " and 1/" +
              brief(b.flops_per_active_parameter(), 3) + " of an active parameter (M/N_a = 6/(1 - that share))",
          "experts are " + experts(a) + " and " + experts(b) +
              " of active parameters, and a token uses only a few of those that are stored: N/N_a is " +
              brief(a.expansion_ratio(), 3) + " and " + brief(b.expansion_ratio(), 3)};
}

}  // namespace moetric::v0::plan
