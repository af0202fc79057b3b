#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/account/printed_number.hpp"

namespace moetric::v0 {

/// One way to count that may explain a logged number of training FLOPs per token.
struct identification {
  convention const* rule = nullptr;  // in the table, or printed because of a known bug
  bool is_known_bug = false;
  term_set left_out{};             // terms subtracted from the convention: router or logits
  bool embedding_charged = false;  // the embedding as a matrix product, besides the convention
  count sequence_length = 1;
  mtp_modules with = mtp_modules::left_out;
  count vocab_size = 0;  // as configured, or padded to a multiple
  ratio training_flops_per_token{};
  int implausibility = 0;  // the lower, the likelier: see `ways_of_counting::inside`

  /// The distance to a number.
  constexpr ratio residue(ratio wanted) const {
    return wanted < training_flops_per_token ? training_flops_per_token - wanted : wanted - training_flops_per_token;
  }
};

/// "matmul-full without router with embedding"
inline std::string to_string(identification const& way) {
  std::string text(way.rule->id);
  if (way.left_out.contains(term::router)) text += " without router";
  if (way.left_out.contains(term::output_head)) text += " without logits";
  if (way.embedding_charged) text += " with embedding";
  return text;
}

namespace detail {

inline constexpr count vocabulary_multiples[] = {64, 128, 256, 512, 1024};

/// The vocabulary as configured, then padded to the multiples of trainers.
inline std::vector<count> vocabularies_to_try(count configured) {
  std::vector<count> sizes{configured};
  for (count const multiple : vocabulary_multiples)
    if (count const size = padded_vocabulary(configured, multiple); size != sizes.back()) sizes.push_back(size);
  return sizes;
}

/// All ways at one length, vocabulary and choice of modules: every convention; every known bug that changes the number;
/// and the plain matrix-product conventions with other choices of router, logits and embedding, if no convention gives
/// the same.
template <class Visit>
void each_way_at(model const& m, std::string_view model_type, count length, mtp_modules with, Visit visit) {
  identification way{.sequence_length = length, .with = with, .vocab_size = m.input.vocab_size};
  std::vector<std::pair<convention const*, flops>> plain;
  std::vector<count> known;
  for (convention const& rule : conventions) {
    flops const training = training_flops(m, length, rule, {.mtp = with});
    known.push_back(training.per_sequence());
    if (rule.id.starts_with("matmul-")) plain.emplace_back(&rule, training);
    way.rule = &rule;
    way.training_flops_per_token = training.per_token();
    visit(way);
  }
  auto const is_among = [&](std::size_t first, count total) {
    auto const end = known.begin() + static_cast<std::ptrdiff_t>(first);
    return total == 0 || std::find(known.begin(), end, total) != end;
  };
  std::size_t const by_conventions = known.size();  // two tools may have the same bug
  way.is_known_bug = true;
  for (known_bug const& bug : known_bugs) {
    if (bug.what != miscounted::training_flops || !(model_type.empty() || may_show(bug, m, model_type))) continue;
    flops const training = training_flops(m, length, bug.printed, {.mtp = with});
    way.rule = &bug.printed;
    way.training_flops_per_token = training.per_token();
    if (is_among(by_conventions, training.per_sequence())) continue;
    known.push_back(training.per_sequence());
    visit(way);
  }
  way.is_known_bug = false;
  count const embedding = 6 * length * m.input.weights(m.d_model);
  for (auto const& [rule, training] : plain)
    for (int choice = 1; choice != 8; ++choice) {
      way.rule = rule;
      way.left_out = {};
      if ((choice & 1) != 0) way.left_out = way.left_out | term::router | term::shared_expert_gate;
      if ((choice & 2) != 0) way.left_out = way.left_out | term::output_head;
      way.embedding_charged = (choice & 4) != 0;
      count total = way.embedding_charged ? embedding : count(0);
      for (std::size_t t = 0; t != n_terms; ++t)
        if (!way.left_out.contains(static_cast<term>(t))) total += training.by_term.amounts[t];
      way.training_flops_per_token = ratio(total, length);
      if (is_among(known.size(), total)) continue;
      known.push_back(total);
      visit(way);
    }
}

template <class Visit>
void each_way_of_counting(model m, std::string_view model_type, std::span<count const> sequence_lengths, Visit visit) {
  for (count const vocabulary : vocabularies_to_try(m.input.vocab_size)) {
    m.input.vocab_size = vocabulary;
    for (count const length : sequence_lengths) {
      each_way_at(m, model_type, length, mtp_modules::left_out, visit);
      if (m.mtp.modules != 0)
        each_way_at(m, model_type, length, mtp_modules::included, [&](identification const& way) {
          if (way.rule->mtp != mtp_rule::none) visit(way);
        });
    }
  }
}

/// Doublings or halvings between a length and 4096, the commonest length in published pre-training.
constexpr int doublings_from_4096(count length) {
  int doublings = 0;
  for (count at = 4096; at < length; at *= 2) ++doublings;
  for (count at = 4096; at > length; at = floor_div(at, 2)) ++doublings;
  return doublings;
}

}  // namespace detail

/// Every way to count the training FLOPs per token of a model: enumerated once, asked for several numbers.
class ways_of_counting {
 public:
  /// \param sequence_lengths tokens per sequence to try
  /// \param model_type of config.json: then only bugs that show in its tools' formulas are tried; without it, all
  /// \throws std::invalid_argument for a model that breaks a rule, or for no lengths
  ways_of_counting(model const& m, std::span<count const> sequence_lengths, std::string_view model_type = {}) {
    if (sequence_lengths.empty()) detail::invalid("moetric: sequence_lengths must hold at least one length");
    std::vector<std::pair<convention const*, bool>> covered;  // each rule's answer, asked once
    auto const is_covered = [&](convention const* rule) {
      for (auto const& [known, answer] : covered)
        if (known == rule) return answer;
      covered.emplace_back(rule, model_type.empty() ? covers(*rule, m) : covers(*rule, m, model_type));
      return covered.back().second;
    };
    detail::each_way_of_counting(m, model_type, sequence_lengths, [&](identification const& way) {
      all_.push_back(way);
      // Bits in order of weight; a length is at most 31 doublings from 4096.
      int rank = 0;
      for (bool const odd : {way.left_out.bits != 0 || way.embedding_charged, way.is_known_bug,
                             way.vocab_size != m.input.vocab_size, !is_covered(way.rule)})
        rank = 2 * rank + (odd ? 1 : 0);
      all_.back().implausibility = (rank * 32 + detail::doublings_from_4096(way.sequence_length)) * 2 +
                                   (way.with == mtp_modules::included ? 1 : 0);
    });
    std::stable_sort(all_.begin(), all_.end(), [](identification const& a, identification const& b) {
      return a.implausibility < b.implausibility;
    });
  }

