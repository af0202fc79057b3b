#pragma once

#include <optional>
#include <string>

#include "moetric/io/hardware_request.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/report/calendar_answer.hpp"
#include "moetric/report/least_cost_answer.hpp"

namespace moetric::v0::io {

/// A plan, as people type it: for the compute of its run, for devices and days in its place, or with a loss for the
/// least money.
struct plan_request {
  plan::request run{};              // its source is replaced, and its compute where devices are given
  std::string source = "holistic";  // as `find_source` takes it
  device_request on{};
  std::optional<count> devices{};
  std::optional<double> days{}, target_loss{};
  serving_request serving{};  // of a loss for the least money, with the run's `inference_tokens`
};

/// The plan that a request describes. Keys: those of `report::plan_answer`, with a device those of
/// `report::calendar_answer`, with a loss those of `report::least_cost_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline report::answer plan_answer(plan_request from) {
  if (from.on.device || from.target_loss) from.run.compute = 1e20;  // replaced by that of the devices
  if (from.target_loss) {
    if (!from.on.device || !from.devices || !from.on.price || from.run.inference_tokens == 0)
      refuse("--device, --devices, --price-per-device-hour and --inference-tokens must be given with --target-loss");
    cluster::device_price const price = *from.on.device_price();
    plan::cost_question const asked{.target_loss = *from.target_loss,
                                    .on = *from.on.device,
                                    .format = from.on.format(),
                                    .devices = *from.devices,
                                    .price = price,
                                    .serving_price = from.serving.price_beside(price),
                                    .serving = from.serving.made(from.run.inference_tokens),
                                    .balanced = from.on.balanced};
    from.run.inference_tokens = 0;
    return report::least_cost_answer(make_plan(asked, from.run, from.source), asked);
  }
  if (!from.on.device) return report::plan_answer(make_plan(from.run, from.source));
  if (!from.devices || !from.days) refuse("--devices and --days must be given with --device");
  cluster::calendar const when{.on = *from.on.device,
                               .format = from.on.format(),
                               .devices = *from.devices,
                               .days = *from.days,
                               .balanced = from.on.balanced};
  return report::calendar_answer(make_plan(when, from.run, from.source), when, from.on.device_price());
}

}  // namespace moetric::v0::io
