"""One store under a chain of faults: struck, resumed, struck again, and in the end compared with an undisturbed run."""
import contextlib
import os
import shutil
import subprocess
import time

from job import DEADLINE, Hang
from workspace import STORE, Workspace

CHAIN = 4             # faults of one store
SHARE = 0.4           # most of the remaining rows that a job commits before the next fault
POLL = 0.04           # seconds between looks at the store


class Event:
    """A fault that was injected, and what became of it."""

    def __init__(self, fault, rows):
        self.kind = fault.name
        self.at = time.monotonic()
        self.landed = fault.hit and rows is not None and rows.partial()
        self.rows = rows
        self.committed = len(rows) if rows else 0
        self.left = self.committed  # rows that the fault did not take away
        self.seconds = None  # until rows were committed again
        self.jobs = 0        # started until then
        self.lost = self.wrong = self.hangs = self.others = 0


class Trial:
    """`first` begins the chain; the others are drawn from `kinds`."""

    def __init__(self, number, first, kinds, references, random):
        self.number, self.random = number, random
        self.first, self.kinds, self.references = first, kinds, references
        self.space = Workspace()
        self.sweep = first.sweeps[0]
        self.events, self.failures, self.kept = [], [], {}
        self.lingering = []  # jobs that must end by themselves while others start
        self.undo = contextlib.ExitStack()

    # The chain

    def run(self):
        try:
            self.prepare()
            for fault in self.chain():
                self.suffer(fault)
            self.resume()
            self.check()
        except Hang as hang:
            self.fail("hangs", str(hang))
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            self.fail("others", f"{type(error).__name__}: {error}")
        finally:
            self.clear()

    def clear(self):
        for job in self.space.jobs:
            job.kill()
        if self.failures and self.first.ground == "memory":
            shutil.copytree(self.space.work, self.space.work + "-kept")
        self.undo.close()
        if not self.failures:
            shutil.rmtree(self.space.folder)
        for event in self.events:
            event.rows = None  # a long campaign would fill the memory

    def prepare(self):
        if self.first.ground == "memory":
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.space.work], check=True)
            self.undo.callback(subprocess.run, ["umount", "--lazy", self.space.work], check=True)
        self.space.write_sweep(self.sweep)
        self.references.of(self.sweep)

    def chain(self):
        yield self.first()
        ground = {"any", self.first.ground}
        others = [kind for kind in self.kinds if kind.ground in ground and self.sweep in kind.sweeps and kind.needs_rows]
        for _ in range(CHAIN - 1):
            committed, points = self.count()
            if not others or committed == points > 0:
                return
            yield self.random.choices(others, [kind.weight for kind in others])[0]()

    def suffer(self, fault):
        job = fault.start(self)
        fault.await_moment(self, job)
        fault.strike(self, job)
        rows = fault.observed_rows(self)
        self.events.append(Event(fault, rows))
        if rows and not fault.loses_store:
            self.kept.setdefault(STORE, []).append(self.events[-1])
        fault.observe(self, job)

    def resume(self):
        job = self.start(ranks=self.random.choice((0, 2)))
        self.finish(job, (0,))
        for late in self.lingering:
            late.wait()
        for path in job.leftovers():
            self.fail("others", f"left after the last resume: {path}")

    # What faults use

    def start(self, *words, **options):
        for event in self.events:
            event.jobs += event.seconds is None
        return self.space.start(self.sweep, *words, **options)

    def count(self):
        """(committed, points) now; notes which faults the store has recovered from."""
        committed, points = self.space.count()
        for event in self.events:
            if event.seconds is None and (committed > event.left or committed == points > 0):
                event.seconds = time.monotonic() - event.at
        return committed, points

    def watch(self):
        """Looks at the store while a fault waits for recovery."""
        if any(event.seconds is None for event in self.events):
            self.count()

    def wait_for_rows(self, job):
        """Returns when this job, not one that lingers, has added rows, or has ended."""
        for late in self.lingering:
            late.wait()
        committed, points = self.space.count()
        remaining = points - committed if points else 500
        target = committed + 1 + int(self.random.random() * SHARE * remaining)
        end = time.monotonic() + DEADLINE
        while job.running() and self.count()[0] < target:
            if time.monotonic() > end:
                raise Hang(f"the store got no further than {self.space.count()} rows in {DEADLINE} s: {job.log}")
            time.sleep(POLL)

    def finish(self, job, codes, whole=True):
        """Waits for the job's end by itself; its exit code must be one of `codes` and fit the store, unless not the `whole` sweep was to
        be run."""
        code = job.wait(meanwhile=self.watch)
        committed, points = self.count()
        complete = committed == points > 0
        early = bool(self.events) and not self.events[-1].landed
        if codes is not None and job.tells and code not in codes and not (code == 0 and complete and early):
            self.fail("others", f"exit code {code}, not one of {codes}; {committed} of {points} rows; {job.log}")
        if code == 0 and not complete and job.tells and whole:
            self.fail("others", f"exit code 0 with {committed} of {points} rows; {job.log}")
        return code

    def some(self, items):
        """One of them at random, as a list; none if there is none."""
        return self.random.sample(items, min(1, len(items)))

    def fail(self, category, text, event=None, number=1):
        event = event or (self.events[-1] if self.events else None)
        if event:
            setattr(event, category, getattr(event, category) + number)
        self.failures.append(f"trial {self.number}, {event.kind if event else 'before any fault'}: {category}: {text}")

    def forget_rows(self, ids):
        """Rows that a fault destroyed on purpose."""
        for events in self.kept.values():
            for event in events:
                for name in ids:
                    event.rows.committed.pop(name, None)

    # The end

    def check(self):
        reference = self.references.of(self.sweep)
        for store, events in self.kept.items():
            later = self.space.rows(store)
            for event in events:
                if lost := event.rows.lost_in(later):
                    self.fail("lost", f"{len(lost)} rows, {lost[:3]}", event, len(lost))
        if wrong := self.space.rows().wrong_against(reference.rows):
            self.fail("wrong", f"{len(wrong)} rows, {wrong[:3]}", number=len(wrong))
        elif self.space.digest() != reference.digest:
            self.fail("wrong", f"digest {self.space.digest()}, undisturbed {reference.digest}")
        if self.space.ask("status", STORE, "--exit-code").returncode != 0:
            self.fail("others", "status --exit-code is not 0 after the last resume")
        expected = {"sweep.ini", STORE, *self.kept}
        if found := set(os.listdir(self.space.work)) - expected:
            self.fail("others", f"left beside the store: {sorted(found)}")
