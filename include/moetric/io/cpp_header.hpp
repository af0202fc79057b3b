#pragma once

#include <cctype>
#include <string>

#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/io/plan_file.hpp"

namespace moetric::v0::io {

/// A header that holds a planned model as a constant in a namespace of that name, and asserts its counts: it no longer
/// compiles when somebody changes a width without meaning to.
/// \throws std::invalid_argument for a name that is no C++ identifier
inline std::string write_cpp_header(planned_run const& run, std::string const& name = "planned") {
  bool valid = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
  for (char const c : name) valid = valid && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!valid) refuse("the name of a header must be a C++ identifier, but got " + in_quotes(name));
  shape<> const& s = run.architecture;
  count const length = run.sequence_length.value_or(8192);
  model const m = to_model(s);
  auto const literal = [](count value) {
    return value.bits >> 64 == 0 ? to_string(value) + "ULL" : "moetric::parse_count(\"" + to_string(value) + "\")";
  };
  std::string text = "#pragma once\n\n#include <moetric/account/parameters.hpp>\n#include "
                     "<moetric/account/triad.hpp>\n\n// Written by moetric export --format cpp.\nnamespace " +
                     name + " {\n\ninline constexpr moetric::shape<> architecture{\n";
  auto const field = [&](char const* key, count value) {
    text += "    ." + std::string(key) + " = " + literal(value) + ",\n";
  };
  field("d_model", s.d_model);
  field("n_dense_layers", s.n_dense_layers);
  field("n_moe_layers", s.n_moe_layers);
  field("n_heads", s.n_heads);
  field("n_kv_heads", s.n_kv_heads);
  field("head_dim", s.head_dim);
  field("d_ff", s.d_ff);
  field("d_expert", s.d_expert);
  field("n_experts", s.n_experts);
  field("top_k", s.top_k);
  field("n_shared_experts", s.n_shared_experts);
  field("vocab_size", s.vocab_size);
  text += "};\ninline constexpr moetric::model model = moetric::to_model(architecture);\n"
          "inline constexpr moetric::count sequence_length = " +
          literal(length) + ";\n\n";
  auto const assertion = [&](std::string const& expression, count value) {
    text += "static_assert(" + expression + " == " + literal(value) + ");\n";
  };
  triad<> const t = triad_of(s, length);
  assertion("moetric::total_parameters(model)", total_parameters(m));
  assertion("moetric::active_parameters(model)", active_parameters(m));
  std::string const at = "moetric::triad_of(architecture, sequence_length).";
  assertion(at + "training_flops_per_token", t.training_flops_per_token);
  assertion(at + "active_non_embedding_parameters", t.active_non_embedding_parameters);
  assertion(at + "total_non_embedding_parameters", t.total_non_embedding_parameters);
  return text + "\n}  // namespace " + name + "\n";
}

}  // namespace moetric::v0::io
