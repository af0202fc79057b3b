// How well published rows predict the tokens/s of a model that none of them trained, and one row another layout:
// ./quickstart benchmark --benchmark_filter='step time'
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "moetric/cluster/communication.hpp"
#include "moetric/cluster/throughput.hpp"
#include "moetric/fit/linear_algebra.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
using namespace moetric::cluster;

/// Seconds a token of all that has no factor, by row.
using fixed_part = double (*)(published_row const&);

double exchanged(published_row const& row) {
  exchanges const sent = work_of(row).sent;
  return sent.seconds_between_layers(rates_of(row)) + sent.data.seconds_per_token(rates_of(row));
}
double exchanged_by_data_ranks(published_row const& row) {
  return work_of(row).sent.data.seconds_per_token(rates_of(row));
}
double nothing(published_row const&) {
  return 0;
}
/// The same, and tokens on their way to experts and back at full bandwidth, with nothing to hide them.
double exchanged_with_dispatch(published_row const& row) {
  published_sizes const& p = row.sizes;
  model m = *zoo::find(row.model->id)->value;
  if (!row.model->mtp) m.mtp.modules = 0;
  training_setup const setup{
      .layout = {.sizes = {.tensor = p.tensor,
                           .expert = p.expert,
                           .pipeline = p.pipeline,
                           .sequence_length = row.model->sequence_length,
                           .expert_tensor = 1,
                           .context = p.context},
                 .devices = row.devices,
                 .virtual_stages = p.virtual_stages,
                 .schedule = p.virtual_stages == 1 ? schedule::one_forward_one_backward : schedule::interleaved,
                 .micro_batch = row.micro_batch,
                 .global_batch = row.global_batch}};
  traffic const all = traffic_of_rank(m, setup, 0);
  traffic dispatch{};
  dispatch[traffic_kind::expert_all_to_all] = all[traffic_kind::expert_all_to_all];
  double const tokens = 1. * row.global_batch * row.model->sequence_length / row.devices;
  return exchanged(row) + communication_of(dispatch, setup.layout, *row.device).seconds / tokens;
}

/// Seconds a token by each factor alone.
std::vector<double> parts_of(published_row const& row) {
  token_work work = work_of(row);
  work.sent = {};
  device_rates const rates = rates_of(row);
  return {modelled_seconds_per_token(work, rates, {1, 0, 0}), modelled_seconds_per_token(work, rates, {0, 1, 0}),
          modelled_seconds_per_token(work, rates, {0, 0, 1})};
}

/// The factors that minimise Σ (ln modelled − ln measured)² over the newest rows of other models, by Gauss-Newton.
time_factors fitted_without(std::string_view left_out, fixed_part fixed = exchanged) {
  time_factors by;
  for (int step = 0; step != 50; ++step) {
    double const at[]{by.linear, by.rows, by.fixed};
    fit::matrix normal(3, 3);
    std::vector<double> right(3);
    for (published_row const& row : newest_rows) {
      if (row.model->id == left_out) continue;
      std::vector<double> slope = parts_of(row);
      double const modelled = slope[0] * at[0] + slope[1] * at[1] + slope[2] * at[2] + fixed(row);
      double const residual = std::log(modelled * row.tokens_per_second);
      for (std::size_t i = 0; i != 3; ++i) slope[i] *= at[i] / modelled;  // by the logarithm of each factor
      for (std::size_t i = 0; i != 3; ++i) {
        right[i] -= slope[i] * residual;
        for (std::size_t j = 0; j != 3; ++j) normal(i, j) += slope[i] * slope[j];
      }
    }
    if (!fit::solve_positive_definite(normal, right)) break;
    by = {at[0] * std::exp(right[0]), at[1] * std::exp(right[1]), at[2] * std::exp(right[2])};
  }
  return by;
}

