#pragma once

#include "moetric/account/flops.hpp"
#include "moetric/account/tool_view.hpp"

namespace moetric::v0 {

/// Whether a convention counts multi-token-prediction modules. Its own rule says what it counts for each.
enum class mtp_modules { left_out, included };

/// Options of a count by a convention.
struct counting_options {
  mtp_modules mtp = mtp_modules::left_out;
  count pad_vocabulary_to_multiple_of = 1;  // Megatron: make_vocab_size_divisible_by (128) times its tensor parallelism
};

namespace detail {

enum class pass { forward, training };

/// Counts one model at one sequence length by a convention.
struct counting {
  convention const& rule;
  model const& seen;  // the model as the tool sees it
  count length;
  pass which;
  bool any_window = false;
  bool hybrid = false;  // attention beside Mamba-2
  term_sheet<> sheet{};

  constexpr count factor(int forward, int training) const { return which == pass::forward ? forward : training; }
  constexpr count pairs(causal_rule causal, count window = unlimited_window) const {
    return twice_pairs(causal, length, window);
  }

  static constexpr chosen_keys<> key_choice(mixer const& mix) {
    return mix.visit([](auto const& a) { return a.key_choice(); });
  }

  constexpr causal_rule causal_of(mixer const& mix) const {
    if (rule.sparse != sparse_rule::as_causal && key_choice(mix).sparse)
      return rule.sparse == sparse_rule::exact ? causal_rule::exact : causal_rule::full;
    switch (rule.windows) {
    case window_rule::exact: return slides_below(mix, length) ? causal_rule::exact : rule.causal;
    case window_rule::exact_everywhere: return any_window ? causal_rule::exact : rule.causal;
    case window_rule::band:
    case window_rule::half_band: return slides_below(mix, length) ? causal_rule::full : rule.causal;
    case window_rule::as_causal:
    case window_rule::ignored: break;
    }
    return rule.causal;
  }

  constexpr bool detached() const {
    return rule.indexer != indexer_rule::as_core && rule.indexer != indexer_rule::beyond_top_k;
  }
  /// True if the tool takes the indexer's part for nothing, since every earlier key is chosen.
  constexpr bool bypassed(mixer const& mix) const {
    chosen_keys<> const keys = key_choice(mix);
    return rule.indexer == indexer_rule::beyond_top_k && keys.sparse && length <= keys.indexer.top_k;
  }

  /// FLOPs per unit of weights. The matrices of a detached indexer have one product less in the backward pass.
  constexpr count each(charge const& c, term t) const {
    if (which == pass::forward) return c.forward;
    if (t != term::sparse_indexer || !detached()) return c.training;
    return rule.indexer == indexer_rule::without_loss ? c.forward : 2 * c.forward;
  }

  constexpr void weights(charge const& c, account<> const& book, term_set skipped, bool is_mtp) {
    if (is_mtp && (c.units == charged::features || c.units == charged::layer_squares)) return;
    count const tokens = c.one_row ? count(1) : length;
    for (std::size_t i = 0; i != n_terms; ++i) {
      term const t = static_cast<term>(i);
      if (c.terms.contains(t) && !skipped.contains(t)) sheet[t] += each(c, t) * tokens * units(c.units, t, book);
    }
  }

  /// Subtracts the backward pass of mixers that the tool charges forward only.
  constexpr void without_backward(account<> const& book) {
    for (charge const& c : rule.charges)
      for (std::size_t i = 0; i != n_terms; ++i) {
        term const t = static_cast<term>(i);
        if (c.terms.contains(t)) sheet[t] -= (each(c, t) - c.forward) * length * units(c.units, t, book);
      }
  }

  constexpr count units(charged what, term t, account<> const& book) const {
    switch (what) {
    case charged::active: return book.active[t];
    case charged::stored: return book.stored[t];
    case charged::features: return seen.d_model;
    case charged::layer_squares: return seen.layers.n_layers() * seen.d_model * seen.d_model;
    case charged::multiplied: break;
    }
    return book.multiplied[t];
  }

  /// Adds the core of layers with one mixer, at the width of their heads.
  constexpr void core(mixer const& mix, count layers, term_sheet<> own) {
    if (rule.windows == window_rule::half_band && slides_below(mix, length))
      own[term::attention_core] = exact_div(own[term::attention_core], 2);
    if (auto const* const net = mix.get_if<gated_delta_net<>>()) delta_net(*net, layers, own);
    if (auto const* const layer = mix.get_if<mamba_2<>>()) scan(*layer, layers, own);
    if (mix.is<multi_head_latent_attention<>>()) latent(mix, layers, own);
    if (auto const* const a = mix.get_if<compressed_attention<>>()) compressed(*a, layers, own);
    if (rule.softmax != 0) own[term::attention_core] += layers * softmax(mix);
    if (bypassed(mix))
      own[term::sparse_indexer] = 0;
    else if (rule.indexer == indexer_rule::beyond_top_k)
      own = own + summed_index_heads(mix) * layers;
    if (detached() && key_choice(mix).sparse) {
      own[term::sparse_indexer] = 0;
      sheet[term::sparse_indexer] += layers * detached_index(mix);
    }
    sheet = sheet + own * (mix.kind == rule.without_backward ? count(1) : factor(1, 3));
  }

