#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "measure.hpp"

/// What real trainers have as fused kernels. Each keeps for the backward pass what such a kernel keeps, and no more;
/// out of PyTorch's own operators the same functions would keep up to three times as much.
namespace trainer {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;
using lengths = std::vector<std::int64_t>;

/// RMSNorm: keeps its input and one number for each token.
struct rms_norm : Function<rms_norm> {
  static Tensor forward(AutogradContext* context, Tensor const& x, Tensor const& scale) {
    Tensor const inverse = (x.square().mean(-1, true) + 1e-6).rsqrt();
    context->save_for_backward({x, scale, inverse});
    return x * inverse * scale;
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    Tensor const &x = saved[0], &scale = saved[1], &inverse = saved[2];
    Tensor const scaled = gradients[0] * scale, normed = x * inverse;
    return {inverse * (scaled - normed * (scaled * normed).mean(-1, true)), (gradients[0] * normed).sum(0)};
  }
};

/// silu(gate)·up: keeps both.
struct swiglu : Function<swiglu> {
  static Tensor forward(AutogradContext* context, Tensor const& gate, Tensor const& up) {
    context->save_for_backward({gate, up});
    return gate.sigmoid().mul_(gate).mul_(up);
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    Tensor const &gate = saved[0], &up = saved[1], sigmoid = gate.sigmoid();
    return {gradients[0] * up * (sigmoid * (1 + gate * (1 - sigmoid))), gradients[0] * gate * sigmoid};
  }
};

/// Rotary positions on [tokens, heads, features]: keeps the angles alone, which all layers share.
struct rotate : Function<rotate> {
  static Tensor by(Tensor const& x, Tensor const& cosine, Tensor const& sine) {
    auto const halves = x.chunk(2, -1);
    return torch::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1);
  }
  static Tensor forward(AutogradContext* context, Tensor const& x, Tensor const& cosine, Tensor const& sine) {
    context->save_for_backward({cosine, sine});
    return by(x, cosine, sine);
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    return {by(gradients[0], saved[0], -saved[1]), Tensor(), Tensor()};
  }
};

/// Causal attention of packed documents, which do not attend to each other: q [tokens, H, D], k [tokens, K, D],
/// v [tokens, K, V]. As a flash-attention kernel it keeps no scores but the logarithm of their sum, and computes them
/// again in the backward pass. It multiplies whole squares and masks them.
struct packed_attention : Function<packed_attention> {
  /// One document as [K, heads of a group x tokens, features].
  static Tensor document(Tensor const& x, std::int64_t first, std::int64_t length, std::int64_t key_heads) {
    std::int64_t const group = x.size(1) / key_heads, features = x.size(2);
    return x.narrow(0, first, length)
        .reshape({length, key_heads, group, features})
        .permute({1, 2, 0, 3})
        .reshape({key_heads, group * length, features});
  }
  /// The same into the rows of all documents.
  static void put(Tensor const& rows, Tensor const& x, std::int64_t first, std::int64_t length) {
    std::int64_t const key_heads = x.size(0), group = x.size(1) / length;
    rows.narrow(0, first, length)
        .copy_(x.reshape({key_heads, group, length, x.size(2)})
                   .permute({2, 0, 1, 3})
                   .reshape({length, key_heads * group, x.size(2)}));
  }
  static Tensor scores(Tensor const& q, Tensor const& k, double scale, std::int64_t length) {
    Tensor found = torch::bmm(q, k.transpose(1, 2)).mul_(scale);
    Tensor const future = torch::ones({length, length}, torch::kBool).triu_(1);
    found.view({q.size(0), -1, length, length}).masked_fill_(future, -1e9);
    return found;
  }

