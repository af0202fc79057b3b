#include "moetric/cluster/identify_speed.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using namespace moetric::cluster;

namespace {

std::optional<printed_number> printed(std::string const& text, ratio factor = 1) {
  if (text.empty()) return {};
  printed_number const read = parse_printed_number("a number", text);
  return printed_number{read.low * factor, read.value * factor, read.high * factor};
}

}  // namespace

// NVIDIA-NeMo/Megatron-Bridge, docs/performance-summary.md and its archive: tokens/s and TFLOP/s of a device, with the
// way of counting that its code has at that release; AI-Hypercomputer/tpu-recipes and maxtext likewise, with MFU.
TEST_CASE("speeds that logs print are traced to their counting and their peak") {
  ratio const tera = count(1'000'000'000'000);
  std::map<std::string, std::vector<count>> lengths;
  for (auto const& row : test_data::rows("cluster/logged-speeds.csv")) {
    CAPTURE(row.at("model"), row.at("tokens_per_second"), row.at("tflops"), row.at("mfu"));
    zoo::listed_model const* const known = zoo::find(row.at("model"));
    REQUIRE(known != nullptr);
    count const length[]{parse_count(row.at("sequence_length"))};
    device const* const on = row.at("device").empty() ? nullptr : &device_named(row.at("device"));
    speed_identification const found = identify_speed(*known->value,
                                                      {.mfu = printed(row.at("mfu")),
                                                       .flops_per_second = printed(row.at("tflops"), tera),
                                                       .tokens_per_second = printed(row.at("tokens_per_second"))},
                                                      on, length);
    auto const is_wanted = [&](identification const& way) {
      return to_string(way) == row.at("way") && (way.with == mtp_modules::included) == (row.at("mtp") == "yes");
    };
    if (found.training_flops_per_token) {
      auto const way = std::find_if(found.ways.begin(), found.ways.end(), is_wanted);
      REQUIRE(way != found.ways.end());
      // "rounded": tokens/s are multiples of 16 or more, so that the quotient is 0.2 % off.
      double const off = std::abs(static_cast<double>(way->training_flops_per_token) /
                                      static_cast<double>(found.training_flops_per_token->value) -
                                  1);
      CHECK(found.counted == (row.at("tokens") == "exact"));
      CHECK(off < 0.002);
    }
    if (row.at("peak").empty()) continue;
    REQUIRE(!found.peaks.empty());
    CHECK(std::any_of(found.peaks.begin(), found.peaks.end(), [&](peak_and_ways const& each) {
      bool const counted = found.training_flops_per_token.has_value() || each.ways.empty() ||
                           std::any_of(each.ways.begin(), each.ways.end(), is_wanted);
      return counted && to_string(each.peak) == row.at("peak");
    }));
  }
}

TEST_CASE("peaks of sparsity, of half a device, of binary units and of other devices are found") {
  count const length[]{8192};
  auto const peak = [&](char const* mfu, char const* tflops, char const* on) {
    auto const found = identify_speed(
        zoo::llama_3_8b, {.mfu = printed(mfu), .flops_per_second = printed(tflops, count(1'000'000'000'000))},
        &device_named(on), length);
    return found.peaks.empty() ? "" : to_string(found.peaks.front().peak);
  };
  CHECK(peak("40.00%", "395.6", "h100-sxm") == "bf16 989 (datasheet) of h100-sxm");
  CHECK(peak("20.00%", "395.8", "h100-sxm") == "fp8 1979 (datasheet) of h100-sxm");
  CHECK(peak("40.82%", "1000", "gb200") == "bf16 2450 (nvidia-dgxc) of gb200");
  CHECK(peak("10.00%", "395.8", "h100-sxm") ==
        "fp8 1979 (datasheet) of h100-sxm, of 2:4 sparsity, twice the dense one");
  CHECK(peak("50.00%", "95.75", "mi250x") == "bf16 191.5 (one-die) of mi250x");
  CHECK(peak("50.00%", "162.4", "trainium2") ==
        "fp8 1299 (datasheet) of trainium2, of one of the devices that a framework sees in it");
  // torchtitan, pull request 4779 and PrimeIntellect-ai/prime-rl 3168: an unknown device fell back to A100's 312
  CHECK(peak("152.0%", "474.2", "mi350x") == "bf16 312 (datasheet) of a100-sxm-40gb");
  CHECK(peak("1.000%", "3.14159", "h100-sxm").empty());
}

TEST_CASE("a speed of one number, of zeros or without a peak is refused") {
  count const length[]{4096};
  auto const tokens = printed("100");
  CHECK_THROWS_WITH(identify_speed(zoo::llama_3_8b, {.tokens_per_second = tokens}, nullptr, length),
                    "moetric: a logged speed must have two of mfu, tflops and tokens_per_second");
  CHECK_THROWS_WITH(
      identify_speed(zoo::llama_3_8b, {.mfu = printed("40%"), .tokens_per_second = tokens}, nullptr, length),
      "moetric: mfu and tokens_per_second must come with a device, or with a peak");
  CHECK_THROWS_WITH(
      identify_speed(zoo::llama_3_8b, {.mfu = printed("40%"), .tokens_per_second = printed("0")}, nullptr, length),
      Catch::Matchers::ContainsSubstring("tokens_per_second must be positive"));
}
