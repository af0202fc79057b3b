// Compiled alone: it replaces operator new.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/cluster/change.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/cluster/traffic.hpp"
#include "moetric/cluster/train_meter.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using namespace moetric::cluster;

namespace {

std::size_t allocations = 0;

meter_options options(count longest = 512) {
  return {.peak = peak_of(device_named("h100-sxm"), number_format::bf16), .longest_document = longest};
}

}  // namespace

// AddressSanitizer has its own, which pairs with its own delete: allocations are counted without it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MOETRIC_TEST_SANITIZED
#endif
#endif
#ifndef MOETRIC_TEST_SANITIZED
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

TEST_CASE("a step's FLOPs are those of its documents, by each convention") {
  meter_options with = options();
  with.conventions.push_back(find_convention("torchtitan"), "");
  with.recompute = recomputation::full;
  train_meter meter(zoo::lfm2_1_2b, with);
  std::vector<int> const first{17, 512, 100}, second{512};
  meter.add(first);
  meter.add(second);
  meter.end_step(2);
  std::vector<int> const all{17, 512, 100, 512};
  CHECK(meter.last().tokens == 1141);
  CHECK(meter.last().model_flops[0] ==
        training_flops(zoo::lfm2_1_2b, all, find_convention("matmul-causal-half")).per_sequence());
  CHECK(meter.last().model_flops[1] ==
        training_flops(zoo::lfm2_1_2b, all, find_convention("torchtitan")).per_sequence());
  CHECK(meter.last().hardware_flops ==
        training_cost_of(zoo::lfm2_1_2b, all, {.recompute = recomputation::full}).hardware.per_sequence());
  meter_rates const rates = meter.rates_of(meter.last());
  CHECK(rates.tokens_per_second == 570.5);
  CHECK(std::abs(rates.mfu / (static_cast<double>(meter.last().model_flops[0]) / 2 / 989e12) - 1) < 1e-12);
  CHECK(rates.hfu > rates.mfu);
  CHECK(std::abs(meter.mfu(1) / meter.mfu(0) - static_cast<double>(meter.last().model_flops[1]) /
                                                   static_cast<double>(meter.last().model_flops[0])) < 1e-12);
}

TEST_CASE("equal sequences need no list of lengths") {
  train_meter one(zoo::llama_3_8b, options()), other(zoo::llama_3_8b, options());
  std::vector<int> const lengths(5, 256);
  one.add(lengths);
  other.add_equal(5, 256);
  one.end_step(1);
  other.end_step(1);
  CHECK(one.last().model_flops[0] == other.last().model_flops[0]);
  CHECK(one.last().tokens == other.last().tokens);
}

TEST_CASE("what ranks did adds up to what the cluster did") {
  std::vector<int> const mine{100, 200}, yours{512, 3}, all{100, 200, 512, 3};
  train_meter a(zoo::llama_3_8b, options()), b(zoo::llama_3_8b, options()), cluster(zoo::llama_3_8b, options());
  a.add(mine);
  b.add(yours);
  cluster.add(all);
  a.end_step(1);
  b.end_step(3);
  cluster.end_step(3);
  meter_totals ranks = a.last();
  ranks.add_rank(b.last());
  CHECK(ranks.tokens == cluster.last().tokens);
  CHECK(ranks.model_flops[0] == cluster.last().model_flops[0]);
  CHECK(ranks.seconds == 3);
}

TEST_CASE("microbatches of accumulated gradients are one step") {
  meter_options with = options();
  with.recompute = recomputation::full;
  train_meter apart(zoo::lfm2_1_2b, with), at_once(zoo::lfm2_1_2b, with);
  std::vector<std::vector<int>> const microbatches{{512, 100}, {1}, {77, 77, 300}, {512}};
  std::vector<int> all;
  for (std::vector<int> const& each : microbatches) {
    apart.add(each);
    all.insert(all.end(), each.begin(), each.end());
  }
  apart.end_step(2);
  at_once.add(all);
  at_once.end_step(2);
  CHECK(apart.last().steps == 1);
  CHECK(apart.last().tokens == 1579);
  CHECK(apart.last().model_flops[0] == at_once.last().model_flops[0]);
  CHECK(apart.last().hardware_flops == at_once.last().hardware_flops);
  CHECK(std::abs(apart.mfu() / at_once.mfu() - 1) < 1e-12);
  apart.add(all);  // the next step starts empty
  apart.end_step(1);
  CHECK(apart.last().tokens == 1579);
  CHECK(apart.since_start().tokens == 2 * 1579);
  CHECK(apart.since_start().seconds == 3);
}

