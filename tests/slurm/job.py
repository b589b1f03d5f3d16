"""Jobs of the program on a Slurm of its own."""
import os
import re
import subprocess
import sys
import time
import unittest

import cluster
from program import BINARY, SLOW, ProgramTest

SKIPPED = 77  # ctest's word for it, see CMakeLists.txt
ENDS = {"COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL", "OUT_OF_MEMORY"}
MOST_SECONDS = 150  # for any single wait
# Slurm revokes a job's credential when it is queued again, and refuses a start within the same second.
SETTLING_SECONDS = 2


def sweep_text(seeds):
    """A sweep of 2 `seeds` points, each of some 50 ms."""
    return SLOW.replace("seed = 0..39", f"seed = 0..{seeds - 1}").replace("sequences = 500", "sequences = 3000")


class SlurmTest(ProgramTest):
    """One cluster for all tests of a class; each test has a folder of its own and submits from there."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster()
        cls.addClassCleanup(cls.cluster.stop)

    def submit(self, *words, expect=0, **environment):
        """`flowsweep submit`; what it printed."""
        done = subprocess.run([BINARY, "submit", *words], cwd=self.folder, env={**self.cluster.environment, **environment}, text=True,
                              capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, expect, f"{words}\nstdout:\n{done.stdout}\nstderr:\n{done.stderr}")
        return done

    def submitted(self, *words, **environment):
        """The numbers of the jobs that `flowsweep submit` submitted."""
        return re.findall(r"^submitted .* as job (\d+)", self.submit(*words, **environment).stdout, re.MULTILINE)

    def sbatch(self, *words):
        done = subprocess.run(["sbatch", "--parsable", *words], cwd=self.folder, env=self.cluster.environment, text=True,
                              capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def scontrol(self, *words):
        return self.cluster.ask("scontrol", *words)

    def logs(self):
        text = ""
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(self.path(name), encoding="utf-8") as file:
                    text += f"---- {name}\n{file.read()}"
        return text

    def wait_for(self, condition, complaint):
        deadline = time.monotonic() + MOST_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"{complaint} within {MOST_SECONDS} s\n{self.logs()}")
            time.sleep(0.1)

    def wait_for_end(self, job):
        """What Slurm says of a job after its end. One that was queued again need not wait its two minutes."""
        waiting = {}  # by restart: since when

        def ended():
            facts = self.cluster.job(job)
            if facts.get("JobState") == "PENDING" and facts.get("Reason") == "BeginTime":
                since = waiting.setdefault(facts["Restarts"], time.monotonic())
                if time.monotonic() > since + SETTLING_SECONDS:
                    self.scontrol("update", f"jobid={job}", "StartTime=now")
            return facts.get("JobState") in ENDS

        self.wait_for(ended, f"job {job} does not end")
        return self.cluster.job(job)

    def wait_for_points(self, store, least):
        self.wait_for(lambda: os.path.exists(self.path(store)) and self.status(store)["committed"] >= least,
                      f"{store} does not get {least} points")

    def check_complete(self, job, store, digest):
        facts = self.wait_for_end(job)
        self.assertEqual((facts["JobState"], facts["ExitCode"]), ("COMPLETED", "0:0"), self.logs())
        self.run_program("status", store, "--exit-code")
        self.assertEqual(self.digest(store), digest, self.logs())
        return facts

    def plain_digest(self, sweep):
        """The digest of the same sweep, run without Slurm."""
        self.run_program("run", sweep, "-o", "plain.h5", ranks=2)
        return self.digest("plain.h5")


def main():
    if reason := cluster.missing():
        print(f"skipped: {reason}", flush=True)
        sys.exit(1 if os.environ.get("CI") else SKIPPED)
    unittest.main()
