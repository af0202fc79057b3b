#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <system_error>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/core/executor.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/version.hpp"

#define MOETRIC_TEXT_OF(x) #x
#define MOETRIC_TEXT(x) MOETRIC_TEXT_OF(x)

namespace {

constexpr int bad_input = 2;
constexpr int bad_usage = 64;
constexpr int own_fault = 70;
constexpr int no_resources = 71;
constexpr int not_written = 74;
constexpr int ended_by_signal = 128;  // plus its number

// One line on stderr, whatever the message holds, and not more than a person reads. \returns the status
int complain(int status, std::string message) {
  for (char& c : message)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  std::cerr << moetric::shortened(moetric::escaped(message), 1100, 300) << '\n';
  return status;
}

// A closed stdout or stderr must not become the number of a file that is opened later: what is printed would go there.
// They are opened so that writing fails, as it does on what is closed.
void keep_standard_files() {
  for (int const file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(file, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDONLY) != file) std::_Exit(not_written);
}

// Runs the command. \returns the exit status
int run(tool::command_line& line, std::vector<std::string> const& words) {
  try {
    std::cout << line.run(words);
    return EXIT_SUCCESS;
  } catch (tool::usage_error const& error) {
    return complain(bad_usage, error.what());
  } catch (moetric::io::write_error const& error) {
    return complain(not_written, error.what());
  } catch (tool::interrupted const& error) {  // what it has is printed
    return complain(ended_by_signal + error.signal, error.what());
  } catch (moetric::out_of_threads const& error) {
    return complain(no_resources, error.what());
  } catch (std::bad_alloc const&) {
    return complain(no_resources, "moetric: the memory must suffice, but the system has no more");
  } catch (std::filesystem::filesystem_error const& error) {
    return complain(bad_input, "moetric: " + moetric::in_quotes(error.path1().string()) +
                                   " must be a path that can be used, but the system says: " + error.code().message());
  } catch (std::system_error const& error) {  // a thread that does not start
    return complain(no_resources,
                    "moetric: the command must get what it needs, but the system says: " + error.code().message());
  } catch (std::exception const& error) {
    std::string const sentence = error.what();
    if (sentence.starts_with("moetric: ")) return complain(bad_input, sentence);
    return complain(own_fault,
                    "moetric: this is an error of the tool itself, please report it with the command: " + sentence);
  }
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_files();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that reaches its size limit is then an error of writing
  tool::command_line line{
      .description = "moetric: what does an MoE model cost, which loss will it reach, and what should a budget buy?",
      .version = MOETRIC_TEXT(MOETRIC_VERSION_MAJOR) "." MOETRIC_TEXT(MOETRIC_VERSION_MINOR) "." MOETRIC_TEXT(
          MOETRIC_VERSION_PATCH),
      .examples = {"moetric account deepseek-v3 --sequence-length 4096", "moetric help memory"}};
  for (auto* const add :
       {tool::add_account, tool::add_conventions, tool::add_identify, tool::add_check,       tool::add_cluster,
        tool::add_plan,    tool::add_design,      tool::add_explain,  tool::add_export,      tool::add_optimum,
        tool::add_compare, tool::add_loss,        tool::add_hyper,    tool::add_noise_scale, tool::add_hindcast,
        tool::add_search,  tool::add_merge,       tool::add_models,   tool::add_laws,        tool::add_fit,
        tool::add_help})
    add(line);
  int const status = run(line, {argv + 1, argv + argc});
  if (std::cout.flush()) return status;
  return complain(status == EXIT_SUCCESS ? not_written : status,
                  "moetric: the answer could not be written to the standard output");
}
