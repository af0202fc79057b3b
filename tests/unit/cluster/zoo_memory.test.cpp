#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/cluster/memory.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using namespace moetric::cluster;

TEST_CASE("one device holds every parameter of every model of the zoo") {
  for (zoo::listed_model const& each : zoo::catalogue) {
    CAPTURE(each.id);
    parameter_counts const published = count_parameters(*each.value);
    rank_memory const alone = memory_of_rank(
        *each.value, {.layout = {.sizes = {.sequence_length = 8192}, .devices = 1, .global_batch = 1}}, 0);
    CHECK(alone.parameters.all() == published.total + published.mtp);
  }
}
