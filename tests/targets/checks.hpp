#pragma once

#include <cstddef>

#include "moetric/simd/targets.hpp"

/// What unit/simd asks of every target. Each is compiled with the flags of its target in a file of its own, so what
/// runs here may use nothing that the linker could take for other files: no containers, no Catch2, no law in double.
template <class Target>
struct checks {
  /// Faults of `transform` over every length up to four batches and a tail, from every misalignment: a result that
  /// differs from that of the number alone, or a guard that was written.
  static int faults_of_transform();
  /// Faults of the other operations of a batch, against the same on plain numbers.
  static int faults_of_operations();
  /// The largest errors of the short polynomials, over every float that they may be asked with.
  static double error_of_log();
  static double error_of_exp();
};

/// Losses in batches; inputs one behind the other, `n` of each, a multiple of every batch.
template <class Target, class L>
struct law_checks {
  static void losses(L const& law, double const* inputs, std::size_t n, double* results);
  static void losses_in_fast_float(L const& law, double const* inputs, std::size_t n, double* results);
};
