// The zoo's published numbers, at compile time.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "zoo_rows.hpp"

namespace {

template <class Rows>
constexpr bool all_hold(Rows const& rows) {
  return std::ranges::all_of(rows, [](auto const& row) { return holds(row); });
}

// A constant expression of its own for each row of the models: compilers bound the steps of one. Counting a model that
// breaks a rule would not compile.
template <std::size_t i>
constexpr bool model_holds = holds(zoo_rows::parameters[i]);
template <std::size_t... i>
constexpr bool all_models_hold(std::index_sequence<i...>) {
  return (model_holds<i> && ...);
}
static_assert(all_models_hold(std::make_index_sequence<std::size(zoo_rows::parameters)>{}));

static_assert(all_hold(zoo_rows::training));
static_assert(all_hold(zoo_rows::forward_terms));
static_assert(all_hold(zoo_rows::caches));

// What a row does not fit.
static_assert(!holds(zoo_rows::cache_row{"no-such-model", 131'072, 65'536}));
static_assert(!holds(zoo_rows::cache_row{"llama-3-8b", 131'072, 65'537}));
static_assert(moetric::zoo::find("deepseek-v3")->value == &moetric::zoo::deepseek_v3);
static_assert(moetric::zoo::find("deepseek_v3") == nullptr && moetric::zoo::find("") == nullptr);

// Every model of the zoo has an id of its own.
static_assert(std::ranges::all_of(moetric::zoo::catalogue, [](moetric::zoo::listed_model const& each) {
  return moetric::zoo::find(each.id) == &each;
}));

}  // namespace
