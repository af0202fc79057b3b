// Every picture of docs/pictures is drawn, and no text in one is clipped or lies on another.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "run.hpp"

namespace {

namespace fs = std::filesystem;

/// A text of a picture with the box that its letters fill.
struct drawn_text {
  std::string text;
  double left, right, top, bottom;
};

/// In heights of the letters, a little above those of DejaVu Sans, which is wide.
double width_of(std::string const& text) {
  double width = 0;
  for (char const c : text) {
    auto const is_one_of = [c](std::string const& letters) { return letters.find(c) != std::string::npos; };
    if ((c & 0xC0) == 0x80) continue;  // a further byte of a letter
    width += is_one_of("iljI.,:;'|! ")               ? 0.33
             : is_one_of("frt-()[]/")                ? 0.42
             : is_one_of("mwMW%")                    ? 0.97
             : c >= 'A' && c <= 'Z'                  ? 0.7
             : static_cast<unsigned char>(c) < 0x80u ? 0.62
                                                     : 0.45;
  }
  return width;
}

/// What stands between two marks after a place, which moves behind them.
std::optional<std::string> between(std::string const& text, std::string const& from, std::string const& to,
                                   std::size_t& place) {
  std::size_t const begin = text.find(from, place);
  if (begin == std::string::npos) return std::nullopt;
  std::size_t const end = text.find(to, begin + from.size());
  if (end == std::string::npos) return std::nullopt;
  place = end;
  return text.substr(begin + from.size(), end - begin - from.size());
}

std::vector<drawn_text> texts_of(std::string const& svg) {
  std::vector<drawn_text> all;
  std::size_t place = 0;
  while (auto const at = between(svg, "<g transform=\"translate(", ")", place)) {
    std::size_t const comma = at->find(',');
    double const x = std::stod(at->substr(0, comma)), y = std::stod(at->substr(comma + 1));
    std::string const head = svg.substr(place, svg.find('>', place) - place);
    std::size_t within = 0;
    auto const size_text = between(head, "font-size=\"", "\"", within);
    auto const anchor = between(head, "text-anchor=\"", "\"", within);
    auto const text = size_text ? between(svg, "<text>", "</text>", place) : std::nullopt;
    if (!text || text->empty()) continue;
    double const size = std::stod(*size_text), width = size * width_of(*text);
    double const from = anchor == "start" ? 0 : anchor == "end" ? -width : -width / 2;
    if (head.find("rotate(-90)") != std::string::npos)
      all.push_back({*text, x - 0.7 * size, x + 0.05 * size, y - from - width, y - from});
    else
      all.push_back({*text, x + from, x + from + width, y - 0.7 * size, y + 0.05 * size});
  }
  return all;
}

double number_after(std::string const& svg, std::string const& key) {
  return std::stod(svg.substr(svg.find(key) + key.size()));
}

/// Texts that leave the canvas or lie on each other.
std::vector<std::string> faults_of(std::string const& svg) {
  double const width = number_after(svg, " width=\""), height = number_after(svg, " height=\"");
  std::vector<drawn_text> const all = texts_of(svg);
  std::vector<std::string> faults;
  for (std::size_t i = 0; i != all.size(); ++i) {
    drawn_text const& a = all[i];
    if (a.left < 0 || a.right > width || a.top < 0 || a.bottom > height) faults.push_back("clipped: " + a.text);
    for (std::size_t j = 0; j != i; ++j) {
      drawn_text const& b = all[j];
      if (std::min(a.right, b.right) > std::max(a.left, b.left) &&
          std::min(a.bottom, b.bottom) > std::max(a.top, b.top))
        faults.push_back("'" + a.text + "' lies on '" + b.text + "'");
    }
  }
  return faults;
}

}  // namespace

TEST_CASE("texts that are clipped or lie on each other are found") {
  auto const text = [](std::string const& at, std::string const& letters, std::string const& more = "") {
    return "<g transform=\"translate(" + at + ")" + more +
           "\" stroke=\"none\" font-size=\"20.00\"  text-anchor=\"start\">\n\t\t<text>" + letters + "</text>\n\t</g>";
  };
  std::string const canvas = "<svg \n width=\"300\" height=\"200\"\n";
  CHECK(faults_of(canvas + text("10,50", "above") + text("10,80", "below")).empty());
  CHECK(faults_of(canvas + text("10,50", "above") + text("30,60", "below")).size() == 1);
  CHECK(faults_of(canvas + text("260,50", "outside")) == std::vector<std::string>{"clipped: outside"});
  CHECK(faults_of(canvas + text("20,100", "upwards") + text("30,50", "beside")).empty());
  CHECK(faults_of(canvas + text("20,100", "upwards", " rotate(-90)") + text("15,50", "beside")).size() == 1);
}

TEST_CASE("every picture is drawn, and none of its texts is clipped or lies on another") {
  fs::path const folder = tool_test::folder().path("pictures");
  REQUIRE(std::system(
              (MOETRIC_SOURCE_DIR "/docs/pictures " MOETRIC_TOOL " " + folder.string() + " >/dev/null").c_str()) == 0);
  std::size_t pictures = 0;
  for (fs::directory_entry const& each : fs::directory_iterator(folder)) {
    CAPTURE(each.path().filename().string());
    std::string const svg = tool_test::text_of(each.path().string());
    CHECK(texts_of(svg).size() > 5);
    CHECK(faults_of(svg) == std::vector<std::string>{});
    ++pictures;
  }
  CHECK(pictures >= 40);
}
