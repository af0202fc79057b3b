#pragma once

#include <string>
#include <utility>

#include "moetric/plan/density.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {
namespace detail {

inline value density_values(plan::density_view const& of) {
  value kinds = keyed();
  for (plan::layer_share const& each : of.kinds)
    kinds.set(each.kind, object({{"training_flops_per_token", each.training_flops_per_token},
                                 {"active_parameters", each.active_parameters},
                                 {"total_parameters", each.total_parameters}}));
  return object({{"training_flops_per_token", of.training_flops_per_token()},
                 {"active_non_embedding_parameters", of.active_parameters()},
                 {"total_non_embedding_parameters", of.total_parameters()},
                 {"flops_per_active_parameter", of.flops_per_active_parameter()},
                 {"expansion_ratio", of.expansion_ratio()},
                 {"by_layer_type", std::move(kinds)}});
}

/// The second over the first; nothing where the first is 0.
inline value ratios_of(value const& first, value const& second) {
  value ratios = object();
  for (object_member const& each : first.members()) {
    value const& other = second[each.name];
    if (each.content.kind() == value::kinds::object) {
      value kinds = keyed();
      for (object_member const& kind : each.content.members())
        kinds.set(kind.name, ratios_of(kind.content, other[kind.name]));
      ratios.set(each.name, std::move(kinds));
    } else {
      ratios.set(each.name, each.content.real() > 0 ? value(other.real() / each.content.real()) : value(), units::one);
    }
  }
  return ratios;
}

}  // namespace detail

/// How M, N_a and N of two models differ, by kind of layer. Keys: first and second, each {name,
/// training_flops_per_token, active_non_embedding_parameters, total_non_embedding_parameters,
/// flops_per_active_parameter, expansion_ratio, by_layer_type{kind: {training_flops_per_token, active_parameters,
/// total_parameters}}}; ratios, of the second to the first, with the same keys; sequence_length; why[], sentences.
/// \throws std::invalid_argument with every rule that a model breaks, or for a length of 0
inline answer explain_answer(std::string const& first_name, model const& first, std::string const& second_name,
                             model const& second, count sequence_length) {
  plan::density_view const a = plan::density_of(first, sequence_length), b = plan::density_of(second, sequence_length);
  value of_a = detail::density_values(a), of_b = detail::density_values(b);
  value ratios = detail::ratios_of(of_a, of_b);
  of_a.set("name", first_name), of_b.set("name", second_name);
  answer made{object({{"first", std::move(of_a)},
                      {"second", std::move(of_b)},
                      {"ratios", std::move(ratios)},
                      {"sequence_length", sequence_length},
                      {"why", plan::why_they_differ(a, b)}})};
  made.say("First: {first/name}. Second: {second/name}. Sequences of {sequence_length} tokens.\nM, training FLOPs per "
           "token; N_a, active parameters; N, total parameters: without embedding, output head, router and norms.");
  made.show({.rows = rows_of(made.values["why"], "why", {"{$}"})});
  auto const table = [&made](std::string const& title, std::string const& in_all, std::string const& of_kind) {
    auto const row = [](std::string const& name, std::string const& path) {
      return std::vector<std::string>{name, "{first/" + path + "}", "{second/" + path + "}",
                                      "{ratios/" + path + "?:3}"};
    };
    block all{.header = {title, "first", "second", "ratio"}};
    std::size_t i = 0;
    for (object_member const& kind : made.values["first"]["by_layer_type"].members()) {
      std::string const path = "by_layer_type/#" + std::to_string(i++) + "/" + of_kind;
      if (kind.content[of_kind].real() != 0 || made.values["second"]["by_layer_type"][kind.name][of_kind].real() != 0)
        all.rows.push_back(row("{first/by_layer_type/#" + std::to_string(i - 1) + "@}", path));
    }
    all.rows.push_back(row("all", in_all));
    made.show(std::move(all));
  };
  table("M, training FLOPs per token", "training_flops_per_token", "training_flops_per_token");
  table("N_a, active parameters", "active_non_embedding_parameters", "active_parameters");
  table("N, total parameters", "total_non_embedding_parameters", "total_parameters");
  return made;
}

}  // namespace moetric::v0::report
