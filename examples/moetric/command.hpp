#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/core/name.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/core/text.hpp"

// What all commands of the tool share: reading arguments so that errors name the field, and printing.

namespace tool {

using json = nlohmann::ordered_json;
using moetric::brief;
using moetric::listed;

/// A real number such as 3e20. What is not a number is refused by the name of its field; range is the library's rule.
double number(std::string_view field, std::string const& text);

/// A whole number, written with digits or exactly as 1e9.
moetric::count whole(std::string_view field, std::string const& text);

/// The parts of a list, as "a,b"; as many as there are separators and one.
std::vector<std::string> split(std::string const& text, char separator);

/// Names that an option may have, each with what it stands for.
template <class Value>
using offer = std::vector<std::pair<std::string_view, Value>>;

/// What the name that was typed stands for; one that is not among those offered is refused by the name of its field.
template <class Value>
Value choose(std::string_view field, std::string const& text, offer<Value> const& among) {
  std::vector<std::string_view> known;
  for (auto const& [name, value] : among) {
    if (name == text) return value;
    known.push_back(name);
  }
  moetric::refuse_name(field, text, known);
}

/// The parts of name=value.
struct named_text {
  std::string name, value;
};
/// Takes name=value apart; `subject` begins the sentence that refuses what is not written so.
named_text take_apart(std::string_view subject, std::string const& argument);

/// A MODEL argument: a name from the zoo, or the path of a config.json or of a plan.
inline constexpr char model_help[] =
    "A name that `moetric models` lists, or the path of a config.json or of what `moetric plan --json` wrote";
struct named_model {
  std::string name;
  moetric::model value;
  std::vector<std::string> notes;   // what the user should know of how it was read
  moetric::count vision_tower = 0;  // published beside the language model, 0 where not known
};
named_model find_model(std::string const& name_or_path);

/// JSON integers are exact at any width; ratios that are not integers become the nearest double.
json exact(moetric::count value);
json exact(moetric::ratio value);
void print(json const& object);

/// 671,026,419,200
std::string grouped(moetric::count value);
std::string grouped(moetric::ratio value);

/// Rows printed in aligned columns; the first column is left-aligned text, numbers stand right.
class table {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// An account as JSON, with the keys that `account` and `plan` share.
json account_json(std::string const& name, moetric::model const& m, moetric::sequence<> tokens,
                  std::string_view convention);

// One function a command: declares it and what it does when chosen.
void add_account(arguments app);
void add_check(arguments app);
void add_compare(arguments app);
void add_conventions(arguments app);
void add_design(arguments app);
void add_explain(arguments app);
void add_export(arguments app);
void add_fit(arguments app);
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
