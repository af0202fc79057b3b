#pragma once

#include <iterator>
#include <string_view>

#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/published_row.hpp"
#include "moetric/core/provenance.hpp"

/// Training runs whose tokens/s were published. Nothing here is measured by this library.
namespace moetric::v0::cluster {

namespace detail {
namespace published {

inline constexpr published_model deepseek_v3_4k{
    "deepseek-v3", 4096, false, {250449887232, 10690560, 61, 17117648384, 653908770816, 874496, 7168}};
inline constexpr published_model deepseek_v3_mtp_4k{
    "deepseek-v3", 4096, true, {260641652736, 10874880, 62, 17453427456, 665183059968, 888832, 7168}};
inline constexpr published_model deepseek_v3_8k{
    "deepseek-v3", 8192, false, {281152192512, 10690560, 61, 17117648384, 653908770816, 874496, 7168}};
inline constexpr published_model deepseek_v4_flash_mtp_4k{
    "deepseek-v4-flash", 4096, true, {90494730240, 4415488, 44, 7474447826, 283467841536, 360448, 4096}};
inline constexpr published_model gemma_3_12b_32k{
    "gemma-3-12b", 32768, false, {79015870464, 0, 48, 11766034176, 0, 368640, 3840}};
inline constexpr published_model gemma_4_26b_a4b_4k{
    "gemma-4-26b-a4b", 4096, false, {25038618624, 1858560, 30, 2395156510, 22837985280, 168960, 2816}};
inline constexpr published_model gemma_4_31b_8k{
    "gemma-4-31b", 8192, false, {196947738624, 0, 60, 30697345340, 0, 645120, 5376}};
inline constexpr published_model gpt_oss_120b_4k{
    "gpt-oss-120b", 4096, false, {32710017024, 2073600, 36, 2167371072, 114661785600, 103680, 2880}};
inline constexpr published_model gpt_oss_120b_8k{
    "gpt-oss-120b", 8192, false, {34522841088, 2073600, 36, 2167371072, 114661785600, 103680, 2880}};
inline constexpr published_model llama_3_70b_8k{
    "llama-3-70b", 8192, false, {449222541312, 0, 80, 70553706496, 0, 1310720, 8192}};
inline constexpr published_model llama_3_70b_128k{
    "llama-3-70b", 131072, false, {932406362112, 0, 80, 70553706496, 0, 1310720, 8192}};
inline constexpr published_model llama_3_8b_8k{
    "llama-3-8b", 8192, false, {51470401536, 0, 32, 8030261248, 0, 262144, 4096}};
inline constexpr published_model llama_3_1_405b_8k{
    "llama-3.1-405b", 8192, false, {2523955986432, 0, 126, 405853388800, 0, 4128768, 16384}};
inline constexpr published_model llama_4_scout_8k{
    "llama-4-scout", 8192, false, {108907069440, 3342336, 48, 11133096960, 96636764160, 491520, 5120}};
inline constexpr published_model mixtral_8x7b_4k{
    "mixtral-8x7b", 4096, false, {79712747520, 3276800, 32, 1605636096, 45097156608, 131072, 4096}};
inline constexpr published_model nemotron_3_nano_30b_a3b_8k{
    "nemotron-3-nano-30b-a3b", 8192, false, {20825407488, 1890048, 52, 2203132224, 29374808064, 139776, 2688}};
inline constexpr published_model nemotron_3_super_120b_a12b_mtp_8k{
    "nemotron-3-super-120b-a12b", 8192, true, {80776396800, 15660032, 89, 8049569280, 115561463808, 368640, 4096}};
inline constexpr published_model nemotron_3_ultra_550b_a55b_mtp_8k{
    "nemotron-3-ultra-550b-a55b", 8192, true, {349322870784, 36528128, 109, 34391110144, 526133493760, 901120, 8192}};
inline constexpr published_model qwen3_235b_a22b_4k{
    "qwen3-235b-a22b", 4096, false, {148330512384, 9625600, 94, 7997238784, 227096395776, 385024, 4096}};
inline constexpr published_model qwen3_30b_a3b_4k{
    "qwen3-30b-a3b", 4096, false, {23081779200, 2457600, 48, 1541093376, 28991029248, 98304, 2048}};

inline constexpr device const& b200_sxm = *find_device("b200-sxm");
inline constexpr device const& b300_sxm = *find_device("b300-sxm");
inline constexpr device const& gb200 = *find_device("gb200");
inline constexpr device const& gb300 = *find_device("gb300");
inline constexpr device const& h100_sxm = *find_device("h100-sxm");
inline constexpr device const& h200_sxm = *find_device("h200-sxm");
inline constexpr device const& h800_sxm = *find_device("h800-sxm");
inline constexpr device const& tpu_v5p = *find_device("tpu-v5p");
inline constexpr device const& tpu_v6e = *find_device("tpu-v6e");
inline constexpr device const& tpu_v7x = *find_device("tpu-v7x");

constexpr published_row bridge(std::string_view release, published_model const& m, device const& d,
                               number_format format, std::string_view recipe, int devices, published_sizes sizes,
                               int micro_batch, int global_batch, double tokens_per_second, double tflops) {
  return {&m,
          &d,
          format,
          recipe,
          devices,
          sizes,
          micro_batch,
          global_batch,
          tokens_per_second,
          tflops,
          "NVIDIA-NeMo/Megatron-Bridge, docs/performance-summary.md and its archive",
          release};
}
constexpr published_row other(published_model const& m, device const& d, number_format format, int devices,
                              int global_batch, double tokens_per_second, double tflops, std::string_view source,
                              provenance how) {
  return {&m, &d, format, "", devices, {}, 0, global_batch, tokens_per_second, tflops, source, "", how};
}

// Release, model, device, format, recipe, devices, {TP, PP, CP, VPP, EP}, micro and global batch, tokens/s, TFLOP/s.
inline constexpr published_row newest_of_bridge[]{
    bridge("25.11", deepseek_v3_4k, gb200, number_format::bf16, "BF16", 256, {1, 4, 1, 4, 64}, 1, 4096, 3139, 782),
    bridge("25.11", deepseek_v3_4k, gb300, number_format::bf16, "BF16", 256, {1, 2, 1, 4, 32}, 1, 4096, 3848, 961),
    bridge("26.04.01", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "MXFP8", 256, {1, 8, 1, 2, 32}, 1, 4096, 3328,
           864),
    bridge("26.06", deepseek_v3_mtp_4k, b300_sxm, number_format::fp8, "MXFP8", 256, {1, 8, 1, 1, 8}, 2, 4096, 3541,
           920),
    bridge("26.08", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4912, 1276),
    bridge("26.08", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 1, 4096, 6288, 1635),
    bridge("25.09", deepseek_v3_mtp_4k, h100_sxm, number_format::fp8, "FP8", 1024, {2, 8, 1, 4, 64}, 1, 8192, 1297,
           338),
    bridge("26.08", deepseek_v4_flash_mtp_4k, gb200, number_format::fp8, "MXFP8", 128, {1, 1, 1, 1, 64}, 1, 2048, 7776,
           706),
    bridge("26.08", deepseek_v4_flash_mtp_4k, gb300, number_format::fp8, "MXFP8", 128, {1, 1, 1, 1, 64}, 1, 2048, 8224,
           748),
    bridge("26.04.01", gpt_oss_120b_4k, b200_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 13568,
           369),
    bridge("26.04.01", gpt_oss_120b_4k, b300_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 15232,
           414),
    bridge("26.04.01", gpt_oss_120b_4k, gb200, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 16640, 452),
    bridge("26.04.01", gpt_oss_120b_4k, gb300, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 19200, 523),
    bridge("26.04.01", gpt_oss_120b_4k, h100_sxm, number_format::bf16, "BF16", 64, {1, 4, 1, 1, 8}, 1, 1280, 5824, 158),
    bridge("26.06", gpt_oss_120b_4k, b300_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 8}, 4, 1280, 18534, 604),
    bridge("26.08", gpt_oss_120b_4k, gb200, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 64}, 4, 1280, 28672, 934),
    bridge("26.08", gpt_oss_120b_4k, gb300, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 16}, 4, 1280, 33024, 1077),
    bridge("25.11", llama_3_8b_8k, b200_sxm, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 1}, 2, 128, 29521, 1519),
    bridge("25.11", llama_3_8b_8k, gb200, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 1}, 2, 128, 29789, 1533),
    bridge("25.11", llama_3_8b_8k, gb300, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 1}, 2, 128, 36108, 1858),
    bridge("25.11", llama_3_1_405b_8k, b200_sxm, number_format::fp8, "FP8-MX", 128, {4, 8, 2, 8, 1}, 1, 64, 624, 1576),
    bridge("26.06", llama_3_1_405b_8k, gb200, number_format::fp8, "MXFP8", 256, {4, 16, 1, 8, 1}, 1, 1536, 783, 1976),
    bridge("26.06", llama_3_1_405b_8k, gb300, number_format::fp8, "MXFP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 952, 2403),
    bridge("26.06", llama_3_1_405b_8k, h100_sxm, number_format::fp8, "FP8", 1024, {8, 8, 2, 8, 1}, 1, 1536, 326, 822),
    bridge("26.06", llama_3_1_405b_8k, gb200, number_format::fp4, "NVFP4", 256, {4, 16, 1, 8, 1}, 1, 1536, 1166, 2944),
    bridge("26.06", llama_3_1_405b_8k, gb300, number_format::fp4, "NVFP4", 256, {4, 8, 1, 4, 1}, 1, 1536, 1413, 3575),
    bridge("26.04.01", nemotron_3_nano_30b_a3b_8k, b200_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512,
           32768, 726),
    bridge("26.06", nemotron_3_nano_30b_a3b_8k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512,
           37316, 831),
    bridge("26.06.01", nemotron_3_nano_30b_a3b_8k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512,
           34816, 776),
    bridge("26.06", nemotron_3_nano_30b_a3b_8k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 8}, 1, 1024,
           14719, 328),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, b200_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 64},
           1, 512, 6400, 542),
    bridge("26.06", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 8}, 1,
           512, 7867, 667),
    bridge("26.08", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp8, "MXFP8", 64, {2, 1, 1, 1, 64}, 1, 512,
           7040, 600),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, b200_sxm, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64},
           1, 512, 5632, 475),
    bridge("26.06", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp4, "NVFP4", 64, {1, 1, 1, 1, 8}, 1,
           512, 8131, 689),
    bridge("26.08", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1, 512,
           7168, 610),
    bridge("26.08", nemotron_3_ultra_550b_a55b_mtp_8k, gb200, number_format::fp8, "MXFP8", 256, {2, 1, 1, 1, 64}, 1,
           256, 2528, 923),
    bridge("26.04.01", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 27136, 619),
    bridge("26.06", qwen3_30b_a3b_4k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 40769, 938),
    bridge("26.08", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 39936, 923),
    bridge("26.08", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 44544, 1029),
    bridge("26.06", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 16}, 1, 1024, 8826, 203),
};
inline constexpr published_row older_of_bridge[]{
    bridge("25.09", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "FP8-CS", 256, {1, 16, 1, 1, 8}, 1, 2048, 2265,
           589),
    bridge("25.09", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "FP8-MX", 256, {1, 16, 1, 1, 8}, 1, 2048, 2159,
           562),
    bridge("25.11", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "FP8-MX", 256, {1, 16, 1, 1, 8}, 1, 2048, 2139,
           557),
    bridge("26.02", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 2689,
           699),
    bridge("26.02.01", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 2790,
           725),
    bridge("26.04", deepseek_v3_mtp_4k, b200_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 2815,
           732),
    bridge("26.02", deepseek_v3_mtp_4k, b300_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 2983,
           776),
    bridge("26.02.01", deepseek_v3_mtp_4k, b300_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 3099,
           806),
    bridge("26.04", deepseek_v3_mtp_4k, b300_sxm, number_format::fp8, "MXFP8", 256, {1, 16, 1, 1, 8}, 1, 4096, 3131,
           814),
    bridge("26.04.01", deepseek_v3_mtp_4k, b300_sxm, number_format::fp8, "MXFP8", 256, {1, 8, 1, 1, 8}, 2, 4096, 3456,
           898),
    bridge("25.09", deepseek_v3_mtp_4k, gb200, number_format::fp8, "FP8-CS", 256, {1, 4, 1, 4, 64}, 1, 2048, 3454, 899),
    bridge("25.09", deepseek_v3_mtp_4k, gb200, number_format::fp8, "FP8-MX", 256, {1, 8, 1, 2, 64}, 1, 2048, 2835, 738),
    bridge("25.11", deepseek_v3_4k, gb200, number_format::fp8, "FP8-MX", 256, {1, 8, 1, 4, 32}, 1, 4096, 4018, 1003),
    bridge("26.02", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 3955, 1028),
    bridge("26.02.01", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4021,
           1046),
    bridge("26.04", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4193, 1090),
    bridge("26.04.01", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4256,
           1106),
    bridge("26.06", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4969, 1292),
    bridge("26.06.01", deepseek_v3_mtp_4k, gb200, number_format::fp8, "MXFP8", 256, {1, 4, 1, 4, 64}, 1, 4096, 4928,
           1280),
    bridge("25.11", deepseek_v3_4k, gb300, number_format::fp8, "FP8-MX", 256, {1, 2, 1, 4, 32}, 1, 4096, 4357, 1088),
    bridge("26.02", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 2, 4096, 4612, 1199),
    bridge("26.02.01", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 2, 4096, 4691,
           1219),
    bridge("26.04", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 2, 4096, 4965, 1290),
    bridge("26.04.01", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 2, 4096, 4992,
           1298),
    bridge("26.06", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 1, 4096, 6338, 1648),
    bridge("26.06", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 1, 15360, 6422,
           1670),
    bridge("26.06.01", deepseek_v3_mtp_4k, gb300, number_format::fp8, "MXFP8", 256, {1, 2, 1, 8, 32}, 1, 4096, 6304,
           1640),
    bridge("25.11", gpt_oss_120b_4k, b200_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 512, 8213, 223),
    bridge("26.02", gpt_oss_120b_4k, b200_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 8047, 219),
    bridge("26.02.01", gpt_oss_120b_4k, b200_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 13722,
           373),
    bridge("26.04", gpt_oss_120b_4k, b200_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 13045, 355),
    bridge("26.02", gpt_oss_120b_4k, b300_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 8359, 228),
    bridge("26.02.01", gpt_oss_120b_4k, b300_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 15031,
           412),
    bridge("26.04", gpt_oss_120b_4k, b300_sxm, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 8}, 4, 1280, 15114, 410),
    bridge("25.11", gpt_oss_120b_8k, gb200, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 1, 1280, 15876, 488),
    bridge("26.02", gpt_oss_120b_4k, gb200, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 15784, 428),
    bridge("26.02.01", gpt_oss_120b_4k, gb200, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 15754, 428),
    bridge("26.04", gpt_oss_120b_4k, gb200, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 15938, 433),
    bridge("25.11", gpt_oss_120b_8k, gb300, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 2, 1280, 18347, 565),
    bridge("26.02", gpt_oss_120b_4k, gb300, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 19412, 527),
    bridge("26.02.01", gpt_oss_120b_4k, gb300, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 19366, 526),
    bridge("26.04", gpt_oss_120b_4k, gb300, number_format::bf16, "BF16", 64, {1, 1, 1, 1, 64}, 4, 1280, 19275, 524),
    bridge("25.11", gpt_oss_120b_4k, h100_sxm, number_format::bf16, "BF16", 64, {1, 4, 1, 1, 8}, 4, 512, 5630, 153),
    bridge("26.02", gpt_oss_120b_4k, h100_sxm, number_format::bf16, "BF16", 64, {1, 4, 1, 1, 8}, 1, 1280, 5993, 163),
    bridge("26.02.01", gpt_oss_120b_4k, h100_sxm, number_format::bf16, "BF16", 64, {1, 4, 1, 1, 8}, 1, 1280, 5984, 163),
    bridge("26.04", gpt_oss_120b_4k, h100_sxm, number_format::bf16, "BF16", 64, {1, 4, 1, 1, 8}, 1, 1280, 5810, 158),
    bridge("26.06", gpt_oss_120b_4k, gb200, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 64}, 4, 1280, 28947, 943),
    bridge("26.06.01", gpt_oss_120b_4k, gb200, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 64}, 4, 1280, 18304, 597),
    bridge("26.06", gpt_oss_120b_4k, gb300, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 16}, 4, 1280, 33166, 1081),
    bridge("26.06.01", gpt_oss_120b_4k, gb300, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 16}, 4, 1280, 20288, 661),
    bridge("25.09", llama_3_8b_8k, b200_sxm, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 1}, 2, 128, 29994, 1544),
    bridge("25.09", llama_3_8b_8k, b200_sxm, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 1}, 2, 128, 29388, 1513),
    bridge("25.11", llama_3_8b_8k, b200_sxm, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 1}, 2, 128, 30624, 1576),
    bridge("25.09", llama_3_8b_8k, gb200, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 1}, 2, 128, 31357, 1614),
    bridge("25.09", llama_3_8b_8k, gb200, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 1}, 2, 128, 29925, 1540),
    bridge("25.11", llama_3_8b_8k, gb200, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 1}, 2, 128, 31508, 1622),
    bridge("25.11", llama_3_8b_8k, gb300, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 1}, 2, 128, 37556, 1933),
    bridge("25.09", llama_3_1_405b_8k, b200_sxm, number_format::fp8, "FP8-CS", 128, {4, 8, 2, 8, 1}, 1, 64, 664, 1676),
    bridge("25.09", llama_3_1_405b_8k, b200_sxm, number_format::fp8, "FP8-MX", 128, {4, 8, 2, 8, 1}, 1, 64, 622, 1569),
    bridge("25.11", llama_3_1_405b_8k, b200_sxm, number_format::fp8, "FP8-CS", 128, {4, 8, 2, 8, 1}, 1, 64, 661, 1667),
    bridge("25.09", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8-MX", 128, {4, 8, 2, 8, 1}, 1, 64, 578, 1458),
    bridge("25.11", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8-CS", 256, {4, 16, 1, 4, 1}, 1, 1536, 813, 2053),
    bridge("26.02", llama_3_1_405b_8k, gb200, number_format::fp8, "MXFP8", 256, {4, 16, 1, 8, 1}, 1, 1536, 786, 1983),
    bridge("26.02", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8", 256, {4, 16, 1, 4, 1}, 1, 1536, 793, 2004),
    bridge("26.02.01", llama_3_1_405b_8k, gb200, number_format::fp8, "MXFP8", 256, {4, 16, 1, 8, 1}, 1, 1536, 775,
           1957),
    bridge("26.02.01", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8", 256, {4, 16, 1, 4, 1}, 1, 1536, 818, 2063),
    bridge("26.04", llama_3_1_405b_8k, gb200, number_format::fp8, "MXFP8", 256, {4, 16, 1, 8, 1}, 1, 1536, 793, 2002),
    bridge("26.04", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8", 256, {4, 16, 1, 4, 1}, 1, 1536, 842, 2126),
    bridge("26.04.01", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8", 256, {4, 16, 1, 4, 1}, 1, 1536, 864, 2144),
    bridge("26.04.01", llama_3_1_405b_8k, gb200, number_format::fp8, "MXFP8", 256, {4, 16, 1, 8, 1}, 1, 1536, 800,
           1994),
    bridge("26.06", llama_3_1_405b_8k, gb200, number_format::fp8, "FP8", 256, {4, 16, 1, 4, 1}, 1, 1536, 843, 2129),
    bridge("25.11", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8-CS", 256, {2, 8, 2, 4, 1}, 1, 1536, 999, 2522),
    bridge("26.02", llama_3_1_405b_8k, gb300, number_format::fp8, "MXFP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 931, 2349),
    bridge("26.02", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8", 256, {4, 8, 1, 4, 1}, 1, 1536, 988, 2495),
    bridge("26.02.01", llama_3_1_405b_8k, gb300, number_format::fp8, "MXFP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 949, 2394),
    bridge("26.02.01", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 1024, 2585),
    bridge("26.04", llama_3_1_405b_8k, gb300, number_format::fp8, "MXFP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 968, 2443),
    bridge("26.04", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8", 256, {4, 8, 1, 4, 1}, 1, 1536, 1036, 2615),
    bridge("26.04.01", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8", 256, {4, 8, 1, 4, 1}, 1, 1536, 1024, 2617),
    bridge("26.04.01", llama_3_1_405b_8k, gb300, number_format::fp8, "MXFP8", 256, {2, 8, 2, 4, 1}, 1, 1536, 960, 2453),
    bridge("26.06", llama_3_1_405b_8k, gb300, number_format::fp8, "FP8", 256, {4, 8, 1, 4, 1}, 1, 1536, 1048, 2646),
    bridge("25.09", llama_3_1_405b_8k, h100_sxm, number_format::fp8, "FP8", 1024, {8, 8, 2, 8, 1}, 1, 512, 302, 763),
    bridge("25.11", llama_3_1_405b_8k, h100_sxm, number_format::fp8, "FP8-CS", 1024, {8, 8, 2, 8, 1}, 1, 512, 292, 737),
    bridge("26.02", llama_3_1_405b_8k, h100_sxm, number_format::fp8, "FP8", 1024, {8, 8, 2, 8, 1}, 1, 1536, 311, 784),
    bridge("26.04.01", llama_3_1_405b_8k, h100_sxm, number_format::fp8, "FP8", 1024, {8, 8, 2, 8, 1}, 1, 1536, 328,
           827),
    bridge("26.02", llama_3_1_405b_8k, gb200, number_format::fp4, "NVFP4", 256, {4, 16, 1, 8, 1}, 1, 1536, 1076, 2716),
    bridge("26.02.01", llama_3_1_405b_8k, gb200, number_format::fp4, "NVFP4", 256, {4, 16, 1, 4, 1}, 1, 1536, 1083,
           2734),
    bridge("26.04", llama_3_1_405b_8k, gb200, number_format::fp4, "NVFP4", 256, {4, 16, 1, 8, 1}, 1, 1536, 1136, 2866),
    bridge("26.04.01", llama_3_1_405b_8k, gb200, number_format::fp4, "NVFP4", 256, {4, 16, 1, 8, 1}, 1, 1536, 1184,
           2960),
    bridge("26.02", llama_3_1_405b_8k, gb300, number_format::fp4, "NVFP4", 256, {4, 8, 1, 4, 1}, 1, 1536, 1333, 3365),
    bridge("26.02.01", llama_3_1_405b_8k, gb300, number_format::fp4, "NVFP4", 256, {4, 8, 1, 4, 1}, 1, 1536, 1358,
           3428),
    bridge("26.04", llama_3_1_405b_8k, gb300, number_format::fp4, "NVFP4", 256, {4, 8, 1, 4, 1}, 1, 1536, 1424, 3594),
    bridge("26.04.01", llama_3_1_405b_8k, gb300, number_format::fp4, "NVFP4", 256, {4, 8, 1, 4, 1}, 1, 1536, 1440,
           3653),
    bridge("26.02.01", nemotron_3_nano_30b_a3b_8k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512,
           35861, 798),
    bridge("26.04", nemotron_3_nano_30b_a3b_8k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512,
           35282, 786),
    bridge("26.04.01", nemotron_3_nano_30b_a3b_8k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512,
           35840, 794),
    bridge("26.02.01", nemotron_3_nano_30b_a3b_8k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512,
           33934, 756),
    bridge("26.04", nemotron_3_nano_30b_a3b_8k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512, 32727,
           729),
    bridge("26.04.01", nemotron_3_nano_30b_a3b_8k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512,
           32768, 725),
    bridge("26.06", nemotron_3_nano_30b_a3b_8k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 2, 512, 33522,
           747),
    bridge("26.02.01", nemotron_3_nano_30b_a3b_8k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 8}, 1, 1024,
           14890, 331),
    bridge("26.04", nemotron_3_nano_30b_a3b_8k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 8}, 1, 1024,
           14507, 323),
    bridge("26.04.01", nemotron_3_nano_30b_a3b_8k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 8}, 1, 1024,
           14336, 321),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, b200_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 64}, 1,
           512, 6302, 534),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 8}, 1,
           512, 7009, 594),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp8, "MXFP8", 64, {1, 1, 1, 1, 8}, 1,
           512, 7296, 623),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp8, "MXFP8", 64, {2, 1, 1, 1, 64}, 1, 512,
           6674, 565),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp8, "MXFP8", 64, {2, 1, 1, 1, 64}, 1,
           512, 6656, 564),
    bridge("26.06", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp8, "MXFP8", 64, {2, 1, 1, 1, 64}, 1, 512,
           6742, 571),
    bridge("26.06.01", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp8, "MXFP8", 64, {2, 1, 1, 1, 64}, 1,
           512, 7040, 598),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, b200_sxm, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1,
           512, 5606, 475),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp4, "NVFP4", 64, {1, 1, 1, 1, 8}, 1,
           512, 7047, 597),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, b300_sxm, number_format::fp4, "NVFP4", 64, {1, 1, 1, 1, 8}, 1,
           512, 7424, 634),
    bridge("26.04", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1, 512,
           6777, 574),
    bridge("26.04.01", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1,
           512, 6784, 574),
    bridge("26.06", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1, 512,
           6928, 587),
    bridge("26.06.01", nemotron_3_super_120b_a12b_mtp_8k, gb200, number_format::fp4, "NVFP4", 64, {2, 1, 1, 1, 64}, 1,
           512, 7040, 598),
    bridge("25.09", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "FP8", 8, {1, 1, 1, 1, 8}, 1, 512, 18066, 416),
    bridge("25.11", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 8}, 1, 512, 9299, 214),
    bridge("26.02", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 1, 512, 9691, 223),
    bridge("26.02.01", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26695, 614),
    bridge("26.04", qwen3_30b_a3b_4k, b200_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26859, 618),
    bridge("26.02", qwen3_30b_a3b_4k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 29521, 679),
    bridge("26.02.01", qwen3_30b_a3b_4k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 29454, 678),
    bridge("26.04", qwen3_30b_a3b_4k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 30553, 703),
    bridge("26.04.01", qwen3_30b_a3b_4k, b300_sxm, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 30720, 704),
    bridge("25.09", qwen3_30b_a3b_4k, gb200, number_format::fp8, "FP8-CS", 8, {1, 1, 1, 1, 8}, 4, 512, 22775, 524),
    bridge("25.09", qwen3_30b_a3b_4k, gb200, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 8}, 4, 512, 23723, 546),
    bridge("25.11", qwen3_30b_a3b_4k, gb200, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 8}, 4, 512, 23766, 547),
    bridge("26.02", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26084, 600),
    bridge("26.02.01", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26373, 607),
    bridge("26.04", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26032, 599),
    bridge("26.04.01", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 26112, 599),
    bridge("26.06", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 40706, 936),
    bridge("26.06.01", qwen3_30b_a3b_4k, gb200, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 4, 512, 40960, 937),
    bridge("25.11", qwen3_30b_a3b_4k, gb300, number_format::fp8, "FP8-MX", 8, {1, 1, 1, 1, 8}, 4, 512, 28934, 666),
    bridge("26.02", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 30376, 699),
    bridge("26.02.01", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 30411, 700),
    bridge("26.04", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 31470, 724),
    bridge("26.04.01", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 31744, 729),
    bridge("26.06", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 45275, 1041),
    bridge("26.06.01", qwen3_30b_a3b_4k, gb300, number_format::fp8, "MXFP8", 8, {1, 1, 1, 1, 8}, 8, 512, 44544, 1029),
    bridge("25.09", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 2, 1, 24, 8}, 2, 512, 10494, 241),
    bridge("25.11", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8-CS", 16, {1, 2, 1, 24, 8}, 2, 512, 5275, 121),
    bridge("26.02", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 2, 1, 12, 8}, 1, 1024, 5113, 118),
    bridge("26.02.01", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 2, 1, 12, 8}, 1, 1024, 9058, 208),
    bridge("26.04", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 16}, 1, 1024, 8901, 205),
    bridge("26.04.01", qwen3_30b_a3b_4k, h100_sxm, number_format::fp8, "FP8", 16, {1, 1, 1, 1, 16}, 1, 1024, 8960, 206),
};
inline constexpr published_row of_tpus[]{
    other(deepseek_v3_4k, tpu_v7x, number_format::bf16, 128, 2048, 2425.75, 607.53,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(deepseek_v3_4k, tpu_v7x, number_format::bf16, 256, 4096, 2446.25, 612.66,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(gemma_4_26b_a4b_4k, tpu_v7x, number_format::bf16, 64, 2048, 23655.73, 592.31,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(gemma_4_31b_8k, tpu_v7x, number_format::bf16, 64, 512, 5370.74, 1057.76,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(gpt_oss_120b_8k, tpu_v7x, number_format::bf16, 256, 5120, 9571.36, 329.90,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(llama_3_1_405b_8k, tpu_v7x, number_format::fp8, 256, 1536, 763.54, 1927.15,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(llama_3_70b_8k, tpu_v7x, number_format::fp8, 64, 256, 4127.56, 1854.19,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(llama_3_70b_128k, tpu_v7x, number_format::bf16, 256, 64, 963.03, 897.94,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(qwen3_235b_a22b_4k, tpu_v7x, number_format::bf16, 256, 8192, 4245.89, 629.79,
          "AI-Hypercomputer/tpu-recipes, training/ironwood", provenance::printed),
    other(deepseek_v3_8k, tpu_v5p, number_format::bf16, 512, 0, 542.108, 152.415,
          "AI-Hypercomputer/tpu-recipes, training/v5p", provenance::printed),
    other(llama_3_1_405b_8k, tpu_v5p, number_format::bf16, 512, 0, 124.618, 314.530,
          "AI-Hypercomputer/tpu-recipes, training/v5p", provenance::printed),
    other(llama_4_scout_8k, tpu_v5p, number_format::bf16, 512, 0, 2070.487, 225.491,
          "AI-Hypercomputer/tpu-recipes, training/v5p", provenance::printed),
    other(llama_3_1_405b_8k, tpu_v6e, number_format::bf16, 512, 512, 149.482, 392.454,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
    other(llama_3_8b_8k, tpu_v6e, number_format::bf16, 256, 0, 7207.336, 417.397,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
    other(mixtral_8x7b_4k, tpu_v6e, number_format::bf16, 256, 3072, 3645.203, 302.311,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
    other(gemma_3_12b_32k, tpu_v6e, number_format::bf16, 256, 256, 4477.8, 349.4,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
    other(gemma_3_12b_32k, tpu_v6e, number_format::bf16, 512, 512, 4204.8, 328.1,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
    other(gemma_3_12b_32k, tpu_v6e, number_format::bf16, 1024, 1024, 3905.6, 304.8,
          "AI-Hypercomputer/tpu-recipes, training/trillium", provenance::printed),
};
inline constexpr published_row of_others[]{
    other(llama_3_70b_8k, h200_sxm, number_format::bf16, 0, 0, 508.371e12 / 449.222541312e9, 508.371,
          "AI-Hypercomputer/gpu-recipes, MaxText", provenance::derived),
    other(llama_3_1_405b_8k, h100_sxm, number_format::bf16, 16384, 0, 400e12 / 2523.955986432e9, 400,
          "arXiv 2407.21783, table 4", provenance::derived),
    other(qwen3_235b_a22b_4k, h100_sxm, number_format::bf16, 256, 2048, 276e12 / 148.035e9, 276,
          "yanring/Megatron-MoE-ModelZoo", provenance::derived),
    other(deepseek_v3_mtp_4k, h800_sxm, number_format::fp8, 2048, 15360, 14.8e12 / (2.664e6 * 3600), 0,
          "arXiv 2412.19437, table 1: tokens and device hours of pre-training", provenance::derived),
};

}  // namespace published
}  // namespace detail

/// The newest published row of each model, device and format in Megatron-Bridge's tables, on GPUs.
inline constexpr auto& newest_rows = detail::published::newest_of_bridge;
/// The rows of earlier releases and layouts of the same models, devices and formats.
inline constexpr auto& older_rows = detail::published::older_of_bridge;
/// Rows of TPUs, per chip.
inline constexpr auto& tpu_rows = detail::published::of_tpus;
/// Rows of other trainers.
inline constexpr auto& other_rows = detail::published::of_others;

}  // namespace moetric::v0::cluster
