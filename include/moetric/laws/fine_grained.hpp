#pragma once

#include <array>
#include <cmath>

#include "moetric/account/triad.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/laws/read.hpp"

/// Scaling laws for fine-grained mixture of experts, Krajewski, Ludziejewski et al., arXiv 2402.07871.
///
///   MoE (Eq. 9)    L = c + (g / G^gamma + a) / N^alpha + b / D^beta
///   dense (Eq. 1)  L = c + a / N^alpha + b / D^beta
///
/// N is **total** non-embedding parameters without router, D tokens of a single epoch, G granularity (d_ff / d_expert:
/// a token uses G experts, so active parameters do not depend on it), L nats per token on C4 with GPT-2's tokenizer.
/// The expansion rate E = N_MoE / N_ff is not an input: one set of coefficients holds at one E.
namespace moetric::v0::laws::fine_grained {

/// 6·active + c_r·router, forward and backward: active parameters without router at c_f = 6 FLOPs each. c_r is what
/// routing costs: 14 in the paper, "between 6 and 20" by implementation. Source: Eq. 10, 11.
template <Arithmetic T>
constexpr T training_flops_per_token(T const& active_parameters, T const& router_parameters, T const& c_r = T(14)) {
  return 6 * active_parameters + c_r * router_parameters;
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

  /// (12·d_model²·c_f + d_model·E·G·c_r)·n_blocks; no attention scores, no embedding, no output head. Eq. 10, 11.
  constexpr T training_flops_per_token(T c_r = T(14)) const {
    return fine_grained::training_flops_per_token(active_non_embedding_parameters(), router_parameters(), c_r);
  }
};

/// True if router parameters exceed active expert parameters: G > 8·d_model / E. The paper states that quality degrades
/// at such granularities, which the law does not model.
constexpr bool router_exceeds_experts(architecture<> const& shape) {
  return shape.router_parameters() > shape.active_expert_parameters();
}

/// The paper's family at a width: d_model = 64·n_blocks.
template <Arithmetic T = double>
constexpr architecture<T> coupled(std::type_identity_t<T> d_model, std::type_identity_t<T> granularity,
                                  std::type_identity_t<T> expansion_rate = T(64)) {
  return {.d_model = d_model,
          .n_blocks = d_model * T(1.0 / 64),
          .granularity = granularity,
          .expansion_rate = expansion_rate};
}

/// Eq. 1.
struct dense_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters{};  // N
    T tokens{};                          // D
  };
  /// N of an MoE is what one token uses: that of a dense model with the same FLOPs. It is no prediction.
  using quantities = quantity_list<quantities::active_shape_parameters, quantities::tokens>;
  template <class K>
  struct coefficients {
    K a, alpha, b, beta, c;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.a * exp(-k.alpha * log(at.total_non_embedding_parameters)) + k.b * exp(-k.beta * log(at.tokens)) + k.c;
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_non_embedding_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.c;
  }
  static constexpr additive_terms additive(coefficients<double> const& k, inputs<double> const&) {
    return {k.a, k.alpha, k.b, k.beta};
  }
};

/// Eq. 9 is Eq. 1 with g / G^gamma + a for a.
struct moe_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters{};  // N, every expert counted, router not
    T tokens{};                          // D
    T granularity{};                     // G
  };
  /// Published models define no d_ff for their experts, so granularity is read as top_k.
  using quantities = quantity_list<quantities::shape_parameters, quantities::tokens, quantities::top_k>;
  template <class K>
  struct coefficients {
    K a, alpha, b, beta, g, gamma, c;
    K expansion_rate;  // E of the runs
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const a = k.g * exp(-k.gamma * log(at.granularity)) + k.a;
    using number = std::remove_const_t<decltype(a)>;
    return dense_form::loss(
        dense_form::coefficients<number>{a, number(k.alpha), number(k.b), number(k.beta), number(k.c)},
        dense_form::inputs<T>{at.total_non_embedding_parameters, at.tokens});
  }
  /// Of the paper's family at that N: d_model = (64 N / (8 E + 4))^(1/3).
  template <class K, class T>
  static auto training_flops_per_token(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    T const d_model = exp((log(at.total_non_embedding_parameters) + log(64 / (8 * k.expansion_rate + 4))) * (1.0 / 3));
    return coupled<T>(d_model, at.granularity, T(k.expansion_rate)).training_flops_per_token();
  }
  /// Eq. 10 and 11 with the architecture's own active parameters and router.
  template <class T>
  static constexpr T training_flops_per_token_of(architecture_facts<T> const& at) {
    return fine_grained::training_flops_per_token<T>(shape_weights(at.weights.multiplied),
                                                     at.weights.multiplied[term::router]);
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.c;
  }
};

/// The laws of MoE and dense models, and their inputs and coefficients.
using law = laws::law<moe_form>;
using dense_law = laws::law<dense_form>;
using inputs = law::inputs;
using dense_inputs = dense_law::inputs;
using coefficients = law::coefficients;
using dense_coefficients = dense_law::coefficients;

