#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "moetric/cluster/memory.hpp"
#include "moetric/search/layout/field_products.hpp"
#include "moetric/search/problem/condition.hpp"
#include "moetric/search/space/space.hpp"

namespace moetric::v0::search {

/// The bytes of the devices of a pipeline rank, or fewer, as polynomials of a shape whose coefficients the layers' own
/// counts give (`cluster::held_of`, `kept_of`). They leave out what is rounded up, key-value heads that several tensor
/// ranks keep, units that are whole for the moment, and the larger of what two kinds of layer recompute. Of L layers in
/// S uneven stages, stage s has (L - s)/S or more, and the stages up to it (s + 1)·L/S or more.
class rank_bytes {
 public:
  /// \param over the shapes, whose dense layers may all lie in the first stages
  /// \param uneven stages may differ by a layer
  rank_bytes(cluster::training_setup const& setup, space const& over, bool uneven = false)
      : setup_(setup), uneven_(uneven) {
    fields<interval> const hull = over.hull(over.whole());
    most_dense_ = hull[field::n_dense_layers].high;
    least_of_stage_ = std::floor((hull[field::n_dense_layers].low + hull[field::n_moe_layers].low) /
                                 static_cast<double>(setup.layout.stages()));
    has_experts_ = over.has_experts();
    tied_ = over.rest().tied;
    count_layers();
  }

  /// The ranks that may have the most bytes: the first, the first without dense layers, and the last.
  std::vector<count> ranks() const {
    count const n = setup_.layout.sizes.pipeline;
    std::vector<count> all{0};
    count second = 1;
    while (second < n && !begins_without_dense(second)) second += 1;
    if (second + 1 < n) all.push_back(second);
    if (n > 1) all.push_back(n - 1);
    return all;
  }
  /// The bytes of a rank, or fewer.
  template <class T>
  T least(shape<T> const& s, count rank) const {
    using std::min;
    cluster::layout const& l = setup_.layout;
    cluster::pipeline const line = l.pipeline();
    T const even = s.n_layers() * T(1 / static_cast<double>(l.stages()));
    T const around_states = mixer_.states.at(s), around_kept = mixer_.kept.at(s);
    T const dense_states = dense_.states.at(s), dense_kept = dense_.kept.at(s);
    T const moe_states = experts_.states.at(s), moe_kept = experts_.kept.at(s);
    T sum = T(static_cast<double>(setup_.framework));
    bool has_moe = l.stages() == 1 && has_experts_ && most_dense_ < least_of_stage_;
    for (count chunk; chunk < line.chunks_per_rank(); chunk += 1) {
      count const stage = line.stage_of(rank, chunk);
      T const of_stage =
          uneven_ && stage != 0 ? even - T(static_cast<double>(stage) / static_cast<double>(l.stages())) : even;
      T const in_flight(static_cast<double>(line.in_flight(rank, chunk)));
      sum = sum + of_stage * (around_states + in_flight * around_kept);
      T const dense = dense_states + in_flight * dense_kept, moe = moe_states + in_flight * moe_kept;
      if (l.stages() == 1)
        sum = sum + s.n_dense_layers * dense + s.n_moe_layers * moe;
      else if (!has_experts_)
        sum = sum + of_stage * dense;
      else if (begins_without_dense(stage))
        sum = sum + of_stage * moe;
      else if (stage == 0)
        sum = sum + (most_dense_ <= least_of_stage_ ? s.n_dense_layers : min(s.n_dense_layers, of_stage)) * dense +
              (of_stage - s.n_dense_layers) * moe;
      else  // the dense layers that the stages before it do not hold may be here
        sum = sum + min(of_stage, T(static_cast<double>(stage + 1)) * even - s.n_dense_layers) * moe;
      has_moe = has_moe || begins_without_dense(stage) || (stage == 0 && most_dense_ < least_of_stage_);
      if (stage == l.stage_at(l.head_stage)) sum = sum + ends_.head_once.at(s) + in_flight * ends_.head_kept.at(s);
    }
    // A layer that the rank has for certain.
    sum = sum + mixer_.once.at(s);
    if (!has_experts_) sum = sum + dense_.once.at(s);
    if (has_moe) sum = sum + experts_.once.at(s);
    if (rank == 0) sum = sum + ends_.table.at(s);
    if (line.stage_of(rank, line.chunks_per_rank() - 1) == l.stage_at(l.head_stage) && !(tied_ && rank == 0))
      sum = sum + ends_.table.at(s);
    return sum * T(1 - rounding);
  }

