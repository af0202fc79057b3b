// Every target that the machine has does the same; the checks themselves are compiled with each target's flags.
#include "moetric/simd/targets.hpp"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/simd/fast_float.hpp"
#include "targets/checks.hpp"

using namespace moetric;

namespace {

#if MOETRIC_SIMD_DISPATCH > 1
template <class Visit>
void for_each_target(Visit visit) {
  simd::for_each_available(visit);
}
#else
template <class Visit>
void for_each_target(Visit visit) {
  visit(simd::scalar{});
}
#endif

/// The forms that the kernels of a dispatched scan hold, instantiated in tests/targets/ with each target's flags. Every
/// law of the catalogue on the batches of this build is unit/laws/catalogue's to ask.
template <class Form, class... Forms>
constexpr bool is_one_of = (std::same_as<Form, Forms> || ...);
template <class L>
constexpr bool built_for_every_target =
    is_one_of<typename L::form, laws::chinchilla::form, laws::data_constrained::form, laws::fine_grained::moe_form,
              laws::fine_grained::dense_form, laws::joint_moe::form>;

constexpr std::size_t n_points = 64;

/// Points of a law from the middle of where laws are used, each input running at a pace of its own.
template <class L>
std::vector<double> points() {
  constexpr std::size_t n = laws::detail::number_of_doubles<typename L::inputs>;
  double const low[] = {3e7, 1e9, 1}, high[] = {3e11, 5e12, 64};
  std::vector<double> all(n * n_points);
  for (std::size_t input = 0; input != n; ++input)
    for (std::size_t i = 0; i != n_points; ++i)
      all[input * n_points + i] = low[input] * std::exp(std::log(high[input] / low[input]) *
                                                        static_cast<double>(i * (7 + 12 * input) % 61) / 60);
  return all;
}

template <class L>
double exact_loss(L const& law, std::vector<double> const& at, std::size_t i) {
  std::array<double, laws::detail::number_of_doubles<typename L::inputs>> one{};
  for (std::size_t input = 0; input != one.size(); ++input) one[input] = at[input * n_points + i];
  return law.loss(laws::detail::from_array<typename L::inputs>(one));
}

}  // namespace

TEST_CASE("transform gives every result its own number, whatever its place and length") {
  for_each_target([]<class Target>(Target) {
    CAPTURE(std::string(Target::name));
    CHECK(checks<Target>::faults_of_transform() == 0);
    CHECK(checks<Target>::faults_of_operations() == 0);
  });
}

TEST_CASE("a loss in a batch is that in double, within 4 units in the last place") {
  for_each_target([]<class Target>(Target) {
    laws::for_each_loss([]<class L>(L const& law) {
      if constexpr (built_for_every_target<L>) {
        CAPTURE(std::string(Target::name), std::string(law.about->id));
        std::vector<double> const at = points<L>();
        std::vector<double> got(n_points);
        law_checks<Target, L>::losses(law, at.data(), n_points, got.data());
        for (std::size_t i = 0; i != n_points; ++i) {
          CAPTURE(i);
          CHECK(std::llabs(std::bit_cast<std::int64_t>(got[i]) - std::bit_cast<std::int64_t>(exact_loss(law, at, i))) <=
                4);
        }
      }
    });
  });
}

#if defined(__SANITIZE_ADDRESS__)
#define MOETRIC_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MOETRIC_TEST_SANITIZED 1
#endif
#endif

TEST_CASE("the short polynomials are off by no more than they say, for every float") {
#ifdef MOETRIC_TEST_SANITIZED
  WARN("not asked under sanitizers, which take a minute for what takes a second: the other leg asks every float");
#else
  for_each_target([]<class Target>(Target) {
    CAPTURE(std::string(Target::name));
    double const log = checks<Target>::error_of_log(), exp = checks<Target>::error_of_exp();
    CHECK(log <= simd::fast_float_errors::log_absolute);
    CHECK(exp <= simd::fast_float_errors::exp_relative);
    CHECK(log >= simd::fast_float_errors::log_absolute / 2);  // and are not told to be much worse than they are
    CHECK(exp >= simd::fast_float_errors::exp_relative / 2);
  });
#endif
}

TEST_CASE("MOETRIC_SIMD_TARGET keeps better targets away") {
  auto const first = [] {
    std::string name;
    simd::for_each_available([&]<class Target>(Target) {
      if (name.empty()) name = Target::name;
    });
    return name;
  };
  setenv("MOETRIC_SIMD_TARGET", "scalar", 1);
  CHECK(first() == "scalar");
  setenv("MOETRIC_SIMD_TARGET", "sse2", 1);
  CHECK(first() == (simd::available<simd::sse2>() ? "sse2" : "scalar"));
  setenv("MOETRIC_SIMD_TARGET", "none of them", 1);
  std::string const uncapped = first();
  unsetenv("MOETRIC_SIMD_TARGET");
  CHECK(first() == uncapped);
}
