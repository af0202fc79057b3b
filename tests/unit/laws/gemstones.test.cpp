// Gemstones' law of width, depth, parameters and tokens. Losses: the authors' data, mcleish7/gemstone-scaling-laws.
#include "moetric/laws/gemstones.hpp"

#include <cmath>

#include "catch.hpp"
#include "data.hpp"

using namespace moetric;
namespace gemstones = laws::gemstones;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("checkpoints of three shapes") {
  struct row {
    double width, depth, parameters, tokens, loss;
  };
  // Before the decay of the learning rate, and after it.
  for (row const& each :
       {row{1280, 36, 1013607680, 80027320320, 2.6817910671}, row{1792, 7, 517499136, 50017075200, 2.9180371761},
        row{256, 71, 95588096, 90030735360, 3.197106123}})
    CHECK_THAT(laws::evaluate(gemstones::hot, {each.parameters, each.tokens, each.width, each.depth}).loss,
               WithinRel(each.loss, .006));
  for (row const& each :
       {row{2048, 27, 1904850944, 77024198656, 2.5605657101}, row{384, 13, 66758784, 44010831872, 3.2801527977},
        row{768, 45, 475468032, 109987233792, 2.7090086937}})
    CHECK_THAT(laws::evaluate(gemstones::cooldown, {each.parameters, each.tokens, each.width, each.depth}).loss,
               WithinRel(each.loss, .006));
}

TEST_CASE("the root mean square error over 770 checkpoints is .0086, a third less than without width and depth") {
  auto const rows = test_data::rows("runs/gemstones-100b.csv");
  double square = 0;
  for (auto const& row : rows) {
    auto const number = [&row](char const* name) { return std::stod(row.at(name)); };
    gemstones::inputs const at{number("total_parameters"), number("tokens"), number("width"), number("depth")};
    double const off = std::log(gemstones::hot.loss(at)) - std::log(number("loss"));
    square += off * off;
  }
  CHECK(rows.size() == 770);
  CHECK_THAT(std::sqrt(square / static_cast<double>(rows.size())), WithinAbs(.0086, 5e-5));
}

TEST_CASE("of one size it prefers a shape") {
  // 8e8 parameters without embeddings: 12 w^2 l of three shapes, the last as deep as it is narrow
  auto const loss = [](double width, double depth) {
    return gemstones::hot.loss(gemstones::inputs{9e8, 4e10, width, depth});
  };
  double const wide = loss(4096, 4), middle = loss(1448, 32), deep = loss(362, 508);
  CHECK(middle < wide);
  CHECK(middle < deep);
}
