#pragma once

#include <string_view>

#include "moetric/cluster/memory.hpp"

namespace moetric::v0::cluster {

/// One change of a setup that saves memory, from the least to the most intrusive.
enum class change {
  shard_optimizer,
  recompute_cheap,
  recompute_latents,
  halve_moments,
  shard_gradients,
  double_expert_ranks,
  double_pipeline_ranks,
  double_tensor_ranks,
  double_context_ranks,
  halve_micro_batch,
  recompute_layers,
  shard_weights,
};

/// The number of changes.
inline constexpr std::size_t n_changes = static_cast<std::size_t>(change::shard_weights) + 1;

/// What to do.
constexpr std::string_view name(change c) {
  constexpr std::string_view names[n_changes]{"share the optimizer over data ranks (distributed optimizer, ZeRO-1)",
                                              "recompute norms and activation functions",
                                              "recompute the up-projections of latents",
                                              "keep Adam's moments in bf16",
                                              "share gradients over data ranks (ZeRO-2)",
                                              "twice the expert ranks",
                                              "twice the pipeline ranks",
                                              "twice the tensor ranks",
                                              "twice the context ranks",
                                              "half the micro batch",
                                              "recompute whole layers",
                                              "share weights over data ranks (FSDP, ZeRO-3)"};
  return names[static_cast<std::size_t>(c)];
}

/// A setup that fits, and what was changed in it.
struct fitting_setup {
  fixed_list<change, 2> changes{};
  training_setup setup{};
  memory_estimate memory{};
};

namespace detail {

constexpr bool halve(count& size) {
  if (size < 2 || remainder(size, 2) != 0) return false;
  size = moetric::v0::floor_div(size, 2);
  return true;
}

/// Changes a setup. \return false where the change is none or cannot be made
constexpr bool apply(change c, training_setup& setup) {
  layout& l = setup.layout;
  auto const shard = [&](state_sharding to) {
    if (setup.states.sharding >= to) return false;
    setup.states.sharding = to;
    return true;
  };
  auto const recompute = [&](module_set more) {
    module_set const all = setup.activations.recompute | more;
    bool const changed = !(all == setup.activations.recompute) && !setup.activations.recompute.contains(module::layer);
    setup.activations.recompute = all;
    return changed;
  };
  auto const twice = [&](count& size) {
    size = 2 * size;
    return true;
  };
  switch (c) {
  case change::shard_optimizer: return shard(state_sharding::optimizer);
  case change::recompute_cheap: return recompute({module::norm, module::activation_function});
  case change::recompute_latents: return recompute(module::up_projection);
  case change::halve_moments:
    if (setup.states.rule.moments != 8 || setup.states.rule.matrix_moments != 8) return false;
    setup.states.rule.moments = setup.states.rule.matrix_moments = 4;
    return true;
  case change::shard_gradients: return shard(state_sharding::gradients);
  case change::double_expert_ranks: return twice(l.sizes.expert);
  case change::double_pipeline_ranks: return l.layers.empty() && twice(l.sizes.pipeline);
  case change::double_tensor_ranks: {
    bool const together = l.sizes.expert_tensor == l.sizes.tensor && l.sizes.tensor != 1;
    l.sizes.tensor = 2 * l.sizes.tensor;
    if (together) l.sizes.expert_tensor = l.sizes.tensor;
    l.sequence_parallel = true;
    return true;
  }
  case change::double_context_ranks: return twice(l.sizes.context);
  case change::halve_micro_batch: return halve(l.micro_batch);
  case change::recompute_layers: return recompute(module::layer);
  case change::shard_weights: break;
  }
  return shard(state_sharding::weights);
}

}  // namespace detail

/// At most `most` setups that fit a device, the least intrusive first: those of one change if there are any, else those
/// of two. Devices and the batch of a step stay as they are. Empty if two changes do not suffice.
/// \throws std::invalid_argument with every rule that the setup breaks
template <std::size_t most = 4>
constexpr fixed_list<fitting_setup, most> smallest_changes(model const& m, training_setup const& setup,
                                                           device const& on) {
  detail::enforce([&](auto& report) { detail::rules(m, setup, report); });
  fixed_list<fitting_setup, most> found;
  auto const add = [&](fitting_setup const& tried) {
    if (found.size() == most) return;
    diagnosis report;
    detail::rules(m, tried.setup, report);
    if (!report.ok()) return;
    fitting_setup fitting = tried;
    fitting.memory = memory_of(m, tried.setup);
    if (fits(fitting.memory, on)) found.push_back(fitting, "");
  };
  for (std::size_t i = 0; i != n_changes; ++i) {
    fitting_setup one{.setup = setup};
    one.changes.push_back(static_cast<change>(i), "");
    if (detail::apply(static_cast<change>(i), one.setup)) add(one);
  }
  if (!found.empty()) return found;
  for (std::size_t i = 0; i != n_changes; ++i)
    for (std::size_t j = i + 1; j != n_changes; ++j) {
      fitting_setup two{.setup = setup};
      two.changes.push_back(static_cast<change>(i), "");
      two.changes.push_back(static_cast<change>(j), "");
      if (detail::apply(static_cast<change>(i), two.setup) && detail::apply(static_cast<change>(j), two.setup))
        add(two);
    }
  return found;
}

}  // namespace moetric::v0::cluster
