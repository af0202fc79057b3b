#pragma once

#include "moetric/plan/compute_split.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan {

/// The plan of the same budget and heads if M_opt is off by a factor.
struct sensitivity {
  double factor;  // of M
  shape<> architecture;
  moetric::triad<> triad;
  double tokens;
};

/// How a plan changes with M_opt 10 % lower and 10 % higher. A factor without a feasible shape is left out.
inline std::vector<sensitivity> sensitivities_of(resolved_request const& r, compute_split const& split,
                                                 real_shape const& planned) {
  std::vector<sensitivity> all;
  for (double const factor : {0.9, 1.1}) {
    try {
      recipe wanted = planned.wanted;
      wanted.training_flops_per_token *= factor;
      real_shape const s = shape_with_heads(r, wanted, targets_for(r, wanted), planned.heads);
      shape<> const integers = to_integers(round_shape(r, s, split.training), r.vocab_size);
      auto const t = r.triad_of(integers, r.shape_sequence_length);
      all.push_back({factor, integers, t, split.training / static_cast<double>(t.training_flops_per_token)});
    } catch (std::invalid_argument const&) {  // not feasible with these heads
    }
  }
  return all;
}

}  // namespace moetric::v0::plan
