#include <iostream>

#include "command.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/report/text.hpp"

namespace tool {

void add_help(command_line& line) {
  command& to = line.add("help", "Which command answers a question?", {"find", "question"},
                         {"moetric help memory", "moetric help"});
  auto& word = to.state<std::string>();
  to.add("WORD", word, "What the question is about, such as memory, mfu, cost or fit; all words without it");
  to.run = [&line, &word] {
    constexpr std::size_t column = 20, width = 100;
    auto const print = [](std::string name, std::string const& text) {
      for (std::string const& part : moetric::report::wrapped(text, width - column)) {
        std::cout << name << std::string(column - name.size(), ' ') << part << '\n';
        name.clear();
      }
    };
    for (command const* const each : line.commands_for(word)) {
      std::string text = word.empty() ? "" : each->question;
      for (std::string_view const other : word.empty() ? each->words : std::vector<std::string_view>())
        (text += text.empty() ? "" : ", ") += other;
      print("  " + each->name, text);
    }
    if (word == "shape") {
      std::cout << "A MODEL by its shape is written as d_model=1024,n_moe_layers=12,...:\n";
      for (std::size_t i = 0; i != moetric::shape_field_names.size(); ++i)
        print("  " + std::string(moetric::shape_field_names[i]), std::string(moetric::shape_field_meanings[i]));
    }
    std::cout << (word.empty() ? "moetric help WORD names the commands of one word" : "More: moetric COMMAND --help")
              << '\n';
  };
}

}  // namespace tool
