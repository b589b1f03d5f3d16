"""`flowsweep distributions NAME --set ..`: the law's moments, and which hypotheses it meets and why."""
import unittest

from program import ProgramTest


class DistributionsTest(ProgramTest):
    def printed(self, *words):
        return self.run_program("distributions", *words).stdout

    def line(self, text, start):
        found, = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
        return found

    def test_the_kappas_are_those_of_the_parameters(self):
        text = self.printed("two-point", "--set", "p=0.25", "--set", "dimension=3", "--set", "scale=2")
        # s^2, s^4 (1-3pq)/(pq), s^6 (p^5+q^5)/(pq)^2, (d-1) s^2 kappa1 with pq = 3/16.
        self.assertIn("E v^2 = 4, kappa1 = 37.33333333, kappa2 = 433.7777778, kappa3 = 298.6666667", text)

    def test_the_offending_moment_is_named(self):
        text = self.printed("equicorrelated-gaussian", "--set", "rho=0.5", "--set", "dimension=3")
        self.assertIn("unmet: E v_1 v_2^5 is 7.5, not 0", self.line(text, "single powers vanish"))
        self.assertIn("met: kappa1", self.line(text, "equal kappas"))
        text = self.printed("skewed", "--set", "dimension=2")
        self.assertIn(": met:", self.line(text, "single powers vanish"))
        self.assertIn("unmet: E v_1^3 v_2^3 is 4, not 0", self.line(text, "invariance"))
        text = self.printed("anisotropic-gaussian", "--set", "dimension=2")
        self.assertIn("unmet: kappa2 at j = 2 is 170.859, not 0.234375", self.line(text, "equal kappas"))

    def test_recovery_is_said_in_both_forms(self):
        for law, said in (("rademacher", "met"), ("bernoulli-rademacher", "met"), ("gaussian", "unmet")):
            text = self.printed(law, "--set", "dimension=4")
            for start in ("Assumption 4.2 as encoded here", "its form on the support"):
                self.assertIn(f": {said}:", self.line(text, start), law)

    def test_row_and_column_sums_where_they_differ(self):
        text = self.printed("signed-pairs", "--set", "dimension=2", "--set", "patterns=2,1,1,1,1,1")
        self.assertIn("kappa3 = 2.5 (row sum), sum_r E v_j^4 v_r^2 = 8.5 (column sum)", self.line(text, "j = 1"))

    def test_several_values_are_several_laws(self):
        text = self.printed("student-t", "--set", "nu=8,10", "--set", "dimension=2")
        self.assertEqual(text.count("nu = 8\n") + text.count("nu = 10\n"), 2)

    def test_what_is_no_law_is_refused(self):
        for words, message in ((["student-t", "--set", "nu=6"], "kappa2 = E v^6 is infinite for nu <= 6"),
                               (["sphere", "--set", "nu=7"], "KEY must be one of dimension, context, scale"),
                               (["--set", "nu=7"], "needs the NAME")):
            done = self.run_program("distributions", *words, expect=2)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main()
