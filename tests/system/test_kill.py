"""SIGKILL to a whole job, mpirun and every rank, at random moments; then the sweep goes on and loses nothing."""
import os
import random
import time
import unittest

from program import SLOW, ProgramTest

KILLS = int(os.environ.get("FLOWSWEEP_TEST_KILLS", "5"))
SEED = int(os.environ.get("FLOWSWEEP_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
MOST_ATTEMPTS = 8 * KILLS


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


if __name__ == "__main__":
    unittest.main()
