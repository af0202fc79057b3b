#pragma once

#include "moetric/version.hpp"

#include <string_view>

namespace moetric::v0 {

/// How well a published number is known, or who chose it. Reports show it beside the number.
enum class provenance {
  printed,       // in the paper's text or tables
  authors_code,  // in the authors' published code or data
  second_hand,   // someone else's summary of the paper
  derived,       // algebra or a fit done for this library from published numbers
  inferred,      // a definition that the source leaves open, chosen to agree with its numbers
  library_default,
  user,
};

/// The words for it in reports and JSON.
constexpr std::string_view name(provenance how) {
  switch (how) {
  case provenance::printed: return "printed";
  case provenance::authors_code: return "authors' code";
  case provenance::second_hand: return "second-hand";
  case provenance::derived: return "derived";
  case provenance::inferred: return "inferred";
  case provenance::library_default: return "default";
  case provenance::user: break;
  }
  return "user";
}

}  // namespace moetric::v0
