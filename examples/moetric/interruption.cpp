#include "interruption.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>

#include "moetric/core/text.hpp"

namespace tool {
namespace {

std::atomic<int> received{0};
std::atomic<moetric::stop_source const*> to_stop{nullptr};
struct sigaction before_interrupt, before_terminate;

static_assert(std::atomic<int>::is_always_lock_free && std::atomic<moetric::stop_source const*>::is_always_lock_free,
              "moetric: a signal handler must only use lock-free atomics");

std::atomic<std::time_t> first_at{0};

// Launchers such as timeout send a signal twice, to the program and to its group: one that soon is the same.
extern "C" void note_signal(int signal) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (received != 0 && now.tv_sec - first_at > 1) {
    ::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  if (received == 0) first_at = now.tv_sec;
  received = signal;
  if (moetric::stop_source const* const source = to_stop) source->request_stop();
}

/// A line on stderr, once a run takes longer than a second and then twice a second.
class progress_line {
 public:
  progress_line(std::string_view unit, bool on_terminal) : unit_(unit), on_terminal_(on_terminal) {}
  ~progress_line() {
    if (on_terminal_ && shown_) std::fputs("\r\033[K", stderr);
  }

  void operator()(std::uint64_t done, std::uint64_t all) {
    using namespace std::chrono_literals;
    auto const now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + (on_terminal_ ? 500ms : 2000ms);
    shown_ = true;
    double const share = all == 0 ? 0 : static_cast<double>(done) / static_cast<double>(all);
    std::fprintf(stderr, "%s%.1f %% of %s %s, %.0f s%s", on_terminal_ ? "\r" : "", 100 * share,
                 moetric::brief(static_cast<double>(all), 4).c_str(), unit_.c_str(),
                 std::chrono::duration<double>(now - start_).count(), on_terminal_ ? "\033[K" : "\n");
  }

 private:
  std::string unit_;
  bool on_terminal_, shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(),
                                        next_ = start_ + std::chrono::seconds(1);
};

}  // namespace

interruption::interruption() {
  received = 0;
  to_stop = &stop_;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_interrupt);
  sigaction(SIGTERM, &action, &before_terminate);
  // What was ignored stays so, as under nohup or in the background.
  if (before_interrupt.sa_handler == SIG_IGN) sigaction(SIGINT, &before_interrupt, nullptr);
  if (before_terminate.sa_handler == SIG_IGN) sigaction(SIGTERM, &before_terminate, nullptr);
}

interruption::~interruption() {
  sigaction(SIGINT, &before_interrupt, nullptr);
  sigaction(SIGTERM, &before_terminate, nullptr);
  to_stop = nullptr;
}

moetric::run_control interruption::control(std::string_view unit, bool progress) {
  moetric::run_control made{.stop = stop_.token()};
  bool const on_terminal = isatty(STDERR_FILENO) == 1;
  if (on_terminal || progress)
    made.progress = [line = std::make_shared<progress_line>(unit, on_terminal)](std::uint64_t done, std::uint64_t all) {
      (*line)(done, all);
    };
  return made;
}

bool interruption::happened() const {
  return received != 0;
}

void interruption::rethrow(std::string const& has) const {
  if (int const signal = received; signal != 0)
    throw interrupted(signal,
                      "moetric: interrupted by " + std::string(signal == SIGINT ? "SIGINT" : "SIGTERM") + ": " + has);
}

}  // namespace tool
