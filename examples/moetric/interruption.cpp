#include "interruption.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <memory>

#include "moetric/io/progress_line.hpp"

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
    made.progress = [line = std::make_shared<moetric::io::progress_line>(unit, on_terminal)](
                        std::uint64_t done, std::uint64_t all) { (*line)(done, all); };
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
