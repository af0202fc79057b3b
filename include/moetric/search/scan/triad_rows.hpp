#pragma once

#include <span>

#include "moetric/search/formula/expression.hpp"
#include "moetric/search/formula/measure.hpp"
#include "moetric/search/formula/row_function.hpp"
#include "moetric/search/scan/kernels.hpp"
#include "moetric/search/scan/padded_row.hpp"

namespace moetric::v0::search {

/// M, N_a and N of configurations with consecutive indices.
struct triad_row {
  std::uint64_t first_index;
  std::span<double const> training_flops_per_token;
  std::span<double const> active_non_embedding_parameters;
  std::span<double const> total_non_embedding_parameters;
};

/// Calls visit(triad_row) for consecutive parts of a range of indices, in order. Counts are exact below 2^53, and
/// meaningless for combinations that rules exclude (see `space::holds`).
/// \throws std::invalid_argument for a range that leaves the space
template <class Target = simd::native, class Visit>
void for_each_triad_row(space const& over, setting const& at, index_range range, Visit visit) {
  constexpr std::size_t part = 1024;  // four arrays of this length fit in the L1 cache
  expression_pool pool(detail::any_terms);
  triad<expression> const three =
      costs_of(pool.written_fields().to_shape(over.rest().tied), at, over.has_experts()).three;
  auto rows = row_functions::make(
      over, *detail::as_quotients({three.training_flops_per_token, three.active_non_embedding_parameters,
                                   three.total_non_embedding_parameters}));
  if (!rows)
    moetric::detail::invalid("moetric: a field that runs along the last axis must enter no count with a power over 3");
  auto const kernels = detail::kernels_of<Target>::template rows<double>();
  detail::padded_row<double> variable;
  std::uint64_t version = 0;
  alignas(64) std::array<std::array<double, part>, 3> values;
  std::size_t const fastest = last_axis(over);
  for (box const& each : over.boxes_of(range))
    for_each_row(over, each, 1, 0, [&](digits const& row) {
      if (!rows->move_to(row, each.first[fastest], each.last[fastest])) return;
      if (rows->version() != version) {
        version = rows->version();
        variable.fill(rows->variable().size(), [&](std::size_t i) { return rows->variable()[i]; });
      }
      for (std::size_t from = 0; from < variable.size(); from += part) {
        std::size_t const padded = std::min(part, variable.length() - from),
                          length = std::min(part, variable.size() - from);
        for (std::size_t i = 0; i != values.size(); ++i)
          kernels.quotients(rows->row()[i].numerator, rows->row()[i].denominator, false, variable.data() + from, padded,
                            values[i].data());
        visit(triad_row{over.index_of(row) + from,
                        {values[0].data(), length},
                        {values[1].data(), length},
                        {values[2].data(), length}});
      }
    });
}

}  // namespace moetric::v0::search
