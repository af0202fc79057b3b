#pragma once

#include <numbers>

#include "moetric/cluster/estimate.hpp"
#include "moetric/core/positive.hpp"

/// What training costs its owner: hardware that loses value, and energy. The rule of Epoch AI (2405.21015; constants as
/// in epoch-research/training-cost-trends, cost_analysis_standalone.py, 2026-11), every constant a field.
namespace moetric::v0::cluster {

/// Hours of a year of 365.25 days.
inline constexpr double hours_per_year = 24 * 365.25;

/// The energy of one device: tdp · server_factor · average_draw · pue · hours.
struct epoch_energy {
  double tdp_watts;            // of the device
  double server_factor = 1.8;  // server / its devices; 1.821 with H100, 2.03 with A100, 1.56 with TPU v4 on
  double average_draw = 0.75;  // of the server's power while training; 0.43 with TPUs
  double power_usage_effectiveness = 1.25;  // 1.1 at Google, Microsoft, Amazon and Meta
  double price_per_kilowatt_hour = 0.0826;  // $, US industry, 2025

  /// Kilowatts of one device with its share of server and building.
  constexpr double kilowatts() const {
    return tdp_watts / 1000 * server_factor * average_draw * power_usage_effectiveness;
  }
  /// Kilowatt-hours of device hours.
  constexpr estimate kilowatt_hours(estimate device_hours) const { return device_hours * kilowatts(); }
  /// Their price, in the currency of `price_per_kilowatt_hour`.
  constexpr estimate cost(estimate device_hours) const {
    return kilowatt_hours(device_hours) * price_per_kilowatt_hour;
  }
};

/// The hardware of one device, which loses value as newer devices give more for the money:
/// per hour, price · server_overhead · progress·ln 10 / hours_per_year, divided by (1 − interconnect_share).
struct epoch_amortisation {
  double device_price;                      // when training starts, in a currency of the user's
  double server_overhead = 1.64;            // server / its devices; 1.66 with A100, 1.69 with V100, 1.54 with P100
  double interconnect_share = 0.19;         // of the whole cluster's price
  double progress_decades_per_year = 0.14;  // of FLOP/s per price

  /// The cost of one device for one hour.
  constexpr double per_device_hour() const {
    return device_price * server_overhead * progress_decades_per_year * std::numbers::ln10 / hours_per_year /
           (1 - interconnect_share);
  }
  /// The cost of device hours. \throws std::invalid_argument unless the price is positive and finite
  constexpr estimate cost(estimate device_hours) const {
    moetric::v0::detail::require_positive("device_price", device_price);
    return device_hours * per_device_hour();
  }
};

}  // namespace moetric::v0::cluster
