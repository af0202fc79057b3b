#pragma once

#include <cstddef>

#include "moetric/simd/targets.hpp"

/// The checks that unit/simd runs for every target. Each is compiled in a file of its own with the target's flags, so
/// it may use nothing that the linker could take for other files: no containers, no Catch2, no law in double.
template <class Target>
struct checks {
  /// The number of errors of `transform`, over every length up to four batches and a tail and every misalignment:
  /// results that differ from those of single numbers, and writes beyond the end.
  static int faults_of_transform();
  /// The number of errors of the other operations of a batch, compared with plain numbers.
  static int faults_of_operations();
  /// The largest errors of the short polynomials over all floats in their domains.
  static double error_of_log();
  static double error_of_exp();
};

/// Losses in batches. Inputs are stored one after the other, `n` values each; n must be a multiple of every batch size.
template <class Target, class L>
struct law_checks {
  static void losses(L const& law, double const* inputs, std::size_t n, double* results);
  static void losses_in_fast_float(L const& law, double const* inputs, std::size_t n, double* results);
};
