#!/usr/bin/env python3
"""Draws a theorem's conclusion over two axes of a store: where it holds, also beyond its hypotheses, and where it breaks.

    plot_phase_map.py phase-two-point.h5 -o two-point.png --x p --y context --where perturbation=0
    plot_phase_map.py phase-two-point.h5 -o deviation.png --x p --y context --show deviation

A cell pools the points that share both values. Cells in which every point meets the hypotheses are framed; a dotted grey
frame is around cells with a point that leaves a hypothesis undecided (rows of a file do not always decide).
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
from plot_trajectory import SYMBOLS, chosen, text, wrapped

# Verdicts that are given only where no hypothesis is unmet. A run that failed is not among them.
JUDGED = ("holds", "violated", "inconclusive")
SMALLEST = 1e-16  # relative deviations below are rounding; their logarithm is drawn as this one's
LABELS = {"share": "share of points at which the conclusion is met",
          "deviation": "largest |measured - predicted| / |predicted|, log10"}
MOST_TICKS = 12
FRAMES = {"tested": dict(edgecolor="#d55e00", linewidth=1.2), "undecided": dict(edgecolor="0.5", linewidth=1.2, linestyle=":")}


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    parser.add_argument("-o", "--output", metavar="PNG", help="picture to write; default: the store's name with .png")
    parser.add_argument("--x", metavar="AXIS", required=True, help="axis from left to right")
    parser.add_argument("--y", metavar="AXIS", required=True, help="axis from bottom to top")
    parser.add_argument("--theorem", metavar="NAME", default="mesa.limit", help="default: mesa.limit")
    parser.add_argument("--show", choices=LABELS, default="share",
                        help="share: of points that meet the conclusion, whatever the hypotheses say (default); "
                             "deviation: how far from the prediction the worst point ends")
    parser.add_argument("--where", metavar="AXIS=VALUE[,VALUE]", action="append", default=[],
                        help="only points whose AXIS has one of the values; may be repeated")
    return parser.parse_args(words)


def judged(store, theorem, conditions, x, y):
    """A row a point: both axes, whether the hypotheses are met or undecided, whether the conclusion is met, and the relative
    deviation."""
    verdicts = store.verdicts(theorem)
    frame = pd.DataFrame({"x": store.axis(x), "y": store.axis(y)}, index=verdicts.index)
    margins = store.hypotheses(theorem)
    frame["tested"] = verdicts["verdict"].isin(JUDGED) & (margins >= 0).all(axis=1)
    frame["undecided"] = verdicts["verdict"].isin(JUDGED) & margins.isna().any(axis=1)
    frame["met"] = verdicts["margin"] >= 0
    frame["deviation"] = (verdicts["measured"] - verdicts["predicted"]).abs() / verdicts["predicted"].abs()
    return frame[chosen(store, conditions)].dropna(subset=["x", "y"])


def cells(frame, show):
    """(values, tested, undecided), tables over y and x: what is drawn, whether every point of a cell meets the hypotheses, and
    whether one of them leaves a hypothesis undecided."""
    groups = frame.groupby(["y", "x"])
    values = (groups["met"].mean() if show == "share" else
              np.log10(groups["deviation"].max().clip(lower=SMALLEST))).unstack("x")
    said = [groups["tested"].all(), groups["undecided"].any()]
    return values, *(table.unstack("x").reindex_like(values) == True for table in said)  # noqa: E712 (cells without points are NaN)


def summary(frame, theorem):
    """How often the conclusion is met with, without, and with undecided hypotheses."""
    lines = []
    for part, said in ((frame[frame["tested"]], "met"), (frame[~frame["tested"] & ~frame["undecided"]], "unmet"),
                       (frame[frame["undecided"]], "undecided")):
        if said == "undecided" and part.empty:
            continue
        lines.append(f"{theorem}: hypotheses {said} at {len(part)} points, conclusion met at {int(part['met'].sum())} of them")
    return "\n".join(lines)


def tick(values):
    """Positions and labels of at most MOST_TICKS of an axis' cells."""
    places = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_TICKS)).round().astype(int))
    return places + 0.5, [text(value) if not isinstance(value, float) else f"{value:.3g}" for value in values[places]]


def draw(store, options, frame, output):
    values, tested, undecided = cells(frame, options.show)
    figure, axes = plt.subplots(figsize=(8, 5), dpi=150)
    limits = (0, 1) if options.show == "share" else (np.log10(SMALLEST), 0)
    mesh = axes.pcolormesh(values.to_numpy(), cmap="viridis" if options.show == "share" else "magma_r",
                           vmin=limits[0], vmax=limits[1])
    for said, table in (("tested", tested), ("undecided", undecided)):
        for row, column in np.argwhere(table.to_numpy()):
            axes.add_patch(plt.Rectangle((column, row), 1, 1, fill=False, **FRAMES[said]))
    axes.set_xticks(*tick(values.columns.to_numpy()))
    axes.set_yticks(*tick(values.index.to_numpy()))
    axes.set_xlabel(SYMBOLS.get(options.x, options.x))
    axes.set_ylabel(SYMBOLS.get(options.y, options.y))
    title = ", ".join([store.sweep_name, options.theorem, *options.where, "framed: hypotheses met at every point"])
    if undecided.to_numpy().any():
        title += ", dotted: undecided at one or more"
    axes.set_title(wrapped(title), fontsize=10)
    figure.colorbar(mesh, label=LABELS[options.show])
    figure.savefig(output, bbox_inches="tight", metadata={"Title": title})
    plt.close(figure)


def main(words):
    options = arguments(words)
    output = options.output or os.path.splitext(os.path.basename(options.store))[0] + ".png"
    try:
        folder = os.path.dirname(output) or "."
        if not os.path.isdir(folder):
            raise StoreError(f"{output}: the folder {folder} does not exist")
        with Store(options.store) as store:
            frame = judged(store, options.theorem, options.where, options.x, options.y)
            if frame.empty:
                raise StoreError(f"{options.store}: no point uses both {options.x} and {options.y}")
            draw(store, options, frame, output)
            print(summary(frame, options.theorem))
    except (StoreError, OSError, ValueError) as error:
        print(f"plot_phase_map: {error}", file=sys.stderr)
        return 2
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
