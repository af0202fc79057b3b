#include "moetric/account/identify.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

constexpr count lengths[] = {1024, 2048, 4096, 8192};

bool names(std::vector<identification> const& ways, std::string_view id, count length, mtp_modules with) {
  for (identification const& way : ways)
    if (way.rule->id == id && way.sequence_length == length && way.with == with) return true;
  return false;
}

}  // namespace

// The numbers are those that the tools print, conventions.md section 3.

TEST_CASE("a number from a log is traced to the tool, the length and the modules that give it") {
  auto const with_mtp = identify_training_flops(zoo::deepseek_v3, 259'992'950'784, lengths);
  CHECK(names(with_mtp, "megatron-lm", 4096, mtp_modules::included));
  for (identification const& way : with_mtp) CHECK(way.residue(259'992'950'784) == 0);
  CHECK(names(identify_training_flops(zoo::deepseek_v3, 281'158'232'064, lengths), "torchtitan", 4096,
              mtp_modules::left_out));
  CHECK(names(identify_training_flops(zoo::llama_3_8b, 54'622'420'992, lengths), "verl", 8192, mtp_modules::left_out));
  CHECK(names(identify_training_flops(zoo::gpt_3, 1'061'947'441'152, lengths), "nemo", 2048, mtp_modules::left_out));
}

TEST_CASE("a padded vocabulary is found") {
  // GPT-3 with 50304, a multiple of 128: the default and 6 · 12288 · (50304 − 50257) more
  auto const ways = identify_training_flops(zoo::gpt_3, count(1'061'877'915'648) + 6 * 12288 * 47, lengths);
  REQUIRE_FALSE(ways.empty());
  CHECK(ways.front().vocab_size == 50304);
  CHECK(ways.front().sequence_length == 2048);
}

TEST_CASE("a number that nobody counts has its five nearest, in order") {
  ratio const wanted = 250'449'887'233;
  auto const ways = identify_training_flops(zoo::deepseek_v3, wanted, lengths);
  REQUIRE(ways.size() == 5);
  CHECK(ways.front().residue(wanted) == 1);
  for (std::size_t i = 1; i != ways.size(); ++i) CHECK_FALSE(ways[i].residue(wanted) < ways[i - 1].residue(wanted));
  CHECK_THROWS_AS(identify_training_flops(zoo::deepseek_v3, wanted, {}), std::invalid_argument);
}
