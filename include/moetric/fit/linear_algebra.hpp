#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "moetric/core/order.hpp"

/// The linear algebra that fits need, for many rows and few columns.
namespace moetric::v0::fit {

/// A dense matrix, stored by rows.
struct matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;

  matrix() = default;
  /// A matrix of zeros.
  matrix(std::size_t n_rows, std::size_t n_columns)
      : rows(n_rows), columns(n_columns), values(n_rows * n_columns, 0.0) {}
  /// The element of a row and a column, both from 0 and within the sizes.
  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// Solves a·x = b in place by Cholesky's decomposition: b becomes x. Reads and overwrites only the lower half of a.
/// \returns false if the matrix is not positive definite
inline bool solve_positive_definite(matrix& a, std::vector<double>& b) {
  std::size_t const n = a.rows;
  for (std::size_t i = 0; i != n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a(i, j);
      for (std::size_t k = 0; k != j; ++k) sum -= a(i, k) * a(j, k);
      if (i != j) {
        a(i, j) = sum / a(j, j);
      } else if (sum > 0) {
        a(i, i) = std::sqrt(sum);
      } else {
        return false;
      }
    }
  for (std::size_t i = 0; i != n; ++i) {
    for (std::size_t k = 0; k != i; ++k) b[i] -= a(i, k) * b[k];
    b[i] /= a(i, i);
  }
  for (std::size_t i = n; i-- != 0;) {
    for (std::size_t k = i + 1; k != n; ++k) b[i] -= a(k, i) * b[k];
    b[i] /= a(i, i);
  }
  return true;
}

/// The singular value decomposition A·diag(1/length) = U·diag(s)·Vᵀ; columns are scaled so that units do not matter.
struct decomposition {
  matrix u;                              // rows x columns, U·diag(s)
  matrix v;                              // columns x columns
  std::vector<double> s;                 // singular values, descending
  std::vector<double> length;            // Euclidean length of each column of A
  static constexpr double small = 1e-8;  // relative to the largest: smaller singular values count as 0

  /// The number of singular values that are not small.
  std::size_t rank() const {
    std::size_t n = 0;
    while (n != s.size() && s[n] > small * s[0] && s[n] > 0) ++n;
    return n;
  }
  /// Largest over smallest singular value; infinite for dependent columns.
  double condition() const { return s.empty() ? 1 : s[0] / s.back(); }
};

/// Decomposes by one-sided Jacobi rotations, which are accurate for small singular values too.
inline decomposition decompose(matrix const& a) {
  std::size_t const n = a.columns;
  decomposition parts{a, matrix(n, n), std::vector<double>(n), std::vector<double>(n)};
  matrix& u = parts.u;
  for (std::size_t j = 0; j != n; ++j) {
    double square = 0;
    for (std::size_t i = 0; i != u.rows; ++i) square += u(i, j) * u(i, j);
    parts.length[j] = std::sqrt(square);
    for (std::size_t i = 0; i != u.rows; ++i) u(i, j) = square > 0 ? u(i, j) / parts.length[j] : 0;
    parts.v(j, j) = 1;
  }
  auto const rotate = [](matrix& m, std::size_t p, std::size_t q, double c, double s) {
    for (std::size_t i = 0; i != m.rows; ++i) {
      double const x = m(i, p), y = m(i, q);
      m(i, p) = c * x - s * y;
      m(i, q) = s * x + c * y;
    }
  };
  for (int sweep = 0; sweep != 60; ++sweep) {
    bool turned = false;
    for (std::size_t p = 0; p + 1 < n; ++p)
      for (std::size_t q = p + 1; q != n; ++q) {
        double pp = 0, qq = 0, pq = 0;
        for (std::size_t i = 0; i != u.rows; ++i) {
          pp += u(i, p) * u(i, p);
          qq += u(i, q) * u(i, q);
          pq += u(i, p) * u(i, q);
        }
        if (std::fabs(pq) <= 1e-15 * std::sqrt(pp * qq) || pq == 0) continue;
        turned = true;
        double const zeta = (qq - pp) / (2 * pq);
        double const t = (zeta < 0 ? -1 : 1) / (std::fabs(zeta) + std::sqrt(1 + zeta * zeta));
        double const c = 1 / std::sqrt(1 + t * t);
        rotate(u, p, q, c, c * t);
        rotate(parts.v, p, q, c, c * t);
      }
    if (!turned) break;
  }
  std::vector<double> size(n, 0.0);
  for (std::size_t j = 0; j != n; ++j) {
    for (std::size_t i = 0; i != u.rows; ++i) size[j] += u(i, j) * u(i, j);
    size[j] = std::sqrt(size[j]);
  }
  std::vector<std::size_t> const order = order_by(n, [&](std::size_t x, std::size_t y) { return size[x] > size[y]; });
  matrix const u_before = u, v_before = parts.v;
  for (std::size_t j = 0; j != n; ++j) {
    parts.s[j] = size[order[j]];
    for (std::size_t i = 0; i != u.rows; ++i) u(i, j) = u_before(i, order[j]);
    for (std::size_t i = 0; i != n; ++i) parts.v(i, j) = v_before(i, order[j]);
  }
  return parts;
}

/// The least-squares solution of A·x = b; for dependent columns the shortest one.
inline std::vector<double> solve(decomposition const& parts, std::vector<double> const& b) {
  std::size_t const n = parts.s.size(), rank = parts.rank();
  std::vector<double> x(n, 0.0);
  for (std::size_t j = 0; j != rank; ++j) {
    double projected = 0;
    for (std::size_t i = 0; i != parts.u.rows; ++i) projected += parts.u(i, j) * b[i];
    for (std::size_t k = 0; k != n; ++k) x[k] += parts.v(k, j) * projected / (parts.s[j] * parts.s[j]);
  }
  for (std::size_t k = 0; k != n; ++k) x[k] = parts.length[k] > 0 ? x[k] / parts.length[k] : 0;
  return x;
}

/// The pseudo-inverse of AᵀA, over the directions whose singular values are not small.
inline matrix inverse_of_normal(decomposition const& parts) {
  std::size_t const n = parts.s.size(), rank = parts.rank();
  matrix inverse(n, n);
  for (std::size_t a = 0; a != n; ++a)
    for (std::size_t b = 0; b != n; ++b) {
      if (!(parts.length[a] > 0 && parts.length[b] > 0)) continue;
      for (std::size_t j = 0; j != rank; ++j)
        inverse(a, b) += parts.v(a, j) * parts.v(b, j) / (parts.s[j] * parts.s[j]);
      inverse(a, b) = inverse(a, b) / parts.length[a] / parts.length[b];  // their product may underflow
    }
  return inverse;
}

/// True if a column takes part in a direction whose singular value is small, so that its coefficient is not identified.
inline bool is_unseen(decomposition const& parts, std::size_t column) {
  if (!(parts.length[column] > 0)) return true;
  for (std::size_t j = parts.rank(); j != parts.s.size(); ++j)
    if (std::fabs(parts.v(column, j)) > 0.01) return true;
  return false;
}

}  // namespace moetric::v0::fit
