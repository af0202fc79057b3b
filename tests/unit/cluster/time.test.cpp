#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "moetric/cluster/bubble.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/cluster/run_time.hpp"
#include "moetric/cluster/throughput.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using namespace moetric::cluster;

TEST_CASE("idle time of pipelines is DualPipe's published table") {
  // deepseek-ai/DualPipe, README: F, B, W, F&B of one stage, PP = 8.
  pass_times const t{.forward = 1, .backward = 2.5, .backward_weights = 0.75, .both = 2.75};
  auto const line = [](schedule s, count v = 1) { return pipeline{.ranks = 8, .virtual_stages = v, .schedule = s}; };
  CHECK(idle_time(line(schedule::one_forward_one_backward), t) == 7 * 3.5);
  CHECK(idle_time(line(schedule::interleaved, 2), t) == 7 * 3.5 / 2);
  CHECK(idle_time(line(schedule::zero_bubble), t) == 7 * (3.5 - 1.5));
  CHECK(idle_time(line(schedule::dual_pipe), t) == 3 * (2.75 + 2.5 - 2.25));
  CHECK(idle_time(line(schedule::dual_pipe_v), t) == 3 * (2.75 + 2.5 - 2.25));
  CHECK(idle_time({.ranks = 1}, t) == 0);
  // 2104.04473, section 2.2: (p - 1) / m of the time of a step
  CHECK(bubble_fraction({.ranks = 4, .micro_batches = 8}) == 3. / 8);
}

// 1910.02054, section 7: of a model of Ψ elements, data ranks send 2Ψ in a step with optimizer or gradients sharded (as
// without: a sum and its way back), 3Ψ with weights; (n - 1)/n of it in rings.
TEST_CASE("data ranks exchange what ZeRO's authors count") {
  workload const any{.weights = 1000, .expert_weights = 4000};
  training_setup setup{.layout = {.sizes = {.tensor = 2, .expert = 4, .sequence_length = 4096, .expert_tensor = 1},
                                  .devices = 8,
                                  .global_batch = 8},
                       .states = {.rule = {.gradients = 2}}};
  // 4 data ranks of 500 elements, 2 of 1000 elements of experts; two bytes each; 4096 tokens of each device
  double const elements = 500 * 3 / 4. + 1000 / 2.;
  for (auto const& [sharding, volume] : {std::pair{state_sharding::none, 2},
                                         {state_sharding::optimizer, 2},
                                         {state_sharding::gradients, 2},
                                         {state_sharding::weights, 2 * 3}}) {  // of 2 microbatches
    setup.states.sharding = sharding;
    exchange const sent = exchanges_of(any, mesh_of(setup)).data;
    CHECK(sent.bytes_per_token == Approx(2 * volume * elements / 4096));
    CHECK(sent.devices == 8);
  }
  // Of a whole model it is what `traffic_of_rank` counts, but for vectors that tensor ranks hold twice.
  setup.layout.sizes.expert = 1;
  for (state_sharding const sharding : {state_sharding::none, state_sharding::optimizer, state_sharding::weights}) {
    setup.states.sharding = sharding;
    traffic const counted = traffic_of_rank(zoo::llama_3_8b, setup, 0);
    token_work const work = work_of(zoo::llama_3_8b, setup);
    // Tokens between tensor ranks: 2205.05198, section 4.2.2
    CHECK(work.sent.tensor.bytes_per_token * 4096 ==
          Approx(static_cast<double>(counted[traffic_kind::tensor_all_gather] +
                                     counted[traffic_kind::tensor_reduce_scatter])));
    CHECK(work.sent.tensor.devices == 2);
    CHECK(work.sent.data.bytes_per_token * 4096 ==
          Approx(static_cast<double>(counted[traffic_kind::gradients] + counted[traffic_kind::weights])).epsilon(1e-3));
    CHECK(work.sent.layer_by_layer == (sharding == state_sharding::weights));
  }
  // Between stages, of a rank with two neighbours
  setup.layout = {.sizes = {.tensor = 2, .pipeline = 4, .sequence_length = 4096}, .devices = 8, .global_batch = 8};
  CHECK(work_of(zoo::llama_3_8b, setup).sent.pipeline.bytes_per_token * 4096 ==
        static_cast<double>(traffic_of_rank(zoo::llama_3_8b, setup, 1)[traffic_kind::pipeline]));
}

