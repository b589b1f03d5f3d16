"""What all kinds of faults have in common."""
import os
import time

from sweeps import MANY, WIDE


class Fault:
    """One occurrence of a fault. A kind overrides what is special about it."""

    name = ""
    weight = 1               # how often it is chosen
    ranks = (0, 2, 3, 4)     # of the job that it strikes; 0: without mpirun
    words = ()               # more options of that job
    recovery = False         # whether mpirun lets it live when a rank dies
    sweeps = (MANY, WIDE)
    ground = "disk"          # what the store must lie on: "disk", "memory" (a small tmpfs) or "any"
    needs_rows = True        # False: strikes before the store has rows, so that it never counts
    ends = (75,)             # exit codes of the struck job; None: any, it was killed
    loses_store = False      # the fault itself takes the store away
    hit = True               # whether strike() found what it strikes; it counts only then

    @classmethod
    def missing(cls):
        """Why this machine cannot inject it; empty if it can."""
        return ""

    def start(self, trial):
        return trial.start(*self.words, ranks=trial.random.choice(self.ranks), recovery=self.recovery)

    def await_moment(self, trial, job):
        """Returns at a random moment at which the store should hold more rows than before, but not all."""
        trial.wait_for_rows(job)
        time.sleep(trial.random.uniform(0, 0.03))

    def strike(self, trial, job):
        raise NotImplementedError

    def observed_rows(self, trial):
        """The rows committed at the fault."""
        return trial.space.rows()

    def observe(self, trial, job):
        """Waits for the end of the struck job and undoes what would hinder the next."""
        trial.finish(job, self.ends)


def as_root():
    return "" if os.geteuid() == 0 else "needs root"
