"""Flipped bytes in a store: damaged rows are named and done again, the rest of the file is repaired from its copy."""
import json
import os
import random
import struct
import unittest

from program import VARIED, ProgramTest

SEED = int(os.environ.get("FLOWSWEEP_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
DAMAGED = 5


class Damage(ProgramTest):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED} (FLOWSWEEP_TEST_SEED)", flush=True)
        self.random = random.Random(SEED)
        self.write("varied.ini", VARIED)
        self.run_program("run", "varied.ini", "-o", "a.h5")
        self.whole = self.digest("a.h5")
        with open(self.path("a.h5"), "rb") as file:
            self.content = file.read()

    def put(self, content):
        with open(self.path("a.h5"), "wb") as file:
            file.write(content)

    def flipped(self, content, offset):
        changed = bytearray(content)
        changed[offset] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def place_of(self, row):
        """Where the row's wall time lies: no two runs take the same number of nanoseconds, or they are left out."""
        number = struct.pack("<d", float(row["wall_seconds"]))
        return self.content.index(number) if self.content.count(number) == 1 else None

    def damage_rows(self):
        """Flips a bit of some rows; their ids."""
        places = {point: self.place_of(row) for point, row in self.rows("a.h5").items()}
        chosen = self.random.sample(sorted(point for point in places if places[point] is not None), DAMAGED)
        content = self.content
        for point in chosen:
            content = self.flipped(content, places[point] + self.random.randrange(8))
        self.put(content)
        return chosen

    def test_damaged_rows(self):
        chosen = self.damage_rows()
        status = json.loads(self.run_program("status", "a.h5", "--exit-code", "--json", expect=75).stdout)
        self.assertEqual(status["damaged"], DAMAGED)
        self.assertIn(f"; {DAMAGED} damaged, to be run again", self.run_program("status", "a.h5", "--exit-code", expect=75).stdout)
        before = {point: row["wall_seconds"] for point, row in self.rows_with_damage().items()}
        verified = self.run_program("verify", "a.h5", expect=2)
        named = verified.stdout.split(f"Damaged ({DAMAGED}): ")[1].splitlines()[0].split(", ")
        self.assertEqual(sorted(named), sorted(chosen))
        self.assertNotEqual(self.digest("a.h5"), self.whole)
        redone = self.run_program("run", "varied.ini", "-o", "a.h5")
        self.assertIn(f"{DAMAGED} damaged rows are run again", redone.stderr)
        self.assertEqual(self.digest("a.h5"), self.whole)
        status = json.loads(self.run_program("status", "a.h5", "--exit-code", "--json").stdout)
        self.assertEqual(status["damaged"], 0)
        after = {point: row["wall_seconds"] for point, row in self.rows("a.h5").items()}
        others = set(after) - set(chosen)
        self.assertEqual({point: after[point] for point in others}, {point: before[point] for point in others})

    def rows_with_damage(self):
        """The exported table of a store with damaged rows, which export says by its exit code."""
        exported = self.run_program("export", "a.h5", "-o", "a.csv", expect=2)
        self.assertIn("damaged", exported.stderr)
        with open(self.path("a.csv"), encoding="utf-8", newline="") as file:
            lines = file.read().splitlines()
        header = lines[0].split(",")
        return {line.split(",")[0]: dict(zip(header, line.split(","))) for line in lines[1:]}

    def test_damage_outside_the_rows(self):
        for offset in (0, 3, 20, 100, self.content.index(b"\x89HDF"), self.content.index(b"format_version")):
            with self.subTest(offset=offset):
                self.put(self.flipped(self.content, offset))
                for words in (["status", "a.h5"], ["verify", "a.h5"], ["run", "varied.ini", "-o", "a.h5"]):
                    refused = self.run_program(*words, expect=2)
                    self.assertIn("`flowsweep repair a.h5`", refused.stderr)
                repaired = self.run_program("repair", "a.h5")
                self.assertIn("restored from the copy", repaired.stdout)
                self.assertEqual(self.digest("a.h5"), self.whole)
        self.assertIn("nothing was written", self.run_program("repair", "a.h5").stdout)

    def test_damage_beyond_repair(self):
        self.put(self.flipped(self.flipped(self.content, 60), len(self.content) - 60))
        state = self.folder_state()
        self.assertIn("new store", self.run_program("repair", "a.h5", expect=2).stderr)
        self.assertEqual(self.folder_state(), state)


if __name__ == "__main__":
    unittest.main()
