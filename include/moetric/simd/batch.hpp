#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "moetric/simd/targets.hpp"

#if __has_include(<xsimd/xsimd.hpp>)
#include <xsimd/xsimd.hpp>
#endif

/// SIMD batches as a number type for formulas and laws. The only header that knows xsimd and its versions, 8.1 to 14;
/// without xsimd a batch has one lane.
namespace moetric::v0::simd {
namespace detail {

/// One lane, with the part of xsimd's batch interface that is used here.
struct one_answer {
  bool value;

  friend one_answer operator&(one_answer a, one_answer b) { return {a.value && b.value}; }
  friend one_answer operator|(one_answer a, one_answer b) { return {a.value || b.value}; }
  friend bool any(one_answer a) { return a.value; }
};
template <class T>
struct one_lane {
  using batch_bool_type = one_answer;
  static constexpr std::size_t size = 1;
  T value;

  constexpr one_lane(T number) : value(number) {}

  /// Integers wrap, as in SIMD instructions.
  static constexpr auto wrapping(one_lane number) {
    if constexpr (std::is_integral_v<T>)
      return static_cast<std::make_unsigned_t<T>>(number.value);
    else
      return number.value;
  }
  static one_lane load_unaligned(T const* from) { return {*from}; }
  void store_unaligned(T* to) const { *to = value; }

  friend one_lane operator+(one_lane a, one_lane b) { return {static_cast<T>(wrapping(a) + wrapping(b))}; }
  friend one_lane operator-(one_lane a, one_lane b) { return {static_cast<T>(wrapping(a) - wrapping(b))}; }
  friend one_lane operator*(one_lane a, one_lane b) { return {static_cast<T>(a.value * b.value)}; }
  friend one_lane operator/(one_lane a, one_lane b) { return {static_cast<T>(a.value / b.value)}; }
  friend one_lane operator&(one_lane a, one_lane b) { return {static_cast<T>(a.value & b.value)}; }
  friend one_lane operator|(one_lane a, one_lane b) { return {static_cast<T>(a.value | b.value)}; }
  friend one_lane operator-(one_lane a) { return {static_cast<T>(-a.value)}; }
  friend one_answer operator<(one_lane a, one_lane b) { return {a.value < b.value}; }
  friend one_answer operator<=(one_lane a, one_lane b) { return {a.value <= b.value}; }
  friend one_lane select(one_answer which, one_lane yes, one_lane no) { return which.value ? yes : no; }
  friend one_lane min(one_lane a, one_lane b) { return a.value < b.value ? a : b; }
  friend one_lane max(one_lane a, one_lane b) { return a.value < b.value ? b : a; }
  friend one_lane exp(one_lane a) { return {std::exp(a.value)}; }
  friend one_lane log(one_lane a) { return {std::log(a.value)}; }
};

/// The target's register type, as lanes<T, Target>::type; undefined if the flags do not enable the target.
template <class T, class Target>
struct lanes {};
template <class T>
struct lanes<T, scalar> {
  using type = one_lane<T>;
};
#ifdef XSIMD_VERSION_MAJOR
#if defined(__SSE2__)
template <class T>
struct lanes<T, sse2> {
  using type = xsimd::batch<T, xsimd::sse2>;
};
#else
template <class T>
struct lanes<T, other> {
  using type = xsimd::batch<T, xsimd::default_arch>;
};
#endif
#if defined(__AVX2__) && defined(__FMA__)
template <class T>
struct lanes<T, avx2> {
  using type = xsimd::batch<T, xsimd::fma3<xsimd::avx2>>;
};
#endif
#if defined(__AVX512F__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && defined(__AVX512BW__)
template <class T>
struct lanes<T, avx512> {
  using type = xsimd::batch<T, xsimd::avx512bw>;
};
#endif
#endif

template <class Target>
concept Compiled = requires {
  typename lanes<float, Target>::type;
};

template <class Target, class... Rest>
struct first_compiled : first_compiled<Rest...> {};
template <Compiled Target, class... Rest>
struct first_compiled<Target, Rest...> {
  using type = Target;
};

}  // namespace detail

/// The widest target that the flags of this translation unit enable. As a default template argument it becomes part of
/// the name of whatever depends on it.
using native = detail::first_compiled<avx512, avx2, sse2, other, scalar>::type;

/// A batch of double, float or std::int32_t. Plain numbers convert to batches with that number in every lane.
template <class T, class Target = native>
class batch {
 public:
  using lanes_type = typename detail::lanes<T, Target>::type;
  static constexpr std::size_t size = lanes_type::size;

  /// One bool per lane, the result of a comparison.
  class mask {
   public:
    explicit mask(typename lanes_type::batch_bool_type const& lanes) : lanes_(lanes) {}
    friend mask operator&(mask const& a, mask const& b) { return mask(a.lanes_ & b.lanes_); }
    friend mask operator|(mask const& a, mask const& b) { return mask(a.lanes_ | b.lanes_); }
    /// Whether any lane is true.
    friend bool any(mask const& a) { return any(a.lanes_); }
    friend batch select(mask const& which, batch const& yes, batch const& no) {
      return batch(select(which.lanes_, yes.lanes(), no.lanes()));
    }

   private:
    typename lanes_type::batch_bool_type lanes_;
  };

  batch() : batch(0) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> batch(Number value) : lanes_(static_cast<T>(value)) {}
  explicit batch(lanes_type const& lanes) : lanes_(lanes) {}

  /// Loads `size` contiguous numbers, of any alignment.
  static batch load(T const* from) { return batch(lanes_type::load_unaligned(from)); }
  /// Stores `size` contiguous numbers, to any alignment.
  void store(T* to) const { lanes_.store_unaligned(to); }
  /// The underlying register.
  lanes_type const& lanes() const { return lanes_; }

