#pragma once

#include <string>
#include <vector>

#include "moetric/core/ratio.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0 {

namespace detail {

/// "... 12 of 512 experts and 256 zero experts; 8 on average, 0 to 12", or nothing without zero experts.
inline std::string note_on_zero_experts(experts<> e) {
  if (e.n_zero_experts == 0) return {};
  auto const share = [&e](expert_draw counted) {
    e.counted = counted;
    return to_string(ratio(e.of_a_token().used, e.of_a_token().used_of));
  };
  std::string const what = e.counted == expert_draw::mean     ? "means over the experts of a token"
                           : e.counted == expert_draw::fewest ? "those of a token with the fewest experts"
                                                              : "those of a token with the most experts";
  return "active counts and FLOPs are " + what + ": it chooses " + to_string(e.top_k) + " of " +
         to_string(e.n_experts) + " experts and " + to_string(e.n_zero_experts) +
         " zero experts, which do nothing, so it uses " + share(expert_draw::mean) + " on average, " +
         share(expert_draw::fewest) + " to " + share(expert_draw::most);
}

}  // namespace detail

/// What a reader of the model's numbers must know: which of several values they are. One note for each different layer.
inline std::vector<std::string> notes_of(model const& m) {
  std::vector<std::string> notes;
  for (feed_forward const& each : m.layers.ffns)
    if (auto const* const mixture = each.get_if<experts<>>())
      if (std::string note = detail::note_on_zero_experts(*mixture); !note.empty()) notes.push_back(std::move(note));
  return notes;
}

}  // namespace moetric::v0
