#include "plot.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "moetric/core/text.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/report/plot/gnuplot.hpp"

extern char** environ;

namespace tool {

using namespace moetric;

namespace {

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
/// A file without a name: gnuplot's input and outputs go through such files, so neither side waits for the other.
using nameless_file = std::unique_ptr<std::FILE, close_file>;
nameless_file make_file() {
  nameless_file made(std::tmpfile());
  if (!made) throw io::write_error("moetric: a temporary file must be writable for --plot, but the system refuses one");
  return made;
}

std::string text_of(nameless_file const& file) {
  std::string text;
  std::array<char, 65536> part{};
  std::rewind(file.get());
  while (std::size_t const n = std::fread(part.data(), 1, part.size(), file.get())) text.append(part.data(), n);
  return text;
}

report::plot_target target_of(std::string const& file) {
  if (file == "-") return report::plot_target::terminal;
  if (file.ends_with(".svg")) return report::plot_target::svg;
  if (file.ends_with(".png")) return report::plot_target::png;
  if (file.ends_with(".pdf")) return report::plot_target::pdf;
  if (file.ends_with(".gp")) return report::plot_target::script;
  throw std::invalid_argument(
      "moetric: --plot must name a file that ends with .svg, .png, .pdf or .gp, or be -, but got " + in_quotes(file));
}

[[noreturn]] void refuse_without_gnuplot() {
  throw std::invalid_argument(
      "moetric: gnuplot must be installed for --plot, but it was not found; on Debian: apt install gnuplot-nox "
      "(--plot FILE.gp needs none: it writes the script)");
}

/// What gnuplot prints for a script, or nothing if it is not installed. It is started without a shell and reads the
/// script from its input.
std::optional<std::string> print_of_gnuplot(std::string const& script) {
  nameless_file const in = make_file(), out = make_file(), error = make_file();
  if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() || std::fflush(in.get()) != 0)
    throw io::write_error("moetric: a temporary file must be writable for --plot, but the system refuses to write it");
  std::rewind(in.get());
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, fileno(in.get()), 0);
  posix_spawn_file_actions_adddup2(&files, fileno(out.get()), 1);
  posix_spawn_file_actions_adddup2(&files, fileno(error.get()), 2);
  std::string name = "gnuplot", no_settings = "--default-settings";  // of the user's ~/.gnuplot
  char* const words[]{name.data(), no_settings.data(), nullptr};
  pid_t child = 0;
  int const failed = posix_spawnp(&child, "gnuplot", &files, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) return std::nullopt;
  int status = 0;
  while (waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return std::nullopt;
  std::string const complaint = text_of(error);
  bool const ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (ended_well && complaint.find("line ") == std::string::npos) return text_of(out);
  std::string first = complaint;
  while (!first.empty() && (first.front() == '\n' || first.front() == ' ')) first.erase(0, 1);
  first = first.substr(0, first.find('\n'));
  throw std::invalid_argument("moetric: gnuplot must draw the picture, but it says: " +
                              (first.empty() ? "nothing" : escaped(first)));
}

std::string drawn_by_gnuplot(std::string const& script) {
  std::optional<std::string> drawn = print_of_gnuplot(script);
  if (!drawn) refuse_without_gnuplot();
  return *std::move(drawn);
}

}  // namespace

void require_plot_name(std::string const& file) {
  target_of(file);
}

void draw(report::picture const& what, std::string const& file) {
  report::plot_target const target = target_of(file);
  std::string const script = report::to_gnuplot(what, target);
  if (target == report::plot_target::terminal) {
    std::cout << drawn_by_gnuplot(script);
    for (std::string const& each : what.notes)
      for (std::string const& line : report::detail::wrapped(escaped(each), 98)) std::cout << line << '\n';
    return;
  }
  std::string const text = target == report::plot_target::script ? script : drawn_by_gnuplot(script);
  io::saved_file(file).replace(text);
}

std::optional<std::string> svg_of(report::picture const& what) {
  return print_of_gnuplot(report::to_gnuplot(what, report::plot_target::svg));
}

}  // namespace tool
