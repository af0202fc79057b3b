// Formulas that write themselves down say what they compute.
#include "moetric/search/formula/rational_function.hpp"

#include <random>

#include "catch.hpp"
#include "moetric/core/arithmetic.hpp"
#include "moetric/search/formula/measure.hpp"
#include "moetric/search/formula/row_function.hpp"

using namespace moetric;
using namespace moetric::search;

static_assert(Arithmetic<rational_function>);

namespace {

setting const usual{};

costs<rational_function> written_down() {
  return costs_of(symbolic_fields().to_shape(), usual, true);
}

double at(rational_function const& q, fields<double> const& values) {
  return q.numerator().at(values) / q.denominator().at(values);
}

}  // namespace

TEST_CASE("written down and evaluated, every measure is that of the shape") {
  costs<rational_function> const formula = written_down();
  std::mt19937 random(11);
  for (int i = 0; i != 200; ++i) {
    fields<double> values;
    for (double& each : values.values) each = std::uniform_int_distribution<>(1, 60)(random);
    costs<double> const expected = costs_of(values.to_shape(), formula.at, true);
    for (std::size_t m = 0; m != n_measures; ++m) {
      measure const what = static_cast<measure>(m);
      if (what == measure::tokens || what == measure::objective) continue;  // not of a shape alone
      CAPTURE(std::string(name(what)));
      rational_function const quotient = value_of(what, formula);
      REQUIRE(quotient.known());
      CHECK(at(quotient, values) == Catch::Detail::Approx(value_of(what, expected)).epsilon(1e-14));
    }
    // Counts are exact.
    CHECK(at(formula.three.training_flops_per_token, values) == expected.three.training_flops_per_token);
    CHECK(at(formula.three.total_non_embedding_parameters, values) == expected.three.total_non_embedding_parameters);
  }
}

TEST_CASE("quotients are added, multiplied and divided as fractions are") {
  fields<rational_function> const f = symbolic_fields();
  fields<double> values{};
  values[field::d_model] = 6, values[field::d_ff] = 4, values[field::n_heads] = 3;
  rational_function const a = f[field::d_model] / f[field::d_ff], b = 1 / f[field::n_heads];
  CHECK(at(a + b, values) == 1.5 + 1.0 / 3);
  CHECK(at(a - b, values) == Catch::Detail::Approx(1.5 - 1.0 / 3));
  CHECK(at(a * b, values) == 0.5);
  CHECK(at(a / b, values) == 4.5);
  CHECK(at(-a, values) == -1.5);
  CHECK(at(a - a, values) == 0);
}

TEST_CASE("the smaller of two is known where both are constant or the same") {
  fields<rational_function> const f = symbolic_fields();
  CHECK(min(rational_function(3), rational_function(2)).numerator().constant() == 2);
  CHECK(min(f[field::d_ff], f[field::d_ff]).known());
  CHECK_FALSE(min(f[field::d_ff], f[field::d_model]).known());
  CHECK_FALSE((min(f[field::d_ff], rational_function(3)) + 1).known());
}

TEST_CASE("powers that do not fit are told, not wrapped") {
  rational_function power = symbolic_fields()[field::d_model];
  for (int i = 0; i != 4; ++i) power = power * power;  // d_model^16
  CHECK(power.known());
  CHECK_FALSE((power * power).known());
}

TEST_CASE("along a row quotients are polynomials of what runs, whatever is tied to it") {
  shape<> const rest{.d_model = 512,
                     .n_dense_layers = 1,
                     .n_moe_layers = 7,
                     .n_heads = 8,
                     .n_kv_heads = 4,
                     .head_dim = 64,
                     .d_ff = 1536,
                     .d_expert = 192,
                     .n_experts = 64,
                     .top_k = 4,
                     .vocab_size = 1000};
  space const tied({stepped(field::n_heads, 4, 12, 4), times(field::d_ff, field::d_model, {{3, 1}, {4, 1}}),
                    times(field::d_expert, field::d_model, {{1, 8}, {1, 3}}), stepped(field::d_model, 96, 960, 48)},
                   rest);
  costs<rational_function> const formula = written_down();
  std::vector<rational_function> const wanted{formula.three.training_flops_per_token,
                                              formula.three.total_non_embedding_parameters,
                                              value_of(measure::expansion_ratio, formula)};
  auto rows = row_functions::make(tied, wanted);
  REQUIRE(rows.has_value());
  std::size_t compared = 0;
  for (std::uint64_t i = 0; i < tied.size(); i += tied.n_values(3)) {
    digits at_row = tied.digits_of(i);
    REQUIRE(rows->move_to(at_row, 2, 17));
    REQUIRE(rows->variable().size() == 16);
    for (std::uint32_t digit = 2; digit <= 17; ++digit) {
      at_row[3] = digit;
      if (!tied.holds(at_row)) continue;
      ++compared;
      costs<double> const expected = costs_of(tied.values(at_row).to_shape(), formula.at, true);
      double const y = rows->variable()[digit - 2];
      CHECK(rows->row()[0].value(y) == expected.three.training_flops_per_token);
      CHECK(rows->row()[1].value(y) == expected.three.total_non_embedding_parameters);
      CHECK(rows->row()[2].value(y) == value_of(measure::expansion_ratio, expected));
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("a quotient with a negative coefficient or a fourth power has no rows") {
  space const over(
      {stepped(field::d_model, 64, 128, 64)},
      shape<>{.n_dense_layers = 1, .n_heads = 1, .n_kv_heads = 1, .head_dim = 64, .d_ff = 64, .vocab_size = 10});
  fields<rational_function> const f = symbolic_fields();
  rational_function const d = f[field::d_model];
  CHECK(row_functions::make(over, {d * d * d}).has_value());
  CHECK_FALSE(row_functions::make(over, {d * d * d * d}).has_value());
  CHECK_FALSE(row_functions::make(over, {d - 1}).has_value());
}
