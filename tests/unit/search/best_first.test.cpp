#include "moetric/search/best_first.hpp"

#include <cmath>
#include <set>

#include "catch.hpp"
#include "moetric/search/scan/scan.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

space small_space() {
  return space({stepped(field::d_model, 256, 1024, 64), stepped(field::n_moe_layers, 2, 20),
                doubling(field::n_heads, 2, 16), stepped(field::n_experts, 8, 64, 8)},
               {.n_kv_heads = 2, .head_dim = 64, .d_expert = 512, .top_k = 2, .vocab_size = 32000});
}

TEST_CASE("ties go to the lowest indices, and an axis that the law ignores is not listed") {
  // The fine-grained law does not see the vocabulary: 2^20 configurations tie with each of the others.
  space const s(
      {stepped(field::vocab_size, 1, 1 << 20), stepped(field::d_model, 256, 1024, 64)},
      {.n_moe_layers = 4, .n_heads = 2, .n_kv_heads = 2, .head_dim = 64, .d_expert = 512, .n_experts = 8, .top_k = 2});
  problem const p(s, loss_at_tokens(laws::fine_grained::four_decimals, 1e10));
  result const found = search_best(p, 50);
  REQUIRE(found.best.size() == 50);
  for (std::size_t i = 0; i != 50; ++i) {
    CHECK(found.best[i].index == 13 * i + 12);  // the widest model of each vocabulary from the first on
    CHECK(found.best[i].score == found.best[0].score);
  }
  CHECK(found.counts.scored < 2000);
  CHECK(found.counts.enumerated == 13 * (1 << 20));
}

TEST_CASE("many ties go to the lowest indices, wherever their axes are") {
  generator random{std::mt19937_64{23}};
  for (int i = 0; i != 120; ++i) {
    space const over = random.any_space();
    measure const what = i % 3 == 0   ? measure::n_layers
                         : i % 3 == 1 ? measure::attention_width_ratio
                                      : measure::width_per_layer;
    problem const free(over, measured{what, random.coin() ? direction::least : direction::most});
    problem const p(over, free.objective(), i % 2 == 0 ? std::vector<window>{} : random.any_windows(free, false));
    std::size_t const k = static_cast<std::size_t>(random.between(1, 60));
    std::uint64_t const first = random.engine() % over.size();
    index_range const range = i % 4 == 0 ? index_range{first, over.size()} : over.all();
    CAPTURE(i, k, over.size());
    CHECK(search_best(p, k, range).best == brute_force(p, k, range));
  }
}

TEST_CASE("a space without axes has one configuration") {
  space const one({}, {.d_model = 256,
                       .n_moe_layers = 2,
                       .n_heads = 2,
                       .n_kv_heads = 2,
                       .head_dim = 64,
                       .d_expert = 128,
                       .n_experts = 4,
                       .top_k = 1,
                       .vocab_size = 1000});
  result const found = search_best(problem(one, measured{measure::n_layers}), 3);
  REQUIRE(found.best.size() == 1);
  CHECK(found.best[0] == candidate{2, 0});
}

/// A user's own functor: fewer parameters, but widths near 640.
struct near_640 {
  template <class T>
  T operator()(costs<T> const& c) const {
    T const off = c.of.d_model * T(1.0 / 640) - 1;
    return off * off + c.three.total_non_embedding_parameters * T(1e-12);
  }
};

TEST_CASE("a user's functor is an objective") {
  space const s = small_space();
  problem const p(s, near_640{}, {{measure::n_layers, 5, 9}});
  CHECK(search_best(p, 20).best == brute_force(p, 20, s.all()));
  CHECK(s[search_best(p).best[0].index].d_model == 640);
}

/// How far a shape is from so many parameters: small numbers that are what is left of large ones.
struct near_a_size {
  double parameters;

  template <class T>
  T operator()(costs<T> const& c) const {
    T const off = c.three.total_non_embedding_parameters - T(parameters);
    return off * off;
  }
};

TEST_CASE("an objective that cancels is searched as well as others") {
  generator random{std::mt19937_64{31}};
  for (int i = 0; i != 40; ++i) {
    space const over = random.any_space();
    digits const at = over.digits_of(random.engine() % over.size());
    problem const any(over, measured{measure::total_non_embedding_parameters});
    near_a_size const objective{any.score(any.costs_of(over.values(at)))};
    problem const p(over, objective);
    CAPTURE(i, over.size(), objective.parameters);
    CHECK(search_best(p, 20).best == brute_force(p, 20, over.all()));
  }
}

