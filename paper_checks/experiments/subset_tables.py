"""Tables that a few examples determine, with their limits: what B-7-subset and B-8-subset share.

A table has the label 0, but for the parts in which a chosen example lies: these have the label 1.
"""

from collections.abc import Callable
from functools import cache
from math import fsum, log2
from typing import NamedTuple

import numpy as np

from compress.certificates import preferent_compression, sample_compression
from compress.certificates.inequalities import binomial_tail, campi_garatti

from .known_risks import (
    CELLS,
    DELTA,
    EXAMPLES,
    FLIPPED,
    PARTS,
    Examples,
    Outcome,
    Outcomes,
    drawn,
    risk,
    smallest,
)


class Tables(NamedTuple):
    """Errors and risks by the number of chosen examples, from 0 on, of each sample."""

    wrong: np.ndarray
    risks: np.ndarray


MOST = 60  # examples of a table
LABELS = ("any examples", "examples of a preference")


def chosen(rng: np.random.Generator, charged: bool) -> Outcomes:
    """Tables of the smallest limit, by all examples, and by those that a rule prefers."""
    sample = drawn(rng)
    by_choice = [_best_parts(sample.counts(parts)) for parts in PARTS]
    by_order = [_first_parts(sample, parts) for parts in PARTS]
    any_limits, preferred = _any_limits(charged), _preferred_limits()
    return {
        LABELS[0]: _smallest(by_choice, lambda m, wrong: any_limits[m, wrong]),
        LABELS[1]: _smallest(by_order, lambda m, wrong: preferred[wrong + m * charged]),
    }


@cache
def _any_limits(charged: bool) -> np.ndarray:
    """Limits by the numbers of chosen examples and of errors, shape (MOST + 1, n + 1)."""
    numbers = range(MOST + 1)
    certificates = [
        sample_compression(EXAMPLES, m, 0, DELTA, message=log2(len(PARTS))) for m in numbers
    ]
    nats = np.array([fsum(charge.nats for charge in each.charges[:-1]) for each in certificates])
    rest = EXAMPLES - np.arange(MOST + 1)[:, None]
    wrong = np.minimum(np.arange(EXAMPLES + 1), rest)
    return np.asarray(binomial_tail(wrong, rest, nats[:, None] * charged, DELTA))


@cache
def _preferred_limits() -> np.ndarray:
    """Limits by the number of chosen and wrong examples, beyond all of them 1."""
    looks = log2(len(PARTS) * (MOST + 1))
    found = preferent_compression(EXAMPLES, 0, 0, DELTA, options=looks)
    nats = fsum(charge.nats for charge in found.charges[:-1])
    limits = campi_garatti(np.arange(EXAMPLES + 1), EXAMPLES, nats, DELTA)
    return np.concatenate([limits, np.ones(MOST)])


def _smallest(
    tables: list[Tables], limits: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Outcome:
    """What has the smallest limit, whatever its parts and its number of examples."""
    best = [smallest(limits(np.arange(len(t.wrong))[:, None], t.wrong), t.risks) for t in tables]
    return smallest(*(np.array(each) for each in zip(*best, strict=True)))


def _best_parts(counts: np.ndarray) -> Tables:
    """Those with examples from the parts in which the label 1 is most in excess."""
    return _ordered(counts, np.argsort(counts[..., 0] - counts[..., 1], axis=-1, kind="stable"))


def _first_parts(sample: Examples, parts: int) -> Tables:
    """Those whose examples are each the first with label 1 that lies in no part of those before.

    That is a rule with a preference: of a part of the sample with these examples and all that are
    wrong in the end, they are the first as well.
    """
    part = sample.cells // (CELLS // parts)
    number, samples = part.shape[1], np.arange(len(part))
    first = np.full((len(part), parts), number)
    for example in reversed(range(number)):
        of = samples[sample.labels[:, example]]
        first[of, part[of, example]] = example
    return _ordered(sample.counts(parts), np.argsort(first, axis=-1, kind="stable"))


def _ordered(counts: np.ndarray, order: np.ndarray) -> Tables:
    """Tables in which ever more parts, in this order, have the label 1, each by an example of it.

    Parts without such an example come last and are not given it: those tables are one.
    """
    parts = counts.shape[1]
    order, given = order[:, :MOST], counts[..., 1] > 0
    changes = (counts[..., 0] - counts[..., 1]) * given
    truth = np.arange(parts) >= parts // 2
    risks = (1 - 2 * FLIPPED) / parts * np.where(truth, -1, 1) * given
    wrong, sums = (
        np.take_along_axis(each, order, axis=1).cumsum(axis=1) for each in (changes, risks)
    )
    none = counts[..., 1].sum(axis=1)
    start = np.full(len(counts), risk(np.zeros(parts)))
    return Tables(*(_from(*each) for each in ((none, wrong), (start, sums))))


def _from(start: np.ndarray, changes: np.ndarray) -> np.ndarray:
    """What there was and what each number of changes made of it, shape (numbers, samples)."""
    return np.concatenate([start[None], start + changes.T])
