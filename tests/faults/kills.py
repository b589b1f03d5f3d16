"""SIGKILL, which no process can answer."""
import os
import signal
import time

from fault import Fault
from sweeps import MANY, WIDE


class KillAll(Fault):
    name = "kill of the whole job"
    weight = 4
    ground = "any"
    ends = None

    def strike(self, trial, job):
        job.kill()


class KillLauncher(Fault):
    """The ranks live on for about a second. The next job starts at once; their late writes are harmless, and they end by themselves."""

    name = "kill of mpirun alone"
    weight = 3
    ranks = (2, 3, 4)
    ground = "any"

    def strike(self, trial, job):
        self.hit = job.signal(signal.SIGKILL, [job.process.pid])

    def observe(self, trial, job):
        trial.lingering.append(job)


class KillRank0(Fault):
    name = "kill of rank 0"
    weight = 3
    ranks = (2, 3, 4)
    words = ("--heartbeat", "2")
    recovery = True
    ground = "any"
    ends = None

    def strike(self, trial, job):
        self.hit = job.signal(signal.SIGKILL, job.rank_0())


class KillWorker(Fault):
    """The others finish the sweep; a last worker's running point is left to the next job."""

    name = "kill of a worker"
    weight = 4
    ranks = (2, 3, 4)
    words = ("--heartbeat", "2")
    recovery = True
    ground = "any"

    def strike(self, trial, job):
        self.hit = job.signal(signal.SIGKILL, trial.some(job.workers()))

    def observe(self, trial, job):
        super().observe(trial, job)
        committed, points = trial.count()
        if committed < points and "the same command goes on from here" not in job.output():
            trial.fail("others", f"ended with {committed} of {points} rows and did not say so: {job.log}")


class KillDurableWorker(KillWorker):
    """Of a job that commits rows in batches: those that the worker had run but not yet committed are run again."""

    name = "kill of a worker, --durable"
    weight = 1
    words = (*KillWorker.words, "--durable")


class KillCreation(Fault):
    name = "kill during creation"
    ranks = (0, 2)
    needs_rows = False
    ends = None

    def await_moment(self, trial, job):
        while job.running() and not any(name.endswith(".partial") for name in os.listdir(trial.space.work)):
            pass
        time.sleep(trial.random.uniform(0, 0.025))

    def strike(self, trial, job):
        job.kill()


class KillExtension(KillCreation):
    """The store of part of the sweep is copied into a larger one beside it."""

    name = "kill during extension"
    weight = 2
    needs_rows = True
    sweeps = (MANY,)

    def start(self, trial):
        first = trial.start()
        trial.wait_for_rows(first)
        first.kill()
        trial.sweep = WIDE
        trial.references.of(WIDE)
        return super().start(trial)
