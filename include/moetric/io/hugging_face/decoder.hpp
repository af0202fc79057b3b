#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/architectures.hpp"
#include "moetric/io/hugging_face/config_keys.hpp"
#include "moetric/model/model.hpp"

/// What all decoders of transformers share: embedding, output head, activation, and a sequence of layers of a few
/// kinds.
namespace moetric::v0::io::hugging_face {

/// The keys around the layers.
struct decoder_frame {
  std::uint64_t d_model = 0;
  std::uint64_t n_layers = 0;
  std::uint64_t vocab_size = 0;
  std::uint64_t intermediate_size = 0;
  bool tied = false;
};

/// Checks that the activation has no weights of its own, as `xielu` and `prelu` do.
/// \param counted an activation whose weights the family counts
inline void check_activation(config_keys& keys, std::string_view counted = {}) {
  static constexpr std::string_view without_weights[]{"gegelu",
                                                      "gelu",
                                                      "gelu_10",
                                                      "gelu_fast",
                                                      "gelu_new",
                                                      "gelu_python",
                                                      "gelu_python_tanh",
                                                      "gelu_pytorch_tanh",
                                                      "laplace",
                                                      "leaky_relu",
                                                      "linear",
                                                      "mish",
                                                      "quick_gelu",
                                                      "relu",
                                                      "relu2",
                                                      "relu6",
                                                      "sigmoid",
                                                      "silu",
                                                      "swigluoai",
                                                      "swish",
                                                      "tanh"};
  for (std::string_view const key :
       {"hidden_act", "hidden_activation", "activation_function", "activation", "mlp_hidden_act"}) {
    auto const name = keys.text(key);
    if (name && *name != counted && std::ranges::find(without_weights, *name) == std::end(without_weights))
      keys.refuse(key, "name an activation without weights", "got " + in_quotes(*name));
  }
}

/// The key under which a configuration nests another one, or nothing. Such a configuration describes more than a
/// language model.
inline std::string_view wrapping_key(json_object const& object) {
  static constexpr std::string_view wrapping[]{"text_config",  "llm_config",     "language_config", "vision_config",
                                               "audio_config", "encoder_config", "decoder_config",  "thinker_config"};
  for (std::string_view const key : wrapping)
    if (json const* const found = object.find(key); found != nullptr && !found->empty()) return key;
  return {};
}

/// Checks that a configuration nests no other one.
inline void check_wrapper(config_keys const& keys) {
  if (std::string_view const key = wrapping_key(keys.object()); !key.empty())
    keys.refuse(key, "be absent, since configurations inside others are not read", "is there");
}

/// A family's spelling of the keys around its layers; the family itself reads a key whose spelling is empty.
struct frame_spelling {
  std::string_view d_model = "hidden_size";
  std::string_view n_layers = "num_hidden_layers";
  std::string_view n_heads = "num_attention_heads";
  std::string_view vocab_size = "vocab_size";
};

/// Reads all keys of the frame but `intermediate_size`, which some families lack.
/// \param tied the default of tie_word_embeddings
/// \param activation an activation whose weights the family counts
inline decoder_frame read_outer_frame(config_keys& keys, bool tied = false, frame_spelling const& spelling = {},
                                      std::string_view activation = {}) {
  check_wrapper(keys);
  bool const ties = keys.flag("tie_word_embeddings", tied);
  check_architectures(keys, ties);
  check_activation(keys, activation);
  return {.d_model = keys.whole(spelling.d_model, width),
          .n_layers = spelling.n_layers.empty() ? 0 : keys.whole(spelling.n_layers, layer_count),
          .vocab_size = keys.whole(spelling.vocab_size, vocabulary),
          .tied = ties};
}

/// Reads all keys of the frame.
/// \param tied the default of tie_word_embeddings
inline decoder_frame read_frame(config_keys& keys, bool tied = false) {
  decoder_frame frame = read_outer_frame(keys, tied);
  frame.intermediate_size = keys.whole("intermediate_size", width);
  return frame;
}

/// A nested object of a configuration; its keys follow the same rules.
inline config_keys read_inner(config_keys& keys, std::string_view key) {
  json const* const held = keys.value(key);
  if (held == nullptr) keys.refuse(key, "be present", "is missing");
  if (!held->is_object()) keys.refuse(key, "be an object", "got " + shown(*held));
  return {held->object(), keys.model_type()};
}

/// Checks that a token is routed to at most as many experts as a layer has.
inline void check_top_k(config_keys const& keys, std::string_view top_k_key, std::uint64_t top_k,
                        std::string_view experts_key, std::uint64_t n_experts) {
  if (top_k > n_experts)
    keys.refuse(top_k_key, "not exceed " + in_quotes(experts_key),
                "got " + std::to_string(top_k) + " and " + std::to_string(n_experts));
}
inline void check_top_k(config_keys const& keys, std::uint64_t top_k, std::string_view experts_key,
                        std::uint64_t n_experts) {
  check_top_k(keys, "num_experts_per_tok", top_k, experts_key, n_experts);
}

/// Checks that the product of two sizes, such as heads and head width, is in the range of a width.
inline void check_product(config_keys const& keys, std::string_view key, std::uint64_t number,
                          std::string const& other_key, std::uint64_t other) {
  if (number * other > width.most)
    keys.refuse(key, "give at most " + std::to_string(width.most) + " when multiplied with " + other_key,
                "got " + std::to_string(number) + " x " + std::to_string(other));
}

/// Checks the product of heads and head width.
inline void check_heads_width(config_keys const& keys, std::uint64_t n_heads, std::string_view dim_key,
                              std::uint64_t dim) {
  check_product(keys, "num_attention_heads", n_heads, std::string(dim_key), dim);
}

/// Checks that one key is divisible by another.
inline void check_divides(config_keys const& keys, std::string_view key, std::uint64_t number,
                          std::string_view divisor_key, std::uint64_t divisor) {
  if (number % divisor != 0)
    keys.refuse(key, "be divisible by " + in_quotes(divisor_key),
                "got " + std::to_string(number) + " and " + std::to_string(divisor));
}

/// Checks that a flag has the one value that this reader supports.
inline void require_flag(config_keys& keys, std::string_view key, bool wanted, std::string const& why) {
  if (keys.flag(key, wanted) != wanted)
    keys.refuse(key, std::string("be ") + (wanted ? "true" : "false") + ", since " + why,
                wanted ? "got false" : "got true");
}

/// One of two kinds for each layer, by index: windowed or not, experts or not.
using layer_choice = std::vector<bool>;

/// One of several kinds for each layer, by index.
using layer_kinds = std::vector<std::size_t>;

/// Checks that an array has one item per layer.
inline void check_one_for_each_layer(config_keys const& keys, std::string_view key, std::size_t items,
                                     std::uint64_t n_layers) {
  if (items != n_layers)
    keys.refuse(key, "have 'num_hidden_layers' items",
                "got " + std::to_string(items) + " and " + std::to_string(n_layers));
}

/// The older name of a kind of layer that transformers 5 renamed, if `names` has it, else the name itself.
inline std::string_view older_layer_name(std::string_view name, std::vector<std::string_view> const& names) {
  struct rename {
    std::string_view newer, older;
  };
  static constexpr rename renames[]{
      {"linear_attention", "mamba"}, {"linear_attention", "conv"}, {"full_attention", "attention"}};
  if (std::ranges::find(names, name) != names.end()) return name;
  for (rename const& each : renames)
    if (each.newer == name && std::ranges::find(names, each.older) != names.end()) return each.older;
  return name;
}

/// Reads one of `names`, or the newer name of one, for each layer, as indices into `names`.
inline layer_kinds read_layer_names(config_keys& keys, std::string_view key, std::uint64_t n_layers,
                                    std::vector<std::string_view> const& names) {
  std::vector<std::string> const given = keys.texts(key);
  check_one_for_each_layer(keys, key, given.size(), n_layers);
  layer_kinds kinds;
  for (std::string const& name : given) {
    auto const found = std::ranges::find(names, older_layer_name(name, names));
    if (found == names.end()) {
      std::string all;
      for (std::string_view const& each : names)
        all += (all.empty() ? "" : &each == &names.back() ? " and " : ", ") + in_quotes(each);
      keys.refuse(key, "hold " + all + " only", "got " + in_quotes(name));
    }
    kinds.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return kinds;
}

/// True for kind 1.
inline layer_choice as_choice(layer_kinds const& kinds) {
  layer_choice chosen;
  for (std::size_t const kind : kinds) chosen.push_back(kind == 1);
  return chosen;
}

/// Reads 0 or 1 for each layer.
inline layer_choice read_layer_switches(config_keys& keys, std::string_view key, std::uint64_t n_layers) {
  std::vector<std::uint64_t> const given = keys.wholes(key, {0, 1});
  check_one_for_each_layer(keys, key, given.size(), n_layers);
  layer_choice switches;
  for (std::uint64_t const each : given) switches.push_back(each == 1);
  return switches;
}

/// Reads true or false for each layer.
inline layer_choice read_layer_flags(config_keys& keys, std::string_view key, std::uint64_t n_layers) {
  json const* const held = keys.value(key);
  layer_choice flags;
  if (held != nullptr && held->is_array())
    for (json const& each : held->array())
      if (each.is_flag()) flags.push_back(each.flag());
  if (held == nullptr || !held->is_array() || flags.size() != held->array().size())
    keys.refuse(key, "be an array of true and false", "is not");
  check_one_for_each_layer(keys, key, flags.size(), n_layers);
  return flags;
}

/// Reads one number for all layers, or an array with one for each, and returns one for each; empty if the key is
/// absent.
inline std::vector<std::uint64_t> read_whole_for_each(config_keys& keys, std::string_view key, whole_range range,
                                                      std::uint64_t n_layers) {
  json const* const held = keys.value(key);
  if (held == nullptr) return {};
  if (!held->is_array()) return std::vector<std::uint64_t>(n_layers, keys.whole(key, range));
  std::vector<std::uint64_t> given = keys.wholes(key, range);
  check_one_for_each_layer(keys, key, given.size(), n_layers);
  return given;
}

/// Reads the number of multi-token prediction modules, each with a layer like `block`. Transformers 5 writes the newer
/// spelling.
inline void read_modules(config_keys& keys, model& result, group const& block) {
  bool const newer = keys.value("num_mtp_layers") != nullptr;
  std::uint64_t const modules = newer ? keys.whole({"num_nextn_predict_layers", "num_mtp_layers"}, layer_index)
                                      : keys.whole_or("num_nextn_predict_layers", layer_index, 0);
  if (modules != 0) result.mtp = {.modules = modules, .block = block};
}

/// As read_modules, for families whose published config.json omits the key: then no module is counted, and a note says
/// so.
inline void read_unpublished_modules(config_keys& keys, model& result, group const& block) {
  read_modules(keys, result, block);
  if (keys.value("num_nextn_predict_layers") == nullptr)
    keys.notes().push_back("modules of multi-token prediction of model_type " + in_quotes(keys.model_type()) +
                           " are not counted: no key names them");
}

/// Kind 1 for layers whose index, counted from 1, is a multiple of `period`, and kind 0 for the others.
inline layer_kinds every(std::uint64_t period, std::uint64_t n_layers) {
  layer_kinds kinds(n_layers, 0);
  for (std::uint64_t i = period; i <= n_layers; i += period) kinds[i - 1] = 1;
  return kinds;
}

/// A model whose i-th layer is groups[kinds[i]]; each group describes one layer.
inline model assemble(config_keys const& keys, decoder_frame const& frame, layer_kinds const& kinds,
                      std::vector<group> const& groups) {
  constexpr std::size_t most_runs = 256;
  model result{.d_model = frame.d_model, .input = {.vocab_size = frame.vocab_size}, .output = {.tied = frame.tied}};
  std::size_t runs = 0;
  for (std::size_t first = 0, last = 0; first != kinds.size(); first = last) {
    while (last != kinds.size() && kinds[last] == kinds[first]) ++last;
    if (++runs > most_runs)
      keys.refuse("num_hidden_layers", "make at most " + std::to_string(most_runs) + " runs of equal layers",
                  "makes more with " + std::to_string(kinds.size()) + " layers");
    group layers = groups[kinds[first]];
    layers.layers = last - first;
    result.layers.append(layers);
  }
  return result;
}

/// A model whose i-th layer is layer_of(i); all layers may differ.
template <class LayerOf>
model assemble_each(config_keys const& keys, decoder_frame const& frame, LayerOf layer_of) {
  constexpr std::size_t most_distinct = 32;
  layer_kinds kinds;
  std::vector<group> groups;
  for (std::uint64_t i = 0; i != frame.n_layers; ++i) {
    group const layer = layer_of(i);
    auto const known = std::ranges::find_if(
        groups, [&layer](group const& each) { return each.mix == layer.mix && each.ffn == layer.ffn; });
    kinds.push_back(static_cast<std::size_t>(known - groups.begin()));
    if (known != groups.end()) continue;
    groups.push_back(layer);
    if (groups.size() > most_distinct)
      keys.refuse("num_hidden_layers", "make at most " + std::to_string(most_distinct) + " different layers",
                  "makes more with " + std::to_string(frame.n_layers) + " layers");
  }
  return assemble(keys, frame, kinds, groups);
}

/// A model whose layers combine one of two mixers and one of two feed-forwards; a true choice selects index 1.
inline model assemble(config_keys const& keys, decoder_frame const& frame, std::array<mixer, 2> const& mixers,
                      layer_choice const& mixer_of, std::array<feed_forward, 2> const& ffns, layer_choice const& ffn_of,
                      count norms_per_layer = 2) {
  layer_kinds kinds;
  for (std::size_t i = 0; i != frame.n_layers; ++i) kinds.push_back((mixer_of[i] ? 2U : 0U) + (ffn_of[i] ? 1U : 0U));
  return assemble(keys, frame, kinds,
                  {{mixers[0], ffns[0], 1, norms_per_layer},
                   {mixers[0], ffns[1], 1, norms_per_layer},
                   {mixers[1], ffns[0], 1, norms_per_layer},
                   {mixers[1], ffns[1], 1, norms_per_layer}});
}

}  // namespace moetric::v0::io::hugging_face
