#include "moetric/cluster/change.hpp"

#include "catch.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using cluster::change;
using cluster::training_setup;

TEST_CASE("a setup that does not fit is answered with the smallest changes that make it fit") {
  cluster::device const& h100 = cluster::device_named("h100-sxm");
  training_setup const v3{
      .layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 1024}};
  CHECK_FALSE(cluster::fits(cluster::memory_of(zoo::deepseek_v3, v3), h100));
  auto const found = cluster::smallest_changes(zoo::deepseek_v3, v3, h100);
  REQUIRE(found.size() == 1);
  CHECK(found[0].changes.size() == 1);
  CHECK(found[0].changes[0] == change::recompute_layers);
  CHECK(cluster::fits(found[0].memory, h100));
  CHECK(found[0].memory == cluster::memory_of(zoo::deepseek_v3, found[0].setup));
  // Llama 3 70B on one node: states alone take too much, so one change is not enough.
  training_setup const llama{.layout = {.sizes = {.sequence_length = 8192}, .devices = 8}};
  auto const two = cluster::smallest_changes(zoo::llama_3_70b, llama, cluster::device_named("b300-sxm"));
  REQUIRE(!two.empty());
  for (cluster::fitting_setup const& each : two) {
    CHECK(each.changes.size() == 2);
    CHECK(each.setup.layout.devices == 8);
    CHECK(cluster::diagnose(zoo::llama_3_70b, each.setup.layout).ok());
  }
  CHECK(cluster::smallest_changes(zoo::deepseek_v3, {.layout = {.sizes = {.sequence_length = 4096}}}, h100).empty());
}
