// Writes the pages that follow from the library into a folder: one for each law, one of conventions, one of models and
// one of devices.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <moetric/account/conventions.hpp>
#include <moetric/account/parameters.hpp>
#include <moetric/cluster/devices.hpp>
#include <moetric/core/positive.hpp>
#include <moetric/core/text.hpp>
#include <moetric/laws/catalogue.hpp>
#include <moetric/laws/gives.hpp>
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

void write_law(std::ostream& out, laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  out << "# " << law.id << "\n\n" << law.title << ". " << law.paper << ", " << law.equation << ".\n\n";
  if (!law.caution.empty()) out << "!!! warning\n    " << law.caution << "\n\n";
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
  out << "\nIt gives:";
  for (auto const& each : laws::gives(row)) out << ' ' << each << ';';
  out << "\n";
}

void write_laws(std::filesystem::path const& folder) {
  std::filesystem::create_directories(folder / "laws");
  std::ofstream list(folder / "laws" / "index.md");
  list << "# All laws\n\n| law | what | paper |\n|---|---|---|\n";
  for (laws::catalogue_row const& row : laws::catalogue) {
    std::string const id(row.about->id);
    list << "| [" << id << "](" << id << ".md) | " << cell(row.about->title) << " | " << row.about->paper << " |\n";
    std::ofstream out(folder / "laws" / (id + ".md"));
    write_law(out, row);
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
  out << "# Models\n\nPublished models as `constexpr` values.\n\n| id | parameters | active |\n|---|---|---|\n";
  for (zoo::entry const& each : zoo::catalogue) {
    parameter_counts const counts = count_parameters(*each.value);
    out << "| `" << each.id << "` | " << to_string(counts.total) << " | " << to_string(counts.active) << " |\n";
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
