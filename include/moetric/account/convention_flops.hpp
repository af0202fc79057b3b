#pragma once

#include "moetric/account/convention.hpp"
#include "moetric/account/flops.hpp"

namespace moetric::inline v0 {

/// Whether a convention is asked to count multi-token-prediction modules. What it counts of them is its own rule.
enum class mtp_modules { left_out, included };

namespace detail {

enum class pass { forward, training };

constexpr bool is_chunked_or_sliding(mixer const& mix) {
  return mix.kind == mixer_kind::grouped_query_attention && mix.grouped_query.window != unlimited_window;
}

constexpr bool slides(mixer const& mix) {
  return is_chunked_or_sliding(mix) && mix.grouped_query.windows == window_kind::sliding;
}

constexpr bool slides_below(mixer const& mix, count length) {
  return slides(mix) && mix.grouped_query.window < length;
}

constexpr mixer as_seen(mixer mix, convention const& rule) {
  if (is_chunked_or_sliding(mix) && rule.windows == window_rule::ignored) mix.grouped_query.window = unlimited_window;
  if (slides(mix)) mix.grouped_query.window += rule.window_extra;
  return mix;
}

/// The model that a tool makes of a model, with its own windows and vocabulary.
constexpr model as_seen(model m, convention const& rule) {
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i) m.layers.mixers[i] = as_seen(m.layers.mixers[i], rule);
  m.mtp.block.mix = as_seen(m.mtp.block.mix, rule);
  if (rule.gpt_vocab_size != 0 && m.input.learned_positions != 0) m.input.vocab_size = rule.gpt_vocab_size;
  return m;
}

/// A convention at work on one model and one sequence length.
struct counting {
  convention const& rule;
  model const& seen;
  count length;
  pass which;
  bool any_window = false;
  term_sheet<> sheet{};

  constexpr count factor(int forward, int training) const { return which == pass::forward ? forward : training; }