TEST_CASE("what is exchanged once a step takes its time, what is exchanged layer by layer hides behind the rest") {
  device_rates const rates{.flops_per_second = 1,
                           .bytes_per_second = 1,
                           .link_bytes_per_second = 10,
                           .network_bytes_per_second = 2,
                           .domain = 8};
  token_work work{.model = {.training_flops_per_token = 4}, .tokens_per_micro_batch = 1};
  auto const seconds = [&] { return modelled_seconds_per_token(work, rates, {1, 0, 0}); };
  CHECK(seconds() == 4);
  work.sent.data = {.bytes_per_token = 20, .devices = 8};
  CHECK(seconds() == 4 + 2);
  work.sent.data.devices = 16;
  CHECK(seconds() == 4 + 10);
  CHECK(least_seconds_per_token(work, rates) == 10);
  work.sent.tensor = {.bytes_per_token = 30, .devices = 8};
  work.sent.pipeline = {.bytes_per_token = 4, .devices = 16};
  CHECK(seconds() == 4 + 3 + 2 + 10);
  work.sent = {.data = work.sent.data, .layer_by_layer = true};
  CHECK(seconds() == 10);
  work.sent.data.bytes_per_token = 6;
  CHECK(seconds() == 4);
  CHECK(least_seconds_per_token(work, rates) == 4);
  CHECK(exchange{.bytes_per_token = 1, .devices = 9}.seconds_per_token({1, 1, 10, 0, 8}) == 0);  // not published
}

// 2201.12023 (Alpa), section 5.1: a step of B microbatches takes Σ t + (B - 1)·max t over the stages' times t.
TEST_CASE("a step with uneven stages takes as long as Alpa's formula says") {
  model m = zoo::llama_3_8b;  // 32 equal layers
  m.input.vocab_size = 1;     // whose head takes no time
  layout l{.sizes = {.pipeline = 4, .sequence_length = 4096}, .devices = 4, .global_batch = 16};
  auto const steps = [&](std::initializer_list<std::uint16_t> of) {
    l.layers = {};
    double sum = 0, most = 0;
    for (std::uint16_t const t : of) {
      l.layers.push_back(t, "");
      sum += t, most = std::max<double>(most, t);
    }
    double const busy = 16 * sum / 4;
    CHECK(busy * (1 + bubble_fraction(l.pipeline()) + unevenness(m, l)) == Approx(sum + 15 * most).epsilon(1e-5));
    return unevenness(m, l);
  };
  CHECK(steps({8, 8, 8, 8}) == Approx(0).margin(1e-5));
  CHECK(steps({11, 7, 7, 7}) == Approx(15 / 16. * 3 / 8).epsilon(1e-4));
  CHECK(steps({5, 9, 9, 9}) == Approx(15 / 16. / 8).epsilon(1e-4));
  // Without a list, stages are as even as trainers make them; with one, speed falls by what the slowest takes.
  training_setup setup{.layout = l};
  double const listed = work_of(m, setup).bubble;
  setup.layout.layers = {};
  CHECK(listed - work_of(m, setup).bubble == Approx(15 / 16. / 8).epsilon(1e-4));
  // Llama 3 8B: the head has 128256 x 4096 weights where a layer has 218,103,808 and attends to half of 4096 tokens.
  double const layer = 2. * 218'103'808 + 2 * 4096. * 4096, head = 2. * 128256 * 4096;
  l.layers = {};
  for (int i = 0; i != 4; ++i) l.layers.push_back(8, "");
  double const mean = (32 * layer + head) / 4;
  CHECK(unevenness(zoo::llama_3_8b, l) == Approx(15 / 16. * ((8 * layer + head) / mean - 1)).epsilon(1e-3));
}

