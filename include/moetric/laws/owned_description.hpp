#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/laws/description_ref.hpp"

namespace moetric::v0::laws {

/// A description that is made at run time, with the texts that it refers to. A law takes it as a `description_ref`; the
/// last copy of that frees it.
class owned_description {
 public:
  description value;

  /// Keeps a text for as long as the description lives.
  std::string_view own(std::string text) {
    return *texts_.emplace_back(std::make_unique<std::string const>(std::move(text)));
  }

  /// Hands the description over to the reference that laws carry.
  operator description_ref() &&;

 private:
  struct shared;

  std::vector<std::unique_ptr<std::string const>> texts_;
};

/// A description with the number of its users.
struct owned_description::shared : detail::shared_description {
  explicit shared(owned_description&& from) : shared_description{nullptr, add, remove}, made(std::move(from)) {
    about = &made.value;
  }
  /// One user more.
  static void add(shared_description* of) { static_cast<shared*>(of)->users.fetch_add(1, std::memory_order_relaxed); }
  /// One user less; the last one frees it.
  static void remove(shared_description* of) {
    if (static_cast<shared*>(of)->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete static_cast<shared*>(of);
  }

  owned_description made;
  std::atomic<std::size_t> users{1};
};

inline owned_description::operator description_ref() && {
  return description_ref(new shared(std::move(*this)));
}

}  // namespace moetric::v0::laws
