#include "moetric/plan/plan.hpp"

#include <iostream>

#include "printing.hpp"
#include "plan_command.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string compute;
  request_options request;
  bool as_json = false;
};

double real(count value) {
  return static_cast<double>(value);
}

json triad_json(triad<> const& t) {
  return {{"training_flops_per_token", exact(t.training_flops_per_token)},
          {"active_non_embedding_parameters", exact(t.active_non_embedding_parameters)},
          {"total_non_embedding_parameters", exact(t.total_non_embedding_parameters)}};
}

json losses_json(plan::result const& p) {
  json losses = json::object();
  for (plan::law_loss const& each : p.losses)
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

json bands_json(plan::result const& p) {
  json bands = json::object();
  for (plan::band const& b : p.bands)
    bands[std::string(b.field)] = {{"law", b.law}, {"tolerance", b.tolerance}, {"of", b.loss_part}, {"kind", b.kind()},
                                   {"low", b.low}, {"best", b.best},           {"high", b.high},    {"note", b.note}};
  return bands;
}

std::string_view name_of(plan::spread_kind spread) {
  switch (spread) {
  case plan::spread_kind::leave_one_out: return "leave one scale out, derived: a spread, not a confidence interval";
  case plan::spread_kind::draws: return "95 % by the error of the fit";
  case plan::spread_kind::none: break;
  }
  return "not known";
}

json intervals_json(plan::result const& p) {
  json all = {{"kind", name_of(p.request.source.spread)}, {"not_known", p.request.source.not_known}};
  for (plan::spread const& each : p.spreads)
    all[std::string(each.field)] = {{"low", each.low}, {"value", each.value}, {"high", each.high}};
  return all;
}

json sensitivity_json(plan::result const& p) {
  json all = json::array();
  for (plan::sensitivity const& each : p.sensitivities)
    all.push_back({{"factor", each.factor},
                   {"architecture", architecture_json(each.architecture)},
                   {"triad", triad_json(each.triad)},
                   {"tokens", each.tokens}});
  return all;
}

json missed_json(plan::deviation const& missed) {
  return {{"training_flops_per_token", missed.training_flops_per_token},
          {"flops_per_active_parameter", missed.flops_per_active_parameter},
          {"expansion_ratio", missed.expansion_ratio}};
}

json head_alternatives_json(plan::result const& p) {
  json all = json::array();
  for (plan::head_alternative const& each : p.head_alternatives)
    all.push_back({{"architecture", architecture_json(each.architecture)},
                   {"missed", missed_json(each.missed)},
                   {"why", each.why}});
  return all;
}

json alternatives_json(plan::result const& p) {
  json all = json::array();
  for (plan::shape_alternative const& each : p.alternatives)
    all.push_back({{"architecture", architecture_json(each.architecture)},
                   {"missed", missed_json(each.missed)},
                   {"hardware_rules_kept", each.hardware.kept},
                   {"hardware_rules", each.hardware.rules},
                   {"broken", each.hardware.broken}});
  return all;
}

json plan_json(plan::result const& p) {
  triad<> const& at_shape = p.shape.triad;
  double const active = real(at_shape.active_non_embedding_parameters);
  json sources = json::object();
  json extrapolated = json::array();
  json decades = json::object();
  for (plan::decision const& d : p.decisions) {
    sources[std::string(d.field)] = std::string(name(d.how)) + ": " + d.why;
    if (d.extrapolated) extrapolated.push_back(d.field);
    if (d.decades > 0) decades[std::string(d.field)] = d.decades;
  }
  json rates = json::object();
  for (optimum::hyper_parameters const& h : p.run.other_hyper_parameters)
    rates[std::string(h.law)] = {{"learning_rate", h.learning_rate},
                                 {"batch_tokens", h.batch_tokens > 0 ? json(h.batch_tokens) : json()},
                                 {"setup", h.setup}};
  return {{"architecture", architecture_json(p.shape.architecture)},
          {"sequence_length", exact(p.request.sequence_length)},
          {"shape_sequence_length", exact(p.request.shape_sequence_length)},
          {"triad", triad_json(p.run.triad)},
          {"targets",
           {{"training_flops_per_token", p.shape.targets().training_flops_per_token},
            {"flops_per_active_parameter", p.shape.targets().flops_per_active_parameter},
            {"expansion_ratio", p.shape.targets().expansion_ratio}}},
          {"realised",
           {{"training_flops_per_token", exact(at_shape.training_flops_per_token)},
            {"flops_per_active_parameter", real(at_shape.training_flops_per_token) / active},
            {"expansion_ratio", real(at_shape.total_non_embedding_parameters) / active},
            {"width_ratio", p.shape.width_ratio()}}},
          {"source", p.request.source.id},
          {"compute",
           {{"requested", p.request.compute},
            {"holistic", real(p.run.holistic_compute)},
            {"matmul", real(p.run.matmul_compute)},
            {"serving", p.compute.serving ? p.compute.serving->serving : 0}}},
          {"tokens", exact(p.run.tokens)},
          {"optimal_tokens", p.run.optimal_tokens},
          {"learning_rate", p.run.learning_rate},
          {"batch_tokens", exact(p.run.batch_tokens)},
          {"batch_sequences", exact(p.run.batch_sequences)},
          {"steps", exact(p.run.steps())},
          {"tokens_per_expert_per_step", p.tokens_per_expert_per_step()},
          {"hyper_parameters", rates},
          {"intervals", intervals_json(p)},
          {"sensitivity_to_training_flops_per_token", sensitivity_json(p)},
          {"head_alternatives", head_alternatives_json(p)},
          {"alternatives", alternatives_json(p)},
          {"bands", bands_json(p)},
          {"fields_without_band", plan::fields_without_band},
          {"fields_with_unknown_band", plan::fields_with_unknown_band},
          {"losses", losses_json(p)},
          {"provenance", sources},
          {"extrapolated", p.extrapolated()},
          {"extrapolated_fields", extrapolated},
          {"decades_outside", decades},
          {"warnings", p.warnings},
          {"account",
           account_json("plan", to_model(p.shape.architecture), {p.request.sequence_length}, "matmul-causal-half")}};
}

void print_summary(plan::result const& p) {
  shape<> const& s = p.shape.architecture;
  std::cout << "Plan for " << brief(p.request.compute)
            << (p.compute.serving ? " FLOPs of training and serving" : " training FLOPs")
            << ", by the recipe of arXiv 2603.21862"
            << (p.request.source.id == "holistic" ? "" : " with M and tokens of source " + p.request.source.id) << ": "
            << s.n_layers() << " layers (" << s.n_dense_layers << " dense, " << s.n_moe_layers << " MoE) of width "
            << s.d_model << ",\n"
            << s.n_experts << " experts of width " << s.d_expert << ", "
            << brief(real(p.run.triad.total_non_embedding_parameters), 3) << " parameters ("
            << brief(real(p.run.triad.active_non_embedding_parameters), 3) << " active) without embeddings, "
            << brief(real(p.run.tokens), 3)
            << " tokens.\nCost with output head and router: " << brief(real(p.run.matmul_compute)) << " FLOPs, "
            << brief(real(p.run.matmul_compute) / p.request.compute, 3) << " times the request.\n";
}

void print_architecture(plan::result const& p) {
  shape<> const& s = p.shape.architecture;
  table rows;
  auto const field = [&](std::string_view key, std::string const& value) {
    for (plan::decision const& d : p.decisions)
      if (d.field == key)
        rows.row({std::string(key), value,
                  "[" + std::string(name(d.how)) + (d.extrapolated ? ", extrapolated] " : "] ") + d.why});
  };
  for (std::size_t i = 0; i != shape_field_names.size(); ++i)
    field(shape_field_names[i], grouped(s.*shape_members<count>[i]));
  field("tokens", grouped(p.run.tokens));
  field("batch_tokens", grouped(p.run.batch_tokens));
  field("learning_rate", brief(p.run.learning_rate, 3));
  rows.print();
}

void print_triad(plan::result const& p) {
  auto const percent = [](double fraction) { return (fraction < 0 ? "" : "+") + brief(100 * fraction, 2) + "%"; };
  auto const source = [&p](std::string_view field) -> std::string {
    for (plan::decision const& d : p.decisions)
      if (d.field == field) return "[" + std::string(name(d.how)) + "] " + d.why;
    return "";
  };
  triad<> const& t = p.shape.triad;
  double const active = real(t.active_non_embedding_parameters);
  std::cout << "\nTriad at length " << p.request.shape_sequence_length
            << " (no embedding, output head, router or norms)\n";
  table rows;
  rows.row({"", "realised", "target", "deviation", ""});
  rows.row({"M, training FLOPs per token", grouped(t.training_flops_per_token),
            brief(p.shape.targets().training_flops_per_token), percent(p.shape.missed.training_flops_per_token),
            source("training_flops_per_token")});
  rows.row({"N_a, active parameters", grouped(t.active_non_embedding_parameters),
            brief(p.shape.targets().active_parameters()), "", "M over M/N_a"});
  rows.row({"N, total parameters", grouped(t.total_non_embedding_parameters),
            brief(p.shape.targets().total_parameters()), "", "N_a times N/N_a"});
  rows.row({"M/N_a", brief(real(t.training_flops_per_token) / active),
            brief(p.shape.targets().flops_per_active_parameter), percent(p.shape.missed.flops_per_active_parameter),
            source("flops_per_active_parameter")});
  rows.row({"N/N_a", brief(real(t.total_non_embedding_parameters) / active), brief(p.shape.targets().expansion_ratio),
            percent(p.shape.missed.expansion_ratio), source("expansion_ratio")});
  rows.row({"width ratio", brief(p.shape.width_ratio(), 3), "", "", "(top_k + n_shared) x d_expert / d_model"});
  rows.print();
}

void print_run(plan::result const& p) {
  std::cout << "\nRun at length " << p.request.sequence_length << '\n';
  table rows;
  rows.row({"M at this length", grouped(p.run.triad.training_flops_per_token), ""});
  rows.row({"compute requested", brief(p.request.compute), ""});
  rows.row({"compute as the paper counts", brief(real(p.run.holistic_compute)), "tokens x M"});
  rows.row({"compute with output head and router", brief(real(p.run.matmul_compute)), "every matrix product"});
  rows.row(
      {"tokens", grouped(p.run.tokens),
       (p.request.source.id == "holistic" ? "the paper's D_opt " : "the optimum's ") + brief(p.run.optimal_tokens)});
  rows.row({"batch in sequences", grouped(p.run.batch_sequences), ""});
  rows.row({"steps", grouped(p.run.steps()), ""});
  rows.row({"tokens per expert per step", brief(p.tokens_per_expert_per_step()), ""});
  rows.print();
  std::cout << "\nPeak learning rate and batch of the published laws, each with its own setup\n";
  table rates;
  for (optimum::hyper_parameters const& h : p.run.other_hyper_parameters)
    rates.row({std::string(h.law), brief(h.learning_rate, 3),
               h.batch_tokens > 0 ? brief(h.batch_tokens, 3) + " tokens" : "no batch law", std::string(h.setup)});
  rates.print();
}

void print_bands(plan::result const& p) {
  std::cout << "\nBands within which the loss by a law rises by at most a tolerance\n";
  table rows;
  std::string before;
  for (plan::band const& b : p.bands) {
    rows.row({std::string(b.field), brief(b.low) + " to " + brief(b.high), "best " + brief(b.best),
              "within " + brief(100 * b.tolerance, 2) + "% of " + std::string(b.loss_part) + " loss",
              std::string(b.law) + " [" + std::string(b.kind()) + "] " + (b.note == before ? "as above" : b.note)});
    before = b.note;
  }
  rows.print();
  auto const list = [](char const* title, auto const& fields) {
    std::cout << "  " << title;
    for (std::string_view each : fields) std::cout << ' ' << each;
    std::cout << '\n';
  };
  list("no law depends on:", plan::fields_without_band);
  list("not known, in the paper's figures only:", plan::fields_with_unknown_band);
}

void print_losses(plan::result const& p) {
  std::cout << "\nExpected loss, nats per token of the law's own tokenizer\n";
  for (plan::law_loss const& each : p.losses) {
    std::cout << "  " << each.law << ": " << brief(each.loss) << (each.is_prediction ? "" : ", not a prediction")
              << "; " << each.bridge << "\n    the law's own optimum for this run, " << brief(each.compute)
              << " FLOPs as it counts, has " << brief(each.optimum_loss) << "; the plan's regret is "
              << brief(100 * each.regret, 2) << "% of reducible loss\n";
    for (std::string const& why : each.outside) std::cout << "    outside: " << why << '\n';
  }
}

std::string rounded(double value) {
  return value >= 1e7 || value < 0.1 ? brief(value, 4) : brief(value, 5);
}

void print_intervals(plan::result const& p) {
  std::cout << "\nSpread of the planned numbers: " << name_of(p.request.source.spread) << '\n';
  table rows;
  if (!p.spreads.empty()) rows.row({"", "low", "planned", "high"});
  for (plan::spread const& each : p.spreads)
    rows.row({std::string(each.field), rounded(each.low), rounded(each.value), rounded(each.high)});
  rows.print();
  if (!p.request.source.not_known.empty()) std::cout << "  " << p.request.source.not_known << '\n';
  if (p.sensitivities.empty()) return;
  std::cout << "\nIf M_opt is off, because its law was fitted on other architectures without iterating\n";
  table off;
  off.row({"", "d_model", "n_layers", "d_expert", "N_a", "N", "tokens"});
  auto const row = [&off](std::string const& title, shape<> const& s, triad<> const& t, double tokens) {
    off.row({title, to_string(s.d_model), to_string(s.n_layers()), to_string(s.d_expert),
             brief(real(t.active_non_embedding_parameters), 3), brief(real(t.total_non_embedding_parameters), 3),
             brief(tokens, 3)});
  };
  row("as planned", p.shape.architecture, p.shape.triad, real(p.run.tokens));
  for (plan::sensitivity const& each : p.sensitivities)
    row("M_opt x " + brief(each.factor, 2), each.architecture, each.triad, each.tokens);
  off.print();
}

std::string worst(plan::deviation const& missed) {
  return brief(100 * missed.largest(), 2) + " %";
}

void print_alternatives(plan::result const& p) {
  if (!p.head_alternatives.empty()) {
    std::cout << "\nOther numbers of heads near this budget; the depth follows from them\n";
    table rows;
    rows.row({"heads", "kv", "head_dim", "layers", "d_model", "d_expert", "deviation", ""});
    auto const row = [&rows](shape<> const& s, plan::deviation const& missed, std::string const& why) {
      rows.row({to_string(s.n_heads), to_string(s.n_kv_heads), to_string(s.head_dim), to_string(s.n_layers()),
                to_string(s.d_model), to_string(s.d_expert), worst(missed), why});
    };
    row(p.shape.architecture, p.shape.missed, "as planned");
    for (plan::head_alternative const& each : p.head_alternatives) row(each.architecture, each.missed, each.why);
    rows.print();
  }
  if (p.alternatives.empty()) return;
  std::cout << "\nInside the bands, best for the hardware first (tiles of 64 and 128; tensor "
            << p.request.parallel.tensor << ", expert " << p.request.parallel.expert << ", pipeline "
            << p.request.parallel.pipeline << ")\n";
  table rows;
  rows.row({"d_model", "layers", "d_expert", "rules kept", "deviation", "broken"});
  auto const row = [&rows](shape<> const& s, plan::hardware_check const& fit, plan::deviation const& missed,
                           char const* note) {
    std::string broken = note;
    for (std::string const& each : fit.broken) broken += (broken.empty() ? "" : broken == note ? ": " : ", ") + each;
    rows.row({to_string(s.d_model), to_string(s.n_dense_layers) + "+" + to_string(s.n_moe_layers),
              to_string(s.d_expert), std::to_string(fit.kept) + " of " + std::to_string(fit.rules), worst(missed),
              broken});
  };
  for (plan::shape_alternative const& each : p.alternatives) row(each.architecture, each.hardware, each.missed, "");
  row(p.shape.architecture, p.hardware, p.shape.missed, "as planned");
  rows.print();
}

void print_plan(plan::result const& p) {
  print_summary(p);
  std::cout << '\n';
  print_architecture(p);
  print_triad(p);
  print_run(p);
  print_intervals(p);
  print_alternatives(p);
  print_bands(p);
  print_losses(p);
  std::cout << '\n';
  for (std::string const& warning : p.warnings) std::cout << "note: " << warning << '\n';
  std::cout
      << "\nYou may fix: --source --n-experts --top-k --n-shared-experts --vocab-size --n-heads --n-kv-heads "
         "--head-dim\n--d-model --n-layers --multiple-of --sequence-length --shape-sequence-length "
         "--training-flops-per-token\n--flops-per-active-parameter --expansion-ratio --total-parameters-limit "
         "--memory-limit --tokens-limit\n--unique-tokens --inference-tokens --d-rule --rounding --budget --tolerance\n";
}

// A plan may fail because the fit that it starts from does not identify its coefficients: add the fit's warnings.
plan::result planned(plan::request const& r) {
  try {
    return plan::make(r);
  } catch (std::invalid_argument const& error) {
    std::string sentence = error.what();
    for (std::string const& each : r.source.warnings) sentence += "; source " + r.source.id + ": " + each;
    throw std::invalid_argument(sentence);
  }
}

}  // namespace

void add_plan(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("plan", "The MoE and the run that a compute budget should buy");
  command->footer("Examples:\n"
                  "  moetric plan --compute 3e20 --n-experts 128 --top-k 8 --n-shared-experts 0 --json\n"
                  "  moetric plan --compute 1e22 --source ling --memory-limit 2e13 --tensor-parallel 4");
  command->add_option("--compute", chosen->compute, "Training FLOPs, or with --inference-tokens all of them")
      ->required();
  auto const request = std::shared_ptr<request_options>(chosen, &chosen->request);
  add_shape_options(command, request);
  add_run_options(command, request);
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] {
    plan::result p = planned(request_of(chosen->request, number("compute", chosen->compute)));
    add_expert_bands(p, chosen->request.source);
    if (chosen->as_json)
      print(plan_json(p));
    else
      print_plan(p);
  });
}

}  // namespace tool
