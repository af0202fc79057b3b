#include "moetric/report/plan_answer.hpp"
#include <algorithm>

#include "catch.hpp"
#include "moetric/plan/plan.hpp"
#include "moetric/report/schema.hpp"
#include "moetric/report/text.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a plan within the fits of its source is not called extrapolated; one beyond them is, first") {
  auto const text_of = [](plan::request const& asked) { return to_text(report::plan_answer(plan::make(asked))); };
  CHECK(text_of({.compute = 3e20}).find("EXTRAPOLATED") == std::string::npos);
  // The largest scale of 2603.21862 is 3e20: 1e22 is log10(1e22 / 3e20) = 1.52 decades beyond.
  CHECK(text_of({.compute = 1e22}).starts_with("EXTRAPOLATED: 1.5 decades of compute outside the fits"));
  CHECK(text_of({.compute = 3e20, .n_experts = 128, .n_shared_experts = 0})
            .starts_with("EXTRAPOLATED: experts 128/8/0 (routed, active, shared), not 288/8/1, on which"));
}

TEST_CASE("the first screen names its source, its limits and what it says nothing of") {
  auto const screen_of = [](plan::request const& asked) {
    std::string const text = to_text(report::plan_answer(plan::make(asked)));
    CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) CHECK(text.find('\n', at) - at <= 100);
    return text;
  };
  std::string const usual = screen_of({.compute = 3e20});
  CHECK_THAT(usual, ContainsSubstring("the recipe of arXiv 2603.21862 (holistic)"));
  CHECK_THAT(usual, ContainsSubstring("Pre-training loss only; says nothing of downstream scores."));
  CHECK_THAT(usual, ContainsSubstring("n_experts / top_k = 36"));
  CHECK_THAT(screen_of({.compute = 3e24}), ContainsSubstring("outside the fits of M (FLOPs per token)"));
  // 8e9 parameters hold the active ones and 2 x 152064 x d_model of embeddings, and half of the experts.
  plan::complete_plan const p = plan::make({.compute = 3e20, .total_parameters_limit = 8'000'000'000});
  CHECK(total_parameters(to_model(p.shape.architecture)) <= 8'000'000'000);
  report::answer const made = report::plan_answer(p);
  std::string const limited = to_text(made);
  CHECK_THAT(limited, ContainsSubstring("LIMITED by parameters or memory: n_experts 132 in the place of 288."));
  for (report::object_member const& each : made.values["sources"].members()) {
    CAPTURE(each.content["source"].text());
    CHECK(each.content["total_non_embedding_parameters"].real() <= 8e9 * 1.001);
  }
  CHECK_THAT(screen_of({.compute = 3e20, .tokens_limit = 2e10}), ContainsSubstring("LIMITED by tokens: tokens 2e10"));
  std::string const latent = screen_of({.compute = 3e20, .attention = plan::attention_kind::latent});
  CHECK_THAT(latent, ContainsSubstring("(latent, KV rank 512)"));
}

TEST_CASE("a plan with latent attention has its widths and its cache") {
  plan::complete_plan const p = plan::make({.compute = 3e20, .attention = plan::attention_kind::latent});
  report::value const v = report::plan_answer(p).values;
  CHECK(v["architecture"]["kv_lora_rank"].magnitude() == 512);
  CHECK(v["architecture"]["qk_rope_head_dim"].magnitude() == 64);
  // DeepSeek-V2, section 2.1.3: a token caches kv_lora_rank + qk_rope_head_dim numbers a layer, here of 2 bytes.
  CHECK(v["memory"]["kv_cache_bytes_per_token"].real() ==
        576. * 2 * static_cast<double>(p.shape.architecture.n_layers()));
}

TEST_CASE("a plan shows what every source would buy") {
  plan::resolved_request const r = plan::resolve({.compute = 3e24});
  auto const all = plan::estimates_by_sources(r, plan::split_compute(r));
  auto const active_by = [&](std::string_view id) {
    for (plan::source_estimate const& each : all)
      if (each.source == id) return each.active_non_embedding_parameters;
    return 0.0;
  };
  // By hand from Eq. 2 of 2603.21862 (M over M/N_a), Table 1 of 2507.17702 and the optimum of 2402.07871.
  CHECK(active_by("holistic") == Approx(134e9).epsilon(.01));
  CHECK(active_by("ling") == Approx(86e9).epsilon(.01));
  CHECK(active_by("fine-grained") == Approx(250e9).epsilon(.01));
  for (plan::source_estimate const& each : all) {
    CAPTURE(each.source);
    CHECK_FALSE(each.outside.empty());  // no source was fitted near 3e24 FLOPs
  }
}

TEST_CASE("a batch that runs is a multiple of a power of two, or of what is given") {
  CHECK(plan::runnable_batch(289, {}) == 288);
  CHECK(plan::runnable_batch(2473, {}) == 2432);  // 2473/128 = 19.3
  CHECK(plan::runnable_batch(20, {}) == 20);
  CHECK(plan::runnable_batch(289, count(48)) == 288);
  CHECK(plan::runnable_batch(10, count(48)) == 48);
}

TEST_CASE("every number of a plan has a unit") {
  for (report::schema_row const& row : report::schema_of(report::plan_answer(plan::make({.compute = 1e21})).values)) {
    CAPTURE(row.path);
    CHECK(((row.type != "number" && row.type != "integer") || !row.unit.empty()));
  }
}