TEST_CASE("an objective that is the same everywhere lies in a window of that value") {
  space const s = small_space();
  for (int i = 0; i != 20; ++i) {
    any_objective const flat = by_law("kaplan-c-fixed-batch", 1e22 * (1 + 0.37 * i));
    double const value = search_best(problem(s, flat)).best[0].score;
    CHECK(search_best(problem(s, flat, {{measure::objective, value, value}}), 3).best.size() == 3);
  }
}

struct nan_objective {
  template <class T>
  T operator()(costs<T> const&) const {
    return T(std::nan(""));
  }
};

TEST_CASE("impossible searches are refused by name") {
  space const s = small_space();
  CHECK_THROWS_WITH(search_best(problem(s, nan_objective{}), 1),
                    "moetric: an objective must not be NaN, but is NaN at configuration 0");
  CHECK_THROWS_WITH(search_best(problem(s, near_640{}), 0),
                    "moetric: a search must keep at least 1 configuration, but got 0");
  CHECK_THROWS_WITH(problem(s, near_640{}, {{measure::n_layers, 9, 5}}),
                    "moetric: a window must not be empty, but n_layers got 9 .. 5");
  CHECK_THROWS_WITH(problem(s, near_640{}, {{measure::n_layers, std::nan(""), 5}}),
                    "moetric: a window must not be empty, but n_layers got nan .. 5");
  CHECK_THROWS_WITH(problem(s, near_640{}, {{measure::tokens, 1, 5}}),
                    "moetric: a window on tokens must have an objective that is a law's loss");
  CHECK_THROWS_WITH(problem(s, near_640{}, {}, {.sequence_length = 0}),
                    Catch::Matchers::ContainsSubstring("sequence_length must be within 1 .. 1073741824, but got 0"));
  CHECK_THROWS_WITH(problem(s, near_640{}, std::vector<window>(32, {measure::n_layers, 1, 5})),
                    "moetric: a problem must have at most 31 windows, but got 32");
  space const huge({one_of(field::d_expert, {1'000'000'000})}, {.d_model = 1'000'000,
                                                                .n_moe_layers = 2,
                                                                .n_heads = 2,
                                                                .n_kv_heads = 2,
                                                                .head_dim = 64,
                                                                .n_experts = 8,
                                                                .top_k = 2,
                                                                .vocab_size = 1000});
  CHECK_THROWS_WITH(problem(huge, near_640{}), Catch::Matchers::ContainsSubstring("fewer than 2^53 weights, but has"));
  CHECK_THROWS_WITH(loss_at_compute(laws::data_constrained::authors, 1e20, {}),
                    "moetric: unique_tokens must be positive and finite, but got 0");
  CHECK_THROWS_WITH(loss_at_compute(laws::fine_grained::four_decimals, -1),
                    "moetric: compute must be positive and finite, but got -1");
}

TEST_CASE("a thin window on what moves with the one count leaves a box to its parts where rows would list it") {
  // Dense, N is N_a in every shape, which the ends of a box do not tell.
  space const dense({stepped(field::d_model, 64, 4096, 64), stepped(field::n_dense_layers, 1, 32),
                     stepped(field::d_ff, 16, 16'384, 16)},
                    {.n_heads = 8, .n_kv_heads = 8, .head_dim = 64, .vocab_size = 32'000});
  problem const p(dense, loss_at_compute(laws::chinchilla::tex, 1e21),
                  {{measure::expansion_ratio, 1 - 1e-6, 1 + 1e-6}});
  problem const without(dense, loss_at_compute(laws::chinchilla::tex, 1e21));
  result const found = search_best(p, 10);
  CHECK(found.best == search_best(without, 10).best);
  CHECK(found.counts.scored < 10'000);
  // A count whose power along one axis is over 3 leaves that axis to others.
  auto const steep = [](auto const& c) {
    auto const n = c.of.d_model * c.of.d_model * c.of.d_model * c.of.d_model * c.of.d_ff;
    return n * 1e-16 + 1 / (n * 1e-16);
  };
  result const of_steep = search_best(problem(dense, steep), 10);
  CHECK(of_steep.best == scan_best(problem(dense, steep), 10).best);
  CHECK(of_steep.counts.scored < 20'000);
}

// Every bound that a search rests on, attacked: random boxes, random points in them.
TEST_CASE("a bounded and tightened box holds every allowed member within the limit") {
  generator random{std::mt19937_64{17}};
  std::vector<std::string_view> laws;
  moetric::laws::for_each_loss([&](auto const& each) { laws.push_back(each.about->id); });
  std::size_t cut_away = 0, kept = 0, solved = 0, listed = 0, n_single_count = 0;
  for (int i = 0; i != 150; ++i) {
    space const over = random.any_space();
    std::string_view const law = laws[static_cast<std::size_t>(i) % laws.size()];
    any_objective const objective = by_law(law, std::exp(random.real(std::log(1e18), std::log(1e22))));
    problem const free(over, objective);
    problem const p(over, objective, random.any_windows(free, objective.has_tokens()));
    bounds by(p);
    expression_pool pool;
    n_single_count += single_count_objective::from(p.objective()(p.costs_of(pool.written_fields()))).has_value();
    for (int j = 0; j != 6; ++j) {
      box b = over.whole();
      for (std::size_t a = 0; a != over.n_axes(); ++a) {
        b.first[a] = static_cast<std::uint32_t>(random.between(0, static_cast<int>(b.last[a])));
        b.last[a] =
            static_cast<std::uint32_t>(random.between(static_cast<int>(b.first[a]), static_cast<int>(b.last[a])));
      }
      auto const point = [&] {
        digits at = b.first;
        for (std::size_t a = 0; a != over.n_axes(); ++a)
          at[a] += static_cast<std::uint32_t>(random.engine() % (b.last[a] - b.first[a] + 1));
        return at;
      };
      double const limit = p.score(p.costs_of(over.values(point())));
      box_bound judged = by.evaluate(b, limit);
      bool const possible = judged.possible;
      double const least = judged.least;
      std::set<digits> of_rows;
      row_solver const rows(over, b, by.windows_to_solve());
      auto const axes = rows.choose(1e300);
      bool const by_rows = possible && axes && over.size_of(b) < 100'000;
      if (by_rows) {
        rows.for_each(*axes, [&](digits const& at) { return of_rows.insert(at).second; });
        solved += of_rows.size(), listed += over.size_of(b);
      }
      box tightened = b;
      std::array<double, n_fields> weights{};
      if (possible) static_cast<void>(by.tighten(tightened, judged, limit, weights));
      CAPTURE(i, j, law);
      for (int n = 0; n != 40; ++n) {
        digits const at = point();
        if (!over.holds(at)) continue;
        auto const c = p.costs_of(over.values(at));
        if (!p.allows(c)) continue;
        double const score = p.score(c);
        if (score <= limit) REQUIRE(possible);
        if (possible) REQUIRE(least <= score);
        if (score <= limit && by_rows) REQUIRE(of_rows.count(at) == 1);
        bool inside = judged.possible;
        for (std::size_t a = 0; a != over.n_axes(); ++a)
          inside = inside && tightened.first[a] <= at[a] && at[a] <= tightened.last[a];
        if (score <= limit) REQUIRE(inside);
        if (inside) REQUIRE(judged.least <= score);
        ++(inside ? kept : cut_away);
      }
    }
  }
  CHECK(kept > 1000);
  CHECK(cut_away > 1000);
  CHECK(n_single_count > 20);
  CHECK(listed > 10'000);
  CHECK(solved < listed / 2);
}

TEST_CASE("a rule between two long axes prunes boxes") {
  for (bool const ranked : {false, true}) {
    space const s({stepped(field::d_model, 1000, 3100), stepped(field::d_expert, 700, 2800)},
                  {.n_moe_layers = 4,
                   .n_heads = 4,
                   .n_kv_heads = 4,
                   .head_dim = 32,
                   .n_experts = 8,
                   .top_k = 2,
                   .vocab_size = 1000},
                  {divisible(field::d_model, field::d_expert)});
    // Without a measure of them, only the rule tells the configurations apart.
    problem const p(s, measured{ranked ? measure::ffn_width_ratio : measure::n_layers, direction::most},
                    {{measure::ffn_width_ratio, 1.5, 1.7}});  // 2·d_expert/d_model is 2, 1 ...
    result const found = search_best(p, 3);
    CHECK(found.best.empty());
    CHECK(found.counts.boxes + found.counts.rejected < 100'000);
    problem const some(s, measured{ranked ? measure::ffn_width_ratio : measure::n_layers}, {});
    std::vector<candidate> expected;
    for (std::uint64_t width = 1000; width != 3101; ++width)
      for (std::uint64_t expert = 700; expert != 2801 && expected.size() != 3; ++expert)
        if (ranked ? width == 4 * expert : width % expert == 0)  // no width is five experts wide
          expected.push_back({ranked ? 0.5 : 4, (width - 1000) * 2101 + expert - 700});
    result const best = search_best(some, 3);
    CHECK(best.best == expected);
    CHECK(best.counts.boxes + best.counts.rejected < 100'000);
  }
}

}  // namespace
