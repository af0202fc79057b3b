#include <cstdlib>

#include "engine.hpp"
#include "moetric/io/file.hpp"
#include "search_command.hpp"

// The engine as the page's module: functions over texts in its memory.

extern "C" {

/// Memory for a text that the page writes.
[[clang::export_name("moetric_allocate")]] char* moetric_allocate(std::size_t bytes) {
  return static_cast<char*>(std::malloc(bytes));
}
[[clang::export_name("moetric_free")]] void moetric_free(char* text) {
  std::free(text);
}

/// Provides a file, or with the same name replaces it. Both texts end with a 0.
[[clang::export_name("moetric_provide")]] void moetric_provide(char const* name, char const* text) {
  moetric::io::provided_files()[name] = text;
}
/// The text of a file that was provided or saved; null if there is none.
[[clang::export_name("moetric_file")]] char const* moetric_file(char const* name) {
  auto const found = moetric::io::provided_files().find(name);
  return found == moetric::io::provided_files().end() ? nullptr : found->second.c_str();
}

/// `engine::answer_to`. \returns a text that is kept until the next call
[[clang::export_name("moetric_answer")]] char const* moetric_answer(char const* request) {
  static std::string text;
  text = engine::answer_to(request);
  return text.c_str();
}

}  // extern "C"

namespace tool {

moetric::search::result scan_exhaustively(moetric::io::search_request const&, std::size_t,
                                          std::span<moetric::search::index_range const>, moetric::run_control const&) {
  throw std::invalid_argument("moetric: --exhaustive must be given to the tool, since the page searches by bounds");
}

}  // namespace tool
