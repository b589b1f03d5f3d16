"""Faults while long flows have checkpoints beside the store."""
import os
import time

from fault import Fault
from job import DEADLINE, Hang
from signals import DRAINS
from sweeps import LONG, SHORT_PART
from workspace import STORE

CHECKPOINTS = STORE + ".checkpoints"


class KillLongFlows(Fault):
    name = "kill of the whole job, long flows with checkpoints"
    weight = 2
    words = ("--checkpoint-seconds", "0.1")
    sweeps = (LONG,)
    ends = None

    def start(self, trial):
        if not os.path.exists(trial.space.path()):
            trial.finish(trial.start(*SHORT_PART), (0,))
        return super().start(trial)

    def await_moment(self, trial, job):
        end = time.monotonic() + DEADLINE
        while job.running() and not self.checkpoints(trial):
            if time.monotonic() > end:
                raise Hang(f"no checkpoint within {DEADLINE} s: {job.log}")
            time.sleep(0.01)
        time.sleep(trial.random.uniform(0, 0.6))

    def checkpoints(self, trial):
        folder = trial.space.path(CHECKPOINTS)
        return os.listdir(folder) if os.path.isdir(folder) else []

    def strike(self, trial, job):
        job.kill()


class DrainLongFlows(KillLongFlows):
    """Running flows save their state instead of finishing."""

    name = "SIGTERM, SIGINT, SIGUSR1, long flows with checkpoints"
    ranks = (0,)
    ends = (75,)

    def strike(self, trial, job):
        job.signal(trial.random.choice(DRAINS), [job.process.pid])

    def observe(self, trial, job):
        super().observe(trial, job)
        if not self.checkpoints(trial):
            trial.fail("others", f"no flow saved its state: {job.log}")
