#pragma once

#include <span>
#include <string>
#include <vector>

#include "printing.hpp"
#include "moetric/account/convention.hpp"

// Further reports of `account` beside parameters and FLOPs of one sequence; each has its own options.

namespace tool {

/// The nonzero terms of a sheet.
json by_term(moetric::term_sheet<> const& sheet);

/// The model with its cores counted in the named forms, such as "absorbed,chunked"; unchanged for an empty string.
moetric::model counted_by(std::string const& forms, moetric::model const& m);

/// FLOPs of a packed batch of documents.
struct packing_options {
  std::string documents;

  void declare(arguments command);
  bool given() const { return !documents.empty(); }
  json to_json(moetric::model const& m, moetric::convention const& rule) const;
  void print(moetric::model const& m, moetric::convention const& rule) const;

 private:
  std::vector<moetric::count> lengths() const;
};

/// FLOPs of training with frozen parts, adapters and recomputation.
struct training_options {
  std::vector<std::string> lora;
  std::string freeze;
  std::string first_trained_layer;
  std::string recompute;

  void declare(arguments command);
  bool given() const { return !(lora.empty() && freeze.empty() && first_trained_layer.empty() && recompute.empty()); }
  json to_json(moetric::model const& m, moetric::count length, moetric::convention const& rule) const;
  void print(moetric::model const& m, moetric::count length, moetric::convention const& rule) const;
};

/// Bytes read by one decoding step.
struct decoding_options {
  std::string batch;
  std::string context = "0";
  std::string weight_bytes = "2", expert_bytes, cache_bytes = "2";

  void declare(arguments command);
  bool given() const { return !batch.empty(); }
  json to_json(moetric::model const& m) const;
  void print(moetric::model const& m) const;
};

}  // namespace tool
