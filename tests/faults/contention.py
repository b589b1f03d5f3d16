"""Two jobs on one store."""
import signal
import time

from fault import Fault


class SecondRunTakesOver(Fault):
    """The second waits for the lock, which dies with the first."""

    name = "two runs, the first is killed"
    weight = 2
    ground = "any"

    def strike(self, trial, job):
        self.second = trial.start(ranks=trial.random.choice((0, 2)))
        time.sleep(trial.random.uniform(0.1, 0.5))
        job.kill()

    def observe(self, trial, job):
        trial.finish(self.second, (0,))


class SecondRunRefused(Fault):
    """The first is stopped, so that it holds the lock for longer than the second waits."""

    name = "two runs, the second is refused"
    weight = 0.5
    ranks = (0,)
    ground = "any"
    ends = (0,)

    def strike(self, trial, job):
        self.hit = job.signal(signal.SIGSTOP, [job.process.pid])

    def observe(self, trial, job):
        second = trial.start()
        trial.finish(second, (2,))
        if trial.events[-1].landed and f"process {job.process.pid} on" not in second.output():
            trial.fail("others", f"the refusal does not name the holder: {second.log}")
        job.signal(signal.SIGCONT, [job.process.pid])
        super().observe(trial, job)
