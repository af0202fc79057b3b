#pragma once

#include <array>
#include <string_view>

#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/step_law.hpp"

namespace moetric::inline v0::laws {

/// A shipped law by name, its type forgotten.
struct entry {
  description const* about;
  answer (*evaluate)(double const* values);  // values in the order of about->inputs; null for a law without a loss
};

/// The entry of a law that is a constant.
template <auto const& law>
constexpr entry entry_of() {
  return {law.about, [](double const* values) {
            using law_type = std::remove_cvref_t<decltype(law)>;
            typename law_type::inputs at{};
            for (auto const member : law_type::members) at.*member = *values++;
            return laws::evaluate(law, at);
          }};
}

/// Every law, one a line.
inline constexpr std::array catalogue{
    entry_of<fine_grained::four_decimals>(), entry_of<fine_grained::rounded>(), entry_of<fine_grained::table_5>(),
    entry_of<fine_grained::e16>(),           entry_of<fine_grained::dense>(),   entry{&holistic::about, nullptr},
};

/// The entry of that id, or null.
constexpr entry const* find(std::string_view id) {
  for (entry const& each : catalogue)
    if (each.about->id == id) return &each;
  return nullptr;
}

}  // namespace moetric::inline v0::laws
