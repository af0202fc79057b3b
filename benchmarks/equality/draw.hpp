#pragma once

// Random searches as JSON, so that one with a difference can be replayed from a file.
#include <cmath>
#include <string_view>

#include <nlohmann/json.hpp>

#include "law_points.hpp"
#include "moetric/io/space.hpp"
#include "search_cases.hpp"

namespace equality {

using namespace moetric;
using namespace moetric::search;
using json = nlohmann::json;

/// The values that a field may take: multiples of `step`, or of another field.
struct field_choice {
  field of;
  int low, high, step;
  std::optional<field> base{};
  std::vector<char const*> factors{};
};
inline std::vector<field_choice> const& choices() {
  static std::vector<field_choice> const all{
      {field::d_model, 64, 8192, 64},
      {field::n_dense_layers, 0, 4, 1},
      {field::n_moe_layers, 1, 80, 1},
      {field::n_heads, 1, 128, 1, field::d_model, {"1/256", "1/192", "1/128", "1/96", "1/64", "1/32"}},
      {field::n_kv_heads, 1, 16, 1, field::n_heads, {"1/16", "1/8", "1/5", "1/4", "1/3", "1/2", "1"}},
      {field::head_dim, 16, 256, 16, field::d_model, {"1/64", "1/32", "1/16", "1/10", "1/8"}},
      {field::d_ff, 64, 30000, 32, field::d_model, {"2", "5/2", "8/3", "3", "7/2", "4", "5", "6"}},
      {field::d_expert, 32, 8192, 32, field::d_model, {"1/16", "1/8", "1/7", "1/4", "1/3", "1/2", "3/4", "1", "4/3"}},
      {field::n_experts, 1, 512, 1, field::top_k, {"1", "2", "4", "8", "16", "32", "64", "100"}},
      {field::top_k, 1, 16, 1, field::n_experts, {"1/32", "1/16", "1/9", "1/8", "1/4", "1/2", "1"}},
      {field::n_shared_experts, 0, 4, 1},
      {field::vocab_size, 1000, 250000, 1}};
  return all;
}

/// Draws searches; equal seeds draw equal ones.
class drawer {
 public:
  explicit drawer(std::uint64_t seed) : random_{std::mt19937_64{seed}} {}

  search_cases::generator& random() { return random_; }

  /// A search of at most that many combinations, without windows. A space may refuse it.
  json without_windows(double most_points) {
    double room = std::pow(most_points, std::sqrt(random_.real(0, 1)));
    json search{{"axes", json::array()}, {"fixed", json::object()}, {"rules", json::array()}};
    bool const no_experts = random_.between(0, 9) == 0;
    std::vector<field_choice> fields = choices();
    std::shuffle(fields.begin(), fields.end(), random_.engine);
    std::vector<field> with_base, bases;
    for (field_choice const& each : fields) {
      std::string const key(name(each.of));
      bool const of_experts = each.of == field::n_moe_layers || each.of == field::d_expert ||
                              each.of == field::n_experts || each.of == field::top_k;
      if (no_experts && of_experts) continue;
      if (no_experts && each.of == field::n_dense_layers) {
        search["fixed"][key] = random_.between(1, 40);
        continue;
      }
      bool const based = each.base && !has(with_base, *each.base) && !has(bases, each.of) &&
                         !(no_experts && (*each.base == field::n_experts || *each.base == field::top_k)) &&
                         random_.between(0, 2) == 0;
      bool const is_axis = room >= 2 && random_.between(0, 7) != 0;
      if (!is_axis && !based) {
        search["fixed"][key] = value(each);
        continue;
      }
      json axis = based ? factors(each, room) : values(each, room);
      if (based) with_base.push_back(each.of), bases.push_back(*each.base);
      room /= static_cast<double>(length(axis));
      search["axes"].push_back(axis);
    }
    search["fixed"]["tied"] = random_.coin();
    for (int n = random_.between(0, 5) - 2; n > 0; --n) search["rules"].push_back(rule());
    search["sequence_length"] = 1 << random_.between(7, 17);
    if (random_.between(0, 2) == 0) search["parallel"] = parallel();
    search["objective"] = objective();
    return search;
  }

  /// Adds a preset and windows around configurations. Many leave something, some leave nothing and some one
  /// configuration.
  template <class Problem>
  void add_windows(json& search, Problem const& free) {
    int const drawn = random_.between(0, 7);
    std::string const preset = drawn == 0 ? "holistic" : drawn < 3 ? "shipped" : "none";
    search["preset"] = preset;
    Problem const in_preset(free.over(), free.objective(), windows_of_preset(preset), free.at());
    auto anchor = any_configuration(in_preset);
    if (!anchor && random_.between(0, 3) != 0) search.erase("preset"), anchor = any_configuration(free);
    if (!anchor || random_.between(0, 5) == 0) return;
    bool const same_anchor = random_.between(0, 2) != 0, point = random_.between(0, 11) == 0;
    json windows = json::object();
    for (std::size_t i = 0; i != n_measures; ++i) {
      auto const what = static_cast<measure>(i);
      if ((what == measure::tokens && !free.objective().has_tokens()) || (!point && random_.between(0, 3) != 0))
        continue;
      if (!same_anchor)
        if (auto const other = any_configuration(free)) anchor = other;
      auto const c = free.costs_of(free.over().values(*anchor));
      double const value = what == measure::objective ? free.score(c) : free.value(what, c);
      if (!std::isfinite(value)) continue;
      double const width = std::fabs(value) * std::exp(random_.real(std::log(1e-4), std::log(3)));
      json window{json(), json()};
      if (point)
        window = {value, value};
      else if (random_.between(0, 29) == 0)
        window[0] = value + 100 * width;
      else
        for (std::size_t end = 0; end != 2; ++end)
          if (random_.between(0, 2) != 0) window[end] = end == 0 ? value - width : value + width;
      windows[std::string(name(what))] = window;
    }
    search["windows"] = windows;
  }

