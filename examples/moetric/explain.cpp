#include <iostream>

#include "printing.hpp"
#include "moetric/io/plan_file.hpp"
#include "moetric/plan/density.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string first, second;
  std::string sequence_length = "8192";
  bool as_json = false;
};

/// A shape written as "d_model=480,n_dense_layers=2,...", the keys of a plan's architecture.
model typed_shape(std::string const& text) {
  json architecture = json::object();
  for (std::string const& part : split(text, ',')) {
    auto const [key, value] = take_apart("a shape's number", part);
    architecture[key] = static_cast<std::uint64_t>(whole(key, value));
  }
  if (!architecture.contains("vocab_size")) architecture["vocab_size"] = 152064;  // not part of M, N_a and N
  return to_model(io::parse_plan(json{{"architecture", architecture}}.dump(), "a shape").architecture);
}

/// A model, or a shape by its numbers.
model find(std::string const& text) {
  return text.find('=') != std::string::npos ? typed_shape(text) : find_model(text).value;
}

json view_json(plan::density_view const& v) {
  json kinds = json::object();
  for (plan::layer_share const& each : v.kinds)
    kinds[std::string(each.kind)] = {{"training_flops_per_token", each.training_flops_per_token},
                                     {"active_parameters", each.active_parameters},
                                     {"total_parameters", each.total_parameters}};
  return {{"training_flops_per_token", v.training_flops_per_token()},
          {"active_non_embedding_parameters", v.active_parameters()},
          {"total_non_embedding_parameters", v.total_parameters()},
          {"flops_per_active_parameter", v.flops_per_active_parameter()},
          {"expansion_ratio", v.expansion_ratio()},
          {"by_layer_type", kinds}};
}

void print_views(plan::density_view const& a, plan::density_view const& b) {
  auto const times = [](double x, double y) { return x > 0 ? brief(y / x, 3) : std::string("-"); };
  table rows;
  rows.row({"", "M first", "M second", "times", "N_a first", "N_a second", "times", "N first", "N second", "times"});
  auto const row = [&](std::string const& title, plan::layer_share const& x, plan::layer_share const& y) {
    rows.row({title, brief(x.training_flops_per_token), brief(y.training_flops_per_token),
              times(x.training_flops_per_token, y.training_flops_per_token), brief(x.active_parameters),
              brief(y.active_parameters), times(x.active_parameters, y.active_parameters), brief(x.total_parameters),
              brief(y.total_parameters), times(x.total_parameters, y.total_parameters)});
  };
  for (std::size_t i = 0; i != a.kinds.size(); ++i) row(std::string(a.kinds[i].kind), a.kinds[i], b.kinds[i]);
  row("all", {"", a.training_flops_per_token(), a.active_parameters(), a.total_parameters()},
      {"", b.training_flops_per_token(), b.active_parameters(), b.total_parameters()});
  rows.print();
  std::cout << '\n';
  for (std::string const& sentence : plan::why_they_differ(a, b)) std::cout << "  " << sentence << '\n';
}

}  // namespace

void add_explain(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("explain", "How the FLOPs and parameters of two models differ, by kind of layer");
  command->footer(
      "A model is one of the zoo, a config.json, a plan that `plan --json` wrote, or a shape by its numbers.\n"
      "Example: moetric explain mixtral-8x7b qwen3-30b-a3b --sequence-length 4096");
  command->add_option("first", chosen->first, "A model")->required();
  command->add_option("second", chosen->second, "Another one, of the same FLOPs per token or not")->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of one sequence")->capture_default_str();
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] {
    count const length = whole("sequence_length", chosen->sequence_length);
    plan::density_view const a = plan::density_of(find(chosen->first), length),
                             b = plan::density_of(find(chosen->second), length);
    if (!chosen->as_json) return print_views(a, b);
    print({{"first", view_json(a)}, {"second", view_json(b)}, {"why", plan::why_they_differ(a, b)}});
  });
}

}  // namespace tool