TEST_CASE("uneven ranks add up over many steps, by each convention, at the pace of the slowest") {
  meter_options of_rank = options();
  of_rank.conventions.push_back(find_convention("megatron-lm"), "");
  of_rank.recompute = recomputation::selective;
  meter_options of_cluster = of_rank;
  of_cluster.devices = 3;
  train_meter cluster(zoo::llama_3_8b, of_cluster),
      ranks[3]{{zoo::llama_3_8b, of_rank}, {zoo::llama_3_8b, of_rank}, {zoo::llama_3_8b, of_rank}};
  meter_totals sum;
  for (int step = 1; step != 6; ++step) {
    meter_totals of_step;
    double slowest = 0;
    for (int r = 0; r != 3; ++r) {
      std::vector<int> const documents(static_cast<std::size_t>(1 + r), 50 * step + r);  // ranks get what comes
      double const seconds = 0.1 * r * step + 1;
      slowest = std::max(slowest, seconds);
      ranks[r].add(documents);
      cluster.add(documents);
      ranks[r].end_step(seconds);
      if (r == 0)
        of_step = ranks[r].last();
      else
        of_step.add_rank(ranks[r].last());
    }
    cluster.end_step(slowest);
    sum += of_step;
    CHECK(std::abs(cluster.rates_of(of_step).mfu / cluster.mfu() - 1) < 1e-12);
  }
  CHECK(sum.steps == 5);
  CHECK(sum.tokens == cluster.since_start().tokens);
  CHECK(sum.model_flops[0] == cluster.since_start().model_flops[0]);
  CHECK(sum.model_flops[1] == cluster.since_start().model_flops[1]);
  CHECK(sum.hardware_flops == cluster.since_start().hardware_flops);
  CHECK(std::abs(sum.seconds - cluster.since_start().seconds) < 1e-12);
  meter_rates const all = cluster.rates_of(sum), own = cluster.rates_of(cluster.since_start());
  CHECK(std::abs(all.mfu / own.mfu - 1) < 1e-12);
  CHECK(std::abs(all.hfu / own.hfu - 1) < 1e-12);
}

TEST_CASE("loads that ranks report add up to those of the cluster, whatever each has reported") {
  // Four layers on two pipeline stages, each with two groups of two ranks that share eight experts, two microbatches;
  // one more rank holds dense layers only. The first meter hears of all reports, in another order than the ranks' sum.
  meter_options with = options();
  with.expert_parallel = 2;
  train_meter cluster(zoo::qwen3_30b_a3b, with);
  step_load ranks;
  double all = 0, dropped_in_all = 0, busiest = 0, worst = 0;
  for (int group = 0; group != 2; ++group) {
    for (int stage = 0; stage != 2; ++stage) {
      train_meter rank(zoo::qwen3_30b_a3b, with);
      for (int microbatch = 0; microbatch != 2; ++microbatch) {
        for (int layer = 2 * stage; layer != 2 * stage + 2; ++layer) {
          std::vector<int> rows(8, 10 + group);
          rows[static_cast<std::size_t>(layer)] += 7 * microbatch + layer;  // of the first rank of the group
          int const dropped = microbatch * (group + 1), sum = 8 * (10 + group) + 7 * microbatch + layer;
          rank.add_loads(std::span<int const>(rows), dropped);
          cluster.add_loads(std::span<int const>(rows), dropped);
          all += sum;
          dropped_in_all += dropped;
          busiest += 2. * (sum - 4 * (10 + group)) / sum;
          worst = std::max(worst, 8. * (10 + group + 7 * microbatch + layer) / sum);
        }
      }
      rank.add_equal(1, 512);
      rank.end_step(1);
      CHECK(rank.load().layers == 4);
      ranks += rank.load();
    }
  }
  ranks += step_load{};
  cluster.add_equal(4, 512);
  cluster.end_step(1);
  CHECK(ranks.layers == 16);
  CHECK(ranks.rows == all);
  CHECK(ranks.dropped_rows == dropped_in_all);
  CHECK(std::abs(ranks.dropped_fraction() - dropped_in_all / (all + dropped_in_all)) < 1e-15);
  CHECK(std::abs(ranks.slowest_rank - busiest / 16) < 1e-12);
  CHECK(std::abs(ranks.worst_max_over_mean - worst) < 1e-12);
  CHECK_FALSE(ranks.forced);
  step_load const& heard = cluster.load();
  CHECK(heard.layers == ranks.layers);
  CHECK(heard.rows == ranks.rows);
  CHECK(heard.dropped_rows == ranks.dropped_rows);
  CHECK(heard.worst_max_over_mean == ranks.worst_max_over_mean);
  CHECK(std::abs(heard.mean_max_over_mean - ranks.mean_max_over_mean) < 1e-12);
  CHECK(std::abs(heard.mean_entropy - ranks.mean_entropy) < 1e-12);
  CHECK(std::abs(heard.slowest_rank - ranks.slowest_rank) < 1e-12);
  CHECK(heard.forced == ranks.forced);
}