  static Tensor forward(AutogradContext* context, Tensor const& q, Tensor const& k, Tensor const& v,
                        lengths const& documents) {
    double const scale = 1 / std::sqrt(static_cast<double>(q.size(2)));
    Tensor const output = torch::empty({q.size(0), q.size(1), v.size(2)});
    Tensor const log_sums = torch::empty({q.size(0), q.size(1), 1});
    std::int64_t first = 0;
    for (std::int64_t const length : documents) {
      auto const of = [&](Tensor const& x) { return document(x, first, length, k.size(1)); };
      Tensor const score = scores(of(q), of(k), scale, length);
      Tensor const log_sum = score.logsumexp(-1, true);
      put(output, torch::bmm((score - log_sum).exp_(), of(v)), first, length);
      put(log_sums, log_sum, first, length);
      first += length;
    }
    context->save_for_backward({q, k, v, output, log_sums});
    context->saved_data["documents"] = documents;
    return output;
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    Tensor const &q = saved[0], &k = saved[1], &v = saved[2], &output = saved[3], &log_sums = saved[4];
    double const scale = 1 / std::sqrt(static_cast<double>(q.size(2)));
    Tensor const to_q = torch::empty_like(q), to_k = torch::empty_like(k), to_v = torch::empty_like(v);
    std::int64_t first = 0;
    for (std::int64_t const length : context->saved_data["documents"].toIntVector()) {
      auto const of = [&](Tensor const& x) { return document(x, first, length, k.size(1)); };
      Tensor const queries = of(q), keys = of(k), gradient = of(gradients[0]);
      Tensor const probability = [&] {
        recompute_scope const again;
        return scores(queries, keys, scale, length).sub_(of(log_sums)).exp_();
      }();
      put(to_v, torch::bmm(probability.transpose(1, 2), gradient), first, length);
      Tensor to_score = torch::bmm(gradient, of(v).transpose(1, 2));
      to_score.sub_((gradient * of(output)).sum(-1, true)).mul_(probability).mul_(scale);
      put(to_q, torch::bmm(to_score, keys), first, length);
      put(to_k, torch::bmm(to_score.transpose(1, 2), queries), first, length);
      first += length;
    }
    return {to_q, to_k, to_v, Tensor()};
  }
};

/// Rows sorted by expert, each times the matrix of its expert: [rows, in] x [experts, in, out]. Keeps its input.
struct grouped_product : Function<grouped_product> {
  static Tensor forward(AutogradContext* context, Tensor const& rows, Tensor const& weights, lengths const& of_expert) {
    Tensor const result = torch::empty({rows.size(0), weights.size(2)});
    each(of_expert, [&](std::int64_t expert, std::int64_t first, std::int64_t number) {
      Tensor part = result.narrow(0, first, number);
      torch::mm_out(part, rows.narrow(0, first, number), weights[expert]);
    });
    context->save_for_backward({rows, weights});
    context->saved_data["of_expert"] = of_expert;
    return result;
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    Tensor const &rows = saved[0], &weights = saved[1];
    Tensor const to_rows = torch::empty_like(rows), to_weights = torch::empty_like(weights);
    each(context->saved_data["of_expert"].toIntVector(),
         [&](std::int64_t expert, std::int64_t first, std::int64_t number) {
           Tensor const gradient = gradients[0].narrow(0, first, number);
           Tensor part = to_rows.narrow(0, first, number), of_weights = to_weights[expert];
           torch::mm_out(part, gradient, weights[expert].t());
           torch::mm_out(of_weights, rows.narrow(0, first, number).t(), gradient);
         });
    return {to_rows, to_weights, Tensor()};
  }

 private:
  template <class Visit>
  static void each(lengths const& of_expert, Visit visit) {
    std::int64_t first = 0;
    for (std::size_t expert = 0; expert != of_expert.size(); ++expert) {
      visit(static_cast<std::int64_t>(expert), first, of_expert[expert]);
      first += of_expert[expert];
    }
  }
};

/// The weighted sum of each token's rows: keeps rows, weights and places. PyTorch's index_add would keep the weighted
/// rows too.
struct combine : Function<combine> {
  static Tensor forward(AutogradContext* context, Tensor const& rows, Tensor const& weights, Tensor const& token,
                        std::int64_t tokens) {
    context->save_for_backward({rows, weights, token});
    return torch::zeros({tokens, rows.size(1)}).index_add_(0, token, rows * weights);
  }
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    auto const saved = context->get_saved_variables();
    Tensor const of_rows = gradients[0].index_select(0, saved[2]);
    return {of_rows * saved[1], (of_rows * saved[0]).sum(-1, true), Tensor(), Tensor()};
  }
};

}  // namespace trainer
