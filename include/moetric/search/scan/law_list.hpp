#pragma once

#include <type_traits>

#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"

namespace moetric::v0::search {

/// Types of laws. The kernels of a law take one or two seconds to compile, so programs name the laws that they filter.
template <class... Laws>
struct law_list {
  static constexpr std::size_t size = sizeof...(Laws);
  /// Whether L is one of them.
  template <class L>
  static constexpr bool contains = (std::is_same_v<L, Laws> || ...);
  /// Which of them L is.
  template <class L>
  static constexpr std::size_t place = [] {
    std::size_t i = 0;
    static_cast<void>(((std::is_same_v<L, Laws> || (++i, false)) || ...));
    return i;
  }();
};

/// The laws whose kernels `moetric::dispatch` compiles for every instruction set.
using laws_compiled_ahead = law_list<laws::law<laws::chinchilla::form>, laws::law<laws::fine_grained::moe_form>,
                                     laws::law<laws::fine_grained::dense_form>, laws::law<laws::joint_moe::form>,
                                     laws::law<laws::data_constrained::form>>;

}  // namespace moetric::v0::search
