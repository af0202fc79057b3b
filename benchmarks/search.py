#!/usr/bin/env python3
"""Scans of a space in moetric and in vectorised NumPy, beside each other: rates and their ratios.

usage: search.py BENCHMARKS [ROUNDS]     BENCHMARKS is the program moetric_benchmarks; ./quickstart benchmark search
Each round runs every row of the table once, so that what else the machine does meets all of them alike.
"""
import json
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


def numpy_chinchilla():
    e, a, alpha, b, beta = 1.6933736809989528, 406.4010175194737, 0.33917084, 410.7228269450398, 0.2849083
    best = np.inf
    for d, n_moe, k in blocks():
        # Of an MoE the law sees what a token uses: norms, router, embedding and output head beside N_a.
        n = triad(d, n_moe, k)[1] + ((2 * (n_dense + n_moe) + 1) * d + n_moe * d * n_experts + 2 * 151936 * d)
        log_n = np.log(n)
        best = min(best, (e + a * np.exp(-alpha * log_n) + b * np.exp(-beta * (np.log(compute / 6) - log_n))).min())
    return best


def numpy_fine_grained():
    a, alpha, b, beta, g, gamma, c = 18.0712, 0.1146, 30.8082, 0.1465, 2.0760, 0.5843, 0.472
    best = np.inf
    for d, n_moe, k in blocks():
        _, active, total = triad(d, n_moe, k)
        tokens = compute / (6 * active + 14 * n_moe * d * n_experts)
        a_k = a + g * np.exp(-gamma * np.log(k))
        best = min(best, (a_k * np.exp(-alpha * np.log(total)) + b * np.exp(-beta * np.log(tokens)) + c).min())
    return best


numpy_rows = {"triad": numpy_triad, "best by chinchilla": numpy_chinchilla, "best by fine-grained": numpy_fine_grained}
n_shapes = layers.size * top_k.size * heads.size * widths.size * d_expert.size


def moetric_rates(program):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([program, "--benchmark_filter=triad|best by|multiply-adds", "--benchmark_min_time=0.1", "--benchmark_repetitions=1",
                        f"--benchmark_out={out.name}", "--benchmark_out_format=json"], check=True,
                       stdout=subprocess.DEVNULL)
        report = json.load(open(out.name))
    return {each["name"]: each["items_per_second"] for each in report["benchmarks"] if "items_per_second" in each}


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    rates = {}
    for _ in range(rounds):
        measured = moetric_rates(program)
        for name, run in numpy_rows.items():
            start = time.process_time()
            run()
            measured[f"{name}, NumPy"] = n_shapes / (time.process_time() - start)
        for name, rate in measured.items():
            rates.setdefault(name, []).append(rate)

    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"machine   {cpu}, one core; NumPy {np.__version__}, Python {platform.python_version()}; {rounds} rounds")
    print(f"space     {n_shapes} shapes; rates are per second\n")
    print(f"{'':44} {'best':>10} {'median':>10} {'to NumPy':>9} {'to std::exp':>12}")
    for name, all_rates in sorted(rates.items()):
        work = name.rsplit(", ", 1)[0].removesuffix(" in windows")
        ratios = ""
        for other, width in (("NumPy", 8), ("std::exp", 11)):
            beside = rates.get(f"{work}, {other}")
            # Of the same round, so that both met the same machine.
            ratio = statistics.median(x / y for x, y in zip(all_rates, beside)) if beside and other not in name else None
            ratios += f" {ratio:{width}.1f}x" if ratio else " " * (width + 2)
        print(f"{name:44} {max(all_rates):10.3g} {statistics.median(all_rates):10.3g}{ratios}")


main()