/// The reducible loss L − c. Near c it keeps the digits that L has lost.
template <class T>
auto reducible_loss(law const& fitted, moe_form::inputs<T> const& at) {
  coefficients k = fitted.k;
  k.c = 0;
  return moe_form::loss(k, at);
}
template <class T>
auto reducible_loss(dense_law const& fitted, dense_form::inputs<T> const& at) {
  dense_coefficients k = fitted.k;
  k.c = 0;
  return dense_form::loss(k, at);
}

namespace detail {

inline constexpr input parameters_input{
    .name = "total_non_embedding_parameters",
    .definition = "attention projections and feed-forwards with every expert; no router, embedding, output head, norms "
                  "or biases",
    .unit = "parameters"};
inline constexpr input tokens_input = laws::inputs::tokens.meaning("training tokens, single epoch");
inline constexpr input granularity_input{
    .name = "granularity", .definition = "d_ff / d_expert, the number of experts that a token uses", .unit = "1"};

inline constexpr int gpt_2_vocabulary = 50257;
inline constexpr input dense_parameters_input =
    parameters_input.meaning("attention projections and feed-forwards; no embedding, output head, norms or biases");
constexpr fixed_list<input, 12> main_study{
    {parameters_input.in(129e6, 3.7e9), tokens_input.in(16e9, 130e9), granularity_input.in(1, 16)}, 3};
/// 3M to 49M active parameters; N = 11·N_act.
constexpr fixed_list<input, 12> study_of_16{
    {parameters_input.in(33e6, 539e6), tokens_input.in(8e9, 66e9), granularity_input}, 3};

constexpr description moe_description(std::string_view id, std::string_view title, std::string_view architectures,
                                      fixed_list<coefficient, 16> const& k, fixed_list<input, 12> const& inputs) {
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
          .caution = "the runs used expert-choice routing and a context of 256 tokens",
          .coefficients = k,
          .inputs = inputs,
          .family = {.multi_head_attention = true, .no_shared_experts = true, .vocab_size = gpt_2_vocabulary}};
}

inline constexpr std::string_view expansion_64 =
    "experts in every block, expansion rate 64, d_model 256 to 768 on 4 to 12 blocks (Table 3), expert choice";
inline constexpr std::string_view expansion_16 =
    "experts in every block, expansion rate 16, d_model 256 to 640 on 4 to 10 blocks, expert choice";
inline constexpr std::string_view four_digits = "four decimals", table_1 = "Table 1", table_5_row = "Table 5",
                                  table_8 = "Table 8", study = "expansion rate of the runs";

inline constexpr description about_four_decimals =
    moe_description("fine-grained", "fine-grained MoE, coefficients to four decimals", expansion_64,
                    {{{"a", 18.0712, provenance::authors_code, four_digits, 1e-4},
                      {"alpha", .1146, provenance::authors_code, four_digits, 1e-4},
                      {"b", 30.8082, provenance::authors_code, four_digits, 1e-4},
                      {"beta", .1465, provenance::authors_code, four_digits, 1e-4},
                      {"g", 2.0760, provenance::authors_code, four_digits, 1e-4},
                      {"gamma", .5843, provenance::authors_code, four_digits, 1e-4},
                      {"c", .472, provenance::authors_code, "held fixed in the fit"},
                      {"E", 64, provenance::printed, study}},
                     8},
                    main_study);
inline constexpr description about_rounded =
    moe_description("fine-grained-rounded", "fine-grained MoE, coefficients as the paper rounds them", expansion_64,
                    {{{"a", 18.1, provenance::printed, table_1, .1},
                      {"alpha", .115, provenance::printed, table_1, .001},
                      {"b", 30.8, provenance::printed, table_1, .1},
                      {"beta", .147, provenance::printed, table_1, .001},
                      {"g", 2.1, provenance::printed, table_1, .1},
                      {"gamma", .58, provenance::printed, table_1, .01},
                      {"c", .47, provenance::printed, table_1, .01},
                      {"E", 64, provenance::printed, study}},
                     8},
                    main_study);
inline constexpr description about_table_5 =
    moe_description("fine-grained-table-5", "fine-grained MoE, fitted without the best 20 % of runs", expansion_64,
                    {{{"a", 17.6, provenance::printed, table_5_row, .1},
                      {"alpha", .114, provenance::printed, table_5_row, .001},
                      {"b", 26.7, provenance::printed, table_5_row, .1},
                      {"beta", .140, provenance::printed, table_5_row, .001},
                      {"g", 2.07, provenance::printed, table_5_row, .01},
                      {"gamma", .570, provenance::printed, table_5_row, .001},
                      {"c", .472, provenance::printed, table_5_row},
                      {"E", 64, provenance::printed, study}},
                     8},
                    main_study);
