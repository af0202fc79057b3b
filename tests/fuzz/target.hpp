#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "moetric/core/text.hpp"

// A fuzz target is one function of a text. It throws std::logic_error for a finding; an error that the library may
// raise for such a text is none. Clang's libFuzzer drives it, or fuzz/replay.cpp with the files of a kept corpus.

namespace fuzz {

/// Throws std::logic_error, which is a finding.
[[noreturn]] inline void found(std::string const& what) {
  throw std::logic_error(what);
}

/// A sentence of an error must be the library's own, on one line, in UTF-8, and short enough to be read.
inline void require_sentence(std::string const& sentence) {
  if (!sentence.starts_with("moetric: ")) found("foreign error: " + sentence);
  if (moetric::escaped(sentence) != sentence)
    found("an error must be one line of UTF-8: " + moetric::escaped(sentence));
  if (sentence.size() > 6000) found("an error must not be longer than a page: " + sentence);
}

/// Runs what the library may refuse. \returns whether it did not
template <std::invocable Action>
bool accepted(Action action) {
  try {
    action();
    return true;
  } catch (std::invalid_argument const& refused) {
    require_sentence(refused.what());
  } catch (std::overflow_error const& refused) {
    require_sentence(refused.what());
  } catch (std::length_error const& refused) {
    require_sentence(refused.what());
  }
  return false;
}

}  // namespace fuzz

/// Makes a function of a text a target.
#define MOETRIC_FUZZ_TARGET(function)                                                                                  \
  extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {                                  \
    function(std::string_view(reinterpret_cast<char const*>(data), size));                                             \
    return 0;                                                                                                          \
  }
