#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "moetric/account/lora.hpp"
#include "moetric/core/name.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/core/text.hpp"
#include "moetric/io/named_model.hpp"
#include "output.hpp"

// Arguments of all commands, read with errors that name the field.

namespace tool {

/// Reads a real number such as 3e20. An error names the field; the library checks the range.
double number(std::string_view field, std::string const& text);

/// Reads a fraction between 0 and 1, both excluded, such as the share of samples in an interval.
double share(std::string_view field, std::string const& text);

/// Reads a whole number, in digits or in a form like 1e9 that is exact.
moetric::count whole(std::string_view field, std::string const& text);

/// Reads a decimal number such as 1.25 exactly.
moetric::ratio decimal(std::string_view field, std::string const& text);

/// Adds the adapters of "16:query,value" on projections of a model.
void add_adapters(moetric::lora_ranks& lora, std::string const& text, moetric::model const& m);
/// What --lora takes.
inline constexpr char lora_help[] =
    "RANK:PROJECTION,... such as 16:query,value or 4:expert_gate_up,expert_down, where one adapter serves gate and up; "
    "repeatable";

/// Splits a list such as "a,b" at each separator.
std::vector<std::string> split(std::string const& text, char separator);

/// The names that an option accepts, each with its value.
template <class Value>
using offer = std::vector<std::pair<std::string_view, Value>>;

/// The value of a name; an unknown name is an error that names the field and the nearest names.
template <class Value>
Value choose(std::string_view field, std::string const& text, offer<Value> const& among) {
  std::vector<std::string_view> known;
  for (auto const& [name, value] : among) {
    if (name == text) return value;
    known.push_back(name);
  }
  moetric::refuse_name(field, text, known);
}

/// The two sides of name=value.
struct named_text {
  std::string name, value;
};
/// Splits name=value; `subject` names it in the error for anything else.
named_text take_apart(std::string_view subject, std::string const& argument);

/// The help text of a MODEL argument.
inline constexpr char model_help[] =
    "A name from `moetric models`, the path of a config.json or of a plan written by `moetric plan --json`, or a shape "
    "by the numbers of a plan's architecture, such as d_model=1024,n_moe_layers=12,...";
/// Notes on stderr that a published name was taken although there is a file of that name.
void tell_shadowed(std::string const& name);
using moetric::io::named_model;
/// As `moetric::io::find_model`, which one source file instantiates, with a note on a file that the name hides.
named_model find_model(std::string const& text);

// One function per command, which declares its options and its action.
void add_account(arguments app);
void add_check(arguments app);
void add_cluster(arguments app);
void add_compare(arguments app);
void add_conventions(arguments app);
void add_design(arguments app);
void add_explain(arguments app);
void add_export(arguments app);
void add_fit(arguments app);
void add_help(arguments app);
void add_hindcast(arguments app);
void add_hyper(arguments app);
void add_identify(arguments app);
void add_laws(arguments app);
void add_loss(arguments app);
void add_merge(arguments app);
void add_models(arguments app);
void add_noise_scale(arguments app);
void add_optimum(arguments app);
void add_plan(arguments app);
void add_search(arguments app);

}  // namespace tool
