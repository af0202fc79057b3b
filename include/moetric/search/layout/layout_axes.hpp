#pragma once

#include <string>
#include <vector>

#include "moetric/cluster/calendar.hpp"
#include "moetric/cluster/memory.hpp"
#include "moetric/model/shape.hpp"

namespace moetric::v0::search {

/// The sizes that layouts are made of: every combination that fills the devices is one.
struct layout_axes {
  std::vector<count> tensor{1, 2, 4, 8};
  std::vector<count> context{1};
  std::vector<count> pipeline{1, 2, 4, 8, 16};
  std::vector<count> virtual_stages{1};  // more than 1: the interleaved schedule
  std::vector<count> expert{1, 2, 4, 8, 16, 32, 64};
  std::vector<count> expert_tensor{1};
  std::vector<count> micro_batch{1};  // sequences
  std::vector<cluster::module_set> recompute{cluster::modules_of(recomputation::none),
                                             cluster::modules_of(recomputation::selective),
                                             cluster::modules_of(recomputation::full)};
  // Stages may differ by a layer, the first ones taking one more. The time has no term for it, as in
  // `cluster::estimate_run` without a list of stages: uneven stages look as fast as even ones.
  bool uneven_stages = false;
};

namespace detail {

/// A shape that satisfies every rule on its fields alone at these sizes.
constexpr shape<> any_shape(cluster::layout const& l, bool has_experts) {
  count const layers = l.stages();
  return {.d_model = 64,
          .n_dense_layers = has_experts ? count(0) : layers,
          .n_moe_layers = has_experts ? layers : count(0),
          .n_heads = l.sizes.tensor,
          .n_kv_heads = l.sizes.tensor,
          .head_dim = 2,
          .d_ff = l.sizes.tensor,
          .d_expert = l.sizes.tensor * l.sizes.expert_tensor,
          .n_experts = l.sizes.expert,
          .top_k = 1,
          .n_shared_experts = 1,
          .vocab_size = 1};
}

/// True if some shape can be laid out so on these devices.
constexpr bool is_layout(cluster::layout const& l, bool has_experts) {
  if (l.sizes.pipeline == 0 || l.virtual_stages == 0) return false;
  if (l.stages() > cluster::most_stages || (l.virtual_stages != 1 && l.sizes.pipeline == 1)) return false;
  return cluster::diagnose(to_model(any_shape(l, has_experts)), l).ok();
}

}  // namespace detail

/// The layouts of a calendar, in the order of the axes; recomputation is the last.
/// \throws std::invalid_argument for more than 1e5 combinations
inline std::vector<cluster::training_setup> layouts_of(layout_axes const& axes, cluster::calendar const& when,
                                                       count sequence_length, bool has_experts) {
  double combinations = static_cast<double>(axes.recompute.size());
  for (auto const* const sizes : {&axes.tensor, &axes.context, &axes.pipeline, &axes.virtual_stages, &axes.expert,
                                  &axes.expert_tensor, &axes.micro_batch})
    combinations *= static_cast<double>(sizes->size());
  if (combinations > 1e5)
    moetric::detail::invalid(("moetric: sizes of layouts must have at most 1e5 combinations, but have " +
                              moetric::detail::shortest(combinations))
                                 .c_str());
  std::vector<cluster::training_setup> all;
  auto const add = [&](cluster::training_setup setup) {
    if (!detail::is_layout(setup.layout, has_experts)) return;
    for (cluster::module_set const recompute : axes.recompute) {
      setup.activations.recompute = recompute;
      all.push_back(setup);
    }
  };
  cluster::training_setup setup{.states = when.states};
  cluster::layout& l = setup.layout;
  l.devices = when.devices, l.global_batch = when.global_batch, l.sizes.sequence_length = sequence_length;
  setup.activations = cluster::in_format(setup.activations, when.format);
  for (count const tensor : axes.tensor)
    for (count const context : axes.context)
      for (count const pipeline : axes.pipeline)
        for (count const chunks : axes.virtual_stages)
          for (count const expert : axes.expert)
            for (count const expert_tensor : axes.expert_tensor)
              for (count const micro_batch : axes.micro_batch) {
                l.sizes.tensor = tensor, l.sizes.context = context, l.sizes.pipeline = pipeline;
                l.sizes.expert = expert, l.sizes.expert_tensor = expert_tensor;
                l.virtual_stages = chunks, l.micro_batch = micro_batch;
                l.schedule = chunks == 1 ? cluster::schedule::one_forward_one_backward : cluster::schedule::interleaved;
                add(setup);
              }
  return all;
}

}  // namespace moetric::v0::search
