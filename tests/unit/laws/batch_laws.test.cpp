// One power law each: Porian's learning rate and batch, Schaipp's batch, the critical batch, and AdamW's timescale.
#include "moetric/laws/batch_laws.hpp"

#include "catch.hpp"
#include "moetric/laws/step_law.hpp"

using namespace moetric;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("Porian: .0047 and 160 sequences of 2048 at 108M, which the authors' code rounds to") {
  CHECK_THAT(laws::porian::learning_rate(108e6), WithinRel(.0047, .01));
  CHECK_THAT(laws::porian::batch_tokens(108e6), WithinRel(160 * 2048., .03));
  // A second table prints the batch in sequences, .00037 N^.703.
  CHECK_THAT(laws::porian::batch_tokens.coefficient / 2048, WithinAbs(.00037, 5e-6));
}

TEST_CASE("Schaipp's batch is near Step Law's") {
  for (double const tokens : {1e10, 1e11})
    CHECK_THAT(laws::schaipp::batch_tokens(tokens), WithinRel(laws::step_law::batch_tokens({1e9, tokens}), .03));
}

TEST_CASE("critical batches of five sizes in sequences of 512: the output of the authors' notebook") {
  // goal steps of 256 sequences of 512 tokens, and the batch at which 20 % more tokens are needed
  struct row {
    double steps, sequences;
  };
  for (row const& each :
       {row{13282, 745.32}, row{23438, 955.16}, row{46875, 1393.73}, row{93750, 1888.52}, row{187500, 2533.41}})
    CHECK_THAT(laws::critical_batch::tokens_of(each.steps * 256 * 512) / 512, WithinRel(each.sequences, .06));
}

TEST_CASE("AdamW's timescale: all tokens at one token per parameter, 3 % of them at 1000") {
  CHECK_THAT(laws::power_lines::optimal_timescale(1e9, 1e9), WithinRel(1., .1));
  CHECK_THAT(laws::power_lines::optimal_timescale(1e9, 1e12), WithinAbs(.03, .005));
  // tau = B / (eta lambda D) solved for lambda
  double const lambda = laws::power_lines::weight_decay(2e-3, 1e6, 1e9, 2e10);
  CHECK_THAT(1e6 / (2e-3 * lambda * 2e10), WithinRel(laws::power_lines::optimal_timescale(1e9, 2e10), 1e-14));
}
