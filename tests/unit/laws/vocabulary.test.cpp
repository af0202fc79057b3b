// Tao et al.'s vocabularies. Expected: optimal_Nv_predict.py of sail-sg/scaling-with-vocab, approach 3.
#include "moetric/laws/vocabulary.hpp"

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::WithinRel;

TEST_CASE("vocabularies of 35 to 384 thousand, as the authors' code gives them") {
  struct row {
    double parameters, compute, vocabulary_parameters;
  };
  for (row const& each :
       {row{2.87e9, 1.18551e21, 112869136}, row{7e9, 7.05239e21, 243906869}, row{13e9, 2.43236e22, 416498034},
        row{70e9, 7.05239e23, 1785539009}, row{300e9, 1.29534e25, 6285873972}})
    CHECK_THAT(laws::vocabulary::optimal_vocabulary_parameters(each.parameters, each.compute),
               WithinRel(each.vocabulary_parameters, 1e-5));
  // The abstract: 216 thousand for Llama 2 70B, d_model 8192, where 32 thousand were used.
  CHECK_THAT(laws::vocabulary::optimal_vocabulary_parameters(70e9, 7.05239e23) / 8192, WithinRel(216e3, .01));
  // More data ask for a larger vocabulary.
  CHECK(laws::vocabulary::optimal_vocabulary_parameters(7e9, 1e23) >
        laws::vocabulary::optimal_vocabulary_parameters(7e9, 1e22));
  CHECK_THROWS_WITH(laws::vocabulary::optimal_vocabulary_parameters(7e9, -1),
                    "moetric: compute must be positive and finite, but got -1");
}
