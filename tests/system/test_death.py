"""Ranks of a job that die or fall silent while it runs: the rest goes on, and the store ends as if nothing had happened."""
import os
import random
import signal
import time
import unittest

from program import SLOW, ProgramTest

SEED = int(os.environ.get("FLOWSWEEP_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
HEARTBEAT = 2  # seconds; the least that the program allows
# Beside the heartbeat: start and end of mpirun, the rest of the sweep, a loaded machine.
PATIENCE = 60

# One point of about a minute, the others short.
LONG = SLOW.replace("seed = 0..39", "seed = 0..4") + """
[grid.long]
distribution = full-one
dimension = 3
context = 30
integrator = euler
step = 0.0001
steps = 100000
sequences = 500
"""
LONG = LONG.replace("[axes]", "[grid.short]")


class Death(ProgramTest):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED} (FLOWSWEEP_TEST_SEED)", flush=True)
        self.random = random.Random(SEED)
        self.write("slow.ini", SLOW)

    transport = ()  # mpirun's options for it; without any, ranks share memory

    def command(self, words, ranks=0):
        command = super().command(words, ranks)
        return command[:1] + ["--enable-recovery", *self.transport] + command[1:] if ranks else command

    def words(self, *more, sweep="slow.ini"):
        return ("run", sweep, "-o", "a.h5", "--heartbeat", str(HEARTBEAT), *more)

    def end_of(self, process):
        _, stderr = process.communicate(timeout=PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while self.processes():
            self.assertLess(time.monotonic(), deadline, "processes of the job live on")
            time.sleep(0.05)
        return stderr

    def at_work(self, ranks, *more, least=3):
        """A job stopped as a whole at a random moment, some rows committed and more to do."""
        return self.start_frozen(*self.words(*more), ranks=ranks, least=least, delay=self.random.uniform(0, 0.1))

    def kill_rank(self, rank):
        """SIGKILL to one rank of a job at_work(); the others go on."""
        os.kill(self.pid_of(rank), signal.SIGKILL)
        self.go_on()

    def check_whole(self, *words):
        self.run_program("run", *(words or ("slow.ini",)), "-o", "whole.h5", ranks=2)
        self.assertEqual(self.digest("a.h5"), self.digest("whole.h5"))
        self.assertEqual(sorted(name for name in os.listdir(self.folder) if name.startswith("a.h5")), ["a.h5"])

    def check_killed_worker(self, shared_memory):
        process = self.at_work(ranks=3)
        self.assertEqual(bool(os.listdir(self.shared.name)), shared_memory)
        self.kill_rank(self.random.choice([1, 2]))
        stderr = self.end_of(process)
        self.assertIn(f"has been silent for {HEARTBEAT} s; going on without it", stderr)
        self.run_program("status", "a.h5", "--exit-code")
        self.check_whole()

    def test_a_killed_worker_costs_nothing_but_time(self):
        self.check_killed_worker(shared_memory=True)

    def test_a_killed_worker_that_shared_no_memory(self):
        self.transport = ("--mca", "btl", "tcp,self")
        self.check_killed_worker(shared_memory=False)

    def test_rows_that_a_killed_worker_had_not_made_durable_are_run_again(self):
        self.write("slow.ini", SLOW.replace("0..39", "0..199"))  # durable rows come in batches
        process = self.at_work(3, "--durable", least=1)
        self.kill_rank(self.random.choice([1, 2]))
        stderr = self.end_of(process)
        self.assertIn("going on without it", stderr)
        self.run_program("status", "a.h5", "--exit-code")
        self.check_whole()

    def test_workers_leave_when_rank_0_is_killed(self):
        process = self.at_work(ranks=3)
        self.kill_rank(0)
        killed = time.monotonic()
        stderr = self.end_of(process)
        self.assertLess(time.monotonic() - killed, HEARTBEAT + 10)  # a farewell of 2 s, and mpirun's own end
        self.assertEqual(stderr.count("nothing was heard from rank 0"), 2, stderr)
        self.run_program("status", "a.h5", "--exit-code", expect=75)
        self.run_program("run", "slow.ini", "-o", "a.h5", ranks=2)
        self.check_whole()

    def test_a_worker_that_was_stopped_for_too_long_is_sent_away(self):
        self.write("slow.ini", SLOW.replace("steps = 100", "steps = 2000"))  # many seconds, so that it comes back to a live job
        process = self.at_work(ranks=3, least=1)
        worker = self.pid_of(1)
        for pid in self.ranks():
            if pid != worker:
                os.kill(pid, signal.SIGCONT)
        told = process.stderr.readline()
        while told and "rank 1" not in told:
            told = process.stderr.readline()
        self.assertIn("has been silent", told)
        os.kill(worker, signal.SIGCONT)
        stderr = self.end_of(process)
        self.assertRegex(stderr, "rank 0 has given this rank up|nothing was heard from rank 0")
        self.run_program("status", "a.h5", "--exit-code")
        self.check_whole()

    def test_a_job_that_was_stopped_as_a_whole_goes_on(self):
        process = self.at_work(ranks=2)
        time.sleep(HEARTBEAT + 1)
        self.go_on()
        stderr = self.end_of(process)
        self.assertNotIn("silent", stderr)
        self.run_program("status", "a.h5", "--exit-code")
        self.check_whole()

    def test_a_point_is_set_aside_with_its_third_death(self):
        self.write("long.ini", LONG)
        self.run_program("run", "long.ini", "-o", "a.h5", "--where", "distribution=gaussian,sparse")
        every = self.rows("a.h5")
        poison, = (key for key, row in every.items() if row["distribution"] == "full-one")
        self.write("a.h5.suspects", f"{poison} 2\n")
        process = self.start(*self.words(sweep="long.ini"), ranks=2)
        while not os.path.exists(self.path("a.h5.lock")):
            time.sleep(0.01)
        time.sleep(1)  # the suspect is the first that the worker gets, and all that is left
        os.kill(self.pid_of(1), signal.SIGKILL)
        stderr = self.end_of(process)
        self.assertIn("it is set aside", stderr)
        self.assertEqual(self.status("a.h5")["set-aside"], 1)
        self.assertEqual(self.rows("a.h5")[poison]["status"], "set-aside")
        self.assertFalse(os.path.exists(self.path("a.h5.suspects")))
        self.run_program("status", "a.h5", "--exit-code")
        self.run_program("verify", "a.h5")
        done = self.run_program("run", "long.ini", "-o", "a.h5", "--set", "flow.steps=5", expect=2)
        self.assertIn("finished points", done.stderr)
        process = self.start("run", "long.ini", "-o", "a.h5", "--retry-failed")
        time.sleep(1.5)
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 75, stderr)  # it runs again

    def test_suspects_wait_for_a_job_of_several_ranks(self):
        process = self.at_work(2, least=1)
        self.kill_rank(1)
        stderr = self.end_of(process)
        self.assertIn("they wait for the next job", stderr)
        status = self.status("a.h5")
        self.assertEqual(status["committed"], status["points"] - 1)
        with open(self.path("a.h5.suspects"), encoding="ascii") as file:
            self.assertRegex(file.read(), "^[0-9a-f]{16} 1\n$")
        self.run_program("run", "slow.ini", "-o", "a.h5", ranks=2)
        self.check_whole()


if __name__ == "__main__":
    unittest.main()
