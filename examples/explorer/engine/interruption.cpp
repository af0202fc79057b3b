#include "interruption.hpp"

#include <memory>

// Runs are cancelled by ending their worker; their progress goes to the page.

namespace tool {

extern "C" void moetric_progress(double done, double all)
    __attribute__((import_module("moetric"), import_name("progress")));

interruption::interruption() = default;
interruption::~interruption() = default;

moetric::run_control interruption::control(std::string_view, bool) {
  moetric::run_control made{.stop = stop_.token()};
  made.progress = [](std::uint64_t done, std::uint64_t all) {
    moetric_progress(static_cast<double>(done), static_cast<double>(all));
  };
  return made;
}
bool interruption::happened() const {
  return false;
}
void interruption::rethrow(std::string const&) const {}

}  // namespace tool
