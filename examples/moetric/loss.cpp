#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "law_command.hpp"

namespace tool {
namespace {

using namespace moetric;

std::string_view last_word(std::string_view name) {
  return name.substr(name.rfind('_') + 1);
}

// The names that a wrong one may have meant: those of the same kind of count, else all.
std::vector<std::string_view> meant(std::vector<std::string_view> const& allowed, std::string_view wrong) {
  std::vector<std::string_view> alike;
  for (std::string_view const each : allowed)
    if (last_word(each) == last_word(wrong)) alike.push_back(each);
  return alike.empty() ? allowed : alike;
}

std::vector<std::string_view> names(laws::description const& law) {
  std::vector<std::string_view> all;
  for (laws::input const& each : law.inputs) all.push_back(each.name);
  return all;
}

// One value for each input of the law, in the law's order.
std::vector<double> in_order(laws::description const& law, std::vector<named_value> const& given) {
  std::vector<double> values;
  std::vector<std::string_view> missing;
  for (laws::input const& each : law.inputs)
    if (double const* const value = find_value(given, each.name))
      values.push_back(*value);
    else
      missing.push_back(each.name);
  if (missing.empty()) return values;
  std::string message = "moetric: law " + std::string(law.id) + " must get " + listed(missing);
  if (given.empty()) {
    message = "moetric: law " + std::string(law.id) + " must get its inputs as name=value:";
    for (laws::input const& each : law.inputs)
      message += std::string(&each == law.inputs.begin() ? " " : "; ") + std::string(each.name) + " (" +
                 std::string(each.definition) + ")";
  }
  throw std::invalid_argument(message);
}

// "a = 18.1, alpha = 0.115 (printed, Table 1)": numbers of one source together.
void print_coefficients(laws::description const& about) {
  std::string line, source;
  for (laws::coefficient const& each : about.coefficients) {
    std::string const from = " (" + std::string(name(each.how)) + ", " + std::string(each.source) + ")";
    if (!line.empty()) line += from == source ? ", " : source + ", ";
    line += std::string(each.name) + " = " + coefficient_text(each.value, 12);
    source = from;
  }
  std::cout << "coefficients " << line << source << '\n';
}

struct options {
  std::string law;
  std::vector<std::string> values;
  bool as_json = false;
};

void run(options chosen) {
  chosen_law const found = find_law(chosen.law);
  laws::description const& about = *found.about;
  std::vector<double> values;
  laws::answer answer;
  auto const ask = [&](auto const& law) {
    using inputs = typename std::remove_cvref_t<decltype(law)>::inputs;
    values = in_order(about, read_values("law " + chosen.law + " must get", names(about), chosen.values));
    std::array<double, laws::detail::number_of_doubles<inputs>> each{};
    std::copy(values.begin(), values.end(), each.begin());
    answer = laws::evaluate(law, laws::detail::from_array<inputs>(each));
  };
  if (!visit_loss(found, chosen.values, ask)) refuse_law(found, "a loss");

  json inputs = json::object();
  table rows;
  rows.row({"loss", brief(answer.loss, 6), std::string(about.loss_unit), "", ""});
  for (std::size_t i = 0; i != values.size(); ++i) {
    laws::input const& each = about.inputs[i];
    inputs[std::string(each.name)] = values[i];
    rows.row({std::string(each.name), brief(values[i], 6), std::string(each.unit), "fitted",
              each.fitted ? brief(each.fitted->low) + " .. " + brief(each.fitted->high) : "range not known"});
  }
  if (chosen.as_json) {
    json object{{"law", about.id}};
    add_answer(object, answer);
    object["loss_unit"] = about.loss_unit;
    if (!about.caution.empty()) object["caution"] = about.caution;
    object["inputs"] = inputs;
    return print(object);
  }
  std::cout << about.id << ": " << about.title << "\n" << about.paper << ", " << about.equation << "\n\n";
  rows.print();
  std::cout << '\n';
  if (!about.coefficients.empty()) print_coefficients(about);
  if (!about.caution.empty()) std::cout << "caution: " << about.caution << '\n';
  print_reasons(answer);
}

}  // namespace

std::vector<named_text> read_names(std::string const& asks, std::vector<std::string_view> const& allowed,
                                   std::vector<std::string> const& arguments) {
  std::vector<named_text> all;
  for (std::string const& argument : arguments) {
    named_text const next = take_apart("an input", argument);
    std::string const& name = next.name;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      throw std::invalid_argument("moetric: " + asks + " " + listed(meant(allowed, name)) + ", not " + name +
                                  did_you_mean(name, allowed));
    for (named_text const& each : all)
      if (each.name == name) throw std::invalid_argument("moetric: " + name + " must be given once");
    all.push_back(next);
  }
  return all;
}

std::vector<named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                     std::vector<std::string> const& arguments) {
  std::vector<named_value> values;
  for (auto const& [name, text] : read_names(asks, allowed, arguments)) values.push_back({name, number(name, text)});
  return values;
}

