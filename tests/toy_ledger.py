"""A ledger of a few claims in a module, which processes can import; ``toy_run.py`` runs it.

What is computed is noted in the file that ``TOY_LOG`` names.  ``TOY_KILL`` names a file: who does
not find it makes it, and is gone.  Of the ledger it imports what claims are made of alone: each
worker reads the source of all that is imported here.
"""

import os
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from toy_claim import TOY

from paper_checks.outside import Place
from paper_checks.replicates import shared

SECONDS = 0.004  # of a chunk


def note(line):
    if log := os.environ.get("TOY_LOG"):
        with open(log, "a") as file:
            file.write(f"{line}\n")


def uniform(replicates, seed, name, shift=0.0):
    """Rows that take their time."""
    note(f"{name} {shift} {replicates.start}")
    time.sleep(SECONDS)
    lose_the_process(replicates)
    return np.array([[np.random.default_rng([seed, r]).uniform() + shift] for r in replicates])


def lose_the_process(replicates):
    mark = os.environ.get("TOY_KILL")
    if mark and replicates.start == 100 and not os.path.exists(mark):
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def pairs(replicates, seed, scale):
    """Raw rows of two columns, which two claims take one each of."""
    note(f"pairs {scale} {replicates.start}")
    rows = [np.random.default_rng([seed, r, 7]).uniform(size=2) for r in replicates]
    return scale * np.array(rows)


def column(raw, index):
    return raw[:, [index]]


def always_killed(replicates, seed):
    os.kill(os.getpid(), signal.SIGKILL)


def toy(id, **changes):
    control = partial(uniform, name=id, shift=0.4)
    usual = {"experiment": partial(uniform, name=id), "control": control}
    return replace(TOY, id=id, **usual | changes)


FIRST = toy("T-1")
SECOND = toy("T-2", chunk=20)
LEFT = toy("T-3", experiment=shared(partial(pairs, scale=1.0), partial(column, index=0)))
RIGHT = toy("T-4", experiment=shared(partial(pairs, scale=1.0), partial(column, index=1)))
CLAIMS = {"first": FIRST, "left": LEFT, "right": RIGHT, "second": SECOND}
DEADLY = toy("T-5", control=always_killed)


def place_of(name):
    return Place(name, __name__, "", lambda: None)
