#pragma once

#include <optional>
#include <string>

#include "moetric/cluster/cost.hpp"
#include "moetric/cluster/epoch_cost.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/cluster/serving.hpp"
#include "moetric/cluster/traffic.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

/// Time, utilisation, money and energy of a run, as the answers about clusters and calendars show them.
namespace moetric::v0::report {

/// A run on a cluster, as far as its price depends on it.
struct run_question {
  std::optional<double> tokens{};  // of the whole run
  std::optional<cluster::device_price> price{};
  bool balanced = false;                            // experts balanced by force
  std::optional<cluster::measured_run> measured{};  // of the user's
  std::optional<cluster::serving_demand> serving{};
  std::optional<cluster::device_price> serving_price{};  // without, the price of training
};

namespace detail {

inline value estimate_values(cluster::estimate const& of) {
  return object({{"low", of.low}, {"median", of.median}, {"high", of.high}});
}

/// The bytes that a device sends in a step. Keys: by_kind{}, total_bytes.
inline value traffic_values(cluster::traffic const& sent) {
  value kinds = keyed();
  for (std::size_t i = 0; i != cluster::n_traffic_kinds; ++i) {
    auto const kind = static_cast<cluster::traffic_kind>(i);
    bool const known = kind != cluster::traffic_kind::context || sent.context_is_known;
    kinds.set(name(kind), known ? value(sent[kind]) : value());
  }
  return object({{"total_bytes", sent.total(), units::bytes}, {"by_kind", std::move(kinds), units::bytes}});
}

/// How fast a run is, and why one may think so. Keys: basis, rows, rows_of_device, rows_of_format,
/// balanced_experts, interval (that low and high of each span; 0 of a speed measured once), routing_loss{},
/// tokens_per_second_per_device{low, median, high}, most_tokens_per_second_per_device, step_seconds{}, days{} and
/// device_hours{} with `tokens`.
inline value time_values(cluster::run_estimate const& speed, std::optional<cluster::run_time> const& whole,
                         cluster::estimate const& step_seconds, bool balanced) {
  return object({{"basis", name(speed.rate.basis)},
                 {"rows", speed.rate.rows, units::one},
                 {"rows_of_device", speed.rate.rows_of_device, units::one},
                 {"rows_of_format", speed.rate.rows_of_format, units::one},
                 {"balanced_experts", balanced},
                 {"interval", speed.rate.coverage, units::one},
                 {"routing_loss", estimate_values(cluster::lost_to_imbalance), units::one},
                 {"tokens_per_second_per_device", estimate_values(speed.tokens_per_second), "tokens per second"},
                 {"most_tokens_per_second_per_device", speed.rate.most_tokens_per_second, "tokens per second"},
                 {"step_seconds", estimate_values(step_seconds), units::seconds},
                 {"days", whole ? estimate_values(whole->days) : value(), "days"},
                 {"device_hours", whole ? estimate_values(whole->device_hours) : value(), "device hours"}});
}

/// Utilisation on a device. Keys: value, low, high, convention, peak_name, peak, best_published (of models with experts
/// or without, this device and format), above_published.
inline value mfu_values(cluster::run_estimate const& speed, cluster::device const& on) {
  cluster::claimed_speed const claim =
      cluster::claim_of(speed.work.model, speed.tokens_per_second.median, on, speed.peak.format);
  return object({{"value", speed.mfu.median, units::one},
                 {"low", speed.mfu.low, units::one},
                 {"high", speed.mfu.high, units::one},
                 {"convention", cluster::workload_convention},
                 {"peak_name", to_string(speed.peak)},
                 {"peak", speed.peak.value.value, "FLOP/s"},
                 {"best_published", claim.best_published > 0 ? value(claim.best_published) : value(), units::one},
                 {"above_published", claim.above_published()}});
}

/// An MFU with its peak and convention, of the values `mfu` under a path: "" or "cluster/".
inline std::string mfu_of(std::string const& at) {
  std::string const mfu = "{" + at + "mfu/";
  return "MFU " + mfu + "value:%3} of " + mfu + "peak_name} by " + mfu + "convention}";
}

/// The run of the user's that an estimate is scaled from. Keys: device, precision, tokens_per_second_per_device, mfu,
/// best_published, above_published.
inline value measured_values(cluster::measured_run const& run) {
  cluster::claimed_speed const claim =
      cluster::claim_of(run.work.model, run.tokens_per_second, cluster::device_named(run.device), run.format);
  if (claim.mfu > 1)
    moetric::detail::invalid(
        ("moetric: the measured tokens/s must be those of one device, with an MFU of at most 1, but "
         "got " +
         brief(claim.mfu, 3) + ": divide by the number of devices")
            .c_str());
  return object({{"device", run.device},
                 {"precision", name(run.format)},
                 {"tokens_per_second_per_device", run.tokens_per_second, "tokens per second"},
                 {"mfu", claim.mfu, units::one},
                 {"best_published", claim.best_published > 0 ? value(claim.best_published) : value(), units::one},
                 {"above_published", claim.above_published()}});
}

/// Where the tokens/s of a run come from, of the values `time` under a path: "" or "cluster/".
inline std::string source_of_speed(cluster::throughput const& rate, std::string const& at) {
  std::string const time = "{" + at + "time/";
  if (rate.basis == cluster::time_basis::measured) return "as you measured";
  if (rate.basis == cluster::time_basis::calibrated) return "scaled from your measured run";
  if (rate.rows_of_device == 0)
    return "EXTRAPOLATED: no published run is of this device; scaled from " + time + "rows} of others";
  return "scaled from " + time + "rows} published runs, " + time + "rows_of_device} of this device, " + time +
         "rows_of_format} in this format";
}

/// A speed that no published run of its kind reaches, of the values `mfu`, `best` and `peak` at these paths.
inline std::string above_published_sentence(std::string const& whose, std::string const& mfu, std::string const& best,
                                            std::string const& device, std::string const& precision) {
  return whose + " is ABOVE EVERY PUBLISHED RUN of its kind: MFU {" + mfu + ":%3}, and at most {" + best + ":%3} on {" +
         device + "} in {" + precision + "}";
}

/// The interval of the values `low` and `high` under a path that ends with a slash, whose probability stands in `time`
/// under `at`: " (80 %: 1 to 2)"; nothing for a speed that was measured once, whose interval is not known.
inline std::string within(cluster::throughput const& rate, std::string const& at, std::string const& of, int digits) {
  if (rate.coverage == 0) return "";
  std::string const end = ":" + std::to_string(digits) + "}";
  return " ({" + at + "time/interval:%2}: {" + at + of + "low" + end + " to {" + at + of + "high" + end + ")";
}

/// The price of a run, of the values `cost` and `time` under a path.
inline std::string cost_sentence(cluster::throughput const& rate, std::string const& at) {
  std::string const cost = "{" + at + "cost/";
  return "Cost: " + cost + "amount:3} " + cost + "currency}" + within(rate, at, "cost/", 3) + " at " + cost +
         "per_device_hour} an hour";
}

/// Money. Keys: amount, low, high, currency, per_device_hour, kind, date, source.
inline value cost_values(cluster::cost const& of, cluster::device_price const& price) {
  auto const text = [](std::string_view known) { return known.empty() ? value() : value(known); };
  return object({{"amount", of.amount.median, of.currency},
                 {"low", of.amount.low, of.currency},
                 {"high", of.amount.high, of.currency},
                 {"currency", of.currency},
                 {"per_device_hour", price.per_device_hour, of.currency},
                 {"kind", name(price.kind)},
                 {"date", text(price.date)},
                 {"source", text(price.source)}});
}

/// Serving. Keys: output_tokens, input_tokens, context, sequences, basis, bytes_per_output_token,
/// flops_per_output_token, memory_bound, most_output_tokens_per_second_per_device, over_roofline{low, median, high},
/// output_tokens_per_second_per_device{}, input_tokens_per_second_per_device{}, device_hours{}, replica_bytes,
/// fewest_devices.
inline value serving_values(cluster::serving_estimate const& made, cluster::serving_demand const& demand) {
  return object(
      {{"output_tokens", demand.output_tokens, "tokens"},
       {"input_tokens", demand.input_tokens, "tokens"},
       {"context", demand.context, "tokens"},
       {"sequences", demand.sequences, "sequences"},
       {"basis", name(made.basis)},
       {"bytes_per_output_token", made.bytes_per_output_token, units::bytes},
       {"flops_per_output_token", made.flops_per_output_token, units::flops},
       {"memory_bound", made.memory_bound},
       {"most_output_tokens_per_second_per_device", made.most_output_tokens_per_second, "tokens per second"},
       {"over_roofline", estimate_values(cluster::decoding_over_roofline), units::one},
       {"output_tokens_per_second_per_device", estimate_values(made.output_tokens_per_second), "tokens per second"},
       {"input_tokens_per_second_per_device", estimate_values(made.input_tokens_per_second), "tokens per second"},
       {"device_hours", estimate_values(made.device_hours), "device hours"},
       {"replica_bytes", made.replica_bytes, units::bytes},
       {"fewest_devices", made.fewest_devices, "devices"}});
}

/// Money over a model's life. Keys: training{low, median, high}, serving{}, total{}, currency.
inline value lifetime_values(cluster::lifetime_cost const& of) {
  std::string_view const currency = of.total.currency;
  return object({{"currency", currency},
                 {"training", estimate_values(of.training.amount), currency},
                 {"serving", estimate_values(of.serving.amount), currency},
                 {"total", estimate_values(of.total.amount), currency}});
}

/// What a model costs over its life, of the values `lifetime` and `serving`.
inline std::string lifetime_sentence() {
  return "Lifetime: {lifetime/total/median:3} {lifetime/currency} (80 %: {lifetime/total/low:3} to "
         "{lifetime/total/high:3}): training {lifetime/training/median:3}, serving {serving/output_tokens:3} tokens "
         "{lifetime/serving/median:3}, at {serving/output_tokens_per_second_per_device/median:3} tokens/s a device "
         "({serving/basis})";
}

/// Energy by Epoch's rule. Keys: rule, kilowatt_hours{low, median, high}, kilowatts_per_device, and the constants.
inline value energy_values(cluster::epoch_energy const& by, cluster::estimate const& device_hours) {
  return object({{"rule", "epoch"},
                 {"kilowatt_hours", estimate_values(by.kilowatt_hours(device_hours)), "kWh"},
                 {"kilowatts_per_device", by.kilowatts(), "kW"},
                 {"server_factor", by.server_factor, units::one},
                 {"average_draw", by.average_draw, units::one},
                 {"power_usage_effectiveness", by.power_usage_effectiveness, units::one}});
}

/// Adds time, mfu, traffic, cost and energy of a run to an answer, and the sentences about them.
inline void add_run(answer& made, model const& m, cluster::training_setup const& setup, cluster::device const& on,
                    cluster::number_format format, std::size_t rank, run_question const& asked) {
  cluster::layout const& at = setup.layout;
  cluster::run_estimate const speed =
      cluster::estimate_run(cluster::work_of(m, setup), on, format, asked.balanced, asked.measured);
  double const devices = static_cast<double>(at.devices);
  double const batch = static_cast<double>(at.sequences_per_step() * at.sizes.sequence_length);
  std::optional<cluster::run_time> whole;
  if (asked.tokens) whole = speed.time_of(*asked.tokens, devices, batch);
  made.values.set("time", time_values(speed, whole, speed.time_of(batch, devices, batch).step_seconds, asked.balanced));
  made.values.set("mfu", mfu_values(speed, on));
  made.values.set("traffic", traffic_values(cluster::traffic_of_rank(m, setup, rank)));
  bool const dense = speed.work.model.expert_row_elements == 0;
  bool const calibrated = cluster::is_of_user(speed.rate.basis);
  made.say("Speed: {time/tokens_per_second_per_device/median:4} tokens/s a device" +
           within(speed.rate, "", "time/tokens_per_second_per_device/", 4) + ", " + mfu_of("") + "; " +
           source_of_speed(speed.rate, ""));
  cluster::device_rates const rates = cluster::rates_of(on, format);
  cluster::token_work computed = speed.work;
  computed.sent.data = {};
  if (setup.states.sharding == cluster::state_sharding::weights &&
      speed.work.sent.data.seconds_per_token(rates) > cluster::modelled_seconds_per_token(computed, rates))
    made.say("The NETWORK SETS THIS SPEED: weights are gathered for each micro batch, and a larger one would hide it");
  if (!speed.work.sent.are_timed(rates))
    made.say("No source gives the bandwidth of {device/name} between all of these devices: what they exchange over it "
             "takes no time here",
             screen::all);
  if (made.values["mfu"]["above_published"].flag() && !calibrated)  // else the measured run says so
    made.say(
        above_published_sentence("This speed", "mfu/value", "mfu/best_published", "device/name", "device/precision"));
  if (asked.measured) {
    made.values.set("measured", measured_values(*asked.measured));
    if (made.values["measured"]["above_published"].flag())
      made.say(above_published_sentence("Your measured run", "measured/mfu", "measured/best_published",
                                        "measured/device", "measured/precision"));
  }
  if (!dense && !calibrated)
    made.say(asked.balanced ? "Experts are taken as balanced by force, as in published runs; real routing loses "
                              "{time/routing_loss/low:%2} to {time/routing_loss/high:%2}"
                            : "Real routing's loss of {time/routing_loss/low:%2} to {time/routing_loss/high:%2} "
                              "against published runs, "
                              "which balance experts by force, "
                              "is taken off");
  if (whole) {
    made.say("Time: {time/days/median:3} days" + within(speed.rate, "", "time/days/", 3) +
             ", {time/device_hours/median:3} device hours; a step takes {time/step_seconds/median:3} s");
    if (on.power.known()) {
      made.values.set("energy", energy_values({.tdp_watts = on.power.value}, whole->device_hours));
      made.say(
          "Energy by Epoch's rule: {energy/kilowatt_hours/median:3} kWh, {energy/kilowatts_per_device:3} kW a device "
          "with server and building",
          screen::all);
    }
    if (asked.price) {
      made.values.set("cost", cost_values(cluster::cost_of(whole->device_hours, *asked.price), *asked.price));
      made.say(cost_sentence(speed.rate, ""));
      if (asked.serving) {
        cluster::serving_estimate const served =
            cluster::serving_of(m, *asked.serving, on, format, speed.tokens_per_second);
        made.values.set("serving", serving_values(served, *asked.serving));
        made.values.set("lifetime", lifetime_values(cluster::lifetime_cost_of(
                                        whole->device_hours, *asked.price, served.device_hours,
                                        asked.serving_price.value_or(*asked.price))));
        made.say(lifetime_sentence());
      }
    }
  }
  made.show({.title = "Bytes that a device of the fullest rank sends in a step; computation hides a part of them",
             .header = {"kind", "bytes"},
             .rows = rows_of(made.values["traffic"]["by_kind"], "traffic/by_kind", {"{$@}", "{$?:B}"}),
             .shown = screen::all});
}

}  // namespace detail
}  // namespace moetric::v0::report
