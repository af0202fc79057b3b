#!/usr/bin/env python3
"""Compares scans of a space in moetric with vectorised NumPy: rates and their ratios. Then shows how scans and searches by
bounds scale with the size of a space, and their peak memory.

usage: search.py BENCHMARKS [ROUNDS]     BENCHMARKS is the program moetric_benchmarks; ./quickstart benchmark search
Each round runs every row of the table once, so that other load on the machine affects all rows alike. NumPy runs twice:
with formulas as written, and in place, with arrays allocated once and constants folded.
"""
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

# The space of benchmarks/search_scan.cpp, a block for each number of layers and width.
layers = np.arange(8, 40.0)
top_k = np.array([1.0, 2, 4, 8])[:, None, None]
heads = np.arange(4, 65.0, 4)[None, :, None]
widths = np.arange(512, 4353.0, 512)
d_expert = np.arange(64, 64 + 8 * 1024.0, 8)[None, None, :]
n_dense, kv_heads, head_dim, d_ff, n_experts, n_shared, sequence = 1, 4, 128, 8192, 64, 1, 8192
compute = 1e22


def triad(d, n_moe, k):
    """M, N_a and N of all numbers of heads and widths of an expert: small arrays first, whole ones last."""
    attention = (n_dense + n_moe) * (2 * d * head_dim) * (heads + kv_heads)
    fixed = attention + n_dense * 3 * d * d_ff
    expert = n_moe * 3 * d * d_expert
    active = fixed + expert * (k + n_shared)
    flops = 6 * active + 6 * sequence * head_dim * heads * (n_dense + n_moe)
    return flops, active, fixed + expert * (n_experts + n_shared)


def blocks():
    for n_moe in layers:
        for d in widths:
            for k in top_k[:, 0, 0]:
                yield d, n_moe, k


def numpy_triad():
    most = 0
    for d, n_moe, k in blocks():
        most = max(most, triad(d, n_moe, k)[2][0, -1, -1])
    return most


chinchilla = dict(e=1.6933736809989528, a=406.4010175194737, alpha=0.33917084, b=410.7228269450398, beta=0.2849083)
fine_grained = dict(a=18.0712, alpha=0.1146, b=30.8082, beta=0.1465, g=2.0760, gamma=0.5843, c=0.472)
room = [np.empty((heads.size, d_expert.size)) for _ in range(2)]


def beside_active(d, n_moe):
    """Of an MoE Chinchilla's law sees what a token uses: norms, router, embedding and output head beside N_a."""
    return (2 * (n_dense + n_moe) + 1) * d + n_moe * d * n_experts + 2 * 151936 * d


def numpy_chinchilla():
    e, a, alpha, b, beta = chinchilla.values()
    best = np.inf
    for d, n_moe, k in blocks():
        log_n = np.log(triad(d, n_moe, k)[1] + beside_active(d, n_moe))
        best = min(best, (e + a * np.exp(-alpha * log_n) + b * np.exp(-beta * (np.log(compute / 6) - log_n))).min())
    return best


def numpy_fine_grained(in_windows=False):
    a, alpha, b, beta, g, gamma, c = fine_grained.values()
    best = np.inf
    for d, n_moe, k in blocks():
        _, active, total = triad(d, n_moe, k)
        tokens = compute / (6 * active + 14 * n_moe * d * n_experts)
        a_k = a + g * np.exp(-gamma * np.log(k))
        loss = a_k * np.exp(-alpha * np.log(total)) + b * np.exp(-beta * np.log(tokens)) + c
        if in_windows:
            ratio = total / active
            loss = loss[(total >= 1e9) & (total <= 1e11) & (ratio >= 3.4) & (ratio <= 22)]
        best = min(best, loss.min(initial=np.inf))
    return best


def fixed_and_expert(d, n_moe):
    return ((n_dense + n_moe) * (2 * d * head_dim) * (heads[0] + kv_heads) + n_dense * 3 * d * d_ff,
            n_moe * 3 * d * d_expert[0])


def power_of(x, factor, exponent):
    """x becomes factor·x^exponent."""
    np.log(x, out=x)
    x *= exponent
    x += np.log(factor)
    return np.exp(x, out=x)


def numpy_chinchilla_in_place():
    e, a, alpha, b, beta = chinchilla.values()
    best = np.inf
    for d, n_moe, k in blocks():
        fixed, expert = fixed_and_expert(d, n_moe)
        log_n = np.log(np.add(fixed + beside_active(d, n_moe), expert * (k + n_shared), out=room[0]), out=room[0])
        of_n = np.multiply(log_n, -alpha, out=room[1])
        of_n += np.log(a)
        np.exp(of_n, out=of_n)
        log_n *= beta
        log_n += np.log(b) - beta * np.log(compute / 6)
        of_n += np.exp(log_n, out=log_n)
        best = min(best, e + of_n.min())
    return best