TEST_CASE("published MFUs follow from their tokens/s within the printed digits") {
  std::map<std::string, std::unique_ptr<train_meter>> meters;  // each counts every length once
  std::size_t checked = 0;
  for (auto const& row : test_data::rows("published-mfu.csv")) {
    count const length = std::stoull(row.at("sequence_length"));
    std::string const key = row.at("model") + row.at("device") + row.at("format") + row.at("convention");
    std::unique_ptr<train_meter>& meter = meters[key + row.at("sequence_length")];
    if (!meter)
      meter.reset(new train_meter(*zoo::find(row.at("model"))->value,
                                  {.peak = peak_of(device_named(row.at("device")), format_named(row.at("format"))),
                                   .longest_document = length,
                                   .conventions = {{find_convention(row.at("convention"))}, 1}}));
    meter->add_equal(1, length);
    meter->end_step(static_cast<double>(length) / std::stod(row.at("tokens_per_second")));
    std::string const& printed = row.at("mfu_percent");
    INFO(row.at("model") << ' ' << row.at("device") << ' ' << 100 * meter->mfu() << ", printed " << printed);
    CHECK(std::abs(100 * meter->mfu() - std::stod(printed)) <= 0.05);  // one decimal is printed
    ++checked;
  }
  CHECK(checked == 13);
}

TEST_CASE("the meter's JSON object has what its line has") {
  meter_options with = options();
  with.conventions.push_back(find_convention("megatron-lm"), "");
  train_meter meter(zoo::qwen3_30b_a3b, with);
  std::vector<int> loads(128, 10);
  loads[0] = 20;
  meter.add_equal(2, 512);
  meter.add_loads(std::span<int const>(loads), 129);
  meter.end_step(0.5);
  auto const is_in = [text = meter.json()](std::string const& part) {
    INFO(text);
    CHECK_THAT(text, Catch::Matchers::ContainsSubstring(part));
  };
  is_in("{\"step\":1,\"tokens\":1024,\"seconds\":0.5,\"tokens_per_second\":2048.0,");
  is_in("\"model_flops\":{\"matmul-causal-half\":" + to_string(meter.last().model_flops[0]) +
        ",\"megatron-lm\":" + to_string(meter.last().model_flops[1]) + "},\"hardware_flops\":");
  is_in("\"peak_name\":\"bf16 989 (datasheet)\",\"peak\":");
  is_in("\"smoothed\":{\"tokens_per_second\":2048.0,");
  is_in("\"since_start\":{\"tokens\":1024,\"seconds\":0.5,");
  is_in("\"load\":{\"layers\":1,\"worst_max_over_mean\":1.98");
  is_in("\"forced\":false}}");
}

TEST_CASE("a step allocates nothing") {
  train_meter meter(zoo::qwen3_30b_a3b, options());
  std::vector<int> const lengths{1, 99, 512};
  std::vector<std::uint32_t> const loads(128, 7);
  std::size_t const before = allocations;
  for (int i = 0; i != 3; ++i) {
    meter.add(lengths);
    meter.add_loads(std::span<std::uint32_t const>(loads), 12);
    meter.end_step(0.5);
  }
  CHECK(allocations == before);
#ifndef MOETRIC_TEST_SANITIZED
  CHECK(before != 0);  // they are counted
#endif
  CHECK(meter.since_start().steps == 3);
}

TEST_CASE("formats with different peaks weigh by the FLOPs done in each") {
  meter_options mixed = options();
  mixed.peak = peak_of(device_named("h100-sxm"), number_format::fp8);
  mixed.terms_at_other_peak = term::attention_core | term::output_head;
  mixed.other_peak = 989e12;
  train_meter meter(zoo::llama_3_8b, mixed);
  meter.add_equal(4, 512);
  meter.end_step(1);
  flops const all = training_flops(zoo::llama_3_8b, 512, find_convention("matmul-causal-half"));
  count const slow = 4 * (all.by_term[term::attention_core] + all.by_term[term::output_head]);
  double const seconds =
      static_cast<double>(4 * all.per_sequence() - slow) / 1979e12 + static_cast<double>(slow) / 989e12;
  CHECK(std::abs(meter.mfu() / seconds - 1) < 1e-12);
}

