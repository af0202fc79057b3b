#include "scans.hpp"

#include "moetric/search/scan/dispatch.hpp"
#include "moetric/search/scan/scan.hpp"

namespace equality {
namespace {

using namespace moetric;
using namespace moetric::search;
using nlohmann::json;

template <Objective O>
std::vector<result> scan(O const& objective, io::search_request const& request, std::size_t k,
                         std::vector<index_range> const& ranges) {
  problem const of(request.over, objective, request.windows, request.at);
  std::vector<result> found;
  for (index_range const& each : ranges) found.push_back(scan_best<simd::dispatched>(of, k, each));
  return found;
}

template <laws::Law L>
std::vector<result> scan_by(L const& law, json const& objective, io::search_request const& request, std::size_t k,
                            std::vector<index_range> const& ranges) {
  auto given = laws::detail::to_array(typename L::inputs{});
  for (std::size_t i = 0; i != given.size(); ++i) {
    std::string const name(law.about->inputs[i].name);
    if (objective.contains("given") && objective["given"].contains(name)) given[i] = objective["given"][name];
  }
  auto const inputs = laws::detail::from_array<typename L::inputs>(given);
  if (objective.contains("tokens")) return scan(loss_at_tokens(law, objective["tokens"], inputs), request, k, ranges);
  if constexpr (laws::ComputeLaw<L>)
    return scan(loss_at_compute(law, objective["compute"], inputs), request, k, ranges);
  else
    return scan(search::detail::loss_of(law, 0, 0, inputs), request, k, ranges);
}

}  // namespace

std::vector<result> scans(json const& search, io::search_request const& request, std::size_t k,
                          std::vector<index_range> const& ranges) {
  json const& objective = search["objective"];
  if (objective.contains("measure")) {
    direction const wanted = objective.value("direction", "least") == "most" ? direction::most : direction::least;
    return scan(measured{*find_measure(objective["measure"].get<std::string>()), wanted}, request, k, ranges);
  }
  std::vector<result> found;
  laws::for_each_loss([&](auto const& law) {
    if (law.about->id == objective["law"].get<std::string>()) found = scan_by(law, objective, request, k, ranges);
  });
  return found;
}

}  // namespace equality
