// laws, loss, optimum, compare, hyper, noise-scale and hindcast as a user runs them. Expected numbers are published
// ones or by hand.
#include <cmath>
#include <map>
#include <sstream>
#include <vector>

#include "catch.hpp"
#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using tool_test::folder;
using tool_test::run;

namespace {

nlohmann::json json_of(std::string const& arguments) {
  CAPTURE(arguments);
  auto const got = run(arguments + " --json");
  CHECK(got.error == "");
  REQUIRE(got.status == 0);
  return got.json();
}

void refused(std::string const& arguments, std::string const& what) {
  CAPTURE(arguments);
  auto const got = run(arguments);
  CHECK(got.status == 2);
  CHECK(got.out.empty());
  CHECK(got.error.rfind("moetric: ", 0) == 0);
  CHECK_THAT(got.error, ContainsSubstring(what));
  CHECK(got.error.find('\n') + 1 == got.error.size());
}

/// Values for every input of every law.
std::map<std::string, std::string> const values{{"granularity", "8"},
                                                {"n_experts", "8"},
                                                {"expansion_rate", "8"},
                                                {"inactive_expert_fraction", "0.9"},
                                                {"activation_ratio", "0.031"},
                                                {"shared_expert_ratio", "0.2"},
                                                {"n_active_experts", "8"},
                                                {"steps", "1e5"},
                                                {"weight_bits", "8"},
                                                {"activation_bits", "8"},
                                                {"kv_cache_bits", "8"},
                                                {"post_training_bits", "8"},
                                                {"bits", "8"},
                                                {"sparsity", "0.5"},
                                                {"width", "1024"},
                                                {"depth", "24"},
                                                {"compute", "1e21"}};

std::string value_of(std::string const& input) {
  auto const found = values.find(input);
  return input + "=" + (found == values.end() ? "1e10" : found->second);
}

}  // namespace

TEST_CASE("every law gives the answers that it lists, and refuses others with a reason") {
  auto const all = json_of("laws");
  CHECK(all.size() > 33);
  for (auto const& law : all) {
    std::string const id = law["id"];
    CAPTURE(id);
    std::vector<std::string> const gives = law["gives"];
    REQUIRE_FALSE(gives.empty());
    auto const has = [&](std::string const& what) {
      return std::find(gives.begin(), gives.end(), what) != gives.end();
    };
    std::string inputs, others;
    std::size_t place = 0;
    for (auto const& each : law["inputs"]) {
      std::string const name = each["name"];
      inputs += " " + value_of(name);
      if (place++ >= (id.rfind("clark", 0) == 0 ? 9 : 2)) others += " " + value_of(name);
    }
    if (id == "wang") {
      refused("loss wang tokens=1", "A, B, alpha, beta, gamma and sigma");
      std::string const mine = " A=500 B=1200 alpha=.32 beta=.35 gamma=.1 sigma=1.7";
      inputs += mine, others += mine;
    }
    if (has("loss")) {
      auto const said = json_of("loss " + id + inputs);
      CHECK(said["loss"] > 0);
      CHECK(said["inputs"].size() == law["inputs"].size());
      refused("loss " + id + inputs + " parameters=1e9", "must get ");  // which parameters is never guessed
    } else {
      refused("loss " + id + inputs, id + " gives ");
    }
    if (has("optimum")) {
      auto const best = json_of("optimum " + id + " --compute 1e21" + (id.rfind("fine-grained", 0) == 0 ? "" : others));
      CHECK(best["compute"] == 1e21);
      CHECK(best[id == "frantar-vit" ? "images" : "tokens"] > 0);
      CHECK(best["loss"].is_null() != has("loss"));
      refused("optimum " + id + " --compute 0" + others, "compute must be positive");
    } else if (gives.back() == "loss" || gives.back() == "hyper") {
      refused("optimum " + id + " --compute 1e21", id + " gives ");
    }
  }
}

TEST_CASE("first screens fit, and lead with what is extrapolated") {
  for (std::string const asked :
       {"laws", "laws joint-moe", "loss chinchilla-tex total_parameters=1e12 tokens=1e14",
        "optimum joint-moe --compute 1e21 expansion_rate=8 --against 'joint-moe expansion_rate=1'",
        "hyper deepseek-v3 --tokens 14.8e12", "compare --compute 1e22", "hindcast"}) {
    CAPTURE(asked);
    auto const got = run(asked);
    REQUIRE(got.status == 0);
    std::vector<std::string> lines;
    std::istringstream text(got.out);
    for (std::string line; std::getline(text, line);) {
      CHECK(line.size() <= 100);
      lines.push_back(line);
    }
    CHECK(lines.size() <= 24);
    std::string const first = lines[0] + lines[1] + lines[2];
    if (asked.rfind("laws", 0) != 0) CHECK_THAT(first, ContainsSubstring("EXTRAPOLATED"));
  }
  auto const said = run("loss fine-grained total_non_embedding_parameters=4.3e9 tokens=2e10 granularity=8");
  CHECK_THAT(said.out, ContainsSubstring("1.16 times above the fitted 1.29e8 .. 3.7e9"));
}

