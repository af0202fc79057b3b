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
  refused("fit isoflop runs.csv --bootstrap 9", "--bootstrap must be given to a fit of one law, fit floor, fit "
                                                "accuracy, fit task-error or a fit with --choose, but got fit isoflop");
  refused("fit rank runs.csv --hold a=1", "but got fit rank, which uses --column");
  refused("fit band runs.csv --x d_model --residuals",
          "--residuals must be given to a fit of one law, fit floor, fit accuracy or fit task-error");
  refused("fit power-law runs.csv --x a --y b --huber 0", "but got fit power-law, which uses --plot, --x");
  refused(
      "fit chinchilla runs.csv --x a",
      "--x must be given to fit floor, fit accuracy, fit task-error, a fit with --choose, fit power-law, fit band or "
      "fit parallel-lines");
  refused("fit chinchilla a.csv b.csv --shared alpha --bootstrap 9", "but got a fit with --shared");
  refused("fit chinchilla runs.csv --seed 9", "--seed must be given with --bootstrap");
}

TEST_CASE("options of another form of a command are refused by name") {
  refused("identify llama-3-8b --parameters 8B --sequence-length 4096",
          "--sequence-length must be given without --par");
  refused("export mixtral-8x7b --format hf --name planned", "an option of export --format hf must be one of --family");
  refused("export plan.json --format cpp --family mixtral", "but got '--family'");
  refused("export plan.json --format megatron --name planned", "but got '--name'");
  refused("design --phase rate-batch --widths 3", "an option of design --phase rate-batch must be one of --phase");
  refused("design --budget 1e21 --target 1e23 --phase 1",
          "an option of design --budget must be one of --isoflop-sizes");
  refused("design --budget 1e21 --target 1e23 --explain", "but got '--explain'");
  refused("design --explain --target 1e22", "but got '--target'");
  refused("design --phase 2 --d-model 480 --widths 3", "--widths must be given without --d-model");
  refused("design --next runs.csv", "--next must be given with --budget");
  refused("plan --compute 3e20 --bytes-per-parameter 18", "--bytes-per-parameter must be given with --memory-limit");
  refused("plan --compute 3e20 --d-model 1024 --d-rule median", "--d-rule must be given without --d-model");
  refused("optimum deepseek-llm nosuch=1", "nosuch");
  std::string const norms =
      folder().file("norms.csv", "step,tokens,b_small,b_big,grad_norm_sq_small,grad_norm_sq_big\n"
                                 "1,4096,4,64,51.4,11.7\n2,8192,4,64,51.7,12.1\n3,9000,4,64,50.9,11.9\n");
  refused("noise-scale " + norms + " --top-k 8 --n-experts 256", "must be given for a file with a group 'experts'");
}

TEST_CASE("a name that is given twice, and a name that nothing has") {
  std::string const runs =
      folder().file("runs.csv", "total_parameters,tokens,loss\n1e8,2e9,3.32\n1e8,8e9,2.99\n4e8,2e9,3.02\n4e8,8e9,2.68\n"
                                "4e8,3e10,2.49\n1.6e9,8e9,2.49\n1.6e9,3e10,2.3\n1.6e9,1e11,2.16\n");
  refused("fit chinchilla " + runs + " --hold E=1 --hold E=2", "E must be held once");
  refused("fit chinchilla " + runs + " --hold nosuch=1", "a coefficient to hold must be one of E, A, alpha");
  refused("fit chinchilla " + runs + " --column nosuch=loss",
          "a column that this fit reads must be one of loss, weight");
  refused("fit chinchilla " + runs + " --column tokens=nosuch", "must have a column nosuch");
  refused("fit chinchilla " + runs + " --column tokens=a --column tokens=b", "the column of tokens must be given once");
  refused("fit chinchilla " + runs + " " + runs + " --shared alpha,alpha", "must be given once, but got 'alpha' again");
  refused("fit rank " + runs + " --column compute=loss",
          "a column that this fit reads must be one of proxy_loss, loss");
  refused("fit power-law " + runs + " --x tokens --y loss --column compute=tokens", "must be one of tokens, loss");
  refused("compare --compute 1e22 --law kaplan-n --law kaplan-n", "law 'kaplan-n' must be given once");
  refused("account llama-3-8b --lora 16:query,query", "lora must name each projection once");
  refused("search " + std::string(MOETRIC_SOURCE_DIR) +
              "/examples/space.json --given unique_tokens=1 --given unique_tokens=2",
          "unique_tokens must be given once");
}

