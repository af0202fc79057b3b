#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/config_keys.hpp"
#include "moetric/model/model.hpp"

/// What all decoders of transformers share: embedding, output head, activation, and layers of a few kinds in order.
namespace moetric::inline v0::io::hugging_face {

/// The keys around the layers.
struct decoder_frame {
  std::uint64_t d_model = 0;
  std::uint64_t n_layers = 0;
  std::uint64_t vocab_size = 0;
  std::uint64_t intermediate_size = 0;
  bool tied = false;
};

/// Refuses another head than that of a causal language model, which has other weights.
inline void check_architectures(config_keys& keys) {
  std::vector<std::string> const names = keys.texts("architectures");
  for (std::string const& name : names)
    if (name.ends_with("ForCausalLM")) return;
  if (!names.empty())
    keys.refuse("architectures", "name a causal language model, since another head changes the count",
                "got " + in_quotes(names.front()));
}

/// Refuses an activation that may have weights of its own, as `xielu` and `prelu` do.
inline void check_activation(config_keys& keys) {
  static constexpr std::string_view without_weights[]{
      "gelu", "gelu_10", "gelu_fast", "gelu_new", "gelu_python", "gelu_python_tanh", "gelu_pytorch_tanh",
      "laplace", "leaky_relu", "linear", "mish", "quick_gelu", "relu", "relu2", "relu6", "sigmoid", "silu", "swish",
      "tanh"};
  auto const name = keys.text("hidden_act");
  if (!name) return;
  for (std::string_view const known : without_weights)
    if (*name == known) return;
  keys.refuse("hidden_act", "name an activation without weights", "got " + in_quotes(*name));
}

/// The key under which a configuration holds another one, or nothing. Such a configuration describes more than a
/// language model.
inline std::string_view wrapping_key(nlohmann::json const& object) {
  static constexpr std::string_view wrapping[]{"text_config",  "llm_config",     "language_config", "vision_config",
                                               "audio_config", "encoder_config", "decoder_config",  "thinker_config"};
  for (std::string_view const key : wrapping)
    if (auto const found = object.find(std::string(key)); found != object.end() && !found->empty()) return key;
  return {};
}

inline void check_wrapper(config_keys const& keys) {
  if (std::string_view const key = wrapping_key(keys.object()); !key.empty())
    keys.refuse(key, "be absent, since configurations inside others are not read", "is there");
}

/// \param tied what an absent tie_word_embeddings means
inline decoder_frame read_frame(config_keys& keys, bool tied = false) {
  check_wrapper(keys);
  check_architectures(keys);
  check_activation(keys);
  return {.d_model = keys.whole("hidden_size", width),
          .n_layers = keys.whole("num_hidden_layers", layer_count),
          .vocab_size = keys.whole("vocab_size", vocabulary),
          .intermediate_size = keys.whole("intermediate_size", width),
          .tied = keys.flag("tie_word_embeddings", tied)};
}

/// The routed experts of a token must be among those of the layer.
inline void check_top_k(config_keys const& keys, std::uint64_t top_k, std::string_view experts_key,
                        std::uint64_t n_experts) {
  if (top_k > n_experts)
    keys.refuse("num_experts_per_tok", "not exceed " + in_quotes(experts_key),
                "got " + std::to_string(top_k) + " and " + std::to_string(n_experts));
}

/// The width of all heads together is a width too.
inline void check_heads_width(config_keys const& keys, std::uint64_t n_heads, std::string_view dim_key,
                              std::uint64_t dim) {
  if (n_heads * dim > width.most)
    keys.refuse("num_attention_heads",
                "give at most " + std::to_string(width.most) + " when multiplied with " + std::string(dim_key),
                "got " + std::to_string(n_heads) + " x " + std::to_string(dim));
}

/// Which of two kinds each layer is of, by its index: windowed or not, experts or not.
using layer_choice = std::vector<bool>;

/// A model of layers whose mixer and feed-forward are each one of two; index 1 where the choice is true.
inline model assemble(config_keys const& keys, decoder_frame const& frame, std::array<mixer, 2> const& mixers,
                      layer_choice const& mixer_of, std::array<feed_forward, 2> const& ffns,
                      layer_choice const& ffn_of) {
  constexpr std::size_t most_runs = 256;
  model result{.d_model = frame.d_model, .input = {.vocab_size = frame.vocab_size}, .output = {.tied = frame.tied}};
  std::size_t runs = 0;
  for (std::size_t first = 0, last = 0; first != frame.n_layers; first = last) {
    while (last != frame.n_layers && mixer_of[last] == mixer_of[first] && ffn_of[last] == ffn_of[first]) ++last;
    if (++runs > most_runs)
      keys.refuse("num_hidden_layers", "make at most " + std::to_string(most_runs) + " runs of equal layers",
                  "makes more with " + std::to_string(frame.n_layers) + " layers");
    result.layers.append({mixers[mixer_of[first] ? 1 : 0], ffns[ffn_of[first] ? 1 : 0], last - first});
  }
  return result;
}

}  // namespace moetric::inline v0::io::hugging_face