TEST_CASE("a wrong count is refused with the right one named") {
  refused("loss fine-grained total_parameters=1e9 tokens=1e10 granularity=8",
          "must get total_non_embedding_parameters, not total_parameters");
  refused("loss joint-moe total_parameters=1e9", "must get active_parameters, not total_parameters");
  refused("loss clark-hash active_parameters=1e9", "must get dense_parameters, not active_parameters");
  refused("loss chinchilla-tex total_parameters=1e9 tokens=-1", "tokens must be positive and finite, but got -1");
  refused("loss kaplan compute=1", "law must be one of ");
  refused("optimum chinchilla-1 --compute 1e21 tokens=1", "not tokens");
}

TEST_CASE("published optima") {
  CHECK_THAT(json_of("optimum chinchilla-tex --compute 5.76e23")["total_parameters"], WithinRel(4.036e10, 5e-4));
  auto const table_a3 = json_of("optimum chinchilla-2 total_parameters=400e6");  // 1.84e19 FLOPs, 7.7B tokens
  CHECK_THAT(table_a3["compute"], WithinRel(1.84e19, .05));
  CHECK_THAT(table_a3["tokens"], WithinRel(7.7e9, .05));
  CHECK_THAT(json_of("optimum chinchilla-tex total_parameters=4.036e10")["compute"], WithinRel(5.76e23, 1e-3));
  CHECK_THAT(json_of("optimum joint-moe --compute 1e22 expansion_rate=8")["active_parameters"],
             WithinRel(14.4e9, .018));
  CHECK(json_of("optimum joint-moe --compute 1e22 memory_bytes=24e9")["expansion_rate"] == 4);
  CHECK_THAT(json_of("optimum precision-one-width --compute 1e20 bits=4..16")["bits"], WithinAbs(7.002, 5e-4));
  CHECK_THAT(
      json_of("optimum ling-leverage --compute 1e22 activation_ratio=.031 granularity=12")["efficiency_leverage"],
      WithinAbs(7.245, 5e-4));
  CHECK_THAT(json_of("optimum llama-3 --compute 3.8e25")["tokens"], WithinRel(16.55e12, .017));
  // 30B quality for 5T tokens of inference: 16.4B on 3.27T.
  auto const quality = json_of("loss sardana total_parameters=30e9 tokens=1.556e12")["loss"].dump();
  auto const served = json_of("optimum sardana loss=" + quality + " inference_tokens=5e12");
  CHECK_THAT(served["total_parameters"], WithinRel(16.4e9, 2e-3));
  CHECK_THAT(served["cost_over_training_optimum"], WithinAbs(1 - .1628, 2e-4));
  // "an MoE with 1e20 FLOPs matches a dense model with 20x the compute", with the printed coefficients
  auto const ratio = json_of("optimum fine-grained-rounded --compute 1e20 granularity=16 --against fine-grained-dense");
  CHECK_THAT(ratio["compute_ratio"], WithinAbs(20, 1.5));
  CHECK(ratio["comparable"] == true);
  CHECK(ratio["token_ratio"] > 1);
  CHECK(json_of("optimum besiroglu --compute 1e21 --interval 0.8")["tokens_low"] < 6e10);
  // The points of its figure leave a factor of 2.2 in N at 1e26 FLOPs.
  auto const besiroglu = json_of("optimum besiroglu --compute 1e26 --interval 0.8");
  CHECK_THAT(besiroglu["total_parameters_high"].get<double>() / besiroglu["total_parameters_low"].get<double>(),
             WithinAbs(2.2, .2));
  CHECK_THAT(besiroglu["sampled"].get<std::string>(), ContainsSubstring("our own fit"));
  // An MoE that needs a 126th of a dense model's tokens at 1e20 FLOPs lies outside of every fit.
  auto const tokens = json_of("optimum fine-grained --compute 1e20 --against fine-grained-dense");
  CHECK_THAT(tokens["token_ratio"], WithinRel(126.0, .01));
  CHECK(tokens["token_ratio_is_prediction"] == false);
}

