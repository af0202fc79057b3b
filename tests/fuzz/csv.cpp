// Tables of runs, as texts: every record has the fields of the header, and every field is a number or an error.
#include "moetric/io/csv.hpp"

#include "fuzz/target.hpp"

namespace {

void read(std::string_view text) {
  moetric::io::csv_table table;
  if (!fuzz::accepted([&] { table = moetric::io::parse_csv(text, "a table"); })) return;
  for (moetric::io::csv_record const& each : table.records)
    if (each.fields.size() != table.names.size()) fuzz::found("a record must have the fields of the header");
  for (std::string const& name : table.names) fuzz::accepted([&] { table.numbers(name); });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
