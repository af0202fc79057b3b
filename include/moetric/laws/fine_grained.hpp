#pragma once

#include <array>
#include <cmath>

#include "moetric/account/triad.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/laws/law.hpp"
#include "moetric/laws/survey.hpp"

/// Scaling laws for fine-grained mixture of experts, Krajewski, Ludziejewski et al., arXiv 2402.07871.
///
///   MoE (Eq. 9)    L = c + (g / G^gamma + a) / N^alpha + b / D^beta
///   dense (Eq. 1)  L = c + a / N^alpha + b / D^beta
///
/// N is **total** non-embedding parameters without router, D tokens of a single epoch, G granularity (d_ff / d_expert:
/// a token uses G experts, so active parameters do not depend on it), L nats per token on C4 with GPT-2's tokenizer.
/// The expansion rate E = N_MoE / N_ff is no input: one set of coefficients holds at one E.
namespace moetric::inline v0::laws::fine_grained {

template <class T>
struct basic_inputs {
  T total_non_embedding_parameters;  // N, every expert counted, router not
  T tokens;                          // D
  T granularity;                     // G
};
using inputs = basic_inputs<double>;

template <class T>
struct basic_dense_inputs {
  T total_non_embedding_parameters;  // N
  T tokens;                          // D
};
using dense_inputs = basic_dense_inputs<double>;

template <class T>
struct basic_coefficients {
  T a, alpha, b, beta, g, gamma, c;
};
using coefficients = basic_coefficients<double>;

template <class T>
struct basic_dense_coefficients {
  T a, alpha, b, beta, c;
};
using dense_coefficients = basic_dense_coefficients<double>;

/// Eq. 1 on natural logarithms: exp and log cost most, and a search knows its logarithms beforehand. Numbers bring
/// exp by argument-dependent lookup; coefficients and inputs may be of different types.
template <class K, class T>
auto loss_of_logs(basic_dense_coefficients<K> const& k, basic_dense_inputs<T> const& log) {
  using std::exp;
  return k.a * exp(-k.alpha * log.total_non_embedding_parameters) + k.b * exp(-k.beta * log.tokens) + k.c;
}

/// Eq. 9 on natural logarithms: Eq. 1 with g / G^gamma + a for a.
template <class K, class T>
auto loss_of_logs(basic_coefficients<K> const& k, basic_inputs<T> const& log) {
  using std::exp;
  using number = decltype(k.g * exp(-k.gamma * log.granularity) + k.a);
  return loss_of_logs(basic_dense_coefficients<number>{k.g * exp(-k.gamma * log.granularity) + k.a, number(k.alpha),
                                                       number(k.b), number(k.beta), number(k.c)},
                      basic_dense_inputs<T>{log.total_non_embedding_parameters, log.tokens});
}

template <class K, class T>
auto loss(basic_dense_coefficients<K> const& k, basic_dense_inputs<T> const& at) {
  using std::log;
  return loss_of_logs(k, basic_dense_inputs<T>{log(at.total_non_embedding_parameters), log(at.tokens)});
}

template <class K, class T>
auto loss(basic_coefficients<K> const& k, basic_inputs<T> const& at) {
  using std::log;
  return loss_of_logs(k, basic_inputs<T>{log(at.total_non_embedding_parameters), log(at.tokens), log(at.granularity)});
}

/// The MoE law with one set of coefficients.
struct law {
  using inputs = fine_grained::inputs;
  static constexpr double inputs::*members[] = {&inputs::total_non_embedding_parameters, &inputs::tokens,
                                                &inputs::granularity};

  coefficients k;
  double expansion_rate;  // E of the runs
  description const* about;

  template <class T>
  auto loss(basic_inputs<T> const& at) const {
    return fine_grained::loss(k, at);
  }
};

/// The law of the dense models that the MoEs are compared with.
struct dense_law {
  using inputs = dense_inputs;
  static constexpr double inputs::*members[] = {&inputs::total_non_embedding_parameters, &inputs::tokens};

  dense_coefficients k;
  description const* about;

  template <class T>
  auto loss(basic_dense_inputs<T> const& at) const {
    return fine_grained::loss(k, at);
  }
};

/// The part of the loss that parameters and tokens can take away, L − c. Near c it keeps the digits that L has lost.
template <class T>
auto reducible_loss(law const& of, basic_inputs<T> const& at) {
  coefficients k = of.k;
  k.c = 0;
  return loss(k, at);
}
template <class T>
auto reducible_loss(dense_law const& of, basic_dense_inputs<T> const& at) {
  dense_coefficients k = of.k;
  k.c = 0;
  return loss(k, at);
}

/// The paper's models: every block has 4·d_model² of attention and experts in the place of a feed-forward of
/// 8·d_model². Real-valued in the law (n_blocks = d_model / 64), integers in its experiments.
template <Arithmetic T = double>
struct architecture {
  T d_model = T(0);
  T n_blocks = T(0);
  T granularity = T(1);      // G
  T expansion_rate = T(64);  // E; G·E experts, of which a token uses G

