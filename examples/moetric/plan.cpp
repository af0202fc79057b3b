#include "moetric/plan/plan.hpp"

#include <iostream>

#include "command.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string compute;
  std::string sequence_length, shape_sequence_length, n_experts, top_k, n_shared_experts, vocab_size;
  std::string n_heads, n_kv_heads, head_dim, d_model, multiple_of;
  std::string flops_per_active_parameter, expansion_ratio, tolerance;
  std::string d_rule = "width-ratio";
  std::string rounding = "nearest";
  std::string budget = "holistic";
  bool as_json = false;
};

template <class Choice>
Choice choose(std::string_view field, std::string const& text, std::string_view first_name, Choice first,
              std::string_view second_name, Choice second) {
  if (text == first_name) return first;
  if (text == second_name) return second;
  throw std::invalid_argument("moetric: " + std::string(field) + " must be " + std::string(first_name) + " or " +
                              std::string(second_name) + ", but got " + text);
}

plan_request request_of(options const& chosen) {
  plan_request r{.compute = number("compute", chosen.compute)};
  auto const set_whole = [](std::string_view field, std::string const& text, auto& value) {
    if (!text.empty()) value = whole(field, text);
  };
  auto const set_number = [](std::string_view field, std::string const& text, auto& value) {
    if (!text.empty()) value = number(field, text);
  };
  set_whole("sequence_length", chosen.sequence_length, r.sequence_length);
  set_whole("shape_sequence_length", chosen.shape_sequence_length, r.shape_sequence_length);
  set_whole("n_experts", chosen.n_experts, r.n_experts);
  set_whole("top_k", chosen.top_k, r.top_k);
  set_whole("n_shared_experts", chosen.n_shared_experts, r.n_shared_experts);
  set_whole("vocab_size", chosen.vocab_size, r.vocab_size);
  set_whole("n_heads", chosen.n_heads, r.n_heads);
  set_whole("n_kv_heads", chosen.n_kv_heads, r.n_kv_heads);
  set_whole("head_dim", chosen.head_dim, r.head_dim);
  set_whole("d_model", chosen.d_model, r.d_model);
  set_whole("multiple_of", chosen.multiple_of, r.multiple_of);
  set_number("flops_per_active_parameter", chosen.flops_per_active_parameter, r.flops_per_active_parameter);
  set_number("expansion_ratio", chosen.expansion_ratio, r.expansion_ratio);
  set_number("tolerance", chosen.tolerance, r.tolerance);
  r.width = choose("d_rule", chosen.d_rule, "width-ratio", d_rule::width_ratio, "median", d_rule::median);
  r.rounding = choose("rounding", chosen.rounding, "nearest", rounding::nearest, "paper", rounding::paper);
  r.budget = choose("budget", chosen.budget, "holistic", budget::holistic, "matmul", budget::matmul);
  return r;
}

json architecture_json(shape<> const& s) {
  return {{"d_model", exact(s.d_model)},
          {"n_layers", exact(s.n_layers())},
          {"n_dense_layers", exact(s.n_dense_layers)},
          {"n_moe_layers", exact(s.n_moe_layers)},
          {"n_heads", exact(s.n_heads)},
          {"n_kv_heads", exact(s.n_kv_heads)},
          {"head_dim", exact(s.head_dim)},
          {"d_ff", exact(s.d_ff)},
          {"d_expert", exact(s.d_expert)},
          {"n_experts", exact(s.n_experts)},
          {"top_k", exact(s.top_k)},
          {"n_shared_experts", exact(s.n_shared_experts)},
          {"vocab_size", exact(s.vocab_size)}};
}

double real(count value) {
  return static_cast<double>(value);
}

json triad_json(triad<> const& t) {
  return {{"training_flops_per_token", exact(t.training_flops_per_token)},
          {"active_non_embedding_parameters", exact(t.active_non_embedding_parameters)},
          {"total_non_embedding_parameters", exact(t.total_non_embedding_parameters)}};
}

json losses_json(plan const& p) {
  json losses = json::object();
  for (expected_loss const& each : p.losses)
    losses[std::string(each.law)] = {{"loss", each.loss},
                                     {"is_prediction", each.is_prediction},
                                     {"extrapolated", !each.outside.empty()},
                                     {"bridge", each.bridge},
                                     {"outside", each.outside},
                                     {"compute", each.compute},
                                     {"optimum_loss", each.optimum_loss},
                                     {"regret_of_reducible_loss", each.regret}};
  return losses;
}

