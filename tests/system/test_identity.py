"""The same bits on any number of ranks, and for one point alone."""
import unittest

from program import VARIED, ProgramTest


class Identity(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("varied.ini", VARIED)

    def test_digests_agree_for_one_to_four_ranks(self):
        self.run_program("run", "varied.ini", "-o", "alone.h5")
        alone = self.digest("alone.h5")
        self.assertRegex(alone, "^[0-9a-f]{16}$")
        for ranks in (1, 2, 3, 4):
            with self.subTest(ranks=ranks):
                store = f"np{ranks}.h5"
                self.run_program("run", "varied.ini", "-o", store, ranks=ranks)
                self.assertEqual(self.digest(store), alone)

    def test_a_changed_number_changes_the_digest(self):
        self.run_program("run", "varied.ini", "-o", "a.h5", "--where", "distribution=gaussian")
        self.run_program("run", "varied.ini", "-o", "b.h5", "--where", "distribution=sparse")
        self.assertNotEqual(self.digest("a.h5"), self.digest("b.h5"))

    def test_each_kind_of_point_is_reproduced_alone(self):
        self.run_program("run", "varied.ini", "-o", "a.h5", ranks=2)
        rows = self.rows("a.h5")
        one_of_each = {(row["status"], row["risk"], row["distribution"]): id for id, row in rows.items()}
        self.assertGreaterEqual({key[0] for key in one_of_each}, {"converged", "horizon-reached", "diverged"})
        for kind, point in one_of_each.items():
            with self.subTest(kind=kind):
                self.assertIn("identical", self.run_program("reproduce", "a.h5", point).stdout)
        self.run_program("reproduce", "a.h5", "ffffffffffffffff", expect=2)

    def test_instruction_sets(self):
        self.run_program("run", "varied.ini", "-o", "low.h5", "--instruction-set", "baseline", "--where", "seed=0")
        refused = self.run_program("run", "varied.ini", "-o", "low.h5", "--instruction-set", "avx2", expect=2)
        self.assertIn("baseline", refused.stderr)
        self.assertIn("avx2", refused.stderr)
        resumed = self.run_program("run", "varied.ini", "-o", "low.h5")
        self.assertIn("(baseline)", resumed.stderr)
        point = next(iter(self.rows("low.h5")))
        self.assertIn("identical", self.run_program("reproduce", "low.h5", point).stdout)


if __name__ == "__main__":
    unittest.main()
