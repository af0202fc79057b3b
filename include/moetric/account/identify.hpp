#pragma once

#include <span>
#include <vector>

#include "moetric/account/conventions.hpp"

namespace moetric::inline v0 {

/// One way in which a logged number of training FLOPs per token may have been counted.
struct identification {
  convention const* rule;
  count sequence_length;
  mtp_modules with;
  count vocab_size;  // as configured, or padded to a multiple
  ratio training_flops_per_token;

  /// How far it is from the number asked for.
  constexpr ratio residue(ratio wanted) const {
    return wanted < training_flops_per_token ? training_flops_per_token - wanted : wanted - training_flops_per_token;
  }
};

namespace detail {

/// Tries every convention at every length, with and without multi-token prediction, with the vocabulary as it is and
/// padded to the multiples that trainers pad to.
template <class Visit>
void each_way_of_counting(model m, std::span<count const> sequence_lengths, Visit visit) {
  count const configured = m.input.vocab_size;
  std::vector<count> vocabularies{configured};
  for (int const multiple : {64, 128, 256, 512, 1024})
    if (count const size = padded_vocabulary(configured, multiple); size != vocabularies.back()) vocabularies.push_back(size);
  for (count const vocabulary : vocabularies) {
    m.input.vocab_size = vocabulary;
    for (convention const& rule : conventions)
      for (count const length : sequence_lengths) {
        flops const without = training_flops(m, length, rule);
        visit(identification{&rule, length, mtp_modules::left_out, vocabulary, without.per_token()});
        if (m.mtp.modules == 0) continue;
        flops const included = training_flops(m, length, rule, {.mtp = mtp_modules::included});
        if (included.per_sequence() != without.per_sequence())
          visit(identification{&rule, length, mtp_modules::included, vocabulary, included.per_token()});
      }
  }
}

}  // namespace detail

/// Every way of counting that gives exactly this number of training FLOPs per token; when there is none, the five
/// nearest. The configured vocabulary comes before padded ones.
/// \throws std::invalid_argument for a model that breaks a rule, or for no lengths
inline std::vector<identification> identify_training_flops(model const& m, ratio wanted,
                                                           std::span<count const> sequence_lengths) {
  if (sequence_lengths.empty()) detail::invalid("moetric: sequence_lengths must hold at least one length");
  constexpr std::size_t most_near = 5;
  std::vector<identification> exact, near;
  detail::each_way_of_counting(m, sequence_lengths, [&](identification const& way) {
    if (way.training_flops_per_token == wanted) exact.push_back(way);
    if (!exact.empty()) return;
    auto place = near.begin();
    while (place != near.end() && !(way.residue(wanted) < place->residue(wanted))) ++place;
    near.insert(place, way);
    if (near.size() > most_near) near.pop_back();
  });
  return exact.empty() ? near : exact;
}

}  // namespace moetric::inline v0
