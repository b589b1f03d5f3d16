"""The wall clock jumps by a day."""
import os
import shutil
import struct
import subprocess
import tempfile
import time

from fault import Fault

DAY = 86400
HOUR = 3600


class ClockJump(Fault):
    """A preloaded library shifts what the program and mpirun see of the wall clock; see shifted_clock.c. The job has an end time, by that
    clock, an hour after its start."""

    name = "clock jumps by a day"
    weight = 2
    ground = "any"
    ends = (0,)
    preload = None

    @classmethod
    def missing(cls):
        compiler = shutil.which("cc")
        if not compiler:
            return "needs a C compiler"
        if cls.preload is None:
            folder = tempfile.TemporaryDirectory(prefix="flowsweep-clock-")
            cls.folder = folder  # removed at exit
            cls.preload = os.path.join(folder.name, "shifted_clock.so")
            source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shifted_clock.c")
            subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", cls.preload, source, "-ldl"], check=True)
        return ""

    def start(self, trial):
        self.shift = os.path.join(trial.space.logs, f"shift-{len(trial.events)}")
        self.jump(0)
        return trial.start(ranks=trial.random.choice(self.ranks), LD_PRELOAD=self.preload, SHIFTED_CLOCK=self.shift,
                           SLURM_JOB_END_TIME=str(int(time.time()) + HOUR))

    def jump(self, seconds):
        with open(self.shift, "r+b" if os.path.exists(self.shift) else "wb", buffering=0) as file:
            file.write(struct.pack("=q", seconds))

    def strike(self, trial, job):
        self.jump(trial.random.choice((-DAY, DAY)))
