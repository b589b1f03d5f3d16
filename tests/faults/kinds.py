"""All kinds of faults, in the order of the table."""
from budget import TimeBudget
from clocks import ClockJump
from contention import SecondRunRefused, SecondRunTakesOver
from damage import FlippedBits
from kills import KillAll, KillCreation, KillDurableWorker, KillExtension, KillLauncher, KillRank0, KillWorker
from long_flows import DrainLongFlows, KillLongFlows
from signals import DrainAlone, DrainLauncher, DrainRank, SecondInterrupt
from stops import StopRank0, StopWorker
from storage import (DiskFull, DiskFullCreation, DiskFullExtension, DiskFullLongFlows, ReadOnlyBetween, ReadOnlyWhileRunning,
                     StoreDeleted, StoreRenamed)

KINDS = (KillAll, KillLauncher, KillRank0, KillWorker, KillDurableWorker, StopWorker, StopRank0, KillCreation, KillExtension,
         DrainAlone, DrainLauncher, DrainRank, SecondInterrupt, TimeBudget, KillLongFlows, DrainLongFlows, SecondRunTakesOver,
         SecondRunRefused, ClockJump, FlippedBits, DiskFull, DiskFullLongFlows, DiskFullCreation, DiskFullExtension, ReadOnlyBetween,
         ReadOnlyWhileRunning, StoreDeleted, StoreRenamed)
