#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <torch/nn/functional/loss.h>
#include <torch/nn/module.h>

#include <moetric/model/model.hpp>

#include "kernels.hpp"

/// A transformer in LibTorch, built from the same `moetric::model` that is counted: grouped-query and latent attention,
/// dense feed-forwards and experts. It knows nothing of counts; it names the term of each product, where it stands.
namespace trainer {

inline std::int64_t size(moetric::count n) {
  return static_cast<std::int64_t>(n);
}

/// The tokens of one microbatch: packed documents.
struct batch {
  Tensor inputs;   // [tokens]
  Tensor targets;  // [tokens], each input's next token
  lengths documents;
};

/// Positions of a batch, which start at 0 in each document. All layers share the angles of one rotary width.
class positions {
 public:
  struct angles {
    Tensor cosine;  // [tokens, 1, features/2]
    Tensor sine;
  };

  explicit positions(lengths const& documents) : documents_(documents) {}

  lengths const& documents() const { return documents_; }
  angles const& of_width(std::int64_t features) {
    angles& found = known_[features];
    if (found.cosine.defined()) return found;
    std::vector<Tensor> each;
    for (std::int64_t const length : documents_) each.push_back(torch::arange(length, torch::kFloat));
    Tensor const frequency = torch::pow(1e4, -torch::arange(features / 2, torch::kFloat) / (features / 2));
    Tensor const angle = torch::cat(each).view({-1, 1, 1}) * frequency;
    return found = {angle.cos(), angle.sin()};
  }

 private:
  lengths const& documents_;
  std::map<std::int64_t, angles> known_{};
};

/// A mixer or a feed-forward.
class part : public torch::nn::Module {
 public:
  virtual Tensor forward(Tensor const& x, positions& at) = 0;

 protected:
  Tensor matrix(char const* name, moetric::count inputs, moetric::count outputs, moetric::count copies = 0) {
    double const deviation = 1 / std::sqrt(static_cast<double>(inputs));
    return copies == 0
               ? register_parameter(name, deviation * torch::randn({size(inputs), size(outputs)}))
               : register_parameter(name, deviation * torch::randn({size(copies), size(inputs), size(outputs)}));
  }
  Tensor scale(char const* name, moetric::count width) { return register_parameter(name, torch::ones(size(width))); }
};

class grouped_query_attention : public part {
 public:
  grouped_query_attention(moetric::count d_model, moetric::grouped_query_attention<> const& as)
      : head_dim_(size(as.head_dim)), query_(matrix("query", d_model, as.query_width())),
        key_(matrix("key", d_model, as.key_width())), value_(matrix("value", d_model, as.value_width())),
        output_(matrix("output", as.output_width(), d_model)) {}

  Tensor forward(Tensor const& x, positions& at) override {
    auto const heads = [&](Tensor const& weights) { return torch::mm(x, weights).view({x.size(0), -1, head_dim_}); };
    auto const& [cosine, sine] = at.of_width(head_dim_);
    Tensor q, k, v;
    {
      term_scope const scope(term::attention_projections);
      q = rotate::apply(heads(query_), cosine, sine);
      k = rotate::apply(heads(key_), cosine, sine);
      v = heads(value_);
    }
    Tensor mixed;
    {
      term_scope const scope(term::attention_core);
      mixed = packed_attention::apply(q, k, v, at.documents());
    }
    term_scope const scope(term::attention_projections);
    return torch::mm(mixed.view({x.size(0), -1}), output_);
  }