std::string coefficient_text(double value, int digits) {
  return value > 0 && value < fit::gone_to_zero ? "0" : brief(value, digits);
}

double const* find_value(std::vector<named_value> const& values, std::string_view name) {
  for (named_value const& each : values)
    if (each.name == name) return &each.value;
  return nullptr;
}

std::vector<std::string_view> gives(chosen_law const& chosen) {
  std::vector<std::string_view> what;
  auto const add = [&]<class L>(L const&) {
    what.push_back("loss");
    if (laws::ComputeLaw<L> || std::is_same_v<L, laws::clark::law>) what.push_back("optimum");
  };
  if (chosen.fit) {
    fit::visit_law(*chosen.fit, add);
    return what;
  }
  if (chosen.about->coefficients.empty()) what = {"loss", "optimum"};
  laws::for_each_loss([&](auto const& law) {
    if (law.about == chosen.about) add(law);
  });
  laws::catalogue_row const& row = laws::require(chosen.about->id);
  if (row.divides != nullptr) what.push_back("optimum");
  if (row.figure) what.push_back(row.figure->name);
  if (row.hyper) what.push_back("hyper");
  return what;
}

void refuse_law(chosen_law const& law, std::string const& wanted) {
  std::string said;
  for (std::string_view const each : gives(law)) {
    if (!said.empty()) said += ", and ";
    if (each == "loss")
      said += "a loss (moetric loss)";
    else if (each == "optimum")
      said += "parameters and tokens for a budget (moetric optimum)";
    else if (each == "hyper")
      said += "a learning rate or a batch (moetric hyper)";
    else
      said += std::string(each) + " (moetric optimum)";
  }
  throw std::invalid_argument("moetric: law must be one that gives " + wanted + ", but " + std::string(law.about->id) +
                              " gives " + said);
}

laws::wang::law read_wang(std::vector<std::string>& arguments) {
  std::vector<std::string_view> const names{"A", "B", "alpha", "beta", "gamma", "sigma"};
  std::vector<std::string> of_law, others;
  for (std::string const& each : arguments) {
    bool const is_coefficient = std::find(names.begin(), names.end(), each.substr(0, each.find('='))) != names.end();
    (is_coefficient ? of_law : others).push_back(each);
  }
  auto const given = read_values("law wang must get", names, of_law);
  std::array<double, 6> values{};
  for (std::size_t i = 0; i != names.size(); ++i) {
    double const* const value = find_value(given, names[i]);
    if (value == nullptr)
      throw std::invalid_argument("moetric: law wang must get its coefficients " + listed(names) +
                                  " as name=value, since no source at hand prints them");
    moetric::detail::require_positive(names[i], values[i] = *value);
  }
  arguments = others;
  return laws::wang::with(laws::detail::from_array<laws::wang::coefficients>(values));
}

json outside_json(fixed_list<laws::extrapolation, 12> const& outside) {
  json all = json::array();
  for (laws::extrapolation const& each : outside) {
    json one{{"input", each.input}, {"value", each.value}, {"range", nullptr}, {"factor", nullptr}};
    if (each.fitted) {
      one["range"] = {{"low", each.fitted->low}, {"high", each.fitted->high}};
      one["factor"] = each.factor;
    }
    all.push_back(one);
  }
  return all;
}

void add_answer(json& object, laws::answer const& answer) {
  object["loss"] = answer.loss;
  object["extrapolated"] = answer.extrapolated();
  object["is_prediction"] = answer.is_prediction;
  object["outside_range"] = outside_json(answer.outside_range);
  object["outside_family"] = json::array();
  for (std::string const& each : answer.outside_family) object["outside_family"].push_back(each);
}

void print_reasons(laws::answer const& answer) {
  if (!answer.extrapolated()) return;
  std::cout << (answer.is_prediction ? "\nextrapolated:\n" : "\nnot a prediction:\n");
  for (laws::extrapolation const& each : answer.outside_range) std::cout << "  " << to_string(each) << '\n';
  for (std::string const& each : answer.outside_family) std::cout << "  " << each << '\n';
}

void add_loss(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("loss", "What a scaling law says of given counts");
  command->footer("Example: moetric loss fine-grained total_non_embedding_parameters=4.3e9 tokens=2e10 granularity=8");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists")->required();
  command->add_option("VALUES", chosen->values, "The law's inputs, name=value, such as tokens=2e10");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
