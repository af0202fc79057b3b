// The importer under libFuzzer. With Clang:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Itests tests/fuzz/import_config.cpp
//   ./a.out -max_len=4096 -rss_limit_mb=2048 FOLDER_WITH_CONFIGS
#include "fuzz/import_config.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::import_config({reinterpret_cast<char const*>(data), size});
  return 0;
}