TEST_CASE("the workloads of published rows are those of the zoo's models") {
  std::vector<published_model const*> seen;
  auto const check = [&](auto const& rows) {
    for (published_row const& row : rows) {
      if (std::find(seen.begin(), seen.end(), row.model) != seen.end()) continue;
      seen.push_back(row.model);
      CAPTURE(row.model->id, row.model->sequence_length);
      zoo::listed_model const* const known = zoo::find(row.model->id);
      REQUIRE(known != nullptr);
      model m = *known->value;
      if (!row.model->mtp) m.mtp.modules = 0;
      CHECK(workload_of(m, row.model->sequence_length) == row.model->work);
    }
  };
  check(newest_rows);
  check(older_rows);
  check(tpu_rows);
  check(other_rows);
  CHECK(seen.size() == 20);
}

TEST_CASE("rows carry the layouts and rates of their source") {
  // Megatron-Bridge 26.08: DeepSeek-V3 on 256 GB300, MXFP8, GBS 4096, MBS 1, PP 2, VPP 8, EP 32, 6288 tokens/s.
  auto const row = std::find_if(std::begin(newest_rows), std::end(newest_rows), [](published_row const& r) {
    return r.model->id == "deepseek-v3" && r.device->id == "gb300" && r.format == number_format::fp8;
  });
  REQUIRE(row != std::end(newest_rows));
  CHECK(row->tokens_per_second == 6288);
  CHECK(row->sizes.expert == 32);
  CHECK(bubble_of(*row) == 1. / (8 * 32));  // 4096 sequences on 128 pipelines are 32 microbatches
  // No newest row has an older twin of a later release, and no run is above its roofline.
  for (published_row const& newest : newest_rows) {
    CHECK(newest.tokens_per_second < 1 / least_seconds_per_token(work_of(newest), rates_of(newest)));
    for (published_row const& older : older_rows)
      if (older.model->id == newest.model->id && older.device == newest.device && older.format == newest.format)
        CHECK(older.release <= newest.release);
  }
}

TEST_CASE("MFU of published rows comes out of their tokens/s") {
  // published-rows: tokens/s of a chip, and the MFU that its source prints, in %, of the peak of its format.
  struct printed {
    std::string_view model, device;
    double tokens_per_second, percent, digit;
  };
  for (printed const& each : {printed{"deepseek-v3", "tpu-v5p", 542.108, 33.2, 0.1},
                              {"llama-3.1-405b", "tpu-v5p", 124.618, 68.5, 0.1},
                              {"llama-4-scout", "tpu-v5p", 2070.487, 49.1, 0.1},
                              {"gemma-4-31b", "tpu-v7x", 5370.74, 45.8, 0.1},
                              {"gemma-4-26b-a4b", "tpu-v7x", 23655.73, 25.7, 0.1},
                              {"gpt-oss-120b", "tpu-v7x", 9571.36, 14.3, 0.1},
                              {"qwen3-235b-a22b", "tpu-v7x", 4245.89, 27.3, 0.1},
                              {"llama-3.1-405b", "tpu-v7x", 763.54, 41.8, 0.1},
                              {"llama-3-70b", "tpu-v7x", 4127.56, 40.2, 0.1},
                              {"llama-3-70b", "tpu-v7x", 963.03, 38.9, 0.1},
                              {"deepseek-v3", "tpu-v7x", 2446.25, 26.6, 0.1}}) {
    CAPTURE(each.model, each.device);
    auto const row = std::find_if(std::begin(tpu_rows), std::end(tpu_rows), [&](published_row const& r) {
      return r.model->id == each.model && r.device->id == each.device && r.tokens_per_second == each.tokens_per_second;
    });
    REQUIRE(row != std::end(tpu_rows));
    double const got =
        100 * mfu(row->model->work.training_flops_per_token, row->tokens_per_second, rates_of(*row).flops_per_second);
    CHECK(std::abs(got - each.percent) <= each.digit / 2 + 1e-9);
  }
}