json bands_json(plan const& p) {
  json bands = json::object();
  for (band const& b : p.bands)
    bands[std::string(b.field)] = {{"law", b.law}, {"tolerance", b.tolerance}, {"of", b.of},     {"kind", name(b.how)},
                                   {"low", b.low}, {"best", b.best},           {"high", b.high}, {"note", b.note}};
  return bands;
}

json plan_json(plan const& p) {
  triad<> const& at_shape = p.triad_at_shape;
  double const active = real(at_shape.active_non_embedding_parameters);
  json sources = json::object();
  json extrapolated = json::array();
  for (decision const& d : p.decisions) {
    sources[std::string(d.field)] = std::string(name(d.how)) + ": " + d.why;
    if (d.extrapolated) extrapolated.push_back(d.field);
  }
  json rates = json::object();
  for (hyper_parameters const& h : p.other_hyper_parameters)
    rates[std::string(h.law)] = {{"learning_rate", h.learning_rate},
                                 {"batch_tokens", h.batch_tokens > 0 ? json(h.batch_tokens) : json()},
                                 {"setup", h.setup}};
  return {
      {"architecture", architecture_json(p.architecture)},
      {"sequence_length", exact(p.request.sequence_length)},
      {"shape_sequence_length", exact(shape_length_of(p.request))},
      {"triad", triad_json(p.triad)},
      {"targets",
       {{"training_flops_per_token", p.targets.training_flops_per_token},
        {"flops_per_active_parameter", p.targets.flops_per_active_parameter},
        {"expansion_ratio", p.targets.expansion_ratio}}},
      {"realised",
       {{"training_flops_per_token", exact(at_shape.training_flops_per_token)},
        {"flops_per_active_parameter", real(at_shape.training_flops_per_token) / active},
        {"expansion_ratio", real(at_shape.total_non_embedding_parameters) / active},
        {"width_ratio", p.width_ratio()}}},
      {"compute",
       {{"requested", p.request.compute}, {"holistic", real(p.holistic_compute)}, {"matmul", real(p.matmul_compute)}}},
      {"tokens", exact(p.tokens)},
      {"optimal_tokens", p.optimal_tokens},
      {"learning_rate", p.learning_rate},
      {"batch_tokens", exact(p.batch_tokens())},
      {"batch_sequences", exact(p.batch_sequences)},
      {"steps", exact(p.steps())},
      {"tokens_per_expert_per_step", p.tokens_per_expert_per_step()},
      {"hyper_parameters", rates},
      {"bands", bands_json(p)},
      {"fields_without_band", fields_without_band},
      {"fields_with_unknown_band", fields_with_unknown_band},
      {"losses", losses_json(p)},
      {"provenance", sources},
      {"extrapolated", p.extrapolated()},
      {"extrapolated_fields", extrapolated},
      {"warnings", p.warnings},
      {"account", account_json("plan", to_model(p.architecture), {p.request.sequence_length}, "matmul-causal-half")}};
}

void print_summary(plan const& p) {
  shape<> const& s = p.architecture;
  std::cout << "Plan for " << brief(p.request.compute)
            << " training FLOPs, by the recipe of arXiv 2603.21862: " << s.n_layers() << " layers (" << s.n_dense_layers
            << " dense, " << s.n_moe_layers << " MoE) of width " << s.d_model << ",\n"
            << s.n_experts << " experts of width " << s.d_expert << ", "
            << brief(real(p.triad.total_non_embedding_parameters), 3) << " parameters ("
            << brief(real(p.triad.active_non_embedding_parameters), 3) << " active) without embeddings, "
            << brief(real(p.tokens), 3)
            << " tokens.\nCost with output head and router: " << brief(real(p.matmul_compute)) << " FLOPs, "
            << brief(real(p.matmul_compute) / p.request.compute, 3) << " times the request.\n";
}

