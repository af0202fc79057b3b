// Requests of laws and fits, as a C++ service makes them. Numbers are from outside, as each says.
#include <filesystem>
#include <string>

#include "catch.hpp"
#include "moetric/io/compare_answer.hpp"
#include "moetric/io/design_answer.hpp"
#include "moetric/io/fit_answer.hpp"
#include "moetric/io/hindcast_answer.hpp"
#include "moetric/io/loss_answer.hpp"
#include "moetric/io/optimum_answer.hpp"
#include "scratch.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

TEST_CASE("a law is evaluated, and divides a budget") {
  // 2404.10102, of the TeX coefficients of Chinchilla
  CHECK_THAT(io::optimum_answer({.law = "chinchilla-tex", .compute = 5.76e23}).values["total_parameters"].real(),
             WithinRel(4.036e10, 5e-4));
  CHECK_THROWS_WITH(io::optimum_answer({.law = "chinchilla-tex"}), ContainsSubstring("compute must be given"));
  // 2203.15556, Eq. 10: 1.69 + 406.4/N^.34 + 410.7/D^.28, by hand
  io::loss_request const asked{.law = "chinchilla", .values = {"total_parameters=70e9", "tokens=1.4e12"}};
  CHECK_THAT(io::loss_answer(asked).values["loss"].real(), WithinRel(1.9366, 2e-4));
  CHECK_THROWS_WITH(io::loss_answer({.law = "chinchila"}), ContainsSubstring("did you mean chinchilla"));
  CHECK_THROWS_WITH(io::hindcast_answer({"chinchila"}), ContainsSubstring("did you mean chinchilla"));
  CHECK_THROWS_WITH(io::compare_answer({.laws = {"chinchila"}, .compute = 1e22}), ContainsSubstring("did you mean"));
}

TEST_CASE("a fit is answered by the form that its request names") {
  scratch const folder;
  std::string const file =
      folder.file("power.csv", "compute,learning_rate\n1e18,4e-3\n4e18,2e-3\n1.6e19,1e-3\n6.4e19,5e-4\n");
  io::fit_request asked{.law = "power-law", .files = {file}};
  CHECK_THROWS_WITH(io::fit_answer(asked), ContainsSubstring("x must be given as a column"));
  asked.runs.x = "compute", asked.runs.y = "learning_rate", asked.save = folder.path("optima.json");
  io::fit_outcome made = io::fit_answer(asked);
  CHECK_THAT(made.answer.values["exponent"]["value"].real(), WithinRel(-0.5, 1e-12));  // 4 times compute halves it
  CHECK(made.answer.values.find("saved_as") == nullptr);
  made.write();
  CHECK(made.answer.values["saved_as"].text() == asked.save);
  CHECK(std::filesystem::exists(asked.save));
  CHECK_THROWS_WITH(io::fit_form_of({.law = "powerlaw"}), ContainsSubstring("did you mean power-law?"));
  CHECK_THROWS_WITH(io::fit_form_of({.law = "clark,wang"}), ContainsSubstring("must be given with --choose"));
  CHECK_THROWS_WITH(io::require_used(io::fit_form_of({.law = "rank"}), {"--curve"}),
                    ContainsSubstring("--curve must be given to fit band, but got fit rank, which uses --column"));
}

TEST_CASE("what cannot be saved is refused before a file of runs is read") {
  scratch const folder;
  std::string const none = folder.path("no_such.csv"), other = folder.file("plan.json", R"({"architecture": {}})");
  io::fit_request asked{.law = "power-law", .files = {none}, .save = folder.path("out.json")};
  auto const refused = [&](std::string const& x, std::string const& y, std::string const& sentence) {
    asked.runs.x = x, asked.runs.y = y;
    CHECK_THROWS_WITH(io::fit_answer(asked), ContainsSubstring(sentence));
  };
  refused("compute", "rmse", "a quantity to save must be one of");
  refused("tokens", "loss", "a law to save must be one of learning_rate, batch_tokens");
  refused("tokens,head_dim", "learning_rate", "a number of a training run must be one of");
  asked.save = other;
  refused("compute", "learning_rate", "must be a file of optima to add to, but holds none");
  asked.law = "band";
  refused("d_head", "", "a quantity to save must be one of");
  asked.save = none + "/deep.json";
  refused("d_model", "", "must be a file that can be written");
}

TEST_CASE("a request of experiments is a design by its phase") {
  report::answer const made = io::design_answer({.design = {.scales = {1e18, 1e19}}, .phase = "grid"});
  CHECK(made.values["runs"].size() == 2 * 6 * 6);  // 2603.21862, Sec. 5.1: six M/N_a with six N/N_a
  CHECK_THROWS_WITH(io::design_answer({.budget = 1e21}), ContainsSubstring("target must be given with a budget"));
  CHECK_THROWS_WITH(io::design_answer({.phase = "3"}), ContainsSubstring("phase must be one of"));
}
