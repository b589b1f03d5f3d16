#!/usr/bin/env python3
"""Prints what flows of a store of sampled runs end at, beside the minimiser u of their sample on the diagonal set.

    sample_fits.py sizes.h5

A line per law, dimension and number of sequences: verdicts of mesa.limit-sampled, how often u is beyond its interval, mean
and standard deviation over the samples of (ab - u) / s.e., the standard deviation of the phase of P1_11 against that of
P1_22 (a uniform phase has 1.81), and the largest evidence.
"""
import argparse
import cmath
import math
import sys

import pandas as pd

from flowsweep_reader import Store, StoreError

THEOREM = "mesa.limit-sampled"
INTERVAL = 3.2905  # standard errors, two-sided 99.9 %


def relative_phase(store, identity):
    P, _ = store.weights(identity)
    return cmath.phase(P[0, 0] / P[1, 1]) if P.shape[0] > 1 else math.nan


def table(store):
    """A row a sampled point: axes, measurements, the verdict, the relative phase."""
    judged = store.verdicts(THEOREM)
    rows = store.points().join(store.measurements(THEOREM)).join(judged[["verdict", "predicted"]])
    rows = rows[rows["sample_minimiser"].notna()]
    return rows.assign(phase=pd.Series({identity: relative_phase(store, identity) for identity in rows.index}))


def line(rows):
    deviation = (rows["product"] - rows.sample_minimiser) / rows.standard_error
    beyond = ((rows.sample_minimiser - rows.predicted).abs() > INTERVAL * rows.standard_error).sum()
    count, kinds = len(rows), rows.verdict.value_counts()
    return (f"{count:5d}  {kinds.get('holds', 0):5d}  {kinds.get('inconclusive', 0):9d}  {kinds.get('violated', 0):8d}  {beyond:8d}"
            f"  {deviation.mean():6.2f} +- {deviation.std() / math.sqrt(count):.2f}  {deviation.std():9.2f}  {rows.phase.std():5.2f}"
            f"  {rows.step_evidence.abs().max():.1f}, {rows.gradient_evidence.max():.1f}")


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", metavar="STORE")
    arguments = parser.parse_args(words)
    try:
        rows = table(Store(arguments.store))
    except (StoreError, OSError, KeyError) as error:
        print(f"sample_fits: {arguments.store}: {error}", file=sys.stderr)
        return 2
    print("law d N  samples  holds  undecided  violated  u beyond  (ab - u) / s.e.  deviation  phase  largest evidence")
    for (law, d, N), group in rows.groupby(["distribution", "dimension", "sequences"]):
        print(f"{law} {d} {N}  {line(group)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