 private:
  /// Coefficients are of counts that were rounded up at `unit`.
  static constexpr double unit = 4096 * 9 * 5, rounding = 1e-6;

  /// Bytes of one layer, or a part of it.
  struct part {
    detail::field_products states, kept;  // kept: of one microbatch in flight
    detail::field_products once;          // whatever the number of layers: computed again, and buffers
  };
  struct ends {
    detail::field_products table, head_once, head_kept;
  };

  /// Bytes of a parameter of each kind, in which data ranks share states.
  struct bytes_of_group {
    double matrices, vectors, frozen;

    bytes_of_group(cluster::state_choice const& states, count ranks) {
      constexpr std::uint64_t many = std::uint64_t{1} << 50;
      auto const bytes = [&](cluster::parameter_group const& p) {
        return static_cast<double>(cluster::bytes_of(p, states, ranks).all()) / static_cast<double>(many);
      };
      matrices = bytes({.matrices = many}), vectors = bytes({.vectors = many}), frozen = bytes({.frozen = many});
    }
    double operator()(cluster::parameter_group const& p) const {
      return matrices * static_cast<double>(p.matrices) + vectors * static_cast<double>(p.vectors) +
             frozen * static_cast<double>(p.frozen);
    }
  };

  /// True if no shape has a dense layer in a stage or after it.
  bool begins_without_dense(count stage) const {
    return has_experts_ && stage != 0 && most_dense_ <= static_cast<double>(stage) * least_of_stage_;
  }
  static count whole(double value) { return static_cast<std::uint64_t>(value); }
  static double kept_bytes(cluster::kept_activations const& kept) {
    double sum = 0;
    for (std::size_t i = 0; i != cluster::n_memory_terms; ++i)
      if (!is_buffer(static_cast<cluster::memory_term>(i))) sum += static_cast<double>(kept.bytes[i]);
    return sum;
  }

  /// The polynomials of a layer's part, from its own counts. `layer` is made of the fields after the first, d_model.
  template <std::size_t n, class Layer>
  part part_of(std::array<field, n> const& of, count norms, Layer layer) const {
    cluster::layout const& l = setup_.layout;
    cluster::activation_choice const& kept = setup_.activations;
    bytes_of_group const dense(setup_.states, l.data() * l.sizes.context), experts(setup_.states, l.expert_data());
    model m;
    auto const through = [&](auto bytes) {
      return detail::field_products::through(of, unit, [&](std::array<double, n> const& at) {
        m.d_model = whole(at[0]);
        return bytes(layer(at));
      });
    };
    auto const kept_by = [&](auto const& one) {
      cluster::kept_activations all = cluster::kept_of(one, m, l, kept);
      if (norms != 0) all += cluster::kept_around(m, norms, l, kept);
      return all;
    };
    return {through([&](auto const& one) {
              cluster::held_parameters held = cluster::held_of(one, m.d_model, l.sizes, setup_.states);
              bool const frozen = setup_.states.frozen.contains(term::norms);
              (frozen ? held.dense.frozen : held.dense.vectors) += norms * norm_weights(m.norm, m.d_model);
              return dense(held.dense) + experts(held.experts);
            }),
            through([&](auto const& one) { return kept_bytes(kept_by(one)); }), through([&](auto const& one) {
              cluster::kept_activations all = kept_by(one);
              return static_cast<double>(all.recomputed + all[cluster::memory_term::dispatch_buffers] +
                                         all[cluster::memory_term::context_buffers]);
            })};
  }

