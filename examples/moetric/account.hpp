#pragma once

#include <span>
#include <string>
#include <vector>

#include "command.hpp"
#include "moetric/account/convention.hpp"

// What `account` tells beside parameters and FLOPs of one sequence, each when one of its options is given.

namespace tool {

/// An amount for each term that has one.
json by_term(moetric::term_sheet<> const& sheet);

/// The model with its cores counted in the named forms, as absorbed,chunked; unchanged for none.
moetric::model counted_by(std::string const& forms, moetric::model const& m);

/// A packed batch of documents.
struct packing_options {
  std::string documents;

  void declare(arguments command);
  bool given() const { return !documents.empty(); }
  json told(moetric::model const& m, moetric::convention const& rule) const;
  void print(moetric::model const& m, moetric::convention const& rule) const;

 private:
  std::vector<moetric::count> lengths() const;
};

/// Training with frozen parts, adapters and recomputation.
struct training_options {
  std::vector<std::string> lora;
  std::string freeze;
  std::string first_trained_layer;
  std::string recompute;

  void declare(arguments command);
  bool given() const { return !(lora.empty() && freeze.empty() && first_trained_layer.empty() && recompute.empty()); }
  json told(moetric::model const& m, moetric::count length, moetric::convention const& rule) const;
  void print(moetric::model const& m, moetric::count length, moetric::convention const& rule) const;
};

/// Bytes that a step of decoding reads.
struct decoding_options {
  std::string batch;
  std::string context = "0";
  std::string weight_bytes = "2", expert_bytes, cache_bytes = "2";

  void declare(arguments command);
  bool given() const { return !batch.empty(); }
  json told(moetric::model const& m) const;
  void print(moetric::model const& m) const;
};

}  // namespace tool
