"""What sweeps give when nothing happens."""
import shutil

from workspace import Workspace


class Reference:
    """Rows and digest of one undisturbed run."""

    def __init__(self, sweep):
        space = Workspace("flowsweep-reference-")
        try:
            space.write_sweep(sweep)
            job = space.start(sweep, ranks=2)
            if job.wait(deadline=300) != 0:
                raise RuntimeError(f"the undisturbed run failed:\n{job.output()}")
            self.rows, self.digest = space.rows(), space.digest()
        finally:
            shutil.rmtree(space.folder)


class References:
    """Made when first asked for."""

    def __init__(self):
        self.made = {}

    def of(self, sweep):
        if sweep.name not in self.made:
            self.made[sweep.name] = Reference(sweep)
        return self.made[sweep.name]
