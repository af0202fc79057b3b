#pragma once

#include <version>
#ifdef __cpp_lib_filesystem
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#endif

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "moetric/io/file.hpp"

/// Files that are replaced as a whole: a reader sees the old text or the new one, also after a crash or on a full disk.
namespace moetric::v0::io {

/// A file that could not be written although its path is one that may be: a full disk, a folder without permission,
/// another writer that does not end.
struct write_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

#ifdef __cpp_lib_filesystem
/// The right to replace one file, held against other writers. The new text is written to `.NAME.saving` beside the
/// file, which is locked, synced and then renamed over it; a writer that died leaves at most that file, and the next
/// one takes it over.
class saved_file {
 public:
  /// Waits for other writers of the file, at most `patience`.
  /// \param path a new or existing regular file, or a link to one
  /// \param inputs files that must not be replaced, which are compared by device and inode; so is the standard output
  /// \throws std::invalid_argument for a directory, a device, a link to nothing, an input, or a file without write
  ///         permission; write_error if the folder takes no file or another writer does not end
  explicit saved_file(std::filesystem::path const& path, std::vector<std::filesystem::path> const& inputs = {},
                      std::chrono::milliseconds patience = std::chrono::seconds(10))
      : subject_(in_quotes(path.string())) {
    resolve(path);
    refuse_inputs(inputs);
    beside_ = target_.parent_path() / ("." + target_.filename().string() + ".saving");
    auto const last = std::chrono::steady_clock::now() + patience;
    while (!lock()) {
      if (std::chrono::steady_clock::now() >= last) fail("another process is writing it");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (exists_) fchmod(file_, status_.st_mode & 07777U);
  }
  ~saved_file() {
    if (file_ < 0) return;
    unlink(beside_.c_str());
    close(file_);
  }
  saved_file(saved_file const&) = delete;
  saved_file& operator=(saved_file const&) = delete;

  /// The text of the file as it is now; nothing if there is none. \throws std::invalid_argument as `read_file`
  std::optional<std::string> text(std::size_t limit) const {
    struct stat now {};
    if (stat(target_.c_str(), &now) != 0) return std::nullopt;
    return read_file(target_, limit);
  }

  /// Replaces the file, once. \throws write_error; the file is then as it was
  void replace(std::string_view text) {
    while (!text.empty()) {
      ssize_t const n = write(file_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail_by_errno();
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    if (fsync(file_) != 0 || rename(beside_.c_str(), target_.c_str()) != 0) fail_by_errno();
    close(std::exchange(file_, -1));
    // The new name survives a power failure once its folder is synced; some file systems cannot sync one.
    if (int const folder = open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
      fsync(folder);
      close(folder);
    }
  }

 private:
  [[noreturn]] void fail(std::string const& why) const {
    throw write_error("moetric: " + subject_ + " must be a file that can be written, but " + why);
  }
  [[noreturn]] void fail_by_errno() const { fail("the system says: " + std::generic_category().message(errno)); }

  static bool same(struct stat const& a, struct stat const& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

  /// Follows links, so that what they name is replaced, and looks at what is there.
  void resolve(std::filesystem::path const& path) {
    if (path.empty()) refuse("a file to write must have a name, but got ''");
    std::error_code error;
    target_ = path.has_filename() ? std::filesystem::weakly_canonical(path, error) : path;
    if (error) errno = error.value(), fail_by_errno();
    if (!target_.has_parent_path()) target_ = "." / target_;
    exists_ = stat(target_.c_str(), &status_) == 0;
    if (!exists_ && errno != ENOENT) fail_by_errno();
    struct stat link {};
    if (!exists_ && lstat(target_.c_str(), &link) == 0) refuse(subject_ + " must be a file, but is a link to nothing");
    if (!exists_) {
      if (!path.has_filename()) refuse(subject_ + " must be a file, but names a directory");
      return;
    }
    if (S_ISDIR(status_.st_mode)) refuse(subject_ + " must be a file, but is a directory");
    if (!S_ISREG(status_.st_mode)) refuse(subject_ + " must be a regular file, but is of another kind");
    if (access(target_.c_str(), W_OK) != 0) refuse(subject_ + " must be a file that can be written, but is read-only");
  }

  void refuse_inputs(std::vector<std::filesystem::path> const& inputs) const {
    if (!exists_) return;
    struct stat other {};
    for (std::filesystem::path const& each : inputs)
      if (stat(each.c_str(), &other) == 0 && same(status_, other))
        refuse(subject_ + " must not be a file that is read, but is " + in_quotes(each.string()));
    if (fstat(STDOUT_FILENO, &other) == 0 && same(status_, other))
      refuse(subject_ + " must not be the file of the standard output, but is");
  }

  /// \returns false if another writer holds it
  bool lock() {
    file_ = open(beside_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file_ < 0) fail_by_errno();
    struct stat opened {
    }, named{};
    bool const locked = flock(file_, LOCK_EX | LOCK_NB) == 0;
    int const why = errno;
    // The one who held it may have renamed it since: then what is open is the file itself.
    bool const current =
        locked && fstat(file_, &opened) == 0 && lstat(beside_.c_str(), &named) == 0 && same(opened, named);
    if (current) {
      bool const own = S_ISREG(opened.st_mode) && opened.st_nlink == 1 && opened.st_uid == geteuid();
      if (own && ftruncate(file_, 0) == 0) return true;
    }
    close(std::exchange(file_, -1));
    if (current) fail(in_quotes(beside_.string()) + ", where it is written first, belongs to something else");
    if (!locked && why != EWOULDBLOCK) errno = why, fail_by_errno();
    return false;
  }

  std::string subject_;
  std::filesystem::path target_, beside_;
  struct stat status_ {};
  bool exists_ = false;
  int file_ = -1;
};
#else
/// Without a file system what is saved becomes a provided file.
class saved_file {
 public:
  explicit saved_file(std::filesystem::path const& path, std::vector<std::filesystem::path> const& inputs = {})
      : name_(path.string()) {
    for (std::filesystem::path const& each : inputs)
      if (each.string() == name_) refuse(in_quotes(name_) + " must not be a file that is read, but is");
  }

  std::optional<std::string> text(std::size_t limit) const {
    if (!exists(name_)) return std::nullopt;
    return read_file(name_, limit);
  }
  void replace(std::string_view text) { provided_files()[name_] = text; }

 private:
  std::string name_;
};
#endif

/// Replaces a file by what `make` returns for its present text, or for nothing if there is none. Between two writers
/// one waits for the other, so that neither loses what it adds. \throws what `make` throws, with the file as it was;
/// std::invalid_argument and write_error as `saved_file`
inline void save_file(std::filesystem::path const& path, std::vector<std::filesystem::path> const& inputs,
                      std::size_t limit, std::function<std::string(std::optional<std::string> const&)> const& make) {
  saved_file file(path, inputs);
  file.replace(make(file.text(limit)));
}

/// Checks that `save_file` can write there, for before the work whose result is saved.
/// \throws std::invalid_argument and write_error as `saved_file`
inline void require_savable(std::filesystem::path const& path, std::vector<std::filesystem::path> const& inputs = {}) {
  saved_file const file(path, inputs);
}

}  // namespace moetric::v0::io
