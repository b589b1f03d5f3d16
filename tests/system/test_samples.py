"""Rows of a file as a law: identity by their values, stores that need no file any more, refusals with row and column."""
import json
import os
import random
import shutil
import unittest

from program import ProgramTest

SEED = 20261122
SWEEP = """name = rows
model = linear-attention
[axes]
distribution = samples(data/rows.csv)
dimension = 2
context = 10, 20
"""

# What the file holds; what the message must say.
BAD_ROWS = [
    ("", "has 0 rows"),
    ("1,2\n", "has 1 row of numbers; a sample needs at least 2"),
    ("x,y\n", "has 0 rows"),
    ("x,y\n1,2\n", "has 1 row of numbers"),
    ("1,2\n3,nan\n", "rows.csv:2: row 2, column 2 = nan: must be finite"),
    ("1,2\n-inf,4\n", "rows.csv:2: row 2, column 1 = -inf: must be finite"),
    ("NA,NA\n1,2\n3,4\n", "rows.csv:1: row 1, column 1 = NA: must be a real number"),
    ("x,inf\n1,2\n3,4\n", "rows.csv:1: row 1, column 1 = x: must be a real number"),
    ('"1","2"\n1,2\n3,4\n', 'rows.csv:1: row 1, column 1 = "1": must be a real number'),
    ("1 2\n3 4\n5 6\n", "rows.csv:1: row 1, column 1 = 1 2: must be one real number: numbers are separated by commas"),
    ("x;y\n1;2\n3;4\n", "rows.csv:2: row 1, column 1 = 1;2: must be one real number: numbers are separated by commas"),
    ("x,y\nu,v\n1,2\n3,4\n", "rows.csv:2: row 1, column 1 = u: must be a real number"),
    ("x\n1,2\n3,4\n", "rows.csv:1: header = 1 names: the rows have 2 columns"),
    ("1,2\n3,-2e20\n", "rows.csv:2: row 2, column 2 = -2e+20: must be between -1e+20 and 1e+20"),
    ("0,0\n0,-0\n", "rows.csv: every number of its rows is 0"),
    ("0,1e-60\n0,-2e-60\n", "rows.csv: row 2, column 2 = -2e-60: is the number of largest magnitude"),
    ("x,y\n1,2\n3,4\n5\n", "rows.csv:4: row 3 = 1 columns: must have 2 columns"),
    ("1,2\n3,4,5\n", "rows.csv:2: row 2 = 3 columns: must have 2 columns"),
    ("1,2\n3,four\n", "rows.csv:2: row 2, column 2 = four: must be a real number"),
    ("1,2\n3,\n", "rows.csv:2: row 2, column 2 = (nothing): must be a real number"),
    ("1,2,3\n4,5,6\n", "bad.ini:5: axes.dimension = 2: the rows of data/rows.csv have 3 columns"),
]


def rows_text(count, seed=SEED):
    draw = random.Random(seed)
    return "".join(f"{draw.gauss(0, 1)!r},{draw.gauss(0, 1)!r}\n" for _ in range(count))