/// The median error of models that are left out, where rows weigh the same and `fixed` is added as it is.
double error_with(fixed_part fixed) {
  std::vector<double> all;
  for (published_row const& row : newest_rows) {
    time_factors const by = fitted_without(row.model->id, fixed);
    std::vector<double> const own = parts_of(row);
    double const modelled = own[0] * by.linear + own[1] * by.rows + own[2] * by.fixed + fixed(row);
    all.push_back(std::abs(1 / (modelled * row.tokens_per_second) - 1));
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

struct errors {
  std::vector<double> of_median;
  std::size_t inside = 0;

  void add(throughput const& t, double measured) {
    of_median.push_back(std::abs(t.tokens_per_second.median / measured - 1));
    inside += t.tokens_per_second.low <= measured && measured <= t.tokens_per_second.high;
  }
  double quantile(double q) {
    std::sort(of_median.begin(), of_median.end());
    return of_median[static_cast<std::size_t>(q * static_cast<double>(of_median.size() - 1))];
  }
  void print(char const* what) {
    std::printf("%-58s %5zu rows, error median %4.1f %%, 90 %% below %4.1f %%, inside %3.0f %%\n", what,
                of_median.size(), 100 * quantile(0.5), 100 * quantile(0.9),
                100. * static_cast<double>(inside) / static_cast<double>(of_median.size()));
  }
};

/// Exits with an error unless the 80 % interval holds at least 70 % of the rows of models that are left out, and one
/// row predicts another layout within 10 % in the median.
void step_time(benchmark::State& state) {
  for (auto _ : state) {
    errors left_out;
    for (published_row const& row : newest_rows)
      left_out.add(
          throughput_from_rows(work_of(row), *row.device, row.format, fitted_without(row.model->id), row.model->id),
          row.tokens_per_second);
    time_factors const all = fitted_without("");
    std::printf("factors of all newest rows: linear %.3f, rows %.3f, fixed %.3f ms\n", all.linear, all.rows,
                1e3 * all.fixed);
    left_out.print("a model without rows, factors fitted without it");
    std::printf(
        "by the factors alone: median error %.1f %%; with nothing that is exchanged %.1f %%, with what data ranks "
        "exchange alone %.1f %%, with the traffic of experts too %.1f %%\n",
        100 * error_with(exchanged), 100 * error_with(nothing), 100 * error_with(exchanged_by_data_ranks),
        100 * error_with(exchanged_with_dispatch));
    errors tpu;
    for (published_row const& row : tpu_rows)
      tpu.add(throughput_from_rows(work_of(row), *row.device, row.format, {}, row.model->id), row.tokens_per_second);
    tpu.print("the same of TPUs, factors of GPUs");
    std::vector<published_row const*> rows;
    for (published_row const& row : newest_rows) rows.push_back(&row);
    for (published_row const& row : older_rows) rows.push_back(&row);
    errors calibrated;
    for (bool const same_device : {true, false})
      for (bool const same_format : {true, false}) {
        errors pairs;
        for (published_row const* const from : rows)
          for (published_row const* const to : rows) {
            if (from == to || from->model->id != to->model->id || from->release != to->release ||
                (from->device == to->device) != same_device || (from->format == to->format) != same_format)
              continue;
            double const scaled = from->tokens_per_second *
                                  modelled_seconds_per_token(work_of(*from), rates_of(*from)) /
                                  modelled_seconds_per_token(work_of(*to), rates_of(*to));
            throughput t{};
            t.tokens_per_second = error_of_scaling(true, same_device, same_format) * scaled;
            pairs.add(t, to->tokens_per_second);
          }
        pairs.print(same_device ? (same_format ? "one row of the same model, device and format: other layouts"
                                               : "one row of the same model and device, other format")
                                : (same_format ? "one row of the same model and format, other device"
                                               : "one row of the same model, other device and format"));
        if (same_device && same_format) calibrated = pairs;
      }
    if (10 * left_out.inside < 7 * left_out.of_median.size() || calibrated.quantile(0.5) > 0.1) std::exit(1);
  }
}
BENCHMARK(step_time)->Name("step time")->Repetitions(1)->Iterations(1);

void estimate_of_one_layout(benchmark::State& state) {
  published_row const& row = newest_rows[0];
  for (auto _ : state) benchmark::DoNotOptimize(throughput_from_rows(work_of(row), *row.device, row.format));
}
BENCHMARK(estimate_of_one_layout)->Name("tokens/s from published rows");

}  // namespace
