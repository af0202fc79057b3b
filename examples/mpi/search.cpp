// How does a cluster search one space? mpirun -n 4 search_mpi space.json 10
//
// Every rank searches its shard and one reduction merges the results. A result is encoded in a fixed number of 64-bit
// words, so that MPI can merge pairs in any order.
#include <mpi.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "moetric/io/space.hpp"
#include "moetric/search/shard.hpp"

namespace {

using namespace moetric;

/// A result as `width` 64-bit words: k, the number of best, the number of ranges, five counts, the best, the ranges.
/// Adjacent ranges are joined, so there is at most one per rank.
std::vector<std::uint64_t> words_of(search::result const& r, std::size_t width) {
  std::vector<std::uint64_t> all{r.k,
                                 r.best.size(),
                                 r.searched.size(),
                                 r.counts.enumerated,
                                 r.counts.discarded,
                                 r.counts.rejected,
                                 r.counts.scored,
                                 r.counts.boxes};
  for (search::candidate const& each : r.best) {
    all.push_back(std::bit_cast<std::uint64_t>(each.score));
    all.push_back(each.index);
  }
  for (search::index_range const& each : r.searched) {
    all.push_back(each.first);
    all.push_back(each.last);
  }
  all.resize(width);
  return all;
}
search::result result_from(std::uint64_t const* w) {
  search::result r{.k = w[0], .counts = {w[3], w[4], w[5], w[6], w[7]}};
  std::uint64_t const* at = w + 8;
  for (std::uint64_t i = 0; i != w[1]; ++i, at += 2) r.best.push_back({std::bit_cast<double>(at[0]), at[1]});
  for (std::uint64_t i = 0; i != w[2]; ++i, at += 2) r.searched.push_back({at[0], at[1]});
  return r;
}

// MPI's reductions have no context argument, so the width of a result is global.
std::size_t width_of_all = 0;

void merge_words(void* in, void* inout, int* length, MPI_Datatype*) {
  for (int i = 0; i != *length; ++i) {
    auto* const a = static_cast<std::uint64_t*>(in) + static_cast<std::size_t>(i) * width_of_all;
    auto* const b = static_cast<std::uint64_t*>(inout) + static_cast<std::size_t>(i) * width_of_all;
    std::vector<std::uint64_t> const merged = words_of(search::merge(result_from(a), result_from(b)), width_of_all);
    std::copy(merged.begin(), merged.end(), b);
  }
}

int run(char const* file, std::size_t k) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  io::search_request const request = io::search_from(io::read_search(file));
  auto const problem = request.problem();
  search::result const mine = search::search_best(
      problem, k, search::shard_of(request.over, static_cast<std::uint64_t>(rank), static_cast<std::uint64_t>(ranks)));

  width_of_all = 8 + 2 * k + 2 * static_cast<std::size_t>(ranks);
  std::vector<std::uint64_t> const sent = words_of(mine, width_of_all);
  std::vector<std::uint64_t> got(sent.size());
  MPI_Datatype type;
  MPI_Type_contiguous(static_cast<int>(width_of_all), MPI_UINT64_T, &type);
  MPI_Type_commit(&type);
  MPI_Op merging;
  MPI_Op_create(merge_words, 1, &merging);
  MPI_Reduce(sent.data(), got.data(), 1, type, merging, 0, MPI_COMM_WORLD);
  MPI_Op_free(&merging);
  MPI_Type_free(&type);
  if (rank != 0) return EXIT_SUCCESS;
  search::result const all = result_from(got.data());
  for (search::candidate const& each : all.best)
    std::printf("%llu %.17g\n", static_cast<unsigned long long>(each.index), each.score);
  std::fprintf(stderr, "%d ranks, %llu configurations, %llu boxes\n", ranks,
               static_cast<unsigned long long>(all.counts.enumerated),
               static_cast<unsigned long long>(all.counts.boxes));
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int status = EXIT_FAILURE;
  try {
    if (argc != 3) throw std::invalid_argument("moetric: search_mpi must get a space and how many to keep");
    status = run(argv[1], std::strtoul(argv[2], nullptr, 10));
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  MPI_Finalize();
  return status;
}
