#include <exception>
#include <iostream>

#include <moetric/account/parameters.hpp>
#include <moetric/io/hugging_face.hpp>

// A key that the importer does not understand is an error that names it: never a 0, never a guess.
int main() {
  constexpr auto config = R"({"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336,
                              "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
                              "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000})";
  std::cout << total_parameters(moetric::io::parse_model(config)) << " parameters\n";
  try {
    moetric::io::parse_model(R"({"model_type": "mixtral", "hidden_size": "4096"})");
  } catch (std::exception const& refused) {
    std::cout << refused.what() << '\n';
  }
}
