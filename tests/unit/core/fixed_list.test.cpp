#include "moetric/core/fixed_list.hpp"

#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"

namespace {

using moetric::fixed_list;

constexpr char const* sentence = "moetric: a drawer must not hold more than 3 spoons";

constexpr fixed_list<int, 3> list_of(int n) {
  fixed_list<int, 3> list;
  for (int i = 0; i != n; ++i) list.push_back(10 * (i + 1), sentence);
  return list;
}

}  // namespace

TEST_CASE("items stay in the order in which they came") {
  fixed_list<int, 3> list;
  CHECK(list.empty());
  CHECK(list.size() == 0);
  CHECK(std::vector<int>(list.begin(), list.end()).empty());
  list.push_back(7, sentence);
  list.push_back(5, sentence);
  CHECK_FALSE(list.empty());
  CHECK(list.size() == 2);
  CHECK(list[0] == 7);
  CHECK(list[1] == 5);
  CHECK(std::vector<int>(list.begin(), list.end()) == std::vector<int>{7, 5});
  list[0] = 9;
  CHECK(list[0] == 9);
}

TEST_CASE("a full list refuses one item more with the caller's sentence, and stays as it was") {
  fixed_list<int, 3> list = list_of(3);
  CHECK(list.size() == 3);
  CHECK_THROWS_AS(list.push_back(40, sentence), std::length_error);
  CHECK_THROWS_WITH(list.push_back(40, sentence), sentence);
  CHECK(list == list_of(3));
}

TEST_CASE("lists are equal when they hold equal items, whatever lies in the places that are not used") {
  fixed_list<int, 3> list = list_of(2);
  CHECK(list == list_of(2));
  CHECK(list != list_of(1));
  CHECK(list_of(1) != list);
  CHECK(fixed_list<int, 3>{} == list_of(0));
  list[1] = 21;
  CHECK(list != list_of(2));
  list[1] = 20;
  list.items[2] = 99;
  CHECK(list == list_of(2));
}

static_assert(list_of(2).size() == 2 && list_of(2)[1] == 20 && *list_of(2).begin() == 10);

template <fixed_list<int, 3> list>
constexpr std::size_t size_of_argument = list.size();
static_assert(size_of_argument<list_of(2)> == 2);