  constexpr void delta_net(gated_delta_net<> const& net, count layers, term_sheet<>& own) const {
    if (rule.delta_net == delta_net_rule::value_by_value) {
      gated_delta_net<> counted = net;
      counted.core = delta_core::value_by_value;
      own[term::state_core] = layers * counted.core_flops_per_token() * length;
    }
    if (rule.delta_net == delta_net_rule::weights_alone) own[term::state_core] = own[term::convolution] = 0;
  }

  constexpr void scan(mamba_2<> const& layer, count layers, term_sheet<>& own) const {
    if (rule.scan == scan_rule::own) return;
    mamba_2<> counted = layer;
    counted.scan = rule.scan == scan_rule::two_per_state ? state_scan::two_per_state : state_scan::seven_per_state;
    own[term::convolution] = 0;
    own[term::state_core] = layers * counted.core_flops_per_token() * length;
  }

  constexpr void latent(mixer const& mix, count layers, term_sheet<>& own) const {
    auto const& a = mix.get<multi_head_latent_attention<>>();
    if (rule.latent == latent_rule::d_model) {
      own[term::attention_core] = layers * 2 * seen.d_model * pairs(rule.causal);
      return;
    }
    if (rule.latent == latent_rule::own || (rule.latent == latent_rule::absorbed_where_sparse && !a.sparse)) return;
    own[term::attention_core] = layers * a.absorbed_core_flops_per_half_pair() *
                                pairs(causal_of(mix), a.sparse ? a.indexer.top_k : count(unlimited_window));
  }

  constexpr void compressed(compressed_attention<> const& a, count layers, term_sheet<>& own) const {
    if (rule.compressed == compressed_rule::as_causal) return;
    count twice = 2 * length * a.window;
    if (a.compression != key_compression::none)
      twice += twice_compressed_pairs(rule.causal, length, a.compression_rate, a.compressed_keys_seen());
    own[term::attention_core] = layers * a.core_flops_per_half_pair() * twice;
    if (a.compression == key_compression::sparse)
      own[term::key_compression] =
          layers * a.index_flops_per_half_pair() *
          twice_compressed_pairs(causal_rule::full, length, a.compression_rate, count(unlimited_window));
  }

  /// The sum of an indexer's scores over its heads: 2 n_heads for each query and key.
  constexpr term_sheet<> summed_index_heads(mixer const& mix) const {
    term_sheet<> sums;
    if (chosen_keys<> const keys = key_choice(mix); keys.sparse && !keys.indexer.shared)
      sums[term::sparse_indexer] = keys.indexer.n_heads * pairs(causal_of(mix));
    auto const* const a = mix.get_if<compressed_attention<>>();
    if (a != nullptr && a->compression == key_compression::sparse)
      sums[term::key_compression] =
          a->n_index_heads * twice_compressed_pairs(rule.causal, length, a->compression_rate, unlimited_window);
    return sums;
  }

  /// Mixing weights of the residual streams, from all of them, and their contractions: for n streams, before and after
  /// each of two sublayers, n mixing weights and n d multiply-adds or multiplications; between them n² of each.
  constexpr void hyper_connections(count layers) {
    count const n = seen.residual_streams.n_streams, width = n * seen.d_model;
    if (!rule.hyper_connections || n == 0) return;
    count const mixing = 2 * width * (2 + n) * n, contractions = 2 * width + width + 2 * n * width;
    sheet[term::hyper_connections] += factor(1, 3) * length * layers * 2 * (mixing + contractions);
  }

  /// QK norms as verl charges those of Apertus: as if the queries' were d_model wide.
  constexpr void qk_norms_of_plain(stack::run const& run) {
    auto const* const a = seen.layers.mixer_of(run).get_if<grouped_query_attention<>>();
    auto const* const dense = seen.layers.ffn_of(run).get_if<dense_ffn<>>();
    if (!rule.qk_norms_of_plain || a == nullptr || a->qk_norm == qk_norm_kind::none || dense == nullptr ||
        dense->kind != ffn_kind::plain)
      return;
    sheet[term::qk_norm] += factor(2, 6) * length * run.layers * (seen.d_model + a->key_width());
  }

  /// The scores of a detached indexer; in training also their gradient, and the attention scores that its loss needs.
  constexpr count detached_index(mixer const& mix) const {
    chosen_keys<> const keys = key_choice(mix);
    causal_rule const causal = causal_of(mix);
    count const half_pair = keys.indexer.core_flops_per_half_pair() + keys.indexer.n_heads;
    count const scores = half_pair * pairs(causal);
    if (which == pass::forward || rule.indexer == indexer_rule::without_loss) return scores;
    auto const* const absorbed =
        rule.latent == latent_rule::own ? nullptr : mix.get_if<multi_head_latent_attention<>>();
    count const width_of_scores =
        absorbed == nullptr ? keys.score_width : absorbed->n_heads * absorbed->compressed_key_value_width();
    count const compared =
        pairs(causal, rule.indexer == indexer_rule::loss_of_chosen ? keys.indexer.top_k : count(unlimited_window));
    return scores + (2 * half_pair + width_of_scores) * compared;
  }

