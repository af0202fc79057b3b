#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "model.hpp"

/// Text to train on, made by a small grammar: subjects and verbs agree, and a name comes back in its document.
namespace trainer {

class writer {
 public:
  explicit writer(std::uint64_t seed) : bits_(seed) {}

  /// Documents of 16 to 111 characters that fill `tokens`, one token each; the last one is cut.
  batch packed(std::int64_t tokens) {
    batch b{torch::empty(tokens, torch::kLong), torch::empty(tokens, torch::kLong), {}};
    std::int64_t* const inputs = b.inputs.data_ptr<std::int64_t>();
    std::int64_t* const targets = b.targets.data_ptr<std::int64_t>();
    for (std::int64_t filled = 0; filled != tokens;) {
      std::int64_t const length = std::min(tokens - filled, 16 + static_cast<std::int64_t>(below(96)));
      std::string const text = document(static_cast<std::size_t>(length) + 1);
      for (std::int64_t i = 0; i != length; ++i) {
        inputs[filled + i] = text[static_cast<std::size_t>(i)];
        targets[filled + i] = text[static_cast<std::size_t>(i) + 1];
      }
      b.documents.push_back(length);
      filled += length;
    }
    return b;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return bits_() % n; }

  std::string document(std::size_t length) {
    static constexpr char const* names[]{"Ada", "Kurt", "Emmy", "Alan"};
    static constexpr char const* adjectives[]{"small ", "sparse ", "dense ", ""};
    static constexpr char const* nouns[]{"expert", "router", "token", "layer"};
    static constexpr char const* verbs[]{"see", "choose", "train", "move"};
    char const* const name = names[below(4)];
    std::string text;
    while (text.size() < length) {
      bool const one = below(2) == 0;
      text += below(3) == 0 ? std::string(name) + " and " : std::string();
      text += std::string(one ? "a " : "the ") + adjectives[below(4)] + nouns[below(4)] + (one ? " " : "s ");
      text += std::string(verbs[below(4)]) + (one ? "s " : " ") + nouns[below(4)] + "s. ";
    }
    return text.substr(0, length);
  }

  std::mt19937_64 bits_;
};

}  // namespace trainer
