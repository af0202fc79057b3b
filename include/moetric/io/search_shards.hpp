#pragma once

#include <algorithm>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/best_run.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/search_answer.hpp"

/// Shards of a search, read from what `search_answer` wrote, proven, and merged.
namespace moetric::v0::io {

namespace detail {

/// Refuses a value that differs from what this version writes for the same search.
inline void require_as_written(json_value const& got, report::value const& wanted) {
  using kinds = report::value::kinds;
  json const& is = got.value();
  bool same = false;
  switch (wanted.kind()) {
  case kinds::nothing: same = is.is_null(); break;
  case kinds::flag: same = is.is_flag() && is.flag() == wanted.flag(); break;
  case kinds::whole:
    same = is.is_whole() && is.whole().magnitude == wanted.magnitude() && is.whole().negative == wanted.is_negative();
    break;
  case kinds::real: same = is.is_number() && is.real() == wanted.real(); break;
  case kinds::text: same = is.is_text() && is.text() == wanted.text(); break;
  case kinds::list: same = is.is_array() && is.array().size() == wanted.size(); break;
  case kinds::object: same = is.is_object() && is.object().size() == wanted.size(); break;
  }
  bool const is_list = wanted.kind() == kinds::list;
  if (!same && !(is.is_object() && wanted.kind() == kinds::object))
    got.refuse(is_list ? "hold " + std::to_string(wanted.size()) + " items, as its request gives"
               : wanted.kind() == kinds::object ? "be an object, as its request gives"
                                                : "be " + report::to_json(wanted) + ", as its request gives");
  if (is_list) {
    std::vector<json_value> const items = got.items();
    for (std::size_t i = 0; i != items.size(); ++i) require_as_written(items[i], wanted.members()[i].content);
  }
  if (wanted.kind() != kinds::object) return;
  for (report::object_member const& each : wanted.members()) require_as_written(got.at(each.name), each.content);
  if (!same) got.refuse("have only the keys that its request gives");
}

}  // namespace detail

/// The merged shards of one search. Each proves itself when it is added: its request is part of it, so all that follows
/// from a request is computed again, also the score and the numbers of every configuration. A merged answer may be
/// added like a shard.
class merged_search {
 public:
  /// Adds the shard in a file.
  /// \throws std::invalid_argument naming the file, for one that is truncated or was edited, that another version
  /// wrote,
  ///         that belongs to another request or keeps another number of best, or that overlaps one added before
  void add(std::string const& path) {
    input_file file = open_file(path);
    add(file, in_quotes(path));
  }
  /// The same from a text that `subject` names.
  void add(std::istream& text, std::string const& subject) {
    std::vector<search::candidate> best;
    bool prepared = false;
    std::vector<json> waiting;  // in a file whose keys were sorted, its request comes after its best
    auto const add_best = [&](json const& item) {
      best.push_back(candidate_of(json_value(item, subject, "best[" + std::to_string(best.size()) + "]")));
    };
    json const document = read_json_object(text, subject, "best", [&](json const& before, json&& item) {
      bool const has_request =
          before.find("version") != nullptr && before.find("asked") != nullptr && before.find("request") != nullptr;
      if (!has_request) return waiting.push_back(std::move(item));
      if (!prepared) prepare(json_value(before, subject));
      prepared = true;
      add_best(item);
    });
    json_value const from(document, subject);
    if (!prepared) prepare(from);
    for (json const& each : waiting) add_best(each);
    if (json_value const left = from.at("best"); !left.items().empty()) left.items()[0].refuse("be an object");
    search::result const found =
        result_from(from, std::move(best), asked_->runs ? std::optional(asked_->runs->size()) : std::nullopt);
    search_run const run = run_of(from);
    require_as_asked(from, found, run);
    if (!shards_.empty() && found.k != merged_.k)
      refuse("top of " + subject + " must be that of " + shards_[0] + ", " + std::to_string(merged_.k) + ", but is " +
             std::to_string(found.k));
    merged_.k = found.k;
    add_ranges(found.searched, subject);
    merged_ = search::merge(merged_, found);
    add_run(run);
  }

