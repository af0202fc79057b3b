#pragma once

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "moetric/io/csv.hpp"
#include "moetric/optimum/noise_groups.hpp"

namespace moetric::v0::io {

/// Gradient norms from a CSV file with the columns step, tokens, b_small, b_big, grad_norm_sq_small, grad_norm_sq_big
/// and optionally group; groups in the order of their first line. The group named "experts" sees `expert_share` of
/// each batch.
/// \throws std::invalid_argument naming the column and line of what is missing, negative or no number
inline std::vector<optimum::noise_group> read_noise_groups(std::filesystem::path const& path, double expert_share = 1) {
  csv_table const table = read_csv(path);
  std::size_t const step = table.column("step"), tokens = table.column("tokens"), small = table.column("b_small"),
                    big = table.column("b_big"), norm_small = table.column("grad_norm_sq_small"),
                    norm_big = table.column("grad_norm_sq_big");
  if (table.records.empty()) refuse(table.subject + " must hold at least one step, but holds none");
  std::vector<optimum::noise_group> groups;
  for (csv_record const& each : table.records) {
    std::string const line = " on line " + std::to_string(each.line) + " of " + table.subject;
    for (std::size_t const place : {step, tokens})
      if (table.number(each, place) < 0)
        refuse(table.names[place] + line + " must not be negative, but got " + each.fields[place]);
    std::string const name = table.has("group") ? each.fields[table.column("group")] : "all";
    auto found = std::find_if(groups.begin(), groups.end(), [&](auto const& group) { return group.name == name; });
    if (found == groups.end())
      found = groups.insert(found, {.name = name, .batch_share = name == "experts" ? expert_share : 1});
    optimum::gradient_norms const norms{table.number(each, small), table.number(each, big),
                                        table.number(each, norm_small), table.number(each, norm_big)};
    try {
      found->add(norms);
    } catch (std::invalid_argument const& error) {
      throw std::invalid_argument(error.what() + line);
    }
  }
  return groups;
}

}  // namespace moetric::v0::io
