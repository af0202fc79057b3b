#pragma once

// The reference: every combination of the values in a search's JSON, in integers, and the reproducible score of the
// allowed ones. It shares with searches only the formulas of layers, laws and measures.
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "moetric/io/space.hpp"
#include "moetric/search/problem/result.hpp"

namespace equality {

using namespace moetric;
using namespace moetric::search;
using json = nlohmann::json;
using whole = std::uint64_t;

/// One integer per field.
struct whole_fields {
  std::array<whole, n_fields> values{};

  whole& operator[](field f) { return values[static_cast<std::size_t>(f)]; }
  whole operator[](field f) const { return values[static_cast<std::size_t>(f)]; }
};

class listing {
 public:
  explicit listing(json const& search) : search_(search) {
    json const fixed = search_.value("fixed", json::object());
    for (auto const& [key, each] : fixed.items())
      if (key != "tied") fixed_[*find_field(key)] = each.get<whole>();
    if (!fixed.contains("vocab_size")) fixed_[field::vocab_size] = 152064;
    if (!fixed.contains("n_kv_heads")) fixed_[field::n_kv_heads] = fixed_[field::n_heads];
    for (json const& each : search_["axes"]) axes_.push_back(axis_of(each));
    has_experts_ = fixed_[field::n_moe_layers] != 0;
    for (axis_values const& each : axes_)
      if (each.of == field::n_moe_layers) has_experts_ = each.factors.back().first != 0;
    for (json const& each : search_.value("rules", json::array())) {
      bool const divisible = each.contains("divisible_by");
      rules_.push_back({divisible, number_of(each["field"]), number_of(each[divisible ? "divisible_by" : "at_most"])});
    }
    json const sizes = search_.value("parallel", json::object());
    tensor_ = sizes.value("tensor", whole{1});
    rules_.push_back({true, number_of("n_heads"), {tensor_}});
    rules_.push_back({true, number_of("d_ff"), {tensor_}});
    rules_.push_back({true, number_of("n_experts"), {sizes.value("expert", whole{1})}});
    rules_.push_back({true, number_of("d_expert"), {sizes.value("expert_tensor", tensor_)}});
    rules_.push_back({false, {sizes.value("pipeline", whole{1})}, number_of("n_layers")});
  }

  /// Calls visit(fields, digit of each axis) for every combination that satisfies the rules; the first axis varies
  /// slowest.
  /// \returns their number
  template <class Visit>
  std::uint64_t each(Visit visit) const {
    std::vector<std::size_t> at(axes_.size());
    std::uint64_t kept = 0;
    for (;;) {
      whole_fields values = fixed_;
      if (fill(at, values) && keeps_rules(values)) ++kept, visit(values, at);
      std::size_t axis = axes_.size();
      while (axis-- != 0) {
        if (++at[axis] != axes_[axis].factors.size()) break;
        at[axis] = 0;
      }
      if (axis == ~std::size_t{0}) return kept;
    }
  }

  bool has_experts() const { return has_experts_; }
  std::uint64_t size() const {
    std::uint64_t product = 1;
    for (axis_values const& each : axes_) product *= each.factors.size();
    return product;
  }
  /// For each axis, the position on the space's axis of each value in the JSON; `absent` if the space removed it.
  std::vector<std::vector<std::uint64_t>> places_in(space const& over) const {
    std::vector<std::vector<std::uint64_t>> all;
    for (std::size_t i = 0; i != axes_.size(); ++i) {
      std::vector<ratio> const& kept = over.axes()[i].values;
      auto& places = all.emplace_back();
      for (auto const& [above, below] : axes_[i].factors) {
        auto const found = std::find(kept.begin(), kept.end(), ratio(above, below));
        places.push_back(found == kept.end() ? absent : static_cast<std::uint64_t>(found - kept.begin()));
      }
    }
    return all;
  }
  static constexpr std::uint64_t absent = ~std::uint64_t{0};

