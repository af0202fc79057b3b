#pragma once

#include "moetric/core/bisection.hpp"
#include "moetric/plan/compute_split.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan {

/// The budget of a request, divided, and the shape that it buys.
struct bought_shape {
  compute_split compute;
  planned_shape shape;
};

/// From a request to its shape: the split of the compute, the recipe, the real-valued shape, integers.
/// \throws std::invalid_argument as these steps
inline bought_shape buy_shape(resolved_request const& r) {
  compute_split const split = split_compute(r);
  recipe const from_source = split.adapted(r.source.at(split.law_compute));
  return {split, plan_shape(r, solve_shape(r, from_source, split.training), split.training)};
}

/// The whole number of parameters of the shape that a request without a limit gives, embeddings included.
inline count unlimited_parameters(resolved_request r) {
  r.parameters_limit.reset();
  return total_parameters(r.model_of(buy_shape(r).shape.architecture));
}

/// A request whose limit of parameters its experts exceed, with the most experts, a multiple of 4, that meet it; with
/// at least 4 for each active one, as the densest published models of several experts have (Mixtral: 8, 2 active). What
/// is still too many is left to `within_parameters`, which turns layers of experts dense. Unchanged if the user gave
/// n_experts, or a source whose M and tokens follow the experts.
inline resolved_request with_fewer_experts(resolved_request const& r) {
  if (!r.parameters_limit || r.given.n_experts || r.source.sees_experts) return r;
  auto const fits = [&](resolved_request const& with) {
    return static_cast<double>(unlimited_parameters(with)) <= *r.parameters_limit;
  };
  if (fits(r)) return r;
  auto const with = [&r](std::uint64_t fours) {
    resolved_request fewer = r;
    fewer.experts.n_experts = 4 * fours;
    return fewer;
  };
  auto const least = static_cast<std::uint64_t>(r.experts.top_k);
  auto const most = static_cast<std::uint64_t>(floor_div(r.experts.n_experts, 4));
  if (most <= least) return r;
  auto const too_many = first_where(least, most, [&](std::uint64_t fours) { return !fits(with(fours)); });
  return with(too_many > least ? too_many - 1 : least);
}

}  // namespace moetric::v0::plan
