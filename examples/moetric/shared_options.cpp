#include "shared_options.hpp"

namespace tool {

using namespace moetric;

void declare_layout(command& to, io::parallel_request& asked) {
  cluster::layout& layout = asked.layout;
  to.add("--tensor-parallel", layout.sizes.tensor, "Devices that share each layer").shows_default();
  to.add("--context-parallel", layout.sizes.context, "Devices that share each sequence").shows_default().further();
  to.add("--pipeline-parallel", layout.sizes.pipeline, "Pipeline stages, which may be uneven").shows_default();
  to.add("--expert-parallel", layout.sizes.expert, "Devices that share the experts; may exceed the data ranks")
      .shows_default();
  to.add("--expert-tensor-parallel", asked.expert_tensor,
         "Devices that share each routed expert [the tensor-parallel size]")
      .further();
  to.add("--virtual-stages", layout.virtual_stages, "Chunks of layers on each pipeline rank").shows_default().further();
}

option& declare_device(command& to, std::optional<cluster::device>& device, std::string const& help,
                       std::string const& name) {
  return to.add(
      name, [&device](std::string const& text) { device = cluster::device_named(text); }, help);
}

option& declare_precision(command& to, std::optional<cluster::number_format>& format, std::string const& help,
                          std::string const& name) {
  option& made = to.add(
      name, [&format](std::string const& text) { format = cluster::format_named(text); }, help);
  made.default_text = "bf16";
  return made;
}

std::pair<option&, option&> declare_price(command& to, io::device_request& on, std::string const& help) {
  return {to.add("--price-per-device-hour", on.price, help),
          to.add("--currency", on.currency, "Of the price").shows_default().further()};
}

option& declare_balanced(command& to, bool& balanced, std::string const& by) {
  return to
      .add_flag("--balanced-experts", balanced,
                "Experts have equal loads, as " + by + "; else real routing's loss is counted")
      .further();
}

void declare_serving(command& to, io::serving_request& serving, std::string_view with, bool also_alone) {
  cluster::serving_demand& demand = serving.demand;
  to.add("--inference-input-tokens", demand.input_tokens, "Tokens of prompts over the whole life (0)")
      .with({with})
      .further();
  option& context = to.add("--serving-context", demand.context,
                           "Cached tokens of a sequence while it generates, in the mean; with --serving-batch alone: "
                           "does serving fit?");
  option& batch = to.add("--serving-batch", demand.sequences, "Sequences that a replica decodes together");
  for (option* const each : {&context, &batch}) {
    each->further();
    if (!also_alone) each->with({with});
  }
  to.add("--serving-weight-bytes", serving.weight_bytes, "Bytes of a served weight")
      .with({"--serving-context"})
      .shows_default()
      .further();
  to.add("--serving-cache-bytes", serving.cache_bytes, "Bytes of a cached element")
      .with({"--serving-context"})
      .shows_default()
      .further();
  to.add("--serving-tokens-per-second", demand.measured_tokens_per_second,
         "Generated tokens/s of one device that you measured; else the roofline, derated")
      .with({with})
      .further();
  to.add("--serving-price-per-device-hour", serving.price,
         "Your price of a device that serves [--price-per-device-hour]")
      .with({with})
      .further();
}

void declare_shape(command& to, plan::request& request, std::string& source) {
  to.add("--source", source,
         "Source of M and tokens: holistic (the recipe of arXiv 2603.21862), fine-grained, ling, joint-moe, or a file "
         "with a fitted law or a team's own optima");
  to.add("--n-experts", request.n_experts, "Routed experts of a layer (288)");
  to.add("--top-k", request.top_k, "Routed experts that one token uses (8)");
  to.add("--n-shared-experts", request.n_shared_experts, "Experts that every token uses (1)");
  to.add("--vocab-size", request.vocab_size, "Vocabulary (152064)").further();
  to.add("--n-heads", request.n_heads, "Query heads; the depth follows from them").further();
  to.add("--n-kv-heads", request.n_kv_heads, "Key-value heads (n_heads / 2)").further();
  to.add("--head-dim", request.head_dim, "Width of one head").further();
  to.add("--multiple-of", request.multiple_of, "Widths are multiples of it (8)").further();
  to.add_choice("--rounding", request.rounding,
                {{"nearest", plan::rounding_rule::nearest}, {"paper", plan::rounding_rule::paper}},
                "nearest: the neighbouring integers that deviate least from the triad; paper: each number on its own, "
                "as in the paper's tables")
      .further();
}

void declare_law(command& to, std::string& law) {
  to.add("LAW", law, "An id that `moetric laws` lists, or the file of a fit").required();
}

void tell_shadowed_source(std::string const& name) {
  if (name == "ling" || name == "fine-grained") tell_shadowed(name);
}

}  // namespace tool
