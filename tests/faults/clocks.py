"""The wall clock jumps by a day."""
import os
import shutil
import struct
import subprocess
import tempfile

from fault import Fault

DAY = 86400


class ClockJump(Fault):
    """A preloaded library shifts what the program and mpirun see of the wall clock; see shifted_clock.c."""

    name = "clock jumps by a day"
    weight = 2
    ground = "any"
    ends = (0,)
    library = None

    @classmethod
    def missing(cls):
        compiler = shutil.which("cc")
        if not compiler:
            return "needs a C compiler"
        if cls.library is None:
            folder = tempfile.TemporaryDirectory(prefix="flowsweep-clock-")
            cls.folder = folder  # removed at exit
            cls.library = os.path.join(folder.name, "shifted_clock.so")
            source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shifted_clock.c")
            subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", cls.library, source, "-ldl"], check=True)
        return ""

    def start(self, trial):
        self.shift = os.path.join(trial.space.logs, f"shift-{len(trial.events)}")
        self.jump(0)
        return trial.start(ranks=trial.random.choice(self.ranks), LD_PRELOAD=self.library, SHIFTED_CLOCK=self.shift)

    def jump(self, seconds):
        with open(self.shift, "r+b" if os.path.exists(self.shift) else "wb", buffering=0) as file:
            file.write(struct.pack("=q", seconds))

    def strike(self, trial, job):
        self.jump(trial.random.choice((-DAY, DAY)))
