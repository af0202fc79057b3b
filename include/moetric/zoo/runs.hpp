#pragma once

#include <array>
#include <string_view>

#include "moetric/core/count.hpp"
#include "moetric/core/provenance.hpp"

namespace moetric::v0::zoo {

/// A published number of a training run with its source and provenance; an empty source means not published.
template <class T>
struct published {
  T value{};
  provenance how = provenance::printed;
  std::string_view source{};  // paper with section or table, model card or configuration; empty: not published

  /// True if the number was published.
  constexpr bool known() const { return !source.empty(); }
};

/// The pre-training run of a published model. Nothing is estimated: a number that its authors did not publish is
/// absent. `provenance::derived` is a product of numbers from its source: sequences times their length, or devices
/// times hours. If a source bounds a number (15T+) or rounds it (~40T), the note says so.
struct published_run {
  std::string_view name;   // as its publisher writes it
  std::string_view model;  // id in zoo/catalogue.hpp
  published<count> tokens{};
  published<double> peak_learning_rate{};  // of Adam, AdamW or Muon at the updates of AdamW; others are left out
  published<count> batch_tokens{};         // tokens per step; the final number if the batch size grows
  published<count> sequence_length{};      // tokens, before context extension
  published<double> device_hours{};        // devices times hours of pre-training
  std::string_view device{};               // an id of `devices_of_runs`; empty without device_hours
  published<double> training_flops{};      // of the whole run, in its authors' convention
  std::string_view note{};                 // caveats for comparisons
};

/// A device of the runs with its dense BF16 (V100: FP16) peak in FLOP/s, without sparsity.
struct device_of_runs {
  std::string_view id;
  double peak_flops_per_second;
  std::string_view source;
};

/// Every device of the runs.
inline constexpr std::array devices_of_runs{
    device_of_runs{"a100", 312e12, "NVIDIA A100 datasheet"},
    device_of_runs{"h100", 989.4e12, "NVIDIA H100 datasheet, SXM, half of the sparse peak"},
    device_of_runs{"h800", 989.4e12, "as the H100"},
    device_of_runs{"tpu-v4", 275e12, "arXiv 2204.02311, appendix B"},
};

namespace detail {

template <class T>
constexpr published<T> printed(T value, std::string_view source) {
  return {value, provenance::printed, source};
}
template <class T>
constexpr published<T> configured(T value, std::string_view source) {
  return {value, provenance::authors_code, source};
}
template <class T>
constexpr published<T> product(T value, std::string_view source) {
  return {value, provenance::derived, source};
}
template <class T>
constexpr published<T> retold(T value, std::string_view source) {
  return {value, provenance::second_hand, source};
}

// Sources that several runs share.
inline constexpr std::string_view gpt_neox_code = "EleutherAI/gpt-neox, configs/20B.yml";
inline constexpr std::string_view bloom_code = "bigscience-workshop/bigscience, train/tr11-176B-ml/tr11-176B-ml.slurm";
inline constexpr std::string_view olmo_2_code = "allenai/OLMo, configs/official-1124/OLMo2-7B-stage1.yaml";
inline constexpr std::string_view olmoe_code =
    "allenai/OLMoE, configs/olmoe-8x1b-newhp-newds-cx5-fine1-normreorder.yml";
inline constexpr std::string_view smollm_3_page = "huggingface/smollm, text/pretraining/README.md";

inline constexpr count billion = 1'000'000'000, trillion = 1'000'000'000'000;

// Pythia's models differ only in shape, learning rate and hours: 143000 steps of 1024 sequences of 2048.
constexpr published_run pythia(std::string_view name, std::string_view model, double learning_rate, double hours) {
  return {.name = name,
          .model = model,
          .tokens = printed(count(299'892'736'000), "EleutherAI/pythia, README"),
          .peak_learning_rate = configured(learning_rate, "EleutherAI/pythia, models/*.yml and README"),
          .batch_tokens = product(count(1024) * 2048, "EleutherAI/pythia, models/*.yml"),
          .sequence_length = configured(count(2048), "EleutherAI/pythia, models/*.yml"),
          .device_hours = printed(hours, "arXiv 2304.01373, appendix D, Table 5"),
          .device = "a100",
          .note = "hours are the logged time of a step times the steps, without restarts"};
}

constexpr published_run llama_2(std::string_view name, std::string_view model, double learning_rate, double hours) {
  constexpr std::string_view card = "meta-llama/llama, MODEL_CARD.md";
  return {.name = name,
          .model = model,
          .tokens = printed(2 * trillion, card),
          .peak_learning_rate = printed(learning_rate, card),
          .batch_tokens = printed(count(4'000'000), card),
          .sequence_length = printed(count(4096), card),
          .device_hours = printed(hours, card),
          .device = "a100"};
}

constexpr published_run llama_3_1(std::string_view name, std::string_view model, double learning_rate, double hours) {
  constexpr std::string_view card = "meta-llama/llama-models, models/llama3_1/MODEL_CARD.md";
  return {.name = name,
          .model = model,
          .tokens = printed(15 * trillion, card),
          .peak_learning_rate = printed(learning_rate, "arXiv 2407.21783, Table 3"),
          .sequence_length = printed(count(8192), "meta-llama/llama3, MODEL_CARD.md"),
          .device_hours = printed(hours, card),
          .device = "h100",
          .note = "tokens are published as 15T+, a lower bound; hours include the extension of the context"};
}

constexpr published_run qwen_3(std::string_view name, std::string_view model) {
  return {.name = name,
          .model = model,
          .tokens = printed(36 * trillion, "arXiv 2505.09388, section 3.1"),
          .sequence_length = printed(count(4096), "arXiv 2505.09388, section 3.2"),
          .note = "all Qwen3 models saw about 36T tokens, over 30T of them in the stage of this length"};
}

}  // namespace detail

/// Training runs of models of the zoo, by family.
inline constexpr std::array published_runs{
    published_run{.name = "GPT-3 175B",
                  .model = "gpt-3",
                  .tokens = detail::printed(300 * detail::billion, "arXiv 2005.14165, Table 2.1"),
                  .peak_learning_rate = detail::printed(0.6e-4, "arXiv 2005.14165, Table 2.1"),
                  .batch_tokens = detail::printed(count(3'200'000), "arXiv 2005.14165, Table 2.1"),
                  .sequence_length = detail::printed(count(2048), "arXiv 2005.14165, section 2.1"),
                  .training_flops = detail::printed(3.14e23, "arXiv 2005.14165, Table D.1")},
    published_run{.name = "GPT-NeoX-20B",
                  .model = "gpt-neox-20b",
                  .tokens = detail::product(count(150'000) * 1536 * 2048, detail::gpt_neox_code),
                  .peak_learning_rate = detail::configured(0.97e-4, detail::gpt_neox_code),
                  .batch_tokens = detail::product(count(1536) * 2048, detail::gpt_neox_code),
                  .sequence_length = detail::configured(count(2048), detail::gpt_neox_code)},
    detail::pythia("Pythia-70M", "pythia-70m", 1e-3, 510),
    detail::pythia("Pythia-160M", "pythia-160m", 6e-4, 1030),
    detail::pythia("Pythia-1B", "pythia-1b", 3e-4, 4830),
    detail::pythia("Pythia-1.4B", "pythia-1.4b", 2e-4, 7120),
    detail::pythia("Pythia-6.9B", "pythia-6.9b", 1.2e-4, 33500),
    published_run{.name = "BLOOM-176B",
                  .model = "bloom-176b",
                  .tokens = detail::printed(366 * detail::billion, "arXiv 2211.05100, Table 3"),
                  .peak_learning_rate = detail::configured(6e-5, detail::bloom_code),
                  .batch_tokens = detail::product(count(2048) * 2048, detail::bloom_code),
                  .sequence_length = detail::configured(count(2048), detail::bloom_code),
                  .device_hours = detail::printed(1'082'990.0, "arXiv 2211.05100, section 3.4.1"),
                  .device = "a100"},
    published_run{.name = "PaLM-540B",
                  .model = "palm-540b",
                  .tokens = detail::printed(780 * detail::billion, "arXiv 2204.02311, section 3"),
                  .batch_tokens = detail::product(count(2048) * 2048, "arXiv 2204.02311, section 5"),
                  .sequence_length = detail::printed(count(2048), "arXiv 2204.02311, section 5"),
                  .device_hours = detail::product(6144.0 * 1200 + 3072.0 * 336, "arXiv 2204.02311, appendix B"),
                  .device = "tpu-v4",
                  .training_flops = detail::printed(2.56e24, "arXiv 2204.02311, Table 22"),
                  .note =
                      "Adafactor, whose learning rate scales parameters; hours include downtime and repeated steps"},
    published_run{.name = "Falcon-7B",
                  .model = "falcon-7b",
                  .tokens = detail::printed(1500 * detail::billion, "tiiuae/falcon-7b, model card"),
                  .peak_learning_rate = detail::printed(6e-4, "tiiuae/falcon-7b, model card"),
                  .batch_tokens = detail::product(count(2304) * 2048, "tiiuae/falcon-7b, model card"),
                  .sequence_length = detail::printed(count(2048), "tiiuae/falcon-7b, model card")},
    detail::llama_2("Llama-2-7B", "llama-2-7b", 3e-4, 184'320),
    detail::llama_2("Llama-2-70B", "llama-2-70b", 1.5e-4, 1'720'320),
    detail::llama_3_1("Llama-3.1-8B", "llama-3-8b", 3e-4, 1.46e6),
    detail::llama_3_1("Llama-3.1-70B", "llama-3-70b", 1.5e-4, 7.0e6),
    published_run{.name = "Llama-3.1-405B",
                  .model = "llama-3.1-405b",
                  .tokens = detail::printed(15'600 * detail::billion, "arXiv 2407.21783, section 1"),
                  .peak_learning_rate = detail::printed(8e-5, "arXiv 2407.21783, section 3.4.1"),
                  .batch_tokens = detail::printed(count(16'000'000), "arXiv 2407.21783, section 3.4.1"),
                  .sequence_length = detail::printed(count(8192), "arXiv 2407.21783, section 3.4.1"),
                  .device_hours = detail::printed(30.84e6, "meta-llama/llama-models, models/llama3_1/MODEL_CARD.md"),
                  .device = "h100",
                  .training_flops = detail::printed(3.8e25, "arXiv 2407.21783, section 1"),
                  .note = "hours include the extension of the context"},
    published_run{.name = "Llama-4-Scout",
                  .model = "llama-4-scout",
                  .tokens =
                      detail::printed(40 * detail::trillion, "meta-llama/llama-models, models/llama4/MODEL_CARD.md"),
                  .device_hours = detail::printed(5.0e6, "meta-llama/llama-models, models/llama4/MODEL_CARD.md"),
                  .device = "h100",
                  .note = "tokens are published as ~40T, of text and images"},
    detail::qwen_3("Qwen3-0.6B", "qwen3-0.6b"),
    detail::qwen_3("Qwen3-8B", "qwen3-8b"),
    detail::qwen_3("Qwen3-30B-A3B", "qwen3-30b-a3b"),
    published_run{.name = "Phi-3.5-MoE",
                  .model = "phi-3.5-moe",
                  .tokens = detail::printed(4900 * detail::billion, "microsoft/Phi-3.5-MoE-instruct, model card"),
                  .device_hours = detail::product(512.0 * 23 * 24, "microsoft/Phi-3.5-MoE-instruct, model card"),
                  .device = "h100",
                  .note = "days are published whole"},
    published_run{.name = "Phi-4",
                  .model = "phi-4",
                  .tokens = detail::printed(9800 * detail::billion, "microsoft/phi-4, model card"),
                  .peak_learning_rate = detail::printed(3e-4, "arXiv 2412.08905, section 3"),
                  .batch_tokens = detail::product(count(5760) * 4096, "arXiv 2412.08905, section 3"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2412.08905, section 3"),
                  .device_hours = detail::product(1920.0 * 21 * 24, "microsoft/phi-4, model card"),
                  .device = "h100",
                  .note = "the paper says about 10T tokens; days are published whole"},
    published_run{.name = "OLMo-2-7B",
                  .model = "olmo-2-7b",
                  .tokens = detail::printed(4050 * detail::billion, "arXiv 2501.00656, section 2.3"),
                  .peak_learning_rate = detail::configured(3e-4, detail::olmo_2_code),
                  .batch_tokens = detail::product(count(1024) * 4096, detail::olmo_2_code),
                  .sequence_length = detail::configured(count(4096), detail::olmo_2_code),
                  .note = "3.9T tokens in the first stage; the cosine of the learning rate was set for 5T"},
    published_run{.name = "OLMoE-1B-7B",
                  .model = "olmoe-1b-7b",
                  .tokens = detail::printed(5133 * detail::billion, "arXiv 2409.02060, section 2"),
                  .peak_learning_rate = detail::configured(4e-4, detail::olmoe_code),
                  .batch_tokens = detail::product(count(1024) * 4096, detail::olmoe_code),
                  .sequence_length = detail::configured(count(4096), detail::olmoe_code),
                  .note = "the configuration is that of the authors' run of 130B tokens"},
    published_run{.name = "SmolLM3-3B",
                  .model = "smollm3-3b",
                  .tokens = detail::printed(11'200 * detail::billion, "huggingface.co/blog/smollm3"),
                  .peak_learning_rate = detail::printed(2e-4, detail::smollm_3_page),
                  .batch_tokens = detail::printed(count(2'360'000), detail::smollm_3_page),
                  .sequence_length = detail::printed(count(4096), detail::smollm_3_page),
                  .device_hours = detail::product(384.0 * 24 * 24, detail::smollm_3_page),
                  .device = "h100",
                  .note = "days are published whole"},
    published_run{.name = "DeepSeekMoE-16B",
                  .model = "deepseek-moe-16b",
                  .tokens = detail::printed(2 * detail::trillion, "arXiv 2401.06066, section 5.1.2"),
                  .peak_learning_rate = detail::printed(4.2e-4, "arXiv 2401.06066, section 5.1.2"),
                  .batch_tokens = detail::printed(count(18'000'000), "arXiv 2401.06066, section 5.1.2"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2401.06066, section 5.1.2")},
    published_run{.name = "DeepSeek-V2-Lite",
                  .model = "deepseek-v2-lite",
                  .tokens = detail::printed(5700 * detail::billion, "arXiv 2405.04434, appendix B.1"),
                  .peak_learning_rate = detail::printed(4.2e-4, "arXiv 2405.04434, appendix B.1"),
                  .batch_tokens = detail::product(count(4608) * 4096, "arXiv 2405.04434, appendix B.1"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2405.04434, appendix B.1")},
    published_run{.name = "DeepSeek-V3",
                  .model = "deepseek-v3",
                  .tokens = detail::printed(14'800 * detail::billion, "arXiv 2412.19437, section 4.2"),
                  .peak_learning_rate = detail::printed(2.2e-4, "arXiv 2412.19437, section 4.2"),
                  .batch_tokens = detail::product(count(15'360) * 4096, "arXiv 2412.19437, section 4.2"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2412.19437, section 4.2"),
                  .device_hours = detail::printed(2.664e6, "arXiv 2412.19437, Table 1"),
                  .device = "h800",
                  .note = "matrix products in FP8, whose peak is twice that of BF16"},
    published_run{.name = "Moonlight-16B-A3B",
                  .model = "moonlight-16b-a3b",
                  .tokens = detail::printed(5700 * detail::billion, "arXiv 2502.16982, section 3.3"),
                  .peak_learning_rate = detail::printed(4.2e-4, "arXiv 2502.16982, section 3.3"),
                  .batch_tokens = detail::product(count(4096) * 8192, "arXiv 2502.16982, section 3.3"),
                  .sequence_length = detail::printed(count(8192), "arXiv 2502.16982, section 3.3"),
                  .note = "Muon, its updates scaled to the size of AdamW's"},
    published_run{.name = "Kimi-Linear-48B-A3B",
                  .model = "kimi-linear-48b-a3b",
                  .tokens = detail::retold(5700 * detail::billion, "MoonshotAI/Kimi-Linear, README")},
    published_run{.name = "GLM-4.5",
                  .model = "glm-4.5",
                  .tokens = detail::printed(23 * detail::trillion, "arXiv 2508.06471, abstract"),
                  .peak_learning_rate = detail::printed(2.5e-4, "arXiv 2508.06471, section 2.4"),
                  .batch_tokens = detail::printed(count(64'000'000), "arXiv 2508.06471, section 2.4"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2508.06471, section 2.4"),
                  .note = "Muon, its updates scaled to the size of AdamW's; tokens include mid-training"},
    published_run{.name = "Hunyuan-Large",
                  .model = "hunyuan-large",
                  .tokens = detail::printed(7 * detail::trillion, "arXiv 2411.02265, section 2")},
    published_run{.name = "Nemotron-3-Nano-30B-A3B",
                  .model = "nemotron-3-nano-30b-a3b",
                  .tokens = detail::printed(25 * detail::trillion, "arXiv 2512.20848, section 2.4"),
                  .peak_learning_rate = detail::printed(1e-3, "arXiv 2512.20848, section 2.4"),
                  .batch_tokens = detail::product(count(3072) * 8192, "arXiv 2512.20848, section 2.4"),
                  .sequence_length = detail::printed(count(8192), "arXiv 2512.20848, section 2.4")},
    published_run{.name = "JetMoE-8B",
                  .model = "jetmoe-8b",
                  .tokens = detail::printed(1250 * detail::billion, "arXiv 2404.07413, section 4.3"),
                  .peak_learning_rate = detail::printed(5e-4, "arXiv 2404.07413, section 4.2"),
                  .batch_tokens = detail::printed(count(4'000'000), "arXiv 2404.07413, section 4.2"),
                  .sequence_length = detail::printed(count(4096), "arXiv 2404.07413, section 4.2"),
                  .device_hours = detail::printed(30'000.0, "arXiv 2404.07413, abstract"),
                  .device = "h100"},
    published_run{.name = "DBRX",
                  .model = "dbrx",
                  .tokens = detail::printed(12 * detail::trillion, "databricks/dbrx-base, model card")},
};

/// The peak of a device in FLOP/s, or 0 for an unknown id.
constexpr double peak_of_runs(std::string_view device) {
  for (device_of_runs const& each : devices_of_runs)
    if (each.id == device) return each.peak_flops_per_second;
  return 0;
}

}  // namespace moetric::v0::zoo
