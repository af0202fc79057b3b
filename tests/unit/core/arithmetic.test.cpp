#include "moetric/core/arithmetic.hpp"

#include <string>

#include "archetype.hpp"
#include "catch.hpp"
#include "moetric/core/interval.hpp"

namespace {

using moetric::Arithmetic;
using moetric::count;
using moetric::interval;
using moetric::detail::least;

// Numbers.
static_assert(Arithmetic<count>);
static_assert(Arithmetic<double> && Arithmetic<float> && Arithmetic<long double>);
static_assert(Arithmetic<archetype>);
static_assert(Arithmetic<interval>);

// Built-in integers overflow silently.
__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;
static_assert(!Arithmetic<int> && !Arithmetic<unsigned>);
static_assert(!Arithmetic<long> && !Arithmetic<unsigned long>);
static_assert(!Arithmetic<long long> && !Arithmetic<unsigned long long>);
static_assert(!Arithmetic<int128> && !Arithmetic<uint128>);
static_assert(!Arithmetic<short> && !Arithmetic<unsigned char> && !Arithmetic<char> && !Arithmetic<bool>);

// Not numbers.
static_assert(!Arithmetic<char const*> && !Arithmetic<int*> && !Arithmetic<void> && !Arithmetic<std::string>);

// Each thing that a formula needs is asked for.
template <bool plus, bool minus, bool times, bool times_literal, bool smaller, bool from_int>
struct lacking {
  constexpr lacking() = default;
  constexpr explicit(!from_int) lacking(int) {}

  friend constexpr lacking operator+(lacking, lacking) requires plus { return {}; }
  friend constexpr lacking operator-(lacking, lacking) requires minus { return {}; }
  friend constexpr lacking operator*(lacking, lacking) requires times { return {}; }
  friend constexpr lacking operator*(int, lacking) requires times_literal { return {}; }
  friend lacking operator*(int, lacking) requires(!times_literal) = delete;
  friend constexpr lacking min(lacking, lacking) requires smaller { return {}; }
};
static_assert(Arithmetic<lacking<true, true, true, true, true, true>>);
static_assert(!Arithmetic<lacking<false, true, true, true, true, true>>);
static_assert(!Arithmetic<lacking<true, false, true, true, true, true>>);
static_assert(!Arithmetic<lacking<true, true, false, true, true, true>>);
static_assert(!Arithmetic<lacking<true, true, true, false, true, true>>);
static_assert(!Arithmetic<lacking<true, true, true, true, false, true>>);
static_assert(!Arithmetic<lacking<true, true, true, true, true, false>>);

struct uncopyable : lacking<true, true, true, true, true, true> {
  using lacking::lacking;
  uncopyable(uncopyable const&) = delete;
};
static_assert(!Arithmetic<uncopyable>);

}  // namespace

TEST_CASE("least is the smaller of two, by < or by the number's own min") {
  CHECK(least(count(3), count(4)) == 3);
  CHECK(least(count(4), count(3)) == 3);
  CHECK(least(2.5, -2.5) == -2.5);
  CHECK(least(-2.5, 2.5) == -2.5);
  CHECK(reveal(least(archetype(4), archetype(3))) == 3);
  CHECK(reveal(least(archetype(3), archetype(4))) == 3);
  // [1, 10] against [4, 5]: the smaller lies in [1, 5], which is neither of the two.
  interval const smaller = least(interval{1, 10}, interval{4, 5});
  CHECK(smaller.low == 1);
  CHECK(smaller.high == 5);
}
