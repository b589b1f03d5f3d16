"""One start of the program under faults: its processes, its end, its output."""
import glob
import contextlib
import os
import subprocess
import time
import uuid

from program import BINARY, MARK, environment, environment_of, kill_marked, launcher, marked_processes

DEADLINE = 100  # seconds; more than the 60 after which the program gives up a call of MPI that does not return


class Hang(Exception):
    """A process did not end, or a store did not get on, within the deadline."""


def write_stacks(pids, path):
    """What every thread of the processes waits for, for whoever looks into a hang."""
    with open(path, "w", encoding="utf-8") as report:
        for pid in pids:
            for task in glob.glob(f"/proc/{pid}/task/*"):
                report.write(f"\n== process {pid}, rank {environment_of(pid).get('OMPI_COMM_WORLD_RANK')}, {task}\n")
                for name in ("comm", "status", "wchan", "syscall", "stack"):
                    try:
                        with open(f"{task}/{name}", encoding="utf-8") as file:
                            report.write(f"{name}: {file.read()}\n")
                    except OSError as error:
                        report.write(f"{name}: {error}\n")


class Job:
    """`flowsweep WORDS` in `folder`, alone (ranks = 0) or under mpirun, with temporary folders of its own. With `recovery` mpirun lets
    the others live when a rank dies, and returns 0 whatever the ranks return."""

    def __init__(self, words, folder, logs, ranks=0, recovery=False, **variables):
        self.ranks = ranks
        self.tells = not (ranks and recovery)  # whether the exit code is the program's
        self.mark = uuid.uuid4().hex
        self.log = os.path.join(logs, f"job-{self.mark[:6]}.log")
        self.hang_report = os.path.join(logs, f"hang-{self.mark[:6]}.txt")
        self.temporary = os.path.join(logs, f"temporary-{self.mark[:6]}")
        self.shared = os.path.join(logs, f"shared-{self.mark[:6]}")
        os.mkdir(self.temporary)
        os.mkdir(self.shared)
        command = launcher(ranks, self.shared, *(["--enable-recovery"] if recovery else [])) + [BINARY, *words]
        with open(self.log, "w", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment(**{MARK: self.mark, "TMPDIR": self.temporary}, **variables))

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def processes(self):
        return marked_processes(self.mark)

    def rank_processes(self):
        """{rank: pid} of the living."""
        if self.ranks == 0:
            return {0: self.process.pid} if self.process.poll() is None else {}
        found = {pid: environment_of(pid).get("OMPI_COMM_WORLD_RANK") for pid in self.processes()}
        return {int(rank): pid for pid, rank in found.items() if rank is not None}

    def workers(self):
        return [pid for rank, pid in self.rank_processes().items() if rank > 0]

    def rank_0(self):
        return [pid for rank, pid in self.rank_processes().items() if rank == 0]

    def running(self):
        return self.process.poll() is None

    def signal(self, number, pids):
        """Whether any of the processes was there to get it."""
        reached = False
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
                reached = True
        return reached

    def kill(self):
        kill_marked(self.mark, self.process)
        self.process.wait()

    def wait(self, deadline=DEADLINE, meanwhile=lambda: None):
        """The exit code, once every process of the job has ended by itself; `meanwhile` is called again and again."""
        end = time.monotonic() + deadline
        while self.running() or self.processes():
            if time.monotonic() > end:
                left = self.processes()
                write_stacks(left, self.hang_report)
                self.kill()
                raise Hang(f"{len(left)} processes of {self.log} were left after {deadline} s; see {self.hang_report}")
            meanwhile()
            time.sleep(0.02)
        return self.process.returncode

    def leftovers(self):
        """Files that the launcher and the program left in their temporary folders."""
        return [os.path.join(root, name) for top in (self.temporary, self.shared)
                for root, _, names in os.walk(top) for name in names]
