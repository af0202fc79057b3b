#include <utility>

#include "moetric/io/plan_source.hpp"
#include "moetric/report/calendar_answer.hpp"
#include "moetric/report/least_cost_answer.hpp"
#include "moetric/report/plot/plan.hpp"
#include "plan_command.hpp"
#include "serving_options.hpp"

namespace tool {
namespace plan_command {

struct options {
  std::string compute;
  std::string device, devices, days, precision = "bf16", price, currency = "USD", target_loss;
  serving_options serving;
  bool balanced = false;
  request_options request;
  output_options output;
};

/// A calendar instead of a budget.
moetric::cluster::calendar calendar_of(options const& chosen) {
  namespace cluster = moetric::cluster;
  return {.on = cluster::device_named(chosen.device),
          .format = cluster::format_named(chosen.precision),
          .devices = whole("devices", chosen.devices),
          .days = number("days", chosen.days),
          .balanced = chosen.balanced};
}

moetric::cluster::device_price price_of(options const& chosen) {
  return {.per_device_hour = number("price_per_device_hour", chosen.price), .currency = chosen.currency};
}

/// A loss at the least money instead of a budget.
moetric::plan::cost_question cost_question_of(options const& chosen) {
  namespace cluster = moetric::cluster;
  cluster::device_price const price = price_of(chosen);
  return {.target_loss = number("target_loss", chosen.target_loss),
          .on = cluster::device_named(chosen.device),
          .format = cluster::format_named(chosen.precision),
          .devices = whole("devices", chosen.devices),
          .price = price,
          .serving_price = serving_price_of(chosen.serving, price),
          .serving = serving_of(chosen.serving),
          .balanced = chosen.balanced};
}

}  // namespace plan_command

void add_plan(arguments app) {
  using namespace plan_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("plan", "Which MoE, and which run of it, should a budget or a calendar buy?",
                                    {"budget", "architecture", "shape", "run", "recipe", "design", "compute",
                                     "calendar", "cost", "money", "days", "learning-rate", "plot"});
  command.examples("moetric plan --compute 3e20", "moetric plan --device h100-sxm --devices 512 --days 30");
  command->add_option("--compute", chosen->compute, "Training FLOPs, or with --inference-tokens all of them");
  command->add_option("--device", chosen->device,
                      "In the place of --compute: the device of a calendar (moetric cluster --help lists them)");
  command->add_option("--devices", chosen->devices, "Devices of the calendar");
  command->add_option("--days", chosen->days, "Days that the run may take in the median");
  command->add_option("--target-loss", chosen->target_loss,
                      "In the place of --days: the loss to reach for the least money, training and serving of "
                      "--inference-tokens together; by the source's law, else by the fine-grained law");
  command->add_option("--precision", chosen->precision, "Format of matrix products: bf16, fp8 or fp4")
      ->capture_default_str();
  command->add_option("--price-per-device-hour", chosen->price, "Your price of a device for an hour");
  command->add_option("--currency", chosen->currency, "Of the price")->capture_default_str();
  command->add_flag("--balanced-experts", chosen->balanced,
                    "Experts have equal loads, as published runs force; else real routing's loss is counted");
  auto const request = std::shared_ptr<request_options>(chosen, &chosen->request);
  add_shape_options(command, request);
  add_run_options(command, request);
  add_serving_options(command, std::shared_ptr<serving_options>(chosen, &chosen->serving));
  chosen->output.declare(command, "near-optimal bands, and other sources");
  command.further({"--tokens-limit",
                   "--memory-limit",
                   "--head-dim",
                   "--n-kv-heads",
                   "--multiple-of",
                   "--rounding",
                   "--width-ratio",
                   "--d-ff",
                   "--attention",
                   "--q-lora-rank",
                   "--kv-lora-rank",
                   "--qk-rope-head-dim",
                   "--v-head-dim",
                   "--training-flops-per-token",
                   "--flops-per-active-parameter",
                   "--expansion-ratio",
                   "--bytes-per-parameter",
                   "--unique-tokens",
                   "--shape-sequence-length",
                   "--d-rule",
                   "--budget",
                   "--batch-multiple",
                   "--tolerance",
                   "--tensor-parallel",
                   "--expert-parallel",
                   "--pipeline-parallel",
                   "--currency",
                   "--balanced-experts",
                   "--n-dense-layers",
                   "--precision",
                   "--n-heads",
                   "--vocab-size"});
  command->callback([chosen, command] {
    command.only_if(command.has("--memory-limit"), {"--bytes-per-parameter"}, "with --memory-limit");
    command.only_if(!command.has("--d-model"), {"--d-rule"}, "without --d-model, which it would choose");
    bool const by_calendar = command.has("--device");
    bool const by_loss = command.has("--target-loss");
    command.only_if(by_calendar, {"--target-loss"}, "with --device, which trains and serves");
    for (char const* const option : serving_option_names) command.only_if(by_loss, {option}, "with --target-loss");
    command.only_if(!by_loss, {"--days"}, "without --target-loss, which determines them");
    command.only_if(
        by_calendar,
        {"--devices", "--days", "--precision", "--price-per-device-hour", "--currency", "--balanced-experts"},
        "with --device");
    command.only_if(!by_calendar, {"--compute"}, "without --device, whose days determine it");
    if (by_loss) {
      chosen->serving.output_tokens = std::exchange(chosen->request.inference_tokens, "");
      if (chosen->devices.empty() || chosen->price.empty() || chosen->serving.output_tokens.empty())
        throw usage_error(
            "moetric: --devices, --price-per-device-hour and --inference-tokens must be given with --target-loss");
      moetric::plan::cost_question const asked = cost_question_of(*chosen);
      print(moetric::report::least_cost_answer(
                moetric::io::make_plan(asked, request_of(chosen->request, 1e20), chosen->request.source), asked),
            chosen->output);
      return;
    }
    if (by_calendar) {
      if (chosen->devices.empty() || chosen->days.empty())
        throw usage_error("moetric: --devices and --days must be given with --device");
      std::optional<moetric::cluster::device_price> price;
      if (!chosen->price.empty()) price = price_of(*chosen);
      moetric::cluster::calendar const when = calendar_of(*chosen);
      print(moetric::report::calendar_answer(
                moetric::io::make_plan(when, request_of(chosen->request, 1e20), chosen->request.source), when, price),
            chosen->output, moetric::report::plan_picture);
      return;
    }
    if (chosen->compute.empty())
      throw usage_error("moetric: --compute, or --device with --devices and --days, must be given");
    moetric::plan::request const asked = request_of(chosen->request, number("compute", chosen->compute));
    print(moetric::report::plan_answer(moetric::io::make_plan(asked, chosen->request.source)), chosen->output,
          moetric::report::plan_picture);
  });
}

}  // namespace tool
