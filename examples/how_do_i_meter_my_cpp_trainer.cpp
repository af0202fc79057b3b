// How do I meter my C++ trainer? A loop as those of llm.c and Megatron have it: a configuration struct, ranks with a
// meter each, gradient accumulation, and a reduction of what the ranks did. Ranks are threads here, and times are made
// up, where a trainer has processes, a communicator and a clock.
#include <cstdio>
#include <thread>
#include <type_traits>
#include <vector>

#include <moetric/account/conventions.hpp>
#include <moetric/account/parameters.hpp>
#include <moetric/cluster/devices.hpp>
#include <moetric/cluster/memory.hpp>
#include <moetric/cluster/train_meter.hpp>

using namespace moetric;

// [readme: trainer]
struct gpt2_config {  // as the trainer reads it
  int max_seq_len, vocab_size, padded_vocab_size, num_layers, num_heads, channels;
};

/// The trainer's model as the library counts it: with the vocabulary that is multiplied.
constexpr model model_of(gpt2_config const& c) {
  grouped_query_attention<> const attention{
      .n_heads = c.num_heads, .head_dim = c.channels / c.num_heads, .qkv_bias = true, .output_bias = true};
  dense_ffn<> const ffn{.d_ff = 4 * c.channels, .kind = ffn_kind::plain, .bias = true};
  return {.d_model = c.channels,
          .input = {.vocab_size = c.padded_vocab_size, .learned_positions = c.max_seq_len},
          .layers = {{attention, ffn, c.num_layers}},
          .output = {.tied = true},
          .norm = norm_kind::layer_norm};
}

constexpr gpt2_config config{1024, 50257, 50304, 12, 12, 768};
constexpr model gpt2 = model_of(config);
static_assert(total_parameters(gpt2) == 124'475'904);  // what llm.c prints as num_parameters

/// The trainer's own MFU, as a convention: 6·N of all weights, and 6·L·C·T of attention.
constexpr convention llm_c{.id = "llm.c",
                           .summary = "6 FLOPs per stored weight, causal pairs at half the square",
                           .source = "karpathy/llm.c, gpt2_estimate_mfu",
                           .charges = {{{.terms = term_set::all_but({}), .units = charged::stored}}}};
static_assert(training_flops(gpt2, 1024, llm_c).per_token() == 6 * count(124'475'904) + 6 * count(12 * 768 * 1024));
// [/readme]

/// What a rank does in a step: microbatches of B sequences of T tokens, whose gradients accumulate.
void run_step(int rank, cluster::train_meter& meter) {
  constexpr int B = 16, T = 1024, grad_accum_steps = 4;
  for (int micro_step = 0; micro_step != grad_accum_steps; ++micro_step) {
    // gpt2_forward(model, loader.inputs, B, T); gpt2_backward_and_reduce(model, ...);
    meter.add_equal(B, T);  // packed documents: meter.add(lengths)
  }
  meter.end_step(0.25 + 0.01 * rank);
}

int main() {
  constexpr int ranks = 8;
  cluster::named_peak const peak = peak_of(cluster::device_named("a100-sxm-80gb"), cluster::number_format::bf16);
  cluster::meter_options of_rank{
      .peak = peak, .longest_document = 1024, .conventions = {{find_convention("matmul-causal-half"), llm_c}, 2}};
  cluster::meter_options of_cluster = of_rank;
  of_cluster.devices = ranks;

  // Once, before memory is allocated: what one rank of ZeRO-1 will hold.
  cluster::training_setup const setup{
      .layout = {
          .sizes = {.sequence_length = 1024}, .devices = ranks, .micro_batch = 16, .global_batch = 16 * ranks * 4}};
  cluster::memory_sheet const bytes = cluster::memory_of(gpt2, setup).worst.bytes;
  std::printf("states %.2f GB, activations %.2f GB\n", static_cast<double>(bytes.states()) / 1e9,
              static_cast<double>(bytes.activations()) / 1e9);

  std::vector<cluster::train_meter> meters(ranks, cluster::train_meter(gpt2, of_rank));
  cluster::train_meter const cluster_meter(gpt2, of_cluster);
  for (int step = 0; step != 3; ++step) {
    std::vector<std::thread> running;
    for (int rank = 0; rank != ranks; ++rank)
      running.emplace_back([&, rank] { run_step(rank, meters[static_cast<std::size_t>(rank)]); });
    for (std::thread& each : running) each.join();
    // [readme: ranks]
    // A trainer gathers the totals of all ranks, whose bytes NCCL or MPI may send as they are.
    static_assert(std::is_trivially_copyable_v<cluster::meter_totals>);
    cluster::meter_totals all = meters[0].last();
    for (std::size_t rank = 1; rank != meters.size(); ++rank) all.add_rank(meters[rank].last());
    cluster::meter_rates const rates = cluster_meter.rates_of(all);
    std::printf("step %d | %.0f tokens/s | MFU %.1f %%\n", step + 1, rates.tokens_per_second, 100 * rates.mfu);
    // [/readme]
  }
  std::printf("rank 0 by itself: %.1f %%, and %.1f %% as llm.c counts\n", 100 * meters[0].mfu(),
              100 * meters[0].mfu(1));
}
