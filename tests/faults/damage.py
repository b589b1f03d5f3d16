"""Bits that flip in committed rows while no job runs."""
import struct

from fault import Fault

FIELDS = ("wall_seconds", "risk", "gradient_norm", "ab")
MOST = 5


class FlippedBits(Fault):
    """The next job must run exactly the damaged rows again, besides those that were missing."""

    name = "flipped bits in committed rows"
    weight = 2
    ground = "any"
    ends = None

    def strike(self, trial, job):
        job.kill()
        self.rows = trial.space.rows()
        self.damaged = set()
        with open(trial.space.path(), "r+b") as store:
            content = store.read()
            for name in trial.random.sample(sorted(self.rows.committed), min(MOST, len(self.rows))):
                self.flip(trial, store, content, name)
        self.hit = bool(self.damaged)

    def flip(self, trial, store, content, name):
        """Finds a number of the row that the store holds only once, by its bytes, and flips one bit of it."""
        fields = [struct.pack("<d", float(self.rows.columns[name][field])) for field in FIELDS]
        unique = [field for field in fields if content.count(field) == 1]
        if not unique:
            return
        where = content.index(trial.random.choice(unique)) + trial.random.randrange(8)
        store.seek(where)
        store.write(bytes([content[where] ^ 1 << trial.random.randrange(8)]))
        self.damaged.add(name)

    def observed_rows(self, trial):
        trial.forget_rows(self.damaged)
        for name in self.damaged:
            del self.rows.committed[name]
        return self.rows

    def observe(self, trial, job):
        verified = trial.space.ask("verify", "a.h5")
        if self.damaged and (verified.returncode != 2 or any(name not in verified.stdout for name in self.damaged)):
            trial.fail("others", f"verify (exit code {verified.returncode}) does not name {sorted(self.damaged)}")
        resumed = trial.start()
        trial.finish(resumed, (0,))
        if self.damaged and f"{len(self.damaged)} damaged rows are run again" not in resumed.output():
            trial.fail("others", f"{len(self.damaged)} damaged rows, but: {resumed.log}")
