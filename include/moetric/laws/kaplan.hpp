#pragma once

#include <cmath>

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/pf_days.hpp"
#include "moetric/laws/read.hpp"

/// Scaling laws for neural language models, Kaplan et al., arXiv 2001.08361.
///
///   L(N)        = (N_c / N)^alpha_N                              enough tokens, trained to convergence
///   L(D)        = (D_c / D)^alpha_D                              enough parameters, stopped early
///   L(C_min)    = (C_c / C_min)^alpha_C                          the best N at a batch far below B_crit
///   L(N, D)     = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D
///   L(N, S_min) = (N_c / N)^alpha_N + (S_c / S_min)^alpha_S      tokens never repeat
///
/// N is non-embedding parameters (read from an MoE: those that one token uses, as in a dense model with the same FLOPs;
/// the loss is then no prediction), D tokens, S optimizer steps, L nats per token on WebText2. The paper counts compute
/// in PF-days; here `compute` is FLOPs everywhere, and what is PF-days is of type `pf_days`. Each fit has its
/// own constants: those of one law mean nothing in another.
namespace moetric::v0::laws::kaplan {

namespace detail {

/// (scale / x)^alpha
template <class K, class T>
auto ratio_power(K const& scale, K const& alpha, T const& x) {
  using std::exp, std::log;
  return exp(alpha * (log(scale) - log(x)));
}

}  // namespace detail

/// L(N), Eq. 1.1.
struct parameters_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters>;
  template <class K>
  struct coefficients {
    K n_c, alpha_n;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return detail::ratio_power(k.n_c, k.alpha_n, at.total_non_embedding_parameters);
  }
};

/// L(D), Eq. 1.2.
struct tokens_form {
  template <class T>
  struct inputs {
    T tokens;  // D
  };
  using quantities = quantity_list<quantities::tokens>;
  template <class K>
  struct coefficients {
    K d_c, alpha_d;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return detail::ratio_power(k.d_c, k.alpha_d, at.tokens);
  }
};

/// L(C_min), Eq. 1.3, and L(C).
struct compute_form {
  template <class T>
  struct inputs {
    T compute;  // FLOPs
  };
  using quantities = quantity_list<quantities::given>;
  template <class K>
  struct coefficients {
    K c_c, alpha_c;  // C_c in PF-days
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return detail::ratio_power(K(k.c_c * pf_days::flops_of_one), k.alpha_c, at.compute);
  }
};

/// L(N, D), Eq. 1.5.
struct parameters_and_tokens_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
    T tokens;                          // D
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::tokens>;
  template <class K>
  struct coefficients {
    K n_c, alpha_n, d_c, alpha_d;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return exp(k.alpha_d * log(detail::ratio_power(k.n_c, K(k.alpha_n / k.alpha_d), at.total_non_embedding_parameters) +
                               k.d_c * exp(-log(at.tokens))));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_non_embedding_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const&) {
    return K(0);
  }
};

/// L(N, S_min), Eq. 1.6.
struct parameters_and_steps_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
    T steps;                           // S_min
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::given>;
  template <class K>
  struct coefficients {
    K n_c, alpha_n, s_c, alpha_s;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return detail::ratio_power(k.n_c, k.alpha_n, at.total_non_embedding_parameters) +
           detail::ratio_power(k.s_c, k.alpha_s, at.steps);
  }
};

/// Compute-efficient training (Table 6): power laws of the least compute C_min in PF-days.
inline constexpr power_law parameters_of_pf_days{1.3e9, .73};
inline constexpr power_law batch_tokens_of_pf_days{2.0e6, .24};
inline constexpr power_law steps_of_pf_days{5.4e3, .03};
inline constexpr power_law tokens_of_pf_days{2e10, .27};

/// B_crit = B* / L^(1 / alpha_B) tokens.
struct critical_batch {
  double b_star;   // B*, tokens
  double alpha_b;  // alpha_B, the exponent's inverse
};
/// Eq. 1.4. Table 5 prints B* = 2.1e8, 5 % more.
inline constexpr critical_batch critical{2e8, .21};
inline constexpr critical_batch critical_of_table_5{2.1e8, .21};

