// What models cost, and names.
#include "moetric/account/account.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/convention_flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/cluster/conventions.hpp"
#include "moetric/cluster/memory.hpp"
#include "moetric/cluster/traffic.hpp"
#include "moetric/cluster/workload.hpp"
#include "moetric/core/name.hpp"
#include "moetric/core/text.hpp"

namespace moetric::v0 {

std::string in_quotes(std::string_view text) {
  return detail::quoted(text);
}

fixed_list<std::string_view, 5> names_near(std::string_view wrong, names_ref known) {
  return detail::nearest_names(wrong, known);
}

std::string did_you_mean(std::string_view wrong, names_ref known) {
  return detail::suggestion(wrong, known);
}

void refuse_name(std::string_view subject, std::string_view wrong, names_ref known) {
  detail::invalid(detail::unknown_name(subject, wrong, known).c_str());
}

}  // namespace moetric::v0

namespace moetric::v0 {

template account<count> account_of(shape<count> const&, sequence<count>);
template account<double> account_of(shape<double> const&, sequence<double>);

namespace compiled {

diagnosis diagnose(model const& m) {
  return detail::diagnosis_of(m);
}

account<> account_of(model const& m, sequence<> tokens) {
  return detail::account_of_model(m, tokens);
}

account<> account_of(model const& m, stack::run const& run, sequence<> tokens) {
  return detail::account_of_run(m, run, tokens);
}

account<> mtp_account(model const& m, sequence<> tokens) {
  return detail::account_of_modules(m, tokens);
}

parameter_counts count_parameters(model const& m) {
  return detail::parameter_counts_of(m);
}

flops charged_flops(model const& m, count sequence_length, convention const& rule, counting_options const& options,
                    detail::pass which) {
  return detail::charged_flops(m, sequence_length, rule, options, which);
}

training_cost training_cost_of(model const& m, sequence<> tokens, training_choice const& choice) {
  return detail::training_cost_of_model(m, tokens, choice);
}

cache_size cache_size_of(model const& m, cached_sequences const& held, cache_element_bytes const& bytes) {
  return detail::cache_size_of_model(m, held, bytes);
}

}  // namespace compiled
}  // namespace moetric::v0

namespace moetric::v0::cluster {

constinit memory_convention_list const memory_conventions = detail::all_memory_conventions();

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
