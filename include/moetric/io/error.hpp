#pragma once

#include <string>

#include "moetric/core/contract.hpp"
#include "moetric/core/text.hpp"

/// Errors of input. Any input gives a value or one `std::invalid_argument` with one sentence on one line,
/// `moetric: <subject> must <rule>, but got <value>`.
namespace moetric::v0::io {

/// Quotes a name or value for an error sentence.
using moetric::in_quotes;

/// Raises the error "moetric: <sentence>", on one line whatever names of the input are in it.
/// \throws std::invalid_argument always
[[noreturn, gnu::cold, gnu::noinline]] inline void refuse(std::string const& sentence) {
  moetric::detail::invalid(("moetric: " + escaped(sentence)).c_str());
}

}  // namespace moetric::v0::io
