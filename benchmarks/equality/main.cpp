// Random searches, each answered by bounds, by scanning on one of the instruction sets and by listing all
// configurations: the best, counts, histograms, near-optimal bands, Pareto fronts and reasons for an empty answer must
// be equal to the last bit. A difference prints its search as JSON, for --replay, and makes the exit status 1.

#include <iostream>

#include "check.hpp"
#include "draw.hpp"
#include "moetric/io/file.hpp"

namespace {

using namespace equality;

struct tally_of_checks {
  std::uint64_t searches = 0, differing = 0, points = 0, empty = 0, single = 0, refused = 0;
};

void run(json const& search, double most_listed, tally_of_checks& total) {
  ++total.searches;
  std::vector<std::string> differences;
  try {
    check const done(search, most_listed);
    differences = done.differences();
    std::uint64_t const size = done.of().over().size();
    total.points += size;
    total.empty += done.n_found() == 0 ? 1U : 0U;
    total.single += done.n_allowed() == 1 ? 1U : 0U;
    std::printf("%5llu  %13llu points %11llu allowed %7llu scored %6llu boxes  bounds %8.3f s  scan %8.3f s  list "
                "%8.3f s  %s\n",
                static_cast<unsigned long long>(total.searches), static_cast<unsigned long long>(size),
                static_cast<unsigned long long>(done.n_allowed()),
                static_cast<unsigned long long>(done.counts().scored),
                static_cast<unsigned long long>(done.counts().boxes), done.bounds_time.seconds, done.scan_time.seconds,
                done.listing_time.seconds, search["objective"].dump().c_str());
  } catch (std::exception const& error) {
    differences.push_back(std::string("refused: ") + error.what());
  }
  for (std::string const& each : differences) std::cout << "DIFFERENT  " << each << '\n';
  if (!differences.empty()) ++total.differing, std::cout << search.dump() << '\n';
  std::cout.flush();
}

/// Draws a search that its space accepts; keeps only one in five of the small ones. A refused search must have no
/// configuration.
json next(drawer& draw, double most_points, tally_of_checks& total) {
  for (;;) {
    json search = draw.without_windows(most_points);
    try {
      io::search_request const free = io::search_from(io_json(search));
      if (static_cast<double>(free.over.size()) < std::sqrt(most_points) && draw.random().between(0, 4) != 0) continue;
      draw.add_windows(search, free.problem());
      return search;
    } catch (std::invalid_argument const& error) {
      ++total.refused;
      std::uint64_t const kept = listing(search).each([](auto const&, auto const&) {});
      if (std::string(error.what()).find("in every configuration of the space") != std::string::npos && kept == 0)
        continue;
      ++total.differing;
      std::cout << "DIFFERENT  refused with " << kept << " configurations: " << error.what() << '\n'
                << search.dump() << '\n';
    }
  }
}

}  // namespace

// Usage: [SEARCHES [SEED]] [--most-points N] [--most-listed N] [--replay FILE]. Equal seeds draw equal searches; of more
// combinations than --most-listed, bounds and scans are compared with each other; --replay takes a search as JSON.
int main(int argc, char** argv) {
  std::uint64_t n_searches = 100, seed = 1;
  double most_points = 1e5, most_listed = 2e7;
  std::string file;
  int place = 0;
  for (int i = 1; i < argc; ++i) {
    std::string const word = argv[i];
    if (!word.starts_with("--")) {
      (place++ == 0 ? n_searches : seed) = static_cast<std::uint64_t>(io::whole("SEARCHES and SEED", word));
      continue;
    }
    if (++i == argc) io::refuse(word + " must have a value");
    if (word == "--most-points")
      most_points = io::number(word, argv[i]);
    else if (word == "--most-listed")
      most_listed = io::number(word, argv[i]);
    else if (word == "--replay")
      file = argv[i];
    else
      refuse_name("an option", word, {"--most-points", "--most-listed", "--replay"});
  }

  tally_of_checks total;
  if (!file.empty()) {
    run(json::parse(io::read_file(file, io::json_limits{}.bytes)), most_listed, total);
  } else {
    drawer draw(seed);
    for (std::uint64_t i = 0; i != n_searches; ++i) run(next(draw, most_points, total), most_listed, total);
  }
  std::cout << total.searches << " searches of " << total.points << " points, " << total.empty << " empty, "
            << total.single << " with one configuration; " << total.refused << " without any were refused; "
            << total.differing << " differ\n";
  return total.differing == 0 ? 0 : 1;
}
