#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/run_reading.hpp"
#include "moetric/plan/design_request.hpp"

namespace moetric::v0::io {

/// Keeps the runs of one phase of a design, in tables that name phases.
inline void keep_phase(run_table& of, plan::design_phase phase) {
  if (!of.table.has("phase")) return;
  std::size_t const place = of.table.column("phase");
  of.keep([&](csv_record const& each) { return each.fields[place] == name(phase); });
}

/// Runs of several sizes at each budget.
struct isoflop_runs {
  run_table table;
  bool by_flops = false;          // sizes are FLOPs per token, M, as in designs; else parameters
  std::vector<double> sizes{};    // parameters, or M
  std::vector<double> tokens{};   // empty if the file has none
  std::vector<double> compute{};  // FLOPs: of the file, else 6 N D or M D
  std::vector<double> loss{};

  /// FLOPs of training per token and size.
  double flops_per_size() const { return by_flops ? 1 : 6; }
  /// The name of the sizes.
  std::string size_name() const { return by_flops ? "training_flops_per_token" : "parameters"; }
};

/// Reads such runs, and notes which column their sizes and their compute are of.
/// \throws std::invalid_argument for a column that is missing, and as `read_runs`
inline isoflop_runs read_isoflop_runs(std::string const& file, run_reading const& how) {
  constexpr std::array<std::string_view, 4> counts{"total_parameters", "active_parameters",
                                                   "total_non_embedding_parameters", "active_non_embedding_parameters"};
  std::vector<std::string_view> read(counts.begin(), counts.end());
  read.insert(read.end(), {"training_flops_per_token", "tokens", "compute", "loss"});
  isoflop_runs made{read_runs(file, how, read)};
  run_table& of = made.table;
  keep_phase(of, plan::design_phase::isoflop);
  made.by_flops = !of.has(counts[0]) && of.has("training_flops_per_token");
  auto const counted = std::find_if(counts.begin(), counts.end(), [&](std::string_view each) { return of.has(each); });
  std::string const key(made.by_flops ? made.size_name() : counted == counts.end() ? counts[0] : *counted);
  if (!made.by_flops && key != counts[0]) of.note("sizes are " + key);
  made.sizes = of.counted(key);
  if (of.has("tokens")) made.tokens = of.counted("tokens");
  if (of.has("compute") || made.tokens.empty()) {
    made.compute = of.counted("compute");
  } else {
    for (std::size_t i = 0; i != made.sizes.size(); ++i)
      made.compute.push_back(made.flops_per_size() * made.sizes[i] * made.tokens[i]);
    of.note(made.by_flops ? "compute is training_flops_per_token x tokens" : "compute is 6 " + key + " tokens");
  }
  made.loss = of.varied("loss");
  return made;
}

}  // namespace moetric::v0::io
