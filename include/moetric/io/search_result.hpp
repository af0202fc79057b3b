#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/io/space.hpp"
#include "moetric/report/search_answer.hpp"
#include "moetric/search/problem/result.hpp"

namespace moetric::v0::io {

namespace detail {

inline void sort_keys(json& value) {
  if (value.is_array())
    for (json& each : value.array()) sort_keys(each);
  if (!value.is_object()) return;
  value.object().sort();
  for (json_member& each : value.object()) sort_keys(each.second);
}

/// FNV-1a.
class hash {
 public:
  hash& operator<<(std::string_view text) {
    for (char const c : text) byte(static_cast<unsigned char>(c));
    return *this << std::uint64_t{text.size()};
  }
  hash& operator<<(std::uint64_t word) {
    for (int shift = 0; shift != 64; shift += 8) byte(static_cast<unsigned char>(word >> shift & 0xff));
    return *this;
  }
  hash& operator<<(double number) { return *this << std::bit_cast<std::uint64_t>(number); }
  /// 16 hexadecimal digits.
  std::string text() const {
    std::string digits(16, '0');
    std::uint64_t left = value_;
    for (std::size_t i = 16; i-- != 0; left >>= 4) digits[i] = "0123456789abcdef"[left & 15];
    return digits;
  }

 private:
  void byte(unsigned char c) { value_ = (value_ ^ c) * 0x100000001b3; }

  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace detail

/// A request as one text: its JSON with sorted keys.
inline std::string canonical_text(json request) {
  detail::sort_keys(request);
  return json_text(request);
}

/// A fingerprint of a request and of all that its answer depends on: the version, the coefficients of its law, its
/// windows with those of a preset, and its axes with those of the default. Results are merged only if their requests
/// have the same one.
inline std::string fingerprint(json const& request, search::any_problem const& problem) {
  detail::hash all;
  all << canonical_text(request) << report::version_text();
  if (search::law_loss const* const by = problem.objective().as_law_loss())
    for (laws::coefficient const& each : by->law().about().coefficients) all << each.name << each.value;
  for (search::window const& each : problem.windows()) all << name(each.measure) << each.low << each.high;
  for (search::axis const& each : problem.over().axes()) {
    all << name(each.field);
    for (ratio const& value : each.values)
      all << static_cast<std::uint64_t>(value.numerator) << static_cast<std::uint64_t>(value.denominator);
  }
  return all.text();
}

/// A digest of a result: 16 hexadecimal digits, which differ if a number of it does.
inline std::string digest_of(search::result const& of) {
  detail::hash all;
  all << std::uint64_t{of.k} << of.counts.enumerated << of.counts.discarded << of.counts.rejected << of.counts.scored
      << of.counts.boxes;
  for (search::index_range const& each : of.searched) all << each.first << each.last;
  for (search::candidate const& each : of.best) all << each.score << each.index;
  return all.text();
}

/// The result in a document whose candidates were read apart from it.
/// \param layouts that each configuration was scored on: counts are of pairs then, and how many of the configurations
///        are allowed is not among them
/// \throws std::invalid_argument naming a key that is missing or inconsistent
inline search::result result_from(json_value const& from, std::vector<search::candidate> best,
                                  std::optional<std::size_t> layouts = {}) {
  search::result found{.k = static_cast<std::size_t>(from.at("top").whole({.least = 1}))};
  json_value const searched = from.at("searched");
  std::string const subject = "key 'best' of " + from.subject();
  for (json_value const& each : searched.items()) {
    std::vector<json_value> const ends = each.items();
    if (ends.size() != 2) refuse(searched.subject() + " must hold pairs of indices");
    search::index_range const range{ends[0].whole(), ends[1].whole()};
    if (range.last <= range.first || (!found.searched.empty() && range.first < found.searched.back().last))
      refuse(searched.subject() + " must hold increasing ranges, but got " + json_text(each.value()));
    found.searched.push_back(range);
  }
  for (std::size_t i = 0; i != best.size(); ++i) {
    if (i != 0 && !(best[i - 1] < best[i]))
      refuse(subject + " must be sorted, best first, but configuration " + std::to_string(best[i].index) +
             " comes after " + std::to_string(best[i - 1].index));
    auto const after =
        std::upper_bound(found.searched.begin(), found.searched.end(), best[i].index,
                         [](std::uint64_t at, search::index_range const& range) { return at < range.first; });
    if (after == found.searched.begin() || (after - 1)->last <= best[i].index)
      refuse(subject + " must lie in what was searched, but got index " + std::to_string(best[i].index));
  }
  found.best = std::move(best);
  search::search_counters& n = found.counts;
  for (auto const& [key, into] :
       {std::pair{"enumerated", &n.enumerated}, std::pair{"discarded", &n.discarded},
        std::pair{"rejected", &n.rejected}, std::pair{"scored", &n.scored}, std::pair{"boxes", &n.boxes}})
    *into = from.at(key).whole();
  count size = 0;
  for (search::index_range const& each : found.searched) size = size + count(each.size());
  if (layouts) size = size * count(*layouts);
  if (size != count(n.enumerated))
    refuse(from.at("enumerated").subject() + " must be what was searched, " + to_string(size) + ", but is " +
           std::to_string(n.enumerated));
  if (count(n.discarded) + n.rejected + n.scored != n.enumerated)
    refuse(from.at("enumerated").subject() + " must be what was discarded, rejected and scored, but is " +
           std::to_string(n.enumerated));
  if (std::uint64_t const kept = std::min<std::uint64_t>(found.k, n.scored);
      layouts ? found.best.size() > kept : found.best.size() != kept)
    refuse(subject + " must hold the best " + std::to_string(kept) + " of those scored, but holds " +
           std::to_string(found.best.size()));
  return found;
}

/// A result from JSON; other keys of a search's answer are not read.
/// \throws std::invalid_argument naming a key that is missing or inconsistent
inline search::result result_from(json const& value) {
  json_value const from(value, "a result");
  std::vector<search::candidate> best;
  for (json_value const& each : from.at("best").items())
    best.push_back({each.at("score").real(), each.at("index").whole()});
  return result_from(from, std::move(best));
}

}  // namespace moetric::v0::io
