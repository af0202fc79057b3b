#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "command.hpp"
#include "moetric/io/hardware_request.hpp"
#include "moetric/plan/request.hpp"

// Options that several commands have. Each is read into a request, which lives as long as the command.

namespace tool {

void declare_layout(command& to, moetric::io::parallel_request& layout);
option& declare_device(command& to, std::optional<moetric::cluster::device>& device, std::string const& help,
                       std::string const& name = "--device");
option& declare_precision(command& to, std::optional<moetric::cluster::number_format>& format, std::string const& help,
                          std::string const& name = "--precision");
/// \param help of the price \returns that option and the currency's
std::pair<option&, option&> declare_price(command& to, moetric::io::device_request& on, std::string const& help);
option& declare_balanced(command& to, bool& balanced, std::string const& by);
/// How the tokens of --inference-tokens are served. \param with an option without which that has no effect
/// \param also_alone context and batch then tell what is held
void declare_serving(command& to, moetric::io::serving_request& serving, std::string_view with,
                     bool also_alone = false);
/// The options that determine a shape, and the name of its source.
void declare_shape(command& to, moetric::plan::request& request, std::string& source);
/// LAW, the law that is evaluated.
void declare_law(command& to, std::string& law);
/// Notes on stderr that a source of plans is the published one, although there is a file of its name.
void tell_shadowed_source(std::string const& name);

}  // namespace tool
