"""The Python reader and the plot, on a store of every kind of axis, against `flowsweep export`."""
import csv
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest

BINARY = os.environ["FLOWSWEEP"]
ANALYSIS = os.environ["FLOWSWEEP_ANALYSIS"]
sys.path.insert(0, ANALYSIS)

import h5py
import matplotlib.image
import numpy as np

from flowsweep_reader import Store, StoreError, open_xarray
import plot_modifications
from plot_dual import distances, feature_errors, gaps_and_bounds
from plot_phase_map import cells, judged
from plot_trajectory import limits, names

# Used and unused integer, real, pair, word and flag axes.
SWEEP = """name = mixed
model = linear-attention
[grid.exact]
distribution = gaussian, skewed
scale = 0.5, 1
dimension = 2, 3
context = 10
init = 0.1:0.1, 0.5:1.5
[grid.perturbed]
distribution = sparse
dimension = 2
context = 10
perturbation = 0.05
seed = 0..1
[grid.sampled]
risk = empirical
distribution = gaussian
dimension = 2
context = 10
integrator = euler
step = 0.001
steps = 5
sequences = 50
mask = true, false
"""
POINTS = 8 * 2 + 2 + 2
# What `export` says of points that do not use the axis; the reader says what is stored.
IMPLIED = {"mask": "false", "test_sequences": "0", "train": "all"}

# An axis whose values are lists.
LISTED = """name = listed
model = linear-attention
[axes]
distribution = gaussian
dimension = 2
context = 10
[flow]
record_times = 0.001, 0.01
"""

# Of 200 rows, too few to decide whether the coordinates' sixth moments are the same.
ROWS = """name = rows
model = linear-attention
[axes]
distribution = samples(rows.csv), gaussian
dimension = 2
context = 10, 20
"""
SEED = 20261122


def flowsweep(*words):
    done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{words} exited with {done.returncode}:\n{done.stderr}")
    return done.stdout


class StoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="flowsweep-analysis-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = scratch.name
        cls.store = os.path.join(cls.folder, "mixed.h5")
        cls.run_sweep("mixed", SWEEP)
        cls.rows = {row["id"]: row for row in csv.DictReader(flowsweep("export", cls.store).splitlines())}

    @classmethod
    def run_sweep(cls, name, text):
        stem = os.path.join(cls.folder, name)
        with open(stem + ".ini", "w", encoding="utf-8") as file:
            file.write(text)
        flowsweep("run", stem + ".ini", "-o", stem + ".h5")
        return stem + ".h5"


