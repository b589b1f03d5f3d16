"""Shards, and stores united."""
import os
import subprocess
import unittest

from program import SLOW, VARIED, ProgramTest

SMALL = """name = small
model = linear-attention
theorems = mesa.limit, mesa.balance
[axes]
distribution = gaussian, skewed
dimension = 2..5
context = 10
init = 0.1:0.1
"""


class Shards(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("varied.ini", VARIED)
        self.write("small.ini", SMALL)

    def run_shards(self, sweep, count, **options):
        """Stores of all shards that have points."""
        for index in range(1, count + 1):
            self.run_program("run", sweep, "--shard", f"{index}/{count}", "-o", f"part-{index}.h5", **options)
        return [f"part-{index}.h5" for index in range(1, count + 1) if os.path.exists(self.path(f"part-{index}.h5"))]

    def test_merged_shards_are_the_plain_run(self):
        self.run_program("run", "varied.ini", "-o", "plain.h5")
        parts = self.run_shards("varied.ini", 3)
        self.assertEqual(len(parts), 3)
        for part in parts:
            self.run_program("status", part, "--exit-code")
        self.assertEqual(sum(self.status(part)["points"] for part in parts), self.status("plain.h5")["points"])
        for number, order in enumerate((parts, parts[::-1], parts + parts[:1])):
            out = f"out-{number}.h5"
            self.run_program("merge", *order, "-o", out)
            self.assertEqual(self.digest(out), self.digest("plain.h5"))
            self.assertEqual(self.status(out)["sweep"], "varied")
        plain = {point: {key: cell for key, cell in row.items() if key != "wall_seconds"}
                 for point, row in self.rows("plain.h5").items()}
        merged = self.rows("out-0.h5")
        for point, row in plain.items():
            self.assertEqual({key: merged[point][key] for key in row}, row)
        self.assertIn("nothing is left to run", self.run_program("run", "varied.ini", "-o", "out-0.h5").stderr)
        self.assertNotIn("extended", self.run_program("run", "varied.ini", "-o", "out-1.h5").stderr)
        self.run_program("verify", "out-0.h5", "--remeasure", expect=1)  # skewed laws violate mesa.limit

    def test_a_sweep_goes_on_where_its_shards_ended(self):
        self.run_program("run", "small.ini", "-o", "plain.h5")
        parts = self.run_shards("small.ini", 2)
        self.run_program("run", "small.ini", "--shard", "2/2", "--where", "distribution=gaussian", "-o", "half.h5")
        self.run_program("merge", parts[0], "half.h5", "-o", "out.h5")
        self.run_program("status", "out.h5", "--exit-code", expect=75)
        done = self.status("out.h5")["committed"]
        went_on = self.run_program("run", "small.ini", "-o", "out.h5")
        self.assertIn(f"{done} of 8 points have a row already", went_on.stderr)
        self.assertEqual(self.digest("out.h5"), self.digest("plain.h5"))

    def test_a_shard_that_is_missing_is_run_afterwards(self):
        self.run_program("run", "small.ini", "-o", "plain.h5")
        parts = self.run_shards("small.ini", 2)
        self.run_program("merge", parts[1], "-o", "out.h5")
        self.run_program("run", "small.ini", "-o", "out.h5")
        self.assertEqual(self.digest("out.h5"), self.digest("plain.h5"))

    def test_shards_without_points_end_well_and_make_no_store(self):
        parts = self.run_shards("small.ini", 40)
        self.assertLessEqual(len(parts), 8)
        done = [self.run_program("run", "small.ini", "--shard", f"{index}/40", "-o", f"part-{index}.h5", ranks=ranks)
                for index, ranks in ((i, r) for i in (1, 2, 3, 4) for r in (0, 2)) if f"part-{index}.h5" not in parts]
        self.assertTrue(done)
        for empty in done:
            self.assertIn("has no points: nothing is to do", empty.stderr)
        self.assertEqual(sorted(self.folder_names()), sorted(parts + ["small.ini", "varied.ini"]))
        self.run_program("merge", *parts, "-o", "out.h5")
        self.run_program("run", "small.ini", "-o", "plain.h5")
        self.assertEqual(self.digest("out.h5"), self.digest("plain.h5"))
        for index in range(1, 5):
            self.run_program("plan", "small.ini", "--shard", f"{index}/40")

    def test_shards_under_mpirun(self):
        self.run_program("run", "small.ini", "-o", "plain.h5")
        self.run_program("merge", *self.run_shards("small.ini", 2, ranks=2), "-o", "out.h5")
        self.assertEqual(self.digest("out.h5"), self.digest("plain.h5"))

    def test_a_store_of_one_shard_refuses_another(self):
        self.run_program("run", "small.ini", "--shard", "1/2", "-o", "a.h5")
        refused = self.run_program("run", "small.ini", "--shard", "2/2", "-o", "a.h5", expect=2)
        self.assertIn("shard: 1/2 in the store, 2/2 now", refused.stderr)

    def test_a_wrong_shard(self):
        for bad in ("0/4", "5/4", "x", "1/0", "1/99999999999"):
            for command in (("run", "-o", "a.h5"), ("plan",)):
                refused = self.run_program(*command, "small.ini", "--shard", bad, expect=2)
                self.assertIn(f"shard = {bad}: must be I/N, integers with 1 <= I <= N <= 1000000", refused.stderr)
        self.assertEqual(sorted(self.folder_names()), ["small.ini", "varied.ini"])

    def folder_names(self):
        return os.listdir(self.folder)


class Merge(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.ini", SMALL)

    def run_small(self, store, *words):
        self.run_program("run", "small.ini", "-o", store, *words)

    def test_sweeps_with_points_in_common(self):
        self.run_small("a.h5")
        self.run_small("b.h5", "--set", "axes.dimension=4..7", "--set", "theorems=mesa.limit, mesa.trajectory")
        self.run_small("whole.h5", "--set", "axes.dimension=2..7",
                       "--set", "theorems=mesa.limit, mesa.balance, mesa.trajectory")
        for number, order in enumerate((("a.h5", "b.h5"), ("b.h5", "a.h5"))):
            merged = self.run_program("merge", *order, "-o", f"{number}.h5")
            self.assertIn("4 rows stood in several stores with the same bits", merged.stderr)
            self.assertEqual(self.digest(f"{number}.h5"), self.digest("whole.h5"))
        self.assertEqual(len(self.rows("0.h5", "--where", "dimension=6..7")), 4)
        self.run_program("verify", "0.h5", "--where", "dimension=2", "--remeasure", expect=1)
        self.run_program("run", "small.ini", "-o", "0.h5", "--set", "axes.dimension=2..7")
        self.assertEqual(self.digest("0.h5"), self.digest("whole.h5"))

    def test_runs_that_timed_out_give_way(self):
        self.run_small("a.h5", "--set", "time_limit=1e-9")
        self.run_small("b.h5")
        for number, order in enumerate((("a.h5", "b.h5"), ("b.h5", "a.h5"))):
            self.run_program("merge", *order, "-o", f"{number}.h5")
            self.assertEqual(self.digest(f"{number}.h5"), self.digest("b.h5"))
            self.assertEqual(self.status(f"{number}.h5")["timed-out"], 0)

    def test_instruction_sets_are_replicates(self):
        self.run_small("a.h5")
        self.run_small("b.h5", "--instruction-set", "baseline")
        if self.digest("a.h5") == self.digest("b.h5"):
            self.skipTest("this processor has the baseline only")
        for order in (("a.h5", "b.h5"), ("b.h5", "a.h5")):
            merged = self.run_program("merge", *order, "-o", "out.h5")
            self.assertIn("several instruction sets", merged.stderr)
            self.assertIn("agree with the ones kept", merged.stderr)
            self.assertEqual(self.digest("out.h5"), self.digest("b.h5"))
            self.run_program("verify", "out.h5", "--remeasure", expect=1)
            os.remove(self.path("out.h5"))

    def test_what_is_refused_leaves_everything_as_it_was(self):
        self.run_small("a.h5")
        os.symlink("a.h5", self.path("link.h5"))
        os.link(self.path("a.h5"), self.path("hard.h5"))
        state = self.folder_state()
        for words, message in ((("a.h5", "-o", "a.h5"), "is the input a.h5"), (("a.h5", "-o", "link.h5"), "is the input"),
                               (("a.h5", "-o", "hard.h5"), "is the input"), (("a.h5", "-o", "small.ini"), "exists already"),
                               (("a.h5", "small.ini", "-o", "c.h5"), "is not an HDF5 file"),
                               (("a.h5", "none.h5", "-o", "c.h5"), "cannot be opened"), (("-o", "c.h5"), "STORE: is missing"),
                               (("a.h5",), "--output OUT: is missing")):
            with self.subTest(words=words):
                self.assertIn(message, self.run_program("merge", *words, expect=2).stderr)
                self.assertEqual(self.folder_state(), state)

    def test_a_full_disk_leaves_nothing(self):
        self.write("large.ini", SMALL.replace("2..5", "2..5\nseed = 0..99\nperturbation = 0.01"))
        self.run_program("run", "large.ini", "-o", "a.h5", "--where", "dimension=2")
        os.mkdir(self.path("disk"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.path("disk")], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", self.path("disk")], check=True)
        refused = self.run_program("merge", "a.h5", "-o", "disk/out.h5", expect=2)
        self.assertIn("no room for a store of", refused.stderr)
        self.assertEqual(os.listdir(self.path("disk")), [])

    def test_merging_stores_that_are_being_written(self):
        self.write("slow.ini", SLOW)
        self.run_program("run", "slow.ini", "-o", "plain.h5")
        process = self.start_frozen("run", "slow.ini", "-o", "live.h5", store="live.h5", ranks=2, least=5)
        merges = 0
        committed = 0
        while process.poll() is None:
            out = f"out-{merges}.h5"
            self.run_program("merge", "live.h5", "-o", out)
            self.assertGreaterEqual(self.status(out)["committed"], committed)
            committed = self.status(out)["committed"]
            self.run_program("verify", out)
            merges += 1
            self.go_on()
        self.assertEqual(process.wait(), 0)
        process.communicate()
        self.assertGreater(merges, 0)
        self.run_program("run", "slow.ini", "-o", out)
        for store in (out, "live.h5"):
            self.assertEqual(self.digest(store), self.digest("plain.h5"))


if __name__ == "__main__":
    unittest.main()
