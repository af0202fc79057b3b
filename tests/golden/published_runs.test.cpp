// Published training runs against other published numbers of the same runs: total FLOPs, and the MFU that the device
// hours imply. A failing row means that a number is wrong: in the table, in the zoo, in the count or in the
// publication.
#include <cmath>
#include <set>
#include <string>

#include "catch.hpp"
#include "moetric/account/convention_flops.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

namespace {

using namespace moetric;
using zoo::published_run;

published_run const& run_of(std::string_view name) {
  for (published_run const& each : zoo::published_runs)
    if (each.name == name) return each;
  throw std::invalid_argument("no run of " + std::string(name));
}

model const& model_of(published_run const& run) {
  zoo::listed_model const* const found = zoo::find(run.model);
  REQUIRE(found != nullptr);
  return *found->value;
}

// If no sequence length is published, attention is counted at 4096 tokens; it is a few per cent of the total.
count length_of(published_run const& run) {
  return run.sequence_length.known() ? run.sequence_length.value : count(4096);
}

double flops_of(published_run const& run) {
  return static_cast<double>(training_flops_per_token(model_of(run), {.length = length_of(run)})) *
         static_cast<double>(run.tokens.value);
}

double flops_of(published_run const& run, std::string_view convention) {
  flops const sequence = training_flops(model_of(run), length_of(run), find_convention(convention));
  return static_cast<double>(sequence.per_token()) * static_cast<double>(run.tokens.value);
}

double utilisation_of(published_run const& run) {
  return flops_of(run) / (run.device_hours.value * 3600 * zoo::peak_of_runs(run.device));
}

// Equal after rounding to the printed digits.
void check_printed(double value, double as_printed, double last_digit) {
  CAPTURE(value, as_printed);
  CHECK(std::abs(value - as_printed) <= last_digit / 2);
}

}  // namespace

