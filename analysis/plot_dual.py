#!/usr/bin/env python3
"""Draws the figures of the dual model of softmax attention from stores of the shipped sweeps.

    plot_dual.py --random-features features.h5 --bound bound.h5 --stepwise steps.h5 -o figures

features.h5 of sweeps/dual-random-features.ini gives root mean square errors of the attention weights and of the output against the
number of features, a curve a weight scale, with their laws dashed (random-features.png); bound.h5 of sweeps/dual-bound.ini the gap
between risk and empirical risk against the number of tokens, with its law and both bounds, a panel a law of the tokens
(bound.png); steps.h5 of any sweep that measured dual.stepwise the distance to the attention output over the N one-token steps, mean
and spread over prompts and points, a curve a number of demonstrations (steps.png). Every store is optional.
"""
import argparse
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from flowsweep_reader import Store, StoreError
from plot_trajectory import COLOURS, chosen, text

THEOREMS = {"random-features": ("dual.random-features",), "bound": ("dual.gap-identity", "dual.bound", "dual.bound-direct"),
            "stepwise": ("dual.stepwise",)}
# Shares of the N steps at which distances are stored; after all of them they are 0.
STAGES = {"0": 0, "quarter": 0.25, "half": 0.5, "three_quarters": 0.75}
DASHED = dict(color="0.25", linestyle=(0, (6, 4)), linewidth=1.2, zorder=3)
# The error that a panel shows, and the constant C of its law sqrt(C / d_r).
ERRORS = (("attention_error", "attention_constant", "attention weights, own normaliser"),
          ("estimated_error", "estimated_constant", "output, own normaliser"),
          ("exact_error", "exact_constant", "output, exact normaliser"))


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in THEOREMS:
        parser.add_argument("--" + name, metavar="STORE", help=f"store with the theorems {', '.join(THEOREMS[name])}")
    parser.add_argument("--where", metavar="AXIS=VALUE[,VALUE]", action="append", default=[],
                        help="draw only points whose AXIS has one of the values; may be repeated")
    parser.add_argument("-o", "--output", metavar="FOLDER", default=".", help="folder for the pictures; default: here")
    options = parser.parse_args(words)
    if not (options.random_features or options.bound or options.stepwise):
        parser.error("one of --random-features, --bound, --stepwise is needed")
    return options


def selected(store, name, conditions):
    """The points to draw, of a store that has the theorems of the sweep."""
    absent = [theorem for theorem in THEOREMS[name] if theorem not in store.theorems]
    if absent:
        raise StoreError(f"{store.path}: cannot be drawn as --{name}: sweep {store.sweep_name} has no theorem {', '.join(absent)}")
    return store.points()[chosen(store, conditions)]


def feature_errors(store, conditions):
    """A row per weight scale and number of features: geometric means over the other axes of the squared errors and constants, which
    spread over decades where norms are large."""
    points = selected(store, "random-features", conditions)
    measured = store.measurements("dual.random-features")[[name for pair in ERRORS for name in pair[:2]]]
    found = points[["weight_scale", "features"]].join(np.log(measured))
    return np.exp(found.groupby(["weight_scale", "features"]).mean())


def gaps_and_bounds(store, conditions):
    """A row per law and number of tokens: medians over the other axes, all in units of w rho exp(kappa^2 / 2)."""
    points = selected(store, "bound", conditions)
    gap, bound = store.measurements("dual.gap-identity"), store.measurements("dual.bound")
    radius, unit = points["class_norm"], bound["trivial_bound"] / 2
    found = points[["distribution", "demonstrations"]].assign(
        gap=radius * gap["rms_gap"] / unit, law=radius * gap["rms_law"] / unit, reached=bound["quantile"] / unit,
        bound=bound["bound"] / unit, direct=store.measurements("dual.bound-direct")["bound"] / unit)
    return found.groupby(["distribution", "demonstrations"]).median()