TEST_CASE("loads of experts") {
  std::vector<int> const even(8, 10), one{80, 0, 0, 0, 0, 0, 0, 0}, uneven{20, 10, 5, 5, 10, 10, 10, 10};
  load_balance const balanced = balance_of(std::span<int const>(even), 4);
  CHECK(balanced.forced);
  CHECK(balanced.max_over_mean == 1);
  CHECK(balanced.slowest_rank == 1);
  CHECK(std::abs(balanced.entropy - 1) < 1e-12);
  load_balance const worst = balance_of(std::span<int const>(one), 4);
  CHECK(worst.max_over_mean == 8);
  CHECK(worst.slowest_rank == 4);
  CHECK(std::abs(worst.entropy) < 1e-12);
  load_balance const real = balance_of(std::span<int const>(uneven), 4);
  CHECK(real.max_over_mean == 2);
  CHECK(real.slowest_rank == 1.5);  // the first rank has 30 of 80 rows, 20 would be even
  CHECK_FALSE(real.forced);
  CHECK_THROWS_WITH(balance_of(std::span<int const>(even), 3),
                    Catch::Matchers::ContainsSubstring("n_experts must be divisible"));
}

TEST_CASE("a step reports the balance of its layers") {
  train_meter meter(zoo::qwen3_30b_a3b, options());
  std::vector<int> loads(128, 10);
  meter.add_equal(1, 512);
  meter.add_loads(std::span<int const>(loads));
  meter.end_step(1);
  CHECK(meter.load().forced);
  CHECK_THAT(meter.line(), Catch::Matchers::ContainsSubstring("forced balance"));
  loads[0] = 20;
  meter.add_equal(1, 512);
  meter.add_loads(std::span<int const>(loads), 129);
  meter.end_step(1);
  CHECK_FALSE(meter.load().forced);
  CHECK(std::abs(meter.load().dropped_fraction() - 129. / (129 + 1290)) < 1e-12);
  CHECK(meter.load().slowest_rank == 1);  // one rank holds all experts
  CHECK(meter.balanced_mfu() == meter.mfu());
  CHECK_THAT(meter.line(), Catch::Matchers::ContainsSubstring("busiest expert 1.98x") &&
                               Catch::Matchers::ContainsSubstring("dropped 9.09 %"));
}

TEST_CASE("a meter refuses what it cannot measure") {
  CHECK_THROWS_WITH(train_meter(zoo::llama_3_8b, {}), Catch::Matchers::ContainsSubstring("peak must be positive"));
  train_meter meter(zoo::llama_3_8b, options());
  std::vector<int> const too_long{513}, none;
  CHECK_THROWS_WITH(meter.add(too_long), Catch::Matchers::ContainsSubstring("longest_document"));
  CHECK_THROWS_WITH(meter.add(none), Catch::Matchers::ContainsSubstring("at least one length"));
  CHECK_THROWS_WITH(meter.end_step(1), Catch::Matchers::ContainsSubstring("at least one document"));
  meter.add_equal(1, 512);
  std::vector<int> const loads(128, 10);
  CHECK_THROWS_WITH(meter.add_loads(std::span<int const>(loads), -1),
                    Catch::Matchers::ContainsSubstring("dropped_rows must be positive and finite"));
  CHECK(meter.load().layers == 0);
  CHECK_THROWS_WITH(meter.end_step(0), Catch::Matchers::ContainsSubstring("seconds must be positive"));
}

TEST_CASE("estimates of memory, speed and traffic allocate nothing, and neither do changes that make them fit") {
  training_setup const setup{.layout = {.sizes = {.sequence_length = 8192}, .devices = 8}};
  device const& h100 = device_named("h100-sxm");
  std::size_t const before = allocations;
  bool const fits_as_it_is = fits(memory_of(zoo::llama_3_8b, setup), h100);
  std::size_t const changes = smallest_changes(zoo::llama_3_8b, setup, h100).size();
  estimate const speed = estimate_run(work_of(zoo::llama_3_8b, setup), h100, number_format::bf16).tokens_per_second;
  count const sent = traffic_of_rank(zoo::llama_3_8b, setup, 0).total();
  std::size_t const after = allocations;
  CHECK(after == before);
  CHECK(speed.median > 0);
  CHECK(sent != 0);
  CHECK_FALSE(fits_as_it_is);
  CHECK(changes != 0);
}