  /// N_act = 12·d_model²·n_blocks
  constexpr T active_non_embedding_parameters() const { return 12 * d_model * d_model * n_blocks; }
  /// N = d_model²·(8·E + 4)·n_blocks, router not counted
  constexpr T total_non_embedding_parameters() const { return d_model * d_model * (8 * expansion_rate + 4) * n_blocks; }
  /// d_model·E·G·n_blocks
  constexpr T router_parameters() const { return d_model * expansion_rate * granularity * n_blocks; }
  /// 8·d_model²·n_blocks
  constexpr T active_expert_parameters() const { return 8 * d_model * d_model * n_blocks; }

  /// (12·d_model²·c_f + d_model·E·G·c_r)·n_blocks with c_f = 6, forward and backward; no attention scores, no
  /// embedding, no output head. c_r is what routing costs: 14 in the paper, "between 6 and 20" by implementation.
  /// Source: Eq. 10, 11.
  constexpr T training_flops_per_token(T c_r = T(14)) const {
    return 6 * active_non_embedding_parameters() + c_r * router_parameters();
  }
};

/// True where router parameters exceed active expert parameters: G > 8·d_model / E. The paper states that quality
/// degrades at such granularities, which the law does not see.
constexpr bool router_exceeds_experts(architecture<> const& of) {
  return of.router_parameters() > of.active_expert_parameters();
}

/// The paper's family at a width: d_model = 64·n_blocks.
constexpr architecture<> coupled(double d_model, double granularity, double expansion_rate = 64) {
  return {.d_model = d_model, .n_blocks = d_model / 64, .granularity = granularity, .expansion_rate = expansion_rate};
}

namespace detail {

inline constexpr input parameters_input{
    "total_non_embedding_parameters",
    "attention projections and feed-forwards with every expert; no router, embedding, output head, norms or biases",
    "parameters"};
inline constexpr input tokens_input{"tokens", "training tokens, single epoch", "tokens"};
inline constexpr input granularity_input{"granularity", "d_ff / d_expert, the number of experts that a token uses",
                                         "1"};

constexpr input fitted(input what, double low, double high) {
  what.fitted = range{low, high};
  return what;
}

constexpr fixed_list<input, 8> main_study{
    {fitted(parameters_input, 129e6, 3.7e9), fitted(tokens_input, 16e9, 130e9), fitted(granularity_input, 1, 16)}, 3};
constexpr fixed_list<input, 8> range_unknown{{parameters_input, tokens_input, granularity_input}, 3};

struct known {
  provenance how;
  std::string_view source;
};

constexpr fixed_list<coefficient, 16> listed(coefficients const& k, known const& by, known const& c_by) {
  return {{{"a", k.a, by.how, by.source},
           {"alpha", k.alpha, by.how, by.source},
           {"b", k.b, by.how, by.source},
           {"beta", k.beta, by.how, by.source},
           {"g", k.g, by.how, by.source},
           {"gamma", k.gamma, by.how, by.source},
           {"c", k.c, c_by.how, c_by.source}},
          7};
}

constexpr fixed_list<coefficient, 16> listed(dense_coefficients const& k, known const& by) {
  return {{{"a", k.a, by.how, by.source},
           {"alpha", k.alpha, by.how, by.source},
           {"b", k.b, by.how, by.source},
           {"beta", k.beta, by.how, by.source},
           {"c", k.c, by.how, by.source}},
          5};
}

constexpr description moe_description(std::string_view id, std::string_view title, std::string_view architectures,
                                      fixed_list<coefficient, 16> const& k, fixed_list<input, 8> const& inputs) {
  return {.id = id,
          .paper = "arXiv 2402.07871",
          .equation = "Eq. 9: L = c + (g / G^gamma + a) / N^alpha + b / D^beta",
          .title = title,
          .data = "C4",
          .tokenizer = "GPT-2",
          .architectures = architectures,
          .loss_unit = "nats per token",
          .compute = "(12 d_model^2 c_f + d_model E G c_r) n_blocks D, c_f = 6, c_r = 14 (Eq. 10, 11): training, no "
                     "attention scores, embedding or output head",
          .coefficients = k,
          .inputs = inputs};
}

inline constexpr std::string_view expansion_64 =
    "experts in every block, expansion rate 64, d_model 256 to 768 on 4 to 12 blocks (Table 3)";
inline constexpr std::string_view expansion_16 = "experts in every block, expansion rate 16";

inline constexpr coefficients four_decimals{18.0712, .1146, 30.8082, .1465, 2.0760, .5843, .472};
inline constexpr coefficients rounded{18.1, .115, 30.8, .147, 2.1, .58, .47};
inline constexpr coefficients table_5{17.6, .114, 26.7, .140, 2.07, .570, .472};
inline constexpr coefficients e16{19.64, .124, 57.07, .169, 1.18, .986, .472};
inline constexpr dense_coefficients dense{16.3, .126, 26.7, .127, .47};

inline constexpr known code{provenance::authors_code, "four decimals"};
inline constexpr known code_held{provenance::authors_code, "held fixed in the fit"};
inline constexpr known table_1{provenance::printed, "Table 1"};
inline constexpr known table_5_row{provenance::printed, "Table 5"};
inline constexpr known table_8{provenance::printed, "Table 8"};

inline constexpr description about_four_decimals =
    moe_description("fine-grained", "fine-grained MoE, coefficients to four decimals", expansion_64,
                    listed(four_decimals, code, code_held), main_study);
inline constexpr description about_rounded =
    moe_description("fine-grained-rounded", "fine-grained MoE, coefficients as the paper rounds them", expansion_64,
                    listed(rounded, table_1, table_1), main_study);
inline constexpr description about_table_5 =
    moe_description("fine-grained-table-5", "fine-grained MoE, fitted without the best 20 % of runs", expansion_64,
                    listed(table_5, table_5_row, table_5_row), main_study);
inline constexpr description about_e16 = moe_description("fine-grained-e16", "fine-grained MoE at expansion rate 16",
                                                         expansion_16, listed(e16, table_8, table_8), range_unknown);
inline constexpr description about_dense{.id = "fine-grained-dense",
                                         .paper = "arXiv 2402.07871",
                                         .equation = "Eq. 1: L = c + a / N^alpha + b / D^beta",
                                         .title = "the dense models beside fine-grained MoE",
                                         .data = "C4",
                                         .tokenizer = "GPT-2",
                                         .architectures = "dense",
                                         .loss_unit = "nats per token",
                                         .compute = "6 N D: training, no attention scores, embedding or output head",
                                         .coefficients = listed(dense, table_1),
                                         .inputs = {{parameters_input, tokens_input}, 2}};

}  // namespace detail

/// `fine-grained`: four decimals from the authors' code, c held at 0.472. The default; it reproduces Table 2.
inline constexpr law four_decimals{detail::four_decimals, 64, &detail::about_four_decimals};
/// `fine-grained-rounded`: Table 1 as printed. 2.5 to 4.4 % low in tokens and FLOPs against Table 2.
inline constexpr law rounded{detail::rounded, 64, &detail::about_rounded};
/// `fine-grained-table-5`: fitted without the best 20 % of runs.
inline constexpr law table_5{detail::table_5, 64, &detail::about_table_5};
/// `fine-grained-e16`: Table 8, expansion rate 16. The fitted ranges are not known here.
inline constexpr law e16{detail::e16, 16, &detail::about_e16};
/// `fine-grained-dense`: Table 1. The fitted ranges are not known here.
inline constexpr dense_law dense{detail::dense, &detail::about_dense};

/// Every set of the MoE law, the default first.
inline constexpr std::array sets{&four_decimals, &rounded, &table_5, &e16};

/// Why an expansion rate is outside of a law's family; empty when the coefficients were fitted at it.
inline std::string expansion_reason(law const& of, double expansion_rate) {
  if (expansion_rate == of.expansion_rate) return {};
  return "expansion rate " + brief(expansion_rate) + ", the coefficients hold at " + brief(of.expansion_rate);
}

namespace detail {

template <class Inputs>
struct reasons {
  reading<Inputs>& into;

