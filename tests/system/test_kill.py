"""SIGKILL to a whole job, mpirun and every rank, at random moments; then the sweep goes on and loses nothing."""
import os
import random
import re
import time
import unittest

from program import SLOW, ProgramTest

KILLS = int(os.environ.get("FLOWSWEEP_TEST_KILLS", "5"))
SEED = int(os.environ.get("FLOWSWEEP_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
MOST_ATTEMPTS = 8 * KILLS

# Points of some 2500 steps and half a second or more; at 0.05 s a checkpoint, most moments of a run have one.
IMPLICIT = """name = implicit
model = linear-attention
[axes]
distribution = skewed
dimension = 20, 24
context = 1e6
perturbation = 1
integrator = bdf
seed = 0, 1
"""
CHECKPOINTS = ("--checkpoint-seconds", "0.05")
CHECKPOINT_KILLS = 3
MOST_SECONDS = 60  # to a checkpoint, on a loaded machine


class Kill(ProgramTest):
    def killed_once(self, ranks, target, store):
        """Kills a job soon after `target` rows; what the store then holds, or None if there is no store."""
        process = self.start("run", "slow.ini", "-o", store, ranks=ranks)
        self.wait_for_rows(process, store, target)
        time.sleep(self.random.uniform(0, 0.05))
        self.kill_job(process)
        return self.status(store) if os.path.exists(self.path(store)) else None

    def test_resume_after_kills(self):
        print(f"seed {SEED} (FLOWSWEEP_TEST_SEED), {KILLS} kills (FLOWSWEEP_TEST_KILLS)", flush=True)
        self.random = random.Random(SEED)
        self.write("slow.ini", SLOW)
        self.run_program("run", "slow.ini", "-o", "whole.h5", ranks=2)
        points = self.status("whole.h5")["points"]
        counted, attempts, round_ = 0, 0, 0
        while counted < KILLS:
            store, committed = f"killed{round_}.h5", 0
            for ranks in (2, 3, 0, 2):
                attempts += 1
                self.assertLess(attempts, MOST_ATTEMPTS, "too few kills left committed and uncommitted points")
                target = self.random.randint(committed + 1, committed + max(2, points // 4))
                state = self.killed_once(ranks, target, store)
                if state is None:
                    continue
                self.assertGreaterEqual(state["committed"], committed, "a kill lost committed rows")
                committed = state["committed"]
                counted += 0 < committed < points
                if counted >= KILLS or committed == points:
                    break
            resumed = self.run_program("run", "slow.ini", "-o", store, ranks=2)
            if committed:
                self.assertIn(f"{committed} of {points} points have a row already", resumed.stderr)
            self.assertNotIn("damaged", resumed.stderr)
            self.assertEqual(self.digest(store), self.digest("whole.h5"))
            round_ += 1
        print(f"{counted} kills with committed and uncommitted points in {attempts} attempts", flush=True)
        leftovers = [name for name in os.listdir(self.folder) if name.endswith((".partial", ".lock"))]
        self.assertEqual(leftovers, [])

    def checkpoints(self, store):
        """What each whole checkpoint holds: {id: bytes}."""
        found = {}
        for name in os.listdir(self.path(store + ".checkpoints")) if os.path.isdir(self.path(store + ".checkpoints")) else []:
            if not re.fullmatch("[0-9a-f]{16}", name):
                continue
            try:
                with open(self.path(f"{store}.checkpoints/{name}"), "rb") as file:
                    found[name] = file.read()
            except FileNotFoundError:  # its point is done
                pass
        return found

    def killed_with_checkpoints(self, store, known):
        """Kills a job soon after it has written a checkpoint other than the `known` ones; those that the kill left."""
        process = self.start("run", "implicit.ini", "-o", store, *CHECKPOINTS, ranks=2)
        deadline = time.monotonic() + MOST_SECONDS
        while process.poll() is None and self.checkpoints(store).items() <= known.items():
            self.assertLess(time.monotonic(), deadline, "no checkpoints are written")
            time.sleep(0.005)
        time.sleep(self.random.uniform(0, 0.1))
        self.kill_job(process)
        return self.checkpoints(store)

    def test_implicit_flows_go_on_from_their_checkpoints(self):
        print(f"seed {SEED} (FLOWSWEEP_TEST_SEED)", flush=True)
        self.random = random.Random(SEED)
        self.write("implicit.ini", IMPLICIT)
        self.run_program("run", "implicit.ini", "-o", "whole.h5", ranks=2)
        whole = self.digest("whole.h5")
        counted, attempts = 0, 0
        while counted < CHECKPOINT_KILLS:
            store, left = f"implicit{attempts}.h5", {}
            for _ in range(CHECKPOINT_KILLS):
                attempts += 1
                self.assertLess(attempts, 4 * CHECKPOINT_KILLS, "too few kills left checkpoints")
                left = self.killed_with_checkpoints(store, left)
                counted += bool(left)
            self.run_program("run", "implicit.ini", "-o", store, *CHECKPOINTS, ranks=2)
            self.run_program("status", store, "--exit-code")
            self.assertEqual(self.digest(store), whole)
            self.assertFalse(os.path.exists(self.path(store + ".checkpoints")))


if __name__ == "__main__":
    unittest.main()
