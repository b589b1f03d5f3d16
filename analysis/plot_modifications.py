#!/usr/bin/env python3
"""Compares modified softmax attention with plain attention: training and test curves, and a table of the final errors.

    plot_modifications.py dual-modifications.h5 -o modifications.png

Seeds are replicates: curves are means over them, bands one standard error. The table gives the mean final errors and the
difference of the test error from plain attention with its 95 % interval (Welch); "better" and "worse" are said only where
the interval, widened for the number of settings (Bonferroni), leaves out 0.
"""
import argparse
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from flowsweep_reader import Store, StoreError

PLAIN = "plain"
KINDS = ("regularised", "augmented", "negative")
TIMES = 200  # of a curve
FINISHED = ("converged", "horizon-reached", "step-limit")


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    parser.add_argument("-o", "--output", metavar="PNG", help="picture to write; default: the store's name with .png")
    return parser.parse_args(words)


def kind_and_setting(point):
    """("regularised", "alpha = 0.1"); ("plain", "plain") without a modification. Combined ones count to the last kind."""
    said = []
    if point["alpha"] != 0:
        said.append(("regularised", f"alpha = {point['alpha']:g}"))
    if (point["value_map"], point["key_map"]) != ("identity", "identity"):
        said.append(("augmented", f"values {point['value_map']}, keys {point['key_map']}"))
    if point["beta"] != 0:
        said.append(("negative", f"r = {point['negatives']:g}, beta = {point['beta']:g}, {point['negative_rule']}"))
    return (said[-1][0], "; ".join(text for _, text in said)) if said else (PLAIN, PLAIN)


def settings(store):
    """{(kind, setting): ids of its finished runs}, in the order of the store."""
    points, status = store.points(), store.runs()["status"]
    groups = {}
    for identity, point in points[status.isin(FINISHED)].iterrows():
        groups.setdefault(kind_and_setting(point), []).append(identity)
    if (PLAIN, PLAIN) not in groups:
        raise StoreError(f"{store.path}: no finished run of plain attention to compare with")
    return groups


def difference(values, plain):
    """Mean of values minus that of plain, its standard error, and Welch's degrees of freedom."""
    parts = [np.var(sample, ddof=1) / len(sample) for sample in (values, plain)]
    freedom = sum(parts) ** 2 / sum(part**2 / (len(sample) - 1) for part, sample in zip(parts, (values, plain)))
    return np.mean(values) - np.mean(plain), np.sqrt(sum(parts)), freedom


def judgement(values, plain, tests):
    """(difference, half width of its 95 % interval, word)."""
    if min(len(values), len(plain)) < 2:
        return np.mean(values) - np.mean(plain), np.nan, "too few"
    mean, error, freedom = difference(values, plain)
    wide = stats.t.ppf(1 - 0.025 / tests, freedom) * error
    word = "better" if mean + wide < 0 else "worse" if mean - wide > 0 else "undecided"
    return mean, stats.t.ppf(0.975, freedom) * error, word


def table(store, groups):
    finals, lines = store.finals(), []
    plain = finals.loc[groups[PLAIN, PLAIN], "test_risk"].to_numpy()
    lines.append(f"{'setting':44s} runs  training  test (N)  test (4N)  test - plain")
    for (kind, setting), ids in groups.items():
        rows = finals.loc[ids]
        line = f"{setting:44s} {len(ids):4d}  {rows['risk'].mean():8.3f}  {rows['test_risk'].mean():8.3f}  {rows['test_risk_quadruple'].mean():9.3f}"
        if kind != PLAIN:
            mean, half, word = judgement(rows["test_risk"].to_numpy(), plain, len(groups) - 1)
            line += f"  {mean:+.3f} +- {half:.3f} {word}"
        lines.append(line)
    return "\n".join(lines)


def curves(store, ids, observable, times):
    """Mean and standard error over runs at common times; a run that has ended keeps its last value."""
    rows = []
    for identity in ids:
        record = store.trajectory(identity)
        rows.append(np.interp(times, record["flow_time"], record[observable]))
    rows = np.array(rows)
    error = rows.std(axis=0, ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.zeros(len(times))
    return rows.mean(axis=0), error


def draw(store, groups, output):
    kinds = [kind for kind in KINDS if any(key[0] == kind for key in groups)]
    end = store.runs()["flow_time"].max()
    times = np.geomspace(end * 1e-3, end, TIMES)
    figure, panels = plt.subplots(2, max(1, len(kinds)), figsize=(6 * max(1, len(kinds)), 8), dpi=130, squeeze=False)
    for column, kind in enumerate(kinds or [PLAIN]):
        for row, (observable, label) in enumerate((("risk", "training error"), ("test_risk", "test error, N demonstrations"))):
            axes = panels[row][column]
            for (of, setting), ids in groups.items():
                if of not in (kind, PLAIN):
                    continue
                mean, error = curves(store, ids, observable, times)
                style = dict(color="black", linewidth=2) if of == PLAIN else {}
                line, = axes.plot(times, mean, label=setting, **style)
                axes.fill_between(times, mean - error, mean + error, color=line.get_color(), alpha=0.2, linewidth=0)
            axes.set(xscale="log", xlabel="flow time", ylabel=label, title=kind)
            if row == 0:
                axes.legend(fontsize=6)
    figure.tight_layout()
    figure.savefig(output, metadata={"Title": f"{store.sweep_name}: modified and plain attention"})
    plt.close(figure)


def main(words=None):
    options = arguments(words)
    output = options.output or os.path.splitext(os.path.basename(options.store))[0] + ".png"
    try:
        if not os.path.isdir(os.path.dirname(output) or "."):
            raise StoreError(f"{output}: the folder {os.path.dirname(output)} does not exist")
        with Store(options.store) as store:
            if "test_risk" not in store.observables:
                raise StoreError(f"{options.store}: not a store of softmax attention on prompts")
            groups = settings(store)
            draw(store, groups, output)
            print(table(store, groups))
    except (StoreError, OSError, KeyError) as error:
        print(f"plot_modifications: {error}", file=sys.stderr)
        return 2
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
