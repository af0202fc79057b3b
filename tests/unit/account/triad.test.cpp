#include "moetric/account/triad.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

// 2603.21862, Table 16, d = 480, with the heads and experts of its Table 4 at 1e18 FLOPs.
constexpr shape<> row{.d_model = 480,
                      .n_dense_layers = 2,
                      .n_moe_layers = 8,
                      .n_heads = 4,
                      .n_kv_heads = 2,
                      .head_dim = 64,
                      .d_ff = 1440,
                      .d_expert = 168,
                      .n_experts = 288,
                      .top_k = 8,
                      .n_shared_experts = 1,
                      .vocab_size = 152064};

}  // namespace

// The paper's Eq. 6-12 in Python, for this row:
//   P_attn = 2*480*64*(4 + 2) = 368640, P_dense = 3*480*1440 = 2073600, one expert 3*480*168 = 241920
//   N_a = 10*368640 + 2*2073600 + 8*(8 + 1)*241920 = 25251840
//   N = N_a + 8*(288 - 8)*241920 = 567152640, M = 6*N_a + 6*8192*4*64*10 = 277340160
TEST_CASE("the triad is the paper's for a row of its tables") {
  triad<> const got = triad_of(row, count(8192));
  CHECK(got.training_flops_per_token == 277'340'160);
  CHECK(got.active_non_embedding_parameters == 25'251'840);
  CHECK(got.total_non_embedding_parameters == 567'152'640);
  // What the row was built for: M = 0.2672 GFLOPs, M/N_a = 10.97, N/N_a = 22, each within the paper's rounding.
  CHECK(got.training_flops_per_token * 100 < count(267'200'000) * 109);
  CHECK(got.training_flops_per_token * 100 > count(267'200'000) * 91);
}

TEST_CASE("vocabulary and tied embeddings do not enter the triad") {
  shape<> other = row;
  other.vocab_size = 1;
  other.tied = true;
  triad<> const got = triad_of(other, count(8192));
  CHECK(got.training_flops_per_token == 277'340'160);
  CHECK(got.active_non_embedding_parameters == 25'251'840);
  CHECK(got.total_non_embedding_parameters == 567'152'640);
}

static_assert(triad_of(row, count(8192)).training_flops_per_token == 277'340'160);

TEST_CASE("N and N_a hold the feed-forward beside experts, gates and the ways into latent experts") {
  // Arctic: 35 layers with a feed-forward of 7168 beside the experts; Gemma-4-26B-A4B: 30 of 2112; LongCat-Flash: 28 of
  // 12288 (models.json of the reference, dense_residual_inter)
  struct row {
    model const& m;
    count residual;
  };
  for (row const& each :
       {row{zoo::arctic, count(35) * 3 * 7168 * 7168}, row{zoo::gemma_4_26b_a4b, 30 * 3 * 2816 * 2112},
        row{zoo::longcat_flash, count(28) * 3 * 6144 * 12288}}) {
    account<> const book = account_of(each.m);
    CHECK(book.stored[term::dense_residual] == each.residual);
    count const others = book.stored[term::attention_projections] + book.stored[term::dense_ffn] +
                         book.stored[term::routed_experts] + book.stored[term::shared_experts];
    CHECK(shape_weights(book.stored) == others + each.residual);
    CHECK(shape_weights(book.multiplied) - each.residual == shape_weights(book.stored) - each.residual -
                                                                book.stored[term::routed_experts] +
                                                                book.multiplied[term::routed_experts]);
  }
  // What is multiplied in the layers of any model is these terms and the routers.
  for (zoo::listed_model const& entry : zoo::catalogue) {
    CAPTURE(entry.id);
    term_sheet<> const used = account_of(*entry.value).multiplied;
    CHECK(shape_weights(used) + used[term::router] + used[term::shared_expert_gate] + used[term::output_head] ==
          used.total());
  }
}
