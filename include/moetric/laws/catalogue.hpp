#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
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
#include "moetric/laws/hyper_laws.hpp"
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

/// The rows as a list of types.
template <class... Row>
struct row_list {
  static constexpr std::size_t size = sizeof...(Row);
};

/// Every law with a loss. Wang's has no published coefficients: see `wang::with`.
using loss_rows =
    row_list<loss_row<fine_grained::four_decimals, 1>, loss_row<fine_grained::rounded>, loss_row<fine_grained::table_5>,
             loss_row<fine_grained::e16>, loss_row<fine_grained::dense, 2>, loss_row<kaplan::n>, loss_row<kaplan::d>,
             loss_row<kaplan::c>, loss_row<kaplan::c_fixed_batch>, loss_row<kaplan::n_d, 8>, loss_row<kaplan::n_s>,
             loss_row<chinchilla::tex, 6>, loss_row<chinchilla::printed>, loss_row<chinchilla::besiroglu, 7>,
             loss_row<clark::s_base>, loss_row<clark::rl_r>, loss_row<clark::hash>, loss_row<joint_moe::printed, 3>,
             loss_row<abnar::sparsity, 4>, loss_row<zhao::comprehensive, 5>, loss_row<data_constrained::authors>,
             loss_row<sardana::examples>, loss_row<sardana::up_to_100>, loss_row<sardana::up_to_250>,
             loss_row<sardana::up_to_500>, loss_row<sardana::all>, loss_row<precision::training>,
             loss_row<precision::one_width>, loss_row<precision::post_training>>;
/// The number of laws with a loss.
inline constexpr std::size_t n_loss_rows = loss_rows::size;

namespace detail {

template <class Visit, class... Row>
constexpr void visit_rows(Visit& visit, row_list<Row...>) {
  (visit(Row::law), ...);
}

}  // namespace detail

/// Calls `visit(law)` for every law with a loss, in its own type: the visitor is compiled for each. Loops over
/// `catalogue` compile once.
template <class Visit>
constexpr void for_each_loss(Visit visit) {
  detail::visit_rows(visit, loss_rows{});
}

/// What a law without a loss gives. Values are in the order of the law's inputs, unchecked.
struct figure {
  std::string_view name;
  double (*value)(double const* values);
};

/// A published law by name, its type erased. What it does not give is null or empty.
struct catalogue_row {
  description_ref about;
  std::optional<any_readable_law> loss = {};
  int place_in_comparison = 0;  // as in its `loss_row`
  allocation const* divides = nullptr;
  std::optional<laws::figure> figure = {};
  hyper_law const* hyper = nullptr;
};

/// Every law without a loss of its own coefficients.
inline constexpr std::array other_rows{
    catalogue_row{.about = holistic::about, .divides = &holistic::optimal, .hyper = hyper_law_of(holistic::about)},
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
    catalogue_row{.about = ling::about_hyper_parameters, .hyper = hyper_law_of(ling::about_hyper_parameters)},
    catalogue_row{.about = deepseek_llm::about_hyper_parameters,
                  .hyper = hyper_law_of(deepseek_llm::about_hyper_parameters)},
    catalogue_row{.about = step_law::about, .hyper = hyper_law_of(step_law::about)},
    catalogue_row{.about = joint_moe::about_learning_rate, .hyper = hyper_law_of(joint_moe::about_learning_rate)},
    catalogue_row{.about = wang::about},
};

namespace detail {

template <class... Row, std::size_t... i>
constexpr std::array<catalogue_row, sizeof...(Row) + sizeof...(i)> all_rows(row_list<Row...>,
                                                                            std::index_sequence<i...>) {
  return {catalogue_row{Row::law.about, Row::law, Row::place_in_comparison}..., other_rows[i]...};
}

}  // namespace detail

/// Every law, those with a loss first.
inline constexpr auto catalogue = detail::all_rows(loss_rows{}, std::make_index_sequence<other_rows.size()>{});

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

/// The laws that `compare` and `hindcast` show by default, in their order.
inline std::vector<catalogue_row const*> compared_rows() {
  std::vector<catalogue_row const*> rows;
  for (catalogue_row const& each : catalogue)
    if (each.place_in_comparison != 0) rows.push_back(&each);
  std::sort(rows.begin(), rows.end(), [](catalogue_row const* a, catalogue_row const* b) {
    return a->place_in_comparison < b->place_in_comparison;
  });
  return rows;
}

/// Their ids.
inline std::vector<std::string_view> compared_ids() {
  std::vector<std::string_view> ids;
  for (catalogue_row const* const each : compared_rows()) ids.push_back(each->about->id);
  return ids;
}

}  // namespace moetric::v0::laws
