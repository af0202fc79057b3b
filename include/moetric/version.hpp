#pragma once

// The one place of the version: CMake reads these three lines.
#define MOETRIC_VERSION_MAJOR 0
#define MOETRIC_VERSION_MINOR 1
#define MOETRIC_VERSION_PATCH 0

#ifdef __clang__  // reopening v0 without `inline` is standard C++; this warning is on by default
#pragma clang diagnostic ignored "-Winline-namespace-reopened-noninline"
#endif

/// The one place that opens the version inline: `moetric::count` is `moetric::v0::count`. Other headers write
/// `namespace moetric::v0`, which every indexer reads.
namespace moetric {
inline namespace v0 {}
}  // namespace moetric
