#include "moetric/io/plan_answer.hpp"

#include "moetric/report/plot/plan.hpp"
#include "shared_options.hpp"

namespace tool {
namespace plan_command {

using namespace moetric;

/// The options of a run and of its shape that `plan` alone has.
void declare_run(command& to, plan::request& r) {
  to.add("--d-model", r.d_model, "Hidden width");
  to.add("--width-ratio", r.width_ratio, "(top_k + n_shared) x d_expert / d_model, from which the width follows (3.25)")
      .further();
  to.add("--n-dense-layers", r.n_dense_layers,
         "Dense layers before those with experts, 0 for none; the width follows from them")
      .further();
  to.add("--d-ff", r.d_ff, "Width of a dense layer's feed-forward (3 x d_model)").further();
  to.add_choice("--attention", r.attention,
                {{"grouped", plan::attention_kind::grouped}, {"mla", plan::attention_kind::latent}},
                "grouped; or mla, multi-head latent attention with DeepSeek's ratios to head_dim or the widths given")
      .shows_default()
      .further();
  to.add("--q-lora-rank", r.q_lora_rank, "With mla, rank of queries, 0 for none (12 x head_dim)").further();
  to.add("--kv-lora-rank", r.kv_lora_rank, "With mla, rank of keys and values (4 x head_dim)").further();
  to.add("--qk-rope-head-dim", r.qk_rope_head_dim, "With mla, rotary width beside head_dim (head_dim / 2)").further();
  to.add("--v-head-dim", r.v_head_dim, "With mla, width of a head's values (head_dim)").further();
  to.add("--n-layers", r.n_layers, "Depth; determines the heads, or with --n-heads M/N_a");
  to.add("--training-flops-per-token", r.training_flops_per_token, "M").further();
  to.add("--flops-per-active-parameter", r.flops_per_active_parameter, "M/N_a, above 6").further();
  to.add("--expansion-ratio", r.expansion_ratio, "N/N_a").further();
  to.add("--total-parameters-limit", r.total_parameters_limit,
         "Parameters of the whole model with embeddings; N/N_a is lowered to meet it");
  to.add("--memory-limit", r.memory_limit,
         "Bytes of weights, gradients and optimiser over all devices; N/N_a is lowered to meet it")
      .further();
  to.add("--bytes-per-parameter", r.bytes_per_parameter, "Bytes per parameter of --memory-limit (18)")
      .with({"--memory-limit"})
      .further();
  to.add("--tokens-limit", r.tokens_limit, "Tokens of the data; M grows to spend the budget").further();
  to.add("--unique-tokens", r.unique_tokens, "Unique tokens of the data, for a fit of the data-constrained form")
      .further();
  to.add("--inference-tokens", r.inference_tokens,
         "Tokens to be served; the budget then pays for training and serving");
  to.add("--sequence-length", r.sequence_length, "Tokens of one sequence (8192)");
  to.add("--shape-sequence-length", r.shape_sequence_length,
         "Length at which the shape is chosen; the laws hold at 8192 only")
      .further();
  to.add_choice("--d-rule", r.width,
                {{"width-ratio", plan::width_rule::width_ratio}, {"median", plan::width_rule::median}},
                "width-ratio: (top_k + n_shared) x d_expert / d_model near 3.25; median: the middle of the feasible "
                "widths")
      .without("--d-model", ", which it would choose")
      .shows_default()
      .further();
  to.add_choice("--budget", r.budget,
                {{"holistic", plan::budget_basis::holistic}, {"matmul", plan::budget_basis::matmul}},
                "holistic, or matmul to pay for output head and router too")
      .shows_default()
      .further();
  to.add("--batch-multiple", r.batch_multiple,
         "Sequences of a batch are a multiple of it, such as the data-parallel size; default: a power of two")
      .further();
  to.add("--tolerance", r.tolerance, "Relative rise of the loss, for bands computed by a law (0.001)").further();
  to.add("--tensor-parallel", r.parallel.tensor, "Devices that share a layer; ranks alternatives (8)").further();
  to.add("--expert-parallel", r.parallel.expert, "Devices that share experts; ranks alternatives (8)").further();
  to.add("--pipeline-parallel", r.parallel.pipeline, "Pipeline stages; ranks alternatives (1)").further();
}

}  // namespace plan_command

void add_plan(command_line& line) {
  using namespace plan_command;
  command& to = line.add("plan", "Which MoE, and which run of it, should a budget or a calendar buy?",
                         {"budget", "architecture", "shape", "run", "recipe", "design", "compute", "calendar", "cost",
                          "money", "days", "learning-rate", "plot"},
                         {"moetric plan --compute 3e20", "moetric plan --device h100-sxm --devices 512 --days 30"});
  struct options {
    io::plan_request asked;
    output_options output;
  };
  auto& chosen = to.state<options>();
  io::plan_request& asked = chosen.asked;
  to.add("--compute", asked.run.compute, "Training FLOPs, or with --inference-tokens all of them")
      .without("--device", ", whose days determine it");
  declare_device(to, asked.on.device,
                 "In the place of --compute: the device of a calendar (moetric cluster --help lists them)");
  auto const with_device = [](option& one) -> option& { return one.with({"--device"}); };
  with_device(to.add("--devices", asked.devices, "Devices of the calendar"));
  with_device(to.add("--days", asked.days, "Days that the run may take in the median"))
      .without("--target-loss", ", which determines them");
  to.add("--target-loss", asked.target_loss,
         "In the place of --days: the loss to reach for the least money, training and serving of --inference-tokens "
         "together; by the source's law, else by the fine-grained law")
      .with({"--device"});
  with_device(declare_precision(to, asked.on.precision, "Format of matrix products: bf16, fp8 or fp4")
                  .shows_default()
                  .further());
  auto const [price, currency] = declare_price(to, asked.on, "Your price of a device for an hour");
  with_device(price);
  with_device(currency);
  with_device(declare_balanced(to, asked.on.balanced, "published runs force"));
  declare_shape(to, asked.run, asked.source);
  declare_run(to, asked.run);
  declare_serving(to, asked.serving, "--target-loss");
  chosen.output.declare(to, "near-optimal bands, and other sources");
  to.run = [&to, &chosen, &asked] {
    if (!to.has("--compute") && !asked.on.device)
      throw usage_error("moetric: --compute, or --device with --devices and --days, must be given");
    tell_shadowed_source(asked.source);
    report::answer const answer = io::plan_answer(asked);
    asked.target_loss ? print(answer, chosen.output) : print(answer, chosen.output, report::plan_picture);
  };
}

}  // namespace tool
