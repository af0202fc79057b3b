#pragma once

#include <cctype>
#include <string>

#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/io/plan_file.hpp"

namespace moetric::v0::io {

/// A C++ header with a planned model as a constant in namespace `name`. Static assertions hold its counts, so that an
/// accidental change of a width does not compile. Without a sequence length the FLOPs are asserted at 8192 tokens.
/// \throws std::invalid_argument for a name that is not a C++ identifier
inline std::string write_cpp_header(saved_plan const& run, std::string const& name = "planned") {
  bool valid = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
  for (char const c : name) valid = valid && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!valid) refuse("the name of a header must be a C++ identifier, but got " + in_quotes(name));
  if (run.latents) refuse("a header must be of a plan with grouped queries: a shape has no latent attention");
  shape<> const& s = run.architecture;
  count const length = run.sequence_length.value_or(8192);
  model const m = to_model(s);
  auto const literal = [](count value) {
    return value.bits >> 64 == 0 ? to_string(value) + "ULL" : "moetric::parse_count(\"" + to_string(value) + "\")";
  };
  std::string text = "#pragma once\n\n#include <moetric/account/parameters.hpp>\n#include "
                     "<moetric/account/triad.hpp>\n\n// Written by moetric export --format cpp.\nnamespace " +
                     name + " {\n\ninline constexpr moetric::shape<> architecture{\n";
  for (std::size_t i = 0; i != shape_field_names.size(); ++i)
    text += "    ." + std::string(shape_field_names[i]) + " = " + literal(s.*shape_members<count>[i]) + ",\n";
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
