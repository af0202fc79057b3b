#include "moetric/cluster/memory.hpp"
#include "moetric/cluster/traffic.hpp"
#include "moetric/cluster/workload.hpp"

namespace moetric::v0::cluster {

namespace compiled {

rank_memory memory_of_rank(model const& m, training_setup const& setup, count rank) {
  return detail::memory_of_one_rank(m, setup, rank);
}

void each_rank_memory(model const& m, training_setup const& setup, function_ref<void(rank_memory const&)> visit) {
  detail::visit_rank_memory(m, setup, visit);
}

traffic traffic_of_rank(model const& m, training_setup const& setup, count rank, traffic_choice const& formats) {
  return detail::traffic_of_one_rank(m, setup, rank, formats);
}

workload workload_of(model const& m, count sequence_length) {
  return detail::workload_of_model(m, sequence_length);
}

}  // namespace compiled
}  // namespace moetric::v0::cluster
