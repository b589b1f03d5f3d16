"""Time that runs out."""
import time

from fault import Fault


class TimeBudget(Fault):
    """Given on the command line or by Slurm; the job stops before it is over."""

    name = "time budget runs out"
    weight = 2
    ranks = (0, 2, 3)
    ground = "any"

    def start(self, trial):
        ranks = trial.random.choice(self.ranks)
        if trial.random.random() < 0.5:
            return trial.start("--time-budget", f"{trial.random.uniform(0.4, 1):.2f}", ranks=ranks)
        return trial.start(ranks=ranks, SLURM_JOB_END_TIME=str(int(time.time()) + 2))

    def await_moment(self, trial, job):
        pass

    def strike(self, trial, job):
        job.wait()
