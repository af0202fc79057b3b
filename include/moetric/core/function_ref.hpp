#pragma once

#include "moetric/version.hpp"

#include <concepts>
#include <memory>
#include <type_traits>

namespace moetric::v0 {

template <class Signature>
class function_ref;

/// A callable as a parameter, its type erased, so that an algorithm is compiled once. It refers to its callable: take
/// it as a parameter, and never keep it.
template <class Result, class... Arguments>
class function_ref<Result(Arguments...)> {
 public:
  template <class Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, function_ref> &&
           std::is_invocable_r_v<Result, Function const&, Arguments...>) function_ref(Function const& callable)
  noexcept
      : callable_(std::addressof(callable)), call_([](void const* of, Arguments... with) -> Result {
          return (*static_cast<Function const*>(of))(static_cast<Arguments>(with)...);
        }) {}

  /// Calls the callable with these arguments.
  Result operator()(Arguments... with) const { return call_(callable_, static_cast<Arguments>(with)...); }

 private:
  void const* callable_;
  Result (*call_)(void const*, Arguments...);
};

}  // namespace moetric::v0
