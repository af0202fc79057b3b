// The same shapes in every number type: SIMD batches, dual numbers and intervals give what double gives.
#include <array>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/core/dual.hpp"
#include "moetric/core/interval.hpp"

#if __has_include(<xsimd/xsimd.hpp>)
#include <xsimd/xsimd.hpp>
#define MOETRIC_TEST_WITH_XSIMD 1
#else
#define MOETRIC_TEST_WITH_XSIMD 0
#endif

namespace {

using namespace moetric;
using dual_number = moetric::dual<1>;

// A shape without its kind: twelve numbers.
using fields = std::array<double, 12>;
constexpr std::size_t n_fields = 12;

// A small one (all of its account stays below 2^24, where float is exact), the shape of Qwen3-30B-A3B, one with neither
// dense layers nor shared experts, and a dense one.
constexpr fields shapes[] = {
    {24, 1, 2, 3, 1, 7, 31, 5, 6, 2, 1, 101},
    {2048, 0, 48, 32, 4, 128, 0, 768, 128, 8, 0, 151936},
    {1024, 0, 3, 16, 16, 64, 0, 512, 9, 3, 0, 50257},
    {768, 12, 0, 12, 12, 64, 3072, 0, 0, 0, 0, 50257},
};

template <class T>
shape<T> to_shape(std::array<T, n_fields> const& f, bool tied = false) {
  return {.d_model = f[0],
          .n_dense_layers = f[1],
          .n_moe_layers = f[2],
          .n_heads = f[3],
          .n_kv_heads = f[4],
          .head_dim = f[5],
          .d_ff = f[6],
          .d_expert = f[7],
          .n_experts = f[8],
          .top_k = f[9],
          .n_shared_experts = f[10],
          .vocab_size = f[11],
          .tied = tied};
}

// Everything that an account of a shape says, in a row.
template <class T>
std::vector<T> amounts(std::array<T, n_fields> const& f, T length, causal_rule rule) {
  shape<T> const s = to_shape(f);
  account<T> const book = account_of(s, sequence<T>{.length = length, .causal = rule});
  std::vector<T> all;
  for (term_sheet<T> const& sheet :
       {book.stored, book.active, book.multiplied, book.core, moetric::detail::forward_sheet(book, length)}) {
    for (T const& amount : sheet.amounts) all.push_back(amount);
    all.push_back(sheet.total());
  }
  triad<T> const m = triad_of(s, length);
  all.push_back(m.training_flops_per_token);
  all.push_back(m.active_non_embedding_parameters);
  all.push_back(m.total_non_embedding_parameters);
  return all;
}

constexpr causal_rule rules[] = {causal_rule::half, causal_rule::exact, causal_rule::full};

#if MOETRIC_TEST_WITH_XSIMD
// Lane i of the batch holds the shape with i more layers of each kind; every lane must be what double makes of it.
template <class Real>
void check_batch(fields const& base, double length) {
  using batch = xsimd::batch<Real>;
  static_assert(Arithmetic<batch>);
  for (causal_rule const rule : rules) {
    std::array<std::array<Real, batch::size>, n_fields> lanes{};
    std::array<batch, n_fields> packed{};
    for (std::size_t field = 0; field != n_fields; ++field) {
      for (std::size_t lane = 0; lane != batch::size; ++lane)
        lanes[field][lane] = static_cast<Real>(base[field] + (field == 1 || field == 2 ? double(lane) : 0.0));
      packed[field] = batch::load_unaligned(lanes[field].data());
    }
    std::vector<batch> const got = amounts(packed, batch(static_cast<Real>(length)), rule);
    for (std::size_t lane = 0; lane != batch::size; ++lane) {
      fields one = base;
      one[1] += double(lane);
      one[2] += double(lane);
      std::vector<double> const expected = amounts(one, length, rule);
      REQUIRE(got.size() == expected.size());
      for (std::size_t i = 0; i != got.size(); ++i) {
        CAPTURE(lane, i);
        CHECK(static_cast<double>(got[i].get(lane)) == expected[i]);
      }
    }
  }
}
#endif

}  // namespace

