#include "moetric/account/identify.hpp"

#include <string>

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

constexpr count lengths[] = {1024, 2048, 4096, 8192};

bool names(std::vector<identification> const& ways, std::string_view description, count length, mtp_modules with) {
  for (identification const& way : ways)
    if (to_string(way) == description && way.sequence_length == length && way.with == with) return true;
  return false;
}

std::vector<identification> identify(model const& m, std::string_view printed) {
  return identify_training_flops(m, parse_printed_number("training_flops_per_token", printed), lengths);
}

}  // namespace

// The numbers are those that the tools print.

TEST_CASE("a number from a log is traced to the tool, the length and the modules that give it") {
  auto const with_mtp = identify(zoo::deepseek_v3, "259992950784");
  CHECK(names(with_mtp, "megatron-lm", 4096, mtp_modules::included));
  for (identification const& way : with_mtp) CHECK(way.residue(259'992'950'784) == 0);
  CHECK(names(identify(zoo::deepseek_v3, "281158232064"), "torchtitan", 4096, mtp_modules::left_out));
  CHECK(names(identify(zoo::llama_3_8b, "54622420992"), "verl", 8192, mtp_modules::left_out));
  CHECK(names(identify(zoo::gpt_3, "1061947441152"), "nemo", 2048, mtp_modules::left_out));
}

TEST_CASE("a padded vocabulary is found") {
  // GPT-3 with 50304, a multiple of 128: the default and 6 · 12288 · (50304 − 50257) more
  auto const ways =
      identify_training_flops(zoo::gpt_3, printed_number::exactly(count(1'061'877'915'648) + 6 * 12288 * 47), lengths);
  REQUIRE_FALSE(ways.empty());
  CHECK(ways.front().vocab_size == 50304);
  CHECK(ways.front().sequence_length == 2048);
  flops const padded =
      training_flops(zoo::gpt_3, 2048, find_convention("megatron-lm"), {.pad_vocabulary_to_multiple_of = 128});
  CHECK(padded.per_token() == ways.front().training_flops_per_token);
  CHECK_THROWS_WITH(
      training_flops(zoo::gpt_3, 2048, find_convention("megatron-lm"), {.pad_vocabulary_to_multiple_of = 0}),
      "moetric: pad_vocabulary_to_multiple_of must be positive, but got 0");
}

TEST_CASE("all ways inside a rounded number are found, the plausible ones first") {
  // 250449887232 by default and as MaxText, 249812054016 as Megatron; 250457382912 with s(s+1)/2 pairs rounds up.
  auto const ways = identify(zoo::deepseek_v3, "250.45G");
  CHECK(names(ways, "matmul-causal-half", 4096, mtp_modules::left_out));
  CHECK(names(ways, "maxtext", 4096, mtp_modules::left_out));
  CHECK_FALSE(names(ways, "matmul-causal", 4096, mtp_modules::left_out));
  CHECK_FALSE(names(ways, "megatron-lm", 4096, mtp_modules::left_out));
  CHECK(to_string(ways.front()) == "matmul-causal-half");
  CHECK(ways.front().sequence_length == 4096);
  auto const wider = identify(zoo::deepseek_v3, "250G");
  CHECK(wider.size() > ways.size());
  CHECK(names(wider, "megatron-lm", 4096, mtp_modules::left_out));
  // Configured vocabularies and conventions stand before padded ones, bugs and other choices of terms.
  int last = 0;
  for (identification const& way : wider) {
    int const rank = way.left_out.bits != 0 || way.embedding_charged ? 2 : way.is_known_bug ? 1 : 0;
    CHECK(rank >= last);
    last = rank;
  }
}

TEST_CASE("known bugs and other choices of terms are found") {
  // Mixtral-8x7B at 4096 as nanotron's MoE example: one feed-forward of 14336, no router, the full square
  count const nanotron = 6 * 32 * (count(2) * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336) +
                         12 * count(32) * 4096 * 4096 + 6 * 4096 * 32000;
  auto const bug = identify(zoo::mixtral_8x7b, to_string(nanotron));
  CHECK(names(bug, "nanotron:experts-as-one-dense", 4096, mtp_modules::left_out));
  CHECK(bug.front().is_known_bug);
  // Llama-3-8B without logits at the full square: 57912852480 − 3·1050673152
  auto const headless = identify(zoo::llama_3_8b, "54760833024");
  CHECK(names(headless, "matmul-full without logits", 8192, mtp_modules::left_out));
  // DeepSeek-V3 with s(s+1)/2 pairs, without its router, with the embedding charged
  auto const edited =
      identify(zoo::deepseek_v3, to_string(250'457'382'912 - 3 * count(212'860'928) + 3 * count(1'853'358'080)));
  CHECK(names(edited, "matmul-causal without router with embedding", 4096, mtp_modules::left_out));
}

TEST_CASE("what a tool counts as nothing is no way of counting") {
  for (identification const& way : identify(zoo::mixtral_8x7b, "1")) CHECK_FALSE(way.training_flops_per_token == 0);
}

TEST_CASE("a number that nobody counts has its five nearest, in order") {
  ratio const wanted = 250'449'887'233;
  auto const ways = identify(zoo::deepseek_v3, "250449887233");
  REQUIRE(ways.size() == 5);
  CHECK(ways.front().residue(wanted) == 1);
  for (std::size_t i = 1; i != ways.size(); ++i) CHECK_FALSE(ways[i].residue(wanted) < ways[i - 1].residue(wanted));
  CHECK_THROWS_AS(identify_training_flops(zoo::deepseek_v3, printed_number::exactly(wanted), {}),
                  std::invalid_argument);
}

TEST_CASE("a logged utilisation is traced to what it was computed from") {
  // 43.10 % of 989e12 at 1706.29 tokens/s: 0.431 · 989e12 / 1706.29 = 249.8164e9, with its digits 249.787e9 to
  // 249.846e9.
  auto const log = [](std::string_view mfu, std::string_view tokens) {
    return logged_utilization{.mfu = parse_printed_number("mfu", mfu),
                              .peak_flops = 989'000'000'000'000,
                              .tokens_per_second_per_device = parse_printed_number("tokens", tokens)};
  };
  printed_number const implied = implied_training_flops(log("43.10%", "1706.29"));
  CHECK(implied.holds(249'812'054'016));
  CHECK_FALSE(implied.holds(250'449'887'232));
  CHECK_FALSE(implied.holds(249'786'000'000));
  CHECK_FALSE(implied.holds(249'847'000'000));
  auto const found = identify_utilization(zoo::deepseek_v3, log("43.10%", "1706.29"), lengths);
  CHECK(found.inside);
  CHECK(found.peak->name == "as given");
  CHECK(names(found.ways, "megatron-lm", 4096, mtp_modules::left_out));

  // The same over 2^40 for a tera is 9 % less: 0.4310 / 1.0995 = 0.3920.
  count const only_4096[] = {4096};
  auto const binary = identify_utilization(zoo::deepseek_v3, log("39.20%", "1706.29"), only_4096);
  CHECK(binary.inside);
  CHECK(binary.peak->name == "a tera as 2^40");
  CHECK(names(binary.ways, "megatron-lm", 4096, mtp_modules::left_out));
  // Over the peak of 2:4 sparsity, half.
  CHECK(identify_utilization(zoo::deepseek_v3, log("21.55%", "1706.29"), only_4096).peak->scale == ratio(2));
  CHECK_FALSE(identify_utilization(zoo::deepseek_v3, log("1.000%", "1706.29"), only_4096).inside);
  CHECK_THROWS_WITH(identify_utilization(zoo::deepseek_v3, log("43%", "0"), lengths),
                    Catch::Matchers::StartsWith("moetric: tokens_per_second_per_device must be positive"));
}