def distances(store, conditions):
    """Two tables, a row per number of demonstrations and a column per share of the steps: mean over prompts and points of
    r_n / sum_i a_i ||v_i||, and the standard deviation."""
    points, measured = selected(store, "stepwise", conditions), store.measurements("dual.stepwise")
    measured = measured.loc[points.index]
    means = pd.DataFrame({share: measured[f"mean_after_{name}"] for name, share in STAGES.items()})
    spreads = pd.DataFrame({share: measured[f"spread_after_{name}"] for name, share in STAGES.items()})
    by_length, squares = means.groupby(points["demonstrations"]), (means ** 2 + spreads ** 2)
    mean = by_length.mean()
    spread = np.sqrt((squares.groupby(points["demonstrations"]).mean() - mean ** 2).clip(lower=0))
    mean[1.0] = spread[1.0] = 0.0
    return mean, spread


def finish(axes, horizontal, logarithmic=True):
    if logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set_xlabel(horizontal)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.9", linewidth=0.8)


def saved(figure, folder, name):
    path = os.path.join(folder, name)
    figure.savefig(path, dpi=150, bbox_inches="tight")
    plt.close(figure)
    return path


def draw_random_features(store, conditions, folder):
    errors = feature_errors(store, conditions)
    figure, panels = plt.subplots(1, len(ERRORS), figsize=(4.2 * len(ERRORS), 3.8), squeeze=False)
    for (error, constant, title), axes in zip(ERRORS, panels[0]):
        for colour, (scale, rows) in zip(COLOURS, errors.groupby(level=0)):
            features = rows.index.get_level_values("features").to_numpy(float)
            axes.plot(features, np.sqrt(rows[error]), "o-", color=colour, markersize=4, label=f"weight scale {text(scale)}")
            axes.plot(features, np.sqrt(rows[constant] / features), **DASHED)
        axes.set_title(title, fontsize=11)
        finish(axes, "features $d_r$")
        # Laws far above every error are left to the table.
        axes.set_ylim(np.sqrt(errors[error].min()) / 2, 10 * np.sqrt(errors[error].max()))
    panels[0][0].set_ylabel("root mean square error")
    panels[0][-1].plot([], [], **DASHED, label="$(C / d_r)^{1/2}$")
    panels[0][-1].legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
    return saved(figure, folder, "random-features.png")


def draw_bound(store, conditions, folder):
    found = gaps_and_bounds(store, conditions)
    laws = list(dict.fromkeys(found.index.get_level_values(0)))
    figure, panels = plt.subplots(1, len(laws), figsize=(4.0 * len(laws), 3.8), squeeze=False, sharey=True)
    curves = (("bound", "dual.bound", "s-"), ("direct", "dual.bound-direct", "^-"),
              ("reached", "exceeded with probability $\\delta$", "d-"), ("gap", "rms gap", "o-"))
    for law, axes in zip(laws, panels[0]):
        rows = found.loc[law]
        for colour, (column, label, style) in zip(COLOURS, curves):
            axes.plot(rows.index, rows[column], style, color=colour, markersize=4, linewidth=1.2, label=label)
        axes.plot(rows.index, rows["law"], **DASHED, label="law of the rms gap")
        axes.axhline(2, color="0.6", linewidth=0.8)
        axes.set_title(law, fontsize=11)
        finish(axes, "tokens $N$")
    panels[0][0].set_ylabel("risk - empirical risk, in units of $B$")
    panels[0][-1].legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
    return saved(figure, folder, "bound.png")


def draw_stepwise(store, conditions, folder):
    mean, spread = distances(store, conditions)
    figure, axes = plt.subplots(figsize=(5.2, 3.8))
    for colour, count in zip(COLOURS, mean.index):
        axes.plot(mean.columns, mean.loc[count], "o-", color=colour, markersize=4, label=f"N = {count}")
        axes.fill_between(mean.columns.to_numpy(float), mean.loc[count] - spread.loc[count], mean.loc[count] + spread.loc[count],
                          color=colour, alpha=0.15, linewidth=0)
    finish(axes, "share of the N one-token steps", logarithmic=False)
    axes.set_ylabel(r"$r_n\ /\ \sum_i a_i \|v_i\|$")
    axes.legend(frameon=False, fontsize=9)
    return saved(figure, folder, "steps.png")


def main(words):
    options = arguments(words)
    figures = ((options.random_features, draw_random_features), (options.bound, draw_bound), (options.stepwise, draw_stepwise))
    try:
        os.makedirs(options.output, exist_ok=True)
        for path, draw in figures:
            if path:
                with Store(path) as store:
                    print(draw(store, options.where, options.output))
    except (StoreError, OSError, ValueError) as error:
        print(f"plot_dual: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
