#pragma once

#include <string>
#include <vector>

#include "moetric/plan/plan.hpp"

namespace moetric::v0 {

/// The experiments from which a recipe as that of 2603.21862 is fitted anew on a team's own data and cluster.
///   pilot       shapes of a few triads at the smallest scale: does the loss at the middle width rank triads rightly?
///   isoflop     phase 0: sizes around M_opt at each budget, for M_opt(C) and D_opt(C)
///   rate_batch  phase 0: learning rates and batches around the law's, for both over C
///   grid        phase 1: M/N_a x N/N_a at each scale, at the middle of the feasible widths
///   width       phase 2: a sweep of d_model at each scale's best triad
enum class design_phase { pilot, isoflop, rate_batch, grid, width };

constexpr std::string_view name(design_phase phase) {
  switch (phase) {
  case design_phase::pilot: return "pilot";
  case design_phase::isoflop: return "isoflop";
  case design_phase::rate_batch: return "rate-batch";
  case design_phase::grid: return "grid";
  case design_phase::width: break;
  }
  return "width";
}

/// The sizes of a design. The defaults are the paper's where it prints them.
struct design_request {
  plan_request wishes{.rounding = rounding::paper};                // what holds in every run; its compute is not read
  std::vector<double> scales{1e18, 3e18, 1e19, 3e19, 1e20, 3e20};  // FLOPs, Table 2
  std::vector<double> densities{7, 8, 9, 11, 14, 17};              // M/N_a, Sec. 5.1
  std::vector<double> expansions{12, 16, 20, 22, 26, 30};          // N/N_a, Sec. 5.1
  std::vector<double> chosen_densities{};              // M/N_a of phase 2 at each scale; the source's when empty
  std::vector<double> chosen_expansions{};             // N/N_a
  std::vector<double> d_models{};                      // of phase 2; evenly over the feasible widths when empty
  std::size_t isoflop_sizes = 7;                       // of M at each budget
  double isoflop_stride = 1.4142135623730951;          // from one M to the next
  std::vector<double> factors{0.5, 0.71, 1, 1.41, 2};  // of learning rate and of batch around the law's
  std::size_t widths = 9;                              // of phase 2 at each scale
  std::size_t pilot_triads = 10;                       // Sec. 4.3.1
  std::size_t pilot_widths = 14;                       // 144 runs in the paper
  bool share_stems = true;                             // warmup-stable-decay: one stem, a decay for each budget
  double decay = 0.2;                                  // of a run's tokens
};

/// One training run of a design.
struct design_run {
  design_phase phase;
  double compute;    // FLOPs of the scale
  std::size_t stem;  // runs of one stem share what they train before they decay
  triad_targets targets;
  shape<> architecture;
  moetric::triad<> triad;
  deviation missed;
  count tokens;
  double learning_rate;
  count batch_sequences;
  bool proxy = false;  // of the pilot: the run at the middle width, which stands for its triad
  std::size_t seed = 1;
  double flops = 0;         // of this run, trained alone: tokens·M
  double flops_to_pay = 0;  // what it adds when its stem is trained once

  double flops_per_active_parameter() const {
    return static_cast<double>(ratio(triad.training_flops_per_token, triad.active_non_embedding_parameters));
  }
  double expansion_ratio() const {
    return static_cast<double>(ratio(triad.total_non_embedding_parameters, triad.active_non_embedding_parameters));
  }
};

/// Runs, and the cells of their grids that no shape fills.
struct design {
  std::vector<design_run> runs{};
  std::vector<std::string> left_out{};

  double flops() const { return sum(&design_run::flops); }                // every run alone
  double flops_to_pay() const { return sum(&design_run::flops_to_pay); }  // stems once

