"""One store over the life of a sweep: more points, more theorems, filters, and what is refused."""
import json
import os
import re
import shutil
import struct
import unittest

from program import VARIED, ProgramTest

BASE = """name = base
model = linear-attention
theorems = mesa.limit, mesa.balance
[axes]
distribution = gaussian, skewed
dimension = 2, 3
context = 10
init = 0.1:0.1
"""
POINTS = 4


class Extend(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("base.ini", BASE)

    def run_base(self, *words, **options):
        return self.run_program("run", "base.ini", "-o", "a.h5", *words, **options)

    def shown_run(self, store, point):
        """What `show` says of a run: counts, largest gradient norm, wall time, attempt."""
        text = self.run_program("show", store, point).stdout
        return text[text.index("\nRun: "):text.index("\nAt the end:")]

    def test_a_new_axis_value_keeps_rows_and_ids(self):
        self.run_base()
        before = self.rows("a.h5")
        self.assertEqual(len(before), POINTS)
        extended = self.run_base("--set", "axes.dimension=2..4")
        self.assertIn(f"kept {POINTS} rows", extended.stderr)
        after = self.rows("a.h5")
        self.assertEqual(len(after), 6)
        for point, row in before.items():
            self.assertEqual(after[point], row)  # wall_seconds included: it was not run again
        self.run_program("run", "base.ini", "-o", "b.h5", "--set", "axes.dimension=2..4")
        self.assertEqual(self.digest("a.h5"), self.digest("b.h5"))

    def test_a_theorem_added_later_judges_the_stored_runs(self):
        self.run_base()
        before = self.rows("a.h5")
        listed = "theorems=mesa.trajectory, mesa.limit, mesa.balance"
        added = self.run_base("--set", listed)
        self.assertIn("no flow was repeated", added.stderr)
        self.assertIn("nothing is left to run", added.stderr)
        after = self.rows("a.h5")
        for point, row in before.items():
            self.assertEqual({key: after[point][key] for key in row}, row)
            self.assertIn(after[point]["mesa.trajectory.verdict"], ("holds", "hypothesis-unmet"))
        self.run_program("run", "base.ini", "-o", "b.h5", "--set", listed)
        self.assertEqual(self.digest("a.h5"), self.digest("b.h5"))

    def test_every_theorem_is_judged_on_runs_stored_with_the_balance_alone(self):
        self.write("varied.ini", VARIED)
        self.run_program("run", "varied.ini", "-o", "a.h5", "--theorem", "mesa.balance")
        before = self.rows("a.h5")
        shown = {point: self.shown_run("a.h5", point) for point in list(before)[::20]}
        added = self.run_program("run", "varied.ini", "-o", "a.h5")
        self.assertIn(f"judged {len(before)} stored runs for mesa.attraction, ", added.stderr)
        self.assertIn("nothing is left to run", added.stderr)
        for point, row in self.rows("a.h5").items():
            # evaluations and wall_seconds included: no flow was run again
            self.assertEqual({key: row[key] for key in before[point]}, before[point])
        self.assertEqual({point: self.shown_run("a.h5", point) for point in shown}, shown)
        self.run_program("run", "varied.ini", "-o", "b.h5")
        self.assertEqual(self.digest("a.h5"), self.digest("b.h5"))
        self.run_program("verify", "a.h5", expect=1)  # skewed laws violate mesa.limit; nothing disagrees

    def test_theorems_of_the_store_stay(self):
        self.run_base()
        digest = self.digest("a.h5")
        self.run_base("--set", "theorems=mesa.limit")
        self.run_base("--theorem", "mesa.limit")
        self.assertEqual(self.digest("a.h5"), digest)
        self.run_base("--theorem", "mesa.sparse", expect=2)

    def test_where_runs_a_part_and_the_rest_follows(self):
        first = self.run_base("--where", "distribution=skewed")
        self.assertIn(f"2 of {POINTS} points have a row", first.stderr)
        self.assertEqual(self.status("a.h5")["committed"], 2)
        done = {row["distribution"] for row in self.rows("a.h5").values() if row["status"] != "not-run"}
        self.assertEqual(done, {"skewed"})
        self.run_base()
        self.run_program("run", "base.ini", "-o", "b.h5")
        self.assertEqual(self.digest("a.h5"), self.digest("b.h5"))
        nothing = self.run_base("--where", "dimension=2")
        self.assertIn("nothing is left to run", nothing.stderr)

    def test_a_changed_meaning_is_refused_with_the_difference(self):
        self.run_base()
        state = self.folder_state()
        for change, line in (("flow.gradient_tolerance=1e-6",
                              "flow.gradient_tolerance: not set (default 1e-12) in the store, 1e-6 now"),
                             ("axes.dimension=2", "axes.dimension: 2, 3 in the store, 2 now")):
            with self.subTest(change=change):
                refused = self.run_base("--set", change, expect=2)
                self.assertIn(line, refused.stderr)
                self.assertIn("finished points that the sweep does not have", refused.stderr)
                self.assertEqual(self.folder_state(), state)

    def test_the_order_of_axis_values_and_comments_do_not_matter(self):
        self.run_base()
        digest = self.digest("a.h5")
        self.write("base.ini", "# a comment\n" + BASE.replace("gaussian, skewed", "skewed, gaussian"))
        self.assertIn("nothing is left to run", self.run_base().stderr)
        self.assertEqual(self.digest("a.h5"), digest)

    def test_points_that_timed_out_are_run_again_on_request(self):
        self.run_base("--set", "time_limit=1e-9")
        timed_out = self.status("a.h5")["timed-out"]
        self.assertGreater(timed_out, 0)
        self.run_base()
        self.assertEqual(self.status("a.h5")["timed-out"], timed_out)
        self.run_base("--retry-failed")
        self.assertEqual(self.status("a.h5")["timed-out"], 0)

    def test_status_while_points_are_missing(self):
        self.run_base("--where", "dimension=2")
        status = self.status("a.h5")
        self.assertEqual((status["points"], status["committed"], status["not-run"]), (POINTS, 2, 2))
        self.run_program("status", "a.h5")
        self.run_program("status", "a.h5", "--exit-code", expect=75)

    def test_damaged_rows_are_run_again(self):
        self.run_base()
        digest = self.digest("a.h5")
        risk = struct.pack("<d", float(next(iter(self.rows("a.h5").values()))["risk"]))
        for words in ([], ["--retry-failed"]):
            with self.subTest(words=words):
                with open(self.path("a.h5"), "r+b") as file:
                    where = file.read().index(risk)
                    file.seek(where)
                    file.write(bytes([risk[0] ^ 1]))
                verified = self.run_program("verify", "a.h5", expect=2)
                self.assertIn("damaged", verified.stdout + verified.stderr)
                self.assertIn("1 damaged rows are run again", self.run_base(*words).stderr)
                self.assertEqual(self.digest("a.h5"), digest)

    def test_a_retried_point_counts_its_attempts(self):
        self.run_base("--set", "time_limit=1e-9")
        self.run_base("--retry-failed")
        point = next(iter(self.rows("a.h5")))
        self.assertIn("attempt 2", self.shown_run("a.h5", point))

    def test_the_stored_command_line_is_read_back_by_a_shell(self):
        self.write("it's base.ini", BASE)
        self.run_program("run", "it's base.ini", "-o", "it's a.h5")
        with open(self.path("it's a.h5"), "rb") as file:
            self.assertIn(rb"flowsweep run 'it'\''s base.ini' -o 'it'\''s a.h5'", file.read())

    def test_the_summary_and_verify_name_the_same_worst_violation(self):
        summary = self.run_base().stderr
        worst = re.search("mesa.limit is violated worst at ([0-9a-f]{16}): (.*)", summary)
        self.assertIn("distribution skewed", worst[2])
        verified = json.loads(self.run_program("verify", "a.h5", "--json", expect=1).stdout)
        tally = next(tally for tally in verified["theorems"] if "mesa.limit" in tally.values())
        self.assertEqual(worst[1], tally["worst_id"])


# Sampled runs that take long enough to be killed, with an axis of every kind.
KINDS = """name = kinds
model = linear-attention
risk = empirical
[axes]
distribution = gaussian
scale = 1
dimension = 3
context = 30
init = 0.1:0.1
mask = false
seed = 0..4
integrator = euler
step = 0.01
[flow]
steps = 400
records = 8
[empirical]
sequences = 500
statistics = direct
"""
EXTENSIONS = {
    "integer": ("axes.seed=0..19", "axes.dimension=2..5"),
    "real": ("axes.scale=0.5, 1, lin(1.1, 2, 3)", "axes.step=0.01, 0.02, 0.005, 0.001"),
    "name": ("axes.distribution=sparse, gaussian, full-one, rademacher",),
    "pair": ("axes.init=0.2:0.1, 0.1:0.1, 0.5:1.5, 1:-1",),
    "flag": ("axes.mask=true, false", "axes.seed=0..9"),
    "new axis": ("axes.sequences=400, 500, 600, 700",),
    "zip": ("axes.scale=1, 2, 3, 0.5", "axes.dimension=3, 2, 4, 5", "axes.zip=scale, dimension"),
}


class ExtendKilled(ProgramTest):
    def kill_in_the_middle(self, store, rows, words):
        """On a busy machine the look for rows may come too late: then again, from the store as it was."""
        shutil.copy(self.path(store), self.path("before.h5"))
        for _ in range(8):
            process = self.start("run", "kinds.ini", "-o", store, *words)
            self.wait_for_rows(process, store, rows)
            self.kill_job(process)
            if process.returncode != 0:
                return
            shutil.copy(self.path("before.h5"), self.path(store))
        self.fail("the sweep always ended before it was killed")

    def extend(self, kind, settings):
        """Runs, extends, is killed after a few of the new rows, goes on; every early row keeps its bits."""
        store = f"{kind}.h5"
        self.run_program("run", "kinds.ini", "-o", store)
        early = self.rows(store)
        words = [word for setting in settings for word in ("--set", setting)]
        self.kill_in_the_middle(store, len(early) + 2, words)
        killed = self.rows(store)
        self.assertEqual({point: killed[point] for point in early}, early)
        done = {point: row for point, row in killed.items() if row["status"] != "not-run"}
        self.assertIn(f"{len(done)} of {len(killed)} points have a row already",
                      self.run_program("run", "kinds.ini", "-o", store, *words).stderr)
        whole = self.rows(store)
        self.assertEqual({point: whole[point] for point in done}, done)
        return store, words

    def test_new_values_on_every_kind_of_axis_killed_in_the_middle(self):
        self.write("kinds.ini", KINDS)
        for kind, settings in EXTENSIONS.items():
            with self.subTest(kind=kind):
                store, words = self.extend(kind, settings)
                self.run_program("run", "kinds.ini", "-o", "plain.h5", *words)
                self.assertEqual(self.digest(store), self.digest("plain.h5"))
                os.remove(self.path("plain.h5"))


if __name__ == "__main__":
    unittest.main()
