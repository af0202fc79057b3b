#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/core/executor.hpp"
#include "moetric/version.hpp"

#define MOETRIC_TEXT_OF(x) #x
#define MOETRIC_TEXT(x) MOETRIC_TEXT_OF(x)

namespace {

constexpr int bad_input = 2;
constexpr int bad_usage = 64;
constexpr int no_resources = 71;
constexpr int not_written = 74;
constexpr int ended_by_signal = 128;  // plus its number

// One line on stderr, whatever the message holds.
void complain(std::string message) {
  for (char& c : message)
    if (c == '\n' || c == '\r') c = ' ';
  std::cerr << message << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  tool::command_line line(
      "moetric: the cost of a Mixture-of-Experts model, the loss it will reach, and the model that a budget should buy",
      "moetric",
      MOETRIC_TEXT(MOETRIC_VERSION_MAJOR) "." MOETRIC_TEXT(MOETRIC_VERSION_MINOR) "." MOETRIC_TEXT(
          MOETRIC_VERSION_PATCH));
  tool::arguments app = line.root();
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
  int status = EXIT_SUCCESS;
  try {
    line.run(argc, argv);
  } catch (tool::usage_error const& error) {
    complain(error.what());
    return bad_usage;
  } catch (tool::interrupted const& error) {  // what it has is printed
    complain(error.what());
    status = ended_by_signal + error.signal;
  } catch (std::bad_alloc const&) {
    complain("moetric: the memory must suffice, but the system has no more");
    return no_resources;
  } catch (moetric::out_of_threads const& error) {
    complain(error.what());
    return no_resources;
  } catch (std::exception const& error) {
    complain(error.what());
    return bad_input;
  }
  if (!std::cout.flush()) {
    complain("moetric: the answer could not be written to the standard output");
    return not_written;
  }
  return status;
}
