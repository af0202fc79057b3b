// Saved plans, and the files for trainers that are written from them.
#include "fuzz/target.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/cpp_header.hpp"
#include "moetric/io/hugging_face_out.hpp"
#include "moetric/io/megatron.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  io::saved_plan run;
  if (!fuzz::accepted([&] { run = io::parse_plan(text); })) return;
  for (int const size : {1, 2, 8, 1024})
    fuzz::accepted([&] { io::write_megatron(run, {.tensor = size, .expert = size, .pipeline = size}); });
  fuzz::accepted([&] { io::write_cpp_header(run, "planned"); });
  fuzz::accepted([&] {
    model const m = to_model(run.architecture);
    io::exported_model const written = io::write_hugging_face(m);
    if (written.notes.empty() && count_parameters(io::parse_model(written.text)).total != count_parameters(m).total)
      fuzz::found("an exported plan must have the parameters of the plan");
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
