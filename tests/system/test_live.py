"""Stores are read while a sweep writes them."""
import csv
import io
import unittest

from program import SLOW, ProgramTest

COUNTS = ("converged", "horizon-reached", "step-limit", "diverged", "step-underflow", "timed-out", "set-aside", "failed")


class Live(ProgramTest):
    def check_status(self, least):
        """Counts never fall, and add up."""
        status = self.status("a.h5")
        self.assertGreaterEqual(status["committed"], least)
        self.assertEqual(sum(status[name] for name in COUNTS), status["committed"])
        self.assertEqual(status["not-run"], status["points"] - status["committed"])
        return status

    def check_export(self, least):
        """Whole rows only, and at least those that were there before."""
        table = list(csv.DictReader(io.StringIO(self.run_program("export", "a.h5").stdout)))
        done = [row for row in table if row["status"] != "not-run"]
        self.assertGreaterEqual(len(done), least)
        for row in table:
            self.assertEqual({row["risk"] == "", row["wall_seconds"] == "", row["mesa.limit.verdict"] == ""},
                             {row["status"] == "not-run"})
        for row in done:
            self.rows_seen.setdefault(row["id"], row)
            self.assertEqual(row, self.rows_seen[row["id"]])
        return len(done)

    def test_status_export_and_digest_of_a_running_sweep(self):
        self.write("slow.ini", SLOW)
        self.rows_seen = {}
        process = self.start_frozen("run", "slow.ini", "-o", "a.h5", ranks=2)
        looks, committed, writers = 0, 0, set()
        while process.poll() is None:
            status = self.check_status(committed)
            if looks == 2:  # from then on it runs while it is looked at
                self.go_on()
            committed = max(status["committed"], self.check_export(status["committed"]))
            writers.add(status["writer"])
            if committed < status["points"]:
                self.run_program("digest", "a.h5")
                looks += 1
        process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertGreater(looks, 1)
        self.assertTrue(any(writer and writer.startswith("process ") for writer in writers), writers)
        status = self.check_status(committed)
        self.assertEqual((status["committed"], status["writer"]), (status["points"], None))
        self.assertEqual(self.check_export(committed), status["points"])
        self.run_program("status", "a.h5", "--exit-code")

    def test_exit_codes_while_points_are_missing_and_after(self):
        self.write("slow.ini", SLOW)
        process = self.start_frozen("run", "slow.ini", "-o", "a.h5")
        self.run_program("status", "a.h5", "--exit-code", expect=75)
        self.go_on()
        process.communicate()
        self.run_program("status", "a.h5", "--exit-code")


if __name__ == "__main__":
    unittest.main()
