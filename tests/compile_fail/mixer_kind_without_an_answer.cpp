// error: moetric: a kind of mixer must answer every question of MixerKind
#include "moetric/model/mixer.hpp"

using namespace moetric;

/// A kind that does not state how it splits over parallel ranks.
struct identity {
  static constexpr std::string_view kind_name = "identity";
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  template <class Report>
  constexpr void rules(Report&) const {}
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}
  template <class Visit>
  constexpr void each_matrix(count, Visit) const {}
  template <class Visit>
  constexpr void each_vector(count, Visit) const {}
  template <class Visit>
  constexpr void each_core(sequence<> const&, Visit) const {}
  constexpr expert_routing<> routing() const { return {}; }
  constexpr count softmax_scores(sequence<> const&) const { return 0; }
  constexpr chosen_keys<> key_choice() const { return {}; }
  constexpr layer_cache<> cache() const { return {}; }
  constexpr count cache_elements_read(count) const { return 0; }
  constexpr count state_elements() const { return 0; }
  constexpr count stored_rotary_frequencies() const { return 0; }
  constexpr count cache_parts() const { return 1; }
  template <class Visit>
  constexpr void each_kept(count, Visit) const {}

  friend constexpr bool operator==(identity const&, identity const&) = default;
};

struct sharded_identity : identity {
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const&, Report&) const {}

  friend constexpr bool operator==(sharded_identity const&, sharded_identity const&) = default;
};

static_assert(mixer_of_kinds<no_mixer, WRONG(identity, sharded_identity)>().name() == "none");
