#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/training.hpp"
#include "moetric/cluster/device.hpp"
#include "moetric/cluster/expert_load.hpp"
#include "moetric/core/json_literal.hpp"
#include "moetric/core/positive.hpp"

/// The meter of a training loop: FLOPs, MFU and tokens/s of each step, as its documents really are.
namespace moetric::v0::cluster {

/// The conventions that one meter counts by.
inline constexpr std::size_t most_conventions_of_meter = 4;

/// What a meter measures.
struct meter_options {
  named_peak peak;                // dense, of one device: `peak_of(device_named("h100-sxm"), number_format::bf16)`
  double devices = 1;             // of the steps that are measured
  count longest_document = 8192;  // tokens. The meter keeps a table with a row for each length: about 1 µs and 100
                                  // bytes each when it is made
  // By which conventions. The first one gives `mfu()` and the meter's line.
  fixed_list<convention, most_conventions_of_meter> conventions{{find_convention("matmul-causal-half")}, 1};
  recomputation recompute = recomputation::none;  // what the backward pass computes again, in hardware FLOPs only
  // Terms that run in another format, and its peak: attention cores in bf16 beside fp8 matrices, for example. The peak
  // of a step is then the mean, weighted by FLOPs of the first convention.
  term_set terms_at_other_peak{};
  double other_peak = 0;            // FLOP/s of a device in that format
  double smoothing = 0.05;          // weight of the newest step in smoothed rates
  std::size_t expert_parallel = 1;  // ranks that share the experts
};

/// Steps together: of one rank, or of all.
struct meter_totals {
  count steps = 0;  // steps that ended
  count tokens = 0;
  count model_flops[most_conventions_of_meter]{};  // forward and backward, by each convention
  count hardware_flops = 0;                        // recomputation included
  double seconds = 0;
  double device_seconds_at_peak = 0;  // that the FLOPs of the first convention would take at the peak

  /// Steps that follow each other.
  constexpr meter_totals& operator+=(meter_totals const& next) {
    steps += next.steps;
    seconds += next.seconds;
    return add_work(next);
  }
  /// Adds what another rank did in the same steps; the slower rank sets the time.
  constexpr meter_totals& add_rank(meter_totals const& other) {
    seconds = other.seconds > seconds ? other.seconds : seconds;
    return add_work(other);
  }

 private:
  constexpr meter_totals& add_work(meter_totals const& more) {
    tokens += more.tokens;
    for (std::size_t i = 0; i != most_conventions_of_meter; ++i) model_flops[i] += more.model_flops[i];
    hardware_flops += more.hardware_flops;
    device_seconds_at_peak += more.device_seconds_at_peak;
    return *this;
  }
};

/// Balance of the layers of one step: of one rank, or of all. Each report of a layer weighs the same; a step of several
/// microbatches has several reports of it.
struct step_load {
  count layers = 0;                // reported loads
  double worst_max_over_mean = 1;  // of all layers
  double mean_max_over_mean = 1;   // busiest expert's rows over the mean, mean over layers
  double mean_entropy = 1;         // of the shares of rows over its maximum, ln n_experts; mean over layers
  double slowest_rank = 1;         // mean over layers of the busiest rank's rows over the mean: the experts' slow-down
  double rows = 0;                 // of all experts of all layers
  double dropped_rows = 0;         // that routers asked for besides
  bool forced = false;             // every layer had the same rows on every expert: no real routing

  /// Dropped rows over those that routers asked for.
  constexpr double dropped_fraction() const { return dropped_rows == 0 ? 0 : dropped_rows / (rows + dropped_rows); }

