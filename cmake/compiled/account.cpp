#include "moetric/account/account.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/convention_flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"

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
