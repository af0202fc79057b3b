#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "moetric/model/parallel.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// Whether a model can be sharded with these parallel sizes, and the rules that it breaks. Keys: model,
/// parallel_sizes{tensor, expert, pipeline, expert_tensor, context, sequence_length}, ok, broken_rules[].
inline answer check_answer(std::string_view name, model const& m, parallel_sizes const& sizes) {
  diagnosis const found = diagnose(m, sizes);
  value broken = value::list();
  for (violation const& each : found.violations) broken.append(to_string(each));
  answer made{
      object({{"model", name},
              {"parallel_sizes",
               object({{"tensor", sizes.tensor, "devices"},
                       {"expert", sizes.expert, "devices"},
                       {"pipeline", sizes.pipeline, "stages"},
                       {"expert_tensor", sizes.expert_tensor, "devices"},
                       {"context", sizes.context, "devices"},
                       {"sequence_length", sizes.sequence_length == 1 ? value() : value(sizes.sequence_length)}})},
              {"ok", found.ok()},
              {"broken_rules", std::move(broken)}})};
  made.say(std::string("{model} ") + (found.ok() ? "can" : "cannot") +
           " be sharded tensor-parallel over {parallel_sizes/tensor}, expert-parallel over {parallel_sizes/expert}, "
           "expert-tensor-parallel over {parallel_sizes/expert_tensor}, context-parallel over {parallel_sizes/context} "
           "and pipeline-parallel over {parallel_sizes/pipeline}" +
           (sizes.sequence_length == 1 ? "" : ", sequences of {parallel_sizes/sequence_length} tokens") +
           (found.ok() ? "" : ":"));
  if (!found.ok()) made.show({.rows = rows_of(made.values["broken_rules"], "broken_rules", {"  {$}"})});
  return made;
}

}  // namespace moetric::v0::report