 private:
  double sum(double design_run::*of) const {
    double all = 0;
    for (design_run const& each : runs) all += each.*of;
    return all;
  }
};

namespace detail {

inline void validate(design_request const& r) {
  plan_request wishes = r.wishes;
  wishes.compute = 1e18;
  moetric::validate(wishes);
  auto const require_numbers = [](std::string_view field, std::vector<double> const& values) {
    if (values.empty())
      invalid(("moetric: " + std::string(field) + " must hold at least one number, but is empty").c_str());
    for (double const each : values) require_positive(field, each);
  };
  require_numbers("scales", r.scales);
  for (double const each : r.scales) {
    wishes.compute = each;
    moetric::validate(wishes);
  }
  require_numbers("flops_per_active_parameter", r.densities);
  require_numbers("expansion_ratio", r.expansions);
  require_numbers("factors", r.factors);
  if (!r.d_models.empty()) require_numbers("d_model", r.d_models);
  for (auto const* chosen : {&r.chosen_densities, &r.chosen_expansions})
    if (!chosen->empty() && chosen->size() != r.scales.size())
      invalid(("moetric: the triads of phase 2 must be one for each of " + std::to_string(r.scales.size()) +
               " scales, but got " + std::to_string(chosen->size()))
                  .c_str());
  auto const require_size = [](std::string_view field, std::size_t value, std::size_t least) {
    require_between(field, static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(least), 10000);
  };
  require_size("isoflop_sizes", r.isoflop_sizes, 3);
  require_size("widths", r.widths, 1);
  require_size("pilot_triads", r.pilot_triads, 1);
  require_size("pilot_widths", r.pilot_widths, 1);
  if (!(r.isoflop_stride > 1 && r.isoflop_stride <= 10))
    invalid(
        ("moetric: isoflop_stride must exceed 1 and must not exceed 10, but got " + brief(r.isoflop_stride)).c_str());
  if (!(r.decay > 0 && r.decay <= 1))
    invalid(("moetric: decay must exceed 0 and must not exceed 1, but got " + brief(r.decay)).c_str());
}

/// Builds the runs of a design, and notes what cannot be built.
class designer {
 public:
  explicit designer(design_request const& r) : request_(r), source_(r.wishes.source) { validate(r); }

  plan_source const& source() const { return source_; }
  design take() { return std::move(made_); }

  /// What a scale asks for, and the heads that all its runs have.
  struct scale {
    double compute;
    recipe wanted;
    triad_targets targets;
    head_choice heads;
  };
  scale at(double compute) const {
    recipe const wanted = wanted_by(request_.wishes, source_.at(compute), compute);
    triad_targets const targets = targets_of(request_.wishes, wanted);
    return {compute, wanted, targets, choose_heads(request_.wishes, compute, targets)};
  }

  /// The feasible widths of a triad, in multiples of the step, without those at either end where integers miss the
  /// targets by more than the paper's own shapes do.
  holistic_inverse::range widths(scale const& of, triad_targets const& targets) const {
    holistic_inverse const inverse(
        targets, constants_of(request_.wishes, of.heads.n_heads, of.heads.n_kv_heads, of.heads.head_dim));
    auto const feasible = inverse.feasible_d_model();
    holistic_inverse::range const all{std::ceil(feasible.low / step()) * step(),
                                      std::floor(feasible.high / step()) * step()};
    constexpr double most_missed = 0.12;
    double const length = static_cast<double>(shape_length_of(request_.wishes));
    auto const near = [&](double d) {
      return deviation_of(triad_of(round_as_paper(inverse, d, step()), length), targets).largest() <= most_missed;
    };
    holistic_inverse::range kept = all;
    while (kept.low <= all.high && !near(kept.low)) kept.low += step();
    while (kept.high >= kept.low && !near(kept.high)) kept.high -= step();
    return kept.low <= kept.high ? kept : all;
  }
  /// So many widths, evenly over the feasible ones; a single one is the middle.
  std::vector<double> spread(holistic_inverse::range const& feasible, std::size_t n) const {
    std::vector<double> all;
    for (std::size_t i = 0; i != n; ++i) {
      double const part = n == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(n - 1);
      double const d = to_step(feasible.low + part * (feasible.high - feasible.low), step());
      if (all.empty() || d > all.back()) all.push_back(d);
    }
    return all;
  }

