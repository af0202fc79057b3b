// Configurations as the classes of old and new releases of transformers write them, and the weights of what those
// classes build: what a file leaves out or spells otherwise is read as its class reads it, or is refused.
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "data.hpp"
#include "json.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"

using namespace moetric;
using nlohmann::json;

namespace {

/// Nothing if the file is refused.
std::optional<count> total(json const& config) {
  try {
    return total_parameters(io::parse_model(config.dump()));
  } catch (std::invalid_argument const&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("a file of any release counts as the class that wrote it builds") {
  json const rows = json::parse(test_data::text("class-counts.json"));
  REQUIRE(rows.size() == 170);
  for (json const& row : rows) {
    json const& config = row["config"];
    CAPTURE(config["model_type"], row["release"]);
    CHECK(total(config) == count(row["parameters"].get<std::uint64_t>()));
    for (auto const& [changed, parameters] : row.value("without", json::object()).items()) {
      json other = config;
      other.erase(changed);
      CAPTURE(changed);
      std::optional<count> const read = total(other);
      CHECK((!read || *read == count(parameters.get<std::uint64_t>())));
    }
    for (auto const& [older, newer] : row.value("renamed", json::object()).items()) {
      json other = config;
      other[newer.get<std::string>()] = config[older];
      other.erase(older);
      CAPTURE(older, newer);
      std::optional<count> const read = total(other);
      CHECK((!read || *read == count(row["parameters"].get<std::uint64_t>())));
    }
  }
}
