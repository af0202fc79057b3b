// Files are replaced as a whole, never through a name that is something else, and one writer waits for another.
#include "moetric/io/saved_file.hpp"

#include <thread>

#include "catch.hpp"
#include "scratch.hpp"

namespace {

namespace io = moetric::io;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

std::string text_of(std::string const& path) {
  return io::read_file(path, 1 << 20);
}
std::size_t files_in(std::string const& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file is made, then replaced as a whole, and nothing is left beside it") {
  scratch const in;
  std::string const path = in.path("fit.json");
  io::saved_file(path).replace("one");
  CHECK(text_of(path) == "one");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  io::saved_file(path).replace("two, longer");
  CHECK(text_of(path) == "two, longer");
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  io::require_savable(path);
  io::require_savable(in.path("new.json"));
  CHECK(text_of(path) == "two, longer");
  CHECK(files_in(in.path(".")) == 1);
}

TEST_CASE("what a link names is replaced, not the link") {
  scratch const in;
  fs::create_directory(in.path("folder"));
  std::string const path = in.file("folder/fit.json", "old"), link = in.path("link");
  fs::create_symlink("folder/fit.json", link);
  io::saved_file(link).replace("new");
  CHECK(fs::is_symlink(link));
  CHECK(text_of(path) == "new");
  fs::create_symlink("nowhere", in.path("dangling"));
  CHECK_THROWS_WITH(io::require_savable(in.path("dangling")), ContainsSubstring("is a link to nothing"));
}

TEST_CASE("inputs, folders and devices are not replaced") {
  scratch const in;
  std::string const runs = in.file("runs.csv", "a,b\n");
  fs::create_symlink("runs.csv", in.path("link"));
  fs::create_hard_link(runs, in.path("twin"));
  for (std::string const name : {"runs.csv", "link", "twin", "./runs.csv"}) {
    CAPTURE(name);
    CHECK_THROWS_WITH(io::require_savable(in.path(name), {runs}), ContainsSubstring("must not be a file that is read"));
  }
  io::require_savable(in.path("twin"), {in.path("absent")});
  CHECK_THROWS_WITH(io::require_savable(in.path(".")), ContainsSubstring("is a directory"));
  CHECK_THROWS_WITH(io::require_savable(in.path("new/")), ContainsSubstring("names a directory"));
  CHECK_THROWS_WITH(io::require_savable("/dev/null"), ContainsSubstring("of another kind"));
  CHECK_THROWS_WITH(io::require_savable(""), ContainsSubstring("must have a name"));
  CHECK_THROWS_AS(io::require_savable(in.path("absent/fit.json")), io::write_error);
  CHECK_THROWS_AS(io::require_savable(in.path(std::string(300, 'x'))), io::write_error);
  CHECK_THROWS_AS(io::require_savable(in.path("runs.csv/fit.json")), io::write_error);
  CHECK(text_of(runs) == "a,b\n");
}

TEST_CASE("a file of that name beside which belongs to something else is not written to") {
  scratch const in;
  std::string const other = in.file("other", "precious"), beside = in.path(".fit.json.saving");
  fs::create_hard_link(other, beside);
  CHECK_THROWS_WITH(io::saved_file(in.path("fit.json")), ContainsSubstring("belongs to something else"));
  fs::remove(beside);
  fs::create_symlink(other, beside);
  CHECK_THROWS_AS(io::saved_file(in.path("fit.json")), io::write_error);
  fs::remove(beside);
  CHECK(text_of(other) == "precious");
  in.file(".fit.json.saving", "half of what a writer that died");  // is taken over
  io::saved_file(in.path("fit.json")).replace("whole");
  CHECK(text_of(in.path("fit.json")) == "whole");
  CHECK_FALSE(fs::exists(beside));
}

TEST_CASE("a second writer waits, and gives up with a sentence") {
  scratch const in;
  std::string const path = in.path("fit.json");
  io::saved_file first(path);
  CHECK_THROWS_WITH(io::saved_file(path, {}, std::chrono::milliseconds(20)),
                    ContainsSubstring("another process is writing it"));
  first.replace("first");
  io::saved_file(path, {}, std::chrono::milliseconds(20)).replace("second");
  CHECK(text_of(path) == "second");
}

TEST_CASE("writers that add to one file lose nothing, and readers see whole texts") {
  scratch const in;
  std::string const path = in.path("lines");
  constexpr std::size_t writers = 4, each_adds = 50;
  std::vector<std::thread> all;
  for (std::size_t i = 0; i != writers; ++i)
    all.emplace_back([&path] {
      for (std::size_t n = 0; n != each_adds; ++n)
        io::save_file(path, {}, 1 << 20, [](auto const& before) { return before.value_or("") + "line\n"; });
    });
  bool whole = true;
  for (int i = 0; i != 200; ++i)
    if (fs::exists(path)) {
      std::string const text = text_of(path);
      whole = whole && !text.empty() && text.ends_with("line\n");
    }
  for (std::thread& each : all) each.join();
  CHECK(whole);
  CHECK(text_of(path).size() == writers * each_adds * 5);
}

TEST_CASE("a text that is refused leaves the file as it was") {
  scratch const in;
  std::string const path = in.file("fit.json", "old");
  CHECK_THROWS_WITH(io::save_file(path, {}, 100, [](auto const&) -> std::string { throw std::invalid_argument("no"); }),
                    "no");
  CHECK(text_of(path) == "old");
  CHECK(files_in(in.path(".")) == 1);
}
