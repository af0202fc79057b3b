#include <cstdlib>
#include <exception>
#include <iostream>

#include "command.hpp"
#include "moetric/version.hpp"

#define MOETRIC_TEXT_OF(x) #x
#define MOETRIC_TEXT(x) MOETRIC_TEXT_OF(x)

namespace {

constexpr int bad_input = 2;
constexpr int bad_usage = 64;

// One line on stderr, whatever the message holds.
void complain(std::string message) {
  for (char& c : message)
    if (c == '\n' || c == '\r') c = ' ';
  std::cerr << message << '\n';
}

// CLI11 tells of what is missing before what it did not understand, and guesses nothing: what a command or option that
// there is none of may have meant, or nothing where all that is left over are values.
std::string not_understood(CLI::App const& app) {
  CLI::App const* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  bool const wants_command = command == &app;
  std::vector<std::string> names;
  for (CLI::Option const* const each : command->get_options())
    for (std::string const& name : each->get_lnames()) names.push_back("--" + name);
  for (CLI::App const* const each : command->get_subcommands(nullptr)) names.push_back(each->get_name());
  std::string const kinds = wants_command ? "commands and options" : "options of " + command->get_name();
  for (std::string const& each : app.remaining(true)) {
    if (!wants_command && !each.starts_with("--")) continue;
    std::string const wrong = each.substr(0, each.find('='));
    return kinds + " must be those of --help, but got " + moetric::in_quotes(wrong) +
           moetric::did_you_mean(wrong, names);
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"moetric: what a Mixture-of-Experts model costs, what loss it reaches, what a budget should buy",
               "moetric"};
  app.set_version_flag("--version", MOETRIC_TEXT(MOETRIC_VERSION_MAJOR) "." MOETRIC_TEXT(
                                        MOETRIC_VERSION_MINOR) "." MOETRIC_TEXT(MOETRIC_VERSION_PATCH));
  app.require_subcommand(1);
  app.footer("Examples:\n  moetric account deepseek-v3 --sequence-length 4096\n  moetric plan --compute 3e20");
  tool::add_account(app);
  tool::add_conventions(app);
  tool::add_identify(app);
  tool::add_check(app);
  tool::add_plan(app);
  tool::add_design(app);
  tool::add_explain(app);
  tool::add_export(app);
  tool::add_optimum(app);
  tool::add_compare(app);
  tool::add_loss(app);
  tool::add_hyper(app);
  tool::add_noise_scale(app);
  tool::add_hindcast(app);
  tool::add_search(app);
  tool::add_merge(app);
  tool::add_models(app);
  tool::add_laws(app);
  tool::add_fit(app);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
    std::string const sentence = not_understood(app);
    complain("moetric: " + (sentence.empty() ? error.what() + std::string(" (see --help)") : sentence));
    return bad_usage;
  } catch (std::exception const& error) {
    complain(error.what());
    return bad_input;
  }
  return EXIT_SUCCESS;
}