TEST_CASE("impossible optima are refused") {
  refused("optimum joint-moe --compute 1e22", "must get expansion_rate as name=value");
  refused("optimum abnar --compute 1e22 inactive_expert_fraction=0..1", "below 1, but got 1");
  refused("optimum abnar --compute 1e22 inactive_expert_fraction=0..1..2", "inactive_expert_fraction must be a number");
  refused("optimum abnar --compute 1e22 inactive_expert_fraction=0..", "inactive_expert_fraction must be a number");
  refused("optimum precision-one-width --compute 1e20 bits=16..4",
          "bits must be given from a lower to a higher value, as 4..16, but got 16..4");
  refused("optimum fine-grained --compute 1e20 granularity=1..64",
          "granularity must be given as values to choose from here, as 4,8,16, not as a range");
  refused("optimum abnar inactive_expert_fraction=0..0.9 loss=2", "must get compute");
  refused("optimum chinchilla-tex --compute 1e21 loss=2", "compute or loss, not both");
  refused("optimum chinchilla-tex loss=1", "must exceed the irreducible");
  refused("optimum chinchilla-tex", "must get --compute");
  refused("optimum chinchilla-tex --compute 1e21 --against step-law", "step-law gives ");
  refused("optimum clark-hash --compute 1e21 --interval 0.8", "does not accept --interval");
  refused("optimum sardana loss=2.1 inference_tokens=-1", "input_tokens must be finite and not negative");
}

TEST_CASE("compare reports regrets within each law, and their uncertainty from printed digits") {
  auto const said = json_of("compare --compute 1e20 --law fine-grained --law besiroglu --interval 0.8 --samples 20");
  CHECK(said["verdicts"].size() == 2);
  CHECK(said["regret"]["fine-grained"]["fine-grained"] == 0);
  CHECK(said["regret"]["fine-grained"]["besiroglu"].is_null());
  CHECK(said["verdicts"][0]["outside_range"][0]["input"] == "total_non_embedding_parameters");
  CHECK(said["verdicts"][0]["plan"]["at_end_of_grid"].size() == 2);  // more experts and finer ones cost little
  auto const& tokens = said["sampled"]["plans"]["besiroglu"]["tokens"];
  CHECK(tokens["low"] < tokens["high"]);
  CHECK(json_of("compare --compute 1e20 --law besiroglu")["sampled"].is_null());
  auto const grid =
      json_of("compare --compute 1e20 --law zhao --law joint-moe --expansion-rates 1,128 --granularities 8");
  CHECK(grid["verdicts"][0]["plan"]["n_experts"] == 1024);
  CHECK(grid["grid"]["expansion_rates"].size() == 2);
  refused("compare --compute 1e20 --granularities 0", "granularities must be from 1 to 65536, but got 0");
  refused("compare --compute 1e20 --law holistic", "holistic must give a loss");
  refused("compare --compute 1e20 --law besiroglu --interval 2", "interval must be above 0 and below 1");
  refused("compare --compute 1e20 --law besiroglu --interval 0.8 --samples 0", "samples must be from 1 to 10000");
}

TEST_CASE("hyper-parameters of a budget and of a model, side by side") {
  auto const said = json_of("hyper compute=1e20 active_non_embedding_parameters=1e9 tokens=1e11 expansion_rate=8");
  REQUIRE(said["laws"].size() == 6);
  std::map<std::string, double> rates;
  // Schaipp's law is of batches alone.
  for (auto const& each : said["laws"])
    if (each["law"] == "schaipp")
      CHECK(each["learning_rate"].is_null());
    else
      rates[each["law"]] = each["learning_rate"];
  CHECK_THAT(rates["ling-hyper-parameters"], WithinRel(1.0129e-3, 5e-5));
  CHECK_THAT(rates["deepseek-llm-hyper-parameters"], WithinRel(9.860e-4, 5e-5));
  CHECK_THAT(rates["step-law"], WithinRel(1.6325e-3, 5e-5));
  CHECK_THAT(rates["joint-moe-learning-rate"], WithinRel(1.3426e-4, 5e-5));
  CHECK_THAT(said["learning_rate"]["ratio"], WithinRel(1.6325e-3 / 1.3426e-4, 1e-4));
  CHECK(said["laws"][4]["batch_tokens"].is_null());
  CHECK(said["critical_batch"].is_null());
  // Twice the critical batch: 1.5 times the steps, 3 times the tokens, a rate of (1 + 1/2)^-1/2.
  auto const batch = json_of("hyper mixtral-8x7b --tokens 1e12 --critical-batch 2e6 --batch-tokens 4e6 --kappa 0.5");
  CHECK(batch["expansion_rate"] == 4);
  CHECK(batch["critical_batch"]["steps"] == 250000);
  CHECK_THAT(batch["critical_batch"]["steps_over_least"], WithinRel(1.5, 1e-14));
  CHECK_THAT(batch["critical_batch"]["tokens_over_least"], WithinRel(3.0, 1e-14));
  CHECK_THAT(batch["critical_batch"]["learning_rate_over_largest"], WithinRel(std::sqrt(2. / 3), 1e-14));
  CHECK_THAT(json_of("hyper mixtral-8x7b --tokens 1e12 --loss 3")["critical_batch"]["critical_batch_tokens"],
             WithinRel(1.0691e6, 5e-5));
  refused("hyper mixtral-8x7b", "tokens must be given");
  refused("hyper compute=1e20 tokens=1e11", "active_non_embedding_parameters and expansion_rate");
  refused("hyper mixtral-8x7b --tokens 1e12 --loss -1", "loss must be positive");
}