TEST_CASE("every run names a model of the zoo and its tokens, and every number has a source") {
  std::set<std::string_view> names;
  for (published_run const& run : zoo::published_runs) {
    CAPTURE(run.name);
    CHECK(names.insert(run.name).second);
    CHECK(zoo::find(run.model) != nullptr);
    REQUIRE(run.tokens.known());
    CHECK(run.tokens.value > 100'000'000'000);
    CHECK(run.tokens.value <= 40'000'000'000'000);
    CHECK(run.device_hours.known() == !run.device.empty());
    if (run.device_hours.known()) CHECK(zoo::peak_of_runs(run.device) > 0);
    CHECK(run.peak_learning_rate.known() == (run.peak_learning_rate.value > 0));
    CHECK(run.batch_tokens.known() == (run.batch_tokens.value > 0));
    CHECK(run.sequence_length.known() == (run.sequence_length.value > 0));
    CHECK(run.device_hours.known() == (run.device_hours.value > 0));
    CHECK(run.training_flops.known() == (run.training_flops.value > 0));
  }
  CHECK(zoo::published_runs.size() >= 30);
  CHECK(zoo::peak_of_runs("abacus") == 0);
}

TEST_CASE("numbers have plausible magnitudes, so a wrong power of ten fails") {
  for (published_run const& run : zoo::published_runs) {
    CAPTURE(run.name);
    if (run.peak_learning_rate.known()) {
      CHECK(run.peak_learning_rate.value >= 6e-5);  // GPT-3, BLOOM
      CHECK(run.peak_learning_rate.value <= 1e-3);
    }
    if (run.batch_tokens.known()) {
      CHECK(run.batch_tokens.value >= 2'000'000);
      CHECK(run.batch_tokens.value <= 64'000'000);
      CHECK(run.tokens.value > run.batch_tokens.value * 50'000);  // steps
    }
    if (run.sequence_length.known()) CHECK(run.sequence_length.value <= 8192);
  }
}

TEST_CASE("products of published numbers agree with the rounded numbers their sources print") {
  // 4.5K sequences of 4K in a batch of 18M tokens, 106,449 steps to 2T tokens (arXiv 2401.06066, section 5.1.2):
  // 4608 · 4096 = 18,874,368, and 106,449 of them are 2.009e12.
  check_printed(106'449.0 * 4608 * 4096, static_cast<double>(run_of("DeepSeekMoE-16B").tokens.value), 0.1e12);
  // "Roughly 25 million tokens per batch" (arXiv 2512.20848).
  check_printed(static_cast<double>(run_of("Nemotron-3-Nano-30B-A3B").batch_tokens.value), 25e6, 1e6);
  // 143000 steps of 2M (2,097,152) tokens each.
  CHECK(run_of("Pythia-6.9B").tokens.value == count(143'000) * run_of("Pythia-6.9B").batch_tokens.value);
  // 180K hours for each trillion tokens (arXiv 2412.19437, section 1).
  published_run const& v3 = run_of("DeepSeek-V3");
  check_printed(v3.device_hours.value / static_cast<double>(v3.tokens.value) * 1e12, 180e3, 1e3);
  // 39.3M hours for the three models of Llama 3.1 and 7.38M for Llama 4 with the 2.38M of Maverick (the cards' sums).
  check_printed(run_of("Llama-3.1-8B").device_hours.value + run_of("Llama-3.1-70B").device_hours.value +
                    run_of("Llama-3.1-405B").device_hours.value,
                39.3e6, 0.1e6);
  CHECK(run_of("Llama-4-Scout").device_hours.value + 2.38e6 == 7.38e6);
  // 3,311,616 hours for the models of Llama 2, 368,640 and 1,038,336 of them for 13B and 34B (arXiv 2307.09288, Table
  // 2).
  CHECK(run_of("Llama-2-7B").device_hours.value + run_of("Llama-2-70B").device_hours.value + 368'640 + 1'038'336 ==
        3'311'616);
}

TEST_CASE("DeepSeek-V3 took 3.71e24 FLOPs, 39.1 % of the BF16 peak of its hours") {
  published_run const& run = run_of("DeepSeek-V3");
  check_printed(flops_of(run), 3.71e24, 0.01e24);
  check_printed(utilisation_of(run), 0.391, 0.001);
}

TEST_CASE("GPT-3's published FLOPs are 6 times all parameters times tokens") {
  published_run const& run = run_of("GPT-3 175B");
  check_printed(flops_of(run, "6n-total"), run.training_flops.value, 0.01e23);
  // Megatron-LM and MaxText count 1,061,877,915,648 a token: 3.186e23 of the 300B, 1.4 % more.
  CHECK(flops_of(run) / run.training_flops.value == Approx(1.014).margin(0.001));
}

TEST_CASE("Llama 3.1 405B's published FLOPs are 6 times all parameters times tokens") {
  published_run const& run = run_of("Llama-3.1-405B");
  check_printed(flops_of(run, "6n-total"), run.training_flops.value, 0.1e25);
  // With half of the square of attention and without the embedding, 6 · 403,747,897,344 matrix weights and
  // 3 · 126 layers · 2 · 16384 · 8192 are 2.524e12 a token: 3.6 % more.
  CHECK(flops_of(run) / run.training_flops.value == Approx(1.036).margin(0.001));
  // 38 to 43 % of BF16's peak in the stages of the run, over 90 % of the time (arXiv 2407.21783, Table 4,
  // section 3.3.4).
  CHECK(utilisation_of(run) > 0.9 * 0.38);
  CHECK(utilisation_of(run) < 0.43);
}

TEST_CASE("PaLM's published FLOPs count the full square of attention and the embedding that is its head") {
  published_run const& run = run_of("PaLM-540B");
  check_printed(flops_of(run, "matmul-full"), run.training_flops.value, 0.01e24);
  // 3.28 TFLOPs per token and 2527.2 ZFLOPs by 6 · 540e9 parameters (Tables 21 and 22).
  check_printed(flops_of(run, "matmul-full") / 780e9, 3.28e12, 0.01e12);
  CHECK(flops_of(run, "6n-total") == Approx(2527.2e21).epsilon(0.001));
  // 46.2 % with attention while it trained (section 4.1); the hours include downtime and half the machine.
  CHECK(utilisation_of(run) < 0.462);
}

TEST_CASE("the hours of every run imply a plausible MFU") {
  int checked = 0;
  for (published_run const& run : zoo::published_runs) {
    if (!run.device_hours.known()) continue;
    ++checked;
    CAPTURE(run.name, utilisation_of(run));
    CHECK(utilisation_of(run) >= 0.05);
    CHECK(utilisation_of(run) <= 0.75);
  }
  CHECK(checked >= 15);
}
