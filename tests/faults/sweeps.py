"""The sweeps that faults strike. Points take 1 to 30 ms, but for those of LONG, which write checkpoints."""
import typing

MANY_TEXT = """name = faults
model = linear-attention
theorems = mesa.limit, mesa.balance, mesa.trajectory
[grid.exact]
distribution = gaussian, sparse, skewed
dimension = 2..6
context = log(5, 100000, 6)
init = 0.1:0.1, 0.5:1.5
perturbation = 0, 0.01
records = 32
[grid.sampled]
risk = empirical
distribution = gaussian, sparse
dimension = 3
context = 30
seed = 0..99
integrator = euler
step = 0.01
steps = 60
records = 8
sequences = 500
statistics = direct
"""

# More values on two axes: a store of MANY is extended.
WIDER = ("--set", "grid.exact.dimension=2..7", "--set", "grid.sampled.seed=0..109")

# The short points alone are chosen by SHORT_PART, so that rows are committed before the long flows begin.
LONG_TEXT = """name = long
model = linear-attention
theorems = mesa.limit, mesa.balance, mesa.trajectory
[grid.short]
distribution = gaussian, sparse
dimension = 2..4
context = log(5, 1000, 5)
records = 16
[grid.long]
risk = empirical
distribution = sparse
dimension = 3
context = 30
seed = 0..3
integrator = euler
step = 0.01
steps = 4000
records = 8
sequences = 500
statistics = direct
"""
SHORT_PART = ("--where", "dimension=2")



class Sweep(typing.NamedTuple):
    """A sweep's text with overrides of the command line."""
    name: str
    text: str
    overrides: tuple = ()


MANY = Sweep("many", MANY_TEXT)
WIDE = Sweep("wide", MANY_TEXT, WIDER)
LONG = Sweep("long", LONG_TEXT)
