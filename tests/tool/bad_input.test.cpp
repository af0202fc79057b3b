#include "catch.hpp"

#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using tool_test::folder;
using tool_test::run;

namespace {

/// The tool must exit with status 2, print nothing on stdout, and one line on stderr that names the field.
void refused(std::string const& arguments, std::string const& field) {
  CAPTURE(arguments);
  auto const got = run(arguments);
  CHECK(got.status == 2);
  CHECK(got.out.empty());
  CHECK_THAT(got.error, ContainsSubstring(field));
  CHECK(got.error.rfind("moetric: ", 0) == 0);
  REQUIRE_FALSE(got.error.empty());
  CHECK(got.error.find('\n') == got.error.size() - 1);
}

std::string const mixtral = R"({"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336,
  "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "num_local_experts": 8,
  "num_experts_per_tok": 2, "vocab_size": 32000})";

/// Mixtral's config with the value of one key replaced.
std::string with(std::string const& key, std::string const& value) {
  auto config = nlohmann::json::parse(mixtral);
  config[key] = nlohmann::json::parse(value);
  return folder().file("config.json", config.dump());
}

std::string without(std::string const& key) {
  auto config = nlohmann::json::parse(mixtral);
  config.erase(key);
  return folder().file("config.json", config.dump());
}

}  // namespace

TEST_CASE("the config that bad ones are derived from is accepted") {
  auto const got = run("account " + folder().file("config.json", mixtral) + " --json");
  REQUIRE(got.status == 0);
  CHECK(got.json()["parameters"]["total"] == 46702792704);
}

TEST_CASE("files that are not a config") {
  refused("account " + folder().path("absent.json"), "absent.json");
  refused("account " + folder().path("."), "directory");
  refused("account " + folder().file("empty.json", ""), "empty.json");
  refused("account " + folder().file("cut.json", mixtral.substr(0, 100)), "cut.json");
  refused("account " + folder().file("list.json", "[1, 2]"), "object");
  refused("account " + folder().file("text.json", "hello"), "text.json");
  refused("account " + folder().file("deep.json", std::string(100000, '[')), "deep.json");
  refused("account nosuchmodel", "nosuchmodel");
}

TEST_CASE("configs with a wrong value") {
  refused("account " + with("num_hidden_layers", "\"32\""), "num_hidden_layers");
  refused("account " + with("num_hidden_layers", "1e18"), "num_hidden_layers");
  refused("account " + with("num_hidden_layers", "1000000000000000000"), "num_hidden_layers");
  refused("account " + with("num_hidden_layers", "0"), "num_hidden_layers");
  refused("account " + with("num_hidden_layers", "[32]"), "num_hidden_layers");
  refused("account " + with("hidden_size", "-4096"), "hidden_size");
  refused("account " + with("hidden_size", "4096.5"), "hidden_size");
  refused("account " + with("hidden_size", "true"), "hidden_size");
  refused("account " + folder().file("overflow.json", R"({"model_type": "mixtral", "vocab_size": 1e400000})"),
          "overflow.json");
  refused("account " + with("num_key_value_heads", "7"), "num_key_value_heads");
  refused("account " + with("num_attention_heads", "33"), "num_attention_heads");
  refused("account " + with("num_experts_per_tok", "9"), "num_experts_per_tok");
  refused("account " + with("model_type", "\"mixture-of-tomorrow\""), "mixture-of-tomorrow");
  refused("account " + with("model_type", "null"), "model_type");
  refused("account " + with("tie_word_embeddings", "\"yes\""), "tie_word_embeddings");
  refused("account " + with("num_hyper_layers", "4"), "num_hyper_layers");
}

TEST_CASE("configs without a required key") {
  for (std::string const key :
       {"model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"})
    refused("account " + without(key), key);
}

TEST_CASE("numbers on the command line") {
  for (std::string const value : {"0", "-3e20", "nan", "inf", "1e400", "1e-400", "three", "3e20x", "''"})
    refused("plan --compute " + value, "compute");
  refused("plan --compute 3e20 --n-experts 0", "n_experts");
  refused("plan --compute 3e20 --n-experts -288", "n_experts");
  refused("plan --compute 3e20 --n-experts 1e18", "n_experts");
  refused("plan --compute 3e20 --n-experts 8 --top-k 9", "top_k");
  refused("plan --compute 3e20 --n-heads 6 --n-kv-heads 4", "n_kv_heads");
  refused("plan --compute 3e20 --sequence-length 1e18", "sequence_length");
  refused("plan --compute 3e20 --flops-per-active-parameter nan", "flops_per_active_parameter");
  refused("plan --compute 3e20 --d-rule widest", "d_rule");
  refused("plan --compute 3e20 --rounding up", "rounding");
  refused("plan --compute 3e20 --budget mine", "budget");
  refused("account llama-3-8b --sequence-length 0", "sequence_length");
  refused("account llama-3-8b --sequence-length -4096", "sequence_length");
  refused("account llama-3-8b --sequence-length 340282366920938463463374607431768211455", "sequence_length");
  refused("account llama-3-8b --sequence-length 999999999999999999999999999999999999999999", "sequence_length");
  refused("account llama-3-8b --convention gigaflops", "convention");
  refused("optimum fine-grained --compute 0", "compute");
  refused("optimum fine-grained --compute 1e400", "compute");
  refused("optimum nosuchlaw --compute 1e20", "nosuchlaw");
  refused("loss fine-grained total_parameters=1e9 tokens=1e10 granularity=8", "total_parameters");
  refused("loss fine-grained total_non_embedding_parameters=nan tokens=1e10 granularity=8",
          "total_non_embedding_parameters");
  refused("loss fine-grained total_non_embedding_parameters=1e9 tokens=1e10", "granularity");
}

