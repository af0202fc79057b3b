#pragma once

#include "moetric/version.hpp"

#include <stdexcept>
#ifndef __cpp_exceptions
#include <cstdio>
#include <cstdlib>
#endif

/// How errors are raised.
///
/// Every rule is one sentence, `moetric: <subject> must <rule>`. At run time a broken rule throws a standard exception
/// that holds the sentence and what was got. In a constant expression it does not compile, and the compiler stops on
/// the line that holds the sentence. Without exceptions (`-fno-exceptions`) the sentence goes to the failure handler.
namespace moetric::v0 {

#ifndef __cpp_exceptions
/// Receives the sentence of a broken rule in builds without exceptions; the program ends when it returns.
using failure_handler = void (*)(char const* sentence);

inline failure_handler& current_failure_handler() noexcept {
  static failure_handler handler = [](char const* sentence) { std::fprintf(stderr, "%s\n", sentence); };
  return handler;
}
#endif

namespace detail {

// Not constexpr on purpose: reaching it in a constant expression is the compile-time form of the error.
template <class Error>
[[noreturn]] inline void raise(char const* sentence) {
#ifdef __cpp_exceptions
  throw Error(sentence);
#else
  current_failure_handler()(sentence);
  std::abort();
#endif
}

[[noreturn]] inline void overflow(char const* sentence) {
  raise<std::overflow_error>(sentence);
}
[[noreturn]] inline void invalid(char const* sentence) {
  raise<std::invalid_argument>(sentence);
}
[[noreturn]] inline void full(char const* sentence) {
  raise<std::length_error>(sentence);
}

}  // namespace detail
}  // namespace moetric::v0
