#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "moetric/account/checkpoint.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"

namespace fuzz {

/// Imports a text as a config.json and counts the model. Throws std::logic_error, which is a finding, unless the text
/// gives a consistent account or a one-line error that begins with "moetric: ".
inline void import_config(std::string_view text) {
  moetric::model m;
  try {
    m = moetric::io::parse_model(text);
  } catch (std::invalid_argument const& refused) {
    std::string const sentence = refused.what();
    if (!sentence.starts_with("moetric: ")) throw std::logic_error("foreign error: " + sentence);
    if (sentence.find('\n') != std::string::npos) throw std::logic_error("more than one line: " + sentence);
    return;
  } catch (std::length_error const&) {
    return;  // more layer kinds than a stack can hold
  }
  moetric::parameter_counts const counts = moetric::count_parameters(m);
  if (counts.active > counts.total) throw std::logic_error("active parameters must not exceed the total");
  moetric::forward_flops(m, {.length = moetric::unlimited_window});
  moetric::checkpoint_parts_of(m);
}

}  // namespace fuzz
