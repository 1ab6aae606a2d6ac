"""Tables certified through another one, by new inputs: what B-7-surrogate and B-8-surrogate share.

The target knows the labels of its sample by heart, cell by cell, and elsewhere says 1.  A surrogate
has the most frequent label of each of 2, 16 or 256 parts, and a limit by its code, a bit a part.
"""

from functools import cache
from math import log

import numpy as np

from compress.certificates.inequalities import binomial_tail

from .known_risks import (
    CELLS,
    DELTA,
    EXAMPLES,
    PARTS,
    Outcome,
    Outcomes,
    drawn,
    errors,
    risk,
)

INPUTS = 1000  # new ones, without labels
LABELS = ("by the smallest limit", "by the smallest sum")


def chosen(rng: np.random.Generator, charged: bool) -> Outcomes:
    """The target by the surrogate of the smallest limit, and by that of the smallest sum.

    Without charges differences are counted on the target's own sample for the first, and the second
    pays neither for the bits of the surrogate nor for its choice.
    """
    sample, fresh = drawn(rng), drawn(rng, INPUTS).counts(CELLS).sum(axis=-1)
    counts = sample.counts(CELLS)
    target = (counts[..., 1] >= counts[..., 0]).astype(float)
    tables = np.array([_most_frequent(sample.counts(parts)) for parts in PARTS])
    limits = _limits(errors(tables, counts), True)
    own = fresh if charged else counts.sum(axis=-1)
    which = limits.argmin(axis=0)[None]
    differ = _differences(np.take_along_axis(tables, which[..., None], axis=0)[0], target, own)
    counted = INPUTS if charged else EXAMPLES
    first = limits.min(axis=0) + _tails(counted, 0.0)[differ]
    choice = log(len(PARTS)) * charged
    differ = _differences(tables, target, fresh)
    sums = _limits(errors(tables, counts), charged) + _tails(INPUTS, choice)[differ]
    return {
        LABELS[0]: Outcome(np.minimum(first, 1), risk(target)),
        LABELS[1]: Outcome(np.minimum(sums, 1).min(axis=0), risk(target)),
    }


def _limits(wrong: np.ndarray, charged: bool) -> np.ndarray:
    """Limits of surrogates of each number of parts: so many bits, and those of the number."""
    nats = [(parts * log(2) + log(len(PARTS))) * charged for parts in PARTS]
    pairs = zip(nats, wrong.astype(int), strict=True)
    return np.array([_tails(EXAMPLES, each)[seen] for each, seen in pairs])


@cache
def _tails(n: int, nats: float) -> np.ndarray:
    """Limits by the number of errors or differences among n, with half of delta."""
    return np.asarray(binomial_tail(np.arange(n + 1), n, nats, DELTA / 2))


def _differences(tables: np.ndarray, target: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Inputs, counted by cell, for which a table says something else than the target."""
    return ((tables != target) * inputs).sum(axis=-1)


def _most_frequent(counts: np.ndarray) -> np.ndarray:
    """The label of each cell, from its part; 1 for ties."""
    table = counts[..., 1] >= counts[..., 0]
    return np.repeat(table, CELLS // table.shape[-1], axis=-1).astype(float)
