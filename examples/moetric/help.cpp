#include <iostream>

#include "command.hpp"
#include "moetric/report/text.hpp"

namespace tool {

void add_help(command_line& line) {
  command& to = line.add("help", "Which command answers a question?", {"find", "question"},
                         {"moetric help memory", "moetric help"});
  auto& word = to.state<std::string>();
  to.add("WORD", word, "What the question is about, such as memory, mfu, cost or fit; all words without it");
  to.run = [&line, &word] {
    constexpr std::size_t column = 16, width = 100;
    for (command const* const each : line.commands_for(word)) {
      std::string name = "  " + each->name;
      std::string text = word.empty() ? "" : each->question;
      for (std::string_view const other : word.empty() ? each->words : std::vector<std::string_view>())
        (text += text.empty() ? "" : ", ") += other;
      for (std::string const& part : moetric::report::detail::wrapped(text, width - column)) {
        std::cout << name << std::string(column - name.size(), ' ') << part << '\n';
        name.clear();
      }
    }
    std::cout << (word.empty() ? "moetric help WORD names the commands of one word" : "More: moetric COMMAND --help")
              << '\n';
  };
}

}  // namespace tool
