// What holds for every convention, every known bug and every published model.
#include "moetric/account/conventions.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;

std::vector<convention const*> all_conventions() {
  std::vector<convention const*> all;
  for (convention const& each : conventions) all.push_back(&each);
  for (known_bug const& each : known_bugs)
    if (each.what == miscounted::training_flops) all.push_back(&each.printed);
  return all;
}

constexpr counting_options choices[] = {
    {}, {.mtp = mtp_modules::included}, {.mtp = mtp_modules::included, .pad_vocabulary_to_multiple_of = 128}};

}  // namespace

TEST_CASE("terms add up, and any two conventions differ by their terms without residue") {
  auto const all = all_conventions();
  for (zoo::listed_model const& entry : zoo::catalogue)
    for (count const length : {1, 129, 4096, 131072})
      for (counting_options const& options : choices) {
        CAPTURE(entry.id, length);
        std::vector<flops> counts;
        int wrong = 0;
        for (convention const* each : all) {
          counts.push_back(training_flops(*entry.value, length, *each, options));
          count sum;
          for (count const amount : counts.back().by_term.amounts) sum += amount;
          if (sum != counts.back().per_sequence()) ++wrong;
          if (sum < forward_flops(*entry.value, length, *each, options).per_sequence()) ++wrong;
        }
        // Every pair once for each model, and neighbours at every length: a million pairs say no more.
        bool const every_pair = length == 4096 && &options == &choices[0];
        for (std::size_t i = 0; i != counts.size(); ++i)
          for (std::size_t j = 0; j != counts.size(); ++j) {
            if (!every_pair && j != (i + 1) % counts.size()) continue;
            flops const &a = counts[i], &b = counts[j];
            surplus const total = explain_difference(a, b).per_sequence();
            if (a.per_sequence() + total.less != b.per_sequence() + total.more) ++wrong;
            if (total.more != 0 && total.less != 0) ++wrong;
          }
        CHECK(wrong == 0);
      }
}

TEST_CASE("padding changes what stands for the vocabulary alone") {
  for (zoo::listed_model const& entry : zoo::catalogue)
    for (convention const& each : conventions) {
      CAPTURE(entry.id, each.id);
      difference const why =
          explain_difference(training_flops(*entry.value, 256, each, {.pad_vocabulary_to_multiple_of = 1024}),
                             training_flops(*entry.value, 256, each));
      for (std::size_t i = 0; i != n_terms; ++i) {
        term const t = static_cast<term>(i);
        bool const of_vocabulary = t == term::embedding || t == term::output_head || t == term::output_head_bias;
        CHECK(why[t].less == 0);
        if (!of_vocabulary) CHECK(why[t].more == 0);
      }
    }
}
