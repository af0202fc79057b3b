#pragma once

#include <array>
#include <string>

#include "moetric/core/compiled.hpp"
#include "moetric/laws/farseer.hpp"
#include "moetric/laws/loss_laws.hpp"
#include "moetric/laws/read.hpp"
#include "moetric/laws/sparse_weights.hpp"
#include "moetric/laws/wang.hpp"

/// How laws of the published forms read a model. A header of its own: accounts of models cost who only evaluates laws
/// at numbers half of the compile time.
namespace moetric::v0::laws {
namespace detail {

struct form_reader {
  form_functions const* form;
  any_readable_law (*readable)(any_law const&);
};

template <class Form>
constexpr form_reader reader_of() {
  return {&functions_of<Form>, [](any_law const& law) -> any_readable_law { return *law.as<Form>(); }};
}
/// Forms of the rows of the catalogue, and `Other` forms that only a fit or a law outside of it has.
template <class... Other, class... Row>
constexpr auto all_readers(row_list<Row...>) {
  return std::array{reader_of<typename std::remove_cvref_t<decltype(Row::law)>::form>()..., reader_of<Other>()...};
}
inline constexpr auto form_readers =
    all_readers<wang::form, gemstones::form, sparse_weights::form, farseer::form>(loss_rows{});

inline any_readable_law readable_law_of(any_law const& law) {
  for (detail::form_reader const& each : form_readers)
    if (law.has_form(*each.form)) return each.readable(law);
  moetric::detail::invalid(
      ("moetric: law " + std::string(law.about->id) + " must be of a published form to read a model").c_str());
}

}  // namespace detail

/// A law of a published form, from the catalogue or fitted, that can read a model. One's own law converts to
/// `any_readable_law` from its own type.
/// \throws std::invalid_argument for a law of another form
#ifdef MOETRIC_COMPILED
any_readable_law readable(any_law const& law);
#else
inline any_readable_law readable(any_law const& law) {
  return detail::readable_law_of(law);
}
#endif

}  // namespace moetric::v0::laws
