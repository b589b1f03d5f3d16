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
            trial.finish(trial.start(*SHORT_PART), (0,), whole=False)
        self.found = self.checkpoints(trial)
        return super().start(trial)

    def await_moment(self, trial, job):
        end = time.monotonic() + DEADLINE
        while job.running() and self.checkpoints(trial) == self.found:
            if time.monotonic() > end:
                raise Hang(f"no checkpoint within {DEADLINE} s: {job.log}")
            time.sleep(0.01)
        time.sleep(trial.random.uniform(0, 0.6))

    def checkpoints(self, trial):
        """Name and time of each."""
        folder = trial.space.path(CHECKPOINTS)
        try:
            return {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(folder)}
        except FileNotFoundError:
            return {}

    def strike(self, trial, job):
        job.kill()


class DrainLongFlows(KillLongFlows):
    """Flows that would run on for long save their state instead."""

    name = "SIGTERM, SIGINT, SIGUSR1, long flows with checkpoints"
    ranks = (0,)
    ends = (75,)

    def strike(self, trial, job):
        self.before, _ = trial.count()
        self.hit = job.signal(trial.random.choice(DRAINS), [job.process.pid])

    def observe(self, trial, job):
        super().observe(trial, job)
        if trial.events[-1].landed and not self.checkpoints(trial) and trial.count()[0] == self.before:
            trial.fail("others", f"no flow saved its state or ended: {job.log}")
