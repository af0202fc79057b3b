#include "moetric/plan/layout_choice.hpp"

#include "catch.hpp"
#include "moetric/zoo/qwen.hpp"

namespace {

using namespace moetric;
using namespace moetric::plan;

std::vector<layout_option> options_on(char const* device, count devices, std::size_t most = 100) {
  return layouts_that_fit(
      zoo::qwen3_30b_a3b,
      {.on = cluster::device_named(device), .devices = devices, .sequence_length = 4096, .batch_sequences = 512}, most);
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

TEST_CASE("the fastest layouts are those of all layouts") {
  // With room for every layout none is left out unseen.
  for (char const* const device : {"h100-sxm", "h200-sxm"})
    for (count const devices : {count(16), count(64), count(512)}) {
      std::vector<layout_option> const all = options_on(device, devices, 100000);
      REQUIRE(all.size() > 5);
      for (layout_option const& each : all) {
        cluster::layout const& at = each.setup.layout;
        double const tokens = static_cast<double>(at.global_batch) * 4096 / static_cast<double>(devices);
        cluster::token_work work = cluster::work_of(zoo::qwen3_30b_a3b, each.setup);
        work.sent.tensor = work.sent.pipeline = {};  // in its communication
        if (each.not_published) work.sent = {};
        double const busy =
            tokens * cluster::modelled_seconds_per_token(
                         work, cluster::rates_of(cluster::device_named(device), cluster::number_format::bf16));
        CHECK(each.modelled_step_seconds == busy + (each.not_published ? 0 : each.communication.seconds));
      }
      for (std::size_t const most : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
        std::vector<layout_option> const few = options_on(device, devices, most);
        CAPTURE(device, devices, most);
        REQUIRE(few.size() == most);
        for (std::size_t i = 0; i != most; ++i) {
          CHECK(few[i].setup.layout == all[i].setup.layout);
          CHECK(few[i].memory == all[i].memory);
          CHECK(few[i].modelled_step_seconds == all[i].modelled_step_seconds);
        }
      }
    }
}

}  // namespace
