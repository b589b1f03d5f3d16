"""Ranks that die at every place of a job: nobody hangs, and every row ends once or is left to the next job."""
import os
import subprocess
import tempfile
import time
import unittest

JOB = os.environ["DEATH_JOB"]
MPIRUN = os.environ["MPIRUN"]
HEARTBEAT = 2  # seconds, as in death_job.cpp
# Start of MPI, the silence until a dead rank is given up, mpirun's own end, a loaded machine.
PATIENCE = 40
ROWS = 60
POISON = 9


class Deaths(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="flowsweep-deaths-")
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def job(self, place, rank, ranks):
        """Runs a job and returns how rank 0 says that it ended, {} if it does not."""
        self.left = self.rows().count(".")
        end = os.path.join(self.folder, "end")
        if os.path.exists(end):
            os.remove(end)
        command = [MPIRUN, "--enable-recovery", "-n", str(ranks), "--oversubscribe", "--mca", "btl_vader_backing_directory", self.folder, JOB,
                   self.folder, place, str(rank), str(ROWS)]
        environment = {"ASAN_OPTIONS": "detect_leaks=0", **os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            self.output, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        self.assert_nobody_left()
        if not os.path.exists(end):
            return {}
        with open(end, encoding="utf-8") as file:
            return dict(line.rstrip("\n").split(" ", 1) for line in file)

    def assert_nobody_left(self):
        deadline = time.monotonic() + PATIENCE
        while left := [pid for pid in filter(str.isdigit, os.listdir("/proc")) if self.is_ours(pid)]:
            self.assertLess(time.monotonic(), deadline, f"processes {left} live on")
            time.sleep(0.05)

    def is_ours(self, pid):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return self.folder.encode() in file.read()
        except OSError:
            return False

    def rows(self):
        path = os.path.join(self.folder, "rows")
        if not os.path.exists(path):
            return "." * ROWS
        with open(path, encoding="ascii") as file:
            return file.read().replace("\0", ".").ljust(ROWS, ".")

    def deaths(self):
        path = os.path.join(self.folder, "deaths")
        if not os.path.exists(path):
            return {}
        with open(path, encoding="ascii") as file:
            return {int(line.split()[0]): int(line.split()[1]) for line in file}

    def check_complete(self, end, lost):
        self.assertEqual(end, {"complete": "1", "done": str(self.left), "lost": str(lost), "error": ""}, self.output)
        self.assertEqual(self.rows(), "x" * ROWS)
        self.assertEqual(self.deaths(), {})

    def test_a_worker_dies_before_the_rows(self):
        for place in ("hello", "join"):
            with self.subTest(place=place):
                self.setUp()
                self.check_complete(self.job(place, 1, 3), lost=1)

    def test_a_worker_dies_at_work(self):
        for ranks in (3, 4):
            with self.subTest(ranks=ranks):
                self.setUp()
                self.check_complete(self.job("row", 1, ranks), lost=1)

    def test_a_worker_dies_when_it_leaves(self):
        self.check_complete(self.job("leave", 1, 3), lost=1)

    def test_a_point_that_does_not_stop(self):
        end = self.job("stuck", 1, 3)
        self.assertEqual((end["complete"], end["lost"]), ("0", "1"), self.output)
        self.assertIn("rank 1 on", self.output)
        self.assertIn("does not stop", self.output)
        self.assertEqual(self.deaths(), {})
        self.check_complete(self.job("none", 0, 3), lost=0)

    def test_a_point_of_rank_0_that_does_not_stop(self):
        self.assertEqual(self.job("stuck", 0, 3), {})
        self.assertIn("the point that runs on rank 0 does not stop", self.output)
        self.check_complete(self.job("none", 0, 3), lost=0)

    def test_the_only_worker_dies_at_work(self):
        end = self.job("row", 1, 2)
        self.assertEqual((end["complete"], end["done"]), ("0", str(ROWS - 1)), self.output)
        suspect = self.rows().index(".")
        self.assertEqual(self.deaths(), {suspect: 1})
        self.check_complete(self.job("none", 0, 2), lost=0)

    def test_a_lone_process_runs_suspects(self):
        self.job("row", 1, 2)
        self.assertEqual(len(self.deaths()), 1)
        self.check_complete(self.job("none", 0, 1), lost=0)

    def test_a_rank_dies_inside_the_start_of_mpi(self):
        for rank in (0, 1):
            with self.subTest(rank=rank):
                self.assertEqual(self.job("init", rank, 3), {})
                self.assertIn("MPI_Init has not returned", self.output)

    def test_rank_0_dies(self):
        for place in ("hello", "prepare", "row", "leave", "conclude"):
            with self.subTest(place=place):
                self.setUp()
                self.assertEqual(self.job(place, 0, 3), {})
                self.assertIn("nothing was heard from rank 0", self.output)
                self.assertEqual(self.deaths(), {})
                if place in ("leave", "conclude"):
                    self.assertEqual(self.rows(), "x" * ROWS)
                else:
                    self.check_complete(self.job("none", 0, 3), lost=0)

    def test_a_poison_is_set_aside_by_one_job_of_many_ranks(self):
        end = self.job("poison", -1, 5)
        self.assertEqual((end["complete"], end["lost"], end["error"]), ("1", "3", ""), self.output)
        self.assertEqual(self.rows(), "x" * POISON + "A" + "x" * (ROWS - POISON - 1))
        self.assertEqual(self.deaths(), {})

    def test_a_poison_is_set_aside_by_three_jobs_of_few_ranks(self):
        for deaths in (1, 2):
            end = self.job("poison", -1, 2)
            self.assertEqual(end["complete"], "0", self.output)
            self.assertEqual(self.deaths(), {POISON: deaths})
            self.assertEqual(self.rows()[POISON], ".")
        end = self.job("poison", -1, 2)
        self.assertEqual(end["complete"], "1", self.output)
        self.assertEqual(self.rows(), "x" * POISON + "A" + "x" * (ROWS - POISON - 1))
        self.assertEqual(self.deaths(), {})


if __name__ == "__main__":
    unittest.main()
