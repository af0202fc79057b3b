// Runs a fuzz target on files, or on all files of folders, where there is no libFuzzer.
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i)
    if (std::filesystem::is_directory(argv[i]))
      files.insert(files.end(), std::filesystem::directory_iterator(argv[i]), std::filesystem::directory_iterator());
    else
      files.emplace_back(argv[i]);
  int failed = 0;
  for (std::filesystem::path const& each : files) {
    std::ifstream in(each, std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    try {
      LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(text.data()), text.size());
    } catch (std::exception const& finding) {
      std::cerr << each.string() << ": " << finding.what() << '\n';
      ++failed;
    }
  }
  std::cout << files.size() << " texts, " << failed << " findings\n";
  return failed != 0 || files.empty();
}
