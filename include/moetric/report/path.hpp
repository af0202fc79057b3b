#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "moetric/report/unit.hpp"
#include "moetric/report/value.hpp"

namespace moetric::v0::report {

/// A value of an answer with its name and unit.
struct located {
  value const* content = nullptr;  // null if the path leads nowhere
  std::string_view name;
  std::string_view unit;
};

/// The unit of a member: its own, else that of its name in every answer, else that of the object around it.
inline std::string_view unit_of(object_member const& member, std::string_view around) {
  if (!member.unit.empty()) return member.unit;
  std::string_view const by_name = unit_of(member.name);
  return by_name.empty() ? around : by_name;
}

/// The value at a path such as `architecture/n_layers` or `bands/#2/low`: names of members, or `#` and their places.
inline located find_at(value const& root, std::string_view path) {
  located here{&root, {}, {}};
  while (!path.empty()) {
    std::string_view const step = path.substr(0, path.find('/'));
    path.remove_prefix(step.size() == path.size() ? path.size() : step.size() + 1);
    std::vector<object_member> const& members = here.content->members();
    std::size_t at = 0;
    if (step.starts_with('#')) {
      char const* const last = step.data() + step.size();
      auto const [end, error] = std::from_chars(step.data() + 1, last, at);
      if (error != std::errc{} || end != last) return {};
    } else {
      while (at != members.size() && members[at].name != step) ++at;
    }
    if (at >= members.size()) return {};
    here = {&members[at].content, members[at].name, unit_of(members[at], here.unit)};
  }
  return here;
}

}  // namespace moetric::v0::report
