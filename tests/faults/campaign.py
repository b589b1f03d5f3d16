"""A seeded random campaign of faults against the program: committed rows lost, wrong rows and hangs must all be 0.

    FLOWSWEEP=build/flowsweep python3 tests/faults/campaign.py --faults 500 [--seed S] [--table FILE]

A fault counts if it strikes while the store holds committed and uncommitted points. Trial K of a seed draws the same faults each time
(the moments at which they strike are only as repeatable as the machine): --trial K repeats it alone."""
import argparse
import os
import random
import shlex
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

from kinds import KINDS  # noqa: E402
from program import BINARY  # noqa: E402
from reference import References  # noqa: E402
from tally import table, totals  # noqa: E402
from trial import Trial  # noqa: E402

BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=60, help="faults that count")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--trial", type=int, help="repeat only this trial")
    parser.add_argument("--kind", action="append", help="only kinds whose name contains this")
    parser.add_argument("--table", help="also write the table into this file, between its two marks")
    return parser.parse_args()


def usable(chosen):
    """The kinds of this campaign; says which this machine cannot inject."""
    kinds = [kind for kind in KINDS if not chosen or any(text in kind.name for text in chosen)]
    for kind in kinds:
        if reason := kind.missing():
            print(f"skipped: {kind.name}: {reason}")
    return [kind for kind in kinds if not kind.missing()]


class Campaign:
    def __init__(self, options):
        self.options = options
        self.seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 2**31)
        self.kinds = usable(options.kind)
        self.references = References()
        self.events, self.failures = [], []

    def first_kind(self, number):
        """Every kind begins a trial in turn, in an order drawn from the seed, so that none is left out."""
        order = list(self.kinds)
        random.Random(f"{self.seed}/{number // len(order)}").shuffle(order)
        return order[number % len(order)]

    def run_trial(self, number):
        begin = time.monotonic()
        trial = Trial(number, self.first_kind(number), self.kinds, self.references,
                      random.Random(f"{self.seed}/trial {number}"))
        trial.run()
        self.events += trial.events
        what = ", ".join(event.kind + ("" if event.landed else " (not counted)") for event in trial.events)
        print(f"trial {number}, {time.monotonic() - begin:.1f} s: {what}", flush=True)
        for failure in trial.failures:
            print(f"FAILED {failure}\n  kept: {trial.space.folder}\n  repeat: {self.repeat(number)}", flush=True)
        self.failures += trial.failures

    def repeat(self, number):
        words = ["python3", sys.argv[0], "--seed", str(self.seed), "--trial", str(number)]
        for text in self.options.kind or []:
            words += ["--kind", text]
        return f"FLOWSWEEP={shlex.quote(BINARY)} {shlex.join(words)}"

    def counted(self):
        return sum(event.landed for event in self.events)

    def run(self):
        print(f"seed {self.seed}, {len(self.kinds)} kinds of faults", flush=True)
        begin, number = time.monotonic(), 0
        if self.options.trial is not None:
            self.run_trial(self.options.trial)
        else:
            while self.counted() < self.options.faults and number < 3 * self.options.faults:
                self.run_trial(number)
                number += 1
        self.conclude(time.monotonic() - begin)

    def conclude(self, seconds):
        lost, wrong, hangs, others = totals(self.events)
        text = (f"{table(KINDS, self.events)}\n\n{self.counted()} faults counted of {len(self.events)} injected, seed {self.seed}, "
                f"{seconds:.0f} s: {lost} committed rows lost, {wrong} wrong rows, {hangs} hangs, {others} other breaches.")
        if outside := sum("before any fault" in failure for failure in self.failures):
            text += f" Trials that failed before any fault: {outside}."
        print(f"\n{text}", flush=True)
        if self.options.table:
            put_between_marks(self.options.table, text)


def put_between_marks(path, text):
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def main():
    options = arguments()
    campaign = Campaign(options)
    campaign.run()
    if options.trial is None and campaign.counted() < options.faults:
        print(f"only {campaign.counted()} of {options.faults} faults landed with committed and uncommitted points present")
        return 1
    return 1 if campaign.failures else 0


if __name__ == "__main__":
    sys.exit(main())
