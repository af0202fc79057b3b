#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/laws/abnar.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/clark.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/expert_attention.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/hunyuan_large.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/llama_3.hpp"
#include "moetric/laws/precision.hpp"
#include "moetric/laws/sardana.hpp"
#include "moetric/laws/step_law.hpp"
#include "moetric/laws/wang.hpp"
#include "moetric/laws/zhao.hpp"

/// The published laws: `loss_rows` with a loss, `other_rows` without. Lists by form, study and kind, and the dispatch
/// by id, follow from these two.
namespace moetric::v0::laws {

/// A law with a loss, with its type.
/// \tparam place among the laws that `compare` and `hindcast` show by default, one of each study that divides a budget
///         and reads all else from a model; 0 for the others
template <auto const& published, int place = 0>
struct loss_row {
  static constexpr auto const& law = published;
  static constexpr int place_in_comparison = place;
};

/// Every law with a loss. Wang's has no published coefficients: see `wang::with`.
inline constexpr std::tuple loss_rows{
    loss_row<fine_grained::four_decimals, 1>{},
    loss_row<fine_grained::rounded>{},
    loss_row<fine_grained::table_5>{},
    loss_row<fine_grained::e16>{},
    loss_row<fine_grained::dense, 2>{},
    loss_row<kaplan::n>{},
    loss_row<kaplan::d>{},
    loss_row<kaplan::c>{},
    loss_row<kaplan::c_fixed_batch>{},
    loss_row<kaplan::n_d, 8>{},
    loss_row<kaplan::n_s>{},
    loss_row<chinchilla::tex, 6>{},
    loss_row<chinchilla::printed>{},
    loss_row<chinchilla::besiroglu, 7>{},
    loss_row<clark::s_base>{},
    loss_row<clark::rl_r>{},
    loss_row<clark::hash>{},
    loss_row<joint_moe::printed, 3>{},
    loss_row<abnar::sparsity, 4>{},
    loss_row<zhao::comprehensive, 5>{},
    loss_row<data_constrained::authors>{},
    loss_row<sardana::examples>{},
    loss_row<sardana::up_to_100>{},
    loss_row<sardana::up_to_250>{},
    loss_row<sardana::up_to_500>{},
    loss_row<sardana::all>{},
    loss_row<precision::training>{},
    loss_row<precision::one_width>{},
    loss_row<precision::post_training>{},
};
/// The number of laws with a loss.
inline constexpr std::size_t n_loss_rows = std::tuple_size_v<decltype(loss_rows)>;

/// Calls `visit(law)` for every law with a loss.
template <class Visit>
constexpr void for_each_loss(Visit visit) {
  std::apply([&](auto const&... row) { (visit(row.law), ...); }, loss_rows);
}

namespace detail {

template <int place, class Visit, class Row>
constexpr void visit_if_at(Visit& visit, Row const& row) {
  if constexpr (Row::place_in_comparison == place) visit(row.law);
}
template <int place, class Visit>
constexpr void visit_at(Visit& visit) {
  std::apply([&](auto const&... row) { (visit_if_at<place>(visit, row), ...); }, loss_rows);
}
template <class Visit, int... place>
constexpr void visit_places(Visit& visit, std::integer_sequence<int, place...>) {
  (visit_at<place + 1>(visit), ...);
}

}  // namespace detail

/// Calls `visit(law)` for the laws of `compare` and `hindcast`, in their order.
template <class Visit>
constexpr void for_each_compared(Visit visit) {
  detail::visit_places(visit, std::make_integer_sequence<int, static_cast<int>(n_loss_rows)>{});
}

/// What a law without a loss gives. Values are in the order of the law's inputs, unchecked.
struct figure {
  std::string_view name;
  double (*value)(double const* values);
};

/// Peak learning rate and batch. Values are in the order of the law's inputs, unchecked.
struct hyper_law {
  std::string_view name;   // of the study: one may have a law of loss or allocation besides
  std::string_view setup;  // optimiser, schedule, models
  double (*learning_rate)(double const* values);
  double (*batch_tokens)(double const* values);  // null if it gives none
};

/// A published law by name, its type forgotten. What it does not give is null or empty.
struct catalogue_row {
  description_ref about;
  answer (*evaluate)(double const* values) = nullptr;  // the loss; values are in the order of about->inputs
  answer (*evaluate_model)(model const& m, count tokens) = nullptr;
  double irreducible = 0;  // 0 if it has none
  allocation const* divides = nullptr;
  std::optional<laws::figure> figure = {};
  std::optional<hyper_law> hyper = {};
};

/// Every law without a loss of its own coefficients.
inline constexpr std::array other_rows{
    catalogue_row{.about = holistic::about,
                  .divides = &holistic::optimal,
                  .hyper = hyper_law{"holistic", "AdamW (0.9, 0.95), weight decay 0.1, warmup-stable-decay",
                                     [](double const* x) { return holistic::learning_rate(x[0]); },
                                     [](double const* x) { return holistic::batch_tokens(x[0]); }}},
    catalogue_row{.about = kaplan::optimum.about, .divides = &kaplan::optimum},
    catalogue_row{.about = chinchilla::approach_1.about, .divides = &chinchilla::approach_1},
    catalogue_row{.about = chinchilla::approach_2.about, .divides = &chinchilla::approach_2},
    catalogue_row{.about = ling::moe.about, .divides = &ling::moe},
    catalogue_row{.about = ling::dense.about, .divides = &ling::dense},
    catalogue_row{.about = deepseek_llm::optimal.about, .divides = &deepseek_llm::optimal},
    catalogue_row{.about = llama_3::optimal.about, .divides = &llama_3::optimal},
    catalogue_row{.about = hunyuan_large::optimal.about, .divides = &hunyuan_large::optimal},
    catalogue_row{
        .about = ling::leverage_fit.about,
        .figure =
            figure{
                "efficiency_leverage",
                [](double const* x) {
                  return ling::leverage_form::leverage(ling::leverage_fit.k, ling::leverage_inputs{x[0], x[1], x[2]});
                }}},
    catalogue_row{.about = expert_attention::printed.about,
                  .figure = figure{"expert_over_attention_flops",
                                   [](double const* x) {
                                     return expert_attention::form::ratio(expert_attention::printed.k,
                                                                          expert_attention::inputs{x[0], x[1]});
                                   }}},
    catalogue_row{.about = ling::about_hyper_parameters,
                  .hyper = hyper_law{"ling-moe", "MoE of 7.8 % activated, warmup-stable-decay",
                                     [](double const* x) { return ling::learning_rate(x[0]); },
                                     [](double const* x) { return ling::batch_tokens(x[0]); }}},
    catalogue_row{.about = deepseek_llm::about_hyper_parameters,
                  .hyper = hyper_law{"deepseek-llm", "dense models",
                                     [](double const* x) { return deepseek_llm::learning_rate(x[0]); },
                                     [](double const* x) { return deepseek_llm::batch_tokens(x[0]); }}},
    catalogue_row{.about = step_law::about,
                  .hyper = hyper_law{"step-law", "dense models, length 2048",
                                     [](double const* x) {
                                       return step_law::learning_rate({x[0], x[1]});
                                     },
                                     [](double const* x) {
                                       return step_law::batch_tokens({x[0], x[1]});
                                     }}},
    catalogue_row{.about = joint_moe::about_learning_rate,
                  .hyper = hyper_law{"joint-moe", "Switch-style top-1 experts",
                                     [](double const* x) {
                                       return joint_moe::learning_rate({x[0], x[1]});
                                     },
                                     nullptr}},
    catalogue_row{.about = wang::about},
};

namespace detail {

template <class L>
constexpr double floor_of(L const& law) {
  if constexpr (requires { law.irreducible(); })
    return law.irreducible();
  else
    return 0;
}

template <auto const& law, int place>
constexpr catalogue_row erased(loss_row<law, place>) {
  using inputs = typename std::remove_cvref_t<decltype(law)>::inputs;
  return {.about = law.about,
          .evaluate =
              [](double const* values) {
                std::array<double, detail::number_of_doubles<inputs>> each{};
                for (double& value : each) value = *values++;
                return laws::evaluate(law, detail::from_array<inputs>(each));
              },
          .evaluate_model = [](model const& m, count tokens) -> answer { return laws::evaluate(law, m, tokens); },
          .irreducible = detail::floor_of(law)};
}

template <std::size_t... i, std::size_t... j>
constexpr std::array<catalogue_row, sizeof...(i) + sizeof...(j)> all_rows(std::index_sequence<i...>,
                                                                          std::index_sequence<j...>) {
  return {erased(std::get<i>(loss_rows))..., other_rows[j]...};
}

}  // namespace detail

/// Every law, those with a loss first.
inline constexpr auto catalogue =
    detail::all_rows(std::make_index_sequence<n_loss_rows>{}, std::make_index_sequence<other_rows.size()>{});

/// The row of that id, or null.
constexpr catalogue_row const* find(std::string_view id) {
  for (catalogue_row const& each : catalogue)
    if (each.about->id == id) return &each;
  return nullptr;
}

/// The row of that id. \throws std::invalid_argument listing all ids if there is none
inline catalogue_row const& require(std::string_view id) {
  if (catalogue_row const* const row = find(id)) return *row;
  fixed_list<std::string_view, catalogue.size()> known;
  for (catalogue_row const& each : catalogue) known.push_back(each.about->id, "moetric: too many laws");
  refuse_name("law", id, known);
}

/// The ids that `compare` and `hindcast` show by default, in their order.
inline std::vector<std::string_view> compared_ids() {
  std::vector<std::string_view> ids;
  for_each_compared([&](auto const& law) { ids.push_back(law.about->id); });
  return ids;
}

/// The description of the first law of a form: its inputs, and the names of its coefficients.
template <class Form>
constexpr description const& description_of_form() {
  description const* found = std::is_same_v<Form, wang::form> ? &wang::about : nullptr;
  for_each_loss([&]<class L>(L const& law) {
    if (std::is_same_v<typename L::form, Form> && found == nullptr) found = &*law.about;
  });
  return *found;
}

}  // namespace moetric::v0::laws