TEST_CASE("estimates without a model's own rows hold most of them") {
  // Rows of the model itself are left out. The factors are those of all rows; benchmarks/step_time.cpp fits them anew.
  auto const held = [](auto const& rows) {
    std::size_t inside = 0;
    std::vector<double> errors;
    for (published_row const& row : rows) {
      throughput const t = throughput_from_rows(work_of(row), *row.device, row.format, {}, row.model->id);
      CHECK(t.tokens_per_second.low < t.tokens_per_second.median);
      CHECK(t.tokens_per_second.median < t.tokens_per_second.high);
      inside += t.tokens_per_second.low <= row.tokens_per_second && row.tokens_per_second <= t.tokens_per_second.high;
      errors.push_back(std::abs(t.tokens_per_second.median / row.tokens_per_second - 1));
    }
    std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
    CHECK(errors[errors.size() / 2] < 0.18);
    return static_cast<double>(inside) / static_cast<double>(errors.size());
  };
  CHECK(held(newest_rows) >= 0.7);
  CHECK(held(tpu_rows) >= 0.7);
}

TEST_CASE("a measured row of the same model scales to another layout") {
  // 25.09 on GB200: llama-3.1-405b with FSDP is no row; TP 4, PP 8, CP 2, VPP 8 of B200 in two recipes instead.
  std::vector<double> errors;
  for (published_row const& from : older_rows)
    for (published_row const& to : older_rows) {
      if (from.model != to.model || from.device != to.device || from.format != to.format ||
          from.release != to.release || &from == &to)
        continue;
      throughput const t = throughput_from({.work = work_of(from),
                                            .rates = rates_of(from),
                                            .device = from.device->id,
                                            .format = from.format,
                                            .tokens_per_second = from.tokens_per_second},
                                           work_of(to), *to.device, to.format);
      CHECK(t.basis == time_basis::calibrated);
      errors.push_back(std::abs(t.tokens_per_second.median / to.tokens_per_second - 1));
    }
  REQUIRE(errors.size() > 20);
  std::sort(errors.begin(), errors.end());
  CHECK(errors[errors.size() / 2] < 0.1);
}

TEST_CASE("the speed of the very run that was measured is its own, with the interval of its repeats") {
  published_row const& of = newest_rows[0];
  measured_run measured{.work = work_of(of),
                        .rates = rates_of(of),
                        .device = of.device->id,
                        .format = of.format,
                        .same_run = true,
                        .tokens_per_second = 5};
  throughput const once = throughput_from(measured, work_of(of), *of.device, of.format);
  CHECK(once.basis == time_basis::measured);
  CHECK(once.tokens_per_second.low == 5);
  CHECK(once.tokens_per_second.high == 5);
  CHECK(once.coverage == 0);
  // Of ten numbers in any order, the last is neither the least nor the greatest in 8 of 10 orders.
  measured.repeats = speed_of_repeats(std::vector<double>{3, 1, 2, 9, 5, 4, 8, 7, 6});
  throughput const t = throughput_from(measured, work_of(of), *of.device, of.format);
  CHECK(t.tokens_per_second.low == 1);
  CHECK(t.tokens_per_second.median == 5);
  CHECK(t.tokens_per_second.high == 9);
  CHECK(t.coverage == 0.8);
  CHECK(speed_of_repeats(std::vector<double>{1, 2}).tokens_per_second.median == 1.5);
  CHECK_THROWS_AS(speed_of_repeats({}), std::invalid_argument);
  CHECK_THROWS_AS(speed_of_repeats(std::vector<double>{1, 0}), std::invalid_argument);
}

