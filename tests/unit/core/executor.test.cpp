#include "moetric/core/executor.hpp"

#include <numeric>
#include <set>

#include "catch.hpp"
#include "moetric/core/run_control.hpp"

using namespace moetric;

namespace {

/// A thread of a system that starts two and no more.
struct scarce_thread {
  template <class Work>
  explicit scarce_thread(Work const& work) {
    if (started == 2) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    ++started;
    thread = std::jthread(work);
  }
  std::jthread thread;
  inline static int started = 0;
};

}  // namespace

TEST_CASE("an executor runs every task once, on any number of threads") {
  for (std::size_t const threads : {1U, 2U, 7U, 64U})
    for (std::size_t const n : {0U, 1U, 3U, 1000U}) {
      std::vector<std::atomic<int>> times(n);
      executor const run = on_threads{threads};
      run(n, [&](std::size_t i) { ++times[i]; });
      CHECK(std::all_of(times.begin(), times.end(), [](auto const& each) { return each == 1; }));
    }
  std::vector<std::size_t> order;
  in_order{}(3, [&](std::size_t i) { order.push_back(i); });
  CHECK(order == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("no thread is an error, not an endless loop") {
  CHECK_THROWS_WITH(on_threads{0}(5, [](std::size_t) {}), "moetric: threads must be at least 1, but got 0");
}

TEST_CASE("a task that throws ends the run with its exception") {
  std::atomic<std::size_t> ran{0};
  CHECK_THROWS_WITH(on_threads{4}(100'000,
                                  [&](std::size_t i) {
                                    ++ran;
                                    if (i == 37) throw std::runtime_error("37");
                                  }),
                    "37");
  CHECK(ran < 100'000);
  CHECK_THROWS_AS(on_threads{3}(9, [](std::size_t) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST_CASE("a thread that does not start is a sentence, when those that did have ended") {
  scarce_thread::started = 0;
  std::atomic<int> begun{0}, ended{0};
  auto const task = [&](std::size_t) { ++begun, std::this_thread::yield(), ++ended; };
  CHECK_THROWS_WITH(detail::run_on_threads<scarce_thread>(8, 1000, task),
                    Catch::Matchers::StartsWith("moetric: 8 threads must start, but the system starts only 3: "));
  CHECK(begun == ended);
  scarce_thread::started = 0;
  CHECK_THROWS_AS(detail::run_on_threads<scarce_thread>(4, 1000, task), out_of_threads);
  scarce_thread::started = 0;
  CHECK_NOTHROW(detail::run_on_threads<scarce_thread>(8, 3, task));  // no more threads than tasks
}

TEST_CASE("a token sees the stop of its source, also after the source is gone") {
  CHECK_FALSE(stop_token().stop_requested());
  stop_token token;
  {
    stop_source const source;
    token = source.token();
    CHECK_FALSE(token.stop_requested());
    source.request_stop();
  }
  CHECK(token.stop_requested());
}
