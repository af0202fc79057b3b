#include "moetric/report/cluster_answer.hpp"

#include <algorithm>
#include <sstream>

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

report::cluster_question asked(cluster::module_set recompute, std::string_view rule = "moetric") {
  return {.model_name = "deepseek-v3",
          .device = cluster::device_named("h100-sxm"),
          .setup = {.layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 2048},
                    .activations = {.recompute = recompute}},
          .rule = rule};
}
std::string first_screen(report::answer const& made) {
  return report::to_text(made);
}

}  // namespace

TEST_CASE("a layout that does not fit is answered with the term, what is missing, and the changes that help") {
  report::answer const made = report::cluster_answer(zoo::deepseek_v3, asked({}));
  report::value const& memory = made.values["memory"];
  CHECK_FALSE(memory["fits"].flag());
  CHECK(memory["total_bytes"].magnitude() == memory["usable_bytes"].magnitude() + memory["missing_bytes"].magnitude());
  CHECK(memory["total_bytes"].magnitude() == memory["states_bytes"].magnitude() +
                                                 memory["activations_bytes"].magnitude() +
                                                 memory["framework_bytes"].magnitude());
  count sum;
  for (report::object_member const& each : memory["by_term"].members()) sum += each.content.magnitude();
  CHECK(sum == memory["total_bytes"].magnitude());
  CHECK(made.values["changes"].size() >= 1);
  CHECK(made.values["ranks"].size() == 16);
  CHECK(made.values["ranks"].members()[0].content["total_bytes"].magnitude() == memory["total_bytes"].magnitude());
  CHECK(made.values["rules"]["megatron-lm-2026-08"]["states_bytes"].magnitude() == 22657240074);
  CHECK(made.values["rules"]["korthikanti"]["why_not"].text().find("must be a GPT") != std::string::npos);
  std::string const text = first_screen(made);
  CHECK(text.find("It does not fit") != std::string::npos);
  CHECK(text.find("recompute whole layers") != std::string::npos);
  std::istringstream lines(text);
  int n = 0;
  for (std::string line; std::getline(lines, line); ++n) CHECK(report::detail::columns_of(line) <= 100);
  CHECK(n <= 24);
}

TEST_CASE("a measured run above every published one is flagged on the first screen, and a life has a price") {
  report::cluster_question run = asked(cluster::module::layer);
  run.precision = cluster::number_format::fp8;
  run.run = {.tokens = 14.8e12, .price = cluster::device_price{.per_device_hour = 2}};
  run.run.measured =
      cluster::measured_run{.work = cluster::work_of(zoo::deepseek_v3, run.setup),
                            .rates = cluster::rates_of(run.device, run.precision),
                            .device = run.device.id,
                            .format = run.precision,
                            .tokens_per_second = 1543};  // 2412.19437: 14.8e12 tokens in 2.664e6 H800 hours
  run.run.serving = cluster::serving_demand{.output_tokens = 1e12, .context = 4096, .sequences = 64};
  report::answer const made = report::cluster_answer(zoo::deepseek_v3, run);
  CHECK(made.values["measured"]["above_published"].flag());
  std::string const text = first_screen(made);
  CHECK(text.find("ABOVE EVERY PUBLISHED RUN") != std::string::npos);
  CHECK(text.find("Lifetime:") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
  CHECK(made.values["lifetime"]["total"]["median"].real() ==
        Approx(made.values["cost"]["amount"].real() + made.values["lifetime"]["serving"]["median"].real()));
  run.run.measured->tokens_per_second = 100;
  CHECK(first_screen(report::cluster_answer(zoo::deepseek_v3, run)).find("ABOVE EVERY") == std::string::npos);
}

TEST_CASE("a layout that fits is answered with what remains; a tool's rule answers in its own terms") {
  report::answer const made = report::cluster_answer(zoo::deepseek_v3, asked(cluster::module::layer));
  CHECK(made.values["memory"]["fits"].flag());
  CHECK(made.values.find("changes") == nullptr);
  CHECK(first_screen(made).find("remain") != std::string::npos);
  report::answer const tool = report::cluster_answer(zoo::deepseek_v3, asked({}, "megatron-lm-2026-08"));
  CHECK(tool.values["memory"]["states_bytes"].magnitude() == 22657240074);
  CHECK(tool.values["memory"]["worst_stage"].kind() == report::value::kinds::nothing);
  CHECK_THROWS_WITH(report::cluster_answer(zoo::deepseek_v3, asked({}, "megatron")),
                    Catch::Matchers::ContainsSubstring("megatron-lm-2026-08"));
  report::cluster_question fp4 = asked({});
  fp4.precision = cluster::number_format::fp4;
  CHECK_THROWS_WITH(
      report::cluster_answer(zoo::deepseek_v3, fp4),
      "moetric: format of h100-sxm must be one of fp32, tf32, bf16, fp8, int8, but got 'fp4'; did you mean fp8?");
}

TEST_CASE("a network that sets the speed is told, and one that no source gives") {
  auto const text = [](char const* device, count micro_batch) {
    report::cluster_question run{.model_name = "llama-3-70b",
                                 .device = cluster::device_named(device),
                                 .setup = {.layout = {.sizes = {.sequence_length = 4096},
                                                      .devices = 64,
                                                      .micro_batch = micro_batch,
                                                      .global_batch = 64 * micro_batch},
                                           .states = {.sharding = cluster::state_sharding::weights}}};
    return report::to_text(report::cluster_answer(zoo::llama_3_70b, run), {.all = true});
  };
  // 70e9 weights x 8 bytes at 50 GB/s are 11 s for 4096 tokens of 4.2e11 FLOPs at some 45 % of 989e12: 4 s
  CHECK(text("h100-sxm", 1).find("NETWORK SETS") != std::string::npos);
  CHECK(text("h100-sxm", 4).find("NETWORK SETS") == std::string::npos);
  CHECK(text("h100-sxm", 4).find("No source gives the bandwidth") == std::string::npos);
  CHECK(text("h200-sxm", 1).find("No source gives the bandwidth") != std::string::npos);
}
