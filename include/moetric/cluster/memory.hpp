#pragma once

#include "moetric/cluster/activations.hpp"
#include "moetric/cluster/device.hpp"
#include "moetric/core/compiled.hpp"
#ifdef MOETRIC_COMPILED
#include "moetric/core/function_ref.hpp"
#endif

/// The bytes that each device of a layout keeps, by moetric's own account: every tensor of every layer.
namespace moetric::v0::cluster {

/// Bytes that no tensor of the model takes: CUDA context, communicator buffers, fragments of the allocator. Measured
/// runs have about 6 GiB beside allocated tensors.
inline constexpr count framework_bytes = count(6) * 1024 * 1024 * 1024;

/// A training run, as far as memory depends on it.
struct training_setup {
  cluster::layout layout{};
  state_choice states{};
  activation_choice activations{};
  count framework = framework_bytes;  // bytes that the runtime and its libraries take
};

/// The same run as torchtitan trains it, with PyTorch's own parallel modules: tensor ranks keep gathered inputs (unless
/// tensor parallelism is asynchronous), keys are repeated, stages keep buffers, and with a pipeline FSDP gathers a
/// stage once for all microbatches. Its loss is not fused: bf16 logits, fp32 ones, their log-softmax and its gradient,
/// 14 bytes a logit; 16 over a sharded vocabulary (log-softmax, its exponential, their sum with the gradient, and that
/// times the loss's, in fp32). Source: torchtitan at 9dec370, torch/distributed/tensor/parallel/loss.py.
constexpr training_setup as_torchtitan(training_setup setup) {
  activation_choice& kept = setup.activations;
  kept.gathered_inputs = kept.repeated_keys = kept.pipeline_buffers = true;
  kept.logit_bytes = setup.layout.sizes.tensor == 1 ? 14 : 16;
  if (setup.layout.sizes.pipeline != 1) setup.states.gathered_units = 0;
  return setup;
}

/// The bytes of the devices of one pipeline rank.
struct rank_memory {
  count rank = 0;
  count layers = 0;  // of the model, on this rank
  held_parameters parameters{};
  memory_sheet bytes{};

  friend constexpr bool operator==(rank_memory const&, rank_memory const&) = default;
};

/// The memory of a layout.
struct memory_estimate {
  rank_memory worst{};  // the pipeline rank with the most bytes, the first of equal ones
  count least = 0;      // bytes of the rank with the fewest

  friend constexpr bool operator==(memory_estimate const&, memory_estimate const&) = default;
};

namespace detail {

/// One layer on one device.
struct layer_memory {
  held_parameters held{};
  kept_activations kept{};

  constexpr layer_memory& operator+=(layer_memory const& other) {
    held += other.held, kept += other.kept;
    return *this;
  }
};

template <class Layer>
constexpr layer_memory memory_of_part(Layer const& layer, model const& m, training_setup const& setup) {
  return {held_of(layer, m.d_model, setup.layout.sizes, setup.states),
          kept_of(layer, m, setup.layout, setup.activations)};
}

constexpr bool trains(training_setup const& setup, term t) {
  return !setup.states.frozen.contains(t);
}

constexpr void add_vectors(parameter_group& group, count weights, bool trained) {
  (trained ? group.vectors : group.frozen) += weights;
}

/// The layers of a model, each distinct part once, and the sums over a rank.
struct memory_walk {
  model const& m;
  training_setup const& setup;
  layer_memory mixers[32]{};
  layer_memory ffns[32]{};

  constexpr memory_walk(model const& of, training_setup const& with) : m(of), setup(with) {
    auto const part = [this](auto const& layer) { return memory_of_part(layer, m, setup); };
    for (std::size_t i = 0; i != m.layers.mixers.size(); ++i) mixers[i] = m.layers.mixers[i].visit(part);
    for (std::size_t i = 0; i != m.layers.ffns.size(); ++i) ffns[i] = m.layers.ffns[i].visit(part);
  }

