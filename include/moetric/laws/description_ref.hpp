#pragma once

#include "moetric/laws/description.hpp"

namespace moetric::v0::laws {

namespace detail {

/// A description that was made at run time, and lives as long as a reference to it: laws/owned_description.hpp.
struct shared_description {
  description const* about;
  void (*add_user)(shared_description*);
  void (*remove_user)(shared_description*);
};

}  // namespace detail

/// The description that a law carries: a constant one by its address, or a share of one made at run time. Copies are
/// cheap, and usable in constant expressions for constants.
class description_ref {
 public:
  /// Of a constant, which must outlive every law that carries it. A temporary does not compile.
  constexpr description_ref(description const& constant) : about_(&constant) {}
  description_ref(description const&&) = delete;
  /// Takes over the one user that the description has.
  explicit description_ref(detail::shared_description* made) : shared_(made), about_(made->about) {}

  constexpr description_ref(description_ref const& other) : shared_(other.shared_), about_(other.about_) {
    if (shared_ != nullptr) shared_->add_user(shared_);
  }
  /// Refers to what the other refers to.
  constexpr description_ref& operator=(description_ref other) {
    detail::shared_description* const mine = shared_;
    shared_ = other.shared_;
    about_ = other.about_;
    other.shared_ = mine;
    return *this;
  }
  constexpr ~description_ref() {
    if (shared_ != nullptr) shared_->remove_user(shared_);
  }

  /// The description, valid as long as this reference or a copy of it.
  constexpr description const& operator*() const { return *about_; }
  constexpr description const* operator->() const { return about_; }
  /// True for copies of one reference and for references to one constant. Two fits of one form differ, though their ids
  /// may not.
  friend constexpr bool operator==(description_ref const& a, description_ref const& b) { return a.about_ == b.about_; }

 private:
  detail::shared_description* shared_ = nullptr;
  description const* about_;
};

}  // namespace moetric::v0::laws
