#include "command.hpp"

#include <iostream>

#include "moetric/io/file.hpp"
#include "moetric/io/find_model.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace tool {

void tell_shadowed(std::string const& name) {
  if (name.find('/') == std::string::npos && moetric::io::is_file(name))
    std::cerr << "note: " << moetric::in_quotes(name) << " is the published name here, not the file; ./"
              << moetric::escaped(name) << " is the file\n";
}

named_model find_model(std::string const& text) {
  if (moetric::zoo::find(text) != nullptr) tell_shadowed(text);
  return moetric::io::find_model(text);
}

}  // namespace tool
