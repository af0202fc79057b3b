#pragma once

#include <stdexcept>

#include "moetric/version.hpp"
#ifndef __cpp_exceptions
#include <cstdio>
#include <cstdlib>
#endif

/// How errors are raised.
///
/// Every rule is one sentence, `moetric: <subject> must <rule>`. At run time a broken rule throws a standard exception
/// with the sentence and the value. In a constant expression it does not compile, and the compiler stops on the line
/// that holds the sentence.
///
/// In a program without exceptions (`-fno-exceptions`) the sentence goes to the failure handler, and the program ends.
/// If one unit of a program is compiled with exceptions, rules throw in all of its units, whatever the link order: a
/// unit without exceptions then needs unwind tables (the default on x86-64 and AArch64), and its destructors do not
/// run. This takes libstdc++; with other standard libraries a rule that breaks in a unit without exceptions ends the
/// program.
namespace moetric::v0 {

#ifndef __cpp_exceptions
/// Receives the sentence of a broken rule in programs without exceptions. The program ends when it returns.
using failure_handler = void (*)(char const* sentence);

/// The handler in use, which may be replaced. The default prints the sentence to stderr.
inline failure_handler& current_failure_handler() noexcept {
  static failure_handler handler = [](char const* sentence) { std::fprintf(stderr, "%s\n", sentence); };
  return handler;
}
#endif

namespace detail {

// Every unit with exceptions defines it, weakly, so its address tells other units whether there is one. Data, since
// code would carry the flags of its unit into the whole program.
#ifdef __cpp_exceptions
[[gnu::weak]] extern char const a_unit_has_exceptions;
char const a_unit_has_exceptions = 1;
#else
[[gnu::weak]] extern char const a_unit_has_exceptions;

[[noreturn]] inline void end(char const* sentence) {
  current_failure_handler()(sentence);
  std::abort();
}
#endif

// Two units may disagree on these bodies, so the linker keeps either: in a program with exceptions both throw. Not
// constexpr on purpose: reaching one in a constant expression is the compile-time form of the error.

/// A result that does not fit. \throws std::overflow_error
[[noreturn]] inline void overflow(char const* sentence) {
#ifdef __cpp_exceptions
  throw std::overflow_error(sentence);
#else
#ifdef __GLIBCXX__
  if (&a_unit_has_exceptions != nullptr) std::__throw_overflow_error(sentence);
#endif
  end(sentence);
#endif
}
/// An argument that breaks a rule. \throws std::invalid_argument
[[noreturn]] inline void invalid(char const* sentence) {
#ifdef __cpp_exceptions
  throw std::invalid_argument(sentence);
#else
#ifdef __GLIBCXX__
  if (&a_unit_has_exceptions != nullptr) std::__throw_invalid_argument(sentence);
#endif
  end(sentence);
#endif
}
/// A list that is full. \throws std::length_error
[[noreturn]] inline void full(char const* sentence) {
#ifdef __cpp_exceptions
  throw std::length_error(sentence);
#else
#ifdef __GLIBCXX__
  if (&a_unit_has_exceptions != nullptr) std::__throw_length_error(sentence);
#endif
  end(sentence);
#endif
}

}  // namespace detail
}  // namespace moetric::v0
