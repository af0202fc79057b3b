#pragma once

#include <concepts>
#include <span>  // std::begin, std::empty: <iterator> costs more
#include <type_traits>

#include "moetric/core/count.hpp"

namespace moetric::v0 {

/// The lengths of documents in tokens: a vector, array or span of counts or built-in integers.
template <class Range>
concept DocumentLengths = requires(Range const& lengths) {
  { *std::begin(lengths) } -> std::convertible_to<count>;
  std::end(lengths);
  requires !std::floating_point<std::remove_cvref_t<decltype(*std::begin(lengths))>>;
};

namespace detail {

/// Calls `function` with the length of each document.
/// \throws std::invalid_argument for no documents, or a negative length
template <DocumentLengths Lengths, class Function>
constexpr void for_each_document(Lengths const& lengths, Function function) {
  if (std::empty(lengths)) invalid("moetric: document_lengths must hold at least one length");
  for (count const length : lengths) function(length);
}

}  // namespace detail
}  // namespace moetric::v0
