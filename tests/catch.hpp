#pragma once

// The one gate to Catch2: version 3 has a header per feature, version 2 has one header.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch::Matchers {
inline auto ContainsSubstring(std::string const& text) {
  return Contains(text);
}  // as version 3 calls it
}  // namespace Catch::Matchers
#endif
