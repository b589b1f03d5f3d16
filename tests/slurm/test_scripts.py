"""The batch scripts run by bash, without Slurm: what they make of a launcher's end, and a merge that is repeated."""
import os
import subprocess
import unittest

from program import BINARY, SLOW, ProgramTest, environment

SLURM = os.path.join(os.path.dirname(__file__), "..", "..", "slurm")
NO_USABLE_STORE = 2
REFUSED = 2
POINTS_LEFT = 75
KILLED = 137


class Script(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("slow.ini", SLOW.replace("seed = 0..39", "seed = 0, 1"))
        os.mkdir(self.path("bin"))
        self.executable("bin/squeue", "exit 0")
        self.executable("bin/scontrol", "exit 1")

    def executable(self, name, text):
        self.write(name, f"#!/bin/bash\n{text}\n")
        os.chmod(self.path(name), 0o755)
        return self.path(name)

    def script(self, name, program=BINARY, **variables):
        """The script `name` of slurm/ with its variables set, as `flowsweep submit` does."""
        with open(os.path.join(SLURM, name + ".sbatch"), encoding="utf-8") as file:
            text = file.read()
        for variable, value in {"program": program, "store": "a.h5", **variables}.items():
            line, = (line for line in text.splitlines() if line.startswith(variable + "="))
            text = text.replace(f"\n{line}\n", f"\n{variable}={value}\n")
        return self.write(name + ".sbatch", text)

    def bash(self, script, expect, restarts=0, **extra):
        """One start of a job; everything that it printed."""
        slurm = {"SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "here", "SLURM_SUBMIT_DIR": self.folder, "SLURM_RESTART_COUNT": str(restarts),
                 "PATH": self.path("bin") + os.pathsep + os.environ["PATH"], **extra}
        done = subprocess.run(["bash", script], cwd=self.folder, env=environment(**slurm), text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        self.assertEqual(done.returncode, expect, done.stdout)
        return done.stdout

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()


class Launcher(Script):
    def setUp(self):
        super().setUp()
        self.job = self.script("flowsweep", sweep="slow.ini")

    def check_code(self, launcher, code="7"):
        said = self.bash(self.job, NO_USABLE_STORE, LAUNCHER=self.executable("launcher", launcher))
        self.assertRegex(said, f"the run ended with exit code ({code});")
        self.assertNotIn("integer expression expected", said)

    def test_one_that_ends_at_once(self):
        for _ in range(5):
            self.check_code("exit 7")

    def test_one_that_goes_on_after_a_signal_to_the_script(self):
        self.check_code("trap '' USR1; kill -USR1 $PPID; sleep 0.2; kill -USR1 $PPID; sleep 0.3; exit 7")

    def test_one_that_ends_with_a_signal_to_the_script(self):
        for _ in range(8):
            self.check_code("trap '' USR1; kill -USR1 $PPID; exit 7", "7|unknown")

    def test_a_refusal_beside_a_complete_store(self):
        self.run_program("run", "slow.ini", "-o", "a.h5")
        said = self.bash(self.job, REFUSED, LAUNCHER=self.executable("launcher", "exit 2"))
        self.assertIn("flowsweep refused to run", said)
        self.bash(self.job, 0, LAUNCHER=self.executable("launcher", "exit 1"))

    def test_idle_starts_are_counted_in_no_other_file(self):
        self.run_program("run", "slow.ini", "-o", "a.h5", "--where", "seed=0")
        self.write("victim", "1\n")
        os.symlink("victim", self.path("a.h5.idle-starts"))
        launcher = self.executable("launcher", "exit 0")
        self.bash(self.job, POINTS_LEFT, restarts=1, LAUNCHER=launcher)
        self.assertFalse(os.path.islink(self.path("a.h5.idle-starts")))
        self.assertEqual((self.read("a.h5.idle-starts"), self.read("victim")), (b"2\n", b"1\n"))
        self.assertIn("3 starts in a row added nothing", self.bash(self.job, 1, restarts=2, LAUNCHER=launcher))


# Ends as if killed between the conflicts' store and the union; refuses what an earlier start left.
KILLED_MERGE = f"""
[ "$1" = merge ] || exec {BINARY} "$@"
[ ! -e a.h5.conflicts-2.h5 ] || exit {REFUSED}
[ ! -e let-go ] || exec {BINARY} "$@"
: >a.h5.conflicts-2.h5
exit {KILLED}
"""


class Merge(Script):
    def setUp(self):
        super().setUp()
        for shard in (1, 2):
            self.run_program("run", "slow.ini", "--shard", f"{shard}/2", "-o", f"a.h5.shard-{shard}")
        self.merge = self.script("flowsweep-merge", shards=2)

    def test_a_finished_one_is_repeated(self):
        self.bash(self.merge, 0)
        merged = self.read("a.h5")
        self.assertIn("a.h5 is merged already", self.bash(self.merge, 0))
        self.assertIn("a.h5 is merged already", self.bash(self.merge, 0, restarts=1))
        self.assertEqual(self.read("a.h5"), merged)

    def test_a_store_that_is_not_the_merge_is_refused(self):
        self.bash(self.merge, 0)
        with self.subTest("a shard was written since"):
            os.utime(self.path("a.h5.shard-2"), (os.stat(self.path("a.h5")).st_mtime + 2,) * 2)
            self.assertIn("exists already", self.bash(self.merge, REFUSED))
        os.utime(self.path("a.h5"), (os.stat(self.path("a.h5.shard-2")).st_mtime + 2,) * 2)
        with self.subTest("it left conflicts"):
            self.write("a.h5.conflicts-1.h5", "rows\n")
            self.assertIn("exists already", self.bash(self.merge, REFUSED, restarts=1))
            self.assertEqual(self.read("a.h5.conflicts-1.h5"), b"rows\n")
        os.remove(self.path("a.h5.conflicts-1.h5"))
        self.assertIn("merged already", self.bash(self.merge, 0))
        self.write("a.h5", "no store\n")
        self.assertIn("exists already", self.bash(self.merge, REFUSED))
        self.assertEqual(self.read("a.h5"), b"no store\n")

    def test_one_killed_before_its_store_stood_is_repeated(self):
        self.script("flowsweep-merge", program=self.executable("program", KILLED_MERGE), shards=2)
        self.bash(self.merge, KILLED)
        self.write("let-go", "")
        self.bash(self.merge, REFUSED)  # a new job cannot tell whose file that is
        self.assertTrue(os.path.exists(self.path("a.h5.conflicts-2.h5")))
        self.bash(self.merge, 0, restarts=1)
        self.run_program("run", "slow.ini", "-o", "whole.h5")
        self.assertEqual(self.digest("a.h5"), self.digest("whole.h5"))
        self.assertFalse(os.path.exists(self.path("a.h5.conflicts-2.h5")))

    def test_a_shard_that_is_not_complete(self):
        os.remove(self.path("a.h5.shard-2"))
        self.run_program("run", "slow.ini", "--shard", "2/2", "--where", "seed=0", "-o", "a.h5.shard-2")
        self.bash(self.merge, POINTS_LEFT)
        self.assertNotIn("merged already", self.bash(self.merge, REFUSED))


if __name__ == "__main__":
    unittest.main()