  /// The request of the shards, and its problem; with a calendar that of its shapes. There must be a shard, as for what
  /// follows.
  json const& request() const { return asked_->request; }
  search::any_problem const& problem() const { return asked_->problem; }
  /// What they found together.
  search::result const& found() const { return merged_; }
  /// How they were searched; `complete` tells whether they cover the space.
  search_run run() const {
    search_run made{.seconds = seconds_, .complete = missing().empty()};
    made.method = listed(methods_);
    return made;
  }
  /// What they found together, as an answer.
  /// \param most_shown of the best configurations
  report::answer answer(std::size_t most_shown = ~std::size_t{0}) const {
    return asked_->runs ? answer_of_runs(merged_, run())
                        : search_answer(request(), problem(), merged_, run(), most_shown);
  }
  /// True if the request has a calendar: the best have layouts.
  bool has_layouts() const { return asked_->runs != nullptr; }
  /// \throws std::invalid_argument with the reason that nothing was found
  [[noreturn]] void refuse_empty() const {
    if (asked_->runs) search::refuse_no_run(asked_->runs->asked());
    search::refuse_empty(asked_->problem);
  }
  /// The indices that no shard covers.
  std::vector<search::index_range> missing() const {
    return missing_ranges(merged_.searched, asked_->problem.over().size());
  }

 private:
  struct asked_search {
    std::string text;
    json request;
    search::any_problem problem;
    std::shared_ptr<search::run_layouts> runs;  // with a calendar
    std::string fingerprint;
  };
  struct range_of {
    search::index_range range;
    std::size_t shard;
  };

  /// Reads the request of a shard, which must be that of the others.
  void prepare(json_value const& from) {
    std::string const version = from.at("version").text();
    if (version != report::version_text())
      from.at("version").refuse("be " + report::version_text() + ", whose answers these are");
    std::string const text = from.at("asked").text(), of_file = from.at("request").text();
    if (!asked_) {
      json request = parse_json_object(text, from.at("asked").subject());
      std::shared_ptr<search::run_layouts> runs;
      search::any_problem problem = [&] {
        try {
          if (!has_calendar(request)) return search_from(request).problem();
          runs = std::make_shared<search::run_layouts>(run_problem_from(request));
          return shapes_of(runs->asked());
        } catch (std::invalid_argument const& error) {
          refuse(from.at("asked").subject() + " must be a search, but is refused: " + error.what());
        }
      }();
      std::string all = fingerprint(request, problem);
      if (of_file != all) from.at("request").refuse("be " + all + ", the fingerprint of what was asked");
      asked_.emplace(asked_search{text, std::move(request), std::move(problem), std::move(runs), std::move(all)});
      first_ = from.subject();
    }
    if (text != asked_->text || of_file != asked_->fingerprint)
      refuse("merged results must belong to the same request, but " + from.subject() + " does not belong to that of " +
             first_);
  }

  /// A candidate, all of whose numbers are computed again.
  search::candidate candidate_of(json_value const& from) const {
    search::candidate const next{from.at("score").real(), from.at("index").whole()};
    search::space const& over = problem().over();
    if (next.index >= over.size())
      from.at("index").refuse("be below the " + std::to_string(over.size()) + " configurations of the space");
    if (asked_->runs) return require_run(from, next), next;
    search::digits const at = over.digits_of(next.index);
    auto const c = problem().costs_of(over.values(at));
    if (!over.holds(at) || !problem().allows(c)) from.at("index").refuse("be a configuration that its request allows");
    if (double const score = problem().score(c); score != next.score)
      from.at("score").refuse("be " + report::to_json(score) + ", as its request gives");
    detail::require_as_written(from,
                               report::detail::configuration_value(report::detail::shown(problem(), next),
                                                                   problem().objective().as_law_loss() != nullptr));
    return next;
  }

