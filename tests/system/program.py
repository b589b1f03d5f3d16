"""The program under test, as its users start it."""
import csv
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import uuid

BINARY = os.path.abspath(os.environ["FLOWSWEEP"])
MARK = "FLOWSWEEP_TEST_JOB"

# Every kind of end and both risks, at a few milliseconds a point.
VARIED = """name = varied
model = linear-attention
[grid.exact]
distribution = gaussian, sparse, skewed, full-one
dimension = 2, 5
context = 5, 1e6
init = 0.1:0.1, 0.5:1.5
perturbation = 0, 0.01
records = 16
[grid.short]
distribution = gaussian
dimension = 3
context = 20
horizon = 0.1
[grid.sampled]
risk = empirical
distribution = gaussian
dimension = 2
context = 10
integrator = euler
step = 0.01, 1e3
steps = 20
sequences = 200
test_sequences = 50
seed = 0..2
"""

# Points that take long enough to be killed, for their gradients' sake alone.
SLOW = """name = slow
model = linear-attention
risk = empirical
theorems = mesa.limit, mesa.balance
[axes]
distribution = gaussian, sparse
dimension = 3
context = 30
seed = 0..39
[flow]
integrator = euler
step = 0.01
steps = 100
records = 8
[empirical]
sequences = 500
statistics = direct
"""


def environment(**extra):
    # Open MPI itself leaks, and starts as root only when told to.
    return {"ASAN_OPTIONS": "detect_leaks=0", **os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **extra}


def launcher(ranks, folder, *options):
    """mpirun with its shared memory inside the test's folder: killed ranks leave it behind."""
    if ranks == 0:
        return []
    return ["mpirun", "-n", str(ranks), "--oversubscribe", *options, "--mca", "btl_vader_backing_directory", folder]


def environment_of(pid):
    """The environment that a live process was started with: {name: value}; empty for one that is gone."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def marked_processes(job):
    """Every live process that was started with this job's mark: Open MPI gives ranks process groups of their own."""
    return [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and environment_of(pid).get(MARK) == job]


def kill_marked(job, process):
    """SIGKILL to every process of a job, `process` its launcher, until none is left."""
    while found := marked_processes(job):
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.poll()
        time.sleep(0.01)


def remove(path):
    """A file or a folder of files."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


class ProgramTest(unittest.TestCase):
    """A folder of its own, and the program in it."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="flowsweep-system-")
        self.addCleanup(scratch.cleanup)
        self.shared = tempfile.TemporaryDirectory(prefix="flowsweep-shared-")
        self.addCleanup(self.shared.cleanup)
        self.folder = scratch.name
        self.job = uuid.uuid4().hex

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def command(self, words, ranks=0):
        return launcher(ranks, self.shared.name) + [BINARY, *words]

    def start(self, *words, ranks=0):
        """Starts the program without waiting; ranks=0: without mpirun."""
        return subprocess.Popen(self.command(words, ranks), cwd=self.folder, env=environment(**{MARK: self.job}),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_program(self, *words, ranks=0, expect=0, **kwargs):
        kwargs = {"env": environment(), **kwargs}
        done = subprocess.run(self.command(words, ranks), cwd=self.folder, text=True, timeout=120, stdin=subprocess.DEVNULL,
                              capture_output=True, check=False, **kwargs)
        self.assertEqual(done.returncode, expect, f"{words}\nstdout:\n{done.stdout}\nstderr:\n{done.stderr}")
        return done

    def digest(self, store):
        return self.run_program("digest", store).stdout.strip()

    def status(self, store):
        return json.loads(self.run_program("status", store, "--json").stdout)

    def rows(self, store, *words):
        """The exported table: {id: {column: text}}."""
        lines = self.run_program("export", store, *words).stdout.splitlines()
        return {row["id"]: row for row in csv.DictReader(lines)}

    def wait_for_rows(self, process, store, least):
        """Returns once the store has `least` rows, or the process has ended."""
        while process.poll() is None:
            if os.path.exists(self.path(store)) and self.status(store)["committed"] >= least:
                return
            time.sleep(0.01)

    def processes(self):
        return marked_processes(self.job)

    def ranks(self):
        """The processes of this test's job that run the program: without mpirun, which may be among the marked ones."""
        return [pid for pid in self.processes() if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == os.path.basename(BINARY)]

    def signal_ranks(self, number):
        for pid in self.ranks():
            os.kill(pid, number)

    def start_frozen(self, *words, store="a.h5", ranks=0, least=1, most=None, delay=0):
        """A job that `least` rows (and `delay` seconds) let see at work, every rank of it stopped by SIGSTOP, with rows left to
        run: at most `most` (default: half) are committed. Where the look came too late: again, from no store."""
        for _ in range(20):
            process = self.start(*words, ranks=ranks)
            self.wait_for_rows(process, store, least)
            time.sleep(delay)
            self.signal_ranks(signal.SIGSTOP)
            status = self.status(store)
            if process.poll() is None and status["committed"] <= (most or status["points"] // 2):
                return process
            self.kill_job(process)
            for name in os.listdir(self.folder):
                if name.startswith(store):
                    remove(self.path(name))
        raise AssertionError("the job was always done before it could be stopped")

    def go_on(self):
        self.signal_ranks(signal.SIGCONT)

    def kill_job(self, process):
        """SIGKILL to the launcher and to every rank, until none is left."""
        kill_marked(self.job, process)
        process.communicate()

    def pid_of(self, rank):
        """The process of one rank of this test's job."""
        for pid in self.processes():
            with open(f"/proc/{pid}/environ", "rb") as file:
                if f"OMPI_COMM_WORLD_RANK={rank}".encode() in file.read().split(b"\0"):
                    return pid
        raise AssertionError(f"rank {rank} is not there")

    def folder_state(self):
        """Names and bytes of everything in the folder."""
        state = {}
        for root, folders, files in os.walk(self.folder):
            for name in folders:
                state[os.path.join(root, name)] = None
            for name in files:
                with open(os.path.join(root, name), "rb") as file:
                    state[os.path.join(root, name)] = file.read()
        return state
