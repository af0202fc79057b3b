#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "moetric/io/text_values.hpp"
#include "moetric/model/core_conventions.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0::io {
namespace detail {

/// A form of one of a model's cores.
using core_form = std::variant<latent_core, delta_core, state_scan, expert_draw>;

/// The cores of each alternative, for a model without one.
inline constexpr std::array<char const*, 4> cores_of_forms{"latent attention", "gated DeltaNet", "Mamba-2 layers",
                                                           "zero experts"};

inline offer<core_form> core_form_names() {
  return {{"expanded", latent_core::expanded},
          {"absorbed", latent_core::absorbed},
          {"key-by-value", delta_core::key_by_value},
          {"value-by-value", delta_core::value_by_value},
          {"seven-per-state", state_scan::seven_per_state},
          {"two-per-state", state_scan::two_per_state},
          {"chunked", state_scan::chunked},
          {"mean-experts", expert_draw::mean},
          {"fewest-experts", expert_draw::fewest},
          {"most-experts", expert_draw::most}};
}

inline void set_form(core_conventions& of, latent_core form) {
  of.latent = form;
}
inline void set_form(core_conventions& of, delta_core form) {
  of.delta_net = form;
}
inline void set_form(core_conventions& of, state_scan form) {
  of.mamba_2 = form;
}
inline void set_form(core_conventions& of, expert_draw form) {
  of.zero_experts = form;
}

}  // namespace detail

/// How to count the cores that tools count differently, from words such as "absorbed,chunked".
/// \throws std::invalid_argument for an unknown word, two forms of one core, or a core that the model lacks
inline core_conventions core_forms_of(std::string const& words, model const& m) {
  core_conventions chosen;
  std::vector<std::size_t> given;
  for (std::string const& each : split(words, ',')) {
    detail::core_form const named = choose("core_forms", each, detail::core_form_names());
    if (std::find(given.begin(), given.end(), named.index()) != given.end())
      refuse("core_forms must name one form of a core, but got " + words);
    given.push_back(named.index());
    std::visit(
        [&]<class Form>(Form form) {
          if (!has_core_form<Form>(m))
            refuse("core_forms must be given for a model with " + std::string(detail::cores_of_forms[named.index()]) +
                   ", which this one lacks, but got " + each);
          detail::set_form(chosen, form);
        },
        named);
  }
  return chosen;
}

}  // namespace moetric::v0::io