  /// The same of a shape with its layout.
  void require_run(json_value const& from, search::candidate const& next) const {
    std::optional<search::planned_run> const run = asked_->runs->best_of(next.index);
    if (!run) from.at("index").refuse("be a configuration that its request allows");
    if (run->loss != next.score) from.at("score").refuse("be " + report::to_json(run->loss) + ", as its request gives");
    detail::require_as_written(from, report::detail::run_value(asked_->runs->asked(), *run));
  }

  static search_run run_of(json_value const& from) {
    search_run run;
    json_value const method = from.at("method");
    run.method = method.text();
    if (run.method != "bounds" && run.method != "exhaustive" && run.method != "bounds and exhaustive")
      method.refuse("be bounds, exhaustive or both");
    if (auto const seconds = from.find("seconds"); seconds && !seconds->is_null()) run.seconds = seconds->real();
    return run;
  }

  /// Everything else that an answer holds: digest, axes, windows, edges, and what makes its law doubtful.
  void require_as_asked(json_value const& from, search::result const& found, search_run const& run) const {
    report::answer const wanted =
        asked_->runs ? answer_of_runs(found, run) : search_answer(request(), problem(), found, run, 1);
    for (report::object_member const& each : wanted.values.members())
      if (each.name != "best" && each.name != "seconds") detail::require_as_written(from.at(each.name), each.content);
  }

  report::answer answer_of_runs(search::result const& found, search_run const& run) const {
    return best_run_answer(request(), asked_->runs->asked(), asked_->runs->runs_of(found), run);
  }

  void add_ranges(std::vector<search::index_range> const& searched, std::string const& subject) {
    for (search::index_range const& each : searched) ranges_.push_back({each, shards_.size()});
    shards_.push_back(subject);
    std::sort(ranges_.begin(), ranges_.end(),
              [](range_of const& a, range_of const& b) { return a.range.first < b.range.first; });
    for (std::size_t i = 1; i < ranges_.size(); ++i)
      if (range_of const& a = ranges_[i - 1], &b = ranges_[i]; b.range.first < a.range.last)
        refuse("results that are merged must not overlap, but " + shards_[std::min(a.shard, b.shard)] + " and " +
               shards_[std::max(a.shard, b.shard)] + " both have indices " + std::to_string(b.range.first) + " .. " +
               std::to_string(std::min(a.range.last, b.range.last) - 1));
  }
  void add_run(search_run const& run) {
    for (std::string const& each : {std::string("bounds"), std::string("exhaustive")})
      if (run.method.find(each) != std::string::npos &&
          std::find(methods_.begin(), methods_.end(), each) == methods_.end())
        methods_.push_back(each);
    std::sort(methods_.begin(), methods_.end());
    // Unknown if a shard lacks its own.
    seconds_ = seconds_ && run.seconds ? std::optional(*seconds_ + *run.seconds) : std::nullopt;
  }

  std::optional<asked_search> asked_{};
  std::string first_{};  // whose request it is
  search::result merged_{};
  std::vector<std::string> shards_{}, methods_{};
  std::vector<range_of> ranges_{};  // in order
  std::optional<double> seconds_ = 0;
};

/// "indices 0 .. 9 and 30 .. 39": what no shard covers.
inline std::string missing_text(std::vector<search::index_range> const& missing) {
  constexpr std::size_t most_named = 8;
  std::vector<std::string> ranges;
  for (search::index_range const& each : missing) {
    if (ranges.size() == most_named - 1 && missing.size() > most_named) {
      ranges.push_back(std::to_string(missing.size() - ranges.size()) + " more ranges");
      break;
    }
    ranges.push_back(std::to_string(each.first) + " .. " + std::to_string(each.last - 1));
  }
  return "indices " + listed(ranges);
}

}  // namespace moetric::v0::io