  /// Adds the layers that another rank reported: those of another pipeline stage, or of another group of
  /// expert-parallel ranks. Ranks of one group share the experts of a layer; one of them reports it, with rows summed
  /// over the group.
  constexpr step_load& operator+=(step_load const& other) {
    if (other.layers == 0) return *this;
    if (layers == 0) return *this = other;
    layers += other.layers;
    double const weight = static_cast<double>(other.layers) / static_cast<double>(layers);
    if (other.worst_max_over_mean > worst_max_over_mean) worst_max_over_mean = other.worst_max_over_mean;
    mean_max_over_mean += weight * (other.mean_max_over_mean - mean_max_over_mean);
    mean_entropy += weight * (other.mean_entropy - mean_entropy);
    slowest_rank += weight * (other.slowest_rank - slowest_rank);
    rows += other.rows;
    dropped_rows += other.dropped_rows;
    forced = forced && other.forced;
    return *this;
  }
};

/// Rates of some steps.
struct meter_rates {
  double tokens_per_second;
  double model_flops_per_second_per_device;
  double mfu;  // by the first convention
  double hfu;  // hardware FLOPs at the same peak
};

/// Measures training steps. One meter belongs to one thread; what meters of ranks report is added up: `meter_totals`,
/// `step_load`. After construction no call allocates. A step is `add` for each microbatch, `add_loads` for each layer
/// with experts if the trainer has its loads, then `end_step`:
///
///   cluster::train_meter meter(zoo::deepseek_v3, {.peak = peak_of(device_named("h800-sxm"), number_format::fp8),
///   .devices = 8}); meter.add(lengths); meter.end_step(seconds); std::puts(meter.line().c_str());
class train_meter {
 public:
  /// Counts each document length of a model once.
  /// \throws std::invalid_argument for a model that breaks a rule, a peak or number of devices that is not positive,
  ///         or no convention
  train_meter(model const& m, meter_options const& options) : options_(options) {
    moetric::v0::detail::require_positive("peak", options_.peak.value.value);
    moetric::v0::detail::require_positive("devices", options_.devices);
    if (options_.terms_at_other_peak.bits != 0)
      moetric::v0::detail::require_positive("other_peak", options_.other_peak);
    if (options_.conventions.empty())
      moetric::v0::detail::invalid("moetric: a meter must have at least one convention");
    if (!(options_.smoothing > 0 && options_.smoothing <= 1))
      moetric::v0::detail::invalid("moetric: smoothing must be in (0, 1]");
    // FLOPs are sums over layers, so one run for each kind of layer gives the same.
    model kinds = m;
    kinds.layers.runs.used = 0;
    m.layers.for_each_kind([&](stack::run const& run) { kinds.layers.runs.push_back(run, ""); });
    std::size_t const longest = static_cast<std::size_t>(options_.longest_document);
    table_.reserve(longest);
    for (std::size_t length = 1; length <= longest; ++length) table_.push_back(count_document(kinds, length));
    flops const one = training_flops(kinds, options_.longest_document, options_.conventions[0]);
    share_of_experts_ =
        static_cast<double>(one.by_term[term::routed_experts]) / static_cast<double>(one.per_sequence());
  }

  /// Adds the documents of one microbatch to the step. They do not attend to each other.
  /// \throws std::invalid_argument for no documents, or one longer than `longest_document`
  template <DocumentLengths Lengths>
  void add(Lengths const& document_lengths) {
    moetric::v0::detail::for_each_document(document_lengths, [this](count length) { add_times(1, length); });
  }

  /// Adds `sequences` sequences of one length.
  /// \throws std::invalid_argument as above
  void add_equal(count sequences, count length) { add_times(sequences, length); }

  /// Adds the rows that each expert of one layer got, and how many more its router asked for and the layer dropped.
  /// \throws std::invalid_argument as `balance_of`, or for dropped rows that are negative or not finite
  template <class Rows>
  void add_loads(std::span<Rows const> rows_of_experts, double dropped_rows = 0) {
    load_balance const layer = balance_of(rows_of_experts, options_.expert_parallel);
    if (dropped_rows != 0) moetric::v0::detail::require_positive("dropped_rows", dropped_rows);
    load_ += {.layers = 1,
              .worst_max_over_mean = layer.max_over_mean,
              .mean_max_over_mean = layer.max_over_mean,
              .mean_entropy = layer.entropy,
              .slowest_rank = layer.slowest_rank,
              .rows = layer.rows,
              .dropped_rows = dropped_rows,
              .forced = layer.forced};
  }