inline constexpr description about_e16 =
    moe_description("fine-grained-e16", "fine-grained MoE at expansion rate 16", expansion_16,
                    {{{"a", 19.64, provenance::printed, table_8, .01},
                      {"alpha", .124, provenance::printed, table_8, .001},
                      {"b", 57.07, provenance::printed, table_8, .01},
                      {"beta", .169, provenance::printed, table_8, .001},
                      {"g", 1.18, provenance::printed, table_8, .01},
                      {"gamma", .986, provenance::printed, table_8, .001},
                      {"c", .472, provenance::printed, table_8},
                      {"E", 16, provenance::printed, study}},
                     8},
                    study_of_16);
inline constexpr description about_dense{
    .id = "fine-grained-dense",
    .paper = "arXiv 2402.07871",
    .equation = "Eq. 1: L = c + a / N^alpha + b / D^beta",
    .title = "the dense models beside fine-grained MoE",
    .data = "C4",
    .tokenizer = "GPT-2",
    .architectures = "dense",
    .loss_unit = "nats per token",
    .compute = "6 N D: training, no attention scores, embedding or output head",
    .coefficients = {{{"a", 16.3, provenance::printed, table_1, .1},
                      {"alpha", .126, provenance::printed, table_1, .001},
                      {"b", 26.7, provenance::printed, table_1, .1},
                      {"beta", .127, provenance::printed, table_1, .001},
                      {"c", .47, provenance::printed, table_1, .01}},
                     5},
    .inputs = {{dense_parameters_input.in(3e6, 85e6), tokens_input.in(16e9, 66e9)}, 2},
    .family = {.dense_only = true, .multi_head_attention = true, .vocab_size = gpt_2_vocabulary}};

}  // namespace detail

/// `fine-grained`: four decimals from the authors' code, c held at 0.472. The default; it reproduces Table 2.
inline constexpr law four_decimals{detail::about_four_decimals};
/// `fine-grained-rounded`: Table 1 as printed. 2.5 to 4.4 % low in tokens and FLOPs against Table 2.
inline constexpr law rounded{detail::about_rounded};
/// `fine-grained-table-5`: fitted without the best 20 % of runs.
inline constexpr law table_5{detail::about_table_5};
/// `fine-grained-e16`: Table 8, expansion rate 16, on smaller models.
inline constexpr law e16{detail::about_e16};
/// `fine-grained-dense`: Table 1, on 3M to 85M parameters.
inline constexpr dense_law dense{detail::about_dense};

/// Every set of the MoE law, the default first.
inline constexpr std::array sets{&four_decimals, &rounded, &table_5, &e16};

/// Why an expansion rate is outside a law's family; empty if the coefficients were fitted at it.
inline std::string expansion_reason(law const& fitted, double expansion_rate) {
  if (expansion_rate == fitted.k.expansion_rate) return {};
  return "expansion rate " + brief(expansion_rate) + ", the coefficients hold at " + brief(fitted.k.expansion_rate);
}

/// The law's inputs for a model, and everything in which the model differs from the paper's.
///
/// N = attention projections + feed-forwards + every expert. Published models define no d_ff for their experts, so
/// granularity is read as G = top_k and the expansion rate as E = n_experts / top_k. At an E other than that of the
/// runs the loss is no prediction. \throws std::invalid_argument with every rule that the model breaks
inline model_inputs<inputs> read(law const& fitted, model const& m, count tokens) {
  model_facts const facts = facts_of(m, tokens);
  model_traits const& seen = facts.traits;
  bool const has_experts = facts.has_experts();
  ratio const expansion = has_experts ? ratio(seen.first.n_experts, seen.first.top_k) : ratio(1);
  model_inputs<inputs> taken{laws::read(fitted, facts.values()),
                             "N counts attention projections, feed-forwards and every expert; granularity = top_k and "
                             "expansion rate = n_experts / top_k"};
  double const stored = taken.at.total_non_embedding_parameters, top_k = taken.at.granularity;
  laws::detail::family_check outside(taken);
  if (std::string const reason = expansion_reason(fitted, static_cast<double>(expansion)); !reason.empty())
    outside.no_prediction(reason);
  double const family = (8 * fitted.k.expansion_rate + 4) / 12;
  double const total_over_active = stored / shape_weights(facts.weights.multiplied);
  if (!(std::fabs(total_over_active / family - 1) < 0.01))
    outside("total over active parameters is " + brief(total_over_active) + ", the law's models have " + brief(family));
  if (seen.with_experts != seen.n_layers)
    outside(to_string(seen.n_layers - seen.with_experts) + " of " + to_string(seen.n_layers) +
            " layers have no experts, the law's all have");
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
  outside.compare(fitted.about->family, facts);
  double const aspect = static_cast<double>(ratio(m.d_model, seen.n_layers));
  if (aspect < 64 || aspect > 128)
    outside("d_model / n_layers is " + brief(aspect) + ", the law's experiments have 64 to 128");
  return taken;
}

/// The coefficients fitted at a model's expansion rate n_experts / top_k, or the main study's if there are none.
constexpr law const& set_for(model const& m) {
  experts<> const moe = traits_of(m).first;
  for (law const* const each : sets)
    if (moe.n_experts == static_cast<int>(each->k.expansion_rate) * moe.top_k) return *each;
  return four_decimals;
}

}  // namespace moetric::v0::laws::fine_grained
