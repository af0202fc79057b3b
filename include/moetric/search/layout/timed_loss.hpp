#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "moetric/cluster/bubble.hpp"
#include "moetric/cluster/calendar.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/cluster/step_time.hpp"
#include "moetric/search/formula/law_loss.hpp"

namespace moetric::v0::search {

/// The time of a token on one layout, as a function of the shape: the median of `cluster::estimate_run`. Published rows
/// say how much faster or slower than `cluster::modelled_seconds_per_token` devices run, which is one factor for all
/// shapes; so that median is
///   ((linear·F·recomputed/peak + rows·6·R/bandwidth + fixed·layers/tokens_per_micro_batch)·(1 + bubble) + T +
///   D)·factor,
/// with F training FLOPs and R expert row elements of a token, T of the tokens and D of the weights that ranks
/// exchange: a polynomial of the fields of a shape, or with FSDP the larger of two. `estimate_run` adds an interval of
/// 80 % to the median.
class token_time {
 public:
  /// \throws std::invalid_argument for a format or memory bandwidth that no source gives
  /// \param shared_experts whether all shapes have shared experts, or none; empty: some
  token_time(cluster::training_setup const& setup, cluster::calendar const& when, bool has_experts,
             std::optional<bool> shared_experts = {})
      : shared_experts_(shared_experts) {
    cluster::device_rates const rates = cluster::rates_of(when.on, when.format);
    // The median's factor is the same for every work, so any tells it.
    cluster::token_work const any{
        .model = {.training_flops_per_token = 1e10, .expert_row_elements = has_experts ? 1e6 : 0, .layers = 32},
        .tokens_per_micro_batch = 4096};
    double const median =
        cluster::estimate_run(any, when.on, when.format, when.balanced, when.measured).tokens_per_second.median;
    cluster::layout const& l = setup.layout;
    double const factor = 1 / (median * cluster::modelled_seconds_per_token(any, rates));
    double const busy = factor * (1 + cluster::bubble_fraction(l.pipeline()));
    cluster::time_factors const by;
    of_flop_ = busy * by.linear / rates.flops_per_second;
    of_row_element_ = busy * by.rows * 6 / rates.bytes_per_second;
    of_layer_ = busy * by.fixed / static_cast<double>(l.micro_batch * l.sizes.sequence_length);
    cluster::rank_mesh const mesh = cluster::mesh_of(setup);
    auto const exchanged = [&](cluster::workload const& of, auto seconds) {
      return factor * seconds(cluster::exchanges_of(of, mesh));
    };
    auto const data = [&](cluster::exchanges const& e) { return e.data.seconds_per_token(rates); };
    auto const tokens = [&](cluster::exchanges const& e) { return e.seconds_between_layers(rates); };
    of_weight_ = exchanged({.weights = 1}, data), of_expert_weight_ = exchanged({.expert_weights = 1}, data);
    of_width_ = exchanged({.d_model = 1}, tokens), of_shared_width_ = exchanged({.tensor_elements = 1}, tokens);
    by_layer_ = setup.states.sharding == cluster::state_sharding::weights;
    bool const full = setup.activations.recompute.contains(cluster::module::layer);
    again_ = full                                                          ? recomputation::full
             : setup.activations.recompute.contains(cluster::module::core) ? recomputation::selective
                                                                           : recomputation::none;
  }

  /// Seconds of one device for one token.
  template <class T>
  T seconds(costs<T> const& c) const {
    using std::min;
    T busy = T(of_flop_) * hardware_flops(c) + T(of_row_element_) * row_elements(c) + T(of_layer_) * c.of.n_layers();
    if (of_width_ != 0) busy = busy + T(of_width_) * c.of.d_model;
    if (of_shared_width_ != 0) busy = busy + T(of_shared_width_) * c.of.d_model * shared_parts(c);
    if (of_weight_ == 0 && of_expert_weight_ == 0) return busy;
    T const experts = c.book.stored[term::routed_experts];
    T const data = T(of_weight_) * (c.book.stored.total() - experts) + T(of_expert_weight_) * experts;
    return by_layer_ ? busy + data - min(busy, data) : busy + data;
  }

 private:
  /// FLOPs of a token in training, and those that are computed again: attention's core, or all of the layers.
  template <class T>
  T hardware_flops(costs<T> const& c) const {
    T const matrices = c.book.multiplied.total();
    T const core =
        T(static_cast<double>(c.at.sequence_length)) * c.of.n_layers() * c.of.attention().core_flops_per_half_pair();
    T const training = T(6) * matrices + T(3) * core;
    if (again_ == recomputation::none) return training;
    if (again_ == recomputation::selective) return training + core;
    return training + T(2) * (matrices - c.book.multiplied[term::output_head]) + core;
  }
  /// As `cluster::workload_of` counts them.
  template <class T>
  static T row_elements(costs<T> const& c) {
    return c.of.n_moe_layers * (c.of.top_k + c.of.n_shared_experts) * (T(2) * c.of.d_model + T(3) * c.of.d_expert);
  }

  /// Parts of layers that tensor ranks share: attention, dense feed-forwards, and layers of experts with shared ones.
  template <class T>
  T shared_parts(costs<T> const& c) const {
    using std::min;
    T const parts = c.of.n_layers() + c.of.n_dense_layers;
    if (!c.has_experts) return parts;
    return parts +
           c.of.n_moe_layers * (shared_experts_ ? T(*shared_experts_ ? 1 : 0) : min(c.of.n_shared_experts, T(1)));
  }

  double of_flop_, of_row_element_, of_layer_, of_weight_, of_expert_weight_, of_width_, of_shared_width_;
  std::optional<bool> shared_experts_;  // of all shapes; empty if some have and some have not
  bool by_layer_;
  recomputation again_;
};

/// The loss by a law of a shape on one layout, trained for as many tokens as the devices of a calendar do in its days.
class timed_loss {
 public:
  /// \throws std::invalid_argument as `token_time`
  timed_loss(law_loss by, cluster::training_setup const& setup, cluster::calendar const& when, bool has_experts,
             std::optional<bool> shared_experts = {})
      : by_(std::move(by)), time_(setup, when, has_experts, shared_experts),
        device_seconds_(when.days * cluster::seconds_per_day * static_cast<double>(when.devices)) {}

  /// The tokens of the run.
  template <class T>
  T tokens(costs<T> const& c) const {
    return T(device_seconds_) / time_.seconds(c);
  }
  /// The loss.
  template <class T>
  T operator()(costs<T> const& c) const {
    return by_.at_tokens(c, tokens(c));
  }

 private:
  law_loss by_;
  token_time time_;
  double device_seconds_;
};

}  // namespace moetric::v0::search
