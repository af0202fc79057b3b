// Requests, as a C++ service makes them: values in, an answer out. Numbers are from outside, as each says.
#include <string>

#include "catch.hpp"
#include "moetric/io/account_answer.hpp"
#include "moetric/io/cluster_answer.hpp"
#include "moetric/io/find_model.hpp"
#include "moetric/io/identify_answer.hpp"
#include "moetric/io/noise_scale_answer.hpp"
#include "moetric/io/plan_answer.hpp"
#include "scratch.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

TEST_CASE("a request of an account is answered for a model by its name") {
  io::named_model const m = io::find_model("deepseek-v3");
  report::answer const made = io::account_answer(m, {.context = 4096});
  CHECK(made.values["parameters"]["total"].magnitude() == 671026419200);  // its model card: 671B
  // 61 layers of 512 + 64 cached elements, of two bytes: 2412.19437, Sec. 2.1
  CHECK(made.values["cache"]["bytes"].magnitude() == count(61 * 576 * 2) * 4096);
  CHECK_THROWS_WITH(io::account_answer(m, {.decode_batch = 8}), ContainsSubstring("must be given with a context"));
  CHECK_THROWS_WITH(io::account_answer(m, {.context = 0}), ContainsSubstring("context must be positive"));
  CHECK_THROWS_WITH(io::account_answer(m, {.freeze = "rooter"}), ContainsSubstring("did you mean router?"));
}

TEST_CASE("a measured step is the tokens/s of its sequences") {
  io::cluster_request asked{.on = {.device = cluster::device_named("h100-sxm")}};
  asked.layout.layout.devices = 64, asked.layout.layout.global_batch = 128;
  asked.layout.layout.sizes.sequence_length = 4096, asked.layout.layout.sizes.expert = 8;
  asked.measured.step_seconds = 128 * 4096 / (9000.0 * 64);
  io::named_model const m = io::find_model("qwen3-30b-a3b");
  report::answer const made = io::cluster_answer(m, asked);
  CHECK_THAT(made.values["measured"]["tokens_per_second_per_device"].real(), WithinRel(9000, 1e-12));
  CHECK_THAT(made.values["mfu"]["value"].real(), WithinRel(9000 * 23081779200 / 989e12, 1e-3));  // by hand
  CHECK(made.values["mfu"]["convention"].text() == "matmul-causal-half");
  asked.measured.step_seconds = -1;
  CHECK_THROWS_WITH(io::cluster_answer(m, asked), ContainsSubstring("measured_step_seconds must be positive"));
  asked.measured = {.tokens_per_second = 9000 * 64};
  CHECK_THROWS_WITH(io::cluster_answer(m, asked), ContainsSubstring("divide by the number of devices"));
  CHECK_THROWS_WITH(io::cluster_answer(m, {}), ContainsSubstring("must have a device"));
  asked.measured = {}, asked.inference_tokens = 1e12;
  CHECK_THROWS_WITH(io::cluster_answer(m, asked), ContainsSubstring("must be given with a price"));
}

TEST_CASE("a request of a plan has a budget, a calendar, or a loss with what money needs") {
  report::answer const made = io::plan_answer({.run = {.compute = 3e20}});
  // 2603.21862, Table 9: the optimal N_a, N and tokens of 3e20 FLOPs
  CHECK_THAT(made.values["compute"]["requested"].real(), WithinRel(3e20, 1e-12));
  io::plan_request asked{.on = {.device = cluster::device_named("h100-sxm")}};
  CHECK_THROWS_WITH(io::plan_answer(asked), ContainsSubstring("--devices and --days must be given"));
  asked.target_loss = 2.5;
  CHECK_THROWS_WITH(io::plan_answer(asked), ContainsSubstring("must be given with --target-loss"));
  CHECK_THROWS_WITH(io::plan_answer({.run = {.compute = 3e20}, .source = "lingg"}), ContainsSubstring("did you mean"));
}

TEST_CASE("a printed number is identified, and a request with two kinds of number refused") {
  io::named_model const m = io::find_model("llama-3-8b");
  CHECK(io::identify_answer(m, {.parameters = "8030261248"}).values["exact"].flag());  // its safetensors
  CHECK_THROWS_WITH(io::identify_answer(m, {.training_flops_per_token = "1T", .parameters = "8B"}),
                    ContainsSubstring("exactly one of"));
  CHECK_THROWS_WITH(io::identify_answer(m, {.mfu = "43.1%"}), ContainsSubstring("a speed must be two of"));
}

TEST_CASE("the noise scale of a file of gradient norms") {
  scratch const folder;
  // |G|² = (64·11 − 4·50)/60 = 8.4, tr(Σ) = 39/(1/4 − 1/64) = 166.4; 1812.06162, App. A
  std::string const file = folder.file("norms.csv", "step,tokens,b_small,b_big,grad_norm_sq_small,grad_norm_sq_big\n"
                                                    "1,256,4,64,50,11\n2,512,4,64,50,11\n");
  report::answer const made = io::noise_scale_answer({.file = file});
  CHECK_THAT(made.values["groups"].members()[0].content["noise_scale"].real(), WithinRel(166.4 / 8.4, 1e-12));
  CHECK_THROWS_WITH(io::noise_scale_answer({.file = file, .top_k = 8}), ContainsSubstring("must be given together"));
  CHECK_THROWS_WITH(io::noise_scale_answer({.file = file, .top_k = 8, .n_experts = 64}),
                    ContainsSubstring("must be given for a file with a group 'experts'"));
}
