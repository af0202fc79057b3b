#include "engine.hpp"

#include <cstdlib>
#include <new>

#include "command.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/report/json.hpp"
#include "search_command.hpp"

// The tool as a function. A page calls it with a command's words and gets what the command answers; files are texts
// that the page provides by name.

namespace {

using namespace moetric;

void run(std::vector<std::string> const& words) {
  tool::command_line line;
  for (auto* const add :
       {tool::add_account, tool::add_check, tool::add_cluster, tool::add_compare, tool::add_conventions,
        tool::add_export, tool::add_fit, tool::add_hindcast, tool::add_hyper, tool::add_identify, tool::add_laws,
        tool::add_loss, tool::add_models, tool::add_optimum, tool::add_plan, tool::add_search})
    add(line);
  line.run(words);
}

// Runs the command of a request. \returns its JSON
std::string answer_to(std::string_view request) {
  engine::now_printed() = {};
  try {
    std::vector<std::string> words;
    io::json const asked = io::parse_json(request, "a request");
    if (!asked.is_array()) throw std::invalid_argument("moetric: a request must be a list of words");
    for (io::json const& each : asked.array()) {
      if (!each.is_text()) throw std::invalid_argument("moetric: a request must be a list of words");
      words.push_back(each.text());
    }
    run(std::move(words));
  } catch (std::bad_alloc const&) {
    return report::to_json(report::object({{"error", "moetric: the memory must suffice, but the page has no more"}}));
  } catch (std::exception const& error) {
    return report::to_json(report::object({{"error", error.what()}}));
  }
  engine::printed& by = engine::now_printed();
  report::value made =
      report::object({{"answer", std::move(by.answer)}, {"screen", std::move(by.screen)}, {"notes", by.notes}});
  if (!by.file.empty()) made.set("file", std::move(by.file));
  return report::to_json(made);
}

}  // namespace

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
  io::provided_files()[name] = text;
}
/// The text of a file that was provided or saved; null if there is none.
[[clang::export_name("moetric_file")]] char const* moetric_file(char const* name) {
  auto const found = io::provided_files().find(name);
  return found == io::provided_files().end() ? nullptr : found->second.c_str();
}

/// Runs a command of the tool, such as ["plan", "--compute", "3e20"].
/// \returns JSON: {"answer", "screen", "notes", "file"} or {"error"}; it is kept until the next call
[[clang::export_name("moetric_answer")]] char const* moetric_answer(char const* request) {
  static std::string text;
  text = answer_to(request);
  return text.c_str();
}

}  // extern "C"

namespace tool {

search::result scan_exhaustively(io::search_request const&, std::size_t, std::span<search::index_range const>,
                                 run_control const&) {
  throw std::invalid_argument("moetric: --exhaustive must be given to the tool, since the page searches by bounds");
}

}  // namespace tool
