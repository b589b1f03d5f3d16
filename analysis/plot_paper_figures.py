#!/usr/bin/env python3
"""Draws the figures of the simulation of Zheng et al. 2024 from stores of the shipped sweeps.

    plot_paper_figures.py --simulation simulation.h5 --random-start random.h5 --replicates replicates.h5 -o figures

simulation.h5 of sweeps/mesa-paper-simulation.ini gives ab against the epoch with the predicted limit dashed (ab-LAW.png),
the ratio of prediction to truth (ratio-gaussian.png), the test loss (test-loss-sparse.png) and the trained P and Q of full-one
(weights-full-one.png); random.h5 of mesa-paper-random-start.ini the trained P and Q from random starts
(weights-random-start.png); replicates.h5 of mesa-paper-replicates.ini the exact descent in the band of its replicates
(band.png). Every store is optional.
"""
import argparse
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from flowsweep_reader import Store, StoreError
from plot_trajectory import COLOURS, text

# What the figures of a store speak about.
AXES = {"simulation": ("distribution", "scale", "mask", "init", "step"), "random-start": ("risk", "seed", "dense"),
        "replicates": ("risk", "distribution", "init", "step")}
DASHED = dict(color="0.25", linestyle=(0, (6, 4)), linewidth=1.2, zorder=1)


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("simulation", "random-start", "replicates"):
        parser.add_argument("--" + name, metavar="STORE", help=f"store of mesa-paper-{name}.ini")
    parser.add_argument("-o", "--output", metavar="FOLDER", default=".", help="folder for the pictures; default: here")
    options = parser.parse_args(words)
    if not (options.simulation or options.random_start or options.replicates):
        parser.error("one of --simulation, --random-start, --replicates is needed")
    return options


def check_sweep(store, name):
    """Refuses a store whose points cannot be drawn as those of a shipped sweep."""
    absent = [axis for axis in AXES[name] if axis not in store.axes]
    if absent or (name == "simulation" and "mesa.limit-sampled" not in store.theorems):
        raise StoreError(f"{store.path}: no store of mesa-paper-{name}.ini, but of sweep {store.sweep_name}, which has no "
                         + (f"axis {', '.join(absent)}" if absent else "theorem mesa.limit-sampled"))
    if (store.points()["risk"] != "population").sum() == 0:
        raise StoreError(f"{store.path}: no store of mesa-paper-{name}.ini: it has no committed point of a sampled risk")


def epochs(run, step):
    return np.round(run["flow_time"] / step)


def saved(figure, folder, name):
    path = os.path.join(folder, name)
    figure.savefig(path, dpi=150, bbox_inches="tight")
    plt.close(figure)
    return path


def panels(points, axis):
    values = sorted(set(points[axis]))
    figure, axes = plt.subplots(1, len(values), figsize=(4.2 * len(values), 3.6), squeeze=False)
    return figure, list(zip(values, axes[0]))


def draw_curves(store, points, observable, axes, log=False):
    """One observable against the epoch, a curve a start."""
    for colour, (point_id, point) in zip(COLOURS, points.iterrows()):
        run = store.trajectory(point_id)
        axes.plot(epochs(run, point["step"]), run[observable], color=colour, label=f"a0:b0 = {text(point['init'])}")
    axes.set_xlabel("epoch")
    if log:
        axes.set_yscale("log")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.9", linewidth=0.8)


def curves_by_scale(store, law, observable, label, folder, name, limit=None, log=False):
    points = store.points()
    points = points[(points["distribution"] == law) & (points["mask"] == "false")]
    if points.empty:
        return []
    figure, columns = panels(points, "scale")
    for scale, axes in columns:
        chosen = points[points["scale"] == scale]
        draw_curves(store, chosen, observable, axes, log)
        if limit is not None:
            axes.axhline(limit(chosen.index[0]), label="predicted limit", **DASHED)
        axes.set_title(f"{law}, scale {scale:g}", fontsize=10)
        axes.set_ylabel(label)
    columns[0][1].legend(frameon=False, fontsize=8)
    return [saved(figure, folder, name)]


