#pragma once

#include <array>
#include <string>

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
template <class... Row>
constexpr std::array<form_reader, sizeof...(Row) + 4> all_readers(row_list<Row...>) {
  return {reader_of<typename std::remove_cvref_t<decltype(Row::law)>::form>()..., reader_of<wang::form>(),
          reader_of<gemstones::form>(), reader_of<sparse_weights::form>(), reader_of<farseer::form>()};
}
inline constexpr auto form_readers = all_readers(loss_rows{});

}  // namespace detail

/// A law of a published form, from the catalogue or fitted, that can read a model. One's own law converts to
/// `any_readable_law` from its own type.
/// \throws std::invalid_argument for a law of another form
inline any_readable_law readable(any_law const& law) {
  for (detail::form_reader const& each : detail::form_readers)
    if (law.has_form(*each.form)) return each.readable(law);
  moetric::detail::invalid(
      ("moetric: law " + std::string(law.about->id) + " must be of a published form to read a model").c_str());
}

}  // namespace moetric::v0::laws
