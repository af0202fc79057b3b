// How do I add my own model_type? Write what builds a model from its keys. Wrong types, numbers out of range, missing
// keys and keys that nobody read are refused as for the library's own.
#include <exception>
#include <iostream>

#include <moetric/account/parameters.hpp>
#include <moetric/io/hugging_face.hpp>

namespace {

using namespace moetric;

// [readme: own model type]
model read_my_moe(io::hugging_face::config_keys& keys) {
  namespace hf = io::hugging_face;
  count const d_model = keys.whole("hidden_size", hf::width), n_heads = keys.whole("num_heads", hf::width);
  experts<> const mixture{.n_experts = keys.whole("num_experts", hf::expert_count),
                          .top_k = keys.whole("experts_per_token", hf::expert_count),
                          .d_expert = keys.whole("expert_size", hf::width),
                          .n_shared_experts = keys.whole_or("num_shared_experts", hf::expert_count_or_none, 0)};
  keys.understand({"dropout"});  // changes no count
  return {.d_model = d_model,
          .input = {.vocab_size = keys.whole("vocab_size", hf::vocabulary)},
          .layers = {{grouped_query_attention<>{.n_heads = n_heads, .head_dim = floor_div(d_model, n_heads)}, mixture,
                      keys.whole("num_layers", hf::layer_count)}},
          .output = {.tied = keys.flag("tie_word_embeddings", false)}};
}

constexpr io::model_type_reader own_readers[]{{"my_moe", read_my_moe}};
// [/readme]

}  // namespace

int main() {
  std::string const config = R"({"model_type": "my_moe", "hidden_size": 2048, "num_heads": 16, "num_layers": 24,
                                 "num_experts": 64, "experts_per_token": 4, "expert_size": 1024,
                                 "vocab_size": 50304, "dropout": 0.1})";
  model const m = io::parse_model(config, own_readers);
  std::cout << total_parameters(m) << " parameters, " << active_parameters(m) << " active\n";
  for (auto const& [key, changed] : {std::pair{"\"experts_per_token\": 4", "\"experts_per_token\": 65"},
                                     {"\"num_layers\": 24", "\"num_layers\": \"24\""},
                                     {"\"dropout\"", "\"num_dense_layers\": 2, \"dropout\""}}) {
    std::string wrong = config;
    wrong.replace(wrong.find(key), std::string(key).size(), changed);
    try {
      io::parse_model(wrong, own_readers);
    } catch (std::exception const& refused) {
      std::cout << refused.what() << '\n';
    }
  }
}