 private:
  struct axis_values {
    field of;
    std::optional<field> base{};
    std::vector<std::pair<whole, whole>> factors{};  // a value is above / below times the base
  };

  static axis_values axis_of(json const& given) {
    axis_values made{*find_field(given["field"].get<std::string>())};
    if (given.contains("values"))
      for (json const& each : given["values"]) made.factors.emplace_back(each.get<whole>(), 1);
    if (given.contains("factors")) {
      made.base = find_field(given["of"].get<std::string>());
      for (json const& each : given["factors"]) {
        std::string const text = each.is_string() ? each.get<std::string>() : each.dump();
        auto const slash = text.find('/');
        made.factors.emplace_back(std::stoull(text), slash == text.npos ? 1 : std::stoull(text.substr(slash + 1)));
      }
    }
    if (given.contains("from")) {
      bool const doubles = given.value("doubling", false);
      whole const to = given["to"], step = given.value("step", whole{1});
      for (whole each = given["from"]; each <= to; each = doubles ? 2 * each : each + step)
        made.factors.emplace_back(each, 1);
    }
    return made;
  }

  /// \returns whether all fields are whole numbers
  bool fill(std::vector<std::size_t> const& at, whole_fields& values) const {
    for (std::size_t i = 0; i != axes_.size(); ++i)
      if (!axes_[i].base) values[axes_[i].of] = axes_[i].factors[at[i]].first;
    for (std::size_t i = 0; i != axes_.size(); ++i) {
      if (!axes_[i].base) continue;
      auto const [above, below] = axes_[i].factors[at[i]];
      whole const product = values[*axes_[i].base] * above;
      if (product % below != 0) return false;
      values[axes_[i].of] = product / below;
    }
    return true;
  }

  /// A number, or the sum of some fields.
  struct number_of_rule {
    whole number = 0;
    std::vector<field> sum{};

    whole in(whole_fields const& values) const {
      whole total = number;
      for (field const each : sum) total += values[each];
      return total;
    }
  };
  struct rule_of_search {
    bool divisible;  // otherwise at most
    number_of_rule of, other;
  };
  static number_of_rule number_of(json const& given) {
    if (!given.is_string()) return {given.get<whole>()};
    std::string const name = given.get<std::string>();
    if (name == "n_layers") return {0, {field::n_dense_layers, field::n_moe_layers}};
    return {0, {*find_field(name)}};
  }
  static bool divides(whole divisor, whole number) { return divisor != 0 && number % divisor == 0; }

  bool keeps_rules(whole_fields const& v) const {
    if (has_experts_ && v[field::top_k] > v[field::n_experts]) return false;
    if (!divides(v[field::n_kv_heads], v[field::n_heads])) return false;
    for (rule_of_search const& each : rules_) {
      whole const of = each.of.in(v), other = each.other.in(v);
      if (each.divisible ? !divides(other, of) : of > other) return false;
    }
    return divides(tensor_, v[field::n_kv_heads]) || divides(v[field::n_kv_heads], tensor_);
  }

  json search_;
  whole_fields fixed_{};
  std::vector<axis_values> axes_{};
  std::vector<rule_of_search> rules_{};
  whole tensor_ = 1;
  bool has_experts_;
};

/// The costs of a configuration in reproducible numbers.
inline costs<simd::reproducible> reproducible_costs(whole_fields const& values, io::search_request const& request,
                                                    bool has_experts) {
  fields<simd::reproducible> numbers;
  for (std::size_t i = 0; i != n_fields; ++i) numbers.values[i] = simd::reproducible(values.values[i]);
  return search::costs_of(numbers.to_shape(request.over.rest().tied), request.at, has_experts);
}
inline double value_of(measure what, any_objective const& objective, costs<simd::reproducible> const& c) {
  if (what == measure::tokens) return static_cast<double>(objective.tokens(c));
  if (what == measure::objective) return static_cast<double>(objective(c));
  return static_cast<double>(search::value_of(what, c));
}

}  // namespace equality