class ReaderTest(StoreTest):
    def assertSame(self, value, text, where):
        """A decoded value against the text of the exported table; doubles are written with all their digits."""
        if value is None or isinstance(value, float) and math.isnan(value):
            self.assertIn(text, ("", "nan", IMPLIED.get(where[1])), where)
        elif isinstance(value, (float, int)) and not isinstance(value, bool):
            self.assertEqual(value, float(text), where)
        elif isinstance(value, tuple):
            self.assertEqual(value, tuple(map(float, text.split(":"))), where)
        else:
            self.assertEqual(value, text, where)

    def compare(self, frame, columns):
        self.assertEqual(list(frame.index), list(self.rows))
        for name, column in columns.items():
            for point, value in zip(frame.index, frame[name].tolist()):
                self.assertSame(value, self.rows[point][column], (point, column))

    def test_points_agree_with_the_export(self):
        with Store(self.store) as store:
            points = store.points()
            self.assertEqual(len(points), POINTS)
            columns = {axis: f"parameter.{axis}" if axis in store.observables else axis for axis in store.axes}
            self.compare(points, columns)
        self.assertEqual(set(points["distribution"]), {"gaussian", "skewed", "sparse"})
        self.assertEqual(set(points["mask"]), {"true", "false", None})
        self.assertEqual(set(points["seed"].astype(object)), {0, 1, None})

    def test_lists_are_tuples(self):
        with Store(self.run_sweep("listed", LISTED)) as store:
            self.assertEqual(store.axis("record_times").tolist(), [(0.001, 0.01)])
            self.assertEqual(store.trajectory(store.ids[0])["flow_time"].tolist()[:3], [0.0, 0.001, 0.01])

    def test_runs_finals_and_verdicts_agree_with_the_export(self):
        with Store(self.store) as store:
            self.compare(store.runs(), {name: name for name in ("status", "flow_time", "evaluations", "wall_seconds")})
            self.compare(store.finals(), {name: name for name in store.observables})
            for theorem in store.theorems:
                names = ("verdict", "margin", "predicted", "measured")
                self.compare(store.verdicts(theorem), {name: f"{theorem}.{name}" for name in names})
            self.assertIn("violated", set(store.verdicts("mesa.limit")["verdict"]))

    def test_trajectories_end_at_the_finals(self):
        with Store(self.store) as store:
            finals = store.finals()
            for point in store.ids:
                run = store.trajectory(point)
                self.assertEqual(run["flow_time"].iloc[0], 0.0)
                self.assertTrue((np.diff(run["flow_time"]) > 0).all(), point)
                self.assertEqual(run["flow_time"].iloc[-1], float(self.rows[point]["flow_time"]))
                self.assertEqual(run["ab"].iloc[-1], finals["ab"][point])

    def test_weights_are_the_matrices_of_the_finals(self):
        rounding = 1e-14  # of sums of a few products in another order than the program's
        with Store(self.store) as store:
            finals, points = store.finals(), store.points()
            for point in store.ids:
                d, first, second = points["dimension"][point], *store.weights(point)
                if points["risk"][point] == "population":
                    b, a = first, second
                    self.assertEqual((a.shape, b.shape, a.dtype), ((d, d), (d, d), np.float64))
                else:
                    self.assertEqual((first.shape, second.shape, first.dtype), ((d, 2 * d), (2 * d, 2 * d), np.complex128))
                    b, a = first[:, :d], second[d:, :d]
                self.assertLess(abs(np.diagonal(a * b).real.mean() - finals["ab"][point]), rounding, point)
            self.assertRaisesRegex(StoreError, "no committed point 0", store.weights, "0")

    def test_weights_off_the_diagonals_keep_their_places(self):
        with Store(self.store) as store:
            points, values = store.points(), store._file["weights/values"][:]
            masked = points.index[points["mask"] == "true"][0]
            perturbed = points.index[points["distribution"] == "sparse"][0]
            start = lambda point: int(store._file["weights/offset"][store.ids.index(point)])
            b, a = store.weights(perturbed)
            self.assertEqual((b[0, 1], a[1, 0]), (values[start(perturbed) + 1], values[start(perturbed) + 4 + 2]))
            self.assertNotEqual(b[0, 1], b[1, 0])
            p, q = store.weights(masked)
            self.assertTrue((p[:, :2][~np.eye(2, dtype=bool)] == 0).all() and (q[2:, :2][~np.eye(2, dtype=bool)] == 0).all())
            self.assertTrue((p[:, 2:] != 0).all())

    def test_xarray_holds_the_same(self):
        data = open_xarray(self.store)
        self.assertEqual(data.attrs["sweep_name"], "mixed")
        self.assertEqual(data["ab"].dims, ("point", "record"))
        for row, point in enumerate(data["id"].values):
            self.assertSame(data["dimension"].values[row].item(), self.rows[point]["dimension"], point)
            self.assertSame(data["parameter.risk"].values[row], self.rows[point]["parameter.risk"], point)
            self.assertSame(data["final.ab"].values[row].item(), self.rows[point]["ab"], point)
            self.assertSame(data["mesa.limit.verdict"].values[row], self.rows[point]["mesa.limit.verdict"], point)

    def test_uncommitted_rows_are_left_out(self):
        partial = os.path.join(self.folder, "partial.h5")
        with open(self.store, "rb") as source, open(partial, "wb") as copy:
            copy.write(source.read())
        with h5py.File(partial, "r+") as file:
            file["runs/committed"][0] = 0
        with Store(partial) as store:
            first = next(iter(self.rows))
            self.assertEqual(store.ids, list(self.rows)[1:])
            self.assertRaisesRegex(StoreError, first, store.trajectory, first)

    def test_wrong_questions_are_answered_with_what_there_is(self):
        with Store(self.store) as store:
            self.assertRaisesRegex(StoreError, "no axis 'dimesion'.*dimension", store.axis, "dimesion")
            self.assertRaisesRegex(StoreError, "no theorem.*mesa.limit", store.verdicts, "mesa.limits")
        foreign = os.path.join(self.folder, "foreign.h5")
        with h5py.File(foreign, "w") as file:
            file.attrs["format"] = "other"
        self.assertRaisesRegex(StoreError, "'other'.*flowsweep-store", Store, foreign)


