"""SIGSTOP: a process that is alive and silent, as on a machine that swaps or loses its network."""
import signal
import time

from fault import Fault
from job import DEADLINE, Hang

HEARTBEAT = 2  # seconds; the least that the program takes


class StopWorker(Fault):
    """It is given up and its points run elsewhere; what it does after its return is harmless."""

    name = "SIGSTOP of a worker for longer than the heartbeat"
    weight = 2
    ranks = (2, 3, 4)
    words = ("--heartbeat", str(HEARTBEAT))
    recovery = True
    ground = "any"
    ends = None

    def strike(self, trial, job):
        self.stopped = trial.some(job.workers())
        self.hit = job.signal(signal.SIGSTOP, self.stopped)

    def observe(self, trial, job):
        end = time.monotonic() + HEARTBEAT + trial.random.uniform(0.3, 1)
        while job.running() and time.monotonic() < end:
            trial.watch()
            time.sleep(0.02)
        job.signal(signal.SIGCONT, self.stopped)
        super().observe(trial, job)


class StopRank0(StopWorker):
    """The workers leave. When it goes on after that, it finds itself alone; or it is killed."""

    name = "SIGSTOP of rank 0 for longer than the heartbeat"

    def strike(self, trial, job):
        self.stopped = job.rank_0()
        self.hit = job.signal(signal.SIGSTOP, self.stopped)

    def observe(self, trial, job):
        end = time.monotonic() + DEADLINE
        while job.workers():
            if time.monotonic() > end:
                raise Hang(f"workers still wait for a stopped rank 0 after {DEADLINE} s: {job.log}")
            time.sleep(0.05)
        job.signal(trial.random.choice((signal.SIGCONT, signal.SIGKILL)), self.stopped)
        trial.finish(job, self.ends)