 private:
  static bool has(std::vector<field> const& all, field wanted) {
    return std::find(all.begin(), all.end(), wanted) != all.end();
  }
  static std::size_t length(json const& axis) {
    if (axis.contains("values")) return axis["values"].size();
    if (axis.contains("factors")) return axis["factors"].size();
    int const from = axis["from"], to = axis["to"];
    if (!axis.contains("doubling")) return static_cast<std::size_t>((to - from) / axis["step"].get<int>()) + 1;
    std::size_t n = 0;
    for (int each = from; each <= to; each *= 2) ++n;
    return n;
  }

  int value(field_choice const& of) {
    // Logarithmically uniform.
    double const low = std::fmax(of.low, 0.5);
    double const drawn = std::exp(random_.real(std::log(low), std::log(of.high)));
    int const rounded = static_cast<int>(drawn / of.step) * of.step;
    return std::clamp(rounded, of.low, of.high);
  }
  json values(field_choice const& of, double room) {
    json axis{{"field", name(of.of)}};
    int const most = static_cast<int>(std::fmin(room, (of.high - of.low) / of.step + 1));
    int const n = std::clamp(static_cast<int>(std::pow(room, random_.real(0.1, 0.7))), 1, most);
    switch (random_.between(0, 3)) {
    case 0: {
      std::set<int> drawn;
      for (int i = 0; i != n; ++i) drawn.insert(value(of));
      axis["values"] = drawn;
      return axis;
    }
    case 1: {
      int const from = std::max(of.low, 1) * random_.between(1, 3);
      axis["doubling"] = true;
      axis["from"] = from;
      axis["to"] = std::max(from, std::min(of.high, from << std::min(n - 1, 12)));
      return axis;
    }
    default: {
      int const step = of.step * std::max(1, random_.between(1, ((of.high - of.low) / of.step + 1) / n));
      int const from = of.low + random_.between(0, std::max(0, of.high - of.low - (n - 1) * step));
      axis["from"] = from;
      axis["to"] = from + (n - 1) * step + random_.between(0, step - 1);
      axis["step"] = step;
      return axis;
    }
    }
  }
  json factors(field_choice const& of, double room) {
    json kept = json::array();
    for (char const* const each : of.factors)
      if (random_.coin() && static_cast<double>(kept.size()) < room) kept.push_back(each);
    if (kept.empty()) kept.push_back(of.factors[static_cast<std::size_t>(random_.between(0, 4))]);
    return {{"field", name(of.of)}, {"of", name(*of.base)}, {"factors", kept}};
  }

  json rule() {
    switch (random_.between(0, 7)) {
    case 0: return {{"field", "d_expert"}, {"divisible_by", 1 << random_.between(3, 8)}};
    case 1: return {{"field", "d_model"}, {"divisible_by", "n_heads"}};
    case 2: return {{"field", "d_expert"}, {"at_most", "d_model"}};
    case 3: return {{"field", "n_experts"}, {"divisible_by", "top_k"}};
    case 4: return {{"field", "n_layers"}, {"divisible_by", random_.between(2, 4)}};
    case 5: return {{"field", "n_layers"}, {"at_most", random_.between(10, 80)}};
    case 6: return {{"field", "n_dense_layers"}, {"at_most", "n_moe_layers"}};
    default: return {{"field", "d_ff"}, {"divisible_by", "d_expert"}};
    }
  }
  json parallel() {
    int const tensor = 1 << random_.between(0, 3), expert = 1 << random_.between(0, 4),
              pipeline = random_.between(1, 4);
    json sizes{{"tensor", tensor}, {"expert", expert}, {"pipeline", pipeline}};
    if (random_.coin()) sizes["devices"] = pipeline * tensor * expert * random_.between(1, 8);
    if (random_.coin()) sizes["distributed_optimizer"] = random_.coin();
    return sizes;
  }

  json objective() {
    if (random_.between(0, 3) == 0)
      return {{"measure", name(static_cast<measure>(random_.between(0, 11)))},
              {"direction", random_.coin() ? "least" : "most"}};
    std::size_t chosen = random_.engine() % laws::n_loss_rows;
    json made;
    laws::for_each_loss([&](auto const& law) {
      if (chosen-- == 0) made = objective(law);
    });
    return made;
  }
  template <class L>
  json objective(L const& law) {
    json made{{"law", law.about->id}};
    for (std::size_t i = 0; i != laws::is_given<L>.size(); ++i) {
      if (!laws::is_given<L>[i]) continue;
      laws::range const within = law_input_range(law.about->inputs[i], 6);
      made["given"][std::string(law.about->inputs[i].name)] = random_.real(within.low, within.high);
    }
    if (laws::ComputeLaw<L> && random_.between(0, 3) != 0)
      made["compute"] = std::exp(random_.real(std::log(1e17), std::log(1e25)));
    else if (laws::law_reads_tokens<L> || laws::ComputeLaw<L>)
      made["tokens"] = std::exp(random_.real(std::log(1e8), std::log(1e14)));
    return made;
  }

  template <class Problem>
  std::optional<digits> any_configuration(Problem const& of) {
    for (int i = 0; i != 2000; ++i) {
      digits const at = of.over().digits_of(random_.engine() % of.over().size());
      if (of.over().holds(at) && of.allows(of.costs_of(of.over().values(at)))) return at;
    }
    return std::nullopt;
  }

  search_cases::generator random_;
};

}  // namespace equality
