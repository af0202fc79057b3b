#pragma once

#include <optional>
#include <string>
#include <vector>

#include "moetric/io/hyper_file.hpp"
#include "moetric/io/hyper_request.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/report/hyper_answer.hpp"

namespace moetric::v0::io {

/// A run whose learning rate and batch are wanted, with a batch to weigh.
struct hyper_request {
  run_request run{};
  std::vector<std::string> laws{};         // files of fits
  std::optional<double> loss{};            // nats per token, for Kaplan's critical batch
  std::optional<double> critical_batch{};  // tokens, in the place of a loss
  std::optional<double> batch_tokens{};    // tokens of the batch to weigh
  double kappa = 1;                        // exponent of the learning rate in the batch
};

/// The learning rates and batches of a request. Keys: those of `report::hyper_answer`.
/// \param find reads a model by its name \throws std::invalid_argument naming what is missing or wrong
template <class Find>
report::answer hyper_answer(hyper_request const& from, Find const& find) {
  std::vector<optimum::fitted_hyper> fits;
  for (std::string const& each : from.laws) fits.push_back(read_hyper(each));
  std::optional<report::weighed_batch> batch;
  if (from.critical_batch) batch = {*from.critical_batch, "given"};
  if (!batch && from.loss) batch = {laws::kaplan::critical_batch_tokens(*from.loss), "kaplan, of the loss"};
  if (batch) batch->batch_tokens = from.batch_tokens, batch->kappa = from.kappa;
  return report::hyper_answer(run_of(from.run, find), static_cast<double>(from.run.sequence_length), batch, fits);
}

}  // namespace moetric::v0::io