def numpy_fine_grained_in_place(in_windows=False):
    a, alpha, b, beta, g, gamma, c = fine_grained.values()
    best = np.inf
    for d, n_moe, k in blocks():
        fixed, expert = fixed_and_expert(d, n_moe)
        total = np.add(fixed, expert * (n_experts + n_shared), out=room[0])
        if in_windows:
            ratio = np.divide(total, np.add(fixed, expert * (k + n_shared), out=room[1]), out=room[1])
            outside = ~((total >= 1e9) & (total <= 1e11) & (ratio >= 3.4) & (ratio <= 22))
        flops = np.add(6 * fixed + 14 * n_moe * d * n_experts, 6 * expert * (k + n_shared), out=room[1])
        loss = power_of(total, a + g * k**-gamma, -alpha)
        loss += power_of(flops, b * compute**-beta, beta)
        if in_windows:
            loss[outside] = np.inf
        best = min(best, loss.min() + c)
    return best


numpy_rows = {"triad, NumPy": numpy_triad,
              "best by chinchilla, NumPy": numpy_chinchilla,
              "best by chinchilla, NumPy in place": numpy_chinchilla_in_place,
              "best by fine-grained, NumPy": numpy_fine_grained,
              "best by fine-grained, NumPy in place": numpy_fine_grained_in_place,
              "best by fine-grained in windows, NumPy": lambda: numpy_fine_grained(True),
              "best by fine-grained in windows, NumPy in place": lambda: numpy_fine_grained_in_place(True)}
n_shapes = layers.size * top_k.size * heads.size * widths.size * d_expert.size


def run(program, pattern):
    """What the benchmarks of a pattern report, and the most memory that they took."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        process = subprocess.Popen([program, f"--benchmark_filter={pattern}", "--benchmark_min_time=0.1",
                                    "--benchmark_repetitions=1", f"--benchmark_out={out.name}",
                                    "--benchmark_out_format=json"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            sys.exit(f"{program} must run {pattern}, but ended with {status}")
        return json.load(open(out.name))["benchmarks"], usage.ru_maxrss / 1024


def rates_of(program, rounds):
    rates = {}
    for _ in range(rounds):
        measured = {each["name"].removesuffix("/real_time"): each["items_per_second"]
                    for each in run(program, "triad|best by|multiply-adds")[0] if "items_per_second" in each}
        for name, work in numpy_rows.items():
            start = time.process_time()
            work()
            measured[name] = n_shapes / (time.process_time() - start)
        for name, rate in measured.items():
            rates.setdefault(name, []).append(rate)
    return rates


def print_rates(rates):
    others = ("NumPy", "NumPy in place", "std::exp", "1 thread")
    peak = max(rates["multiply-adds of floats"])
    print(f"{'':44} {'best':>10} {'median':>10}" + "".join(f" {'to ' + each:>17}" for each in others) +
          f" {'multiply-adds':>14}")
    for name, all_rates in sorted(rates.items()):
        work, _, how = name.rpartition(", ")
        line = f"{name:44} {max(all_rates):10.3g} {statistics.median(all_rates):10.3g}"
        for other in others:
            beside = rates.get(f"{work}, {other}")
            threads = other == "1 thread"
            if not beside or how in others or threads != how.endswith("threads"):
                line += " " * 18
            elif threads:
                # The fastest rounds: in others another program used one of the processors.
                line += f" {max(all_rates) / max(beside):16.2f}x"
            else:
                # From the same round, so that both ran under the same load.
                line += f" {statistics.median(x / y for x, y in zip(all_rates, beside)):16.1f}x"
        print(line + (f" {peak / max(all_rates):14.0f}" if work else ""))
    print("\nmultiply-adds: how many the measured peak of this build does while one configuration is looked at")


def print_growth(program):
    print(f"\n{'best 100 by fine-grained, in windows':44} {'seconds':>10} {'boxes':>10} {'scored':>10} {'most MB':>10}")
    for what, sizes in (("scan", "06 07 08 09 10"), ("bounds", "06 07 08 09 10 12 15")):
        for size in sizes.split():
            (each,), memory = run(program, f"^{what} of 1e{size}/")
            print(f"{each['run_name'].split('/')[0]:44} {each['cpu_time'] * 1e-9:10.3g} {each['boxes']:10.0f} {each['scored']:10.0f} "
                  f"{memory:10.1f}")


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    for name, in_place in numpy_rows.items():
        if name.endswith("in place"):
            assert abs(in_place() / numpy_rows[name.removesuffix(" in place")]() - 1) < 1e-12
    rates = rates_of(program, rounds)
    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"machine   {cpu}, one core; NumPy {np.__version__}, Python {platform.python_version()}; {rounds} rounds")
    print(f"space     {n_shapes} shapes; rates are per second\n")
    print_rates(rates)
    print_growth(program)


main()
