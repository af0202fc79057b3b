#pragma once

#include <string_view>

#include "moetric/cluster/estimate.hpp"
#include "moetric/core/positive.hpp"

namespace moetric::v0::cluster {

/// How a price came about.
///   on_demand  by the hour, without a commitment
///   committed  reserved for a term
///   spot       may be taken away
///   amortised  owned hardware, spread over its useful life
enum class price_kind { on_demand, committed, spot, amortised };

/// The words for it in reports and JSON.
constexpr std::string_view name(price_kind kind) {
  switch (kind) {
  case price_kind::on_demand: return "on demand";
  case price_kind::committed: return "committed";
  case price_kind::spot: return "spot";
  case price_kind::amortised: break;
  }
  return "amortised";
}

/// What one device costs an hour. The library has no price of its own: prices differ threefold between providers, and
/// fall.
struct device_price {
  double per_device_hour;  // in `currency`
  std::string_view currency = "USD";
  price_kind kind = price_kind::on_demand;
  std::string_view date{};    // when it was read
  std::string_view source{};  // who said so
};

/// Money for an estimate of device hours: hours · price.
struct cost {
  estimate amount;  // in `currency`
  std::string_view currency;
};

/// What device hours cost: DeepSeek-V3's 2.788e6 h at 2 $ an hour are 5.576e6 $ (2412.19437, table 1).
/// \throws std::invalid_argument unless the price is positive and finite
inline cost cost_of(estimate device_hours, device_price const& price) {
  moetric::v0::detail::require_positive("per_device_hour", price.per_device_hour);
  return {device_hours * price.per_device_hour, price.currency};
}

}  // namespace moetric::v0::cluster
