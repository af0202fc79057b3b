#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/run_table.hpp"

namespace moetric::v0::io {

/// A condition on the runs of a table, such as tokens/total_parameters>5 or training_data=c4: products and quotients of
/// columns and numbers, one of > >= < <= = !=, and a number or a text.
class run_condition {
 public:
  /// \throws std::invalid_argument unless the text is a condition
  explicit run_condition(std::string text) : text_(std::move(text)) {
    std::size_t const at = text_.find_first_of("<>=!");
    if (at == std::string::npos || at == 0) refuse_text();
    std::size_t const length = text_.size() > at + 1 && text_[at + 1] == '=' ? 2 : 1;
    left_ = trimmed(text_.substr(0, at)), comparison_ = text_.substr(at, length),
    right_ = trimmed(text_.substr(at + length));
    if (comparison_ == "!" || left_.empty() || right_.empty()) refuse_text();
    if (comparison_ == "==") comparison_ = "=";
  }

  /// The condition as it was written.
  std::string const& text() const { return text_; }

  /// Which records of a table satisfy it.
  /// \throws std::invalid_argument for an unknown column, and naming the line of what is no number
  std::vector<bool> holds(run_table& of) const {
    std::vector<bool> result;
    bool const is_equality = comparison_ == "=" || comparison_ == "!=";
    if (is_equality && !detail::is_number(right_)) {
      for (std::string const& each : of.texts(left_)) result.push_back((each == right_) == (comparison_ == "="));
      return result;
    }
    std::vector<double> const left = values(of, left_), right = values(of, right_);
    for (std::size_t i = 0; i != left.size(); ++i)
      result.push_back(comparison_ == ">"    ? left[i] > right[i]
                       : comparison_ == ">=" ? left[i] >= right[i]
                       : comparison_ == "<"  ? left[i] < right[i]
                       : comparison_ == "<=" ? left[i] <= right[i]
                                             : (left[i] == right[i]) == (comparison_ == "="));
    return result;
  }

 private:
  [[noreturn]] void refuse_text() const {
    refuse("a condition must be written as tokens/total_parameters>5 or training_data=c4, but got " + in_quotes(text_));
  }
  static std::string trimmed(std::string text) {
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  /// A product of columns and numbers.
  std::vector<double> values(run_table& of, std::string const& expression) const {
    if (of.table.has(expression)) return of.numbers(expression);
    std::vector<double> product(of.table.records.size(), 1.0);
    bool divides = false;
    for (std::size_t from = 0;;) {
      std::size_t const to = expression.find_first_of("*/", from);
      std::string const term = trimmed(expression.substr(from, to == std::string::npos ? to : to - from));
      if (term.empty()) refuse_text();
      std::vector<double> const values =
          detail::is_number(term) ? std::vector<double>(product.size(), std::stod(term)) : of.numbers(term);
      for (std::size_t i = 0; i != product.size(); ++i)
        product[i] = divides ? product[i] / values[i] : product[i] * values[i];
      if (to == std::string::npos) {
        for (std::size_t i = 0; i != product.size(); ++i)
          if (!std::isfinite(product[i]))
            refuse(of.place(in_quotes(expression), i) + " must be finite, but is not: it divides by 0");
        return product;
      }
      divides = expression[to] == '/';
      from = to + 1;
    }
  }

  std::string text_, left_, comparison_, right_;
};

/// Keeps the runs that satisfy a condition, and notes how many do.
/// \throws std::invalid_argument if none does, and as `run_condition::holds`
inline void keep_where(run_table& of, run_condition const& condition) {
  std::vector<bool> const holds = condition.holds(of);
  std::size_t const before = of.table.records.size();
  std::size_t i = 0;
  std::size_t const dropped = of.keep([&](csv_record const&) { return holds[i++]; });
  if (before == dropped) refuse(of.table.subject + " must have runs where " + condition.text() + ", but has none");
  of.note(std::to_string(before - dropped) + " of " + std::to_string(before) + " runs are used, where " +
          condition.text());
}

}  // namespace moetric::v0::io
