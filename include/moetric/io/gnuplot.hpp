#pragma once

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "moetric/io/saved_file.hpp"

extern char** environ;  // as POSIX wants it, though glibc does so too  NOLINT(readability-redundant-declaration)

/// Runs gnuplot, on systems with POSIX.
namespace moetric::v0::io {
namespace detail {

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
/// A file without a name: gnuplot's input and outputs go through such files, so neither side waits for the other.
using nameless_file = std::unique_ptr<std::FILE, close_file>;
inline nameless_file make_nameless_file() {
  nameless_file made(std::tmpfile());
  if (!made) throw write_error("moetric: a temporary file must be writable for a picture, but the system refuses one");
  return made;
}

inline std::string text_of(nameless_file const& file) {
  std::string text;
  std::array<char, 65536> part{};
  std::rewind(file.get());
  while (std::size_t const n = std::fread(part.data(), 1, part.size(), file.get())) text.append(part.data(), n);
  return text;
}

}  // namespace detail

/// What gnuplot prints for a script, such as `report::to_gnuplot` writes it, or nothing if it is not installed. It is
/// started without a shell and reads the script from its input.
/// \throws std::invalid_argument if it fails, with its first line; write_error
inline std::optional<std::string> print_of_gnuplot(std::string const& script) {
  detail::nameless_file const in = detail::make_nameless_file(), out = detail::make_nameless_file(),
                              error = detail::make_nameless_file();
  if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() || std::fflush(in.get()) != 0)
    throw write_error("moetric: a temporary file must be writable for a picture, but the system refuses to write it");
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
  std::string const complaint = detail::text_of(error);
  bool const ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (ended_well && complaint.find("line ") == std::string::npos) return detail::text_of(out);
  std::string first = complaint;
  while (!first.empty() && (first.front() == '\n' || first.front() == ' ')) first.erase(0, 1);
  first = first.substr(0, first.find('\n'));
  refuse("gnuplot must draw the picture, but it says: " + (first.empty() ? "nothing" : first));
}

}  // namespace moetric::v0::io
