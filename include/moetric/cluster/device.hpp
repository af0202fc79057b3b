#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "moetric/core/count.hpp"
#include "moetric/core/fixed_list.hpp"
#include "moetric/core/name.hpp"

namespace moetric::v0::cluster {

/// A number format that a device multiplies in. fp8 includes its block-scaled forms (MXFP8), fp4 too (MXFP4, NVFP4).
/// fp32 is that of ordinary cores, without tensor cores.
enum class number_format { fp32, tf32, bf16, fp8, fp4, int8 };

/// The number of formats.
inline constexpr std::size_t n_formats = static_cast<std::size_t>(number_format::int8) + 1;

/// The name of a format.
constexpr std::string_view name(number_format f) {
  switch (f) {
  case number_format::fp32: return "fp32";
  case number_format::tf32: return "tf32";
  case number_format::bf16: return "bf16";
  case number_format::fp8: return "fp8";
  case number_format::fp4: return "fp4";
  case number_format::int8: break;
  }
  return "int8";
}

/// A published number of a device with who printed it and when it was read.
struct figure {
  double value = 0;              // in the unit of its member; 0: the device has no such unit, or nobody printed it
  std::string_view label = {};   // names it among those that disagree: datasheet, boost-clock
  std::string_view source = {};  // repository, table or page
  std::string_view date = {};    // year-month in which the source was read

  /// True if the number is there.
  constexpr bool known() const { return value != 0; }
  friend constexpr bool operator==(figure const&, figure const&) = default;
};

/// What a figure of a device says. The formats come first: dense peaks.
enum class quantity {
  fp32,
  tf32,
  bf16,
  fp8,
  fp4,
  int8,
  memory,
  memory_bandwidth,
  link_bandwidth,
  peer_bandwidth,
  network_bandwidth,
  power
};

/// The number of quantities.
inline constexpr std::size_t n_quantities = static_cast<std::size_t>(quantity::power) + 1;

/// The name of a quantity.
constexpr std::string_view name(quantity q) {
  constexpr std::string_view names[n_quantities]{"fp32",
                                                 "tf32",
                                                 "bf16",
                                                 "fp8",
                                                 "fp4",
                                                 "int8",
                                                 "memory",
                                                 "memory_bandwidth",
                                                 "link_bandwidth",
                                                 "peer_bandwidth",
                                                 "network_bandwidth",
                                                 "power"};
  return names[static_cast<std::size_t>(q)];
}

/// A number of another source, or of the same for another clock.
struct disagreement {
  quantity of{};
  figure other{};

  friend constexpr bool operator==(disagreement const&, disagreement const&) = default;
};

/// An accelerator. Peaks are dense, without sparsity, in FLOP/s; bandwidths in bytes a second, one direction.
///
///   constexpr cluster::device mine{.id = "mine", .bf16 = {400e12, "measured"}, .usable_bytes = 64'000'000'000};
struct device {
  std::string_view id = {};    // kebab-case
  std::string_view name = {};  // as its maker writes it
  std::string_view what = "one GPU";
  int framework_devices = 1;  // devices that a framework sees in it, each with an equal part of every figure
  figure fp32{};
  figure tf32{};
  figure bf16{};
  figure fp8{};
  figure fp4{};
  figure int8{};
  figure memory{};         // bytes, as printed
  count usable_bytes = 0;  // bytes that a process can allocate; of `usable_source`, else of `memory`
  std::string_view usable_source{};
  figure memory_bandwidth{};
  figure link_bandwidth{};     // to all devices of its domain together
  figure peer_bandwidth{};     // to one of them, where that is less
  figure network_bandwidth{};  // beyond the domain, in the system that the source names
  count domain = 1;            // devices that it reaches over these links
  figure power{};              // watts, by design
  fixed_list<disagreement, 8> others{};
  fixed_list<std::string_view, 4> strings{};  // what its driver or framework calls it

  /// One figure.
  constexpr figure const& operator[](quantity q) const {
    switch (q) {
    case quantity::fp32: return fp32;
    case quantity::tf32: return tf32;
    case quantity::bf16: return bf16;
    case quantity::fp8: return fp8;
    case quantity::fp4: return fp4;
    case quantity::int8: return int8;
    case quantity::memory: return memory;
    case quantity::memory_bandwidth: return memory_bandwidth;
    case quantity::link_bandwidth: return link_bandwidth;
    case quantity::peer_bandwidth: return peer_bandwidth;
    case quantity::network_bandwidth: return network_bandwidth;
    case quantity::power: break;
    }
    return power;
  }
  /// The dense peak of a format, which may be unknown.
  constexpr figure const& operator[](number_format f) const { return (*this)[static_cast<quantity>(f)]; }

  friend constexpr bool operator==(device const&, device const&) = default;
};

/// The quantity that is a format's peak.
constexpr quantity quantity_of(number_format f) {
  return static_cast<quantity>(f);
}

/// The figure of a device with a label, its own or another source's.
/// \throws std::invalid_argument for a quantity that nobody printed, or an unknown label, with those that there are
inline figure figure_of(device const& d, quantity q, std::string_view label = {}) {
  figure const& own = d[q];
  if (own.known() && (label.empty() || label == own.label)) return own;
  fixed_list<std::string_view, 16> known;
  if (own.known()) known.push_back(own.label, "");
  for (disagreement const& each : d.others) {
    if (each.of != q) continue;
    if (each.other.label == label) return each.other;
    known.push_back(each.other.label, "");
  }
  std::string const subject = std::string(name(q)) + " of " + std::string(d.id);
  if (label.empty() || known.empty()) moetric::v0::detail::invalid(("moetric: " + subject + " must be known").c_str());
  refuse_name("the source of " + subject, label, known);
}

/// A dense peak with its name, so that an MFU can name its denominator.
struct named_peak {
  number_format format{};
  figure value{};

  /// "bf16 2500 (datasheet)": TFLOP/s
  friend std::string to_string(named_peak const& p) {
    return std::string(cluster::name(p.format)) + " " + brief(p.value.value / 1e12, 6) + " (" +
           std::string(p.value.label) + ")";
  }
};

/// The dense peak of a device in a format.
/// \throws std::invalid_argument for a format that the device lacks, with those that it has, or an unknown source
inline named_peak peak_of(device const& d, number_format f, std::string_view label = {}) {
  if (!d[f].known()) {
    fixed_list<std::string_view, n_formats> has;
    for (std::size_t i = 0; i != n_formats; ++i)
      if (d[static_cast<number_format>(i)].known()) has.push_back(name(static_cast<number_format>(i)), "");
    refuse_name("format of " + std::string(d.id), name(f), has);
  }
  return {f, figure_of(d, quantity_of(f), label)};
}

/// The format of that name.
/// \throws std::invalid_argument for another name, with the nearest ones
inline number_format format_named(std::string_view text) {
  for (std::size_t i = 0; i != n_formats; ++i)
    if (name(static_cast<number_format>(i)) == text) return static_cast<number_format>(i);
  refuse_name("format", text, names_of_first<number_format>(n_formats));
}

}  // namespace moetric::v0::cluster
