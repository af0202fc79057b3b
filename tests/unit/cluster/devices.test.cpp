#include "moetric/cluster/devices.hpp"

#include <map>
#include <string>

#include "catch.hpp"
#include "data.hpp"

using namespace moetric;
using cluster::number_format;
using cluster::quantity;

namespace {

// True if a device has a figure of its own, or one of a source that disagrees, with that value.
bool has(cluster::device const& d, std::string const& name_of_quantity, double wanted, bool own) {
  auto const is = [&](double got) { return got == Approx(wanted).epsilon(1e-12); };
  if (name_of_quantity == "domain") return is(static_cast<double>(d.domain));
  for (std::size_t i = 0; i != cluster::n_quantities; ++i) {
    quantity const q = static_cast<quantity>(i);
    if (name(q) != name_of_quantity) continue;
    if (is(d[q].value)) return true;
    for (cluster::disagreement const& each : d.others)
      if (!own && each.of == q && is(each.other.value)) return true;
  }
  return false;
}

std::string refusal(auto ask) {
  try {
    ask();
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "";
}

double peak(char const* id, number_format f, char const* source = "") {
  return cluster::peak_of(cluster::device_named(id), f, source).value.value / 1e12;
}

}  // namespace

TEST_CASE("devices have the figures that their sources print, and no others") {
  std::map<std::string, std::size_t> figures;
  for (auto const& row : test_data::rows("cluster/devices.csv")) {
    CAPTURE(row.at("device"), row.at("quantity"), row.at("value"));
    CHECK(has(cluster::device_named(row.at("device")), row.at("quantity"), std::stod(row.at("value")), true));
    if (row.at("quantity") != "domain") ++figures[row.at("device")];
  }
  CHECK(figures.size() == std::size(cluster::devices));
  for (auto const& row : test_data::rows("cluster/device-disagreements.csv")) {
    CAPTURE(row.at("device"), row.at("quantity"), row.at("value"));
    CHECK(has(cluster::device_named(row.at("device")), row.at("quantity"), std::stod(row.at("value")), false));
  }
  for (cluster::device const& d : cluster::devices) {
    CAPTURE(d.id);
    std::size_t known = 0;
    for (std::size_t i = 0; i != cluster::n_quantities; ++i) {
      cluster::figure const& each = d[static_cast<quantity>(i)];
      if (!each.known()) continue;
      if (static_cast<quantity>(i) != quantity::network_bandwidth) ++known;  // of systems: not in that table
      CHECK(!each.source.empty());
      CHECK(!each.label.empty());
      CHECK((each.date == "2026-08" || each.date == "2026-11"));
    }
    CHECK(known >= figures[std::string(d.id)]);
  }
}

TEST_CASE("sources that disagree are kept by name") {
  CHECK(peak("gb200", number_format::bf16) == Approx(2500));
  CHECK(peak("gb200", number_format::bf16, "nvidia-dgxc") == Approx(2450));
  CHECK(peak("gb200", number_format::bf16, "boost-clock") == Approx(2565));
  CHECK(peak("b200-sxm", number_format::bf16, "boost-clock") == Approx(2382));
  CHECK(peak("b300-sxm", number_format::fp4, "fp4") == Approx(12600));
  CHECK(peak("b300-sxm", number_format::fp4, "nvfp4") == Approx(15000));
  CHECK(peak("gb300", number_format::fp4, "epoch") == Approx(15280));
  CHECK(peak("h100-sxm", number_format::bf16, "llm-foundry") == Approx(989.5));
  CHECK(peak("mi355x", number_format::bf16, "clock") == Approx(2516.6));
  CHECK(peak("gaudi-3", number_format::bf16, "intel") == Approx(1835));
  CHECK(to_string(cluster::peak_of(cluster::device_named("gb200"), number_format::bf16)) == "bf16 2500 (datasheet)");
  CHECK(figure_of(cluster::device_named("tpu-v5p"), quantity::memory, "scaling-book").value == 96e9);
  CHECK(refusal([] { peak("gb200", number_format::bf16, "boost"); }) ==
        "moetric: the source of bf16 of gb200 must be one of datasheet, nvidia-dgxc, boost-clock, but got 'boost'; did "
        "you mean boost-clock?");
  // B300: nobody agrees on int8, so there is no primary figure.
  CHECK(refusal([] { peak("b300-sxm", number_format::int8); }) ==
        "moetric: format of b300-sxm must be one of tf32, bf16, fp8, fp4, but got 'int8'");
  CHECK(figure_of(cluster::device_named("b300-sxm"), quantity::int8, "aiconfigurator").value == Approx(153.5e12));
}

TEST_CASE("bytes are those that a process can allocate where a source says so") {
  CHECK(cluster::device_named("h100-sxm").usable_bytes == 85'899'345'920);
  CHECK(cluster::device_named("gb200").usable_bytes == count(189'471) * 1'048'576);
  CHECK(cluster::device_named("b200-sxm").usable_bytes == 180'000'000'000);
}

// Device strings that fell back to another device's peak: PrimeIntellect-ai/prime-rl #3168, torchtitan PR 4779 and
// 2307, OLMo-core PR 817, marin PR 7328 and 7334, Primus PR 772, VeOmni PR 986, nanochat #60, autoresearch PR 547.
TEST_CASE("device strings that once fell back to a wrong peak are right or refused") {
  auto const bf16 = [](char const* text) {
    cluster::device const* const found = cluster::find_device(text);
    return found == nullptr ? 0 : found->bf16.value / 1e12;
  };
  CHECK(bf16("NVIDIA GB200") == Approx(2500));
  CHECK(bf16("NVIDIA B200") == Approx(2250));
  CHECK(bf16("b200") == Approx(2250));  // there is one B200, but an H100 in two forms
  CHECK(bf16("NVIDIA H20") == Approx(148));
  CHECK(bf16("NVIDIA H200") == Approx(989));
  CHECK(bf16("NVIDIA H100 80GB HBM3") == Approx(989));
  CHECK(bf16("NVIDIA H100 PCIe") == Approx(756));
  CHECK(bf16("AMD Instinct MI350X") == Approx(2300));
  CHECK(bf16("AMD Instinct MI355X") == Approx(2500));
  CHECK(bf16("NVIDIA GeForce RTX 4090") == Approx(165.2));
  CHECK(bf16("NVIDIA GeForce RTX 5090") == Approx(209.5));
  CHECK(bf16("TPU v6 lite") == Approx(918));
  CHECK(bf16("NVIDIA RTX PRO 6000 Blackwell") == 0);
  CHECK(bf16("NVIDIA H100") == 0);  // SXM or PCIe
  CHECK(bf16("B100") == 0);
  CHECK_THAT(refusal([] { cluster::device_named("h100-sx"); }),
             Catch::Matchers::EndsWith("did you mean h100-sxm, h200-sxm or h800-sxm?"));
  CHECK_THAT(refusal([] { cluster::device_named("h100"); }),
             Catch::Matchers::EndsWith("did you mean h100-sxm or h100-pcie?"));
  CHECK(refusal([] { cluster::peak_of(cluster::device_named("a100-sxm-80gb"), number_format::fp8); }) ==
        "moetric: format of a100-sxm-80gb must be one of fp32, tf32, bf16, int8, but got 'fp8'");
  CHECK(refusal([] { cluster::format_named("bf61"); }) ==
        "moetric: format must be one of fp32, tf32, bf16, fp8, fp4, int8, but got 'bf61'; did you mean bf16?");
}

TEST_CASE("a device of one's own is one aggregate") {
  constexpr cluster::device mine{.id = "mine", .bf16 = {400e12, "measured"}, .usable_bytes = 64'000'000'000};
  static_assert(mine[number_format::bf16].value == 400e12);
  CHECK(to_string(cluster::peak_of(mine, number_format::bf16)) == "bf16 400 (measured)");
}
