// What a user writes without reading the headers first.
#include "habits.hpp"

#include <map>
#include <moetric/account/training.hpp>
#include <moetric/moetric.hpp>
#include <moetric/plan/plan.hpp>
#include <string>
#include <vector>

using namespace moetric;

namespace {

constexpr count limit = 31e9;
static_assert(total_parameters(zoo::qwen3_30b_a3b) <= limit);
static_assert(total_parameters(zoo::qwen3_30b_a3b) <= 31e9);
static_assert(at_most<total_parameters(zoo::qwen3_30b_a3b), 31e9>());
constexpr lora_ranks adapters{16, projection::query | projection::value};

bool any_integers() {
  std::vector<int> const lengths{4096, 17, 2048};
  std::vector<unsigned> const of_unsigned(lengths.begin(), lengths.end());
  std::vector<std::size_t> const of_sizes(lengths.begin(), lengths.end());
  count const batch = forward_flops(zoo::deepseek_v3, lengths).per_sequence();
  return forward_flops(zoo::deepseek_v3, of_unsigned).per_sequence() == batch &&
         forward_flops(zoo::deepseek_v3, of_sizes).per_sequence() == batch;
}

bool why_they_differ() {
  std::map<std::string, std::string> by_term;
  auto const why =
      explain_difference(zoo::mixtral_8x7b, 4096, find_convention("torchtitan"), find_convention("megatron-lm"));
  for (term t : why.terms()) by_term[std::string(name(t))] = to_string(why[t]);
  return by_term.count("attention_core") == 1;
}

bool walk_a_plan() {
  plan::complete_plan const p = plan::make({.compute = 3e20});
  std::string fields;
  for (auto const& each : p.decisions) {
    std::string const field = each.field;
    fields += field + " ";
  }
  return fields.find("tokens") != std::string::npos;
}

}  // namespace

bool habits_hold() {
  return adapters[projection::query] == 16 && any_integers() && why_they_differ() && walk_a_plan() &&
         diagnose(zoo::deepseek_v3, {.expert = 64, .pipeline = 16}).ok() && zoo::find("qwen3-30b-a3b") != nullptr;
}
