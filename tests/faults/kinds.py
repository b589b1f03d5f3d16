"""All kinds of faults, in the order of the table."""
from clocks import ClockJump
from contention import SecondRunRefused, SecondRunTakesOver
from damage import FlippedBits
from kills import KillAll, KillCreation, KillExtension, KillLauncher
from signals import DrainAlone, DrainLauncher, SecondInterrupt
from storage import (DiskFull, DiskFullCreation, DiskFullExtension, ReadOnlyBetween, ReadOnlyWhileRunning, StoreDeleted,
                     StoreRenamed)

KINDS = (KillAll, KillLauncher, KillCreation, KillExtension, DrainAlone, DrainLauncher, SecondInterrupt, SecondRunTakesOver,
         SecondRunRefused, ClockJump, FlippedBits, DiskFull, DiskFullCreation, DiskFullExtension, ReadOnlyBetween, ReadOnlyWhileRunning,
         StoreDeleted, StoreRenamed)