  constexpr causal_rule causal_of(mixer const& mix) const {
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

  constexpr void weights(charge const& c, tally<> const& book, term_set skipped, bool is_mtp) {
    if (is_mtp && (c.units == charged::features || c.units == charged::layer_squares)) return;
    count const each = factor(c.forward, c.training) * (c.one_row ? count(1) : length);
    for (std::size_t i = 0; i != n_terms; ++i) {
      term const t = static_cast<term>(i);
      if (!c.terms.contains(t) || skipped.contains(t)) continue;
      sheet[t] += each * units(c.units, t, book);
    }
  }

  constexpr count units(charged what, term t, tally<> const& book) const {
    switch (what) {
    case charged::active: return book.active[t];
    case charged::stored: return book.stored[t];
    case charged::features: return seen.d_model;
    case charged::layer_squares: return seen.layers.n_layers() * seen.d_model * seen.d_model;
    case charged::multiplied: break;
    }
    return book.multiplied[t];
  }

  /// The core of layers with one mixer, at the width of their heads.
  constexpr void core(mixer const& mix, count layers, term_sheet<> own) {
    if (rule.windows == window_rule::half_band && slides_below(mix, length))
      own[term::attention_core] = exact_div(own[term::attention_core], 2);
    if (rule.delta_net_of_value_width && mix.kind == mixer_kind::gated_delta_net) {
      gated_delta_net<> const& net = mix.delta_net;
      own[term::state_core] = layers * 8 * net.n_value_heads * net.value_head_dim * net.value_head_dim * length;
    }
    if (rule.mamba_scan != 0 && mix.kind == mixer_kind::mamba_2)
      own[term::state_core] = layers * rule.mamba_scan * mix.mamba2.inner_width() * mix.mamba2.state_size * length;
    if (rule.softmax != 0) own[term::attention_core] += layers * softmax(mix);
    sheet = sheet + own * factor(1, 3);
  }

  constexpr count softmax(mixer const& mix) const {
    return mix.visit([&](auto const& a) -> count {
      if constexpr (requires { a.n_heads* a.core_flops_per_half_pair(); }) {
        count window = unlimited_window;
        if constexpr (requires { a.window; }) window = a.window;
        return exact_div(rule.softmax * a.n_heads * twice_pairs(causal_of(mix), length, window), 2);
      } else {
        return 0;
      }
    });
  }

  constexpr void whole_model() {
    tally<> const book = tally_of(seen);
    for (charge const& c : rule.charges) weights(c, book, {}, false);
    if (rule.core == core_width::heads) {
      for (stack::run const& run : seen.layers.runs) {
        mixer const& mix = seen.layers.mixer_of(run);
        core(mix, run.layers, tally_of(seen, run, {length, causal_of(mix)}).core);
      }
    } else if (rule.core == core_width::d_model) {
      sheet[term::attention_core] += factor(1, 3) * seen.layers.n_layers() * 2 * seen.d_model *
                                     twice_pairs(rule.causal, length, count(unlimited_window));
    }
  }

  constexpr void modules() {
    if (rule.mtp == mtp_rule::none || seen.mtp.modules == 0) return;
    mixer const& mix = seen.mtp.block.mix;
    tally<> const book = mtp_tally(seen, {length, causal_of(mix)});
    term_set const skipped = rule.mtp == mtp_rule::block ? term::mtp_projection | term::output_head : term_set{};
    for (charge const& c : rule.charges) weights(c, book, skipped, true);
    if (rule.core == core_width::heads) core(mix, seen.mtp.modules, book.core);
    sheet[term::norms] += factor(2, 6) * rule.mtp_features * seen.mtp.modules * seen.d_model * length;
  }
};

constexpr flops charged_flops(model const& m, count sequence_length, convention const& rule, mtp_modules with,
                              pass which) {
  require_sequence(sequence_length);
  validate(m);
  model const seen = as_seen(m, rule);
  counting work{.rule = rule, .seen = seen, .length = sequence_length, .which = which};
  for (mixer const& each : seen.layers.mixers) work.any_window = work.any_window || slides(each);
  work.whole_model();
  if (with == mtp_modules::included) work.modules();
  return {work.sheet, sequence_length};
}

}  // namespace detail

/// Forward FLOPs of one sequence as a convention counts them. Not every convention's training FLOPs are three times
/// these: see `training_flops(model, sequence_length, convention)`.
/// \throws std::invalid_argument for a model that breaks a rule or a length outside 1 .. 2^30
constexpr flops forward_flops(model const& m, count sequence_length, convention const& rule,
                              mtp_modules with = mtp_modules::left_out) {
  return detail::charged_flops(m, sequence_length, rule, with, detail::pass::forward);
}

/// Forward and backward FLOPs of one sequence as a convention counts them, term by term; the terms add up to the total.
/// A tool that counts inference alone is read as every other: backward twice forward.
/// \throws std::invalid_argument for a model that breaks a rule or a length outside 1 .. 2^30
constexpr flops training_flops(model const& m, count sequence_length, convention const& rule,
                               mtp_modules with = mtp_modules::left_out) {
  return detail::charged_flops(m, sequence_length, rule, with, detail::pass::training);
}

/// Whether the tool or paper counts such a model itself. Where it does not, the convention carries its rule on.
constexpr bool covers(convention const& rule, model const& m) {
  tally<> const book = tally_of(m);
  for (std::size_t i = 0; i != n_terms; ++i)
    if (rule.outside.contains(static_cast<term>(i)) && book.stored.amounts[i] != 0) return false;
  return true;
}

/// How much more or less; at most one of the two is not 0.
struct surplus {
  count more = 0;
  count less = 0;

  static constexpr surplus of(count a, count b) { return a < b ? surplus{0, b - a} : surplus{a - b, 0}; }

  constexpr surplus operator+(surplus const& other) const { return of(more + other.more, less + other.less); }
  friend constexpr bool operator==(surplus const&, surplus const&) = default;
};

/// What one count of a sequence has more or less than another, term by term.
struct difference {
  surplus by_term[n_terms];
  count sequence_length = 1;

  constexpr surplus const& operator[](term t) const { return by_term[static_cast<std::size_t>(t)]; }
  constexpr surplus per_sequence() const {
    surplus sum;
    for (surplus const& each : by_term) sum = sum + each;
    return sum;
  }
};

/// Why two counts of one sequence differ: a − b, term by term. The terms add up to the difference of the totals
/// exactly. \throws std::invalid_argument for counts of sequences of different lengths
constexpr difference explain_difference(flops const& a, flops const& b) {
  if (a.sequence_length != b.sequence_length)
    detail::invalid("moetric: sequence_length must be the same in both counts of a difference");
  difference result;
  for (std::size_t i = 0; i != n_terms; ++i)
    result.by_term[i] = surplus::of(a.by_term.amounts[i], b.by_term.amounts[i]);
  result.sequence_length = a.sequence_length;
  return result;
}

/// Why two conventions differ in the training FLOPs of one sequence.
constexpr difference explain_difference(model const& m, count sequence_length, convention const& a, convention const& b,
                                        mtp_modules with = mtp_modules::left_out) {
  return explain_difference(training_flops(m, sequence_length, a, with), training_flops(m, sequence_length, b, with));
}

}  // namespace moetric::inline v0