  /// Ends the step, which took this long on the slowest rank.
  /// \throws std::invalid_argument for a time that is not positive, or a step without documents
  void end_step(double seconds) {
    moetric::v0::detail::require_positive("seconds", seconds);
    if (step_.tokens == 0) moetric::v0::detail::invalid("moetric: a step must hold at least one document");
    step_.steps = 1;
    step_.seconds = seconds;
    all_ += step_;
    meter_rates const now = rates_of(step_);
    double const w = all_.steps == 1 ? 1 : options_.smoothing;
    auto const smooth = [w](double& old, double newest) { old += w * (newest - old); };
    smooth(smoothed_.tokens_per_second, now.tokens_per_second);
    smooth(smoothed_.model_flops_per_second_per_device, now.model_flops_per_second_per_device);
    smooth(smoothed_.mfu, now.mfu);
    smooth(smoothed_.hfu, now.hfu);
    last_ = step_;
    last_load_ = load_;
    step_ = {};
    load_ = {};
  }

  /// The last step that ended, and all of them.
  meter_totals const& last() const { return last_; }
  meter_totals const& since_start() const { return all_; }
  /// Balance of the last step's experts; `layers` is 0 if the trainer reported none.
  step_load const& load() const { return last_load_; }
  /// Exponentially smoothed rates.
  meter_rates const& smoothed() const { return smoothed_; }
  meter_options const& options() const { return options_; }

  /// Rates of some steps: of `last()`, `since_start()`, or ranks together.
  meter_rates rates_of(meter_totals const& of) const {
    double const device_seconds = of.seconds * options_.devices;
    double const model = static_cast<double>(of.model_flops[0]), mfu = of.device_seconds_at_peak / device_seconds;
    return {.tokens_per_second = static_cast<double>(of.tokens) / of.seconds,
            .model_flops_per_second_per_device = model / device_seconds,
            .mfu = mfu,
            .hfu = mfu * static_cast<double>(of.hardware_flops) / model};
  }
  /// MFU of the last step by the convention with this index.
  double mfu(std::size_t convention = 0) const {
    return rates_of(last_).mfu * static_cast<double>(last_.model_flops[convention]) /
           static_cast<double>(last_.model_flops[0]);
  }
  /// MFU of the last step had its experts been balanced: the part of the step that experts take, by their share of the
  /// FLOPs, is as many times shorter as the busiest rank has more rows than the mean.
  double balanced_mfu() const { return mfu() / (1 - share_of_experts_ + share_of_experts_ / last_load_.slowest_rank); }

  /// One line for a log: "step 12 | 81920 tokens | 1.234 s | 66.4k tokens/s | 403.1 TFLOP/s/device | MFU 40.8 % of bf16
  /// 989 (datasheet) (matmul-causal-half) | ...".
  std::string line() const {
    meter_rates const now = rates_of(last_);
    auto const rounded = [](double value, char const* format) {
      char text[40];
      std::snprintf(text, sizeof text, format, value);
      return std::string(text);
    };
    std::string text = "step " + to_string(all_.steps) + " | " + to_string(last_.tokens) + " tokens | " +
                       rounded(last_.seconds, "%.3f s | ") + rounded(now.tokens_per_second, "%.0f tokens/s | ") +
                       rounded(now.model_flops_per_second_per_device / 1e12, "%.1f TFLOP/s/device | MFU ") +
                       rounded(100 * now.mfu, "%.1f %% of ") + to_string(options_.peak) + " by " +
                       std::string(options_.conventions[0].id);
    if (options_.recompute != recomputation::none) text += rounded(100 * now.hfu, " | HFU %.1f %%");
    if (last_load_.layers == 0) return text;
    if (last_load_.forced) return text + " | forced balance: real routing is slower";
    text += rounded(last_load_.worst_max_over_mean, " | busiest expert %.2fx") +
            rounded(100 * balanced_mfu(), " | MFU if balanced %.1f %%");
    if (last_load_.dropped_rows > 0) text += rounded(100 * last_load_.dropped_fraction(), " | dropped %.2f %%");
    return text;
  }

