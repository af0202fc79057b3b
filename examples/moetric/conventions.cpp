#include "moetric/account/conventions.hpp"

#include <iostream>

#include "printing.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string model;
  std::string sequence_length = "4096";
  std::string against = "matmul-causal-half";
  std::string pad_vocabulary = "1";
  bool mtp = false;
  bool known_bugs = false;
  bool as_json = false;
};

// Integers where exact; beyond 64 bits, which no sensible model reaches for one token, the nearest double.
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

/// The parsed command line.
struct question {
  named_model m;
  count length;
  counting_options how;
  convention const& base;
  bool known_bugs;
};

constexpr std::string_view unit_of(miscounted what) {
  switch (what) {
  case miscounted::parameters: return "parameters";
  case miscounted::kv_cache: return "cache bytes/token";
  case miscounted::peak_flops: return "FLOP/s of a tera";
  case miscounted::training_flops: break;
  }
  return "training FLOPs/token";
}

json known_bugs_json(question const& asked) {
  json all = json::array();
  for (known_bug const& bug : known_bugs) {
    miscount const of_model = miscount_of(bug, asked.m.value, asked.length, asked.how);
    if (of_model.shows())
      all.push_back({{"id", bug.id},
                     {"of_models", bug.of_models},
                     {"unit", unit_of(bug.what)},
                     {"printed", tool::exact(of_model.printed)},
                     {"meant", tool::exact(of_model.meant)},
                     {"sentence", bug.sentence},
                     {"source", bug.source}});
  }
  return all;
}

void print_known_bugs(question const& asked) {
  std::cout << "\nKnown bugs that affect this model:\n\n";
  table rows;
  rows.row({"known bug", "printed", "meant", "unit", "affected models"});
  std::string sentences;
  for (known_bug const& bug : known_bugs) {
    miscount const of_model = miscount_of(bug, asked.m.value, asked.length, asked.how);
    if (!of_model.shows()) continue;
    rows.row({std::string(bug.id), tool::grouped(of_model.printed), tool::grouped(of_model.meant),
              std::string(unit_of(bug.what)), std::string(bug.of_models)});
    sentences += "\n" + std::string(bug.id) + ": " + std::string(bug.sentence);
  }
  rows.print();
  std::cout << sentences << '\n';
}

void print_json(question const& asked) {
  json totals = json::object(), differences = json::object(), extrapolated = json::array();
  flops const reference = training_flops(asked.m.value, asked.length, asked.base, asked.how);
  for (convention const& each : conventions) {
    flops const training = training_flops(asked.m.value, asked.length, each, asked.how);
    totals[std::string(each.id)] = tool::exact(training.per_token());
    differences[std::string(each.id)] = by_term(explain_difference(training, reference));
    if (!covers(each, asked.m.value)) extrapolated.push_back(each.id);
  }
  json object{{"model", asked.m.name},
              {"sequence_length", tool::exact(asked.length)},
              {"mtp", asked.how.mtp == mtp_modules::included},
              {"vocab_size",
               tool::exact(padded_vocabulary(asked.m.value.input.vocab_size, asked.how.pad_vocabulary_to_multiple_of))},
              {"against", asked.base.id},
              {"training_flops_per_token", totals},
              {"differences", differences},
              {"not_counted_by_the_tool_itself", extrapolated},
              {"notes", asked.m.notes}};
  if (asked.known_bugs) object["known_bugs"] = known_bugs_json(asked);
  print(object);
}

void print_table(question const& asked) {
  std::cout << asked.m.name << ", sequence length " << asked.length << ", training FLOPs per token"
            << (asked.how.mtp == mtp_modules::included ? " with multi-token prediction" : "") << ", compared with "
            << asked.base.id << "\n\n";
  flops const reference = training_flops(asked.m.value, asked.length, asked.base, asked.how);
  table rows;
  rows.row({"convention", "training FLOPs/token", "difference", "of it"});
  bool any_extrapolated = false;
  for (convention const& each : conventions) {
    flops const training = training_flops(asked.m.value, asked.length, each, asked.how);
    difference const why = explain_difference(training, reference);
    bool const extrapolated = !covers(each, asked.m.value);
    any_extrapolated = any_extrapolated || extrapolated;
    rows.row({std::string(each.id) + (extrapolated ? " *" : ""), tool::grouped(training.per_token()),
              grouped(why.per_sequence(), asked.length), ""});
    for (std::size_t i = 0; i != n_terms; ++i)
      if (why.by_term[i] != surplus{})
        rows.row(
            {"    " + std::string(flops_name(static_cast<term>(i))), "", "", grouped(why.by_term[i], asked.length)});
  }
  rows.print();
  if (any_extrapolated) std::cout << "\n* the tool or paper does not count such models; its rule is extrapolated\n";
  if (asked.known_bugs) print_known_bugs(asked);
  for (std::string const& note : asked.m.notes) std::cout << "\nnote: " << note << '\n';
}

void run(options const& chosen) {
  question const asked{.m = find_model(chosen.model),
                       .length = whole("sequence_length", chosen.sequence_length),
                       .how = {.mtp = chosen.mtp ? mtp_modules::included : mtp_modules::left_out,
                               .pad_vocabulary_to_multiple_of = whole("pad_vocabulary", chosen.pad_vocabulary)},
                       .base = find_convention(chosen.against),
                       .known_bugs = chosen.known_bugs};
  if (chosen.as_json)
    print_json(asked);
  else
    print_table(asked);
}

}  // namespace

void add_conventions(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand(
      "conventions", "Training FLOPs of a model by the counting rule of each tool and paper, and why they differ");
  command->footer("Examples: moetric conventions deepseek-v3 --mtp --against megatron-lm\n"
                  "          moetric conventions mixtral-8x7b --known-bugs --pad-vocabulary 128");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens per sequence")->capture_default_str();
  std::string known;
  for (convention const& each : conventions) known += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  command->add_option("--against", chosen->against, "The convention to compare all others with, one of:" + known)
      ->capture_default_str();
  command->add_flag("--mtp", chosen->mtp, "Include multi-token prediction modules, by each convention's rule");
  command
      ->add_option("--pad-vocabulary", chosen->pad_vocabulary,
                   "Pad the vocabulary to a multiple of this, as Megatron does: 128 times its tensor-parallel size")
      ->capture_default_str();
  command->add_flag("--known-bugs", chosen->known_bugs,
                    "Also list numbers that tools print by mistake; --against accepts their ids too");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
