#!/usr/bin/env python3
"""Prints the figures of docs/random-initialisation.md from a store of sweeps/mesa-random-init.ini.

    random_starts.py random-init.h5
"""
import argparse
import math
import sys

from flowsweep_reader import Store, StoreError

SYMMETRIC = ("gaussian", "uniform", "laplace", "rademacher", "sphere")


def table(store):
    """A row a point: axes, final observables, the verdict of mesa.emergence."""
    points = store.points().drop(columns="risk")  # the axis; the observable of that name is wanted
    return points.join(store.finals()).join(store.verdicts("mesa.emergence")["verdict"])


def largest_share(failures, tests, confidence=0.95):
    """Clopper-Pearson upper bound, one-sided, on the share of failures."""
    def at_most(share):
        return sum(math.comb(tests, k) * share**k * (1 - share) ** (tests - k) for k in range(failures + 1))

    low, high = failures / tests, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > 1 - confidence else (low, middle)
    return high


def print_emergence(rows):
    print("sigma  holds  violated  unmet  undecided  largest other_blocks where it holds")
    for sigma, group in rows.groupby("dense"):
        counts = group.verdict.value_counts()
        held = group[group.verdict == "holds"].other_blocks.max()
        print(f"{sigma:5g}  {counts.get('holds', 0):5d}  {counts.get('violated', 0):8d}  {counts.get('hypothesis-unmet', 0):5d}"
              f"  {counts.get('inconclusive', 0):9d}  {held:.2g}")
    holds, violated = (int((rows.verdict == kind).sum()) for kind in ("holds", "violated"))
    print(f"{holds} of {holds + violated} hold; a start fails in less than {100 * largest_share(violated, holds + violated):.2g} % of cases (95 %)")
    held = rows[rows.verdict == "holds"]
    spread = held.groupby(["distribution", "dimension", "context"]).risk.agg(lambda risks: risks.max() - risks.min()).max()
    print(f"largest spread of the risk over the starts of one setting: {spread:.1g}")
    for identity, row in rows[rows.verdict == "violated"].iterrows():
        print(f"violated: {identity} {row.distribution}, d = {row.dimension}, T = {row.context}, sigma = {row.dense:g}, seed {row.seed}")


def print_flat(rows):
    print("\nlaw  d  T  other_blocks: median, largest  spread of the risk")
    for (law, d, T), group in rows.groupby(["distribution", "dimension", "context"]):
        print(f"{law}  {d}  {T}  {group.other_blocks.median():.2g}, {group.other_blocks.max():.2g}  {group.risk.max() - group.risk.min():.1g}")


def print_asymmetric(rows):
    print("\nlaw  T  flows  largest other_blocks  spread of the risk over all flows, both kinds")
    for (law, T), group in rows.groupby(["distribution", "context"]):
        print(f"{law}  {T}  {len(group)}  {group.other_blocks.max():.1g}  {group.risk.max() - group.risk.min():.1g}")


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    arguments = parser.parse_args(words)
    try:
        rows = table(Store(arguments.store))
    except (StoreError, OSError, KeyError) as error:
        print(f"random_starts: {arguments.store}: {error}", file=sys.stderr)
        return 2
    symmetric = rows.distribution.isin(SYMMETRIC)
    flat = symmetric & ((rows.dimension == 1) | (rows.context == 3))
    print_emergence(rows[symmetric & ~flat])
    print_flat(rows[flat])
    print_asymmetric(rows[~symmetric])
    return 0


if __name__ == "__main__":
    sys.exit(main())
