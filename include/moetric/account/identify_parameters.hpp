#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "moetric/account/checkpoint.hpp"
#include "moetric/account/identify.hpp"
#include "moetric/model/core_conventions.hpp"

namespace moetric::v0 {

/// One sum of weights that may explain a number of parameters.
struct parameter_identification {
  std::string name;  // "active", "main + mtp + fp8_scales", the id of a known bug
  count value;
  count vocab_size;        // as configured, or padded to a multiple
  int parts;               // how many parts the sum has
  bool truncated = false;  // has the printed digits as its first, but rounds to others

  /// The distance to a number.
  constexpr ratio residue(ratio wanted) const {
    return wanted < ratio(value) ? ratio(value) - wanted : wanted - ratio(value);
  }
};

namespace detail {

template <class Visit>
void each_sum_of_parameters(model const& m, count vision_tower, Visit visit) {
  count const vocabulary = m.input.vocab_size;
  auto const add = [&](std::string_view name, count value, int parts = 1) {
    visit(parameter_identification{std::string(name), value, vocabulary, parts});
  };
  checkpoint_parts const parts = checkpoint_parts_of(m, vision_tower);
  for (unsigned chosen = 1; chosen < 1U << parts.size(); chosen += 2)
    if (composes(parts, chosen))
      add(chosen == 1 ? "total" : to_string(parts, chosen), total_of(parts, chosen), std::popcount(chosen));
  parameter_counts const counts = count_parameters(m);
  count const active_mtp = parameters_by({.mtp = weights_of::a_token}, m);
  struct sum {
    std::string_view name;
    count main, mtp;
  };
  for (sum const& each : {sum{"active", counts.active, active_mtp},
                          {"active_without_input_embedding", counts.active_without_input_embedding, active_mtp},
                          {"active_non_embedding", counts.active_non_embedding, active_mtp},
                          {"active_matmul", counts.active_matmul, 0},
                          {"non_embedding", counts.non_embedding, counts.mtp}}) {
    add(each.name, each.main);
    if (each.mtp != 0) add(std::string(each.name) + " + mtp", each.main + each.mtp, 2);
  }
  if (counts.mtp != 0) add("mtp", counts.mtp);
  for (auto const& [draw, of_a_token] :
       {std::pair{expert_draw::fewest, ", fewest experts"}, std::pair{expert_draw::most, ", most experts"}}) {
    parameter_counts const drawn = count_parameters(counted_by({.zero_experts = draw}, m));
    if (drawn.active == counts.active) continue;  // no zero experts
    add(std::string("active") + of_a_token, drawn.active);
    add(std::string("active_without_input_embedding") + of_a_token, drawn.active_without_input_embedding);
    add(std::string("active_non_embedding") + of_a_token, drawn.active_non_embedding);
  }
  for (known_bug const& bug : known_bugs)
    if (bug.what == miscounted::parameters && counts.mtp != 0) add(bug.id, parameters_by(bug.printed_parameters, m), 3);
}

}  // namespace detail

/// Every sum of weights that rounds to `wanted`; if there is none, those that are it truncated; if there is none
/// either, the five nearest. The configured vocabulary comes before padded ones, sums of fewer parts first. The caller
/// passes the weights of a vision tower.
/// \throws std::invalid_argument with every rule that the model breaks
inline std::vector<parameter_identification> identify_parameters(model m, printed_number const& wanted,
                                                                 count vision_tower = 0) {
  constexpr std::size_t most_near = 5;
  count const configured = m.input.vocab_size;
  std::vector<parameter_identification> inside, truncated, near;
  for (count const vocabulary : detail::vocabularies_to_try(configured)) {
    m.input.vocab_size = vocabulary;
    detail::each_sum_of_parameters(m, vision_tower, [&](parameter_identification const& sum) {
      bool const rounds = wanted.holds(sum.value), begins = !rounds && wanted.begins(sum.value);
      auto& fitting = rounds ? inside : begins ? truncated : near;
      fitting.push_back(sum);
      fitting.back().truncated = begins;
    });
  }
  auto const sorted = [](std::vector<parameter_identification>& sums, auto const& key) {
    std::stable_sort(sums.begin(), sums.end(), [&](auto const& a, auto const& b) { return key(a) < key(b); });
  };
  if (inside.empty()) inside = std::move(truncated);
  sorted(inside, [&](auto const& sum) { return std::tuple(sum.vocab_size != configured, sum.parts); });
  if (!inside.empty()) return inside;
  sorted(near, [&](auto const& sum) { return sum.residue(wanted.value); });
  near.resize(std::min(near.size(), most_near));
  return near;
}

}  // namespace moetric::v0