  /// The ways that round to a number, the most plausible first: conventions before known bugs before other choices of
  /// terms, then the configured vocabulary before padded ones, tools that count such a model before extrapolated rules,
  /// lengths near 4096, and no multi-token prediction.
  std::vector<identification> inside(printed_number const& wanted) const {
    return those([&](identification const& way) { return wanted.holds(way.training_flops_per_token); });
  }
  /// Those that round to it; if there is none, those that are it truncated; if there is none either, the five nearest
  /// and all that tie with the fifth, the nearest first.
  std::vector<identification> likeliest(printed_number const& wanted) const {
    std::vector<identification> found = inside(wanted);
    if (found.empty())
      found = those([&](identification const& way) { return wanted.begins(way.training_flops_per_token); });
    return found.empty() ? nearest(wanted.value) : found;
  }

 private:
  template <class Predicate>
  std::vector<identification> those(Predicate wanted) const {
    std::vector<identification> found;
    for (identification const& each : all_)
      if (wanted(each)) found.push_back(each);
    return found;
  }
  std::vector<identification> nearest(ratio wanted) const {
    constexpr std::size_t most_near = 5;
    std::vector<identification> near;
    auto const nearer = [&](identification const& a, identification const& b) {
      return a.residue(wanted) < b.residue(wanted);
    };
    for (identification const& each : all_) {
      near.insert(std::upper_bound(near.begin(), near.end(), each, nearer), each);
      while (near.size() > most_near && nearer(near[most_near - 1], near.back())) near.pop_back();
    }
    return near;
  }

  std::vector<identification> all_;  // the most plausible first
};

/// The ways to count that give a number, as `ways_of_counting::likeliest` lists them.
/// \throws std::invalid_argument for a model that breaks a rule, or for no lengths
inline std::vector<identification> identify_training_flops(model const& m, printed_number const& wanted,
                                                           std::span<count const> sequence_lengths,
                                                           std::string_view model_type = {}) {
  return ways_of_counting(m, sequence_lengths, model_type).likeliest(wanted);
}

/// A model FLOPs utilisation as a log prints it, and its inputs.
struct logged_utilization {
  printed_number mfu;  // 0.431 or 43.1 %
  ratio peak_flops;    // FLOP/s of one device
  printed_number tokens_per_second_per_device;
};

/// The training FLOPs per token that a logged utilisation implies: MFU·peak / (tokens per second), as an interval.
/// \throws std::invalid_argument for 0 tokens per second
inline printed_number implied_training_flops(logged_utilization const& log) {
  printed_number const& tokens = log.tokens_per_second_per_device;
  if (tokens.low == ratio(0))
    detail::invalid("moetric: tokens_per_second_per_device must be positive and printed with a digit that is not 0");
  return {log.mfu.low * log.peak_flops / tokens.high, log.mfu.value * log.peak_flops / tokens.value,
          log.mfu.high * log.peak_flops / tokens.low};
}

/// A peak that a log may have used instead of the given one.
struct assumed_peak {
  std::string_view name;
  ratio scale;
};
inline constexpr assumed_peak assumed_peaks[] = {
    {"as given", 1},
    {"of 2:4 sparsity, twice the dense one", 2},
    {"a tera as 2^40", find_known_bug("vidur:peak-in-binary-units")->peak_scale}};

/// Ways to count that give a logged utilisation, and the peak that they assume.
struct utilization_identification {
  assumed_peak const* peak;
  printed_number training_flops_per_token;
  std::vector<identification> ways;
  bool inside;  // whether they round to it; otherwise they are the nearest
};

/// Every way to count that rounds to a logged utilisation with the peak as given; if there is none, with another peak;
/// if there is none either, the nearest with the peak as given.
/// \throws std::invalid_argument as `identify_training_flops` and `implied_training_flops`
inline utilization_identification identify_utilization(model const& m, logged_utilization const& log,
                                                       std::span<count const> sequence_lengths,
                                                       std::string_view model_type = {}) {
  ways_of_counting const ways(m, sequence_lengths, model_type);
  utilization_identification first{};
  for (assumed_peak const& peak : assumed_peaks) {
    logged_utilization read = log;
    read.peak_flops = log.peak_flops * peak.scale;
    printed_number const wanted = implied_training_flops(read);
    utilization_identification found{&peak, wanted, ways.likeliest(wanted), false};
    found.inside = wanted.holds(found.ways.front().training_flops_per_token);
    if (found.inside) return found;
    if (first.peak == nullptr) first = found;
  }
  return first;
}

}  // namespace moetric::v0