  friend batch operator+(batch const& a, batch const& b) { return batch(a.lanes_ + b.lanes_); }
  friend batch operator-(batch const& a, batch const& b) { return batch(a.lanes_ - b.lanes_); }
  friend batch operator*(batch const& a, batch const& b) { return batch(a.lanes_ * b.lanes_); }
  friend batch operator/(batch const& a, batch const& b) { return batch(a.lanes_ / b.lanes_); }
  friend batch operator-(batch const& a) { return batch(-a.lanes_); }
  /// Of the bits of each number.
  friend batch operator&(batch const& a, batch const& b) { return batch(a.lanes_ & b.lanes_); }
  friend batch operator|(batch const& a, batch const& b) { return batch(a.lanes_ | b.lanes_); }
  friend mask operator<(batch const& a, batch const& b) { return mask(a.lanes_ < b.lanes_); }
  friend mask operator<=(batch const& a, batch const& b) { return mask(a.lanes_ <= b.lanes_); }
  /// The second operand where the first is NaN, as on x86.
  friend batch min(batch const& a, batch const& b) {
    if constexpr (std::is_same_v<Target, other>)
      return select(a < b, a, b);
    else
      return batch(min(a.lanes_, b.lanes_));
  }
  friend batch max(batch const& a, batch const& b) { return batch(max(a.lanes_, b.lanes_)); }
  friend batch exp(batch const& a) { return batch(exp(a.lanes_)); }
  friend batch log(batch const& a) { return batch(log(a.lanes_)); }

 private:
  lanes_type lanes_;
};

/// Reinterprets the bits of floats as integers, and back.
template <class Target>
batch<std::int32_t, Target> to_bits(batch<float, Target> const& a) {
  if constexpr (batch<float, Target>::size == 1)
    return batch<std::int32_t, Target>(std::bit_cast<std::int32_t>(a.lanes().value));
#ifdef XSIMD_VERSION_MAJOR
  else
#if XSIMD_VERSION_MAJOR < 9
    return batch<std::int32_t, Target>(
        xsimd::bitwise_cast<typename batch<std::int32_t, Target>::lanes_type>(a.lanes()));
#else
    return batch<std::int32_t, Target>(xsimd::bitwise_cast<std::int32_t>(a.lanes()));
#endif
#endif
}
template <class Target>
batch<float, Target> from_bits(batch<std::int32_t, Target> const& a) {
  if constexpr (batch<float, Target>::size == 1) return batch<float, Target>(std::bit_cast<float>(a.lanes().value));
#ifdef XSIMD_VERSION_MAJOR
  else
#if XSIMD_VERSION_MAJOR < 9
    return batch<float, Target>(xsimd::bitwise_cast<typename batch<float, Target>::lanes_type>(a.lanes()));
#else
    return batch<float, Target>(xsimd::bitwise_cast<float>(a.lanes()));
#endif
#endif
}
/// Converts integers to float.
template <class Target>
batch<float, Target> to_float(batch<std::int32_t, Target> const& a) {
  if constexpr (batch<float, Target>::size == 1) return batch<float, Target>(a.lanes().value);
#ifdef XSIMD_VERSION_MAJOR
  else
    return batch<float, Target>(xsimd::batch_cast<float>(a.lanes()));
#endif
}
/// Shifts every lane to the left; bits that leave it are lost.
template <int bits, class Target>
batch<std::int32_t, Target> shift_left(batch<std::int32_t, Target> const& a) {
  if constexpr (batch<float, Target>::size == 1)
    return batch<std::int32_t, Target>(
        std::bit_cast<std::int32_t>(std::bit_cast<std::uint32_t>(a.lanes().value) << bits));
  else
    return batch<std::int32_t, Target>(a.lanes() << bits);
}

/// a·b + c, in one instruction if the target has it; rounded once or twice.
template <class T, class Target>
batch<T, Target> fma(batch<T, Target> const& a, batch<T, Target> const& b, batch<T, Target> const& c) {
#if defined(XSIMD_VERSION_MAJOR) && XSIMD_VERSION_MAJOR < 11 && defined(__AVX512F__)
  if constexpr (std::is_same_v<Target, avx512> && std::is_same_v<T, float>)
    return batch<T, Target>(typename batch<T, Target>::lanes_type(_mm512_fmadd_ps(a.lanes(), b.lanes(), c.lanes())));
  else if constexpr (std::is_same_v<Target, avx512> && std::is_same_v<T, double>)
    return batch<T, Target>(typename batch<T, Target>::lanes_type(_mm512_fmadd_pd(a.lanes(), b.lanes(), c.lanes())));
  else
#endif
#ifdef XSIMD_VERSION_MAJOR
      if constexpr (batch<T, Target>::size != 1)
    return batch<T, Target>(xsimd::fma(a.lanes(), b.lanes(), c.lanes()));
  else
#endif
    return a * b + c;
}

/// e^(factor·a). Other number types may skip the product.
template <class T, class Target>
batch<T, Target> exp_of_product(batch<T, Target> const& factor, batch<T, Target> const& a) {
  return exp(factor * a);
}

/// The same value, hidden from the compiler where flags let it reassociate sums.
template <class T, class Target>
batch<T, Target> opaque(batch<T, Target> const& a) {
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
  std::array<T, batch<T, Target>::size> lanes;
  a.store(lanes.data());
  asm("" : "+m"(lanes));
  return batch<T, Target>::load(lanes.data());
#else
  return a;
#endif
}

}  // namespace moetric::v0::simd
