#pragma once

#include <array>

#include "moetric/laws/chinchilla.hpp"

/// Beyond Chinchilla-optimal, Sardana et al., arXiv 2401.00448: a model that serves many tokens should be smaller and
/// trained for longer than the compute-optimal one.
///
///   least of 6 N D + 2 N D_inf, subject to L(N, D) = l,  L = E + A / N^alpha + B / D^beta
///
/// There is no closed form. At the optimum what a parameter saves in loss over what a token saves has grown by
/// inference (derived):
///
///   (alpha·A / N^alpha) / (beta·B / D^beta) = 1 + D_inf / (3 D)
namespace moetric::v0::laws::sardana {

/// Chinchilla's form.
using form = chinchilla::form;
using law = laws::law<form>;
using inputs = law::inputs;

/// A model trained once and then served. Inference does not enter the loss.
template <class T>
struct lifetime {
  T total_parameters;
  T tokens;            // of training
  T inference_tokens;  // read and written

  /// FLOPs: 6 N D of training, 2 N D of inference, and both.
  constexpr T training_flops() const { return 6 * total_parameters * tokens; }
  constexpr T inference_flops() const { return 2 * total_parameters * inference_tokens; }
  constexpr T flops() const { return training_flops() + inference_flops(); }
};

namespace detail {

constexpr description described(std::string_view id, std::string_view title,
                                fixed_list<coefficient, 16> const& coefficients) {
  return {.id = id,
          .paper = "arXiv 2401.00448",
          .equation = "L = E + A / N^alpha + B / D^beta; least 6 N D + 2 N D_inf at a loss",
          .title = title,
          .architectures = "dense",
          .loss_unit = "nats per token",
          .compute = "6 N D of training and 2 N D_inf of inference",
          .coefficients = coefficients,
          .inputs = {{chinchilla::detail::parameters, laws::inputs::tokens}, 2},
          .family = {.dense_only = true}};
}

inline constexpr std::string_view exponents = "one summary; they give all three of the paper's examples";

inline constexpr description about = [] {
  description made = described("sardana", "Chinchilla's third approach with the exponents of Sardana et al.",
                               {{{"E", 1.69, provenance::second_hand, "two summaries", .01},
                                 {"A", 406.4, provenance::second_hand, "two summaries", .1},
                                 {"alpha", .336, provenance::second_hand, exponents, .001},
                                 {"B", 410.7, provenance::second_hand, "two summaries", .1},
                                 {"beta", .283, provenance::second_hand, exponents, .001}},
                                5});
  made.data = "MassiveText";
  made.tokenizer = "SentencePiece, 32000";
  made.inputs = {{chinchilla::detail::parameters, chinchilla::detail::tokens}, 2};
  return made;
}();

/// Table 1: the same form on the authors' own 47 runs, without those of more tokens a parameter than told.
constexpr description refit(std::string_view id, std::string_view title, double most_tokens_per_parameter, double alpha,
                            double beta, double a, double b, double a_digit, double b_digit, double e) {
  constexpr std::string_view table = "Table 1, one summary";
  description made = described(id, title,
                               {{{"E", e, provenance::second_hand, table, .01},
                                 {"A", a, provenance::second_hand, table, a_digit},
                                 {"alpha", alpha, provenance::second_hand, table, .01},
                                 {"B", b, provenance::second_hand, table, b_digit},
                                 {"beta", beta, provenance::second_hand, table, .01}},
                                5});
  made.inputs = {{chinchilla::detail::parameters.in(150e6, 6e9), laws::inputs::tokens}, 2};
  made.fitted_tokens_per_parameter = range{10, most_tokens_per_parameter};
  made.architectures = "dense; of 47 models, those within the tokens per parameter in the title";
  made.caution = "two digits of alpha and beta: good for trends, not for a budget's optimum";
  return made;
}
inline constexpr description about_100 =
    refit("sardana-100", "refit on 10 to 100 tokens a parameter", 100, .08, .13, 7.199, 25.97, .001, .01, .17);
inline constexpr description about_250 =
    refit("sardana-250", "refit on 10 to 250 tokens a parameter", 250, .13, .16, 14.23, 39.54, .01, .01, .98);
inline constexpr description about_500 =
    refit("sardana-500", "refit on 10 to 500 tokens a parameter", 500, .13, .16, 17.07, 35.80, .01, .01, .95);
inline constexpr description about_all =
    refit("sardana-all", "refit on 10 to 10000 tokens a parameter", 10000, .18, .24, 33.66, 138.9, .01, .1, 1.45);

}  // namespace detail

/// `sardana`: the law of the paper's examples.
inline constexpr law examples{detail::about};
/// `sardana-100`, `sardana-250`, `sardana-500`, `sardana-all`: Table 1, by the most tokens a parameter of its runs.
inline constexpr law up_to_100{detail::about_100};
/// See `up_to_100`.
inline constexpr law up_to_250{detail::about_250};
/// See `up_to_100`.
inline constexpr law up_to_500{detail::about_500};
/// See `up_to_100`.
inline constexpr law all{detail::about_all};

/// Every set, the default first.
inline constexpr std::array sets{&examples, &up_to_100, &up_to_250, &up_to_500, &all};

}  // namespace moetric::v0::laws::sardana