TEST_CASE("numbers that no run has") {
  std::string const head = "total_parameters,tokens,loss,compute,rate\n", rest = ",2.5,1e18,1e-3\n";
  std::string const same = folder().file("same.csv", head + "1e8,2e9" + rest + "1e8,8e9" + rest + "4e8,2e9" + rest +
                                                         "4e8,8e9" + rest + "1e9,8e9" + rest + "1e9,3e10" + rest);
  refused("fit chinchilla " + same, "loss of '" + same.substr(0, 20));
  refused("fit chinchilla " + same, "must differ between runs, but is 2.5 on every line");
  refused("fit power-law " + same + " --x tokens --y rate", "rate of '");
  for (std::string const value : {"inf", "nan", "-1"}) {
    refused("fit chinchilla " + same + " --huber " + value,
            value == "-1" ? "huber must not be negative" : "huber must be finite");
    refused("fit chinchilla " + same + " " + same + " --shared alpha --margin " + value, "");
  }
  refused("plan --compute 1e15 --training-flops-per-token 1e15", "d_expert must be from 1 to 16777216, but got 2576");
  refused("plan --compute 1e15 --training-flops-per-token 5e11", "tokens must be at least those of one sequence, 8192");
  refused("plan --compute 1e22 --training-flops-per-token 1e18", "n_heads must be from 1 to 16777216, but got 53687");
  refused("account llama-3-8b --context 10 --decode-batch 1 --weight-bytes 0", "weight_bytes must be positive");
  refused("account llama-3-8b --expect 0", "expect must be positive");
  refused("check llama-3-8b --sequence-length 0", "sequence_length must be positive");
  refused("identify llama-3-8b --mfu 0.4 --peak-flops 0e12 --tokens-per-second-per-device 8281",
          "peak_flops must be positive");
  refused("design --budget 1e20 --target 1e22 --isoflop-sizes 0", "isoflop_sizes must be from 1 to 100000");
  refused("design --target nan", "target must be finite");
  refused("compare --compute 1e22 --interval 0.8 --samples 1.5", "samples must be a whole number");
}

TEST_CASE("errors are short, on one line, and hold no byte that a terminal obeys") {
  std::string const longest(3000, 'x');
  for (std::string const& arguments :
       {"account " + longest, "account llama-3-8b --sequence-length " + longest,
        "loss chinchilla-tex " + longest + "=1", "account " + longest + ".json",
        "plan --compute 3e20 --source " + longest + ".json", "account llama-3-8b " + longest, "plan --" + longest,
        longest, "fit chinchilla a.csv --hold " + longest, std::string("account 'a\x1b[31m\xff\xc2\x9b'"),
        "account llama-3-8b --core-forms " + longest}) {
    CAPTURE(arguments);
    auto const got = run(arguments);
    CHECK(got.status != 0);
    CHECK(got.error.size() < 1500);
    CHECK(std::none_of(got.error.begin(), got.error.end() - 1, [](char c) {
      auto const byte = static_cast<unsigned char>(c);
      return byte < 0x20 || byte >= 0x7f;
    }));
  }
}

TEST_CASE("a value that is missing, empty or too many") {
  auto const asks = [](std::string const& arguments, int status, std::string const& sentence) {
    CAPTURE(arguments);
    auto const got = run(arguments);
    CHECK(got.status == status);
    CHECK(got.out.empty());
    CHECK(got.error == "moetric: " + sentence + "\n");
  };
  asks("plan --compute= --json", 2, "--compute must have a value, but got ''");
  asks("plan --compute 3e20 --n-experts ''", 2, "--n-experts must have a value, but got ''");
  asks("plan --compute", 64, "--compute must have a value (see --help)");
  asks("plan --compute 3e20 --compute 3e21", 64, "--compute must be given once (see --help)");
  asks("plan --compute 3e20 --json=false", 64, "--json must have no value");
  asks("plan --compute 3e20 --json --schema", 64, "--json must be given without --schema");
  asks("account llama-3-8b a b", 64, "the command must get no more values, but got 'a b'");
}

TEST_CASE("an unknown name is answered with the closest known ones") {
  auto const asks = [](std::string const& arguments, std::string const& meant) {
    refused(arguments, "; did you mean " + meant + "?\n");
  };
  asks("account mixtral-8x7", "mixtral-8x7b");
  asks("account Mixtral", "mixtral-8x7b or mixtral-8x22b");
  asks("account llama-3-8b --convention megatron", "megatron-lm");
  asks("account deepseek-v3 --core-forms absorbd", "absorbed");
  asks("account deepseek-v3 --recompute selectiv", "selective");
  asks("account deepseek-v3 --freeze embeding", "embedding");
  asks("account llama-3-8b --lora 16:querry", "query");
  refused("account " + with("model_type", "\"mixtrall\""),
          "but got 'mixtrall', whose modelling code is not known here\n");
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
  asks("cluster deepseek-v3 --micro 3",
       "options of cluster must be those of --help, but got '--micro'; did you mean --micro-batch?");
  asks("plan --compte 3e20", "options of plan must be those of --help, but got '--compte'; did you mean --compute?");
  asks("plan --compute=3e20 --roundng=paper",
       "options of plan must be those of --help, but got '--roundng'; did you mean --rounding?");
  asks("plan --compute 3e20 --colour red", "options of plan must be those of --help, but got '--colour'");
  asks("plan", "--compute, or --device with --devices and --days, must be given");
  asks("compare", "--compute is required (see --help)");
  asks("account llama-3-8b extra", "the command must get no more values, but got 'extra'");
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
