// Writes the pages that follow from the library into a folder: one for each law, one of conventions, one of models and
// one of devices; and for each law that has a curve a script of gnuplot, pictures/law-ID.gp, which the page shows
// drawn.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <moetric/account/conventions.hpp>
#include <moetric/account/parameters.hpp>
#include <moetric/cluster/devices.hpp>
#include <moetric/core/name.hpp>
#include <moetric/core/positive.hpp>
#include <moetric/core/text.hpp>
#include <moetric/laws/catalogue.hpp>
#include <moetric/laws/gives.hpp>
#include <moetric/report/loss_curve_answer.hpp>
#include <moetric/report/optimum_path_answer.hpp>
#include <moetric/report/plot/gnuplot.hpp>
#include <moetric/report/plot/law.hpp>
#include <moetric/report/text.hpp>
#include <moetric/zoo/catalogue.hpp>

namespace {

using namespace moetric;

std::string plain(double value) {
  return moetric::detail::shortest(value);
}
std::string range_of(std::optional<laws::range> const& of) {
  return of ? plain(of->low) + " to " + plain(of->high) : "not stated";
}
/// A cell of a table must hold no bar.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char const c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

/// The range that a picture shows of an input: a decade beyond the fitted one, so that it shows where that ends.
laws::range shown_range(laws::input const& of) {
  if (of.name.ends_with("fraction")) return {0.5, 0.99};
  if (of.name.ends_with("ratio")) return {0.01, 1};
  bool const is_known = of.fitted && of.fitted->high > 0;
  if (of.name.ends_with("tokens") && !is_known) return {1e9, 1e13};
  if (of.name == "steps" && !is_known) return {1e3, 1e6};
  if (of.name == "compute" && !is_known) return {1e18, 1e24};
  if (!is_known) return {1e8, 1e11};
  double const low = of.fitted->low > 0 ? of.fitted->low : of.fitted->high / 1000;
  return {low / 10, of.fitted->high * 10};
}

/// The value at which a picture holds an input that it does not vary: the middle of its fitted range.
double held_value(laws::input const& of) {
  if (!of.fitted)
    return of.name.ends_with("bits")         ? 8
           : of.name.ends_with("parameters") ? 1e9
           : of.name.ends_with("tokens")     ? 1e12
           : of.name.ends_with("ratio")      ? 0.2
           : of.name == "compute"            ? 1e21
                                             : 8;
  double const low = of.fitted->low, high = of.fitted->high;
  if (!(low > 0)) return high / 2;
  double const middle = std::sqrt(low * high);
  return middle > 2 && middle < 1e5 ? std::exp2(std::round(std::log2(middle))) : middle;  // 16 experts, not 22.6
}

/// What a law without a loss gives, over its first input: a panel for each figure.
report::picture figures_of(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  laws::range const shown = shown_range(law.inputs[0]);
  std::vector<double> at;
  for (laws::input const& each : law.inputs) at.push_back(held_value(each));
  std::string title = "By law " + std::string(law.id);
  for (std::size_t i = 1; i != law.inputs.size(); ++i)
    title += (i == 1 ? " at " : ", ") + report::detail::in_words(law.inputs[i].name) + " " +
             report::detail::short_number(at[i]);
  report::picture made{.title = title};
  auto const draw = [&](std::string_view name, std::string_view unit, double (*value)(double const*)) {
    if (value == nullptr) return;
    report::panel next{.title = "",
                       .x = {.label = report::detail::in_words(law.inputs[0].name),
                             .unit = std::string(law.inputs[0].unit),
                             .logarithmic = true},
                       .y = {.label = report::detail::in_words(name), .unit = std::string(unit), .logarithmic = true}};
    report::series line{.name = next.y.label};
    for (double const each : report::budgets_between(shown.low, shown.high, 41)) {
      at[0] = each;
      line.points.push_back({.x = each, .y = value(at.data()), .extrapolated = !laws::outside_range(law, at).empty()});
    }
    next.all.push_back(std::move(line));
    made.panels.push_back(std::move(next));
  };
  if (row.output) draw(row.output->name, row.output->unit, row.output->value);
  if (row.hyper != nullptr) {
    draw("learning_rate", "1", row.hyper->learning_rate);
    draw("batch_tokens", "tokens", row.hyper->batch_tokens);
  }
  made.notes.push_back("Source: law " + std::string(law.id) + ", " + std::string(law.title) + " (" +
                       std::string(law.paper) + ").");
  at[0] = shown.low;
  std::vector<std::string> unknown;
  for (laws::extrapolation const& each : laws::outside_range(law, at))
    if (!each.fitted) unknown.push_back(report::detail::in_words(each.input));
  report::detail::note_extrapolation(made, "Dashed", listed(unknown));
  return made;
}

/// Lines of equal loss over a law's first two inputs, its loss over the only one, its optima over budgets, or its other
/// figures; nothing for a law whose coefficients the user brings.
std::optional<report::picture> picture_of(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  if (row.divides != nullptr) {
    laws::range const shown = shown_range(law.inputs[0]);
    return report::optimum_path_picture(
        report::optimum_path_answer(*row.divides, report::budgets_between(shown.low, shown.high, 25)).values);
  }
  if (row.output || (row.hyper != nullptr && !row.loss)) return figures_of(row);
  if (!row.loss) return std::nullopt;
  laws::input_values at;
  for (laws::input const& each : law.inputs) at.push_back(held_value(each), "a law has at most 12 inputs");
  report::varied_input x{0, shown_range(law.inputs[0])};
  for (std::size_t i = 1; i != law.inputs.size(); ++i)  // of a model that is held
    if (law.inputs[0].name == "active_parameters" && law.inputs[i].name == "total_parameters")
      x.within = {at[i] / 100, at[i]};
  bool const second = law.inputs.size() > 1 && (law.inputs[1].name.ends_with("tokens") ||
                                                law.inputs[1].name == "images" || law.inputs[1].name == "steps");
  if (!second) return report::loss_picture(report::loss_curve_answer(*row.loss, at, x).values);
  return report::loss_picture(report::loss_contours_answer(*row.loss, at, x, {1, shown_range(law.inputs[1])}).values);
}

void write_law(std::ostream& out, laws::catalogue_row const& row, bool has_picture) {
  laws::description const& law = *row.about;
  out << "# " << law.id << "\n\n" << law.title << ". " << law.paper << ", " << law.equation << ".\n\n";
  if (!law.caution.empty()) out << "!!! warning\n    " << law.caution << "\n\n";
  if (has_picture) out << "![" << law.title << "](../pictures/law-" << law.id << ".svg)\n\n";
  out << "## Coefficients\n\n| name | value | standard error | how it is known | where |\n|---|---|---|---|---|\n";
  for (laws::coefficient const& each : law.coefficients)
    out << "| " << each.name << " | " << plain(each.value) << " | "
        << (each.standard_error > 0       ? plain(each.standard_error)
            : each.log_standard_error > 0 ? plain(each.log_standard_error) + " of its logarithm"
                                          : "")
        << " | " << name(each.how) << " | " << cell(each.source) << " |\n";
  out << "\n## Inputs\n\n| name | what it counts | unit | fitted range |\n|---|---|---|---|\n";
  for (laws::input const& each : law.inputs)
    out << "| `" << each.name << "` | " << cell(each.definition) << " | " << each.unit << " | " << range_of(each.fitted)
        << " |\n";
  out << "\n## Runs\n\n";
  auto const line = [&](char const* what, std::string_view text) {
    if (!text.empty()) out << "* " << what << ": " << text << "\n";
  };
  line("data", law.data);
  line("tokenizer", law.tokenizer);
  line("architectures", law.architectures);
  line("FLOPs", law.compute);
  line("loss", law.loss_unit);
  if (law.fitted_compute) line("compute of the runs", range_of(law.fitted_compute) + " FLOPs");
  if (law.fitted_tokens_per_parameter) line("tokens per parameter", range_of(law.fitted_tokens_per_parameter));
  out << "\nIt gives: " << listed(laws::gives(row)) << ".\n";
}

void write_laws(std::filesystem::path const& folder) {
  std::filesystem::create_directories(folder / "laws");
  std::filesystem::create_directories(folder / "pictures");
  std::ofstream list(folder / "laws" / "index.md");
  list << "# All laws\n\n| law | what | paper |\n|---|---|---|\n";
  for (laws::catalogue_row const& row : laws::catalogue) {
    std::string const id(row.about->id);
    list << "| [" << id << "](" << id << ".md) | " << cell(row.about->title) << " | " << row.about->paper << " |\n";
    std::ofstream out(folder / "laws" / (id + ".md"));
    std::optional<report::picture> const picture = picture_of(row);
    if (picture)
      std::ofstream(folder / "pictures" / ("law-" + id + ".gp")) << to_gnuplot(*picture, report::plot_target::svg);
    write_law(out, row, picture.has_value());
  }
}

void write_conventions(std::ostream& out) {
  out << "# Conventions of tools\n\nEach is a rule over the terms of an account. `moetric conventions MODEL` applies "
         "them.\n\n"
         "| id | what it counts | source |\n|---|---|---|\n";
  for (convention const& each : conventions)
    out << "| `" << each.id << "` | " << cell(each.summary) << " | " << cell(each.source) << " |\n";
  out << "\n## Known bugs of tools\n\n| id | what it prints | models | source |\n|---|---|---|---|\n";
  for (known_bug const& each : known_bugs)
    out << "| `" << each.id << "` | " << cell(each.sentence) << (each.of_earlier_releases ? " (earlier releases)" : "")
        << " | " << cell(each.of_models) << " | " << cell(each.source) << " |\n";
}

void write_models(std::ostream& out) {
  out << "# Models\n\nPublished models as `constexpr` values.\n\n| id | parameters | active |\n|---|---:|---:|\n";
  for (zoo::listed_model const& each : zoo::catalogue) {
    parameter_counts const counts = count_parameters(*each.value);
    out << "| `" << each.id << "` | " << report::grouped(counts.total) << " | " << report::grouped(counts.active)
        << " |\n";
  }
}

void write_devices(std::ostream& out) {
  out << "# Devices\n\nDense peaks in FLOP/s, each figure with who printed it; sources that disagree stand beside "
         "it.\n\n"
         "| device | figure | value | label | source | read |\n|---|---|---|---|---|---|\n";
  for (cluster::device const& each : cluster::devices) {
    auto const row = [&](cluster::quantity q, cluster::figure const& f) {
      if (f.known())
        out << "| `" << each.id << "` | " << name(q) << " | " << plain(f.value) << " | " << f.label << " | "
            << cell(f.source) << " | " << f.date << " |\n";
    };
    for (std::size_t i = 0; i != cluster::n_quantities; ++i) {
      auto const q = static_cast<cluster::quantity>(i);
      row(q, each[q]);
      for (cluster::disagreement const& other : each.others)
        if (other.of == q) row(q, other.other);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: pages FOLDER\n";
    return EXIT_FAILURE;
  }
  std::filesystem::path const folder = argv[1];
  write_laws(folder);
  std::ofstream conventions_page(folder / "conventions.md"), models_page(folder / "models.md"),
      devices_page(folder / "devices.md");
  write_conventions(conventions_page);
  write_models(models_page);
  write_devices(devices_page);
  return conventions_page && models_page && devices_page ? EXIT_SUCCESS : EXIT_FAILURE;
}
