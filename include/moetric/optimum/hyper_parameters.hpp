#pragma once

#include <array>
#include <string_view>

#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/step_law.hpp"

namespace moetric::inline v0 {

/// A training run, as the published laws of learning rate and batch see it.
struct training_run {
  double compute;  // FLOPs, M·D without embedding and head
  double active_non_embedding_parameters;
  double tokens;
  double expansion_rate;  // n_experts / top_k
};

/// What one law says of a run's peak learning rate and batch. Laws disagree by more than ten times: a learning rate
/// means something only with its own optimiser, schedule and parametrisation.
struct hyper_parameters {
  std::string_view law;
  std::string_view setup;
  double learning_rate;
  double batch_tokens;  // 0 when the law gives none
};

inline std::array<hyper_parameters, 5> published_hyper_parameters(training_run const& run) {
  laws::step_law::inputs const step{run.active_non_embedding_parameters, run.tokens};
  return {{
      {"holistic", "AdamW (0.9, 0.95), weight decay 0.1, warmup-stable-decay",
       laws::holistic::learning_rate(run.compute), laws::holistic::batch_tokens(run.compute)},
      {"ling-moe", "MoE of 7.8 % activated, warmup-stable-decay", laws::ling::learning_rate(run.compute),
       laws::ling::batch_tokens(run.compute)},
      {"deepseek-llm", "dense models", laws::deepseek_llm::learning_rate(run.compute),
       laws::deepseek_llm::batch_tokens(run.compute)},
      {"step-law", "dense models, length 2048", laws::step_law::learning_rate(step),
       laws::step_law::batch_tokens(step)},
      {"joint-moe", "Switch-style top-1 experts",
       laws::joint_moe::learning_rate({run.active_non_embedding_parameters, run.expansion_rate}), 0},
  }};
}

}  // namespace moetric::inline v0
