#include "moetric/search/related.hpp"

#include <map>

#include "catch.hpp"
#include "moetric/search/count_allowed.hpp"
#include "moetric/search/pareto.hpp"
#include "moetric/search/problem/presets.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

TEST_CASE("bands, histograms and Pareto fronts are those of listing every configuration") {
  generator random{std::mt19937_64{23}};
  int compared = 0;
  for (int i = 0; i != 12; ++i) {
    space const over = random.any_space();
    any_objective const objective = by_law(i % 2 == 0 ? "fine-grained" : "joint-moe", 1e20);
    problem const p(over, objective, random.any_windows(problem(over, objective), true));
    auto const all = brute_force(p, over.size(), over.all());
    if (all.empty()) continue;
    ++compared;
    CAPTURE(i, over.size());

    double const tolerance = random.real(0, 0.02), limit = all[0].score * tolerance + all[0].score;
    std::map<field, std::pair<double, double>> expected;
    for (candidate const& each : all) {
      if (each.score > limit) break;
      fields<double> const values = over.values(over.digits_of(each.index));
      for (std::size_t f = 0; f != n_fields; ++f) {
        auto const [at, fresh] = expected.try_emplace(static_cast<field>(f), values.values[f], values.values[f]);
        at->second = {std::min(at->second.first, values.values[f]), std::max(at->second.second, values.values[f])};
      }
    }
    for (field_band const& each : near_optimal_bands(p, tolerance)) {
      CAPTURE(name(each.of));
      CHECK(each.low == expected[each.of].first);
      CHECK(each.high == expected[each.of].second);
      CHECK((each.low <= each.best && each.best <= each.high));
    }

    histogram const counted = count_allowed(p);
    CHECK(counted.total == all.size());
    for (std::size_t a = 0; a != over.n_axes(); ++a) {
      std::vector<std::uint64_t> one(over.n_values(a));
      for (candidate const& each : all) ++one[over.digits_of(each.index)[a]];
      CHECK(counted.by_axis[a] == one);
    }

    std::vector<measure> const quantities{measure::objective, measure::total_non_embedding_parameters,
                                          measure::training_flops_per_token};
    std::vector<compromise> listed;
    for (candidate const& each : all) {
      auto const c = p.costs_of(over.values(over.digits_of(each.index)));
      std::vector<double> values;
      for (measure const m : quantities) values.push_back(p.measured(m, c));
      bool covered = false;
      for (compromise const& other : listed) covered = covered || search::detail::covers(other.values, values);
      if (!covered) search::detail::add_to_front(listed, {each.index, values});
    }
    CHECK(pareto_front(p, quantities) == merge({}, listed));
    std::uint64_t const cut = random.engine() % over.size();
    CHECK(merge(pareto_front(p, quantities, {0, cut}), pareto_front(p, quantities, {cut, over.size()})) ==
          merge({}, listed));
  }
  CHECK(compared >= 6);
}

TEST_CASE("the default axes have as many combinations as they say") {
  std::uint64_t product = 61 * 4 * 93 * 6 * 5 * 2 * 3 * 3 * 8;  // widths, layers, heads, ratios, shared experts, top_k
  product *= 32 * 64;                                           // widths of experts, and their number
  space const over(default_axes(), {.vocab_size = 152064});
  CHECK(over.size() == product);
  CHECK(brief(static_cast<double>(product), 2) == "2e+11");
}

TEST_CASE("an impossible set of constraints says which one empties the space, and by how much") {
  // 289 experts of 9 that a token uses with the shared one: N/N_a stays below 289/9 = 32.1.
  space const s({range(field::d_model, 512, 1024, 64), range(field::n_moe_layers, 4, 12)}, {.n_heads = 8,
                                                                                            .n_kv_heads = 4,
                                                                                            .head_dim = 64,
                                                                                            .d_expert = 256,
                                                                                            .n_experts = 288,
                                                                                            .top_k = 8,
                                                                                            .n_shared_experts = 1,
                                                                                            .vocab_size = 152064});
  any_objective const loss = loss_of("fine-grained", {.compute = 1e20});
  auto const sentence = [&](std::vector<window> const& windows) {
    return to_string(*why_empty(problem(s, loss, windows)));
  };
  CHECK_FALSE(why_empty(problem(s, loss, holistic_windows().empty() ? holistic_windows() : std::vector<window>{})));
  std::string const alone = sentence({{measure::n_layers, 4, 8}, {measure::expansion_ratio, 40}});
  CHECK_THAT(alone, Catch::Matchers::ContainsSubstring("expansion_ratio must be at least 40, but this space reaches"));
  emptiness const why = *why_empty(problem(s, loss, {{measure::expansion_ratio, 40}}));
  CHECK(why.alone);
  CHECK(why.nearest < 289.0 / 9);
  CHECK(why.nearest > 20);
  // 4 to 6 layers and 11 to 12: each is there, both together are not.
  CHECK(sentence({{measure::n_layers, 4, 6}, {measure::width_per_layer, 40, 60}}) ==
        "width_per_layer must be within 40 .. 60, but what the constraints before it leave reaches 85.3333 at least, "
        "42.2 % too much");
  CHECK_THAT(sentence({{measure::n_layers, 0, 0}}), Catch::Matchers::EndsWith("reaches 4 at least, 4 too much"));
  CHECK_THROWS_WITH(refuse_empty(problem(s, loss, {{measure::expansion_ratio, 40}})),
                    Catch::Matchers::StartsWith("moetric: expansion_ratio must be at least 40"));
  CHECK_THROWS_WITH(near_optimal_bands(problem(s, loss), -1), "moetric: a tolerance must not be negative, but got -1");
}

}  // namespace
