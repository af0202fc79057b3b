#include <cmath>

#include "catch.hpp"
#include "moetric/cluster/cost.hpp"
#include "moetric/cluster/epoch_cost.hpp"

using namespace moetric::cluster;

TEST_CASE("hours times the user's price") {
  // 2412.19437, table 1: 2.788e6 H800 hours at 2 $ are 5.576e6 $
  cost const deepseek_v3 = cost_of(exactly(2.788e6), {.per_device_hour = 2});
  CHECK(deepseek_v3.amount.median == 5.576e6);
  CHECK(deepseek_v3.currency == "USD");
  CHECK_THROWS_WITH(cost_of(exactly(1), {.per_device_hour = 0}),
                    Catch::Matchers::ContainsSubstring("per_device_hour must be positive"));
}

TEST_CASE("Epoch's energy rule") {
  // H100: 700 W x 10.2/8/0.7 x 0.75 x 1.1 at a hyperscaler
  epoch_energy const h100{.tdp_watts = 700, .server_factor = 10.2 / 8 / 0.7, .power_usage_effectiveness = 1.1};
  CHECK(std::abs(h100.kilowatts() - 1.051875) < 1e-12);
  CHECK(std::abs(h100.cost(exactly(1000)).median - 1051.875 * 0.0826) < 1e-9);
}

TEST_CASE("Epoch's amortisation") {
  // 0.14 decades a year of a device of 30000 $: by hand 30000 x 1.64 x 0.14 x ln 10 / 8766 h, and 19 % interconnect
  epoch_amortisation const device{.device_price = 30000};
  CHECK(std::abs(device.per_device_hour() - 2.2337) < 1e-3);
  CHECK_THROWS_WITH(epoch_amortisation{.device_price = -1}.cost(exactly(1)),
                    Catch::Matchers::ContainsSubstring("device_price must be positive"));
}