  /// Weights that a layer has beside its mixer and feed-forward, whole on every rank, and what is kept around them.
  constexpr void add_around(layer_memory& layer, count norms, count other) const {
    add_vectors(layer.held.dense, norms * norm_weights(m.norm, m.d_model), trains(setup, term::norms));
    if (m.residual_streams.n_streams != 0)
      add_vectors(layer.held.dense, m.residual_streams.layer_weights(m.d_model),
                  trains(setup, term::hyper_connections));
    add_vectors(layer.held.dense, other, trains(setup, term::other));
    m.side.each([&](auto const& part) {
      part.each_layer_matrix(m.d_model, [&](layer_matrix<> const& x) { add_matrix(layer.held.dense, x); });
      part.each_layer_vector(
          m.d_model, [&](layer_vector<> const& v) { add_vectors(layer.held.dense, v.stored, trains(setup, v.name)); });
    });
    layer.kept += kept_around(m, norms, setup.layout, setup.activations);
  }

  /// A matrix that every rank has whole.
  constexpr void add_matrix(parameter_group& group, layer_matrix<> const& x) const {
    (trains(setup, term_of(x.name)) ? group.matrices : group.frozen) += x.stored * x.weights();
  }

  /// What a model has outside of its layers beside embedding and head. The table is shared as the embedding is.
  constexpr void add_outer(parameter_group& group) const {
    count const n_layers = m.layers.n_layers();
    m.side.each([&](auto const& part) {
      part.each_outer_matrix(m.d_model, n_layers, [&](layer_matrix<> const& x) { add_matrix(group, x); });
      part.each_outer_vector(m.d_model, n_layers, [&](layer_vector<> const& v) {
        bool const table = v.name == term::per_layer_embedding;
        add_vectors(group, table ? ceil_div(v.stored, setup.layout.sizes.tensor) : v.stored, trains(setup, v.name));
      });
    });
  }

  struct sums {
    held_parameters held{};
    weight_copies copies{};
    count kept[n_memory_terms]{};  // over layers and microbatches in flight
    count most_recomputed = 0;
    count most_buffers[n_memory_terms]{};  // of communication, of a layer
    count largest_unit = 0;                // parameters of the largest layer

    constexpr void add(layer_memory const& one, count layers, count in_flight, memory_term as) {
      held += one.held * layers;
      keep(one, layers, in_flight, as);
    }
    constexpr void keep(layer_memory const& one, count layers, count in_flight, memory_term as) {
      bool const apart = as == memory_term::mtp;
      for (std::size_t i = 0; i != n_memory_terms; ++i) {
        count const bytes = one.kept.bytes[i];
        if (!is_buffer(static_cast<memory_term>(i)))
          kept[apart ? static_cast<std::size_t>(as) : i] += bytes * layers * in_flight;
        else if (bytes > most_buffers[i])
          most_buffers[i] = bytes;
      }
      if (one.kept.recomputed > most_recomputed) most_recomputed = one.kept.recomputed;
      unit(one.held.all());
    }
    constexpr void unit(count parameters) {
      if (parameters > largest_unit) largest_unit = parameters;
    }
  };

  /// Adds the layers from `first` to `first + number`.
  constexpr void add_layers(sums& all, count first, count number, count in_flight) const {
    each_run_within(m.layers, first, number, [&](stack::run const& run, count layers) {
      layer_memory one = mixers[run.mixer];
      one += ffns[run.ffn];
      add_around(one, run.norms_per_layer, run.other_weights_per_layer);
      all.held += one.held * all.copies.of(run, layers);
      if (passes_tokens(run.use)) all.keep(one, layers, in_flight, memory_term::residuals);
    });
  }

  constexpr void add_mtp(sums& all, count in_flight) const {
    layer_memory one = m.mtp.block.mix.visit([this](auto const& layer) { return memory_of_part(layer, m, setup); });
    one += m.mtp.block.ffn.visit([this](auto const& layer) { return memory_of_part(layer, m, setup); });
    add_around(one, m.mtp.block.norms_per_layer + 3, m.mtp.block.other_weights_per_layer);
    parameter_group& dense = one.held.dense;
    (trains(setup, term::mtp_projection) ? dense.matrices : dense.frozen) +=
        ceil_div(2 * m.d_model * m.d_model, setup.layout.sizes.tensor);
    if (m.residual_streams.n_streams != 0)
      add_vectors(dense, m.residual_streams.end_weights(m.d_model), trains(setup, term::hyper_connections));
    all.add(one, m.mtp.modules, in_flight, memory_term::mtp);
  }