class LegendTest(StoreTest):
    """What the picture says, without drawing it."""

    def test_an_empirical_risk_has_the_limit_of_its_own_theorem(self):
        with Store(self.store) as store:
            points = store.points()
            found = limits(store, points)
            for point, risk in points["risk"].items():
                theorem = {"population": "mesa.limit", "empirical": "mesa.limit-sampled"}[risk]
                self.assertEqual(found["theorem"][point], theorem)
                self.assertEqual(found["predicted"][point], store.verdicts(theorem)["predicted"][point])

    def test_without_its_theorem_a_point_has_no_limit(self):
        with Store(self.run_sweep("unsampled", "theorems = mesa.limit\n" + SWEEP)) as store:
            points = store.points()
            found = limits(store, points)
            self.assertEqual(list(found["theorem"].isna()), list(points["risk"] == "empirical"))
            self.assertTrue(found["predicted"][points["risk"] == "empirical"].isna().all())

    def test_unused_axes_are_not_mentioned(self):
        with Store(self.store) as store:
            shared, own = names(store.points())
        self.assertNotIn("unused", shared + " ".join(own))
        self.assertTrue(any("seed = 1" in label for label in own))


class PaperFiguresTest(StoreTest):
    SIMULATION = """name = simulation
model = linear-attention
risk = empirical
theorems = mesa.limit-sampled
[axes]
distribution = gaussian, sparse, full-one
mask = true, false
dimension = 2
context = 6
init = 0.1:0.1, 0.5:0.5
[flow]
integrator = euler
step = 0.001
steps = 4
records = 5
[empirical]
sequences = 20
test_sequences = 5
"""

    def test_fits_of_a_sample_are_printed(self):
        script = os.path.join(ANALYSIS, "sample_fits.py")
        simulation = self.run_sweep("fits", self.SIMULATION)
        done = subprocess.run([sys.executable, script, simulation], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        header, *lines = done.stdout.splitlines()
        self.assertEqual([line.split()[:4] for line in lines],
                         [[law, "2", "20", "4"] for law in ("full-one", "gaussian", "sparse")])
        with Store(simulation) as store:
            measured = store.measurements("mesa.limit-sampled").join(store.points()[["distribution"]])
        gaussian = measured[measured.distribution == "gaussian"]
        mean = ((gaussian["product"] - gaussian.sample_minimiser) / gaussian.standard_error).mean()
        self.assertIn(f" {mean:.2f} +- ", lines[1])

    def figures(self, *words, expect=0):
        script = os.path.join(ANALYSIS, "plot_paper_figures.py")
        done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def test_draws_every_figure_of_the_simulation(self):
        store = self.run_sweep("simulation", self.SIMULATION)
        done = self.figures("--simulation", store, "-o", "figures")
        names = {"ab-gaussian.png", "ab-sparse.png", "ab-full-one.png", "ratio-gaussian.png", "test-loss-sparse.png",
                 "weights-full-one.png"}
        self.assertEqual({os.path.basename(path) for path in done.stdout.split()}, names)
        for name in names:
            picture = matplotlib.image.imread(os.path.join(self.folder, "figures", name))
            self.assertGreater(picture.std(), 0.01, name)

    def test_names_a_store_that_cannot_be_read(self):
        self.assertIn("nothing.h5", self.figures("--simulation", "nothing.h5", expect=2).stderr)


class ComparisonTest(unittest.TestCase):
    """Without PyTorch: what the comparison with it refuses."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="flowsweep-analysis-")
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        with open(os.path.join(self.folder, "torch.py"), "w", encoding="utf-8") as file:
            file.write("raise ImportError('hidden')\n")

    def compare(self, bench, *words, expect):
        script = os.path.join(ANALYSIS, "compare_softmax_gradient.py")
        done = subprocess.run([sys.executable, script, "-", *words], input=bench, capture_output=True, text=True,
                              timeout=60, env={**os.environ, "PYTHONPATH": self.folder})
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    @staticmethod
    def bench(size):
        figure = {"size": size, "median": 1, "smallest": 1, "largest": 1}
        return json.dumps({"machine": {}, "measurements": {"softmax_gradient": figure}})

    def test_refuses_in_one_line(self):
        full = self.bench("d=12, N=15, T=1, prompts=10000")
        for bench, reason in ((full, "PyTorch is missing"), (self.bench("d=12, N=15, T=1, prompts=100"), "--quick"),
                              ("{}", "no output of `flowsweep bench --json`"), ("[", "no output of")):
            done = self.compare(bench, expect=2)
            self.assertRegex(done.stderr, r"\Acompare_softmax_gradient: .*\n\Z")
            self.assertIn(reason, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_help_needs_no_torch(self):
        self.assertIn("flowsweep bench", self.compare("", "--help", expect=0).stdout)


class PlotTest(StoreTest):
    def plot(self, *words, expect=0):
        script = os.path.join(ANALYSIS, "plot_trajectory.py")
        done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stderr

    def picture(self, name):
        """Grey values of a picture, 0 to 1."""
        return matplotlib.image.imread(os.path.join(self.folder, name))[..., :3].mean(axis=2)

    def test_draws_curves_and_limit(self):
        where = ("--where", "distribution=gaussian", "--where", "risk=population", "--where", "context=1e1")
        self.plot(self.store, "-o", "one.png", *where, "--where", "init=0.1:0.1", "--where", "scale=0.5", "--where", "dimension=2")
        self.plot(self.store, "-o", "several.png", *where)
        one, several = self.picture("one.png"), self.picture("several.png")
        self.assertGreater(min(one.shape), 500)
        blank = 1e-3  # variance of grey values; axes and text alone give several times more
        self.assertGreater(one.var(), blank)
        self.assertGreater(several.var(), one.var())  # more curves, a longer legend

    def test_names_the_picture_after_the_store(self):
        self.plot(self.store, "--where", "distribution=sparse")
        self.assertGreater(os.path.getsize(os.path.join(self.folder, "mixed.png")), 10000)

    def test_says_that_it_draws_only_the_first(self):
        self.assertIn("points are selected; drawing the first 8", self.plot(self.store, "-o", "first.png"))

    def test_refuses_wrong_input(self):
        for words, message in [
            (["absent.h5"], "absent.h5: cannot be opened"),
            (["mixed.ini"], "mixed.ini: cannot be opened as an HDF5 file"),
            ([self.store, "--where", "dimesion=2"], "no axis 'dimesion'"),
            ([self.store, "--where", "scale=7"], "values of scale in the store: 0.5, 1"),
            ([self.store, "--where", "scale"], "expected AXIS=VALUE"),
            ([self.store, "-o", "absent/x.png"], "absent/x.png"),
            ([self.store, "-o", "x.unknown"], "unknown"),
            ([], "STORE"),
        ]:
            with self.subTest(words=words):
                self.assertIn(message, self.plot(*words, expect=2))


class PhaseMapTest(StoreTest):
    def draw(self, *words, expect=0):
        script = os.path.join(ANALYSIS, "plot_phase_map.py")
        done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stdout + done.stderr

    def test_cells_pool_the_points_of_the_export(self):
        with Store(os.path.join(self.folder, self.store)) as store:
            frame = judged(store, "mesa.limit", ["distribution=gaussian,skewed", "risk=population"], "dimension", "distribution")
            share, tested, undecided = cells(frame, "share")
            deviation, *_ = cells(frame, "deviation")
        rows = [row for row in csv.DictReader(io.StringIO(flowsweep("export", os.path.join(self.folder, self.store))))
                if row["distribution"] in ("gaussian", "skewed") and row["parameter.risk"] == "population"]
        self.assertEqual(share.shape, (2, 2))
        self.assertTrue(tested.to_numpy().all())
        self.assertFalse(undecided.to_numpy().any())
        for law in ("gaussian", "skewed"):
            for d in (2, 3):
                cell = [row for row in rows if (row["distribution"], int(row["dimension"])) == (law, d)]
                met = [float(row["mesa.limit.margin"]) >= 0 for row in cell]
                off = [abs(float(row["mesa.limit.measured"]) / float(row["mesa.limit.predicted"]) - 1) for row in cell]
                self.assertEqual(len(cell), 4)
                self.assertEqual(share.loc[law, d], sum(met) / 4)
                if max(off) > 1e-9:  # the quotient's rounding is as large as what is left elsewhere
                    self.assertAlmostEqual(deviation.loc[law, d], math.log10(max(off)), places=5)
        self.assertEqual((share.loc["gaussian"].min(), share.loc["skewed"].max()), (1, 0))

    def test_an_undecided_hypothesis_is_not_met(self):
        draw = random.Random(SEED)
        with open(os.path.join(self.folder, "rows.csv"), "w", encoding="utf-8") as file:
            file.writelines(f"{draw.gauss(0, 1)!r},{draw.gauss(0, 1)!r}\n" for _ in range(200))
        path = self.run_sweep("rows", ROWS)
        with Store(path) as store:
            _, tested, undecided = cells(judged(store, "mesa.limit", [], "context", "distribution"), "share")
            self.assertTrue(store.hypotheses("mesa.limit")["equal_kappas"].isna().any())
        self.assertEqual(tested.all(axis=1).to_dict(), {"gaussian": True, "samples": False})
        self.assertEqual(undecided.all(axis=1).to_dict(), {"gaussian": False, "samples": True}, f"seed {SEED}")
        said = self.draw(path, "-o", "rows.png", "--x", "context", "--y", "distribution")
        self.assertIn("hypotheses met at 2 points", said)
        self.assertIn("hypotheses undecided at 2 points", said)

    def test_draws_and_counts(self):
        for show in ("share", "deviation"):
            said = self.draw(self.store, "-o", show + ".png", "--x", "scale", "--y", "dimension", "--show", show,
                             "--where", "distribution=skewed")
            self.assertIn("hypotheses met at 8 points, conclusion met at 0 of them", said)
            self.assertGreater(os.path.getsize(os.path.join(self.folder, show + ".png")), 10000)

    def test_refuses_wrong_input(self):
        axes = ["--x", "scale", "--y", "dimension"]
        for words, message in [
            (["absent.h5", *axes], "absent.h5: cannot be opened"),
            ([self.store, "--x", "scael", "--y", "dimension"], "no axis 'scael'"),
            ([self.store, *axes, "--theorem", "mesa.limt"], "no theorem 'mesa.limt'"),
            ([self.store, *axes, "--show", "colour"], "--show"),
            ([self.store, *axes, "--where", "scale=7"], "values of scale in the store"),
            ([self.store, *axes, "-o", "nodir/m.png"], "nodir/m.png: the folder nodir does not exist"),
        ]:
            with self.subTest(words=words):
                self.assertIn(message, self.draw(*words, expect=2))


class PaperFiguresRefusalTest(StoreTest):
    def draw(self, *words):
        script = os.path.join(ANALYSIS, "plot_paper_figures.py")
        done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        return done.stderr

    def test_refuses_other_stores(self):
        listed = self.run_sweep("listed", LISTED)
        self.assertIn("no store of mesa-paper-simulation.ini, but of sweep listed, which has no axis mask",
                      self.draw("--simulation", listed))
        self.assertIn("which has no axis seed", self.draw("--random-start", listed))
        self.assertIn("no store of mesa-paper-replicates.ini", self.draw("--replicates", listed))
        self.assertIn("one of --simulation, --random-start, --replicates is needed", self.draw())


# Plain attention and one setting of every modification.
MODIFIED = """name = modified
model = softmax-attention
[axes]
distribution = gaussian
dimension = 3
demonstrations = 4
alpha = 0, 0.5
beta = 0, 0.3
value_map = identity, relu
exclude = alpha=0.5 & beta=0.3; alpha=0.5 & value_map=relu; beta=0.3 & value_map=relu
seed = 0..2
[flow]
horizon = 1
records = 4
[empirical]
prompts = 20
test_prompts = 20
"""


class ModificationsTest(StoreTest):
    def test_the_table_is_that_of_the_export(self):
        path = self.run_sweep("modified", MODIFIED)
        rows = list(csv.DictReader(io.StringIO(flowsweep("export", path))))
        with Store(path) as store:
            groups = plot_modifications.settings(store)
            finals = store.finals()
            self.assertEqual({kind for kind, _ in groups}, {"plain", "regularised", "augmented", "negative"})
            self.assertEqual({len(ids) for ids in groups.values()}, {3})
            for (kind, setting), ids in groups.items():
                exported = [float(row["test_risk"]) for row in rows if row["id"] in ids]
                self.assertEqual(sorted(exported), sorted(finals.loc[ids, "test_risk"]))
                picked = {(float(row["alpha"]), float(row["beta"]), row["value_map"]) for row in rows if row["id"] in ids}
                self.assertEqual(len(picked), 1, (kind, setting))
                mean, error = plot_modifications.curves(store, ids, "risk", [1.0])
                self.assertAlmostEqual(mean[0], finals.loc[ids, "risk"].mean(), places=12)

    def test_plot_trajectory_draws_what_a_store_has(self):
        script = os.path.join(ANALYSIS, "plot_trajectory.py")
        path = self.run_sweep("modified", MODIFIED)
        for words, code, message in [([path, "-o", "risk.png"], 0, "risk.png"), ([path, "-o", "t.png", "--observable", "test_risk"], 0, "t.png"),
                                     ([path, "--observable", "ab"], 2, "no observable 'ab'")]:
            with self.subTest(words=words):
                done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(message, done.stdout + done.stderr)

    def test_a_difference_is_called_one_only_beyond_chance(self):
        plain = [1.0, 1.1, 0.9, 1.05, 0.95]
        self.assertEqual(plot_modifications.judgement([value - 1 for value in plain], plain, 20)[2], "better")
        self.assertEqual(plot_modifications.judgement([value + 1 for value in plain], plain, 20)[2], "worse")
        self.assertEqual(plot_modifications.judgement([value + 0.1 for value in plain], plain, 20)[2], "undecided")
        self.assertEqual(plot_modifications.judgement([2.0], plain, 20)[2], "too few")
        # Welch's interval of two equal samples of five: t(8, .975) times the standard error.
        self.assertAlmostEqual(plot_modifications.judgement(plain, plain, 1)[1], 2.306 * math.sqrt(2 * 0.00625 / 5), places=3)

    def test_draws_and_refuses(self):
        script = os.path.join(ANALYSIS, "plot_modifications.py")
        path = self.run_sweep("modified", MODIFIED)
        for words, code, message in [([path, "-o", "m.png"], 0, "test - plain"), ([self.store], 2, "not a store of softmax attention"),
                                     (["absent.h5"], 2, "absent.h5: cannot be opened"), ([path, "-o", "nodir/m.png"], 2, "does not exist")]:
            with self.subTest(words=words):
                done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(message, done.stdout + done.stderr)


STEPS = """name = steps
model = softmax-attention
theorems = dual.stepwise
[axes]
task = tokens
distribution = gaussian
dimension = 4
demonstrations = 8, 16
check_prompts = 20
"""
# A corner of each sweep of the dual model.
FEATURES = """name = features
model = softmax-attention
theorems = dual.random-features
[axes]
task = tokens
distribution = gaussian
dimension = 4
features = 64, 256
weight_scale = 0.1, 0.2
feature_draws = 40
seed = 1, 2
"""
BOUND = """name = bound
model = softmax-attention
theorems = dual.gap-identity, dual.bound, dual.bound-direct
[axes]
task = tokens
distribution = sphere, gaussian
dimension = 4
demonstrations = 5, 20
population = 50
draws = 100
kappa = 0.5, 1
"""


class DualTest(StoreTest):
    def draw(self, *words, expect=0):
        script = os.path.join(ANALYSIS, "plot_dual.py")
        done = subprocess.run([sys.executable, script, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def test_draws_every_figure(self):
        features, bound, steps = (self.run_sweep(name, text) for name, text in
                                  (("features", FEATURES), ("bound", BOUND), ("steps", STEPS)))
        done = self.draw("--random-features", features, "--bound", bound, "--stepwise", steps, "-o", "dual")
        self.assertEqual([os.path.basename(path) for path in done.stdout.split()],
                         ["random-features.png", "bound.png", "steps.png"])
        for path in done.stdout.split():
            self.assertGreater(matplotlib.image.imread(os.path.join(self.folder, path)).std(), 0.01, path)
        with Store(features) as store:
            errors = feature_errors(store, [])
            self.assertEqual(len(errors), 4)
            for scale in (0.1, 0.2):  # 160 draws of each error: far from a factor 2
                law = errors.loc[scale]["exact_constant"] / np.array([64, 256])
                self.assertLess(np.abs(np.log2(errors.loc[scale]["exact_error"] / law)).max(), 1)
        with Store(bound) as store:
            curves = gaps_and_bounds(store, ["kappa=0.5"])
            self.assertTrue((curves["gap"] < curves["direct"]).all() and (curves["direct"] < curves["bound"]).all(), curves)
            measured = store.measurements("dual.bound")
            exported = store.verdicts("dual.bound")["measured"]
            np.testing.assert_array_equal(measured["exceeded"], exported)
        with Store(steps) as store:
            mean, spread = distances(store, [])
            self.assertEqual(list(mean.index), [8, 16])
            self.assertTrue((mean[0] > mean[0.75]).all() and (mean[1.0] == 0).all() and (spread[0] > 0).all(), mean)

    def test_refuses_other_stores(self):
        self.assertIn("cannot be drawn as --bound: sweep mixed has no theorem dual.",
                      self.draw("--bound", self.store, expect=2).stderr)
        self.assertIn("absent.h5: cannot be opened", self.draw("--random-features", "absent.h5", expect=2).stderr)
        self.assertIn("one of --random-features, --bound, --stepwise is needed", self.draw(expect=2).stderr)


if __name__ == "__main__":
    unittest.main()
