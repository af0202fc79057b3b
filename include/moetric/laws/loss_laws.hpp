#pragma once

#include <cstddef>

#include "moetric/laws/abnar.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/clark.hpp"
#include "moetric/laws/data_constrained.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/gadre.hpp"
#include "moetric/laws/gemstones.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/laws/precision.hpp"
#include "moetric/laws/sardana.hpp"
#include "moetric/laws/zhao.hpp"

/// The published laws with a loss, in their own types.
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

/// The laws with a loss that `for_each_loss` visits; Wang's has no published coefficients: see `wang::with`. A new law
/// belongs here if loops over types or tests of every law need it, else into `further_loss_rows`.
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
/// Their number.
inline constexpr std::size_t n_loss_rows = loss_rows::size;
/// Further laws with a loss, which are found by name alone: `for_each_loss` compiles no visitor for them.
using further_loss_rows = row_list<loss_row<gadre::c4>, loss_row<gadre::redpajama>, loss_row<gadre::refinedweb>,
                                   loss_row<gemstones::hot>, loss_row<gemstones::cooldown>>;

namespace detail {

template <class Visit, class... Row>
constexpr void visit_rows(Visit& visit, row_list<Row...>) {
  (visit(Row::law), ...);
}

}  // namespace detail

/// Calls `visit(law)` for every law of `loss_rows`, in its own type: the visitor is compiled for each. Loops over
/// `catalogue` compile once.
template <class Visit>
constexpr void for_each_loss(Visit visit) {
  detail::visit_rows(visit, loss_rows{});
}
/// The same for the further laws too.
template <class Visit>
constexpr void for_each_named_loss(Visit visit) {
  detail::visit_rows(visit, loss_rows{});
  detail::visit_rows(visit, further_loss_rows{});
}

}  // namespace moetric::v0::laws
