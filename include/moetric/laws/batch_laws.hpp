#pragma once

#include <cmath>

#include "moetric/laws/power_law.hpp"
#include "moetric/laws/read.hpp"

/// Laws of batch, learning rate and weight decay that are one power law each: Porian et al., arXiv 2406.19146; Schaipp,
/// arXiv 2607.01487; the critical batch of Zhang et al., arXiv 2410.21676; the timescale of AdamW of Bergsma et al.,
/// arXiv 2505.13738.
namespace moetric::v0::laws {

namespace inputs {

/// N of Porian et al.
inline constexpr input active_without_input_embedding{
    .name = "active_parameters_without_input_embedding",
    .definition = "the weights that one token uses with output head, without input embedding",
    .unit = "parameters"};

}  // namespace inputs

namespace porian {

inline constexpr power_law learning_rate{3.7, -.36}, batch_tokens{.7576, .703};
inline constexpr std::string_view retold =
    "two tables that agree; the authors' code rounds them to .0047 (N / 108e6)^(-1/3) and 160 (N / 108e6)^(2/3) "
    "sequences of 2048";

/// `porian`
inline constexpr description about{
    .id = "porian",
    .paper = "arXiv 2406.19146",
    .equation = "learning rate = 3.7 N^-0.36, batch = 0.7576 N^0.703 tokens",
    .title = "Porian et al., peak learning rate and batch at 20 tokens per parameter",
    .data = "RefinedWeb",
    .tokenizer = "GPT-NeoX, 50432",
    .architectures = "dense, OpenLM, length 2048",
    .caution =
        "of compute-optimal runs: it does not depend on tokens, which raise the best batch. Fitted to five sizes "
        "below 110M parameters; beta_2 was tuned with them",
    .coefficients = {{{"learning_rate_coefficient", learning_rate.coefficient, provenance::second_hand, retold, .1},
                      {"learning_rate_exponent", learning_rate.exponent, provenance::second_hand, retold, .01},
                      {"batch_coefficient", batch_tokens.coefficient, provenance::second_hand, retold, 1e-4},
                      {"batch_exponent", batch_tokens.exponent, provenance::second_hand, retold, .001}},
                     4},
    .inputs = {{laws::inputs::active_without_input_embedding.in(25e6, 110e6)}, 1}};

}  // namespace porian

namespace schaipp {

inline constexpr power_law batch_tokens{.667, .566};
inline constexpr std::string_view retold = "one summary";

/// `schaipp`
inline constexpr description about{
    .id = "schaipp",
    .paper = "arXiv 2607.01487",
    .equation = "batch = 0.667 D^0.566 tokens",
    .title = "Schaipp's three-term law, batch",
    .architectures = "dense, the runs of Step Law",
    .caution = "second-hand, by one summary, which finds it near Step Law's batch; that it counts tokens is inferred "
               "from that. A batch two times smaller or larger wastes up to 5 % of compute",
    .coefficients = {{{"batch_coefficient", batch_tokens.coefficient, provenance::second_hand, retold, .001},
                      {"batch_exponent", batch_tokens.exponent, provenance::second_hand, retold, .001}},
                     2},
    .inputs = {{laws::inputs::tokens}, 1}};

}  // namespace schaipp

namespace critical_batch {

/// In sequences of 512 tokens, of D in 1e6 tokens.
inline constexpr power_law sequences{22.91, .47, 1e6};
inline constexpr double sequence_length = 512;

/// `zhang-critical-batch`
inline constexpr description about{
    .id = "zhang-critical-batch",
    .paper = "arXiv 2410.21676",
    .equation = "B = 22.91 D^0.47 sequences of 512 tokens, D in 1e6 tokens",
    .title = "critical batch: 20 % more tokens than a small batch for the same loss",
    .data = "C4",
    .tokenizer = "GPT-NeoX",
    .architectures = "dense, 85M to 1.2B parameters, length 512",
    .caution =
        "D is in 1e6 and B in sequences of 512: so its law of N, 93.20 N^0.47, is written in the authors' "
        "notebook, and at 20 tokens per parameter the two agree within 1 %. Larger batches cost tokens, so it is "
        "no optimum",
    .coefficients = {{{"B_coefficient", sequences.coefficient, provenance::second_hand,
                       "printed in the paper by a summary; units from plots/chinchilla.ipynb of "
                       "hlzhang109/critical-batch-size",
                       .01},
                      {"B_exponent", sequences.exponent, provenance::second_hand, "as the coefficient", .01}},
                     2},
    .inputs = {{laws::inputs::tokens.in(1.7e9, 24.6e9)}, 1}};

/// The critical batch in tokens.
inline double tokens_of(double training_tokens) {
  return sequence_length * sequences(training_tokens);
}

}  // namespace critical_batch

namespace power_lines {

inline constexpr power_law timescale{1.084, -.527};
inline constexpr std::string_view retold = "two summaries that agree";

/// `power-lines`
inline constexpr description about{
    .id = "power-lines",
    .paper = "arXiv 2505.13738",
    .equation = "tau = B / (eta lambda D) = 1.084 (D / N)^-0.527",
    .title = "timescale of AdamW, from which weight decay follows",
    .architectures = "dense",
    .caution = "second-hand. eta is the peak learning rate, lambda the weight decay that is multiplied with it, tau a "
               "share of the training tokens; whether N counts embeddings is not known",
    .coefficients = {{{"tau_coefficient", timescale.coefficient, provenance::second_hand, retold, .001},
                      {"tau_exponent", timescale.exponent, provenance::second_hand, retold, .001}},
                     2},
    .inputs = {{laws::inputs::active_parameters.meaning("parameters of a dense model"), laws::inputs::tokens}, 2}};

/// tau of N parameters and D tokens.
inline double optimal_timescale(double parameters, double tokens) {
  return timescale(tokens / parameters);
}
/// The weight decay B / (eta D tau) for a peak learning rate and a batch.
inline double weight_decay(double learning_rate, double batch_tokens, double parameters, double tokens) {
  return batch_tokens / (learning_rate * tokens * optimal_timescale(parameters, tokens));
}

}  // namespace power_lines
}  // namespace moetric::v0::laws
