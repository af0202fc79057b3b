#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "moetric/report/plot/from_values.hpp"

namespace moetric::v0::report {

/// Memory of each pipeline rank by term against what a device has, and MFU beside published runs, of a `cluster_answer`
/// to which `published` was added.
inline picture cluster_picture(value const& of) {
  std::string const device = detail::text_at(of, "device/name");
  picture made{.title = of["model"].text() + " on " + detail::shown(of["layout"]["devices"], ",") + " " + device +
                        ": " + detail::text_at(of, "layout/name")};
  panel memory{.title = "Memory of a device of each pipeline rank",
               .x = {.label = "memory", .unit = "bytes", .low = 0},
               .y = {.label = "", .unit = ""}};
  std::vector<value const*> ranks;
  for (object_member const& each : of["ranks"].members()) ranks.push_back(&each.content);
  std::sort(ranks.begin(), ranks.end(),
            [](value const* a, value const* b) { return (*a)["rank"].real() < (*b)["rank"].real(); });
  // The largest terms over all ranks, largest first; the others together.
  std::vector<std::pair<double, std::string>> terms;
  for (value const* const rank : ranks)
    for (object_member const& term : (*rank)["by_term"].members()) {
      auto found = std::find_if(terms.begin(), terms.end(), [&](auto const& each) { return each.second == term.name; });
      if (found == terms.end()) found = terms.insert(terms.end(), {0.0, term.name});
      found->first += term.content.real();
    }
  std::stable_sort(terms.begin(), terms.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
  constexpr std::size_t most_terms = 7;
  std::size_t const n_own = terms.size() > most_terms ? most_terms - 1 : terms.size();
  for (std::size_t t = 0; t != n_own; ++t)
    memory.all.push_back({.name = detail::in_words(terms[t].second), .drawn = mark::stack});
  if (n_own != terms.size()) memory.all.push_back({.name = "other terms", .drawn = mark::stack});
  for (std::size_t i = 0; i != ranks.size(); ++i) {
    memory.y.names.push_back("rank " + detail::shown((*ranks[i])["rank"], ","));
    double filled = 0;
    for (std::size_t s = 0; s != memory.all.size(); ++s) {
      double size = 0;
      for (std::size_t t = s; t < (s == n_own ? terms.size() : s + 1); ++t)
        if (double const bytes = detail::number_at((*ranks[i])["by_term"], terms[t].second); bytes > 0) size += bytes;
      memory.all[s].points.push_back(
          {.x = filled + size, .y = static_cast<double>(i), .low = filled, .high = filled + size});
      filled += size;
    }
  }
  series limit{.name = "usable", .drawn = mark::vertical};
  limit.points.push_back({.x = detail::number_at(of, "device/usable_bytes")});
  memory.all.push_back(limit);
  made.panels.push_back(std::move(memory));
  made.notes.push_back("Usable bytes of " + device + ": " + detail::text_at(of, "device/usable_source") + ".");

  value const* const published = of.find("published");
  if (published == nullptr || published->empty()) return made;
  bool const is_same = detail::text_at(*published, "#0/device") == device;
  panel speed{.title = "Published MFU on " + (is_same ? device : std::string("other devices")) + ", and this run's",
              .x = {.label = "MFU, of each format's dense peak", .unit = "1", .low = 0},
              .y = {.label = "", .unit = ""}};
  series own{.name = "this run, estimate", .drawn = mark::points}, runs{.name = "published run", .drawn = mark::points};
  own.points.push_back({.x = detail::number_at(of, "mfu/value"),
                        .y = 0,
                        .low = detail::number_at(of, "mfu/low"),
                        .high = detail::number_at(of, "mfu/high")});
  speed.y.names.push_back("this run, " + detail::text_at(of, "device/precision"));
  for (object_member const& row : published->members()) {  // a row for each model and format
    std::string const name = detail::text_at(row.content, "model") + ", " + detail::text_at(row.content, "format");
    auto const place = std::find(speed.y.names.begin(), speed.y.names.end(), name);
    runs.points.push_back(
        {.x = detail::number_at(row.content, "mfu"), .y = static_cast<double>(place - speed.y.names.begin())});
    if (place == speed.y.names.end()) speed.y.names.push_back(name);
  }
  speed.all = {own, runs};
  made.panels.push_back(std::move(speed));
  made.notes.push_back("Published runs: " + detail::text_at(*published, "#0/source") + " and others.");
  return made;
}

}  // namespace moetric::v0::report
