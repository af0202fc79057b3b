#pragma once

#include "moetric/cluster/device.hpp"

namespace moetric::v0::cluster {
namespace detail {

/// Where the figures of the table were read.
namespace read_in {
inline constexpr std::string_view date = "2026-08";
inline constexpr std::string_view ml_engineering = "stas00/ml-engineering, compute/accelerator and network README.md";
inline constexpr std::string_view torchtitan = "pytorch/torchtitan, torchtitan/tools/utils.py";
inline constexpr std::string_view torchtitan_4779 = "pytorch/torchtitan, pull request 4779";
inline constexpr std::string_view ml_engineering_and_torchtitan = "stas00/ml-engineering and pytorch/torchtitan";
inline constexpr std::string_view aiconfigurator = "ai-dynamo/aiconfigurator, systems/*.yaml";
inline constexpr std::string_view epoch = "Epoch, Chip dataset of training-cost-trends";
inline constexpr std::string_view epoch_and_lightning = "Epoch and Lightning-AI/pytorch-lightning";
inline constexpr std::string_view epoch_nvl2 = "Epoch, its row of two GPUs beside the FLOP/s of one";
inline constexpr std::string_view epoch_mi355x = "Epoch, printed under MI355X";
inline constexpr std::string_view scaling_book = "jax-ml/scaling-book, tpus.md";
inline constexpr std::string_view dgxc = "NVIDIA/dgxc-benchmarking, README.md";
inline constexpr std::string_view veomni = "ByteDance-Seed/VeOmni, pull request 986";
inline constexpr std::string_view llm_foundry = "mosaicml/llm-foundry, the value that gives its MFU column";
inline constexpr std::string_view calculon = "calculon-ai/calculon";
inline constexpr std::string_view llm_analysis = "cli99/llm-analysis";
inline constexpr std::string_view saulelectric =
    "saulelectric.com and ai-hpc.github.io, sparse numbers printed as dense";
inline constexpr std::string_view h100_die = "the die of the H100; derived";
inline constexpr std::string_view reported_h800 = "philisun.com and tumgag.com, second-hand: NVLink 400 GB/s both ways";
inline constexpr std::string_view clock_mi300x =
    "2100 MHz x 256 x 1216 x 2, by stas00/ml-engineering; other formats x2 and /2";
inline constexpr std::string_view clock_mi350x = "2200 MHz x 512 x 1024 x 2, by stas00/ml-engineering";
inline constexpr std::string_view clock_mi355x = "2400 MHz x 512 x 1024 x 2, by stas00/ml-engineering";
inline constexpr std::string_view primus_772 = "AMD-AGI/Primus, pull request 772";
inline constexpr std::string_view intel = "the white paper of Intel, as quoted by stas00/ml-engineering";
inline constexpr std::string_view nanochat_60 = "karpathy/nanochat, issue 60";
inline constexpr std::string_view lightning = "Lightning-AI/pytorch-lightning: the fp32 peak";
inline constexpr std::string_view lightning_fabric = "Lightning-AI/pytorch-lightning, fabric/utilities/throughput.py";
inline constexpr std::string_view autoresearch_547 = "karpathy/autoresearch, pull request 547";
inline constexpr std::string_view gpuhunt = "dstackai/gpuhunt, constants.py";
}  // namespace read_in

constexpr figure read(double value, std::string_view label, std::string_view source) {
  return {value, label, source, read_in::date};
}
/// The peak without tensor cores.
constexpr figure read_fp32(double value) {
  return {value, "datasheet", read_in::lightning_fabric, "2026-11"};
}
constexpr fixed_list<disagreement, 8> others(std::initializer_list<disagreement> all) {
  fixed_list<disagreement, 8> list;
  for (disagreement const& each : all) list.push_back(each, "moetric: too many alternatives of a device");
  return list;
}
constexpr fixed_list<std::string_view, 4> strings(std::initializer_list<std::string_view> all) {
  fixed_list<std::string_view, 4> list;
  for (std::string_view const each : all) list.push_back(each, "moetric: too many names of a device");
  return list;
}

}  // namespace detail

/// Every device with its sourced figures. What no source prints is unknown, never derived from another figure.
inline constexpr device devices[] = {
    {.id = "a100-sxm-40gb",
     .name = "A100 SXM 40 GB",
     .fp32 = detail::read_fp32(19.5e12),
     .tf32 = detail::read(156e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(312e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(624e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(40e9, "datasheet", detail::read_in::epoch),
     .usable_bytes = 40'000'000'000,
     .memory_bandwidth = detail::read(1.56e12, "datasheet", detail::read_in::epoch),
     .link_bandwidth = detail::read(300e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(6.25e9, "aws-p4d", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(400, "datasheet", detail::read_in::ml_engineering),
     .strings = detail::strings({"NVIDIA A100-SXM4-40GB"})},
    {.id = "a100-sxm-80gb",
     .name = "A100 SXM 80 GB",
     .fp32 = detail::read_fp32(19.5e12),
     .tf32 = detail::read(156e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(312e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(624e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(80e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 80'000'000'000,
     .memory_bandwidth = detail::read(2.039e12, "aiconfigurator", detail::read_in::aiconfigurator),
     .link_bandwidth = detail::read(300e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(6.25e9, "aws-p4d", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(400, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::memory_bandwidth, detail::read(2.0e12, "ml-engineering", detail::read_in::ml_engineering)}}),
     .strings = detail::strings({"NVIDIA A100-SXM4-80GB"})},
    {.id = "a100-pcie-80gb",
     .name = "A100 PCIe 80 GB",
     .fp32 = detail::read_fp32(19.5e12),
     .tf32 = detail::read(156e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(312e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(624e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(80e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 80'000'000'000,
     .memory_bandwidth = detail::read(1.935e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(32e9, "pcie4", detail::read_in::ml_engineering),
     .power = detail::read(300, "datasheet", detail::read_in::ml_engineering),
     .strings = detail::strings({"NVIDIA A100 80GB PCIe"})},
    {.id = "h100-sxm",
     .name = "H100 SXM",
     .fp32 = detail::read_fp32(67e12),
     .tf32 = detail::read(494.5e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(989e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(1979e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(1979e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(80e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 85'899'345'920,
     .usable_source = detail::read_in::aiconfigurator,
     .memory_bandwidth = detail::read(3.35e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(450e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(50e9, "dgx-h100", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(700, "datasheet", detail::read_in::ml_engineering),
     .others =
         detail::others({{quantity::bf16, detail::read(989.4e12, "epoch", detail::read_in::epoch_and_lightning)},
                         {quantity::bf16, detail::read(989.5e12, "llm-foundry", detail::read_in::llm_foundry)},
                         {quantity::bf16, detail::read(1000e12, "calculon", detail::read_in::calculon)},
                         {quantity::memory_bandwidth, detail::read(3.072e12, "calculon", detail::read_in::calculon)},
                         {quantity::link_bandwidth, detail::read(900e9, "both-ways", detail::read_in::epoch)}}),
     .strings = detail::strings({"NVIDIA H100 80GB HBM3", "NVIDIA H100 SXM"})},
    {.id = "h100-pcie",
     .name = "H100 PCIe",
     .fp32 = detail::read_fp32(51e12),
     .tf32 = detail::read(378e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(756e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(1513e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(1513e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(80e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 80'000'000'000,
     .memory_bandwidth = detail::read(2.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(64e9, "pcie5", detail::read_in::ml_engineering),
     .power = detail::read(350, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::link_bandwidth, detail::read(300e9, "llm-analysis", detail::read_in::llm_analysis)}}),
     .strings = detail::strings({"NVIDIA H100 PCIe"})},
    {.id = "h200-sxm",
     .name = "H200 SXM",
     .tf32 = detail::read(494.5e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(989e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(1979e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(1979e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(141e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 141'000'000'000,
     .memory_bandwidth = detail::read(4.8e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(450e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(700, "datasheet", detail::read_in::ml_engineering),
     .others =
         detail::others({{quantity::bf16, detail::read(1979e12, "sparse-as-dense", detail::read_in::saulelectric)}}),
     .strings = detail::strings({"NVIDIA H200", "H200"})},
    {.id = "h20",
     .name = "H20",
     .tf32 = detail::read(74e12, "epoch", detail::read_in::epoch),
     .bf16 = detail::read(148e12, "epoch", detail::read_in::epoch),
     .fp8 = detail::read(296e12, "epoch", detail::read_in::epoch),
     .int8 = detail::read(296e12, "epoch", detail::read_in::epoch),
     .memory = detail::read(96e9, "epoch", detail::read_in::epoch),
     .usable_bytes = 96'000'000'000,
     .memory_bandwidth = detail::read(4.0e12, "epoch", detail::read_in::epoch),
     .link_bandwidth = detail::read(450e9, "epoch", detail::read_in::epoch),
     .domain = 8,
     .power = detail::read(400, "epoch", detail::read_in::epoch),
     .strings = detail::strings({"NVIDIA H20"})},
    {.id = "h800-sxm",
     .name = "H800 SXM",
     .tf32 = detail::read(494.5e12, "h100-die", detail::read_in::h100_die),
     .bf16 = detail::read(989e12, "epoch", detail::read_in::epoch),
     .fp8 = detail::read(1979e12, "h100-die", detail::read_in::h100_die),
     .int8 = detail::read(1979e12, "epoch", detail::read_in::epoch),
     .memory = detail::read(80e9, "epoch", detail::read_in::epoch),
     .usable_bytes = 80'000'000'000,
     .memory_bandwidth = detail::read(3.35e12, "h100-die", detail::read_in::h100_die),
     .link_bandwidth = detail::read(200e9, "reported", detail::read_in::reported_h800),
     .domain = 8,
     .power = detail::read(700, "epoch", detail::read_in::epoch),
     .others = detail::others({{quantity::tf32, detail::read(454.5e12, "epoch", detail::read_in::epoch)},
                               {quantity::memory_bandwidth, detail::read(3.36e12, "epoch", detail::read_in::epoch)}}),
     .strings = detail::strings({"NVIDIA H800", "H800"})},
    {.id = "b200-sxm",
     .name = "B200 SXM",
     .tf32 = detail::read(1125e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(2250e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(4500e12, "datasheet", detail::read_in::ml_engineering),
     .fp4 = detail::read(9000e12, "nvidia-dgxc", detail::read_in::dgxc),
     .int8 = detail::read(4500e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(180e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 180'000'000'000,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(900e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(50e9, "aws-p6-b200", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(1000, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::bf16, detail::read(2382e12, "boost-clock", detail::read_in::veomni)},
          {quantity::fp4, detail::read(10000e12, "nvfp4", detail::read_in::ml_engineering)},
          {quantity::memory, detail::read(192e9, "epoch", detail::read_in::epoch)},
          {quantity::memory_bandwidth, detail::read(7.7e12, "aiconfigurator", detail::read_in::aiconfigurator)}}),
     .strings = detail::strings({"NVIDIA B200", "B200"})},
    {.id = "b300-sxm",
     .name = "B300 SXM",
     .tf32 = detail::read(1125e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(2250e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(4500e12, "datasheet", detail::read_in::ml_engineering),
     .fp4 = detail::read(13500e12, "nvidia-dgxc", detail::read_in::dgxc),
     .memory = detail::read(288e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 288'400'343'040,
     .usable_source = detail::read_in::aiconfigurator,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(900e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(100e9, "dgx-b300", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(1000, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::fp4, detail::read(12600e12, "fp4", detail::read_in::ml_engineering)},
          {quantity::fp4, detail::read(14000e12, "aiconfigurator", detail::read_in::aiconfigurator)},
          {quantity::fp4, detail::read(15000e12, "nvfp4", detail::read_in::ml_engineering)},
          {quantity::int8, detail::read(4500e12, "ml-engineering", detail::read_in::ml_engineering)},
          {quantity::int8, detail::read(153.5e12, "aiconfigurator", detail::read_in::aiconfigurator)},
          {quantity::power, detail::read(1100, "aiconfigurator", detail::read_in::aiconfigurator)},
          {quantity::power, detail::read(1750, "epoch", detail::read_in::epoch)},
          {quantity::memory_bandwidth, detail::read(7.75e12, "aiconfigurator", detail::read_in::aiconfigurator)}}),
     .strings = detail::strings({"NVIDIA B300", "B300", "NVIDIA B300 SXM6 AC"})},
    {.id = "gb200",
     .name = "GB200",
     .what = "one GPU of a GB200 superchip",
     .tf32 = detail::read(1250e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(2500e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(5000e12, "datasheet", detail::read_in::ml_engineering),
     .fp4 = detail::read(10000e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(5000e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(186e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 198'674'743'296,
     .usable_source = detail::read_in::aiconfigurator,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(900e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 72,
     .power = detail::read(1200, "datasheet", detail::read_in::ml_engineering),
     .others =
         detail::others({{quantity::bf16, detail::read(2450e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::bf16, detail::read(2565e12, "boost-clock", detail::read_in::veomni)},
                         {quantity::fp8, detail::read(4900e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::fp4, detail::read(9800e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::memory, detail::read(384e9, "epoch-nvl2", detail::read_in::epoch_nvl2)},
                         {quantity::memory_bandwidth, detail::read(16e12, "epoch-nvl2", detail::read_in::epoch_nvl2)}}),
     .strings = detail::strings({"NVIDIA GB200"})},
    {.id = "gb300",
     .name = "GB300",
     .what = "one GPU of a GB300 superchip",
     .tf32 = detail::read(1250e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(2500e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(5000e12, "datasheet", detail::read_in::ml_engineering),
     .fp4 = detail::read(15000e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(288e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 298'000'000'000,
     .usable_source = detail::read_in::aiconfigurator,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(900e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 72,
     .power = detail::read(1400, "datasheet", detail::read_in::ml_engineering),
     .others =
         detail::others({{quantity::bf16, detail::read(2450e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::bf16, detail::read(2565e12, "boost-clock", detail::read_in::veomni)},
                         {quantity::fp8, detail::read(4900e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::fp4, detail::read(14700e12, "nvidia-dgxc", detail::read_in::dgxc)},
                         {quantity::fp4, detail::read(15280e12, "epoch", detail::read_in::epoch)},
                         {quantity::int8, detail::read(5000e12, "ml-engineering", detail::read_in::ml_engineering)},
                         {quantity::int8, detail::read(165e12, "aiconfigurator", detail::read_in::aiconfigurator)}}),
     .strings = detail::strings({"NVIDIA GB300"})},
    {.id = "mi250x",
     .name = "MI250X",
     .what = "a package of two dies (GCDs), each a device of a framework",
     .framework_devices = 2,
     .bf16 = detail::read(383e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(383e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(128e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 128'000'000'000,
     .memory_bandwidth = detail::read(3.28e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(350e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(50e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(560, "peak", detail::read_in::ml_engineering),
     .others = detail::others({{quantity::bf16, detail::read(191.5e12, "one-die", detail::read_in::torchtitan)},
                               {quantity::power, detail::read(500, "tdp", detail::read_in::ml_engineering)}}),
     .strings = detail::strings({"AMD Instinct MI250X"})},
    {.id = "mi300x",
     .name = "MI300X",
     .tf32 = detail::read(653.7e12, "clock", detail::read_in::clock_mi300x),
     .bf16 = detail::read(1307.4e12, "clock", detail::read_in::clock_mi300x),
     .fp8 = detail::read(2614.9e12, "clock", detail::read_in::clock_mi300x),
     .int8 = detail::read(2614.9e12, "clock", detail::read_in::clock_mi300x),
     .memory = detail::read(192e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 192'000'000'000,
     .memory_bandwidth = detail::read(5.3e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(448e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(64e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(750, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::bf16, detail::read(1300e12, "ml-engineering", detail::read_in::ml_engineering_and_torchtitan)},
          {quantity::fp8, detail::read(2610e12, "ml-engineering", detail::read_in::ml_engineering)}}),
     .strings = detail::strings({"AMD Instinct MI300X"})},
    {.id = "mi325x",
     .name = "MI325X",
     .tf32 = detail::read(653.7e12, "clock", detail::read_in::clock_mi300x),
     .bf16 = detail::read(1307.4e12, "clock", detail::read_in::clock_mi300x),
     .fp8 = detail::read(2614.9e12, "clock", detail::read_in::clock_mi300x),
     .int8 = detail::read(2614.9e12, "clock", detail::read_in::clock_mi300x),
     .memory = detail::read(256e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 256'000'000'000,
     .memory_bandwidth = detail::read(6.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(448e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(64e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(1000, "datasheet", detail::read_in::ml_engineering),
     .others =
         detail::others({{quantity::bf16, detail::read(1300e12, "ml-engineering", detail::read_in::ml_engineering)},
                         {quantity::fp8, detail::read(2610e12, "ml-engineering", detail::read_in::ml_engineering)}}),
     .strings = detail::strings({"AMD Instinct MI325X"})},
    {.id = "mi350x",
     .name = "MI350X",
     .bf16 = detail::read(2300e12, "torchtitan", detail::read_in::torchtitan_4779),
     .fp8 = detail::read(4600e12, "epoch", detail::read_in::epoch_mi355x),
     .fp4 = detail::read(9200e12, "epoch", detail::read_in::epoch_mi355x),
     .int8 = detail::read(4600e12, "primus", detail::read_in::primus_772),
     .memory = detail::read(288e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 288'000'000'000,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(535.5e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(76.5e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(1000, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others({{quantity::bf16, detail::read(2306.9e12, "clock", detail::read_in::clock_mi350x)}}),
     .strings = detail::strings({"AMD Instinct MI350X"})},
    {.id = "mi355x",
     .name = "MI355X",
     .bf16 = detail::read(2500e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(5000e12, "datasheet", detail::read_in::ml_engineering),
     .fp4 = detail::read(10100e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(5000e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(288e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 288'000'000'000,
     .memory_bandwidth = detail::read(8.0e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(535.5e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(76.5e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(1400, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others(
         {{quantity::bf16, detail::read(2300e12, "ml-engineering-mamf", detail::read_in::ml_engineering)},
          {quantity::bf16, detail::read(2516.6e12, "clock", detail::read_in::clock_mi355x)},
          {quantity::fp8, detail::read(4600e12, "epoch", detail::read_in::epoch_mi355x)},
          {quantity::fp4, detail::read(9200e12, "epoch", detail::read_in::epoch_mi355x)}}),
     .strings = detail::strings({"AMD Instinct MI355X"})},
    {.id = "tpu-v4",
     .name = "TPU v4",
     .what = "one chip",
     .bf16 = detail::read(275e12, "scaling-book", detail::read_in::scaling_book),
     .int8 = detail::read(275e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(32e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 32'000'000'000,
     .memory_bandwidth = detail::read(1.2e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(270e9, "6-links", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(45e9, "one-link", detail::read_in::ml_engineering),
     .domain = 4096,
     .power = detail::read(170, "epoch", detail::read_in::epoch),
     .strings = detail::strings({"TPU v4"})},
    {.id = "tpu-v5e",
     .name = "TPU v5e",
     .what = "one chip",
     .bf16 = detail::read(197e12, "scaling-book", detail::read_in::scaling_book),
     .int8 = detail::read(394e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(16e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 16'000'000'000,
     .memory_bandwidth = detail::read(0.82e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(180e9, "4-links", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(45e9, "one-link", detail::read_in::ml_engineering),
     .domain = 256,
     .power = detail::read(140, "epoch", detail::read_in::epoch),
     .others = detail::others({{quantity::int8, detail::read(393e12, "epoch", detail::read_in::epoch)}}),
     .strings = detail::strings({"TPU v5e", "TPU v5 lite"})},
    {.id = "tpu-v5p",
     .name = "TPU v5p",
     .what = "one chip",
     .bf16 = detail::read(459e12, "scaling-book", detail::read_in::scaling_book),
     .int8 = detail::read(918e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(95e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 95'000'000'000,
     .memory_bandwidth = detail::read(2.76e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(540e9, "6-links", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(90e9, "one-link", detail::read_in::ml_engineering),
     .domain = 8960,
     .others = detail::others(
         {{quantity::memory, detail::read(96e9, "scaling-book", detail::read_in::scaling_book)},
          {quantity::memory_bandwidth, detail::read(2.8e12, "scaling-book", detail::read_in::scaling_book)}}),
     .strings = detail::strings({"TPU v5p", "TPU v5"})},
    {.id = "tpu-v6e",
     .name = "TPU v6e Trillium",
     .what = "one chip",
     .bf16 = detail::read(918e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(918e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(1836e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(32e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 32'000'000'000,
     .memory_bandwidth = detail::read(1.64e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(360e9, "4-links", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(90e9, "one-link", detail::read_in::ml_engineering),
     .domain = 256,
     .others = detail::others({{quantity::bf16, detail::read(920e12, "scaling-book", detail::read_in::scaling_book)},
                               {quantity::link_bandwidth, detail::read(448e9, "epoch", detail::read_in::epoch)}}),
     .strings = detail::strings({"TPU v6e", "TPU v6 lite"})},
    {.id = "tpu-v7x",
     .name = "TPU v7x Ironwood",
     .what = "a chip of two TensorCores, each a device of a framework",
     .framework_devices = 2,
     .bf16 = detail::read(2307e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(4614e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(192e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 192'000'000'000,
     .memory_bandwidth = detail::read(7.37e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(600e9, "datasheet", detail::read_in::ml_engineering),
     .domain = 9216,
     .others = detail::others({{quantity::bf16, detail::read(1153.5e12, "one-core", detail::read_in::torchtitan)},
                               {quantity::power, detail::read(980, "epoch", detail::read_in::epoch)}}),
     .strings = detail::strings({"TPU v7x", "TPU7x"})},
    {.id = "trainium2",
     .name = "Trainium2",
     .what = "a chip of eight physical cores; two of them are one logical device by default",
     .framework_devices = 4,
     .tf32 = detail::read(667e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(667e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(1299e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(96e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 96'000'000'000,
     .memory_bandwidth = detail::read(2.9e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(640e9, "datasheet", detail::read_in::ml_engineering),
     .peer_bandwidth = detail::read(128e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(25e9, "aws-trn2", detail::read_in::ml_engineering),
     .domain = 64,
     .others = detail::others({{quantity::bf16, detail::read(158e12, "logical-device", detail::read_in::torchtitan)},
                               {quantity::power, detail::read(500, "epoch", detail::read_in::epoch)}}),
     .strings = detail::strings({"AWS Trainium2", "trn2"})},
    {.id = "gaudi-3",
     .name = "Gaudi 3",
     .what = "one accelerator",
     .tf32 = detail::read(459e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(1677e12, "running-clock", detail::read_in::ml_engineering),
     .fp8 = detail::read(1677e12, "running-clock", detail::read_in::ml_engineering),
     .memory = detail::read(128e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 128'000'000'000,
     .memory_bandwidth = detail::read(3.7e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(600e9, "datasheet", detail::read_in::ml_engineering),
     .network_bandwidth = detail::read(75e9, "24x200", detail::read_in::ml_engineering),
     .domain = 8,
     .power = detail::read(900, "datasheet", detail::read_in::ml_engineering),
     .others = detail::others({{quantity::bf16, detail::read(1835e12, "intel", detail::read_in::intel)}}),
     .strings = detail::strings({"Intel Gaudi 3", "GAUDI3"})},
    {.id = "l40s",
     .name = "L40S",
     .tf32 = detail::read(183e12, "datasheet", detail::read_in::ml_engineering),
     .bf16 = detail::read(362e12, "datasheet", detail::read_in::ml_engineering),
     .fp8 = detail::read(733e12, "datasheet", detail::read_in::ml_engineering),
     .int8 = detail::read(733e12, "datasheet", detail::read_in::ml_engineering),
     .memory = detail::read(48e9, "datasheet", detail::read_in::ml_engineering),
     .usable_bytes = 48'000'000'000,
     .memory_bandwidth = detail::read(0.864e12, "datasheet", detail::read_in::ml_engineering),
     .link_bandwidth = detail::read(32e9, "pcie4", detail::read_in::ml_engineering),
     .power = detail::read(350, "datasheet", detail::read_in::ml_engineering),
     .strings = detail::strings({"NVIDIA L40S"})},
    {.id = "rtx-4090",
     .name = "RTX 4090",
     .what = "one GPU; products accumulate in fp32, which halves its tensor peak",
     .bf16 = detail::read(165.2e12, "fp32-accumulation", detail::read_in::nanochat_60),
     .memory = detail::read(24e9, "epoch", detail::read_in::epoch),
     .usable_bytes = 24'000'000'000,
     .others = detail::others({{quantity::bf16, detail::read(82.6e12, "lightning", detail::read_in::lightning)},
                               {quantity::bf16, detail::read(330e12, "fp16-accumulation", detail::read_in::epoch)}}),
     .strings = detail::strings({"NVIDIA GeForce RTX 4090"})},
    {.id = "rtx-5090",
     .name = "RTX 5090",
     .what = "one GPU; products accumulate in fp32, which halves its tensor peak",
     .bf16 = detail::read(209.5e12, "fp32-accumulation", detail::read_in::nanochat_60),
     .memory = detail::read(32e9, "gpuhunt", detail::read_in::gpuhunt),
     .usable_bytes = 32'000'000'000,
     .others =
         detail::others({{quantity::bf16, detail::read(209e12, "autoresearch", detail::read_in::autoresearch_547)}}),
     .strings = detail::strings({"NVIDIA GeForce RTX 5090"})},
};

/// Names of all devices, as `--device` takes them.
constexpr fixed_list<std::string_view, 64> device_names() {
  fixed_list<std::string_view, 64> names;
  for (device const& each : devices) names.push_back(each.id, "moetric: too many devices");
  return names;
}

/// The device of that name, or that a driver or framework calls so ("NVIDIA H100 80GB HBM3"), without case and word
/// separators; null for any other: a part of a name is none, since GB200 is no B200.
constexpr device const* find_device(std::string_view text) {
  for (device const& each : devices) {
    if (same_name(each.id, text) || same_name(each.name, text)) return &each;
    for (std::string_view const known : each.strings)
      if (same_name(known, text)) return &each;
  }
  return nullptr;
}

/// The same.
/// \throws std::invalid_argument for an unknown device, with the nearest names
inline device const& device_named(std::string_view text) {
  if (device const* const found = find_device(text)) return *found;
  refuse_name("device", text, device_names());
}

}  // namespace moetric::v0::cluster
