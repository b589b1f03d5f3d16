"""Signals that ask a job to stop."""
import signal

from fault import Fault

DRAINS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


class DrainAlone(Fault):
    name = "SIGTERM, SIGINT, SIGUSR1 to a single process"
    weight = 2
    ranks = (0,)
    ground = "any"

    def strike(self, trial, job):
        self.hit = job.signal(trial.random.choice(DRAINS), [job.process.pid])


class DrainLauncher(Fault):
    """mpirun passes SIGUSR1 on and waits; after SIGTERM or SIGINT it ends its ranks within a second and returns 1."""

    name = "SIGTERM, SIGINT, SIGUSR1 to mpirun"
    weight = 2
    ranks = (2, 3, 4)
    ground = "any"

    def strike(self, trial, job):
        number = trial.random.choice(DRAINS)
        self.ends = (75,) if number == signal.SIGUSR1 else (1, 75)
        self.hit = job.signal(number, [job.process.pid])


class DrainRank(Fault):
    """One rank alone is told; the whole job stops."""

    name = "SIGTERM, SIGINT, SIGUSR1 to one rank"
    ranks = (2, 3, 4)
    ground = "any"

    def strike(self, trial, job):
        self.hit = job.signal(trial.random.choice(DRAINS), trial.some(list(job.rank_processes().values())))


class SecondInterrupt(Fault):
    """Ends at once; committed rows stay."""

    name = "SIGINT twice"
    ranks = (0,)
    ground = "any"
    ends = (75, -signal.SIGINT, 128 + signal.SIGINT)

    def strike(self, trial, job):
        job.signal(signal.SIGINT, [job.process.pid])
        self.hit = job.signal(signal.SIGINT, [job.process.pid])
