#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "moetric/cluster/layout.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

namespace detail {

/// The kinds of layers whose rules are checked, with the number of their layers and, of experts, those of one device.
inline value checked_kinds(model const& m, parallel_sizes const& sizes) {
  value kinds = keyed();
  auto const add = [&](auto const& layer, count layers) {
    std::string_view const kind = layer.name();
    if (kind == "no_mixer" || kind == "no_feed_forward") return;
    value const* const before = kinds.find(kind);
    count const all = before == nullptr ? layers : (*before)["layers"].magnitude() + layers;
    value made = object({{"layers", all, "layers"}});
    count const experts = layer.visit([](auto const& of) { return count(of.routing().n_experts); });
    if (experts != 0 && sizes.expert != 0 && remainder(experts, sizes.expert) == 0)
      made.set("experts_per_device", floor_div(experts, sizes.expert), "experts");
    kinds.set(kind, std::move(made));
  };
  m.layers.for_each_kind([&](stack::run const& run) {
    add(m.layers.mixer_of(run), run.layers);
    add(m.layers.ffn_of(run), run.layers);
  });
  return kinds;
}

}  // namespace detail

/// Whether a model can be laid out so, and the rules that it breaks. Keys: model, parallel_sizes{tensor, expert,
/// pipeline, expert_tensor, context, sequence_length, virtual_stages, devices}, ok, broken_rules[],
/// checked_kinds{kind: {layers, experts_per_device of experts that divide}}.
inline answer check_answer(std::string_view name, model const& m, cluster::layout const& l) {
  parallel_sizes const& sizes = l.sizes;
  diagnosis const found = cluster::diagnose(m, l);
  value broken = value::list();
  for (violation const& each : found.violations) broken.append(to_string(each));
  answer made{object({{"model", name},
                      {"parallel_sizes",
                       object({{"tensor", sizes.tensor, "devices"},
                               {"expert", sizes.expert, "devices"},
                               {"pipeline", sizes.pipeline, "stages"},
                               {"expert_tensor", sizes.expert_tensor, "devices"},
                               {"context", sizes.context, "devices"},
                               {"sequence_length", sizes.sequence_length == 1 ? value() : value(sizes.sequence_length)},
                               {"virtual_stages", l.virtual_stages, "stages"},
                               {"devices", l.devices, "devices"}})},
                      {"ok", found.ok()},
                      {"broken_rules", std::move(broken)},
                      {"checked_kinds", detail::checked_kinds(m, sizes)}})};
  made.say(std::string("{model} ") + (found.ok() ? "can" : "cannot") +
           " be sharded tensor-parallel over {parallel_sizes/tensor}, expert-parallel over {parallel_sizes/expert}, "
           "expert-tensor-parallel over {parallel_sizes/expert_tensor}, context-parallel over {parallel_sizes/context} "
           "and pipeline-parallel over {parallel_sizes/pipeline}, on {parallel_sizes/devices} devices" +
           (sizes.sequence_length == 1 ? "" : ", sequences of {parallel_sizes/sequence_length} tokens") +
           (found.ok() ? "" : ":"));
  if (!found.ok()) made.show({.rows = rows_of(made.values["broken_rules"], "broken_rules", {"  {$}"})});
  std::string kinds;
  value const& checked = made.values["checked_kinds"];
  for (std::size_t i = 0; i != checked.size(); ++i) {
    std::string const path = "{checked_kinds/#" + std::to_string(i);
    kinds += (i == 0 ? "" : ", ") + path + "/layers} of " + path + "@}";
    if (checked.members()[i].content.find("experts_per_device") != nullptr)
      kinds += " (" + path + "/experts_per_device} experts a device)";
  }
  made.say("Checked: the rules of the model itself; those of every layer, " + kinds +
           ", that its heads, key-value heads, widths and experts divide over the devices that share them; no more "
           "stages than layers; that both meshes, attention's and the experts', fill the devices" +
           (sizes.sequence_length == 1 ? "." : "; windows and context-parallel chunks fit into the sequence."));
  return made.say("Not checked: memory and time (moetric cluster).");
}

/// The same on the fewest devices that these sizes fill.
inline answer check_answer(std::string_view name, model const& m, parallel_sizes const& sizes) {
  return check_answer(name, m, cluster::on_fewest_devices({.sizes = sizes}));
}

}  // namespace moetric::v0::report
