// Values that people type: what is read, and what is refused by name.
#include "moetric/io/text_values.hpp"

#include "catch.hpp"
#include "moetric/io/adapters.hpp"
#include "moetric/io/core_forms.hpp"
#include "moetric/io/module_names.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/llama.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::Equals;

template <class Call>
void refuses(Call const& call, std::string const& sentence) {
  CHECK_THROWS_WITH(call(), Equals("moetric: " + sentence));
}

}  // namespace

TEST_CASE("numbers are read whole, and never rounded") {
  CHECK(io::number("x", "3e20") == 3e20);
  CHECK(io::whole("x", "1e9") == 1'000'000'000);
  CHECK(to_string(io::whole("x", "340282366920938463463374607431768211")) == "340282366920938463463374607431768211");
  CHECK(io::fraction("x", "17/32") == ratio(17, 32));
  CHECK(io::fraction("x", "1.25") == ratio(5, 4));
  CHECK(io::fraction("x", "2") == ratio(2));
  refuses([] { io::number("days", "3 weeks"); }, "days must be a number such as 3e20, but got 3 weeks");
  refuses([] { io::number("days", "1e400"); }, "days must be a number that a double can hold, but got 1e400");
  refuses([] { io::number("days", "inf"); }, "days must be finite, but got inf");
  refuses([] { io::whole("top_k", "1.5"); }, "top_k must be a whole number, but got 1.5");
  refuses([] { io::whole("top_k", ""); }, "top_k must be a whole number such as 8192, but got nothing");
  refuses([] { io::whole("top_k", "1e16"); }, "top_k must be written in digits, or below 2^53, but got 1e16");
  refuses([] { io::whole_within("threads", "0", 1, 8); }, "threads must be from 1 to 8, but got 0");
  refuses([] { io::share("interval", "1"); }, "interval must be above 0 and below 1, but got 1");
  refuses([] { io::fraction("bytes", "1/0"); }, "bytes must be a fraction that does not divide by 0, but got 1/0");
}

TEST_CASE("lists, ranges and names are taken apart") {
  CHECK(io::split("a,b,,c", ',') == std::vector<std::string>{"a", "b", "", "c"});
  CHECK(io::take_apart("an input", "tokens=2e10").value == "2e10");
  refuses([] { io::take_apart("an input", "tokens"); }, "an input must be written as name=value, but got tokens");
  CHECK(io::ends_of_range("tokens", "1e9..1e12") == std::pair{1e9, 1e12});
  std::vector<count> lengths{1};
  io::read_text("documents", "4096,17", lengths);
  CHECK(lengths == std::vector<count>{4096, 17});
  CHECK(io::choose<int>("form", "b", {{"a", 1}, {"b", 2}}) == 2);
  refuses(
      [] {
        io::choose<int>("form", "alpa", {{"alpha", 1}, {"beta", 2}});
      },
      "form must be one of alpha, beta, but got 'alpa'; did you mean alpha?");
}

TEST_CASE("words about a model are read for that model") {
  lora_ranks const lora = io::adapters_of({"16:query,value"}, zoo::llama_3_8b);
  CHECK(lora.has("query"));
  CHECK_FALSE(lora.has("key"));
  refuses(
      [] {
        io::adapters_of({"16:query", "8:query"}, zoo::llama_3_8b);
      },
      "lora must name each projection once, but got query");
  refuses([] { io::adapters_of({"0:query"}, zoo::llama_3_8b); }, "lora must have a positive rank, but got 0:query");
  CHECK(io::core_forms_of("absorbed", zoo::deepseek_v3).latent == latent_core::absorbed);
  refuses([] { io::core_forms_of("absorbed", zoo::llama_3_8b); },
          "core_forms must be given for a model with latent attention, which this one lacks, but got absorbed");
  refuses([] { io::core_forms_of("absorbed,expanded", zoo::deepseek_v3); },
          "core_forms must name one form of a core, but got absorbed,expanded");
  CHECK(io::modules_named("recompute", "none") == cluster::module_set());
  CHECK(io::modules_named("recompute", "full") == cluster::modules_of(recomputation::full));
  CHECK(io::modules_named("offload", "norm,experts").contains(cluster::module::norm));
  refuses([] { io::modules_named("offload", "nrom"); },
          "offload must be one of 14 names, but got 'nrom'; did you mean norm?");
}