 private:
  std::int64_t head_dim_;
  Tensor query_, key_, value_, output_;
};

/// Queries, keys and values pass through latents; the rotary part of the key is one for all heads.
class latent_attention : public part {
 public:
  latent_attention(moetric::count d_model, moetric::multi_head_latent_attention<> const& as)
      : heads_(size(as.n_heads)), plain_(size(as.qk_nope_head_dim)), rotary_(size(as.qk_rope_head_dim)),
        value_dim_(size(as.v_head_dim)), latent_(size(as.kv_lora_rank)),
        query_down_(matrix("query_down", d_model, as.q_lora_rank)),
        query_norm_(scale("query_latent_norm", as.q_lora_rank)),
        query_up_(matrix("query_up", as.q_lora_rank, as.query_width())),
        key_value_down_(matrix("key_value_down", d_model, as.compressed_key_value_width())),
        key_value_norm_(scale("key_value_latent_norm", as.kv_lora_rank)),
        key_value_up_(matrix("key_value_up", as.kv_lora_rank, as.n_heads * (as.qk_nope_head_dim + as.v_head_dim))),
        output_(matrix("output", as.output_width(), d_model)) {
    if (!as.query_lora) throw std::invalid_argument("trainer: query_lora must be true");
  }

  Tensor forward(Tensor const& x, positions& at) override {
    std::int64_t const tokens = x.size(0);
    auto const& [cosine, sine] = at.of_width(rotary_);
    Tensor q, k, v;
    {
      term_scope const scope(term::attention_projections);
      Tensor const query = torch::mm(rms_norm::apply(torch::mm(x, query_down_), query_norm_), query_up_)
                               .view({tokens, heads_, plain_ + rotary_});
      q = torch::cat({query.narrow(2, 0, plain_), rotate::apply(query.narrow(2, plain_, rotary_), cosine, sine)}, 2);
      Tensor const down = torch::mm(x, key_value_down_);
      Tensor const rotated = rotate::apply(down.narrow(1, latent_, rotary_).unsqueeze(1), cosine, sine);
      Tensor const up =
          torch::mm(rms_norm::apply(down.narrow(1, 0, latent_).contiguous(), key_value_norm_), key_value_up_)
              .view({tokens, heads_, plain_ + value_dim_});
      k = torch::cat({up.narrow(2, 0, plain_), rotated.expand({tokens, heads_, rotary_})}, 2);
      v = up.narrow(2, plain_, value_dim_).contiguous();
    }
    Tensor mixed;
    {
      term_scope const scope(term::attention_core);
      mixed = packed_attention::apply(q, k, v, at.documents());
    }
    term_scope const scope(term::attention_projections);
    return torch::mm(mixed.view({tokens, -1}), output_);
  }

 private:
  std::int64_t heads_, plain_, rotary_, value_dim_, latent_;
  Tensor query_down_, query_norm_, query_up_, key_value_down_, key_value_norm_, key_value_up_, output_;
};

class dense_ffn : public part {
 public:
  dense_ffn(moetric::count d_model, moetric::dense_ffn<> const& as)
      : gate_(matrix("ffn_gate", d_model, as.d_ff)), up_(matrix("ffn_up", d_model, as.d_ff)),
        down_(matrix("ffn_down", as.d_ff, d_model)) {}

  Tensor forward(Tensor const& x, positions&) override {
    term_scope const scope(term::dense_ffn);
    return torch::mm(swiglu::apply(torch::mm(x, gate_), torch::mm(x, up_)), down_);
  }

 private:
  Tensor gate_, up_, down_;
};

/// Routed and shared experts. A token chooses its top_k by probability plus a correction, which moves against the load
/// of each expert instead of an auxiliary loss (2408.15664). No token is dropped.
class experts : public part {
 public:
  experts(moetric::count d_model, moetric::experts<> const& as)
      : n_experts_(size(as.n_experts)), top_k_(size(as.top_k)), shared_(as.n_shared_experts != 0),
        router_(matrix("router", d_model, as.n_experts)),
        gate_(matrix("expert_gate", d_model, as.d_expert, as.n_experts)),
        up_(matrix("expert_up", d_model, as.d_expert, as.n_experts)),
        down_(matrix("expert_down", as.d_expert, d_model, as.n_experts)) {
    if (as.correction_bias) correction_ = register_buffer("router_correction", torch::zeros(n_experts_));
    if (!shared_) return;
    moetric::count const width = as.n_shared_experts * as.d_shared_expert;
    shared_gate_ = matrix("shared_gate", d_model, width);
    shared_up_ = matrix("shared_up", d_model, width);
    shared_down_ = matrix("shared_down", width, d_model);
  }

