// The importer of config.json as a libFuzzer target. With Clang, from the root of the repository:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -Iinclude -Itests
//       tests/fuzz/import_config.cpp
//   ./a.out -max_len=16384 -timeout=10 -rss_limit_mb=1024 NEW_FOLDER tests/fuzz/corpus
#include "fuzz/import_config.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::import_config({reinterpret_cast<char const*>(data), size});
  return 0;
}