// Written out by hand, so that the comparisons below have firm ground: with the first shape,
//   projections  24·(3·7 + 7 + 7 + 3·7) = 1344 a layer, 4032 in three
//   dense        3·24·31 = 2232; one expert 3·24·5 = 360: routed 2·6·360 = 4320 (active 2·2·360 = 1440), shared 720
//   router       2·24·6 = 288; embedding and head 24·101 = 2424 each
//   core         3 layers · 3·(7+7) · 10² = 12600 for a sequence of 10 at half the square
TEST_CASE("the account of a shape in double is the one by hand") {
  account<double> const book = account_of(to_shape(shapes[0]), sequence<double>{.length = 10});
  CHECK(book.stored[term::attention_projections] == 4032);
  CHECK(book.stored[term::dense_ffn] == 2232);
  CHECK(book.stored[term::routed_experts] == 4320);
  CHECK(book.active[term::routed_experts] == 1440);
  CHECK(book.stored[term::shared_experts] == 720);
  CHECK(book.stored[term::router] == 288);
  CHECK(book.stored[term::embedding] == 2424);
  CHECK(book.stored[term::output_head] == 2424);
  CHECK(book.stored[term::norms] == 144);
  CHECK(book.stored[term::final_norm] == 24);
  CHECK(book.stored.total() == 4032 + 2232 + 4320 + 720 + 288 + 2 * 2424 + 144 + 24);
  CHECK(book.multiplied.total() == 4032 + 2232 + 1440 + 720 + 288 + 2424);
  CHECK(book.core.total() == 12600);
  CHECK(moetric::detail::forward_sheet(book, 10.0).total() == 20 * 11136 + 12600);
  triad<double> const m = triad_of(to_shape(shapes[0]), 10.0);
  CHECK(m.active_non_embedding_parameters == 4032 + 2232 + 1440 + 720);
  CHECK(m.total_non_embedding_parameters == 4032 + 2232 + 4320 + 720);
  CHECK(m.training_flops_per_token == 6 * 8424 + 6 * 10 * 3 * 7 * 3);  // 6·N_a + 6·S·H·D·L
}

TEST_CASE("a tied head is not stored but is multiplied") {
  account<double> const book = account_of(to_shape(shapes[0], true), sequence<double>{.length = 10});
  CHECK(book.stored[term::output_head] == 0);
  CHECK(book.active[term::output_head] == 0);
  CHECK(book.multiplied[term::output_head] == 2424);
}

TEST_CASE("intervals of one point hold that point, and little more") {
  for (fields const& f : shapes)
    for (causal_rule const rule : rules) {
      std::array<interval, n_fields> points{};
      for (std::size_t i = 0; i != n_fields; ++i) points[i] = {f[i], f[i]};
      std::vector<interval> const got = amounts(points, interval{64, 64}, rule);
      std::vector<double> const expected = amounts(f, 64.0, rule);
      REQUIRE(got.size() == expected.size());
      for (std::size_t i = 0; i != got.size(); ++i) {
        CAPTURE(i);
        CHECK(got[i].contains(expected[i]));
        CHECK(got[i].high - got[i].low <= 1e-13 * expected[i]);
      }
    }
}

#if MOETRIC_TEST_WITH_XSIMD
TEST_CASE("every lane of a SIMD batch of doubles holds what double gives, bit for bit") {
  for (fields const& f : shapes)
    for (double const length : {1.0, 10.0, 4096.0}) check_batch<double>(f, length);
}

TEST_CASE("every lane of a SIMD batch of floats holds what double gives, below 2^24") {
  for (double const length : {1.0, 10.0, 33.0}) check_batch<float>(shapes[0], length);
}
#endif

TEST_CASE("a dual number has the value that double gives and the slope in a field") {
  static_assert(Arithmetic<dual_number>);
  for (fields const& f : shapes)
    for (causal_rule const rule : rules)
      for (std::size_t field = 0; field != n_fields; ++field) {
        CAPTURE(field);
        std::array<dual_number, n_fields> point{};
        for (std::size_t i = 0; i != n_fields; ++i)
          point[i] = i == field ? dual_number::variable(f[i]) : dual_number(f[i]);
        std::vector<dual_number> const got = amounts(point, dual_number(10.0), rule);
        std::vector<double> const expected = amounts(f, 10.0, rule);
        // Every account is a polynomial of degree at most two in one field, so the central difference is its slope.
        fields above = f;
        above[field] += 1;
        fields below = f;
        below[field] -= 1;
        std::vector<double> const more = amounts(above, 10.0, rule);
        std::vector<double> const less = amounts(below, 10.0, rule);
        REQUIRE(got.size() == expected.size());
        for (std::size_t i = 0; i != got.size(); ++i) {
          CAPTURE(i);
          CHECK(got[i].value == expected[i]);
          CHECK(got[i].by[0] == (more[i] - less[i]) / 2);
        }
      }
}

TEST_CASE("a dual number as the length has the slope of the pairs") {
  dual_number const length = dual_number::variable(100.0);
  // s², s² + s and 2s²; under a window of 7: 14s − 49, 56 + 14(s − 7) and 14s
  CHECK(twice_pairs(causal_rule::half, length, dual_number(unlimited_window)).by[0] == 200);
  CHECK(twice_pairs(causal_rule::exact, length, dual_number(unlimited_window)).by[0] == 201);
  CHECK(twice_pairs(causal_rule::full, length, dual_number(unlimited_window)).by[0] == 400);
  for (causal_rule const rule : rules) CHECK(twice_pairs(rule, length, dual_number(7)).by[0] == 14);
}
