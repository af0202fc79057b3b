#include "moetric/cluster/devices.hpp"

#include "catch.hpp"

using namespace moetric;
using cluster::number_format;
using cluster::quantity;

namespace {

struct row {
  char const* id;
  double tf32, bf16, fp8, fp4, int8;  // TFLOP/s; 0: none or not printed
  double memory, bandwidth;           // GB, TB/s
  double domain, power;
};

// stas00/ml-engineering compute/accelerator and network, torchtitan, aiconfigurator, dgxc-benchmarking, Epoch and the
// scaling book, read 2026-08. A failing row means that the library answers with another peak than its source prints.
constexpr row rows[] = {
    {"a100-sxm-40gb", 156, 312, 0, 0, 624, 40, 1.56, 8, 400},
    {"a100-sxm-80gb", 156, 312, 0, 0, 624, 80, 2.039, 8, 400},
    {"a100-pcie-80gb", 156, 312, 0, 0, 624, 80, 1.935, 1, 300},
    {"h100-sxm", 494.5, 989, 1979, 0, 1979, 80, 3.35, 8, 700},
    {"h100-pcie", 378, 756, 1513, 0, 1513, 80, 2.0, 1, 350},
    {"h200-sxm", 494.5, 989, 1979, 0, 1979, 141, 4.8, 8, 700},
    {"h20", 74, 148, 296, 0, 296, 96, 4.0, 8, 400},
    {"h800-sxm", 494.5, 989, 1979, 0, 1979, 80, 3.35, 8, 700},
    {"b200-sxm", 1125, 2250, 4500, 9000, 4500, 180, 8.0, 8, 1000},
    {"b300-sxm", 1125, 2250, 4500, 13500, 0, 288, 8.0, 8, 1000},
    {"gb200", 1250, 2500, 5000, 10000, 5000, 186, 8.0, 72, 1200},
    {"gb300", 1250, 2500, 5000, 15000, 0, 288, 8.0, 72, 1400},
    {"mi250x", 0, 383, 0, 0, 383, 128, 3.28, 8, 560},
    {"mi300x", 653.7, 1307.4, 2614.9, 0, 2614.9, 192, 5.3, 8, 750},
    {"mi325x", 653.7, 1307.4, 2614.9, 0, 2614.9, 256, 6.0, 8, 1000},
    {"mi350x", 0, 2300, 4600, 9200, 4600, 288, 8.0, 8, 1000},
    {"mi355x", 0, 2500, 5000, 10100, 5000, 288, 8.0, 8, 1400},
    {"tpu-v4", 0, 275, 0, 0, 275, 32, 1.2, 4096, 170},
    {"tpu-v5e", 0, 197, 0, 0, 394, 16, 0.82, 256, 140},
    {"tpu-v5p", 0, 459, 0, 0, 918, 95, 2.76, 8960, 0},
    {"tpu-v6e", 0, 918, 918, 0, 1836, 32, 1.64, 256, 0},
    {"tpu-v7x", 0, 2307, 4614, 0, 0, 192, 7.37, 9216, 0},
    {"trainium2", 667, 667, 1299, 0, 0, 96, 2.9, 64, 0},
    {"gaudi-3", 459, 1677, 1677, 0, 0, 128, 3.7, 8, 900},
    {"l40s", 183, 362, 733, 0, 733, 48, 0.864, 1, 350},
    {"rtx-4090", 0, 165.2, 0, 0, 0, 24, 0, 1, 0},
    {"rtx-5090", 0, 209.5, 0, 0, 0, 32, 0, 1, 0},
};

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

TEST_CASE("devices have the figures that their sources print") {
  CHECK(std::size(rows) == std::size(cluster::devices));
  for (row const& r : rows) {
    CAPTURE(r.id);
    cluster::device const& d = cluster::device_named(r.id);
    CHECK(d.tf32.value == Approx(r.tf32 * 1e12));
    CHECK(d.bf16.value == Approx(r.bf16 * 1e12));
    CHECK(d.fp8.value == Approx(r.fp8 * 1e12));
    CHECK(d.fp4.value == Approx(r.fp4 * 1e12));
    CHECK(d.int8.value == Approx(r.int8 * 1e12));
    CHECK(d.memory.value == Approx(r.memory * 1e9));
    CHECK(d.memory_bandwidth.value == Approx(r.bandwidth * 1e12));
    CHECK(static_cast<double>(d.domain) == r.domain);
    CHECK(d.power.value == r.power);
    for (std::size_t i = 0; i != cluster::n_quantities; ++i) {
      cluster::figure const& each = d[static_cast<quantity>(i)];
      if (!each.known()) continue;
      CHECK(!each.source.empty());
      CHECK(!each.label.empty());
      CHECK(each.date == "2026-08");
    }
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
        "moetric: format of a100-sxm-80gb must be one of tf32, bf16, int8, but got 'fp8'");
  CHECK(refusal([] { cluster::format_named("bf61"); }) ==
        "moetric: format must be one of tf32, bf16, fp8, fp4, int8, but got 'bf61'; did you mean bf16?");
}

TEST_CASE("a device of one's own is one aggregate") {
  constexpr cluster::device mine{.id = "mine", .bf16 = {400e12, "measured"}, .usable_bytes = 64'000'000'000};
  static_assert(mine[number_format::bf16].value == 400e12);
  CHECK(to_string(cluster::peak_of(mine, number_format::bf16)) == "bf16 400 (measured)");
}