TEST_CASE("options without effect are refused by name") {
  std::string const hyper = "hyper deepseek-v3 --tokens 1e12 ";
  refused(hyper + "--batch-tokens 4e6", "--batch-tokens must be given with --critical-batch or --loss");
  refused(hyper + "--loss 2 --kappa 1", "--kappa must be given with --batch-tokens");
  refused(hyper + "--loss 2 --critical-batch 1e6", "--loss must be given without --critical-batch");
  refused("compare --compute 1e22 --samples 9", "--samples must be given with --interval");
  refused("design --iterate fit.json --budget 1e21", "--budget must be given without --iterate");
  refused("design --iterate fit.json --next runs.csv", "--next must be given without --iterate");
  refused("fit isoflop runs.csv --bootstrap 9",
          "--bootstrap must be given to a fit of one law, fit floor or a fit with --choose, but got fit isoflop");
  refused("fit rank runs.csv --hold a=1", "but got fit rank, which uses --column");
  refused("fit band runs.csv --x d_model --residuals", "--residuals must be given to a fit of one law or fit floor");
  refused("fit power-law runs.csv --x a --y b --huber 0", "but got fit power-law, which uses --x");
  refused("fit chinchilla runs.csv --x a",
          "--x must be given to fit floor, fit power-law, fit band or fit parallel-lines");
  refused("fit chinchilla a.csv b.csv --shared alpha --bootstrap 9", "but got a fit with --shared");
  refused("fit chinchilla runs.csv --seed 9", "--seed must be given with --bootstrap");
}

TEST_CASE("an unknown name is answered with the closest known ones") {
  auto const asks = [](std::string const& arguments, std::string const& meant) {
    refused(arguments, "; did you mean " + meant + "?\n");
  };
  asks("account mixtral-8x7", "mixtral-8x7b");
  asks("account glm-4.6", "glm-4.5");
  asks("account Mixtral", "mixtral-8x7b");
  asks("account llama-3-8b --convention megatron", "megatron-lm");
  asks("account deepseek-v3 --core-forms absorbd", "absorbed");
  asks("account deepseek-v3 --recompute selectiv", "selective");
  asks("account deepseek-v3 --freeze embeding", "embedding");
  asks("account deepseek-v3 --lora 16:querry", "query");
  asks("account " + with("model_type", "\"mixtrall\""), "mixtral, mistral or mistral4");
  asks("plan --compute 3e20 --rounding papr", "paper");
  asks("plan --compute 3e20 --source holstic", "holistic");
  asks("loss chinchilla-text tokens=1", "chinchilla-tex");
  asks("loss chinchilla-tex total_parameters=1 tokns=1", "tokens");
  asks("optimum fine-grained --compute 1e20 granularty=8", "granularity");
  asks("compare --compute 1e21 --law kaplan-nd", "kaplan-n, kaplan-d, kaplan-n-d, kaplan-c or kaplan-n-s");
  asks("explain mixtral-8x7b d_modell=1024", "d_model");
  asks("design --phase rate_batc", "rate-batch");
  asks("fit chinchila runs.csv", "chinchilla");
  asks("fit isoflops runs.csv", "isoflop");
  asks("export mixtral-8x7b --format megaton", "megatron");
  asks("export mixtral-8x7b --format hf --family mistral", "mixtral");
  refused("account wizard", "but got 'wizard'\n");  // close to none
  refused("account llama-3-8b --convention ''", "but got ''\n");
}

TEST_CASE("an unknown command or option is answered with the closest known one") {
  auto const asks = [](std::string const& arguments, std::string const& sentence) {
    CAPTURE(arguments);
    auto const got = run(arguments);
    CHECK(got.status == 64);
    CHECK(got.out.empty());
    CHECK(got.error == "moetric: " + sentence + "\n");
  };
  asks("acount llama-3-8b", "commands and options must be those of --help, but got 'acount'; did you mean account?");
  asks("--versoin", "commands and options must be those of --help, but got '--versoin'; did you mean --version?");
  asks("plan --compte 3e20", "options of plan must be those of --help, but got '--compte'; did you mean --compute?");
  asks("plan --compute=3e20 --roundng=paper",
       "options of plan must be those of --help, but got '--roundng'; did you mean --rounding?");
  asks("plan --compute 3e20 --colour red", "options of plan must be those of --help, but got '--colour'");
  asks("plan", "--compute is required (see --help)");
  asks("account llama-3-8b extra", "The following argument was not expected: extra (see --help)");
}

TEST_CASE("bad usage has exit status 64") {
  for (std::string const arguments : {"", "nosuchcommand", "plan", "plan --compute", "account",
                                      "plan --compute 3e20 --no", "account llama-3-8b extra"}) {
    CAPTURE(arguments);
    auto const got = run(arguments);
    CHECK(got.status == 64);
    CHECK(got.out.empty());
    CHECK(got.error.find('\n') == got.error.size() - 1);
  }
}

TEST_CASE("every command has help with an example") {
  for (std::string const command : {"account", "plan", "optimum", "loss", "models", "laws"}) {
    auto const got = run(command + " --help");
    CHECK(got.status == 0);
    CHECK_THAT(got.out, ContainsSubstring("Example") && ContainsSubstring("moetric " + command));
  }
  CHECK(run("--help").status == 0);
  CHECK(run("--version").out == "0.1.0\n");
}
