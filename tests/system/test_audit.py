"""Rows that are run again: the same bits are found to be the same, planted differences are found and named."""
import json
import os
import re
import struct
import subprocess
import unittest

from program import SLOW, VARIED, ProgramTest, environment

PLANT = os.path.abspath(os.environ["FLOWSWEEP_PLANT"])
CHANGE = 0.5  # exact in binary, and above the rounding of every final it is added to


class Audit(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("varied.ini", VARIED)
        self.run_program("run", "varied.ini", "-o", "a.h5")

    def audit(self, store, *words, **kwargs):
        return json.loads(self.run_program("audit", store, "--json", *words, **kwargs).stdout)

    def plant(self, store, points):
        subprocess.run([PLANT, "a.h5", store, str(CHANGE), *points], cwd=self.folder, check=True, timeout=60,
                       env=environment())

    def test_an_honest_store_is_identical_on_one_and_three_ranks(self):
        before = self.folder_state()
        for ranks in (0, 1, 3):
            with self.subTest(ranks=ranks):
                found = self.audit("a.h5", "--fraction", "1", "--seed", "4", ranks=ranks)
                self.assertEqual(found["committed"], len(self.rows("a.h5")))
                self.assertEqual(found["identical"], found["committed"] - found["left_out"])
                self.assertEqual((found["different"], found["damaged"], found["most_different"]), (0, 0, 0))
                self.assertEqual(found["ranks"], max(1, ranks))
        self.assertEqual(self.folder_state(), before)

    def test_planted_differences_are_found(self):
        points = sorted(point for point, row in self.rows("a.h5").items() if row["status"] == "converged")[:3]
        self.plant("b.h5", points)
        self.assertEqual(self.status("b.h5")["committed"], self.status("a.h5")["committed"])
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                found = self.audit("b.h5", "--fraction", "1", ranks=ranks, expect=1)
                self.assertEqual(sorted(found["different_ids"]), points)
                self.assertEqual(found["identical"] + len(points), found["drawn"])
                self.assertEqual([column["column"] for column in found["columns"]], ["finals/risk"])
                self.assertEqual(found["columns"][0]["rows"], len(points))
                self.assertAlmostEqual(found["columns"][0]["worst_deviation"], CHANGE, places=12)
                self.assertEqual(found["most_different"], len(points))
        words = self.run_program("audit", "b.h5", "--fraction", "1", expect=1).stdout
        for point in points:
            self.assertIn(f"  flowsweep reproduce b.h5 {point}\n", words)
            self.run_program("reproduce", "b.h5", point, expect=1)

    def test_equal_seeds_draw_equal_rows(self):
        points = sorted(self.rows("a.h5"))
        self.plant("b.h5", points)  # all differ: the list is the sample
        words = ("--fraction", "0.3", "--seed", "9")
        first = self.audit("b.h5", *words, expect=1)
        self.assertLess(first["drawn"], len(points))
        self.assertEqual(self.audit("b.h5", *words, ranks=3, expect=1)["different_ids"], first["different_ids"])
        other = self.audit("b.h5", "--fraction", "0.3", "--seed", "10", expect=1)
        self.assertNotEqual(other["different_ids"], first["different_ids"])
        drawn = self.audit("b.h5", "--fraction", "0.3", expect=1)  # repeated by what it prints
        again = self.audit(*drawn["command"].split()[2:], expect=1)
        self.assertEqual(again["different_ids"], drawn["different_ids"])

    def test_what_is_left_out(self):
        self.write("short.ini", VARIED.replace("model =", "time_limit = 1e-9\nmodel =", 1))
        self.run_program("run", "short.ini", "-o", "short.h5", "--where", "dimension=5")
        self.assertEqual(self.status("short.h5")["timed-out"], self.status("short.h5")["committed"])
        self.assertIn("no row that can be audited", self.run_program("audit", "short.h5", expect=2).stderr)
        self.run_program("run", "varied.ini", "-o", "short.h5", "--where", "dimension=2")
        found = self.audit("short.h5", "--fraction", "1")
        self.assertEqual(found["left_out"], self.status("short.h5")["timed-out"])
        self.assertEqual(found["identical"], found["committed"] - found["left_out"])

    def test_only_the_points_of_a_filter(self):
        found = self.audit("a.h5", "--fraction", "1", "--where", "dimension=2", "--where", "distribution=gaussian")
        rows = [row for row in self.rows("a.h5").values() if row["dimension"] == "2" and row["distribution"] == "gaussian"]
        self.assertEqual(found["points"], len(rows))

    def test_a_damaged_row(self):
        with open(self.path("a.h5"), "rb") as file:
            content = bytearray(file.read())
        for row in self.rows("a.h5").values():
            place = content.find(struct.pack("<d", float(row["wall_seconds"])))
            if place >= 0:
                content[place] ^= 1
                break
        with open(self.path("a.h5"), "wb") as file:
            file.write(content)
        found = self.audit("a.h5", "--fraction", "1", expect=2)
        self.assertEqual((found["damaged"], found["different"], found["most_different"]), (1, 0, None))

    def test_a_store_that_is_being_written(self):
        self.write("slow.ini", SLOW)
        process = self.start("run", "slow.ini", "-o", "slow.h5")
        self.wait_for_rows(process, "slow.h5", 5)
        found = self.audit("slow.h5", "--fraction", "0.5")
        self.assertGreaterEqual(found["committed"], 5)
        self.assertEqual(found["identical"], found["drawn"])
        process.communicate()
        self.assertEqual(process.returncode, 0)

    def test_bad_input(self):
        for fraction in ("0", "-0.1", "1.0001", "nan", "1e999", "one", "0.5x"):
            with self.subTest(fraction=fraction):
                refused = self.run_program("audit", "a.h5", f"--fraction={fraction}", expect=2)
                self.assertIn(f"--fraction = {fraction}: must be a number, 0 < fraction <= 1", refused.stderr)
        self.assertIn("--seed = x", self.run_program("audit", "a.h5", "--seed", "x", expect=2).stderr)
        self.run_program("audit", "varied.ini", expect=2)
        self.run_program("audit", "nowhere.h5", expect=2)
        self.run_program("audit", "a.h5", "--where", "dimension=99", expect=2)
        refused = self.run_program("audit", "nowhere.h5", ranks=2, expect=2)
        self.assertEqual(len(re.findall("nowhere.h5: cannot be opened", refused.stderr)), 1)

    def test_a_store_of_another_instruction_set(self):
        held_back = environment(FLOWSWEEP_INSTRUCTION_SET="baseline")
        if self.audit("a.h5")["instruction_set"] == "baseline":
            self.skipTest("this processor has the lowest set only")
        refused = self.run_program("audit", "a.h5", expect=2, env=held_back)
        self.assertIn("FLOWSWEEP_INSTRUCTION_SET allows at most baseline", refused.stderr)
        self.run_program("run", "varied.ini", "-o", "low.h5", env=held_back)
        found = self.audit("low.h5", "--fraction", "1")
        self.assertEqual((found["instruction_set"], found["different"]), ("baseline", 0))


if __name__ == "__main__":
    unittest.main()
