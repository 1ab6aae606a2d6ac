"""A claim that takes no time, for tests of the ledger itself."""

import os
import signal
from functools import partial

import numpy as np

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.summaries import bounded

asked: list[range] = []  # replicates that were computed, in this process


def uniform(replicates, seed, shift=0.0):
    asked.append(replicates)
    return np.array([[np.random.default_rng([seed, r]).uniform() + shift] for r in replicates])


def killed(*_):
    """End this process as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


TOY = Claim(
    id="T-1",
    title="A toy: the mean is 1/2",
    statement="The mean is 1/2.",
    source="here",
    quantities=(Quantity("mean", equals(0.5, 0.05), bounded(-1, 2)),),
    experiment=uniform,
    control=partial(uniform, shift=0.4),
    broken="a shift",
    unit="draws",
    smoke=4_000,
    full=4_000,
    chunk=50,
)
