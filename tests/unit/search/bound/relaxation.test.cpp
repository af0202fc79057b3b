// Formulas of every operation, each bounded over random boxes and evaluated in all of their members.
#include "moetric/search/bound/relaxation.hpp"

#include <array>
#include <functional>
#include <random>

#include "catch.hpp"
#include "moetric/search/bound/box_split.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;
using moetric::search::detail::for_each_in;

space some_space() {
  return space({stepped(field::d_model, 256, 1536, 128), doubling(field::n_heads, 2, 64),
                times(field::d_expert, field::d_model, {{1, 4}, {1, 3}, {2, 3}, {3, 4}, {2, 1}}),
                stepped(field::n_experts, 8, 56, 8), one_of(field::top_k, {1, 2, 3, 7}),
                stepped(field::n_dense_layers, 0, 4), stepped(field::vocab_size, 1000, 1003)},
               {.n_moe_layers = 5, .n_kv_heads = 1, .head_dim = 64, .d_ff = 4096});
}

/// A formula in two arithmetic types.
struct formula {
  char const* name;
  expression written;
  std::function<double(fields<double> const&)> value;
  bool positive;
};

expression_pool pool;

template <class F>
formula made(char const* name, bool positive, F const& f) {
  return {name, f(pool.written_fields()), f, positive};
}

std::vector<formula> formulas() {
  using std::exp, std::log, std::min;
  auto const weights = [](auto const& x) {
    return x[field::d_model] * x[field::n_heads] * 64 +
           3 * x[field::d_model] * x[field::d_expert] * x[field::n_experts] +
           x[field::n_dense_layers] * x[field::d_model] * x[field::d_ff];
  };
  auto const active = [](auto const& x) {
    return x[field::d_model] * (x[field::n_heads] * 64 + 3 * x[field::d_expert] * x[field::top_k]);
  };
  return {
      made("a sum of products", true, weights),
      made("a quotient", true, [=](auto const& x) { return weights(x) / active(x); }),
      made("what may be negative over what is not", false,
           [](auto const& x) { return (x[field::n_experts] - 9 * x[field::top_k]) / x[field::d_model]; }),
      made("a power law", true, [=](auto const& x) { return 400 * exp(-0.34 * log(weights(x))); }),
      made("a loss", true,
           [=](auto const& x) { return 400 * exp(-0.34 * log(weights(x))) + exp(0.2 * log(active(x))) * 0.01 + 1.7; }),
      made("a logarithm of a sum", false,
           [=](auto const& x) { return log(exp(-0.3 * log(weights(x))) + 0.001 * exp(0.1 * log(active(x)))); }),
      made("a logarithm of a difference", false,
           [](auto const& x) { return log(1 - 0.5 * x[field::top_k] / x[field::n_experts]); }),
      // Where a bound and its formula hardly part, a slope that is a little wrong shows.
      made("a sum of what is nearly alike", false,
           [](auto const& x) { return log(exp(0.1 * log(x[field::d_model])) + exp(0.1001 * log(x[field::d_model]))); }),
      made("a logarithm of what hardly changes", false,
           [](auto const& x) { return log(2 - 0.001 * x[field::top_k] / x[field::n_experts]); }),
      made("a logarithm of an axis that hardly changes", false,
           [](auto const& x) { return log(2 - 0.001 * x[field::vocab_size]); }),
      made("a product of logarithms", false,
           [=](auto const& x) { return (log(x[field::n_experts]) - 3) * (20 - log(weights(x))); }),
      made("an exponent that varies", true,
           [=](auto const& x) { return exp((0.02 * log(x[field::n_experts]) - 0.3) * log(active(x))); }),
      made("the smaller of two", true,
           [](auto const& x) { return min(x[field::d_model] * x[field::top_k], x[field::d_expert] * 3); }),
      made("a constant", true, [](auto const& x) { return exp(0 * x[field::d_model] + 0.3); }),
      made("a negative factor", false, [=](auto const& x) { return 2 - 3 * exp(0.1 * log(active(x))); }),
      made("over a difference", false, [](auto const& x) { return 5 / (x[field::n_experts] - 0.5 * x[field::top_k]); }),
  };
}

double at(affine_bound const& line, relaxation const& by, space const& over, box const& b, digits const& where) {
  double value = line.at_point;
  for (std::size_t a = 0; a != over.n_axes(); ++a)
    if (line.slope[a] != 0 && b.first[a] != b.last[a]) value += line.slope[a] * by.coordinate(a, where[a]);
  return value;
}

TEST_CASE("a formula lies between its bounds in every member of a box, and not far from them") {
  space const over = some_space();
  std::mt19937_64 engine(3);
  for (formula const& each : formulas()) {
    CAPTURE(each.name);
    for (auto const scale : {relaxation::scale::plain, relaxation::scale::logarithmic}) {
      if (scale == relaxation::scale::logarithmic && !each.positive) continue;
      relaxation by(over);
      std::size_t const id = by.add(each.written, scale);
      double widest = 0, narrow = 0;  // the largest gap of boxes that are wide, and of narrow ones
      int n_bounded = 0, n_unbounded = 0;
      for (int i = 0; i != 150; ++i) {
        box b = over.whole();
        int const most = i % 3 == 0 ? 6 : i % 3 - 1;  // or members one by one, which roundings part from their bounds
        for (std::size_t a = 0; a != over.n_axes(); ++a) {
          b.first[a] = static_cast<std::uint32_t>(engine() % over.n_values(a));
          b.last[a] = std::min(b.first[a] + static_cast<std::uint32_t>(engine() % static_cast<unsigned>(most + 1)),
                               over.n_values(a) - 1);
        }
        if (over.size_of(b) > 3000) continue;
        by.move_to(b);
        interval const ends = by.ends(id);
        bool const has_lines = (by.axes(id) & by.axes_from_0()) == 0;
        std::uint32_t differs = 0;
        for_each_in(over, b, [&](digits const& where) {
          if (!over.holds(where)) return true;
          double const plain = each.value(over.values(where));
          if (by.is_quotient(id)) REQUIRE(ends.contains(plain));
          if (plain != each.value(over.values(b.first))) differs = 1;
          if (!has_lines) return true;
          double const value = scale == relaxation::scale::plain ? plain : std::log(plain);
          affine_bound const &below = by.lower(id), &above = by.upper(id);
          double const low = at(below, by, over, b, where), high = at(above, by, over, b, where);
          // No number bounds nothing.
          REQUIRE(!(low - below.error > value));
          REQUIRE(!(value > high + above.error));
          REQUIRE(!(below.least(by.in()) > value));
          REQUIRE(!(value > above.most(by.in())));
          bool const bounded = std::isfinite(high - low);
          ++(bounded ? n_bounded : n_unbounded);
          if (!bounded) return true;
          REQUIRE(below.error + above.error < 1e-9 * (1 + std::fabs(value)));
          double& gap = most == 6 ? widest : narrow;
          gap = std::max(gap, (high - low) / (1 + std::fabs(value)));
          return true;
        });
        if (differs != 0) REQUIRE(by.axes_here(id) != 0);
      }
      CHECK(n_unbounded < n_bounded / 2);
      INFO("gaps " << widest << " and " << narrow);
      if (each.name != std::string("a constant") && each.name != std::string("what may be negative over what is not"))
        CHECK(narrow < 0.5 * widest + 1e-9);
    }
  }
}

}  // namespace