  constexpr rank_memory of_rank(count rank) const {
    layout const& l = setup.layout;
    pipeline const pipe = l.pipeline();
    tensor_shares const shares(l, setup.activations);
    sums all;
    rank_memory result{.rank = rank};
    count const table = ceil_div(m.input.weights(m.d_model), l.sizes.tensor);
    count const head_table = ceil_div(m.output.multiplied_weights(m.d_model, m.input.vocab_size), l.sizes.tensor);
    count const head_stage = l.stage_at(l.head_stage), embedding_stage = l.stage_at(l.embedding_stage);
    count const mtp_stage = l.stage_at(l.mtp_stage);
    bool has_table = false, head = false;
    for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
      count const stage = pipe.stage_of(rank, chunk), in_flight = pipe.in_flight(rank, chunk);
      count const first = l.first_layer_of(stage, m.layers.n_layers());
      count const number = l.layers_of(stage, m.layers.n_layers());
      result.layers += number;
      add_layers(all, first, number, in_flight);
      bool const has_mtp = m.mtp.modules != 0 && stage == mtp_stage;
      if (has_mtp) add_mtp(all, in_flight);
      if ((stage == embedding_stage || has_mtp) && !has_table) {
        // Modules of multi-token prediction read the embedding too: a copy where they stand apart.
        add_vectors(all.held.dense, table, trains(setup, term::embedding));
        all.unit(table);
        has_table = true;
      }
      if (stage == embedding_stage) {
        add_vectors(all.held.dense, m.input.position_weights(m.d_model), trains(setup, term::learned_positions));
        add_outer(all.held.dense);
        add_vectors(all.held.dense, m.other_weights, trains(setup, term::other));
        if (m.input.norm) add_vectors(all.held.dense, norm_weights(m.norm, m.d_model), trains(setup, term::final_norm));
        all.kept[static_cast<std::size_t>(memory_term::embedding)] += 8 * l.tokens_in_flight() * in_flight;
      }
      if (setup.activations.pipeline_buffers && stage + 1 < l.stages())
        all.kept[static_cast<std::size_t>(memory_term::pipeline_buffers)] +=
            (in_flight + pipe.micro_batches) *
            shared(shares.elements({term::norms, kept_module::residual, kept_split::sequence, m.d_model}, 1),
                   setup.activations.bytes, 1);
      if (stage == head_stage || (has_mtp && !head)) head = head || add_head(all, stage == head_stage, in_flight);
    }
    // The head comes last: a tied one is the embedding where both stand on one rank.
    if (head && !(m.output.tied && has_table)) {
      count const held = m.output.tied ? table : head_table;
      add_vectors(all.held.dense, held, trains(setup, m.output.tied ? term::embedding : term::output_head));
      all.unit(held);
    }
    finish(all, result);
    result.parameters = all.held;
    return result;
  }

  /// The final norm, the logits of the main head and those of multi-token prediction, of one microbatch.
  constexpr bool add_head(sums& all, bool main, count in_flight) const {
    layout const& l = setup.layout;
    tensor_shares const shares(l, setup.activations);
    count heads = main ? 1 : 0;
    if (m.mtp.modules != 0 && l.stage_at(l.mtp_stage) == l.stage_at(l.head_stage)) heads += m.mtp.modules;
    if (m.mtp.modules != 0 && !main) heads = m.mtp.modules;
    count const logits = heads * ceil_div(l.tokens_in_flight() * m.input.vocab_size, l.sizes.tensor);
    all.kept[static_cast<std::size_t>(memory_term::logits)] += shared(logits, setup.activations.logit_bytes, 1);
    if (main) {
      add_vectors(all.held.dense, norm_weights(m.norm, m.d_model), trains(setup, term::final_norm));
      if (m.output.bias) add_vectors(all.held.dense, m.input.vocab_size, trains(setup, term::output_head_bias));
      if (m.residual_streams.n_streams != 0)
        add_vectors(all.held.dense, m.residual_streams.end_weights(m.d_model), trains(setup, term::hyper_connections));
      count const hidden = shares.elements({term::final_norm, kept_module::norm, kept_split::sequence, m.d_model}, 1);
      count const gathered = setup.activations.gathered_inputs ? l.sequence_ranks() : count(1);
      all.kept[static_cast<std::size_t>(memory_term::norms)] +=
          (1 + gathered) * shared(hidden, setup.activations.bytes, 1) * in_flight;
    }
    return true;
  }

