#!/usr/bin/env python3
"""Prints the tables of docs/softmax-and-linear.md from a store of sweeps/causal-softmax-linear.ini.

    softmax_and_linear.py causal.h5
"""
import argparse
import sys

from flowsweep_reader import Store, StoreError

SETTING = ["distribution", "dimension", "context"]


def table(store):
    """A row a point: axes, status, final observables, what causal.recall measured and three verdicts."""
    rows = store.points().join(store.runs()["status"]).join(store.finals())
    for theorem in store.theorems:
        rows = rows.join(store.verdicts(theorem)[["verdict", "predicted", "measured"]].add_prefix(theorem + "."))
    return rows


def over_seeds(values, digits):
    """Mean over the seeds, and half their range."""
    return f"{values.mean():.{digits}f} +- {(values.max() - values.min()) / 2:.{digits}f}"


def print_side_by_side(rows):
    print("| law | d | T | linear: unexplained | softmax: unexplained | linear: ab | softmax: a | softmax: b |")
    print("|---|---|---|---|---|---|---|---|")
    for setting, group in rows.groupby(SETTING):
        linear, softmax = (group[group.score == score] for score in ("linear", "softmax"))
        print("|", " | ".join([*map(str, setting), over_seeds(linear.unexplained, 3), over_seeds(softmax.unexplained, 3),
                              over_seeds(linear.ab, 3), over_seeds(softmax.a_diagonal, 1), over_seeds(softmax.b_diagonal, 2)]), "|")


def print_distances(rows):
    print("\n| law | d | T | score | median ratio | from one step | from recall | other blocks | balance at the end |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (*setting, score), group in rows.groupby(SETTING + ["score"]):
        print("|", " | ".join([*map(str, setting), score, over_seeds(group.median_ratio, 3), over_seeds(group.one_step_distance, 3),
                              over_seeds(group.recall_distance, 3), over_seeds(group.other_blocks, 2), over_seeds(group.balance, 2)]), "|")


def print_verdicts(rows):
    print("\n| theorem | score | holds | violated | inconclusive | hypothesis-unmet |")
    print("|---|---|---|---|---|---|")
    for theorem in sorted(column[:-len(".verdict")] for column in rows if column.endswith(".verdict")):
        for score, group in rows.groupby("score"):
            counts = group[theorem + ".verdict"].value_counts()
            print("|", " | ".join([theorem, score, *(str(counts.get(kind, 0)) for kind in
                                                     ("holds", "violated", "inconclusive", "hypothesis-unmet"))]), "|")


def print_linear(rows):
    linear = rows[(rows.score == "linear") & (rows["mesa.limit-sampled.verdict"] == "holds")]
    print(f"\nlinear: {len(linear)} flows at the predicted limit; largest |ab - c| / c:",
          f"{((linear.ab - linear['mesa.limit-sampled.predicted']) / linear['mesa.limit-sampled.predicted']).abs().max():.2g}")
    softmax = rows[rows.score == "softmax"]
    gain = 1 - softmax["causal.recall.measured"] / softmax["causal.recall.predicted"]
    print(f"softmax: risk below the best recall layer by {100 * gain.min():.1f} to {100 * gain.max():.1f} per cent;",
          f"{(softmax.status == 'converged').sum()} of {len(softmax)} flows converged")


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    arguments = parser.parse_args(words)
    try:
        rows = table(Store(arguments.store))
        print_side_by_side(rows)
        print_distances(rows)
        print_verdicts(rows)
        print_linear(rows)
    except (StoreError, OSError, KeyError, AttributeError) as error:
        print(f"softmax_and_linear: {arguments.store}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