  void count_layers() {
    using enum field;
    cluster::layout const& l = setup_.layout;
    mixer_ = part_of(std::array{d_model, n_heads, n_kv_heads, head_dim}, 2, [](auto const& at) {
      return grouped_query_attention<>{.n_heads = whole(at[1]), .n_kv_heads = whole(at[2]), .head_dim = whole(at[3])};
    });
    dense_ = part_of(std::array{d_model, d_ff}, 0, [](auto const& at) { return dense_ffn<>{.d_ff = whole(at[1])}; });
    if (has_experts_)
      experts_ = part_of(std::array{d_model, d_expert, n_experts, top_k, n_shared_experts}, 0, [](auto const& at) {
        return shape<>{.d_expert = whole(at[1]),
                       .n_experts = whole(at[2]),
                       .top_k = whole(at[3]),
                       .n_shared_experts = whole(at[4])}
            .moe();
      });
    bytes_of_group const dense(setup_.states, l.data() * l.sizes.context);
    double const of_weight = setup_.states.frozen.contains(term::embedding) ? dense.frozen : dense.vectors;
    double const tensor = static_cast<double>(l.sizes.tensor), tokens = static_cast<double>(l.tokens_in_flight());
    std::array const table{d_model, vocab_size};
    ends_.table = detail::field_products::through(table, unit,
                                                  [&](auto const& at) { return at[0] * at[1] / tensor * of_weight; });
    cluster::activation_choice const& kept = setup_.activations;
    auto const real = [](ratio r) { return static_cast<double>(r.numerator) / static_cast<double>(r.denominator); };
    ends_.head_once = detail::field_products::through(
        std::array{vocab_size}, unit, [&](auto const& at) { return tokens * at[0] / tensor * real(kept.logit_bytes); });
    double const hidden = 2 * tokens / static_cast<double>(l.sequence_ranks()) * real(kept.bytes);
    ends_.head_kept =
        detail::field_products::through(std::array{d_model}, unit, [&](auto const& at) { return hidden * at[0]; });
  }

  cluster::training_setup const& setup_;
  bool uneven_;
  bool has_experts_ = false, tied_ = false;
  double most_dense_ = 0, least_of_stage_ = 0;  // layers, over all shapes
  part mixer_{}, dense_{}, experts_{};
  ends ends_{};
};

/// The shapes that a layout holds: all of the trainer's rules, a layer in every stage and equally many unless stages
/// may be uneven, and at most so many bytes on the most loaded device, by `cluster::memory_of`. Its limits are
/// `rank_bytes`.
class memory_limit final : public condition {
 public:
  memory_limit(cluster::training_setup const& setup, count most_bytes, space over, bool uneven_stages = false)
      : setup_(setup), most_(most_bytes), over_(std::move(over)), uneven_(uneven_stages) {}

  bool holds(shape<double> const& one) const override {
    shape<> const exact = to_exact(one);
    count const stages = setup_.layout.stages();
    if (uneven_ ? exact.n_layers() < stages : remainder(exact.n_layers(), stages) != 0) return false;
    model const m = to_model(exact);
    return cluster::diagnose(m, setup_.layout).ok() && cluster::memory_of(m, setup_).worst.bytes.total() <= most_;
  }

  std::vector<limit> limits(costs<expression> const& any) const override {
    rank_bytes const bytes(setup_, over_, uneven_);
    std::vector<limit> all;
    for (count const rank : bytes.ranks()) all.push_back({bytes.least(any.of, rank), static_cast<double>(most_)});
    return all;
  }

 private:
  cluster::training_setup setup_;
  count most_;
  space over_;
  bool uneven_;
};

}  // namespace moetric::v0::search