void print_architecture(plan const& p) {
  shape<> const& s = p.architecture;
  table rows;
  auto const field = [&](std::string const& key, std::string const& value) {
    for (decision const& d : p.decisions)
      if (d.field == key)
        rows.row({key, value, "[" + std::string(name(d.how)) + (d.extrapolated ? ", extrapolated] " : "] ") + d.why});
  };
  field("d_model", grouped(s.d_model));
  field("n_dense_layers", grouped(s.n_dense_layers));
  field("n_moe_layers", grouped(s.n_moe_layers));
  field("n_heads", grouped(s.n_heads));
  field("n_kv_heads", grouped(s.n_kv_heads));
  field("head_dim", grouped(s.head_dim));
  field("d_ff", grouped(s.d_ff));
  field("d_expert", grouped(s.d_expert));
  field("n_experts", grouped(s.n_experts));
  field("top_k", grouped(s.top_k));
  field("n_shared_experts", grouped(s.n_shared_experts));
  field("vocab_size", grouped(s.vocab_size));
  field("tokens", grouped(p.tokens));
  field("batch_tokens", grouped(p.batch_tokens()));
  field("learning_rate", brief(p.learning_rate, 3));
  rows.print();
}

void print_triad(plan const& p) {
  auto const percent = [](double fraction) { return (fraction < 0 ? "" : "+") + brief(100 * fraction, 2) + "%"; };
  auto const source = [&p](std::string_view field) -> std::string {
    for (decision const& d : p.decisions)
      if (d.field == field) return "[" + std::string(name(d.how)) + "] " + d.why;
    return "";
  };
  triad<> const& t = p.triad_at_shape;
  double const active = real(t.active_non_embedding_parameters);
  std::cout << "\nTriad at length " << shape_length_of(p.request) << " (no embedding, output head, router or norms)\n";
  table rows;
  rows.row({"", "realised", "target", "missed by", ""});
  rows.row({"M, training FLOPs per token", grouped(t.training_flops_per_token),
            brief(p.targets.training_flops_per_token), percent(p.missed.training_flops_per_token),
            source("training_flops_per_token")});
  rows.row({"N_a, active parameters", grouped(t.active_non_embedding_parameters), brief(p.targets.active_parameters()),
            "", "M over M/N_a"});
  rows.row({"N, total parameters", grouped(t.total_non_embedding_parameters), brief(p.targets.total_parameters()), "",
            "N_a times N/N_a"});
  rows.row({"M/N_a", brief(real(t.training_flops_per_token) / active), brief(p.targets.flops_per_active_parameter),
            percent(p.missed.flops_per_active_parameter), source("flops_per_active_parameter")});
  rows.row({"N/N_a", brief(real(t.total_non_embedding_parameters) / active), brief(p.targets.expansion_ratio),
            percent(p.missed.expansion_ratio), source("expansion_ratio")});
  rows.row({"width ratio", brief(p.width_ratio(), 3), "", "", "(top_k + n_shared) x d_expert / d_model"});
  rows.print();
}

void print_run(plan const& p) {
  std::cout << "\nRun at length " << p.request.sequence_length << '\n';
  table rows;
  rows.row({"M at this length", grouped(p.triad.training_flops_per_token), ""});
  rows.row({"compute requested", brief(p.request.compute), ""});
  rows.row({"compute as the paper counts", brief(real(p.holistic_compute)), "tokens x M"});
  rows.row({"compute with output head and router", brief(real(p.matmul_compute)), "every matrix product"});
  rows.row({"tokens", grouped(p.tokens), "the paper's D_opt " + brief(p.optimal_tokens)});
  rows.row({"batch in sequences", grouped(p.batch_sequences), ""});
  rows.row({"steps", grouped(p.steps()), ""});
  rows.row({"tokens per expert per step", brief(p.tokens_per_expert_per_step()), ""});
  rows.print();
  std::cout << "\nPeak learning rate and batch of the published laws, each with its own setup\n";
  table rates;
  for (hyper_parameters const& h : p.other_hyper_parameters)
    rates.row({std::string(h.law), brief(h.learning_rate, 3),
               h.batch_tokens > 0 ? brief(h.batch_tokens, 3) + " tokens" : "no batch law", std::string(h.setup)});
  rates.print();
}