TEST_CASE("the noise scale of a CSV file, group by group") {
  // One step: |G|² = (64·11 − 4·50)/60 = 8.4, tr = 39/(1/4 − 1/64) = 166.4.
  std::string const head = "step,tokens,b_small,b_big,grad_norm_sq_small,grad_norm_sq_big";
  auto const file = [&](std::string const& rows) { return folder().file("norms.csv", head + rows); };
  auto const one = json_of("noise-scale " + file("\n1,64,4,64,50,11\n2,128,4,64,50,11\n"));
  REQUIRE(one["groups"].size() == 1);
  CHECK(one["groups"][0]["steps"] == 2);
  CHECK_THAT(one["groups"][0]["noise_scale"], WithinRel(166.4 / 8.4, 1e-13));
  CHECK_THAT(one["groups"][0]["low"], WithinRel(166.4 / 8.4, 1e-13));
  auto const groups = json_of("noise-scale " + file(",group\r\n1,64,4,64,50,11,router\r\n1,64,4,64,50,11,experts\r\n") +
                              " --top-k 2 --n-experts 8 --decay 0.9");
  REQUIRE(groups["groups"].size() == 2);
  CHECK(groups["groups"][0]["group"] == "router");
  // Experts see a quarter of each batch.
  CHECK_THAT(groups["groups"][1]["noise_scale"], WithinRel(166.4 / 8.4 / 4, 1e-13));
  CHECK_THAT(groups["groups"][1]["moving_noise_scale"], WithinRel(166.4 / 8.4 / 4, 1e-13));

  refused("noise-scale " + folder().file("bad.csv", "step,tokens,b_small,b_big,grad_norm_sq_small\n"),
          "must have a column grad_norm_sq_big");
  refused("noise-scale " + file("\n"), "at least one step");
  refused("noise-scale " + file("\n1,64,4,64,50,nan\n"), "'grad_norm_sq_big' on line 2");
  refused("noise-scale " + file("\n1,64,4,64,50,11\n2,64,64,64,50,11\n"),
          "b_small must be below b_big = 64, but got 64 on line 3");
  refused("noise-scale " + file("\n1,64,4,64,0,11\n"), "grad_norm_sq_small must be positive");
  refused("noise-scale " + file("\n1,64,4,64\n"), "must have 6 fields");
  refused("noise-scale " + file("\n1,64,4,64,10,11\n"), "more steps are needed (group 'all')");
  refused("noise-scale " + file("\n1,64,4,64,50,11\n") + " --decay 1", "decay must be above 0 and below 1");
  refused("noise-scale " + file("\n1,64,4,64,50,11\n") + " --top-k 2", "given together");
  refused("noise-scale " + folder().path("absent.csv"), "does not exist");
}

TEST_CASE("the hindcast is the one stored in the tree") {
  auto const got = run("hindcast --verbose");
  REQUIRE(got.status == 0);
  CHECK(got.out == tool_test::text_of(std::string(MOETRIC_SOURCE_DIR) + "/tests/tool/hindcast.out"));
  auto const said = json_of("hindcast");
  CHECK(said["plans"].size() == 34 * 18);
  CHECK(said["summary"].size() == 18);
  // Llama-3.1-405B against Llama 3's own law: C = 6·405.85e9·15.6e12, D = .299·C^.537.
  for (auto const& each : said["plans"])
    if (each["run"] == "Llama-3.1-405B" && each["law"] == "llama-3")
      CHECK_THAT(each["tokens_over_planned"],
                 WithinRel(15.6e12 / (.299 * std::pow(6 * 405.853388800e9 * 15.6e12, .537)), 1e-4));
}
