#pragma once

#include <array>
#include <string_view>

#include "moetric/laws/batch_laws.hpp"
#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/step_law.hpp"

/// The published laws of learning rate and batch.
namespace moetric::v0::laws {

/// Peak learning rate and batch. Values are in the order of the law's inputs, unchecked.
struct hyper_law {
  description const* about;
  std::string_view study;                         // of which other laws may have their own ids
  std::string_view setup;                         // optimiser, schedule, models
  double (*learning_rate)(double const* values);  // null if it gives none
  double (*batch_tokens)(double const* values);   // likewise
};

/// Every law of learning rate and batch.
inline constexpr std::array hyper_laws{
    hyper_law{&holistic::about, "holistic", "AdamW (0.9, 0.95), weight decay 0.1, warmup-stable-decay",
              [](double const* x) { return holistic::learning_rate(x[0]); },
              [](double const* x) { return holistic::batch_tokens(x[0]); }},
    hyper_law{&ling::about_hyper_parameters, "ling-moe", "MoE of 7.8 % activated, warmup-stable-decay",
              [](double const* x) { return ling::learning_rate(x[0]); },
              [](double const* x) { return ling::batch_tokens(x[0]); }},
    hyper_law{&deepseek_llm::about_hyper_parameters, "deepseek-llm", "dense models",
              [](double const* x) { return deepseek_llm::learning_rate(x[0]); },
              [](double const* x) { return deepseek_llm::batch_tokens(x[0]); }},
    hyper_law{&step_law::about, "step-law", "dense models, length 2048",
              [](double const* x) {
                return step_law::learning_rate({x[0], x[1]});
              },
              [](double const* x) {
                return step_law::batch_tokens({x[0], x[1]});
              }},
    hyper_law{&joint_moe::about_learning_rate, "joint-moe", "Switch-style top-1 experts",
              [](double const* x) {
                return joint_moe::learning_rate({x[0], x[1]});
              },
              nullptr},
    hyper_law{&porian::about, "porian", "AdamW with tuned beta_2, constant learning rate after warmup",
              [](double const* x) { return porian::learning_rate(x[0]); },
              [](double const* x) { return porian::batch_tokens(x[0]); }},
    hyper_law{&schaipp::about, "schaipp", "the runs of Step Law", nullptr,
              [](double const* x) { return schaipp::batch_tokens(x[0]); }},
};

/// The law of that description, or null.
constexpr hyper_law const* hyper_law_of(description const& about) {
  for (hyper_law const& each : hyper_laws)
    if (each.about->id == about.id) return &each;
  return nullptr;
}

}  // namespace moetric::v0::laws
