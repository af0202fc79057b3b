#include "moetric/laws/quantities.hpp"

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/search/problem/any_objective.hpp"
#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/problem/problem.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

constexpr shape<> shapes[] = {
    // Qwen3-30B-A3B without its norms on queries and keys
    {2048, 0, 48, 32, 4, 128, 0, 768, 128, 8, 0, 151936, false},
    {1024, 2, 14, 16, 8, 64, 3072, 512, 64, 6, 2, 50257, true},
    {768, 12, 0, 12, 12, 64, 3072, 0, 0, 0, 0, 32000, false},
};

/// How wide all experts of a layer are together, over the width of the model: an input that no published law has.
struct total_expert_width_ratio {
  template <class T>
  static constexpr T of(laws::architecture_facts<T> const& at) {
    return at.has_experts ? at.n_experts * at.d_expert / at.d_model : T(4);
  }
};
/// Tokens for each layer.
struct tokens_per_layer {
  template <class T>
  static constexpr T of(laws::facts<T> const& at) {
    return at.tokens / at.n_layers;
  }
};

struct own_form {
  template <class T>
  struct inputs {
    T active_parameters{}, tokens{}, expert_width_ratio{};
  };
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta, gamma;
  };
  using quantities =
      laws::quantity_list<laws::quantities::active_parameters, laws::quantities::tokens, total_expert_width_ratio>;
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-k.alpha * log(at.active_parameters)) * exp(-k.gamma * log(at.expert_width_ratio + 1)) +
           k.b * exp(-k.beta * log(at.tokens));
  }
  template <class K, class T>
  static auto training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.active_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

constexpr auto user = provenance::user;
constexpr laws::description about_own{
    .id = "own",
    .loss_unit = "nats per token",
    .coefficients = {{{"e", 1.6, user, ""},
                      {"a", 300, user, ""},
                      {"alpha", .33, user, ""},
                      {"b", 900, user, ""},
                      {"beta", .32, user, ""},
                      {"gamma", .05, user, ""}},
                     6},
    .inputs = {{laws::inputs::active_parameters,
                laws::inputs::tokens,
                {.name = "expert_width_ratio", .definition = "n_experts d_expert / d_model", .unit = "1"}},
               3}};
constexpr laws::law<own_form> own{about_own};

/// Kaplan's law of tokens alone with another quantity, which depends on tokens too.
struct per_layer_form : laws::kaplan::tokens_form {
  using quantities = laws::quantity_list<tokens_per_layer>;
};
/// The published form at given numbers only: nothing says how its input is read.
struct unread_form {
  template <class T>
  struct inputs {
    T tokens{};
  };
  template <class K>
  struct coefficients {
    K d_c, alpha_d;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return k.d_c * k.alpha_d / at.tokens;
  }
};

TEST_CASE("a user's own input gives a search what it gives evaluate") {
  for (shape<> const& exact : shapes) {
    search::setting const at{};
    bool const has_experts = exact.n_moe_layers != 0;
    laws::evaluation const expected = laws::evaluate(own, to_model(exact), count(30'000'000'000));
    auto const objective = search::loss_at_tokens(own, 3e10);
    CHECK_THAT(objective(search::costs_of(to_real(exact), at, has_experts)), WithinRel(expected.loss, 1e-14));

    // Through a search of a space that holds the shape alone, which runs on expressions and reproducible numbers.
    search::problem const only(search::space({search::one_of(search::field::head_dim, {exact.head_dim})}, exact),
                               search::any_objective(objective));
    search::digits const first{};
    auto const costs = only.costs_of(only.over().values(first));
    CHECK_THAT(only.score(costs), WithinRel(expected.loss, 1e-14));
  }
}

TEST_CASE("a quantity is one text for counts, doubles and symbolic numbers") {
  shape<> const s = shapes[1];
  account<> const exact = account_of(s);
  auto const of_counts = laws::facts_of(s, exact, true);
  CHECK(laws::quantities::total_parameters::of(of_counts) == total_parameters(to_model(s)));
  CHECK(laws::quantities::active_parameters::of(of_counts) == active_parameters(to_model(s)));
  CHECK(laws::quantities::top_k::of(of_counts) == 6);

  shape<double> const real = to_real(s);
  account<search::rational_function> const symbolic = account_of(search::symbolic_fields().to_shape(true));
  auto const rate =
      laws::quantities::expansion_rate::of(laws::facts_of(search::symbolic_fields().to_shape(true), symbolic, true));
  CHECK(rate.numerator().at(search::fields_of(real)) / rate.denominator().at(search::fields_of(real)) == 64. / 6);
}

TEST_CASE("what depends on tokens and what must be given are known before anything is read") {
  using law = laws::law<per_layer_form>;
  static_assert(laws::law_reads_tokens<law> && !laws::has_given<law>);
  static_assert(!laws::law_reads_tokens<laws::law<laws::kaplan::parameters_form>>);
  static_assert(laws::is_given<laws::precision::one_width_law>[2] &&
                !laws::is_given<laws::precision::one_width_law>[1]);
  static_assert(laws::ReadableLaw<laws::law<own_form>> && !laws::ReadableLaw<laws::law<unread_form>>);
  law const per_layer{*laws::kaplan::d.about};
  CHECK_THROWS_WITH(search::loss_of(per_layer, {}),
                    ContainsSubstring("kaplan-d must get tokens, since it counts no compute"));
  shape<> const s = shapes[0];
  account<double> const weights = account_of(to_real(s));
  CHECK(laws::read(per_layer, laws::facts_of(to_real(s), weights, true, 4.8e10)).tokens == 1e9);
}

TEST_CASE("every law reads from a shape what it reads from the model of that shape") {
  for (shape<> const& exact : shapes) {
    shape<double> const s = to_real(exact);
    account<double> const book = account_of(s);
    auto const facts = laws::facts_of(s, book, exact.n_moe_layers != 0, 3e10);
    laws::for_each_loss([&]<class L>(L const& law) {
      if (laws::has_given<L>) return;
      CAPTURE(law.about->id, exact.d_model);
      auto const expected = laws::detail::to_array(read(law, to_model(exact), count(30'000'000'000)).at);
      auto const got = laws::detail::to_array(laws::read(law, facts));
      for (std::size_t i = 0; i != got.size(); ++i) CHECK(got[i] == expected[i]);
    });
  }
}

TEST_CASE("an input that no architecture determines is refused by its name") {
  laws::for_each_loss([]<class L>(L const& law) {
    CAPTURE(law.about->id);
    for (std::size_t i = 0; i != laws::is_given<L>.size(); ++i) {
      if (!laws::is_given<L>[i]) continue;
      CHECK_THROWS_WITH(laws::evaluate(law, to_model(shapes[0]), count(30'000'000'000)),
                        ContainsSubstring(std::string(law.about->inputs[i].name) + " of law"));
      return;
    }
  });
}

TEST_CASE("FLOPs of the fine-grained law at a shape are those of its convention on the model") {
  convention const& rule = find_convention("fine-grained");
  for (shape<> const& exact : shapes) {
    shape<double> const s = to_real(exact);
    account<double> const book = account_of(s);
    auto const facts = laws::facts_of(s, book, exact.n_moe_layers != 0, 1);
    auto const& law = laws::fine_grained::four_decimals;
    double const got = laws::training_flops_per_token<double>(law, laws::read(law, facts), facts);
    CHECK(got == static_cast<double>(training_flops(to_model(exact), 1024, rule).per_token()));
  }
}

}  // namespace
