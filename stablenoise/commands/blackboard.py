"""Numbers that a process and its child both see: what the child does, and whether it is to stop.

They lie in a file that both have mapped, so that a child that hangs or dies has said what it was
doing, and a call of somebody's function costs a microsecond more.
"""

import os

import numpy as np

STOP, FORKED, BEGAN, ASKED, DRAWN = range(5)
"""Whether to stop; whether a second process returned; when the call that lasts began, by
``time.monotonic``, or 0; for how many values it asks; how many were given before."""

SLOTS = 5


def new(path: str | os.PathLike) -> np.memmap:
    """The numbers, all zero, in a new file."""
    return np.memmap(path, np.float64, "w+", shape=(SLOTS,))


def of(path: str | os.PathLike) -> np.memmap:
    """The numbers of a file that is there."""
    return np.memmap(path, np.float64, "r+", shape=(SLOTS,))
