#pragma once

#include <string>

#include "arguments.hpp"
#include "moetric/io/named_model.hpp"
#include "output.hpp"

// Functions that the commands share.

namespace tool {

/// The help text of a MODEL argument.
inline constexpr char model_help[] =
    "A name from `moetric models`, the path of a config.json or of a plan written by `moetric plan --json`, or a shape "
    "by the numbers of a plan's architecture, such as d_model=1024,n_moe_layers=12,... (moetric help shape)";
/// What --lora takes.
inline constexpr char lora_help[] =
    "RANK:PROJECTION,... such as 16:query,value or 4:expert_gate_up,expert_down, where one adapter serves gate and up; "
    "repeatable";

/// Notes on stderr that a published name was taken although there is a file of that name.
void tell_shadowed(std::string const& name);
/// The same, for the name of a law.
void tell_shadowed_law(std::string const& name);
using moetric::io::named_model;
/// As `moetric::io::find_model`, which one source file instantiates, with a note on a file that the name hides.
named_model find_model(std::string const& text);

// One function per command, which declares its options and its action.
void add_account(command_line& line);
void add_check(command_line& line);
void add_cluster(command_line& line);
void add_compare(command_line& line);
void add_conventions(command_line& line);
void add_design(command_line& line);
void add_explain(command_line& line);
void add_export(command_line& line);
void add_fit(command_line& line);
void add_help(command_line& line);
void add_hindcast(command_line& line);
void add_hyper(command_line& line);
void add_identify(command_line& line);
void add_laws(command_line& line);
void add_loss(command_line& line);
void add_merge(command_line& line);
void add_models(command_line& line);
void add_noise_scale(command_line& line);
void add_optimum(command_line& line);
void add_plan(command_line& line);
void add_search(command_line& line);

}  // namespace tool