TEST_CASE("a measured row in another format says less than published rows") {
  published_row const& from = newest_rows[0];
  throughput const t = throughput_from({.work = work_of(from),
                                        .rates = rates_of(from),
                                        .device = from.device->id,
                                        .format = from.format,
                                        .tokens_per_second = from.tokens_per_second},
                                       work_of(from), *from.device,
                                       from.format == number_format::bf16 ? number_format::fp8 : number_format::bf16);
  CHECK(t.basis == time_basis::published_rows);
}

TEST_CASE("DeepSeek-V3's own run is above every published row of its kind") {
  // 2412.19437: 14.8e12 tokens in 2.664e6 H800 hours; 19.5 % of fp8's peak. NVIDIA's rows on H100 reach 9 to 17 %.
  auto const own = std::find_if(std::begin(other_rows), std::end(other_rows),
                                [](published_row const& r) { return r.device->id == "h800-sxm"; });
  REQUIRE(own != std::end(other_rows));
  double const reached = mfu(own->model->work.training_flops_per_token, own->tokens_per_second, 1979e12);
  CHECK(std::abs(reached - 0.195) < 0.01);
  CHECK(reached > best_published_mfu(true, "h100-sxm", number_format::fp8));
  claimed_speed const claim =
      claim_of(own->model->work, own->tokens_per_second, device_named("h100-sxm"), number_format::fp8);
  CHECK(claim.above_published());
  CHECK(std::abs(claim.best_published - 0.171) < 0.001);  // NVIDIA's best row of a model with experts
  CHECK_FALSE(claim_of(own->model->work, 1, device_named("h100-sxm"), number_format::fp8).above_published());
  CHECK_FALSE(claim_of(own->model->work, 1e9, device_named("l40s"), number_format::fp8).above_published());  // no row
}

TEST_CASE("days and device hours follow from tokens/s") {
  // 2412.19437, table 1: 2.664e6 hours for 14.8e12 tokens on 2048 devices, "less than two months".
  run_time const t = run_time_of(exactly(14.8e12 / (2.664e6 * 3600)), 2048, 14.8e12, 15360. * 4096);
  CHECK(std::abs(t.device_hours.median / 2.664e6 - 1) < 1e-12);
  CHECK(std::abs(t.days.median - 2.664e6 / 2048 / 24) < 1e-9);
  CHECK(t.days.low == t.days.high);
  estimate const rate{1, 2, 4};
  run_time const uncertain = run_time_of(rate, 1, 3600, 8);
  CHECK(uncertain.device_hours.low == 0.25);
  CHECK(uncertain.device_hours.high == 1);
  CHECK(uncertain.step_seconds.median == 4);
  CHECK_THROWS_WITH(run_time_of(rate, 0, 1, 1), Catch::Matchers::ContainsSubstring("devices must be positive"));
}

TEST_CASE("real routing loses time, dense models none") {
  workload const dense{.training_flops_per_token = 1, .expert_row_elements = 0, .layers = 1};
  CHECK(with_real_routing(exactly(100), dense).low == 100);
  estimate const real = with_real_routing(exactly(100), {1, 1, 1});
  CHECK(real.low == 80);
  CHECK(real.high == 92);
}

TEST_CASE("the factors of time are those that fit the newest rows") {
  // At the least squares of ln(modelled · tokens/s) the residuals are orthogonal to each factor's share of the time.
  double slope[3]{};
  for (published_row const& row : newest_rows) {
    token_work work = work_of(row);
    device_rates const rates = rates_of(row);
    time_factors const by;
    double const modelled = modelled_seconds_per_token(work, rates);
    double const residual = std::log(modelled * row.tokens_per_second);
    work.sent = {};  // has no factor
    slope[0] += residual * modelled_seconds_per_token(work, rates, {by.linear, 0, 0}) / modelled;
    slope[1] += residual * modelled_seconds_per_token(work, rates, {0, by.rows, 0}) / modelled;
    slope[2] += residual * modelled_seconds_per_token(work, rates, {0, 0, by.fixed}) / modelled;
  }
  for (double const each : slope) {
    CAPTURE(each);
    CHECK(std::abs(each) < 0.1);  // half a unit in the last digit moves it by 0.05
  }
}
