#include <iostream>

#include "account.hpp"
#include "moetric/account/after_cache.hpp"
#include "moetric/account/decoding.hpp"

namespace tool {
namespace {

using namespace moetric;

/// "2" or "17/32"
ratio fraction(std::string_view field, std::string const& text) {
  auto const slash = text.find('/');
  if (slash == std::string::npos) return whole(field, text);
  count const below = whole(field, text.substr(slash + 1));
  if (below == 0)
    throw std::invalid_argument("moetric: " + std::string(field) + " must not divide by 0, but got " + text);
  return {whole(field, text.substr(0, slash)), below};
}

struct step_cost {
  decode_step step;
  decode_reads reads;
  count flops;  // over all sequences
};

step_cost cost_of(decoding_options const& chosen, model const& m) {
  decode_step const step{.sequences = whole("decode_batch", chosen.batch), .context = whole("context", chosen.context)};
  ratio const weights = fraction("weight_bytes", chosen.weight_bytes),
              cache = fraction("cache_bytes", chosen.cache_bytes);
  ratio const experts = chosen.expert_bytes.empty() ? weights : fraction("expert_bytes", chosen.expert_bytes);
  decode_reads const reads =
      decode_reads_of(m, step, {.weights = weights, .routed_experts = experts, .cache = cache, .states = cache});
  return {step, reads, step.sequences * forward_flops_after(m, step.context, 1).per_sequence()};
}

}  // namespace

void decoding_options::declare(arguments command) {
  command.add_option("--decode-batch", batch,
                     "Also count the bytes that one decoding step reads, for this many sequences");
  command.add_option("--context", context, "Cached tokens per sequence")->capture_default_str();
  command.add_option("--weight-bytes", weight_bytes, "Bytes per weight, such as 2, 1 or 17/32")->capture_default_str();
  command.add_option("--expert-bytes", expert_bytes, "Bytes per weight of routed experts; default: --weight-bytes");
  command.add_option("--cache-bytes", cache_bytes, "Bytes per cached element")->capture_default_str();
}

json decoding_options::to_json(model const& m) const {
  step_cost const cost = cost_of(*this, m);
  json weights = json::object();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (cost.reads.weights.amounts[i] != 0)
      weights[std::string(name(static_cast<term>(i)))] = exact(cost.reads.weights.amounts[i]);
  return {{"sequences", exact(cost.step.sequences)},
          {"context", exact(cost.step.context)},
          {"bytes_read",
           {{"total", cost.reads.total()},
            {"weights_by_term", weights},
            {"routed_experts_expected", cost.reads.routed_experts},
            {"key_value_cache", exact(cost.reads.key_value_cache)},
            {"states", exact(cost.reads.states)}}},
          {"flops", exact(cost.flops)}};
}

void decoding_options::print(model const& m) const {
  step_cost const cost = cost_of(*this, m);
  std::cout << "\nOne decoding step for " << grouped(cost.step.sequences) << " sequences of "
            << grouped(cost.step.context) << " cached tokens each\n";
  table rows;
  rows.row({"bytes of weights, without routed experts", grouped(cost.reads.weights.total())});
  if (cost.reads.routed_experts != 0)
    rows.row({"bytes of routed experts, expected", brief(cost.reads.routed_experts, 6)});
  rows.row({"bytes of keys and values", grouped(cost.reads.key_value_cache)});
  if (cost.reads.states != 0) rows.row({"bytes of recurrent states", grouped(cost.reads.states)});
  rows.row({"bytes read", brief(cost.reads.total(), 6)});
  rows.row({"FLOPs", grouped(cost.flops)});
  rows.print();
}

}  // namespace tool
