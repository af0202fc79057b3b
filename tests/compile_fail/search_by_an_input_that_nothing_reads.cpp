// error: no matching function for call to .*loss_at_compute
#include "moetric/search/formula/objective.hpp"

namespace laws = moetric::laws;

// A form that does not say how its inputs are read can be evaluated at given numbers, but not searched by.
struct unread_form {
  template <class T>
  struct inputs {
    T my_parameters, tokens;
  };
  template <class K>
  struct coefficients {
    K a;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return k.a / (at.my_parameters * at.tokens);
  }
  template <class K, class T>
  static T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.my_parameters;
  }
  template <class K>
  static K irreducible(coefficients<K> const&) {
    return K(0);
  }
};
struct read_form : unread_form {
  using quantities = laws::quantity_list<laws::quantities::active_parameters, laws::quantities::tokens>;
};

inline auto objective_of(laws::law<WRONG(unread_form, read_form)> const& law) {
  return moetric::search::loss_at_compute(law, 1e20);
}