  constexpr count softmax(mixer const& mix) const {
    sequence<> const tokens{length, causal_of(mix)};
    return exact_div(rule.softmax * mix.visit([&](auto const& a) { return a.softmax_scores(tokens); }), 2);
  }

  constexpr void whole_model() {
    account<> const book = account_of(seen);
    term_set left_out;
    for (mixer const& mix : seen.layers.mixers)
      if (bypassed(mix)) left_out = term::sparse_indexer;
    for (charge const& c : rule.charges) weights(c, book, left_out, false);
    hyper_connections(seen.layers.n_layers());
    for (stack::run const& run : seen.layers.runs) qk_norms_of_plain(run);
    if (rule.core == core_width::heads) {
      for (stack::run const& run : seen.layers.runs) {
        if (run.use == layer_use::idle) continue;
        mixer const& mix = seen.layers.mixer_of(run);
        core(mix, run.layers, account_of(seen, run, {length, causal_of(mix)}).core);
      }
    } else if (rule.core == core_width::d_model) {
      sheet[term::attention_core] += factor(1, 3) * seen.layers.n_layers() * 2 * seen.d_model * pairs(rule.causal);
    }
    if (rule.without_backward == mixer::tag_of<no_mixer> || which == pass::forward) return;
    for (stack::run const& run : seen.layers.runs)
      if (seen.layers.mixer_of(run).kind == rule.without_backward) without_backward(mixers_of(run));
  }

  constexpr account<> mixers_of(stack::run const& run) const {
    account<> book;
    bookkeeper<count> keeper{book, seen.d_model, run.layers, {}, seen.norm};
    seen.layers.mixer_of(run).visit([&keeper](auto const& mix) { keeper.weights(mix); });
    return book;
  }

  constexpr void modules() {
    if (rule.mtp == mtp_rule::none || seen.mtp.modules == 0) return;
    mixer const& mix = seen.mtp.block.mix;
    account<> const book = mtp_account(seen, {length, causal_of(mix)});
    term_set skipped = rule.mtp == mtp_rule::block ? term::mtp_projection | term::output_head : term_set{};
    if (bypassed(mix)) skipped = skipped | term::sparse_indexer;
    bool const without_projection = hybrid && !rule.mtp_projection_of_hybrids;
    if (without_projection) skipped = skipped | term::mtp_projection;
    hyper_connections(seen.mtp.modules);
    for (charge const& c : rule.charges) weights(c, book, skipped, true);
    if (rule.core == core_width::heads) core(mix, seen.mtp.modules, book.core);
    if (without_projection) return;
    sheet[term::norms] += factor(2, 6) * rule.mtp_features * seen.mtp.modules * seen.d_model * length;
  }
};

constexpr flops charged_flops(model m, count sequence_length, convention const& rule, counting_options const& options,
                              pass which) {
  require_sequence(sequence_length);
  validate(m);
  m.input.vocab_size = padded_vocabulary(m.input.vocab_size, options.pad_vocabulary_to_multiple_of);
  model const seen = tool_view(m, rule);
  counting work{.rule = rule, .seen = seen, .length = sequence_length, .which = which};
  for (mixer const& each : seen.layers.mixers) {
    work.any_window = work.any_window || slides(each);
    work.hybrid = work.hybrid || each.is<mamba_2<>>();
  }
  work.whole_model();
  if (options.mtp == mtp_modules::included) work.modules();
  return {work.sheet, sequence_length};
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
flops charged_flops(model const& m, count sequence_length, convention const& rule, counting_options const& options,
                    detail::pass which);
}  // namespace compiled
#endif

namespace detail {

constexpr flops flops_by(model const& m, count sequence_length, convention const& rule, counting_options const& options,
                         pass which) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return charged_flops(m, sequence_length, rule, options, which);
  return compiled::charged_flops(m, sequence_length, rule, options, which);
#else
  return charged_flops(m, sequence_length, rule, options, which);
#endif
}

}  // namespace detail

/// Forward FLOPs of one sequence as a convention counts them. Not every convention's training FLOPs are three times
/// these: see `training_flops(model, sequence_length, convention)`.
/// \throws std::invalid_argument for a model that breaks a rule, a length outside 1 .. 2^30 or a padding to multiples
/// of 0
constexpr flops forward_flops(model const& m, count sequence_length, convention const& rule,
                              counting_options const& options = {}) {
  return detail::flops_by(m, sequence_length, rule, options, detail::pass::forward);
}

/// Forward and backward FLOPs of one sequence as a convention counts them, term by term; the terms add up to the total.
/// For tools that count inference only, backward is twice forward.
/// \throws std::invalid_argument for a model that breaks a rule, a length outside 1 .. 2^30 or a padding to multiples
/// of 0
constexpr flops training_flops(model const& m, count sequence_length, convention const& rule,
                               counting_options const& options = {}) {
  return detail::flops_by(m, sequence_length, rule, options, detail::pass::training);
}

}  // namespace moetric::v0