void print_bands(plan const& p) {
  std::cout << "\nBands in which a law loses little\n";
  table rows;
  for (band const& b : p.bands)
    rows.row({std::string(b.field), brief(b.low) + " to " + brief(b.high), "best " + brief(b.best),
              "within " + brief(100 * b.tolerance, 2) + "% of " + std::string(b.of) + " loss",
              std::string(b.law) + " [" + std::string(name(b.how)) + "] " + std::string(b.note)});
  rows.print();
  auto const list = [](char const* title, auto const& fields) {
    std::cout << "  " << title;
    for (std::string_view each : fields) std::cout << ' ' << each;
    std::cout << '\n';
  };
  list("no law sees:", fields_without_band);
  list("not known, in the paper's figures only:", fields_with_unknown_band);
}

void print_losses(plan const& p) {
  std::cout << "\nExpected loss, nats per token of the law's own tokenizer\n";
  for (expected_loss const& each : p.losses) {
    std::cout << "  " << each.law << ": " << brief(each.loss) << (each.is_prediction ? "" : ", not a prediction")
              << "; " << each.bridge << "\n    the law's own optimum for this run, " << brief(each.compute)
              << " FLOPs as it counts, has " << brief(each.optimum_loss) << "; the plan loses "
              << brief(100 * each.regret, 2) << "% of reducible loss against it\n";
    for (std::string const& why : each.outside) std::cout << "    outside: " << why << '\n';
  }
}

void print_plan(plan const& p) {
  print_summary(p);
  std::cout << '\n';
  print_architecture(p);
  print_triad(p);
  print_run(p);
  print_bands(p);
  print_losses(p);
  std::cout << '\n';
  for (std::string const& warning : p.warnings) std::cout << "note: " << warning << '\n';
  std::cout << "\nYou may fix: --n-experts --top-k --n-shared-experts --vocab-size --n-heads --n-kv-heads --head-dim "
               "--d-model\n--multiple-of --sequence-length --shape-sequence-length --flops-per-active-parameter "
               "--expansion-ratio\n--d-rule --rounding --budget --tolerance\n";
}

}  // namespace

void add_plan(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand("plan", "The MoE and the run that a compute budget should buy");
  command->footer("Example: moetric plan --compute 3e20 --n-experts 128 --top-k 8 --n-shared-experts 0 --json");
  command->add_option("--compute", chosen->compute, "Training FLOPs")->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of one sequence (8192)");
  command->add_option("--shape-sequence-length", chosen->shape_sequence_length,
                      "Length at which the shape is chosen; the laws hold at 8192 alone");
  command->add_option("--n-experts", chosen->n_experts, "Routed experts of a layer (288)");
  command->add_option("--top-k", chosen->top_k, "Routed experts that one token uses (8)");
  command->add_option("--n-shared-experts", chosen->n_shared_experts, "Experts that every token uses (1)");
  command->add_option("--vocab-size", chosen->vocab_size, "Vocabulary (152064)");
  command->add_option("--n-heads", chosen->n_heads, "Query heads; depth follows from them");
  command->add_option("--n-kv-heads", chosen->n_kv_heads, "Key-value heads (n_heads / 2)");
  command->add_option("--head-dim", chosen->head_dim, "Width of one head");
  command->add_option("--d-model", chosen->d_model, "Hidden width");
  command->add_option("--flops-per-active-parameter", chosen->flops_per_active_parameter, "M/N_a, above 6");
  command->add_option("--expansion-ratio", chosen->expansion_ratio, "N/N_a");
  command->add_option("--multiple-of", chosen->multiple_of, "Of which widths are multiples (8)");
  command
      ->add_option("--d-rule", chosen->d_rule,
                   "width-ratio: (top_k + n_shared) x d_expert / d_model near 3.25; median: the middle of the feasible "
                   "widths")
      ->capture_default_str();
  command
      ->add_option("--rounding", chosen->rounding,
                   "nearest: the neighbouring integers that miss the triad least; paper: each number by itself, as the "
                   "paper's tables do")
      ->capture_default_str();
  command->add_option("--budget", chosen->budget, "holistic, or matmul to pay for output head and router too")
      ->capture_default_str();
  command->add_option("--tolerance", chosen->tolerance, "Of loss, for the bands that a law computes (0.001)");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] {
    plan const p = make_plan(request_of(*chosen));
    if (chosen->as_json)
      print(plan_json(p));
    else
      print_plan(p);
  });
}

}  // namespace tool
