#pragma once

#include <string>

#include "moetric/core/count.hpp"
#include "moetric/core/fixed_list.hpp"

namespace moetric::v0 {

/// One broken rule: its sentence, and the values that the sentence names, in their order.
struct violation {
  char const* sentence = "";
  count got[2]{};  // the first n_got are set
  int n_got = 0;
};

/// "moetric: top_k must not exceed n_experts, but got 9 and 8"
inline std::string to_string(violation const& broken) {
  std::string text = broken.sentence;
  for (int i = 0; i != broken.n_got; ++i) text += (i == 0 ? ", but got " : " and ") + to_string(broken.got[i]);
  return text;
}

/// Every rule that a model breaks, up to 32 of them.
struct diagnosis {
  fixed_list<violation, 32> violations;

  /// True if no rule is broken.
  constexpr bool ok() const { return violations.empty(); }

  /// Adds a broken rule with one value.
  constexpr void broken_rule(char const* sentence, count got) { add({sentence, {got}, 1}); }
  /// Adds a broken rule with two values.
  constexpr void broken_rule(char const* sentence, count got, count limit) { add({sentence, {got, limit}, 2}); }

 private:
  [[gnu::noinline, gnu::cold]] constexpr void add(violation const& broken) {
    if (violations.size() != 32) violations.push_back(broken, "");
  }
};

namespace detail {

// Not constexpr on purpose: a constant evaluation stops on the rule's own line, which holds the sentence, and the
// compiler prints the values. It is never called at run time.
struct constant_evaluation {
  void broken_rule(char const*, count) {}
  void broken_rule(char const*, count, count) {}
};

/// Throws if a rule is broken, with all of them.
[[gnu::noinline]] inline void require_none(diagnosis const& report) {
  if (report.ok()) return;
  std::string all;
  for (violation const& broken : report.violations) all += (all.empty() ? "" : "; ") + to_string(broken);
  invalid(all.c_str());
}

/// Applies one template of rules: in a constant expression the compiler stops on the first broken rule's sentence, at
/// run time all of them are thrown at once.
template <class Rules>
constexpr void enforce(Rules rules_of) {
  if (__builtin_is_constant_evaluated()) {  // not the standard's function of it: run time would compile the branch too
    constant_evaluation stop;
    rules_of(stop);
    return;
  }
  diagnosis report;
  rules_of(report);
  require_none(report);
}

}  // namespace detail
}  // namespace moetric::v0