  Tensor forward(Tensor const& x, positions&) override {
    Tensor probabilities;
    {
      term_scope const scope(term::router);
      probabilities = torch::mm(x, router_).softmax(-1);
    }
    Tensor const scores = correction_.defined() ? probabilities.detach() + correction_ : probabilities.detach();
    Tensor const chosen = std::get<1>(scores.topk(top_k_, -1)).flatten();
    Tensor const order = chosen.argsort();  // rows by expert
    Tensor const token = order.floor_divide(top_k_);
    Tensor const load = chosen.bincount({}, n_experts_);
    choices_ = list(chosen);
    load_ = list(load);
    if (correction_.defined() && is_training()) correction_ += 0.01 * (load.to(torch::kFloat).mean() - load).sign();

    Tensor const weights = probabilities.gather(1, chosen.view({-1, top_k_}));
    // The weights of several choices are normalised; that of one would become 1, and its router would not learn.
    Tensor const of_choices = top_k_ == 1 ? weights : weights / weights.sum(-1, true);
    Tensor const of_rows = of_choices.flatten().index_select(0, order).unsqueeze(1);
    Tensor rows;
    {
      term_scope const scope(term::routed_experts);
      Tensor const sent = x.index_select(0, token);
      rows = grouped_product::apply(
          swiglu::apply(grouped_product::apply(sent, gate_, load_), grouped_product::apply(sent, up_, load_)), down_,
          load_);
    }
    Tensor const sum = combine::apply(rows, of_rows, token, x.size(0));
    if (!shared_) return sum;
    term_scope const scope(term::shared_experts);
    return sum + torch::mm(swiglu::apply(torch::mm(x, shared_gate_), torch::mm(x, shared_up_)), shared_down_);
  }

  /// The rows that each expert got, and the top_k experts of each token, in the last forward pass.
  lengths const& load() const { return load_; }
  lengths const& choices() const { return choices_; }
  /// Weights of one routed expert.
  std::int64_t expert_weights() const { return gate_[0].numel() + up_[0].numel() + down_[0].numel(); }

 private:
  static lengths list(Tensor const& x) { return {x.data_ptr<std::int64_t>(), x.data_ptr<std::int64_t>() + x.numel()}; }

  std::int64_t n_experts_, top_k_;
  bool shared_;
  Tensor router_, gate_, up_, down_, correction_, shared_gate_, shared_up_, shared_down_;
  lengths load_, choices_;
};

class layer : public torch::nn::Module {
 public:
  layer(moetric::model const& m, moetric::stack::run const& run)
      : mixer_norm_(register_parameter("mixer_norm", torch::ones(size(m.d_model)))),
        ffn_norm_(register_parameter("ffn_norm", torch::ones(size(m.d_model)))) {
    mixer_ = m.layers.mixer_of(run).visit([&](auto const& as) { return make_mixer(m.d_model, as); });
    ffn_ = m.layers.ffn_of(run).visit([&](auto const& as) { return make_ffn(m.d_model, as); });
    register_module("mixer", mixer_);
    register_module("ffn", ffn_);
  }

  Tensor forward(Tensor const& x, positions& at) {
    Tensor const mixed = x + mixer_->forward(rms_norm::apply(x, mixer_norm_), at);
    return mixed + ffn_->forward(rms_norm::apply(mixed, ffn_norm_), at);
  }
  /// The experts; null in a dense layer.
  experts const* routed() const { return dynamic_cast<experts const*>(ffn_.get()); }

