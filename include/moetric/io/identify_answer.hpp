#pragma once

#include <optional>
#include <string>
#include <vector>

#include "moetric/cluster/devices.hpp"
#include "moetric/io/named_model.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/report/identify_answer.hpp"

namespace moetric::v0::io {

/// A number of a log or a paper, as printed, since its digits say how exact it is. Exactly one of FLOPs, parameters and
/// a speed, which is two of MFU, TFLOP/s and tokens per second.
struct identify_request {
  std::string training_flops_per_token{}, parameters{}, mfu{}, peak_flops{}, tflops{};
  std::string tokens_per_second{};  // of `devices`, or of one device
  std::optional<count> devices{};
  std::optional<cluster::device> device{};  // whose peaks are tried
  std::optional<count> sequence_length{};   // tokens; without, powers of 2 from 512 to 131072 are tried
};

/// The ways of counting that give the number of a request, for a model. Keys: those of the answer of its kind in
/// `report/identify_answer.hpp`.
/// \throws std::invalid_argument for too few or too many numbers
inline report::answer identify_answer(named_model const& m, identify_request const& from) {
  bool const has_mfu = !from.mfu.empty(), has_tflops = !from.tflops.empty(), has_peak = !from.peak_flops.empty();
  bool const has_tokens = !from.tokens_per_second.empty(), is_speed = has_mfu || has_tflops || has_tokens;
  if (!from.training_flops_per_token.empty() + !from.parameters.empty() + is_speed != 1)
    refuse("identify must get exactly one of --training-flops-per-token, --parameters, and a speed: two of "
           "--mfu, --tflops and tokens per second");
  if (is_speed && has_mfu + has_tflops + has_tokens < 2)
    refuse("a speed must be two of --mfu, --tflops and --tokens-per-second-per-device, or --tokens-per-second; the MFU "
           "of tokens per second alone: moetric cluster MODEL --measured-tokens-per-second");
  if (has_mfu && !has_tflops && has_peak == from.device.has_value())
    refuse("--mfu with tokens per second must come with --peak-flops or --device");
  if (!from.parameters.empty())
    return report::identify_parameters_answer(m.name, m.value, from.parameters, m.vision_tower);
  std::vector<count> lengths;
  for (count length = 512; length <= 131072; length *= 2) lengths.push_back(length);
  if (from.sequence_length) lengths = {*from.sequence_length};
  if (!is_speed)
    return report::identify_flops_answer(m.name, m.value, from.training_flops_per_token, lengths, m.model_type);
  if (has_peak)
    return report::identify_mfu_answer(m.name, m.value, from.mfu, from.peak_flops, from.tokens_per_second, lengths,
                                       m.model_type);
  report::speed_question asked{.mfu = from.mfu, .tflops = from.tflops, .tokens_per_second = from.tokens_per_second};
  if (from.devices) asked.devices = *from.devices;
  if (from.device) asked.on = &*from.device;
  return report::identify_speed_answer(m.name, m.value, asked, lengths, m.model_type);
}

}  // namespace moetric::v0::io
