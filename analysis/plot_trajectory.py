#!/usr/bin/env python3
"""Draws an observable against flow time for points of a store; ab with the predicted limit as a dashed line.

    plot_trajectory.py paper.h5 -o ab.png --where distribution=gaussian --where scale=0.5 --where context=100
    plot_trajectory.py dual-training.h5 -o test.png --observable test_risk --where noise=0.5
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

# The theorem that predicts the limit, by the kind of risk.
LIMIT_THEOREMS = {"population": "mesa.limit", "empirical": "mesa.limit-sampled"}
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#8c564b")
SYMBOLS = {"dimension": "d", "context": "T", "demonstrations": "N"}
LABELS = {"ab": "ab  (mean of Re $A_{jj} B_{jj}$)"}
# What every point of a sweep usually shares and no reader of the picture asks for.
SILENT = ("model", "record_times", "records", "step_limit", "relative_tolerance", "absolute_tolerance",
          "gradient_tolerance", "horizon", "precision", "test_sequences", "test_context")


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    parser.add_argument("-o", "--output", metavar="PNG", help="picture to write; default: the store's name with .png")
    parser.add_argument("--observable", metavar="NAME", help="default: ab where the store has it, else risk")
    parser.add_argument("--where", metavar="AXIS=VALUE[,VALUE]", action="append", default=[],
                        help="draw only points whose AXIS has one of the values; may be repeated")
    return parser.parse_args(words)


def text(value):
    """A value as sweep files write it."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "unused"
    if isinstance(value, tuple):
        return ":".join(text(half) for half in value)
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)


def matches(value, wanted):
    """Whether a stored value is the wanted text; numbers compare as numbers, so that 1e2 finds 100."""
    if text(value) == wanted:
        return True
    try:
        numbers = tuple(float(half) for half in wanted.split(":"))
        return numbers == (value if isinstance(value, tuple) else (float(value),))
    except (TypeError, ValueError):
        return False


def chosen(store, conditions):
    """A truth value a point: whether it meets every AXIS=VALUES condition. Some point does."""
    mask = np.ones(len(store.ids), dtype=bool)
    for condition in conditions:
        axis, equals, values = condition.partition("=")
        if not equals or not values:
            raise StoreError(f"--where {condition}: expected AXIS=VALUE")
        wanted, stored = values.split(","), store.axis(axis)
        mask &= [any(matches(value, one) for one in wanted) for value in stored]
        if not mask.any():
            present = ", ".join(dict.fromkeys(text(value) for value in stored))
            raise StoreError(f"--where {condition}: no point is left; values of {axis} in the store: {present}")
    if not mask.any():
        raise StoreError(f"{store.path}: no point has a run yet")
    return mask


def select(store, conditions):
    """Ids of the points to draw: those that meet the conditions, as many as there are colours."""
    ids = np.array(store.ids)[chosen(store, conditions)]
    if len(ids) > len(COLOURS):
        print(f"{len(ids)} points are selected; drawing the first {len(COLOURS)} (choose with --where)", file=sys.stderr)
    return list(ids[:len(COLOURS)])


def names(points):
    """What the points share, and for each what sets it apart."""
    def part(axis, value):
        return text(value) if axis in ("distribution", "integrator") else f"{SYMBOLS.get(axis, axis)} = {text(value)}"

    columns = {axis: points[axis].tolist() for axis in points if axis not in SILENT}
    spread = {axis: len({text(value) for value in values}) > 1 for axis, values in columns.items()}
    shared = [part(axis, values[0]) for axis, values in columns.items()
              if not spread[axis] and text(values[0]) not in ("unused", "0", "false", "population", "bdf")]
    own = [", ".join(part(axis, values[row]) for axis, values in columns.items()
                     if spread[axis] and text(values[row]) != "unused")
           for row in range(len(points))]
    return ", ".join(shared), own


def wrapped(title, width=72):
    """Breaks a title at commas."""
    lines = [""]
    for piece in title.split(", "):
        if len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += (", " if lines[-1] else "") + piece
    return ",\n".join(lines)


def limits(store, points):
    """For each point the theorem that predicts its limit, what it predicts and its verdict; None and NaN without one."""
    rows = []
    risks = points["risk"] if "risk" in points else pd.Series([None] * len(points), index=points.index, dtype=object)
    for point_id, risk in risks.items():
        theorem = LIMIT_THEOREMS.get(risk)
        if theorem in store.theorems:
            judged = store.verdicts(theorem).loc[point_id]
            rows.append((theorem, judged["predicted"], judged["verdict"]))
        else:
            rows.append((None, np.nan, None))
    return pd.DataFrame(rows, index=points.index, columns=["theorem", "predicted", "verdict"])


def draw_limits(axes, judged):
    """A dashed line for each distinct prediction, in the colour of its curve if only one curve has it."""
    values = judged["predicted"].round(12)
    for value in dict.fromkeys(values[np.isfinite(values)]):
        rows = np.flatnonzero(values == value)
        colour = COLOURS[rows[0]] if len(rows) == 1 and len(set(values)) > 1 else "0.25"
        axes.axhline(value, color=colour, linestyle=(0, (6, 4)), linewidth=1.2, zorder=1)
    theorems = dict.fromkeys(judged["theorem"][np.isfinite(values)])
    if theorems:
        axes.plot([], [], color="0.25", linestyle=(0, (6, 4)), linewidth=1.2,
                  label=f"limit predicted by {', '.join(theorems)}")


def drawn(store, wanted):
    """The observable to draw."""
    name = wanted or ("ab" if "ab" in store.observables else "risk")
    if name not in store.observables:
        raise StoreError(f"no observable {name!r} in {store.path}; it has {', '.join(store.observables)}")
    return name


def draw(store, ids, observable, output):
    figure, axes = plt.subplots(figsize=(8, 5), dpi=150)
    points = store.points().loc[ids]
    shared, own = names(points)
    judged = limits(store, points if observable == "ab" else points.drop(columns="risk", errors="ignore"))
    for row, point_id in enumerate(ids):
        run = store.trajectory(point_id)
        run = run[(run["flow_time"] > 0) & np.isfinite(run[observable])]
        label = own[row] or f"point {point_id}"
        if judged["theorem"][point_id]:
            label += f" ({judged['verdict'][point_id]})"
        axes.plot(run["flow_time"], run[observable], color=COLOURS[row], linewidth=1.8, label=label, zorder=2)
    draw_limits(axes, judged)
    axes.set_xscale("log")
    axes.set_xlabel("flow time")
    axes.set_ylabel(LABELS.get(observable, observable))
    title = shared or store.sweep_name
    axes.set_title(wrapped(f"{title}, point {ids[0]}" if len(ids) == 1 else title), fontsize=11)
    axes.grid(color="0.9", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    # Below the axes, where it covers no curve.
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncol=1 if max(map(len, own)) > 40 else 2, frameon=False,
                fontsize=9)
    figure.savefig(output, bbox_inches="tight", metadata={"Title": shared})
    plt.close(figure)


def main(words):
    options = arguments(words)
    output = options.output or os.path.splitext(os.path.basename(options.store))[0] + ".png"
    try:
        with Store(options.store) as store:
            draw(store, select(store, options.where), drawn(store, options.observable), output)
    except (StoreError, OSError, ValueError) as error:
        print(f"plot_trajectory: {error}", file=sys.stderr)
        return 2
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
