#pragma once

#include "moetric/io/space.hpp"
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

}  // namespace detail

/// A fingerprint of a request: 16 hexadecimal digits (FNV-1a of the JSON with sorted keys). Results are merged only if
/// their requests have the same fingerprint.
inline std::string fingerprint(json request) {
  detail::sort_keys(request);
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char const c : json_text(request)) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string digits(16, '0');
  for (std::size_t i = 16; i-- != 0; hash >>= 4) digits[i] = "0123456789abcdef"[hash & 15];
  return digits;
}

/// The fingerprint of the request that a result belongs to.
inline std::string request_of(json const& value) {
  return json_value(value, "a result").at("request").text();
}

/// A result from JSON; other keys of a search's answer are not read.
/// \throws std::invalid_argument naming a key that is missing or inconsistent
inline search::result result_from(json const& value) {
  json_value const from(value, "a result");
  search::result found{.k = from.at("top").whole()};
  json_value const searched = from.at("searched"), best = from.at("best");
  for (json_value const& each : searched.items()) {
    std::vector<json_value> const ends = each.items();
    if (ends.size() != 2) refuse(searched.subject() + " must hold pairs of indices");
    search::index_range const range{ends[0].whole(), ends[1].whole()};
    if (range.last <= range.first || (!found.searched.empty() && range.first < found.searched.back().last))
      refuse(searched.subject() + " must hold increasing ranges, but got " + json_text(each.value()));
    found.searched.push_back(range);
  }
  for (json_value const& each : best.items()) {
    search::candidate const next{each.at("score").real(), each.at("index").whole()};
    if (!found.best.empty() && !(found.best.back() < next))
      refuse(best.subject() + " must be sorted, best first, but got " + json_text(each.value()));
    bool const inside = std::any_of(found.searched.begin(), found.searched.end(), [&](auto const& range) {
      return range.first <= next.index && next.index < range.last;
    });
    if (!inside) refuse(best.subject() + " must lie in what was searched, but got index " + std::to_string(next.index));
    found.best.push_back(next);
  }
  if (found.best.size() > found.k)
    refuse(best.subject() + " must not hold more than top, but holds " + std::to_string(found.best.size()));
  search::search_counters& n = found.counts;
  for (auto const& [key, into] :
       {std::pair{"enumerated", &n.enumerated}, std::pair{"discarded", &n.discarded},
        std::pair{"rejected", &n.rejected}, std::pair{"scored", &n.scored}, std::pair{"boxes", &n.boxes}})
    *into = from.at(key).whole();
  std::uint64_t size = 0;
  for (search::index_range const& each : found.searched) size += each.size();
  if (n.enumerated != size)
    refuse(from.at("enumerated").subject() + " must be what was searched, " + std::to_string(size) + ", but is " +
           std::to_string(n.enumerated));
  if (count(n.discarded) + n.rejected + n.scored != n.enumerated)
    refuse(from.at("enumerated").subject() + " must be what was discarded, rejected and scored, but is " +
           std::to_string(n.enumerated));
  return found;
}

}  // namespace moetric::v0::io
