// Composition of published totals: every exact total is explained part by part; for rounded totals the distance to the
// nearest composition is reported. A failing row means that a rule for what checkpoints store is wrong.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/account/checkpoint.hpp"
#include "published_models.hpp"
#include "zoo_rows.hpp"

namespace {

using namespace moetric;
using nlohmann::json;

zoo::listed_model const& entry_of(std::string_view id) {
  zoo::listed_model const* const found = zoo::find(id);
  REQUIRE(found != nullptr);
  return *found;
}

checkpoint_parts parts_of(zoo::listed_model const& each) {
  return checkpoint_parts_of(*each.value, each.vision_tower);
}

/// All compositions that sum to a total, as text, simplest first.
std::vector<std::string> explanations(zoo::listed_model const& each, count published) {
  checkpoint_parts const parts = parts_of(each);
  std::vector<std::string> found;
  for (unsigned const chosen : explain_total(parts, published).exact) found.push_back(to_string(parts, chosen));
  return found;
}

bool contains(std::vector<std::string> const& all, std::string const& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

zoo::listed_model const& entry_named(std::string const& name) {
  for (zoo::listed_model const& each : zoo::catalogue)
    if (each.name == name) return each;
  FAIL("not in the zoo: " << name);
  throw;
}

count number(json const& value) {
  return value.get<std::uint64_t>();
}

/// "main + mtp + vision", with this library's names for the parts.
std::string in_our_words(json const& composition) {
  std::map<std::string, std::string> const ours{{"rope_buffers", "rotary_frequencies"},
                                                {"rotary_inv_freq", "rotary_frequencies"},
                                                {"tid2eid", "hash_tables"},
                                                {"minus_correction_bias", "router_correction_bias"}};
  std::string text;
  for (std::string const part : composition) {
    auto const found = ours.find(part);
    text += (text.empty()                ? ""
             : part.starts_with("minus") ? " - "
                                         : " + ") +
            (found == ours.end() ? part : found->second);
  }
  return text;
}

}  // namespace

TEST_CASE("every published total is explained by its composition") {
  for (zoo_rows::published_row const& row : zoo_rows::published_totals) {
    CAPTURE(row.id, row.total);
    std::vector<std::string> const found = explanations(entry_of(row.id), row.total);
    REQUIRE_FALSE(found.empty());
    CHECK(contains(found, row.composition));
    // Other compositions of the same sum only swap one copy for another of the same size.
    for (std::string const& other : found)
      if (other != row.composition) CHECK(other.find("_copy") != std::string::npos);
  }
  for (zoo_rows::parameter_row const& row : zoo_rows::parameters) {
    CAPTURE(row.id, row.total);
    CHECK(explanations(entry_of(row.id), row.total) == std::vector<std::string>{"main"});
  }
}

TEST_CASE("a rounded total is not explained, and the nearest composition is reported") {
  for (zoo_rows::rounded_row const& row : zoo_rows::rounded_totals) {
    if (row.total == 0) continue;
    CAPTURE(row.id, row.total);
    checkpoint_parts const parts = parts_of(entry_of(row.id));
    compositions const found = explain_total(parts, row.total);
    // By chance 6,120,003,328 + 3,584 rotary frequencies - 6,912 correction biases are Trinity-Nano's rounded 6.12e9.
    CHECK(found.exact.empty() == (std::string_view(row.id) != "trinity-nano"));
    CHECK(found.nearest_total == total_of(parts, found.nearest));
    double const off = static_cast<double>(found.nearest_total) / static_cast<double>(row.total) - 1;
    CHECK(std::abs(off) < 0.006);  // Nemotron-H-56B: 56.32 billion are printed as 56
  }
}

TEST_CASE("a published total plus or minus one is not explained") {
  for (zoo_rows::published_row const& row : zoo_rows::published_totals) {
    CAPTURE(row.id, row.total);
    for (count const wrong : {row.total - 1, row.total + 1}) {
      compositions const found = explain_total(parts_of(entry_of(row.id)), wrong);
      CHECK(found.exact.empty());
      CHECK(found.nearest_total == row.total);
    }
  }
}

TEST_CASE("the parts of a checkpoint are those in the reference, and its totals are explained") {
  int totals = 0;
  for (json const& object : test_data::published_models()) {
    zoo::listed_model const& each = entry_named(object.at("name"));
    CAPTURE(each.id);
    std::map<std::string, count, std::less<>> ours;
    for (checkpoint_part const& part : parts_of(each)) ours.emplace(part.name, part.parameters);

    for (auto const& [name, value] : object.at("expected").at("components").items()) {
      CAPTURE(name);
      if (name == "A_log_padding") continue;  // 24 zeros after each of Kimi-K3's decays, of no other checkpoint
      if (name.starts_with("mtp") && each.value->mtp.modules == 0) continue;  // ERNIE's, which its modelling code lacks
      if (name == "tied_head_copy" && !each.value->output.tied) {             // an untied head is a weight of the model
        CHECK(account_of(*each.value).stored[term::output_head] == number(value));
        continue;
      }
      std::int64_t const amount = value.get<std::int64_t>();  // negative for what a total leaves out
      CHECK(ours[in_our_words(json::array({name}))] == static_cast<std::uint64_t>(amount < 0 ? -amount : amount));
    }

    json const& composition = object.at("published_total_composition");
    if (std::ranges::find(composition, "mtp") != composition.end() && each.value->mtp.modules == 0) continue;
    if (object.at("published_total_exact") == true) {
      ++totals;
      json named = composition;
      count published = number(object.at("published_total"));
      if (composition.back() == "A_log_padding") {
        published -= number(object.at("expected").at("components").at("A_log_padding"));
        named.erase(named.size() - 1);
      }
      CHECK(contains(explanations(each, published), in_our_words(named)));
    } else {
      CHECK(std::ranges::any_of(zoo_rows::rounded_totals, [&](auto const& row) { return row.id == each.id; }));
    }
    for (json const& check : object.value("published_checks", json::array()))
      if (check.at("what") == "composition")
        CHECK(contains(explanations(each, number(check.at("value"))), in_our_words(check.at("composition"))));
  }
  CHECK(totals == 127);
}
