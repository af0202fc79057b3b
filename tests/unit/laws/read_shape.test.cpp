#include "moetric/laws/read_shape.hpp"

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/laws/catalogue.hpp"

namespace {

using namespace moetric;

constexpr shape<> shapes[] = {
    // Qwen3-30B-A3B without its norms on queries and keys
    {2048, 0, 48, 32, 4, 128, 0, 768, 128, 8, 0, 151936, false},
    {1024, 2, 14, 16, 8, 64, 3072, 512, 64, 6, 2, 50257, true},
    {768, 12, 0, 12, 12, 64, 3072, 0, 0, 0, 0, 32000, false},
};

shape<double> real(shape<> const& s) {
  auto const of = [](count value) { return static_cast<double>(value); };
  return {
      of(s.d_model), of(s.n_dense_layers), of(s.n_moe_layers), of(s.n_heads), of(s.n_kv_heads),       of(s.head_dim),
      of(s.d_ff),    of(s.d_expert),       of(s.n_experts),    of(s.top_k),   of(s.n_shared_experts), of(s.vocab_size),
      s.tied};
}

TEST_CASE("every law reads from a shape what it reads from the model of that shape") {
  for (shape<> const& exact : shapes) {
    shape<double> const s = real(exact);
    account<double> const book = account_of(s);
    laws::shape_facts<double> const facts{s, book, 3e10, exact.n_moe_layers != 0};
    laws::for_each_loss([&]<class L>(L const& law) {
      for (laws::input const& each : law.about->inputs)
        if (laws::quantity_of(each) == laws::quantity::given && each.name != "granularity") return;
      CAPTURE(law.about->id, exact.d_model);
      auto const expected = laws::detail::to_array(read(law, to_model(exact), count(30'000'000'000)).at);
      auto const got = laws::detail::to_array(laws::read(law, facts));
      for (std::size_t i = 0; i != got.size(); ++i) CHECK(got[i] == expected[i]);
    });
  }
}

TEST_CASE("an input that a model does not tell is one that is given") {
  laws::for_each_loss([](auto const& law) {
    for (laws::input const& each : law.about->inputs) {
      CAPTURE(law.about->id, each.name);
      CHECK((laws::quantity_of(each) == laws::quantity::given) == (each.from_model == nullptr));
    }
  });
}

TEST_CASE("FLOPs of the fine-grained law at a shape are those of its convention on the model") {
  convention const& rule = find_convention("fine-grained");
  for (shape<> const& exact : shapes) {
    shape<double> const s = real(exact);
    account<double> const book = account_of(s);
    laws::shape_facts<double> const facts{s, book, 1, exact.n_moe_layers != 0};
    auto const& law = laws::fine_grained::four_decimals;
    double const got = laws::training_flops_per_token<double>(law, laws::read(law, facts), facts);
    CHECK(got == static_cast<double>(training_flops(to_model(exact), 1024, rule).per_token()));
  }
}

}  // namespace
