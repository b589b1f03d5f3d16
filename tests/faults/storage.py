"""Disks that are full, read-only or without the store."""
import os
import shutil
import subprocess
import tempfile
import time

from fault import Fault, as_root
from job import DEADLINE
from long_flows import KillLongFlows
from sweeps import MANY, WIDE
from workspace import STORE


def change_flag(sign, *paths):
    """Sets or clears the flag that makes files immutable; whether that was possible."""
    return shutil.which("chattr") and subprocess.run(["chattr", f"{sign}i", *paths], check=False, capture_output=True).returncode == 0


class OnMemory(Fault):
    """Strikes a store on a small tmpfs."""

    ground = "memory"

    @classmethod
    def missing(cls):
        return as_root()

    def fill(self, trial):
        """Takes every free byte."""
        with open(trial.space.path("filler"), "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(65536))
            except OSError:
                pass

    def remount(self, trial, mode):
        """Tries for a while: killed processes may still be closing their files."""
        end = time.monotonic() + DEADLINE
        while subprocess.run(["mount", "-o", f"remount,{mode}", trial.space.work], check=False, capture_output=True).returncode != 0:
            assert time.monotonic() < end, f"{trial.space.work} cannot be remounted {mode}"
            time.sleep(0.02)

    def refuse(self, trial, job):
        """The job must say what is wrong with the disk, and stop."""
        trial.finish(job, (2,))
        if STORE not in job.output():
            trial.fail("others", f"the refusal does not name the store: {job.log}")


class DiskFull(OnMemory):
    """A store has its space from the beginning, so that the job goes on to the end."""

    name = "disk full while running"
    weight = 2
    ends = (0,)

    def strike(self, trial, job):
        self.fill(trial)

    def observe(self, trial, job):
        super().observe(trial, job)
        os.unlink(trial.space.path("filler"))


class DiskFullLongFlows(DiskFull, KillLongFlows):
    """Their checkpoints find no room; the flows go on without."""

    name = "disk full, long flows with checkpoints"
    weight = 1
    await_moment = KillLongFlows.await_moment
    start = KillLongFlows.start
    words, sweeps = KillLongFlows.words, KillLongFlows.sweeps


class DiskFullCreation(OnMemory):
    name = "disk full before creation"
    needs_rows = False

    def start(self, trial):
        self.fill(trial)
        return super().start(trial)

    def await_moment(self, trial, job):
        pass

    def strike(self, trial, job):
        pass

    def observe(self, trial, job):
        self.refuse(trial, job)
        os.unlink(trial.space.path("filler"))
        if os.listdir(trial.space.work) != ["sweep.ini"]:
            trial.fail("others", f"a store without room left {os.listdir(trial.space.work)}")


class BetweenJobs(OnMemory):
    """Strikes after a job that was killed with part of the rows committed; the next one is refused."""

    def start(self, trial):
        first = trial.start(ranks=trial.random.choice(self.ranks))
        trial.wait_for_rows(first)
        first.kill()
        return None

    def await_moment(self, trial, job):
        pass


class DiskFullExtension(BetweenJobs):
    name = "disk full before extension"
    sweeps = (MANY,)

    def strike(self, trial, job):
        self.fill(trial)

    def observe(self, trial, job):
        trial.sweep = WIDE
        trial.references.of(WIDE)
        self.refuse(trial, trial.start())
        os.unlink(trial.space.path("filler"))


class ReadOnlyBetween(BetweenJobs):
    name = "read-only file system between two jobs"

    def strike(self, trial, job):
        self.remount(trial, "ro")

    def observe(self, trial, job):
        self.refuse(trial, trial.start())
        self.remount(trial, "rw")


class ReadOnlyWhileRunning(Fault):
    """The kernel makes no file system read-only while files are open for writing, but by an error. Immutable files behave like such a
    one: every write is refused and every new page of a mapping is SIGBUS."""

    name = "writes refused while running (immutable files)"
    ends = None

    @classmethod
    def missing(cls):
        with tempfile.NamedTemporaryFile() as probe:
            possible = change_flag("+", probe.name) and change_flag("-", probe.name)
        return "" if possible else "needs root, chattr and a file system that knows it"

    def immutable(self, trial, sign):
        change_flag(sign, trial.space.work, *map(trial.space.path, os.listdir(trial.space.work)))

    def strike(self, trial, job):
        trial.undo.callback(self.immutable, trial, "-")
        self.immutable(trial, "+")

    def observe(self, trial, job):
        super().observe(trial, job)
        self.immutable(trial, "-")


class StoreRenamed(Fault):
    """The job notices, at the latest at its end; the next one makes a new store. What was committed stays in the renamed file."""

    name = "store renamed while running"
    ends = (1, 2, 75)
    loses_store = True

    def strike(self, trial, job):
        self.name_now = f"renamed-{len(trial.events)}.h5"
        os.rename(trial.space.path(), trial.space.path(self.name_now))
        trial.kept[self.name_now] = trial.kept.pop(STORE, [])

    def observed_rows(self, trial):
        return trial.space.rows(self.name_now)

    def observe(self, trial, job):
        trial.kept[self.name_now].append(trial.events[-1])
        self.await_error(trial, job)

    def await_error(self, trial, job):
        event = trial.events[-1]
        event.left = 0
        trial.finish(job, self.ends if event.landed else None, whole=event.landed)


class StoreDeleted(StoreRenamed):
    """A second name, out of the program's sight, tells what was in it."""

    name = "store deleted while running"

    def strike(self, trial, job):
        self.name_now = os.path.join(trial.space.logs, "deleted.h5")
        os.link(trial.space.path(), self.name_now)
        os.unlink(trial.space.path())
        trial.kept.pop(STORE, None)

    def observe(self, trial, job):
        os.unlink(self.name_now)
        self.await_error(trial, job)
