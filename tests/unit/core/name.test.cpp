#include "moetric/core/name.hpp"

#include <vector>

#include "catch.hpp"

namespace {

using namespace moetric;

std::vector<std::string_view> const laws{"fine-grained", "kaplan-n",       "kaplan-d",           "kaplan-n-d",
                                         "chinchilla-1", "chinchilla-tex", "chinchilla-printed", "ling-moe"};

using names = std::vector<std::string_view>;

template <class Known = braced_names>
names near(std::string_view wrong, Known const& known) {
  auto const found = names_near(wrong, known);
  return {found.begin(), found.end()};
}

}  // namespace

TEST_CASE("edits are letters put in, left out, changed or swapped, whatever the case and what joins the words") {
  CHECK(detail::edits_between("tokens", "tokens") == 0);
  CHECK(detail::edits_between("Tokens", "tokens") == 0);
  CHECK(detail::edits_between("d-model", "d_model") == 0);
  CHECK(detail::edits_between("tokns", "tokens") == 1);
  CHECK(detail::edits_between("tookens", "tokens") == 1);
  CHECK(detail::edits_between("tolens", "tokens") == 1);
  CHECK(detail::edits_between("tkoens", "tokens") == 1);
  CHECK(detail::edits_between("", "tokens") == 6);
  CHECK(detail::edits_between("kitten", "sitting") == 3);
}

TEST_CASE("a wrong name has meant the nearest ones, or those that it begins") {
  CHECK(near("fine-graned", laws) == names{"fine-grained"});
  CHECK(near("FineGrained", laws) == names{"fine-grained"});
  CHECK(near("chinchila-tex", laws) == names{"chinchilla-tex"});
  CHECK(near("kaplan", laws) == names{"kaplan-n", "kaplan-d", "kaplan-n-d"});
  CHECK(near("chinchilla", laws) == names{"chinchilla-1", "chinchilla-tex"});
  CHECK(near("hd", {"hf", "megatron"}) == names{"hf"});
}

TEST_CASE("a wrong name that is near to none has meant those that share words with it") {
  CHECK(near("chinchilla-besiroglu", {"chinchilla-tex", "besiroglu", "besiroglu-2", "kaplan-n"}) ==
        names{"besiroglu", "besiroglu-2", "chinchilla-tex"});
  CHECK(near("besiroglu et al 2024", {"chinchilla-tex", "besiroglu", "kaplan-n"}) == names{"besiroglu"});
  CHECK(near("NVIDIA B200 SXM", {"h100-sxm", "b200", "gb200"}) == names{"b200", "h100-sxm"});
  CHECK(near("the-a-of", {"a-b", "of-x", "what-is-it"}) == names{});
}

TEST_CASE("what is near to nothing is told without a guess") {
  for (std::string const wrong : {"", "x", "fi", "gpt", "yaml"}) {
    CAPTURE(wrong);
    CHECK(names_near(wrong, laws).empty());
  }
  CHECK(names_near(std::string(100000, 'k'), laws).empty());
  CHECK(did_you_mean("yaml", laws) == "");
}

TEST_CASE("a refused name is told with the list and the nearest of it, on one line") {
  CHECK_THROWS_WITH(refuse_name("format", "megaton", {"hf", "megatron", "cpp"}),
                    "moetric: format must be one of hf, megatron, cpp, but got 'megaton'; did you mean megatron?");
  CHECK_THROWS_WITH(refuse_name("format", "a\nb", {"hf", "cpp"}),
                    "moetric: format must be one of hf, cpp, but got 'a\\x0ab'");
  // Of many names the near ones stand alone; without one that is near all do.
  std::vector<std::string_view> const many{"a1", "b2", "c3",  "d4",  "e5",  "f6",      "g7",
                                           "h8", "i9", "j10", "k11", "l12", "kaplan-n"};
  CHECK_THROWS_WITH(refuse_name("law", "kaplan", many),
                    "moetric: law must be one of 13 names, but got 'kaplan'; did you mean kaplan-n?");
  CHECK_THROWS_WITH(refuse_name("law", "nobody", many),
                    Catch::Matchers::StartsWith("moetric: law must be one of a1, b2, c3"));
  CHECK(listed({"a", "b", "c"}, "or") == "a, b or c");
  CHECK(listed({"a"}) == "a");
}

TEST_CASE("names are the same whatever their case and the kind of their separators") {
  static_assert(same_name("NVIDIA H100_SXM", "nvidia-h100.sxm"));
  static_assert(!same_name("llama-3-8b", "llama-38-b") && !same_name("h100", "h100-sxm"));
  CHECK(letters_of("Model Size_(M)") == "modelsizem");
  CHECK(letters_of(" -._").empty());
}