  /// Adds the run of a triad at a width, by the request's rule where none is given. \returns whether it can be built
  bool add(design_phase phase, scale const& of, triad_targets const& targets, std::optional<double> d_model,
           double compute, std::size_t stem) {
    try {
      plan_request r = request_.wishes;
      r.compute = compute;
      if (d_model) r.d_model = static_cast<std::uint64_t>(*d_model);
      solved_shape solved = shape_for(r, of.wanted, targets, of.heads);
      if (!r.d_model) {  // every run of a design has a width that was meant
        r.d_model = static_cast<std::uint64_t>(to_step(solved.width.d_model, step()));
        solved.width.d_model = static_cast<double>(*r.d_model);
      }
      shape<double> const integers = round_shape(r, solved, compute);
      design_run run{.phase = phase,
                     .compute = compute,
                     .stem = stem,
                     .targets = targets,
                     .architecture = to_integers(integers, vocab_size_of(r)),
                     .triad = {},
                     .missed = deviation_of(triad_of(integers, solved.length), targets),
                     .tokens = {},
                     .learning_rate = of.wanted.learning_rate,
                     .batch_sequences = whole_batch(of.wanted.batch_tokens)};
      run.triad = triad_of(run.architecture, shape_length_of(r));
      run.tokens = static_cast<std::uint64_t>(
          std::max(1.0, std::round(compute / static_cast<double>(run.triad.training_flops_per_token))));
      run.flops = static_cast<double>(run.triad.training_flops_per_token * run.tokens);
      run.flops_to_pay = run.flops;
      made_.runs.push_back(run);
      return true;
    } catch (std::invalid_argument const& error) {
      made_.left_out.push_back(std::string(name(phase)) + " at " + brief(compute, 3) + " FLOPs, M " +
                               brief(targets.training_flops_per_token, 3) + ", M/N_a " +
                               brief(targets.flops_per_active_parameter, 3) + ", N/N_a " +
                               brief(targets.expansion_ratio, 3) + ": " + error.what());
      return false;
    }
  }
  void leave_out(std::string why) { made_.left_out.push_back(std::move(why)); }
  design_run& last() { return made_.runs.back(); }
  std::size_t size() const { return made_.runs.size(); }
  count whole_batch(double batch_tokens) const {
    double const length = static_cast<double>(request_.wishes.sequence_length);
    return static_cast<std::uint64_t>(std::max(1.0, std::round(batch_tokens / length)));
  }
  double step() const { return static_cast<double>(request_.wishes.multiple_of); }

