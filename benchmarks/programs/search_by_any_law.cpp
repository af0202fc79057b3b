// Reads a space from JSON and searches it by whichever law the request names: what a service includes.
#include <cstdio>

#include "moetric/io/space.hpp"
#include "moetric/search/best_first.hpp"

int main(int, char** arguments) {
  using namespace moetric;
  io::search_request const request = io::search_from(io::read_search(arguments[1]));
  for (search::candidate const& each : search::search_best(request.problem(), 10).best)
    std::printf("%.17g at index %llu\n", each.score, static_cast<unsigned long long>(each.index));
}
