// A program without exceptions: a broken rule goes to the failure handler.
#include <cstdlib>
#include <cstring>

#include "moetric/core/contract.hpp"

void overflow_without();

int main() {
  moetric::current_failure_handler() = [](char const* sentence) {
    std::_Exit(std::strcmp(sentence, "moetric: a + b must fit in 128 bits") == 0 ? 0 : 2);
  };
  overflow_without();
  return 1;
}
