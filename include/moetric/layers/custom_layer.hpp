#pragma once

#include <string_view>

#include "moetric/core/contract.hpp"
#include "moetric/core/small_count.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// The name of a custom layer, at most 31 letters. Held in place, so that a layer can be a template argument.
struct custom_name {
  char letters[32]{};

  /// No name.
  constexpr custom_name() = default;
  /// \throws std::length_error for more than 31 letters
  constexpr custom_name(char const* text) : custom_name(std::string_view(text)) {}
  constexpr custom_name(std::string_view text) {
    if (text.size() >= sizeof letters) detail::full("moetric: the name of a custom layer must have at most 31 letters");
    for (std::size_t i = 0; i != text.size(); ++i) letters[i] = text[i];
  }

  constexpr bool empty() const { return letters[0] == 0; }
  /// The letters, which live as long as the name.
  constexpr operator std::string_view() const { return letters; }

  friend constexpr bool operator==(custom_name const&, custom_name const&) = default;
};

/// Equal matrices of a custom layer, inputs x outputs weights each: `{projection::key, 2048, 512}`. Its projection
/// determines its term and the layers before it, see `projection`.
struct custom_matrix {
  projection name{};
  small_count inputs{};
  small_count outputs{};
  small_count stored = 1;  // how many the layer holds
  small_count used = 1;    // how many of them one token is multiplied with

  friend constexpr bool operator==(custom_matrix const&, custom_matrix const&) = default;
};

/// Weights of a custom layer that are no matrix: `{term::qk_norm, 128}`.
struct custom_vector {
  term name{};
  small_count stored{};
  small_count active = stored;  // those that one token uses

  friend constexpr bool operator==(custom_vector const&, custom_vector const&) = default;
};

/// The weights of a custom layer. What is left out stays empty.
template <std::size_t most_matrices, std::size_t most_vectors>
struct custom_weights {
  custom_matrix matrices[most_matrices]{};
  custom_vector vectors[most_vectors]{};

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(Visit visit) const {
    for (custom_matrix const& m : matrices)
      if (!(m == custom_matrix{})) visit(layer_matrix<>{m.name, m.inputs, m.outputs, m.stored, m.used});
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(Visit visit) const {
    for (custom_vector const& v : vectors)
      if (!(v == custom_vector{})) visit(layer_vector<>{v.name, v.stored, v.active});
  }
  /// The rules of sound weights.
  template <class Report>
  constexpr void rules(Report& report) const {
    each_matrix([&report](layer_matrix<> const& m) {
      if (m.inputs == 0) report.broken_rule("moetric: inputs of a custom_matrix must be positive", m.inputs);
      if (m.outputs == 0) report.broken_rule("moetric: outputs of a custom_matrix must be positive", m.outputs);
      if (m.stored == 0) report.broken_rule("moetric: stored of a custom_matrix must be positive", m.stored);
      if (m.used > m.stored)
        report.broken_rule("moetric: used of a custom_matrix must not exceed stored", m.used, m.stored);
    });
    each_vector([&report](layer_vector<> const& v) {
      if (v.active > v.stored)
        report.broken_rule("moetric: active of a custom_vector must not exceed stored", v.active, v.stored);
    });
  }

  friend constexpr bool operator==(custom_weights const&, custom_weights const&) = default;
};

}  // namespace moetric::v0