  constexpr void finish(sums const& all, rank_memory& result) const {
    layout const& l = setup.layout;
    memory_sheet& bytes = result.bytes;
    for (std::size_t i = 0; i != n_memory_terms; ++i) bytes.bytes[i] = all.kept[i] + all.most_buffers[i];
    bytes[memory_term::recomputation] += all.most_recomputed;
    bytes[memory_term::framework] += setup.framework;
    state_bytes const dense = bytes_of(all.held.dense, setup.states, l.data() * l.sizes.context);
    state_bytes const experts = bytes_of(all.held.experts, setup.states, l.expert_data());
    bytes[memory_term::weights] = dense.weights;
    bytes[memory_term::gradients] = dense.gradients;
    bytes[memory_term::optimizer] = dense.optimizer;
    bytes[memory_term::expert_weights] = experts.weights;
    bytes[memory_term::expert_gradients] = experts.gradients;
    bytes[memory_term::expert_optimizer] = experts.optimizer;
    if (setup.states.sharding == state_sharding::weights) bytes[memory_term::gathered_weights] = gathered(all);
  }

  /// Whole layers, or the whole stage with its gradients.
  constexpr count gathered(sums const& all) const {
    state_choice const& states = setup.states;
    if (states.gathered_units != 0) return shared(all.largest_unit * states.gathered_units, states.gathered_bytes, 1);
    count const trained = all.held.all() - all.held.dense.frozen - all.held.experts.frozen;
    return shared(all.held.all(), states.gathered_bytes, 1) + shared(trained, states.rule.gradients, 1);
  }
};

/// The rules of a setup beyond those of its layout.
template <class Report>
constexpr void rules(model const& m, training_setup const& setup, Report& report) {
  rules(m, setup.layout, report);
  if (setup.layout.sizes.sequence_length < 2)
    report.broken_rule("moetric: the sequence length of a training setup must be given",
                       setup.layout.sizes.sequence_length);
  if (setup.activations.expert_load.numerator == 0)
    report.broken_rule("moetric: the load of the most loaded expert rank must be positive", 0);
}

constexpr rank_memory memory_of_one_rank(model const& m, training_setup const& setup, count rank) {
  moetric::v0::detail::enforce([&](auto& report) { rules(m, setup, report); });
  if (rank >= setup.layout.sizes.pipeline)
    moetric::v0::detail::invalid("moetric: a pipeline rank must be below the pipeline-parallel size");
  return memory_walk(m, setup).of_rank(rank);
}

template <class Visit>
constexpr void visit_rank_memory(model const& m, training_setup const& setup, Visit const& visit) {
  moetric::v0::detail::enforce([&](auto& report) { rules(m, setup, report); });
  memory_walk const walk(m, setup);
  for (count rank; rank < setup.layout.sizes.pipeline; rank += 1) visit(walk.of_rank(rank));
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
rank_memory memory_of_rank(model const& m, training_setup const& setup, count rank);
void each_rank_memory(model const& m, training_setup const& setup, function_ref<void(rank_memory const&)> visit);
}  // namespace compiled
#endif

/// The bytes of one pipeline rank's devices: the most loaded one where experts are not balanced.
/// \throws std::invalid_argument with every rule that the setup breaks, or for a rank past the last
constexpr rank_memory memory_of_rank(model const& m, training_setup const& setup, count rank) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::memory_of_one_rank(m, setup, rank);
  return compiled::memory_of_rank(m, setup, rank);
#else
  return detail::memory_of_one_rank(m, setup, rank);
#endif
}

/// Calls `visit` with the bytes of each pipeline rank.
/// \throws std::invalid_argument with every rule that the setup breaks
template <class Visit>
constexpr void each_rank_memory(model const& m, training_setup const& setup, Visit const& visit) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::visit_rank_memory(m, setup, visit);
  compiled::each_rank_memory(m, setup, visit);
#else
  detail::visit_rank_memory(m, setup, visit);
#endif
}

/// The bytes of the most loaded devices of a layout. It allocates nothing.
/// \throws std::invalid_argument with every rule that the setup breaks
constexpr memory_estimate memory_of(model const& m, training_setup const& setup) {
  memory_estimate found;
  bool first = true;
  each_rank_memory(m, setup, [&](rank_memory const& each) {
    count const total = each.bytes.total();
    if (first || total < found.least) found.least = total;
    if (first || total > found.worst.bytes.total()) found.worst = each;
    first = false;
  });
  return found;
}

/// True if a device holds an estimate.
constexpr bool fits(memory_estimate const& estimate, device const& d) {
  return estimate.worst.bytes.total() <= d.usable_bytes;
}

}  // namespace moetric::v0::cluster
