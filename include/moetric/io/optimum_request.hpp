#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/io/named_law.hpp"
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/optimum/question.hpp"

namespace moetric::v0::io {

/// What a law is to buy, as people type it.
struct optimum_request {
  std::string law;                                     // an id, or the file of a fit
  std::vector<std::string> values{};                   // fixed: name=value, name=a,b,c or name=low..high
  std::optional<double> compute{};                     // FLOPs, in the law's own count
  std::optional<std::pair<double, double>> budgets{};  // a range of them instead
  std::optional<double> interval{};                    // share of samples between its ends
  std::string against{};                               // another law with what it fixes
};

namespace detail {

/// The budget that most forms need.
inline double required_compute(optimum_request const& from) {
  if (!from.compute) refuse("compute must be given, such as --compute 3e20");
  double const compute = *from.compute;
  moetric::detail::require_positive("compute", compute);
  return compute;
}

/// name=value, name=a,b,c to choose from, or name=low..high where the best in between is wanted.
inline std::vector<optimum::fixed_input> read_fixed(std::string const& asks,
                                                    std::vector<std::string_view> const& allowed,
                                                    std::vector<std::string> const& arguments) {
  std::vector<optimum::fixed_input> all;
  for (auto& [name, text] : read_names(asks, allowed, arguments)) {
    optimum::fixed_input next{name, {}};
    std::string list = text;
    if (std::size_t const dots = list.find(".."); dots != std::string::npos) {
      next.is_range = true;
      list.replace(dots, 2, ",");
    }
    for (std::string const& one : split(list, ',')) next.values.push_back(number(name, one));
    if (next.is_range && (next.values.size() != 2 || !(next.values[0] < next.values[1])))
      refuse(name + " must be given from a lower to a higher value, as 4..16, but got " + text);
    all.push_back(next);
  }
  return all;
}

/// A value that must be one.
inline double single(optimum::fixed_input const& of) {
  if (of.values.size() != 1) refuse(of.name + " must be one value");
  return of.values[0];
}

/// The values to choose from; refuses a range, whose ends alone would be tried.
inline std::vector<double> const& choices(optimum::fixed_input const& of) {
  if (of.is_range) refuse(of.name + " must be given as values to choose from here, as 4,8,16, not as a range");
  return of.values;
}

/// The question that a request puts to a law of the loss.
inline optimum::question question_of(optimum_request const& from, laws::description const& about) {
  using demand = optimum::inference_demand;
  constexpr std::array demand_fields{
      std::pair{"inference_tokens", &demand::input_tokens},   std::pair{"output_tokens", &demand::output_tokens},
      std::pair{"training_mfu", &demand::training_mfu},       std::pair{"input_mfu", &demand::input_mfu},
      std::pair{"output_mfu", &demand::output_mfu},           std::pair{"training_price", &demand::training_price},
      std::pair{"inference_price", &demand::inference_price},
  };
  std::vector<std::string_view> allowed{"loss"};
  for (laws::input const& each : about.inputs) allowed.push_back(each.name);
  for (auto const& [name, field] : demand_fields) allowed.push_back(name);
  optimum::question asked;
  asked.compute = from.compute;
  for (optimum::fixed_input const& each :
       read_fixed("the optimum of law " + from.law + " may fix", allowed, from.values)) {
    auto const of_demand = std::find_if(demand_fields.begin(), demand_fields.end(),
                                        [&](auto const& field) { return field.first == each.name; });
    if (each.name == "loss") {
      asked.loss = single(each);
    } else if (of_demand == demand_fields.end()) {
      asked.fixed.push_back(each);
    } else {
      if (!asked.demand) asked.demand.emplace();
      (*asked.demand).*(of_demand->second) = single(each);
    }
  }
  return asked;
}

/// Granularity is the best of 1, 2, 4 ... as in the paper's own optima, unless it is given.
inline void choose_granularity(laws::any_law const& law, optimum::question& asked) {
  bool given = !law.as<laws::fine_grained::law::form>();
  for (optimum::fixed_input const& each : asked.fixed) given = given || each.name == "granularity";
  if (given) return;
  auto const all = optimum::fine_grained_options{}.granularities;
  asked.fixed.push_back({"granularity", {all.begin(), all.end()}});
}

}  // namespace detail
}  // namespace moetric::v0::io
