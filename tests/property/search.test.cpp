// Searches by bounds compared with scoring every configuration, on random spaces with random windows.
#include <cmath>

#include "catch.hpp"
#include "moetric/search/best_first.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

std::vector<std::string_view> laws_with_a_loss() {
  std::vector<std::string_view> all;
  moetric::laws::for_each_loss([&](auto const& each) { all.push_back(each.about->id); });
  return all;
}

any_objective any_measure(generator& random) {
  return measured{static_cast<measure>(random.between(0, 11)), random.coin() ? direction::least : direction::most};
}

TEST_CASE("bounds find what scoring every configuration finds, on a hundred random spaces and by every law") {
  generator random{std::mt19937_64{5}};
  auto const laws = laws_with_a_loss();
  int not_empty = 0;
  for (int i = 0; i != 100; ++i) {
    space const over = random.any_space();
    bool const by_measure = i % 5 == 4;
    std::string_view const law = laws[static_cast<std::size_t>(i) % laws.size()];
    double const compute = std::exp(random.real(std::log(1e18), std::log(1e22)));
    any_objective const objective = by_measure ? any_measure(random) : by_law(law, compute);
    setting const at{
        .sequence_length = 1 << random.between(9, 15), .parallel = {.tensor = 2, .expert = 4}, .devices = 64};
    problem const free(over, objective, {}, at);
    problem const p(over, objective, random.any_windows(free, objective.has_tokens()), at);
    std::size_t const k = static_cast<std::size_t>(random.between(1, 120));
    std::uint64_t first = random.engine() % over.size(), last = random.engine() % (over.size() + 1);
    if (i % 3 != 0) first = 0, last = over.size();
    index_range const range{std::min(first, last), std::max(first, last)};
    CAPTURE(i, law, by_measure, compute, over.size(), range.first, range.last, k);
    result const found = search_best(p, k, range);
    CHECK(found.best == brute_force(p, k, range));
    CHECK(found.counts.enumerated == range.size());
    CHECK(found.counts.discarded + found.counts.rejected + found.counts.scored == range.size());
    not_empty += found.best.empty() ? 0 : 1;
  }
  CHECK(not_empty > 60);
}

}  // namespace