class Samples(ProgramTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("data"))
        self.write("rows.ini", SWEEP)

    def refused(self, *words):
        before = self.folder_state()
        done = self.run_program(*words, expect=2)
        self.assertEqual(self.folder_state(), before, "files were made or changed")
        return done.stderr

    def test_bad_rows(self):
        self.write("bad.ini", SWEEP)
        for text, message in BAD_ROWS:
            with self.subTest(rows=text):
                self.write("data/rows.csv", text)
                self.assertIn(message, self.refused("run", "bad.ini", "-o", "a.h5"))

    def test_bad_files(self):
        self.assertIn("data/rows.csv: does not exist", self.refused("run", "rows.ini", "-o", "a.h5"))
        self.write("data/rows.csv", rows_text(20))
        self.run_program("run", "rows.ini", "-o", "data/store.h5")
        for file, message in (("data", "data: is no file"), ("data/store.h5:/points/nothing", "has no dataset '/points/nothing'"),
                              ("data/store.h5:/points/context", "has 1 dimensions; it must have two"),
                              ("data/rows.csv:/x", "cannot be read as an HDF5 file")):
            with self.subTest(file=file):
                self.assertIn(message, self.refused("run", "rows.ini", "-o", "a.h5", "--set", f"axes.distribution=samples({file})"))
                self.assertIn(message, self.refused("distributions", f"samples({file})"))

    def test_csv_and_hdf5_are_the_same_rows(self):
        # A store is an HDF5 file, and its starts a0:b0 are a table of two columns.
        numbers = [line.split(",") for line in rows_text(30).splitlines()]
        starts = ", ".join(f"{a}:{b}" for a, b in numbers)
        self.write("starts.ini", f"name = starts\nmodel = linear-attention\n[axes]\ndistribution = sparse\ndimension = 1\ncontext = 3\ninit = {starts}\n")
        self.run_program("run", "starts.ini", "-o", "data/starts.h5")
        self.write("data/rows.csv", "# starts\nx, y\n" + "".join(f" {a} , {b}\n" for a, b in numbers))
        self.run_program("run", "rows.ini", "-o", "csv.h5")
        self.run_program("run", "rows.ini", "-o", "hdf5.h5", "--set", "axes.distribution=samples(data/starts.h5:/points/init)")
        self.assertEqual(self.digest("csv.h5"), self.digest("hdf5.h5"))

    def test_a_store_needs_no_file(self):
        self.write("data/rows.csv", rows_text(40))
        self.run_program("run", "rows.ini", "-o", "a.h5", ranks=2)
        shutil.rmtree(self.path("data"))
        self.run_program("verify", "a.h5")
        self.run_program("verify", "a.h5", "--remeasure")
        for point in self.rows("a.h5"):
            self.assertIn("identical", self.run_program("reproduce", "a.h5", point).stdout)
            self.run_program("show", "a.h5", point)
        self.run_program("merge", "a.h5", "-o", "merged.h5")
        self.assertEqual(self.digest("merged.h5"), self.digest("a.h5"))
        self.assertIn("data/rows.csv: does not exist", self.refused("run", "rows.ini", "-o", "a.h5"))

    def test_merged_sweeps_keep_their_rows(self):
        self.write("data/rows.csv", rows_text(40))
        self.run_program("run", "rows.ini", "-o", "a.h5")
        self.run_program("run", "rows.ini", "-o", "b.h5", "--set", "axes.context=30")
        self.run_program("merge", "a.h5", "b.h5", "-o", "merged.h5")
        shutil.rmtree(self.path("data"))
        self.run_program("verify", "merged.h5")
        self.assertEqual(len(self.rows("merged.h5")), 3)

    def test_marks_and_names_are_no_rows(self):
        self.write("data/rows.csv", rows_text(40))
        plain = self.run_program("distributions", "samples(data/rows.csv)").stdout
        for head in ("\ufeff", "\ufeffx1,Inflow\n", '"x", "nano"\n'):
            with self.subTest(head=head):
                self.write("data/rows.csv", head + rows_text(40))
                self.assertEqual(self.run_program("distributions", "samples(data/rows.csv)").stdout, plain)

    def test_names_without_a_file(self):
        for name in ("samples()", "sampels(rows.csv)", "Samples(rows.csv)"):
            with self.subTest(name=name):
                self.assertIn("the only function here is samples(FILE)",
                              self.refused("run", "rows.ini", "-o", "a.h5", "--set", f"axes.distribution={name}"))
                self.assertIn("samples(FILE)", self.refused("distributions", name))

    def test_a_changed_file_is_noticed(self):
        self.write("data/rows.csv", rows_text(40))
        self.run_program("run", "rows.ini", "-o", "a.h5")
        self.write("data/rows.csv", rows_text(41))
        message = self.refused("run", "rows.ini", "-o", "a.h5")
        self.assertIn("rows of data/rows.csv: 40 rows with the hash", message)
        self.assertIn("41 rows with the hash", message)

    def test_the_path_is_the_sweep_files(self):
        self.write("data/rows.csv", rows_text(40))
        self.write("data/inner.ini", SWEEP.replace("data/rows.csv", "rows.csv"))
        self.run_program("run", "data/inner.ini", "-o", "inner.h5")
        self.run_program("run", "rows.ini", "-o", "outer.h5")
        self.assertEqual(self.digest("inner.h5"), self.digest("outer.h5"))

    def test_a_plan_counts_the_rows(self):
        # The text of the rows is in the store twice; the work is that of their moments.
        plans = []
        for count in (20, 20000):
            self.write("data/rows.csv", rows_text(count))
            plans.append(json.loads(self.run_program("plan", "rows.ini", "--json").stdout))
        few, many = plans
        self.run_program("run", "rows.ini", "-o", "a.h5")
        size = os.path.getsize(self.path("a.h5"))
        self.assertTrue(size / 2 < many["store_bytes"] < 2 * size, (many["store_bytes"], size))
        self.assertGreater(many["store_bytes"] - few["store_bytes"], 2 * os.path.getsize(self.path("data/rows.csv")) * 0.99)
        self.assertGreater(many["memory_bytes_per_rank"] - few["memory_bytes_per_rank"], 19980 * 2 * 8)
        self.assertGreater(many["cost_seconds"], few["cost_seconds"] + 1e-3)

    def test_the_page_of_a_sample(self):
        self.write("data/rows.csv", rows_text(200))
        page = self.run_program("distributions", "samples(data/rows.csv)").stdout
        for part in ("one of 200 rows, d = 2, context = 100", "kappa3 = ", "undecided", "rows would decide", "99 %"):
            self.assertIn(part, page)
        self.run_program("run", "rows.ini", "-o", "a.h5")
        points = self.rows("a.h5")
        stored = self.run_program("show", "a.h5", next(iter(points))).stdout
        rows = page.split("rows = ")[1].split()[0]
        self.assertRegex(stored, rf"\n  rows +{rows} \(data/rows.csv\)\n")
        self.assertIn("undecided: the rows do not decide; flowsweep distributions 'samples(data/rows.csv)' says", stored)
        verified = self.run_program("verify", "a.h5").stdout
        self.assertIn("rows do not decide; flowsweep distributions 'samples(data/rows.csv)' says which moment", verified)
        self.assertRegex(verified, r"Undecided hypotheses, \d+ \(point, theorem\) pairs?: ")
        for setting in ("dimension=4", "scale=2", "rows=1"):
            self.assertIn(f"--set {setting}: KEY must be context", self.refused("distributions", "samples(data/rows.csv)", "--set", setting))
        self.write("data/ones.csv", "1,1\n" * 2000)
        self.assertIn("which excludes 0", self.run_program("distributions", "samples(data/ones.csv)", "--set", "context=10").stdout)


if __name__ == "__main__":
    unittest.main()
