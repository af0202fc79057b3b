#pragma once

#include <string>
#include <string_view>

#include "moetric/model/parallel.hpp"
#include "moetric/report/answer.hpp"

namespace moetric::v0::report {

/// Whether a model can be sharded with these parallel sizes, and the rules that it breaks. Keys: model, ok,
/// broken_rules[].
inline answer check_answer(std::string_view name, model const& m, parallel_sizes const& sizes) {
  diagnosis const found = diagnose(m, sizes);
  answer made;
  made.values = object({{"model", name}, {"ok", found.ok()}, {"broken_rules", value::list()}});
  value broken = value::list();
  for (violation const& each : found.violations) broken.append(to_string(each));
  made.values.set("broken_rules", broken);
  if (found.ok()) return made.say("{model} can be sharded so");
  made.say("{model} cannot be sharded so:");
  return made.show({.rows = rows_of(made.values["broken_rules"], "broken_rules", {"{$}"})});
}

}  // namespace moetric::v0::report