 private:
  design_request const& request_;
  plan_source const& source_;
  design made_{};
};

/// What each run adds when stems are trained once: the longest run of a stem pays for itself, the others for their
/// decay.
inline void share_stems(std::vector<design_run>& runs, double decay) {
  for (design_run& each : runs) {
    bool longest = true;
    for (design_run const& other : runs)
      if (other.stem == each.stem && (other.tokens > each.tokens || (other.tokens == each.tokens && &other < &each)))
        longest = false;
    each.flops_to_pay = longest ? each.flops : decay * each.flops;
  }
}

/// The budget whose M_opt is the given one.
inline double compute_for_flops(plan_source const& source, double training_flops_per_token) {
  double low = 1e12, high = 1e32;
  for (int i = 0; i != 100; ++i) {
    double const middle = std::sqrt(low * high);
    (source.at(middle).training_flops_per_token < training_flops_per_token ? low : high) = middle;
  }
  return low;
}

}  // namespace detail

/// Phase 0: sizes around M_opt at each budget. All budgets share one ladder of sizes, so that a size is one stem of a
/// warmup-stable-decay schedule from which each of its budgets branches off; shapes are the source's own at each size.
/// \throws std::invalid_argument naming a field of the request
inline design design_isoflop(design_request const& r) {
  detail::designer make(r);
  double const ladder = std::log(r.isoflop_stride);
  double const first = std::log(make.source().at(r.scales.front()).training_flops_per_token);
  for (double const compute : r.scales) {
    double const centre = (std::log(make.source().at(compute).training_flops_per_token) - first) / ladder;
    long const from = std::lround(centre - static_cast<double>(r.isoflop_sizes - 1) / 2);
    for (std::size_t i = 0; i != r.isoflop_sizes; ++i) {
      long const rung = from + static_cast<long>(i);
      double const m = std::exp(first + ladder * static_cast<double>(rung));
      try {
        auto size = make.at(detail::compute_for_flops(make.source(), m));
        size.targets.training_flops_per_token = m;
        make.add(design_phase::isoflop, size, size.targets, std::nullopt, compute,
                 static_cast<std::size_t>(rung + 1000));
      } catch (std::invalid_argument const& error) {  // too small for heads by the rule
        make.leave_out("isoflop at " + brief(compute, 3) + " FLOPs, M " + brief(m, 3) + ": " + error.what());
      }
    }
  }
  design made = make.take();
  if (r.share_stems) detail::share_stems(made.runs, r.decay);
  return made;
}

/// Phase 0: learning rates and batches around the law's, at the source's shape of each scale.
inline design design_rate_batch(design_request const& r) {
  detail::designer make(r);
  for (double const compute : r.scales) {
    auto const scale = make.at(compute);
    for (double const rate : r.factors)
      for (double const batch : r.factors) {
        if (!make.add(design_phase::rate_batch, scale, scale.targets, std::nullopt, compute, make.size())) continue;
        make.last().learning_rate *= rate;
        make.last().batch_sequences = make.whole_batch(scale.wanted.batch_tokens * batch);
      }
  }
  return make.take();
}

/// Phase 1: every M/N_a with every N/N_a at each scale, at the middle of the feasible widths.
inline design design_grid(design_request const& r) {
  design_request at_middle = r;
  at_middle.wishes.width = d_rule::median;
  detail::designer make(at_middle);
  for (double const compute : r.scales) {
    auto const scale = make.at(compute);
    for (double const density : r.densities)
      for (double const expansion : r.expansions)
        make.add(design_phase::grid, scale, {scale.targets.training_flops_per_token, density, expansion}, std::nullopt,
                 compute, make.size());
  }
  return make.take();
}

/// Phase 2: a sweep of d_model at the source's triad of each scale, or at the one that was chosen for it.
inline design design_width(design_request const& r) {
  detail::designer make(r);
  for (std::size_t i = 0; i != r.scales.size(); ++i) {
    double const compute = r.scales[i];
    auto scale = make.at(compute);
    if (!r.chosen_densities.empty()) scale.targets.flops_per_active_parameter = r.chosen_densities[i];
    if (!r.chosen_expansions.empty()) scale.targets.expansion_ratio = r.chosen_expansions[i];
    for (double const d_model :
         r.d_models.empty() ? make.spread(make.widths(scale, scale.targets), r.widths) : r.d_models)
      make.add(design_phase::width, scale, scale.targets, d_model, compute, make.size());
  }
  return make.take();
}

/// The pilot at the smallest scale: triads evenly over the grid of phase 1, each at widths over its feasible range and
/// at the middle one, which is the proxy whose ranking is tested.
inline design design_pilot(design_request const& r) {
  detail::designer make(r);
  auto const scale = make.at(*std::min_element(r.scales.begin(), r.scales.end()));
  std::size_t const cells = r.densities.size() * r.expansions.size(), triads = std::min(r.pilot_triads, cells);
  for (std::size_t i = 0; i != triads; ++i) {
    std::size_t const cell = (2 * i + 1) * cells / (2 * triads);
    triad_targets const targets{scale.targets.training_flops_per_token, r.densities[cell / r.expansions.size()],
                                r.expansions[cell % r.expansions.size()]};
    auto const feasible = make.widths(scale, targets);
    double const middle = detail::to_step(feasible.middle(), make.step());
    std::vector<double> widths = make.spread(feasible, std::max<std::size_t>(r.pilot_widths, 2) - 1);
    if (std::find(widths.begin(), widths.end(), middle) == widths.end()) widths.push_back(middle);
    std::sort(widths.begin(), widths.end());
    for (double const d_model : widths)
      if (make.add(design_phase::pilot, scale, targets, d_model, scale.compute, make.size()))
        make.last().proxy = d_model == middle;
  }
  return make.take();
}

}  // namespace moetric::v0