  void operator()(std::string const& sentence) {
    into.outside_family.push_back(sentence, "moetric: a reading must not hold more than 16 reasons");
  }
  /// Traits that MoE and dense models of the paper share.
  void common(model const& m, survey const& seen) {
    constexpr int gpt_2_vocabulary = 50257;
    std::string const of_all = " of " + to_string(seen.n_layers) + " layers ";
    if (m.input.vocab_size != gpt_2_vocabulary)
      (*this)("a vocabulary of " + to_string(m.input.vocab_size) + ", the law's tokenizer is GPT-2's with 50257");
    if (seen.latent != 0)
      (*this)(to_string(seen.latent) + of_all +
              "have multi-head latent attention, the law's have multi-head attention");
    if (seen.grouped != 0)
      (*this)(to_string(seen.grouped) + of_all + "share key-value heads, the law's have multi-head attention");
    if (seen.without_mixer != 0) (*this)(to_string(seen.without_mixer) + of_all + "have no attention");
  }
};

}  // namespace detail

/// The law's counts of a model, and all in which the model differs from the paper's.
///
/// N = attention projections + feed-forwards + every expert. Published models define no d_ff for their experts, so
/// granularity is read as G = top_k and the expansion rate as E = n_experts / top_k. What E the coefficients were not
/// fitted at makes the loss no prediction.
/// \throws std::invalid_argument with every rule that the model breaks
inline reading<inputs> read(law const& of, model const& m, count tokens) {
  tally<> const book = tally_of(m);
  survey const seen = survey_of(m);
  bool const has_experts = seen.with_experts != 0;
  ratio const expansion = has_experts ? ratio(seen.first.n_experts, seen.first.top_k) : ratio(1);
  double const stored = static_cast<double>(shape_weights(book.stored));
  double const top_k = has_experts ? static_cast<double>(seen.first.top_k) : 1;

  reading<inputs> taken{{stored, static_cast<double>(tokens), top_k},
                        "N counts attention projections, feed-forwards and every expert; granularity = top_k and "
                        "expansion rate = n_experts / top_k"};
  detail::reasons<inputs> outside{taken};
  if (std::string const reason = expansion_reason(of, static_cast<double>(expansion)); !reason.empty()) {
    outside(reason);
    taken.is_prediction = false;
  }
  double const family = (8 * of.expansion_rate + 4) / 12;
  double const total_over_active = stored / static_cast<double>(shape_weights(book.multiplied));
  if (!(std::fabs(total_over_active / family - 1) < 0.01))
    outside("total over active parameters is " + brief(total_over_active) + ", the law's models have " + brief(family));
  if (seen.with_experts != seen.n_layers)
    outside(to_string(seen.n_layers - seen.with_experts) + " of " + to_string(seen.n_layers) +
            " layers have no experts, the law's all have");
  if (seen.experts_differ) outside("experts differ between layers, granularity is that of the first");
  if (seen.with_shared != 0) outside("shared experts, the law's models have none");
  if (has_experts) {
    // The paper's own granularity, d_ff / d_expert, with the feed-forward of 8·d_model² that its N implies.
    double const own =
        8 * static_cast<double>(m.d_model * m.d_model) / static_cast<double>(seen.first.expert_weights(m.d_model));
    if (!(std::fabs(own / top_k - 1) < 0.01))
      outside("granularity is top_k = " + brief(top_k) +
              "; against the law's feed-forward of 8 d_model^2 it would be " + brief(own) +
              ", and others define d_model / d_expert = " +
              brief(static_cast<double>(ratio(m.d_model, seen.first.d_expert))));
  }
  outside.common(m, seen);
  double const aspect = static_cast<double>(ratio(m.d_model, seen.n_layers));
  if (aspect < 64 || aspect > 128)
    outside("d_model / n_layers is " + brief(aspect) + ", the law's experiments have 64 to 128");
  return taken;
}

/// The coefficients fitted at the expansion rate n_experts / top_k of a model; the main study's where there are none.
constexpr law const& set_for(model const& m) {
  experts<> const moe = survey_of(m).first;
  for (law const* const each : sets)
    if (moe.n_experts == static_cast<int>(each->expansion_rate) * moe.top_k) return *each;
  return four_decimals;
}

/// The dense law's counts of a model. A model with experts is no prediction.
/// \throws std::invalid_argument with every rule that the model breaks
inline reading<dense_inputs> read(dense_law const&, model const& m, count tokens) {
  survey const seen = survey_of(m);
  reading<dense_inputs> taken{{static_cast<double>(shape_weights(tally_of(m).stored)), static_cast<double>(tokens)},
                              "N counts attention projections, feed-forwards and every expert"};
  detail::reasons<dense_inputs> outside{taken};
  if (seen.with_experts != 0) {
    outside("experts, the law's models are dense");
    taken.is_prediction = false;
  }
  outside.common(m, seen);
  return taken;
}

}  // namespace moetric::inline v0::laws::fine_grained
