#include <iostream>

#include "command.hpp"
#include "moetric/report/text.hpp"

namespace tool {

void add_help(arguments app) {
  auto word = std::make_shared<std::string>();
  auto command = app.add_subcommand("help", "Which command answers a question?", {"find", "question"});
  command.examples("moetric help memory", "moetric help");
  command->add_option("WORD", *word,
                      "What the question is about, such as memory, mfu, cost or fit; all words without it");
  command->callback([word] {
    constexpr std::size_t column = 16, width = 100;
    for (found_command const& each : commands_for(*word)) {
      std::string words;
      for (std::string const& one : each.words) words += (words.empty() ? "" : ", ") + one;
      std::string text = each.question;
      if (word->empty()) text = words;
      std::string name = "  " + each.name;
      for (std::string const& line : moetric::report::detail::wrapped(text, width - column)) {
        std::cout << name << std::string(column - name.size(), ' ') << line << '\n';
        name.clear();
      }
    }
    std::cout << (word->empty() ? "moetric help WORD names the commands of one word" : "More: moetric COMMAND --help")
              << '\n';
  });
}

}  // namespace tool