  /// The same as a JSON object in one line, with what is smoothed and since start; FLOPs by every convention. `load` is
  /// there if the trainer reported loads.
  std::string json() const {
    meter_rates const now = rates_of(last_);
    std::string text = "{\"step\":" + to_string(all_.steps) + ",\"tokens\":" + to_string(last_.tokens);
    append_member(text, "seconds", last_.seconds);
    append_members(text, now);
    text += ",\"model_flops\":{";
    for (std::size_t i = 0; i != options_.conventions.size(); ++i) {
      if (i != 0) text += ',';
      append_json(text, options_.conventions[i].id);
      text += ':' + to_string(last_.model_flops[i]);
    }
    text += "},\"hardware_flops\":" + to_string(last_.hardware_flops) + ",\"peak_name\":";
    append_json(text, to_string(options_.peak));
    append_member(text, "peak", options_.peak.value.value);
    text += ",\"smoothed\":{";
    append_members(text, smoothed_);
    text += "},\"since_start\":{\"tokens\":" + to_string(all_.tokens);
    append_member(text, "seconds", all_.seconds);
    append_members(text, rates_of(all_));
    text += '}';
    if (last_load_.layers != 0) {
      text += ",\"load\":{\"layers\":" + to_string(last_load_.layers);
      append_member(text, "worst_max_over_mean", last_load_.worst_max_over_mean);
      append_member(text, "mean_max_over_mean", last_load_.mean_max_over_mean);
      append_member(text, "mean_entropy", last_load_.mean_entropy);
      append_member(text, "slowest_rank", last_load_.slowest_rank);
      append_member(text, "dropped_fraction", last_load_.dropped_fraction());
      append_member(text, "balanced_mfu", balanced_mfu());
      text += std::string(",\"forced\":") + (last_load_.forced ? "true}" : "false}");
    }
    return text + '}';
  }

 private:
  static void append_member(std::string& text, std::string_view name, double value) {
    if (text.back() != '{') text += ',';
    append_json(text, name);
    text += ':';
    append_json(text, value);
  }
  static void append_members(std::string& text, meter_rates const& rates) {
    append_member(text, "tokens_per_second", rates.tokens_per_second);
    append_member(text, "model_flops_per_second_per_device", rates.model_flops_per_second_per_device);
    append_member(text, "mfu", rates.mfu);
    append_member(text, "hfu", rates.hfu);
  }

  struct row {
    count model_flops[most_conventions_of_meter]{};
    count hardware_flops = 0;
    double seconds_at_peak = 0;
  };

  void add_times(count times, count length) {
    if (length == 0 || length > table_.size())
      moetric::v0::detail::invalid("moetric: document lengths of a meter must be within 1 .. longest_document");
    row const& r = table_[static_cast<std::size_t>(length) - 1];
    step_.tokens += times * length;
    for (std::size_t i = 0; i != options_.conventions.size(); ++i) step_.model_flops[i] += times * r.model_flops[i];
    step_.hardware_flops += times * r.hardware_flops;
    step_.device_seconds_at_peak += static_cast<double>(times) * r.seconds_at_peak;
  }

  row count_document(model const& m, count length) const {
    row r;
    for (std::size_t i = 0; i != options_.conventions.size(); ++i) {
      flops const counted = training_flops(m, length, options_.conventions[i]);
      r.model_flops[i] = counted.per_sequence();
      if (i != 0) continue;
      training_cost const cost = training_cost_of(m, {.length = length}, {.recompute = options_.recompute});
      r.hardware_flops = r.model_flops[0] + (cost.hardware.per_sequence() - cost.model.per_sequence());
      count other = 0;
      for (std::size_t t = 0; t != n_terms; ++t)
        if (options_.terms_at_other_peak.contains(static_cast<term>(t))) other += counted.by_term.amounts[t];
      r.seconds_at_peak = static_cast<double>(r.model_flops[0] - other) / options_.peak.value.value;
      if (other != 0) r.seconds_at_peak += static_cast<double>(other) / options_.other_peak;
    }
    return r;
  }

  meter_options options_;
  std::vector<row> table_;
  double share_of_experts_ = 0;
  meter_totals step_{}, last_{}, all_{};
  step_load load_{}, last_load_{};
  meter_rates smoothed_{};
};

}  // namespace moetric::v0::cluster
