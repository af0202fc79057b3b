#include "moetric/account/account.hpp"

namespace moetric::v0::compiled {

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

}  // namespace moetric::v0::compiled
