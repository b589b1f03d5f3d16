#!/usr/bin/env python3
"""The gradient of softmax attention on 10,000 prompts: `flowsweep bench` against PyTorch on one core, in double.

    flowsweep bench --json > bench.json
    compare_softmax_gradient.py bench.json

PyTorch computes the same loss, the mean squared error of the output's last coordinate, in two formulations, and
differentiates it by backward(); the faster one is compared. Its times are those of the processor, the bench's those of
the clock, so that waiting for other programs counts against flowsweep alone. They still share the caches: run both on a
quiet machine.
"""
import argparse
import json
import math
import os
import statistics
import sys
import time

KEY = "softmax_gradient"
PROMPTS, DEMONSTRATIONS, DIMENSION = 10_000, 15, 12
SIZE = f"d={DIMENSION}, N={DEMONSTRATIONS}, T=1, prompts={PROMPTS}"
LARGEST_DIFFERENCE = 1e-10  # of the formulations' gradients, relative: rounding of sums over the prompts


class Refusal(Exception):
    """What the user gave cannot be compared."""


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("bench", help="output of `flowsweep bench --json`, or - for standard input")
    parser.add_argument("--repetitions", type=int, default=31, help="gradients timed of each formulation (default 31)")
    options = parser.parse_args(words)
    if options.repetitions < 1:
        parser.error("--repetitions must be at least 1")
    return options


def read_figure(path):
    """The bench's figure and the machine it was measured on."""
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
            bench = json.load(file)
        figure = bench["measurements"][KEY]
        machine = bench["machine"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{path}: no output of `flowsweep bench --json` with {KEY}: {error}") from error
    if figure["size"] != SIZE:
        raise Refusal(f"{path}: {KEY} was measured for {figure['size']}, not {SIZE} (was it --quick?)")
    return figure, machine


def import_torch():
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # read when the libraries are loaded
    try:
        import torch
    except ImportError as error:
        raise Refusal("PyTorch is missing: on Debian apt-get install python3-torch, and run /usr/bin/python3") from error
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    return torch


def plain(torch, tokens, W_Q, W_K, W_V):
    """As the formula is written: keys, query and values, then their sum."""
    keys, values, query = tokens @ W_K.T, tokens @ W_V.T, tokens[:, -1] @ W_Q.T
    scores = (keys @ query[:, :, None])[:, :, 0] / math.sqrt(DIMENSION)
    weights = torch.softmax(scores, -1)
    return (weights[:, None, :] @ values)[:, 0, -1]


def query_first(torch, tokens, W_Q, W_K, W_V):
    """W_K^T W_Q x' first, so that neither keys nor values are formed; only the needed row of W_V."""
    moved = (tokens[:, -1] @ W_Q.T) @ W_K
    scores = torch.einsum("pnd,pd->pn", tokens, moved) / math.sqrt(DIMENSION)
    weights = torch.softmax(scores, -1)
    return torch.einsum("pn,pnd->pd", weights, tokens) @ W_V[-1]


def measure(torch, formulation, repetitions):
    """Milliseconds of processor time of each gradient, and the last gradient."""
    torch.manual_seed(1)
    tokens = torch.randn(PROMPTS, DEMONSTRATIONS + 1, DIMENSION)
    targets = torch.randn(PROMPTS)
    weights = [(0.1 * torch.randn(DIMENSION, DIMENSION)).requires_grad_() for _ in range(3)]
    times = []
    for _ in range(repetitions + 2):  # two to warm up
        for matrix in weights:
            matrix.grad = None
        start = time.process_time()
        ((formulation(torch, tokens, *weights) - targets) ** 2).mean().backward()
        times.append(1e3 * (time.process_time() - start))
    return times[2:], torch.cat([matrix.grad.flatten() for matrix in weights])


def blas():
    """The BLAS library loaded, as its file is named."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line or "mkl" in line}
    return ", ".join(sorted(names)) or "not known"


def compare(options):
    figure, machine = read_figure(options.bench)
    torch = import_torch()
    results = {f.__name__: measure(torch, f, options.repetitions) for f in (plain, query_first)}
    gradients = [gradient for _, gradient in results.values()]
    difference = float((gradients[0] - gradients[1]).abs().max() / gradients[0].abs().max())
    if not difference < LARGEST_DIFFERENCE:
        raise Refusal(f"the two formulations' gradients differ by {difference:.2g}")
    print(f"{SIZE}, double, one core; medians, smallest and largest in brackets")
    print(f"flowsweep {machine['program_version']}, {machine['instruction_set']}, {machine['processor']}")
    print(f"PyTorch {torch.__version__}, BLAS {blas()}, {torch.get_num_threads()} thread")
    print(f"load: {' '.join(f'{load:.2f}' for load in os.getloadavg())}")
    print(f"flowsweep    {figure['median']:7.2f} ms [{figure['smallest']:.2f} .. {figure['largest']:.2f}]")
    for name, (times, _) in results.items():
        print(f"{name:12s} {statistics.median(times):7.2f} ms [{min(times):.2f} .. {max(times):.2f}]")
    ratios = {what: min(which(times) for times, _ in results.values()) / figure[what]
              for what, which in (("median", statistics.median), ("smallest", min))}
    print("ratio of the better one to flowsweep: "
          f"{ratios['median']:.2f} of the medians, {ratios['smallest']:.2f} of the smallest")


def main(words):
    options = arguments(words)
    try:
        compare(options)
    except Refusal as refusal:
        print(f"compare_softmax_gradient: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