namespace detail {

inline constexpr input parameters = laws::inputs::total_non_embedding_parameters.in(768, 1.5e9);
inline constexpr input tokens = laws::inputs::tokens.in(2.2e7, 2.3e10);
inline constexpr input least_steps{
    .name = "steps",
    .definition = "S_min, optimizer steps at a batch far above the critical one: minimum_steps() converts",
    .unit = "steps"};
inline constexpr input least_compute = laws::inputs::compute.meaning(
    "C_min, training FLOPs without embeddings at a batch far below the critical one: minimum_compute() converts");
inline constexpr input compute_at_one_batch =
    laws::inputs::compute.meaning("training FLOPs without embeddings at a batch of 2^19 tokens");

inline constexpr std::string_view own_constants =
    "each of the paper's fits has constants of its own: those of one law mean nothing in another";

constexpr description described(std::string_view id, std::string_view equation, std::string_view title,
                                fixed_list<coefficient, 16> const& coefficients, fixed_list<input, 12> const& inputs,
                                std::string_view caution = own_constants) {
  return {.id = id,
          .paper = "arXiv 2001.08361",
          .equation = equation,
          .title = title,
          .data = "WebText2",
          .tokenizer = "GPT-2",
          .architectures = "dense, length 1024, batch 2^19 tokens",
          .loss_unit = "nats per token",
          .compute = "6 N D = 6 N B S: no attention scores, embedding or output head; constants in PF-days of 8.64e19 "
                     "FLOPs",
          .caution = caution,
          .coefficients = coefficients,
          .inputs = inputs,
          .family = {.dense_only = true, .multi_head_attention = true, .vocab_size = 50257}};
}

inline constexpr std::string_view table_2 = "Table 2", table_3 = "Table 3", table_6 = "Table 6, C_min in PF-days";

inline constexpr description about_n = described(
    "kaplan-n", "Eq. 1.1: L = (N_c / N)^alpha_N", "Kaplan's loss of parameters alone, trained to convergence",
    {{{"N_c", 8.8e13, provenance::printed, "Eq. 1.1", .1e13}, {"alpha_N", .076, provenance::printed, "Eq. 1.1", .001}},
     2},
    {{parameters}, 1});
inline constexpr description about_d = described(
    "kaplan-d", "Eq. 1.2: L = (D_c / D)^alpha_D", "Kaplan's loss of tokens alone, large models stopped early",
    {{{"D_c", 5.4e13, provenance::printed, "Eq. 1.2", .1e13}, {"alpha_D", .095, provenance::printed, "Eq. 1.2", .001}},
     2},
    {{tokens}, 1});
inline constexpr description about_c =
    described("kaplan-c", "Eq. 1.3: L = (C_c / C_min)^alpha_C", "Kaplan's loss of compute, best size and small batch",
              {{{"C_c", 3.1e8, provenance::printed, "Eq. 1.3, in PF-days", .1e8},
                {"alpha_C", .050, provenance::printed, "Eq. 1.3", .001}},
               2},
              {{least_compute}, 1},
              "empirical: the constants of kaplan-n-s and B_crit imply 1.6e8 PF-days and .0525 instead, and neither "
              "checks the other; from about 1e4 PF-days on (second-hand) it contradicts kaplan-d");
inline constexpr description about_c_fixed_batch = described(
    "kaplan-c-fixed-batch", "L = (C_c / C)^alpha_C", "Kaplan's loss of compute, best size at a batch of 2^19 tokens",
    {{{"C_c", 1.6e7, provenance::printed, "fixed batch, in PF-days", .1e7},
      {"alpha_C", .057, provenance::printed, "fixed batch", .001}},
     2},
    {{compute_at_one_batch}, 1});
inline constexpr description about_n_d =
    described("kaplan-n-d", "Eq. 1.5: L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D",
              "Kaplan's loss of parameters and tokens, stopped early",
              {{{"N_c", 6.4e13, provenance::printed, table_2, .1e13},
                {"alpha_N", .076, provenance::printed, table_2, .001},
                {"D_c", 1.8e13, provenance::printed, table_2, .1e13},
                {"alpha_D", .103, provenance::printed, table_2, .001}},
               4},
              {{parameters, tokens}, 2},
              "its optimum at 6 N D = C is not the paper's: kaplan-optimum comes from the fit over steps and grows N "
              "as C^.73, this one as C^.58");
inline constexpr description about_n_s =
    described("kaplan-n-s", "Eq. 1.6: L = (N_c / N)^alpha_N + (S_c / S_min)^alpha_S",
              "Kaplan's loss of parameters and optimizer steps",
              {{{"N_c", 6.5e13, provenance::printed, table_3, .1e13},
                {"alpha_N", .077, provenance::printed, table_3, .001},
                {"S_c", 2.1e3, provenance::printed, table_3, .1e3},
                {"alpha_S", .76, provenance::printed, table_3, .01}},
               4},
              {{parameters, least_steps}, 2});

constexpr coefficient of_table_6(std::string_view name, double value, double last_digit) {
  return {name, value, provenance::printed, table_6, last_digit};
}
inline constexpr description about_optimum = [] {
  description about =
      described("kaplan-optimum",
                "Table 6: N = 1.3e9 C_min^.73, D = 2e10 C_min^.27, B = 2.0e6 C_min^.24, S_min = 5.4e3 C_min^.03",
                "Kaplan's compute-efficient training: parameters, tokens, batch and steps",
                {{of_table_6("N_coefficient", parameters_of_pf_days.coefficient, .1e9),
                  of_table_6("N_exponent", parameters_of_pf_days.exponent, .01),
                  of_table_6("D_coefficient", tokens_of_pf_days.coefficient, 1e10),
                  of_table_6("D_exponent", tokens_of_pf_days.exponent, .01),
                  of_table_6("B_coefficient", batch_tokens_of_pf_days.coefficient, .1e6),
                  of_table_6("B_exponent", batch_tokens_of_pf_days.exponent, .01),
                  of_table_6("S_min_coefficient", steps_of_pf_days.coefficient, .1e3),
                  of_table_6("S_min_exponent", steps_of_pf_days.exponent, .01),
                  {"B*", critical.b_star, provenance::printed, "Eq. 1.4; Table 5 prints 2.1e8", 1e8},
                  {"alpha_B", critical.alpha_b, provenance::printed, "Table 5", .01}},
                 10},
                {{least_compute}, 1}, "chinchilla finds that parameters and tokens grow alike");
  about.loss_unit = "";
  return about;
}();

/// A power law of PF-days as one of FLOPs.
constexpr power_law of_flops(power_law const& of_pf_days) {
  return {of_pf_days.coefficient, of_pf_days.exponent, pf_days::flops_of_one};
}

}  // namespace detail

