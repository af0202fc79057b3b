#include "engine.hpp"

#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#include "command.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/report/json.hpp"

namespace engine {
namespace {

using namespace moetric;

void run(std::vector<std::string> const& words) {
  tool::command_line line;
  for (auto* const add :
       {tool::add_account, tool::add_check,       tool::add_cluster, tool::add_compare, tool::add_conventions,
        tool::add_design,  tool::add_explain,     tool::add_export,  tool::add_fit,     tool::add_hindcast,
        tool::add_hyper,   tool::add_identify,    tool::add_laws,    tool::add_loss,    tool::add_merge,
        tool::add_models,  tool::add_noise_scale, tool::add_optimum, tool::add_plan,    tool::add_search})
    add(line);
  line.run(words);
}

}  // namespace

std::string answer_to(std::string_view request) {
  now_printed() = {};
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
  printed& by = now_printed();
  report::value made =
      report::object({{"answer", std::move(by.answer)}, {"screen", std::move(by.screen)}, {"notes", by.notes}});
  if (!by.file.empty()) made.set("file", std::move(by.file));
  return report::to_json(made);
}

}  // namespace engine
