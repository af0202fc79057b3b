#pragma once

/// The minimal type that the concept `Arithmetic` allows: +, -, x, a `min` found by argument-dependent lookup,
/// construction from int, default construction, copying. A formula that compiles with it compiles
/// with every number type.
class archetype {
 public:
  constexpr archetype() = default;
  constexpr archetype(int value) : value_(value) {}
  constexpr archetype(archetype const&) = default;
  constexpr archetype& operator=(archetype const&) = default;

  friend constexpr archetype operator+(archetype const& a, archetype const& b) { return from(a.value_ + b.value_); }
  friend constexpr archetype operator-(archetype const& a, archetype const& b) { return from(a.value_ - b.value_); }
  friend constexpr archetype operator*(archetype const& a, archetype const& b) { return from(a.value_ * b.value_); }
  friend constexpr archetype min(archetype const& a, archetype const& b) { return a.value_ < b.value_ ? a : b; }

  // Deleted, so that no conversion or template provides what formulas must not use.
  friend void operator/(archetype const&, archetype const&) = delete;
  friend void operator==(archetype const&, archetype const&) = delete;
  friend void operator<(archetype const&, archetype const&) = delete;
  friend void operator<=>(archetype const&, archetype const&) = delete;

  /// The value, for tests only.
  friend constexpr long long reveal(archetype const& a) { return a.value_; }

 private:
  static constexpr archetype from(long long value) {
    archetype result;
    result.value_ = value;
    return result;
  }

  long long value_ = 0;
};
