"""A folder for one trial: the sweep and its store in `work`, everything else beside it."""
import json
import os
import subprocess
import tempfile

from job import DEADLINE, Hang, Job
from program import BINARY, environment
from rows import Rows

STORE = "a.h5"


class Workspace:
    def __init__(self, prefix="flowsweep-faults-"):
        self.folder = tempfile.mkdtemp(prefix=prefix)
        self.work = os.path.join(self.folder, "work")
        self.logs = os.path.join(self.folder, "logs")
        os.mkdir(self.work)
        os.mkdir(self.logs)
        self.jobs = []

    def path(self, name=STORE):
        return os.path.join(self.work, name)

    def write_sweep(self, sweep):
        with open(self.path("sweep.ini"), "w", encoding="utf-8") as file:
            file.write(sweep.text)

    def start(self, sweep, *words, **options):
        """Starts `flowsweep run` on the store."""
        job = Job(["run", "sweep.ini", "-o", STORE, *sweep.overrides, *words], self.work, self.logs, **options)
        self.jobs.append(job)
        return job

    def ask(self, *words):
        """A command that only looks: the finished process."""
        try:
            return subprocess.run([BINARY, *words], cwd=self.work, env=environment(), stdin=subprocess.DEVNULL, text=True,
                                  capture_output=True, timeout=DEADLINE, check=False)
        except subprocess.TimeoutExpired as late:
            raise Hang(f"flowsweep {' '.join(words)} did not end within {DEADLINE} s") from late

    def count(self, store=STORE):
        """(committed, points); (0, 0) while there is no store that opens."""
        if not os.path.exists(self.path(store)):
            return 0, 0
        asked = self.ask("status", store, "--json")
        if asked.returncode != 0:
            return 0, 0
        status = json.loads(asked.stdout)
        return status["committed"], status["points"]

    def rows(self, store=STORE):
        """The rows of a store; None if there is none."""
        if not os.path.exists(self.path(store)):
            return None
        exported = self.ask("export", store)
        if exported.returncode != 0:
            raise AssertionError(f"export {store}: exit code {exported.returncode}: {exported.stderr}")
        return Rows(exported.stdout)

    def digest(self, store=STORE):
        return self.ask("digest", store).stdout.strip()
