// Runs all benchmarks and prints one table: machine, compiler, flags and target, then the minimum and median time of
// each. Google Benchmark's own options work, for example --benchmark_filter=hybrid --benchmark_repetitions=50.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#ifndef MOETRIC_BENCHMARK_FLAGS
#define MOETRIC_BENCHMARK_FLAGS "unknown"
#endif

namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

/// The instruction set that the flags enable, the default target of a header-only build.
constexpr char const* target() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
  return "AVX2 and FMA";
#elif defined(__AVX__)
  return "AVX";
#elif defined(__SSE2__)
  return "SSE2";
#else
  return "the compiler's default";
#endif
}

constexpr char const* compiler() {
#if defined(__clang__)
  return __VERSION__;  // contains the compiler's name
#else
  return "GCC " __VERSION__;
#endif
}

class table final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const& context) override {
    std::printf("machine   %s, %d cores\ncompiler  %s\nflags     %s\ntarget    %s\n\n%-56s %12s %12s %6s\n",
                processor().c_str(), context.cpu_info.num_cpus, compiler(), MOETRIC_BENCHMARK_FLAGS, target(), "",
                "min", "median", "runs");
    return true;
  }

  void ReportRuns(std::vector<Run> const& runs) override {
    std::vector<double> nanoseconds;
    for (Run const& run : runs) {
      if (run.error_occurred) std::printf("%-56s %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
      if (run.error_occurred || run.run_type != Run::RT_Iteration) continue;
      nanoseconds.push_back(1e9 * run.cpu_accumulated_time / static_cast<double>(run.iterations));
    }
    if (nanoseconds.empty()) return;
    std::sort(nanoseconds.begin(), nanoseconds.end());
    rows_[{runs[0].family_index, runs[0].per_family_instance_index}] = {runs[0].run_name.function_name, nanoseconds};
  }

  /// Repetitions are interleaved at random, so rows are printed at the end, in source order.
  void Finalize() override {
    for (auto const& [place, each] : rows_)
      std::printf("%-56s %9.0f ns %9.0f ns %6zu\n", each.name.c_str(), each.nanoseconds.front(),
                  each.nanoseconds[each.nanoseconds.size() / 2], each.nanoseconds.size());
  }

 private:
  struct row {
    std::string name;
    std::vector<double> nanoseconds;  // sorted
  };
  std::map<std::pair<std::int64_t, std::int64_t>, row> rows_;
};

}  // namespace

int main(int argc, char** argv) {
  // First, so that the user's options override these.
  std::string defaults[] = {"--benchmark_repetitions=20", "--benchmark_min_time=0.02",
                            "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, {defaults[0].data(), defaults[1].data(), defaults[2].data()});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 64;
  table reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
