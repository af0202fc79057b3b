#include "moetric/account/conventions.hpp"

#include <iostream>

#include "command.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string model;
  std::string sequence_length = "4096";
  std::string against = "matmul-causal-half";
  bool mtp = false;
  bool as_json = false;
};

// Integers where they are; past 64 bits, which no sensible model reaches for one token, the nearest double.
json exact(surplus const& amount, count sequence_length) {
  if (amount.less == 0) return tool::exact(ratio(amount.more, sequence_length));
  ratio const less(amount.less, sequence_length);
  if (less.is_integer() && less.numerator.bits >> 63 == 0) return -static_cast<std::int64_t>(less.numerator);
  return -static_cast<double>(less);
}

std::string grouped(surplus const& amount, count sequence_length) {
  return amount.less == 0 ? "+" + tool::grouped(ratio(amount.more, sequence_length))
                          : "-" + tool::grouped(ratio(amount.less, sequence_length));
}

json by_term(difference const& why) {
  json object = json::object();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (why.by_term[i] != surplus{})
      object[std::string(flops_name(static_cast<term>(i)))] = exact(why.by_term[i], why.sequence_length);
  return object;
}

void print_json(named_model const& m, count length, mtp_modules with, convention const& base) {
  json totals = json::object(), differences = json::object(), carried_on = json::array();
  flops const reference = training_flops(m.value, length, base, with);
  for (convention const& each : conventions) {
    flops const training = training_flops(m.value, length, each, with);
    totals[std::string(each.id)] = tool::exact(training.per_token());
    differences[std::string(each.id)] = by_term(explain_difference(training, reference));
    if (!covers(each, m.value)) carried_on.push_back(each.id);
  }
  print({{"model", m.name},
         {"sequence_length", tool::exact(length)},
         {"mtp", with == mtp_modules::included},
         {"against", base.id},
         {"training_flops_per_token", totals},
         {"differences", differences},
         {"not_counted_by_the_tool_itself", carried_on},
         {"notes", m.notes}});
}

void print_table(named_model const& m, count length, mtp_modules with, convention const& base) {
  std::cout << m.name << ", sequence length " << length << ", training FLOPs per token"
            << (with == mtp_modules::included ? " with multi-token prediction" : "") << ", compared with " << base.id
            << "\n\n";
  flops const reference = training_flops(m.value, length, base, with);
  table rows;
  rows.row({"convention", "training FLOPs/token", "difference", "of it"});
  bool any_carried_on = false;
  for (convention const& each : conventions) {
    flops const training = training_flops(m.value, length, each, with);
    difference const why = explain_difference(training, reference);
    bool const carried_on = !covers(each, m.value);
    any_carried_on = any_carried_on || carried_on;
    rows.row({std::string(each.id) + (carried_on ? " *" : ""), tool::grouped(training.per_token()),
              grouped(why.per_sequence(), length), ""});
    for (std::size_t i = 0; i != n_terms; ++i)
      if (why.by_term[i] != surplus{})
        rows.row({"    " + std::string(flops_name(static_cast<term>(i))), "", "", grouped(why.by_term[i], length)});
  }
  rows.print();
  if (any_carried_on) std::cout << "\n* the tool or paper does not count such a model itself; its rule is carried on\n";
  for (std::string const& note : m.notes) std::cout << "\nnote: " << note << '\n';
}

void run(options const& chosen) {
  named_model const m = find_model(chosen.model);
  count const length = whole("sequence_length", chosen.sequence_length);
  mtp_modules const with = chosen.mtp ? mtp_modules::included : mtp_modules::left_out;
  convention const& base = find_convention(chosen.against);
  if (chosen.as_json)
    print_json(m, length, with, base);
  else
    print_table(m, length, with, base);
}

}  // namespace

void add_conventions(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand("conventions",
                                     "Training FLOPs of a model as tools and papers count them, and why they differ");
  command->footer("Example: moetric conventions deepseek-v3 --mtp --against megatron-lm");
  command->add_option("MODEL", chosen->model, "A name that `moetric models` lists, or the path of a config.json")
      ->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of one sequence")->capture_default_str();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  command->add_option("--against", chosen->against, "The convention that all are compared with:" + known)
      ->capture_default_str();
  command->add_flag("--mtp", chosen->mtp, "Count multi-token-prediction modules too, as each convention does");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
