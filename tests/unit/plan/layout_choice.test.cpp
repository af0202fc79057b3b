#include "moetric/plan/layout_choice.hpp"

#include "catch.hpp"
#include "moetric/zoo/qwen.hpp"

namespace {

using namespace moetric;
using namespace moetric::plan;

std::vector<layout_option> options_on(char const* device, count devices) {
  return layouts_that_fit(
      zoo::qwen3_30b_a3b,
      {.on = cluster::device_named(device), .devices = devices, .sequence_length = 4096, .batch_sequences = 512}, 100);
}

TEST_CASE("communication is ranked at published bandwidths alone") {
  // Network of H100: 50 GB/s a device; no source gives that of H200.
  std::vector<layout_option> const known = options_on("h100-sxm", 64);
  REQUIRE(!known.empty());
  for (layout_option const& each : known) {
    CHECK(!each.not_published);
    CHECK(each.communication.known());
    if (each.setup.layout.sizes.expert > 8 && each.setup.layout.sizes.tensor == 1 &&
        each.setup.layout.sizes.pipeline == 1)
      CHECK(each.communication.seconds ==
            static_cast<double>(each.sent[cluster::traffic_kind::expert_all_to_all]) / 50e9);
  }
  std::vector<layout_option> const unknown = options_on("h200-sxm", 64);
  REQUIRE(!unknown.empty());
  for (layout_option const& each : unknown) CHECK(each.not_published == cluster::quantity::network_bandwidth);
  // One machine needs no network.
  for (layout_option const& each : options_on("h200-sxm", 8)) {
    CHECK(!each.not_published);
    CHECK(each.communication.known());
  }
}

TEST_CASE("a device without links is told where layouts need them") {
  std::vector<layout_option> const few = options_on("l40s", 64);
  for (layout_option const& each : few) CHECK(each.not_published);
}

}  // namespace
