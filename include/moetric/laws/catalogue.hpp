#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/laws/batch_laws.hpp"
#include "moetric/laws/deepseek_llm.hpp"
#include "moetric/laws/expert_attention.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/hunyuan_large.hpp"
#include "moetric/laws/hyper_laws.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/llama_3.hpp"
#include "moetric/laws/loss_laws.hpp"
#include "moetric/laws/minicpm.hpp"
#include "moetric/laws/sparse_weights.hpp"
#include "moetric/laws/step_law.hpp"
#include "moetric/laws/vocabulary.hpp"
#include "moetric/laws/wang.hpp"

/// The published laws by id, their types erased: `loss_rows` and `further_loss_rows` (loss_laws.hpp), and `other_rows`.
namespace moetric::v0::laws {

/// The figure that a law without a loss gives. Values are in the order of the law's inputs, unchecked.
struct law_output {
  std::string_view name;
  double (*value)(double const* values);  // of the inputs in their order
  std::string_view unit = "1";
};

/// A published law by name, its type erased. What it does not give is null or empty.
struct catalogue_row {
  description const* about;
  any_law const* loss = nullptr;  // `readable` makes it read models
  int place_in_comparison = 0;    // as in its `loss_row`
  allocation const* divides = nullptr;
  std::optional<law_output> output = {};
  hyper_law const* hyper = nullptr;
};

/// A published law with its type erased. Rows point to it and hold none: GCC's -fsanitize=undefined takes no constant
/// array of objects that have a destructor.
template <auto const& published>
inline constexpr any_law erased = published;

/// Every other law: those without a loss of their own coefficients, and those whose loss depends on what no shape has.
inline constexpr std::array other_rows{
    catalogue_row{.about = &holistic::about, .divides = &holistic::optimal, .hyper = hyper_law_of(holistic::about)},
    catalogue_row{.about = &*kaplan::optimum.about, .divides = &kaplan::optimum},
    catalogue_row{.about = &*chinchilla::approach_1.about, .divides = &chinchilla::approach_1},
    catalogue_row{.about = &*chinchilla::approach_2.about, .divides = &chinchilla::approach_2},
    catalogue_row{.about = &*ling::moe.about, .divides = &ling::moe},
    catalogue_row{.about = &*ling::dense.about, .divides = &ling::dense},
    catalogue_row{.about = &*deepseek_llm::optimal.about, .divides = &deepseek_llm::optimal},
    catalogue_row{.about = &*llama_3::optimal.about, .divides = &llama_3::optimal},
    catalogue_row{.about = &*hunyuan_large::optimal.about, .divides = &hunyuan_large::optimal},
    catalogue_row{
        .about = &*ling::leverage_fit.about,
        .output =
            law_output{
                "efficiency_leverage",
                [](double const* x) {
                  return ling::leverage_form::leverage(ling::leverage_fit.k, ling::leverage_inputs{x[0], x[1], x[2]});
                }}},
    catalogue_row{.about = &*expert_attention::printed.about,
                  .output = law_output{"expert_over_attention_flops",
                                       [](double const* x) {
                                         return expert_attention::form::ratio(expert_attention::printed.k,
                                                                              expert_attention::inputs{x[0], x[1]});
                                       }}},
    catalogue_row{.about = &ling::about_hyper_parameters, .hyper = hyper_law_of(ling::about_hyper_parameters)},
    catalogue_row{.about = &deepseek_llm::about_hyper_parameters,
                  .hyper = hyper_law_of(deepseek_llm::about_hyper_parameters)},
    catalogue_row{.about = &step_law::about, .hyper = hyper_law_of(step_law::about)},
    catalogue_row{.about = &joint_moe::about_learning_rate, .hyper = hyper_law_of(joint_moe::about_learning_rate)},
    catalogue_row{.about = &wang::about},
    catalogue_row{.about = &*sparse_weights::t5.about, .loss = &erased<sparse_weights::t5>},
    catalogue_row{.about = &*sparse_weights::vit.about, .loss = &erased<sparse_weights::vit>},
    catalogue_row{.about = &*minicpm::optimal.about, .divides = &minicpm::optimal},
    catalogue_row{.about = &vocabulary::about,
                  .output =
                      law_output{"vocabulary_parameters",
                                 [](double const* x) { return vocabulary::optimal_vocabulary_parameters(x[0], x[1]); },
                                 "parameters"}},
    catalogue_row{.about = &critical_batch::about,
                  .output = law_output{"critical_batch_tokens",
                                       [](double const* x) { return critical_batch::tokens_of(x[0]); }, "tokens"}},
    catalogue_row{
        .about = &power_lines::about,
        .output = law_output{"timescale", [](double const* x) { return power_lines::optimal_timescale(x[0], x[1]); }}},
    catalogue_row{.about = &porian::about, .hyper = hyper_law_of(porian::about)},
    catalogue_row{.about = &schaipp::about, .hyper = hyper_law_of(schaipp::about)},
};

namespace detail {

template <class... Row, class... Further, std::size_t... i>
constexpr std::array<catalogue_row, sizeof...(Row) + sizeof...(Further) + sizeof...(i)>
all_rows(row_list<Row...>, row_list<Further...>, std::index_sequence<i...>) {
  return {catalogue_row{&*Row::law.about, &erased<Row::law>, Row::place_in_comparison}...,
          catalogue_row{&*Further::law.about, &erased<Further::law>}..., other_rows[i]...};
}

}  // namespace detail

/// Every law, those with a loss first.
inline constexpr auto catalogue =
    detail::all_rows(loss_rows{}, further_loss_rows{}, std::make_index_sequence<other_rows.size()>{});

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
  for (catalogue_row const& each : catalogue) {
    if (each.place_in_comparison == 0) continue;
    auto place = rows.begin();
    while (place != rows.end() && (*place)->place_in_comparison < each.place_in_comparison) ++place;
    rows.insert(place, &each);
  }
  return rows;
}

/// Their ids.
inline std::vector<std::string_view> compared_ids() {
  std::vector<std::string_view> ids;
  for (catalogue_row const* const each : compared_rows()) ids.push_back(each->about->id);
  return ids;
}

}  // namespace moetric::v0::laws
