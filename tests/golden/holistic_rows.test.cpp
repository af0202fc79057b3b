#include "catch.hpp"

#include <map>
#include <vector>

#include "data.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/plan/rounding.hpp"

// Tables of arXiv 2603.21862. A row is a configuration: from its d_model and the targets of its table, the inverse and
// the paper's rounding give L_d, d_ff, L_m and d_expert. A failing row means that the inverse, the rounding or a target
// changed.

using namespace moetric;
using laws::holistic::scale;

namespace {

struct row {
  double compute, d_model, n_dense_layers, d_ff, n_moe_layers, d_expert;
};

// Numbers in the order of the file; M/N_a by scale (Table 15), or the grid of phase 1 (Tables 9 and 14).
plan::triad_targets table_15_targets(double compute, std::size_t i) {
  static std::map<double, std::vector<double>> const densities{
      {1e18, {8, 8.7, 10, 10.5, 11, 12, 13, 14, 15, 16}}, {3e18, {8, 8.5, 9, 9.5, 10, 11, 12, 13}},
      {1e19, {8, 8.3, 8.7, 9, 9.5, 10, 11, 12}},          {3e19, {7.5, 8, 8.5, 9, 9.5, 10, 11}},
      {1e20, {7, 7.3, 7.7, 8, 8.5, 9, 10, 11}},           {3e20, {6.6, 6.8, 7.2, 7.5, 8, 8.5, 9, 10}}};
  return {laws::holistic::scale_at(compute)->training_flops_per_token, densities.at(compute).at(i),
          compute == 1e18 ? 17.0 : 22.0};
}

plan::triad_targets grid_targets(double training_flops_per_token, std::size_t i) {
  constexpr double densities[] = {7, 8, 9, 11, 14, 17};
  constexpr double expansions[] = {12, 16, 20, 22, 26, 30};
  return {training_flops_per_token, densities[i / 6], expansions[i % 6]};
}

void check(row const& expected, plan::triad_targets const& targets) {
  scale const& s = *laws::holistic::scale_at(expected.compute);
  plan::holistic_inverse const inverse(
      targets, {.n_heads = double(s.n_heads), .n_kv_heads = double(s.n_kv_heads), .head_dim = double(s.head_dim)});
  shape<double> const got = plan::round_as_paper(inverse, expected.d_model);
  CAPTURE(expected.compute, expected.d_model);
  CHECK(got.n_dense_layers == expected.n_dense_layers);
  CHECK(got.d_ff == expected.d_ff);
  CHECK(got.n_moe_layers == expected.n_moe_layers);
  CHECK(got.d_expert == expected.d_expert);
}

}  // namespace

TEST_CASE("rows of Table 15: L_d, d_ff, L_m, d_expert") {
  row const at_1e20[] = {{1e20, 2232, 2, 6696, 7, 712},  {1e20, 2080, 2, 6240, 10, 552}, {1e20, 1768, 2, 5304, 12, 488},
                         {1e20, 1600, 2, 4800, 14, 456}, {1e20, 1384, 3, 4152, 17, 416}, {1e20, 1192, 3, 3576, 19, 408},
                         {1e20, 936, 4, 2808, 22, 400},  {1e20, 768, 5, 2304, 24, 392}};
  for (std::size_t i = 0; i != std::size(at_1e20); ++i) check(at_1e20[i], table_15_targets(1e20, i));
}

TEST_CASE("rows of Table 9: L_d, d_ff, L_m, d_expert") {
  row const first[] = {{1e18, 1496, 1, 4488, 2, 168}, {1e18, 1352, 1, 4056, 2, 248}, {1e18, 1208, 1, 3624, 2, 336},
                       {1e18, 1096, 1, 3288, 2, 408}, {1e18, 816, 1, 2448, 2, 664},  {1e18, 432, 1, 1296, 2, 1456}};
  for (std::size_t i = 0; i != std::size(first); ++i) check(first[i], grid_targets(0.2552e9, i));
}

TEST_CASE("every known row of Tables 9, 14 and 15") {
  std::map<double, std::size_t> seen;
  std::size_t in_9 = 0, in_14 = 27, checked = 0;  // only the last nine cells of Table 14 are known
  for (auto const& cells : test_data::rows("holistic-rows.csv")) {
    auto const number = [&cells](char const* column) { return std::stod(cells.at(column)); };
    row const expected{number("C"), number("d"), number("Ld"), number("dd"), number("Lm"), number("dm")};
    if (cells.at("table") == "9")
      check(expected, grid_targets(0.2552e9, in_9++));
    else if (cells.at("table") == "14")
      check(expected, grid_targets(6.19e9, in_14++));
    else if (cells.at("table") == "15")
      check(expected, table_15_targets(expected.compute, seen[expected.compute]++));
    else
      continue;  // Table 5 was not built from these targets
    ++checked;
  }
  CHECK(checked == 94);
}