def draw_weights(store, ids, titles, folder, name):
    """Heat maps of |P| and |Q|, a column a point: the modulus does not depend on the phases that a sample leaves open."""
    figure, axes = plt.subplots(2, len(ids), figsize=(3.1 * len(ids), 5.4), squeeze=False,
                                gridspec_kw={"height_ratios": [1, 2]}, layout="constrained")
    for column, (point_id, title) in enumerate(zip(ids, titles)):
        for row, (letter, matrix) in enumerate(zip("PQ", store.weights(point_id))):
            picture = axes[row][column].imshow(np.abs(matrix), cmap="viridis", vmin=0)
            axes[row][column].set_title(f"|{letter}|, {title}", fontsize=8)
            axes[row][column].set(xticks=[], yticks=[])
            figure.colorbar(picture, ax=axes[row][column], fraction=0.046)
    return saved(figure, folder, name)


def simulation(store, folder):
    judged = store.verdicts("mesa.limit-sampled")["predicted"]
    pictures = []
    for law in ("gaussian", "sparse", "full-one"):
        limit = judged.get if law != "full-one" else None
        pictures += curves_by_scale(store, law, "ab", "ab", folder, f"ab-{law}.png", limit, log=True)
    pictures += curves_by_scale(store, "gaussian", "test_ratio", "E[prediction / truth], last test step", folder,
                                "ratio-gaussian.png", lambda _: 0.2)
    pictures += curves_by_scale(store, "sparse", "test_loss", "test loss, last step", folder, "test-loss-sparse.png",
                                log=True)
    points = store.points()
    ones = points[points["distribution"] == "full-one"]
    if not ones.empty:
        ones = ones[[init == ones["init"].iloc[0] for init in ones["init"]]]
        titles = ["masked" if mask == "true" else "not masked" for mask in ones["mask"]]
        pictures.append(draw_weights(store, list(ones.index), titles, folder, "weights-full-one.png"))
    return pictures


def random_start(store, folder):
    points = store.points()
    points = points[(points["risk"] == "empirical") & (points["seed"] == points["seed"].min())]
    titles = [f"start sd {deviation:g}" for deviation in points["dense"]]
    return [draw_weights(store, list(points.index), titles, folder, "weights-random-start.png")]


def replicates(store, folder):
    """Every replicate, and the exact descent, by law and start."""
    points = store.points()
    settings = list(dict.fromkeys(zip(points["distribution"], points["init"])))
    figure, axes = plt.subplots(1, len(settings), figsize=(3.4 * len(settings), 3.4), squeeze=False)
    for (law, init), panel in zip(settings, axes[0]):
        for point_id, point in points[(points["distribution"] == law) & (points["init"] == init)].iterrows():
            run, exact = store.trajectory(point_id), point["risk"] == "population"
            panel.plot(epochs(run, point["step"]), run["ab"], color="0" if exact else COLOURS[4],
                       linewidth=1.6 if exact else 0.6, zorder=3 if exact else 2)
        panel.set_title(f"{law}, a0:b0 = {text(init)}", fontsize=9)
        panel.set_xlabel("epoch")
        panel.set_ylabel("ab (black: exact risk)")
    figure.tight_layout()
    return [saved(figure, folder, "band.png")]


def main(words):
    options = arguments(words)
    parts = [("simulation", options.simulation, simulation), ("random-start", options.random_start, random_start),
             ("replicates", options.replicates, replicates)]
    try:
        os.makedirs(options.output, exist_ok=True)
        for name, path, draw in parts:
            if path is not None:
                with Store(path) as store:
                    check_sweep(store, name)
                    print("\n".join(draw(store, options.output)))
    except (StoreError, OSError, ValueError, KeyError) as error:
        print(f"plot_paper_figures: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