/// `kaplan-n`
inline constexpr law<parameters_form> n{detail::about_n};
/// `kaplan-d`
inline constexpr law<tokens_form> d{detail::about_d};
/// `kaplan-c`: of the least compute, C_min.
inline constexpr law<compute_form> c{detail::about_c};
/// `kaplan-c-fixed-batch`: of the compute at a batch of 2^19 tokens.
inline constexpr law<compute_form> c_fixed_batch{detail::about_c_fixed_batch};
/// `kaplan-n-d`
inline constexpr law<parameters_and_tokens_form> n_d{detail::about_n_d};
/// `kaplan-n-s`
inline constexpr law<parameters_and_steps_form> n_s{detail::about_n_s};

/// `kaplan-optimum`: N and D of Table 6, of C_min in FLOPs.
inline constexpr allocation optimum{.about = detail::about_optimum,
                                    .parameters_name = "total_non_embedding_parameters",
                                    .parameters = detail::of_flops(parameters_of_pf_days),
                                    .tokens = detail::of_flops(tokens_of_pf_days),
                                    .parameters_of = quantities::active_non_embedding_parameters::of<double>,
                                    .batch_tokens = detail::of_flops(batch_tokens_of_pf_days),
                                    .steps = detail::of_flops(steps_of_pf_days)};

/// N = 1.3e9·C_min^.73 non-embedding parameters. Table 6.
inline double optimal_parameters(pf_days least) {
  return parameters_of_pf_days(least.value);
}
/// B = 2.0e6·C_min^.24 tokens. Table 6.
inline double optimal_batch_tokens(pf_days least) {
  return batch_tokens_of_pf_days(least.value);
}
/// S_min = 5.4e3·C_min^.03 steps. Table 6.
inline double optimal_minimum_steps(pf_days least) {
  return steps_of_pf_days(least.value);
}
/// D = 2e10·C_min^.27 tokens. Table 6.
inline double optimal_tokens(pf_days least) {
  return tokens_of_pf_days(least.value);
}

/// D = 5e3·N^.74 with N non-embedding parameters: fewer tokens overfit. Printed.
inline constexpr power_law least_tokens_without_overfitting{5e3, .74};

/// The batch in tokens at which time and compute are both twice their least, B* / L^(1/alpha_B). Eq. 1.4.
/// \throws std::invalid_argument if the loss, in nats per token, is not positive and finite
inline double critical_batch_tokens(double loss, critical_batch const& critical_at = critical) {
  moetric::detail::require_positive("loss", loss);
  return std::exp(std::log(critical_at.b_star) - std::log(loss) / critical_at.alpha_b);
}

/// A run's batch in tokens, and the loss in nats per token that it reaches.
struct batch_at_loss {
  double batch_tokens;
  double loss;
};

/// S_min = S / (1 + B_crit / B), the steps at a batch far above the critical one. Eq. 5.4.
inline double minimum_steps(double steps, batch_at_loss const& run) {
  moetric::detail::require_positive("steps", steps);
  moetric::detail::require_positive("batch_tokens", run.batch_tokens);
  return steps / (1 + critical_batch_tokens(run.loss) / run.batch_tokens);
}

/// C_min = C / (1 + B / B_crit), the FLOPs at a batch far below the critical one. Eq. 5.5.
inline double minimum_compute(double compute, batch_at_loss const& run) {
  moetric::detail::require_positive("compute", compute);
  moetric::detail::require_positive("batch_tokens", run.batch_tokens);
  return compute / (1 + run.batch_tokens / critical_batch_tokens(run.loss));
}

}  // namespace moetric::v0::laws::kaplan