 private:
  // A kind that this trainer lacks is refused, and does not train as something else.
  template <class Kind>
  static std::shared_ptr<part> make_mixer(moetric::count d_model, Kind const& as) {
    using std::is_same_v;
    if constexpr (is_same_v<Kind, moetric::grouped_query_attention<>>)
      return std::make_shared<grouped_query_attention>(d_model, as);
    else if constexpr (is_same_v<Kind, moetric::multi_head_latent_attention<>>)
      return std::make_shared<latent_attention>(d_model, as);
    throw std::invalid_argument("trainer: mixers must be grouped-query or latent attention");
  }
  template <class Kind>
  static std::shared_ptr<part> make_ffn(moetric::count d_model, Kind const& as) {
    if constexpr (std::is_same_v<Kind, moetric::dense_ffn<>>)
      return std::make_shared<dense_ffn>(d_model, as);
    else if constexpr (std::is_same_v<Kind, moetric::experts<>>)
      return std::make_shared<experts>(d_model, as);
    throw std::invalid_argument("trainer: feed-forwards must be dense or experts");
  }

  Tensor mixer_norm_, ffn_norm_;
  std::shared_ptr<part> mixer_, ffn_;
};

class transformer : public torch::nn::Module {
 public:
  explicit transformer(moetric::model const& m)
      : embedding_(register_parameter("embedding", torch::randn({size(m.input.vocab_size), size(m.d_model)}))),
        final_norm_(register_parameter("final_norm", torch::ones(size(m.d_model)))),
        head_(register_parameter("head", 0.02 * torch::randn({size(m.d_model), size(m.input.vocab_size)}))) {
    for (moetric::stack::run const& run : m.layers.runs)
      for (moetric::count i = 0; i != run.layers; i += 1)
        layers_.push_back(register_module("layer_" + std::to_string(layers_.size()), std::make_shared<layer>(m, run)));
  }

  /// The mean loss of a batch, in nats per token.
  Tensor forward(batch const& b) {
    positions at(b.documents);
    Tensor x = torch::embedding(embedding_, b.inputs);
    for (auto const& each : layers_) x = each->forward(x, at);
    x = rms_norm::apply(x, final_norm_);
    term_scope const scope(term::output_head);
    return torch::nll_loss(torch::mm(x, head_).log_softmax(-1), b.targets);
  }
  std::vector<std::shared_ptr<layer>> const& layers() const { return layers_; }

 private:
  Tensor embedding_, final_norm_, head_;
  std::vector<std::shared_ptr<layer>> layers_;
};

/// The account's term of a parameter or buffer, by the last part of its name. A name without a term is refused: a table
/// like this is all that a trainer of its own needs.
inline term term_of(std::string const& parameter) {
  static constexpr std::pair<std::string_view, term> table[]{
      {"embedding", term::embedding},
      {"final_norm", term::final_norm},
      {"head", term::output_head},
      {"mixer_norm", term::norms},
      {"ffn_norm", term::norms},
      {"query", term::attention_projections},
      {"key", term::attention_projections},
      {"value", term::attention_projections},
      {"output", term::attention_projections},
      {"query_down", term::attention_projections},
      {"query_up", term::attention_projections},
      {"key_value_down", term::attention_projections},
      {"key_value_up", term::attention_projections},
      {"query_latent_norm", term::latent_norm},
      {"key_value_latent_norm", term::latent_norm},
      {"ffn_gate", term::dense_ffn},
      {"ffn_up", term::dense_ffn},
      {"ffn_down", term::dense_ffn},
      {"router", term::router},
      {"router_correction", term::router_correction_bias},
      {"expert_gate", term::routed_experts},
      {"expert_up", term::routed_experts},
      {"expert_down", term::routed_experts},
      {"shared_gate", term::shared_experts},
      {"shared_up", term::shared_experts},
      {"shared_down", term::shared_experts},
  };
  std::string_view const last = std::string_view(parameter).substr(parameter.find_last_of('.') + 1);
  for (auto const& [name, t] : table)
    if (name == last) return t;
  throw std::invalid_argument("trainer: a parameter must have a term, but got " + parameter);
}

}  // namespace trainer
