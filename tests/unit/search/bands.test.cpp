#include "moetric/search/bands.hpp"

#include <map>

#include "catch.hpp"
#include "moetric/search/count_allowed.hpp"
#include "moetric/search/pareto.hpp"
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
      CAPTURE(name(each.field));
      CHECK(each.low == expected[each.field].first);
      CHECK(each.high == expected[each.field].second);
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

TEST_CASE("a negative tolerance is refused") {
  space const s(
      {stepped(field::d_model, 512, 1024, 64)},
      {.n_dense_layers = 4, .n_heads = 8, .n_kv_heads = 4, .head_dim = 64, .d_ff = 2048, .vocab_size = 152064});
  CHECK_THROWS_WITH(near_optimal_bands(problem(s, measured{measure::n_layers}), -1),
                    "moetric: a tolerance must not be negative, but got -1");
}

}  // namespace
