#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "moetric/laws/description.hpp"

namespace moetric::v0::laws {

/// A description that is made at run time, with the texts that it refers to.
class owned_description {
 public:
  description value;

  /// Keeps a text for as long as the description lives.
  std::string_view own(std::string text) {
    return *texts_.emplace_back(std::make_unique<std::string const>(std::move(text)));
  }

 private:
  std::vector<std::unique_ptr<std::string const>> texts_;
};

/// The description that a law carries: a constant one by its address, or a share of one made at run time. Copies are
/// cheap, and usable in constant expressions for constants.
class description_ref {
 public:
  /// Of a constant, which must outlive every law that carries it. A temporary does not compile.
  constexpr description_ref(description const& constant) : about_(&constant) {}
  description_ref(description const&&) = delete;
  /// Takes a description that was made at run time; the last copy frees it.
  description_ref(owned_description made) : shared_(new shared{std::move(made)}), about_(&shared_->made.value) {}

  constexpr description_ref(description_ref const& other) : shared_(other.shared_), about_(other.about_) {
    if (shared_ != nullptr) shared_->users.fetch_add(1, std::memory_order_relaxed);
  }
  constexpr description_ref& operator=(description_ref other) {
    std::swap(shared_, other.shared_);
    std::swap(about_, other.about_);
    return *this;
  }
  constexpr ~description_ref() {
    if (shared_ != nullptr && shared_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared_;
  }

  constexpr description const& operator*() const { return *about_; }
  constexpr description const* operator->() const { return about_; }
  /// True for copies of one reference and for references to one constant. Two fits of one form differ, though their ids
  /// may not.
  friend constexpr bool operator==(description_ref const& a, description_ref const& b) { return a.about_ == b.about_; }

 private:
  struct shared {
    owned_description made;
    std::atomic<std::size_t> users{1};
  };

  shared* shared_ = nullptr;
  description const* about_;
};

}  // namespace moetric::v0::laws
