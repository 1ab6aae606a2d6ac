"""Traces that some mistakes leave in draws: values that come again, steps, an end of the range."""

from __future__ import annotations

from collections.abc import Callable
from math import log2
from typing import NamedTuple

import numpy as np

from ..stable import Stable
from .statistics.few_draws import distance
from .statistics.limit_laws import kolmogorov_tail

__all__ = ["Drawn", "constant", "cut_off", "held_in", "trace"]

MOST_COMMON_SHARE = 0.5  # of the values that come again: those that do so after one distance
COINCIDENCES = 30  # values that come again, from which on one asks why
FEWEST = 100  # draws
EXPECTED_BEYOND = 14.0
"""Draws expected beyond an end from which on none is no accident: that has probability 1e-6."""
BY_CHANCE = 1e-3
"""Probability of a distance from the law that is larger than what an end can make, and chance."""
STEPS_OFF = 1e-6  # of a step, by which multiples of it are off
MOST_STEPS = 1e6  # of multiples that are looked at: larger ones have not the digits
MOST_DIGITS = 12  # of a float64, which has 16
SMALLEST = 1000  # values of which a step is told
MOST_BITS = {np.dtype(np.float16): 8.0, np.dtype(np.float32): 20.0}
"""Binary logarithm of a number of values that is small for a type of draws; else 36."""


class Drawn(NamedTuple):
    """What is kept of all draws: the first of them, their number, and the ends."""

    values: np.ndarray  # as float64
    dtype: np.dtype  # in which they were drawn
    draws: int
    smallest: float
    largest: float


def trace(law: Stable, drawn: Drawn) -> str | None:
    """The sentence of a trace that the draws show, or None."""
    if len(drawn.values) < FEWEST:
        return None
    asked: tuple[Callable[[Stable, Drawn], str | None], ...]
    asked = _repeated, _stepped, _in_digits, _clipped, _rounded, _few_values
    return next((told for ask in asked if (told := ask(law, drawn))), None)


def _repeated(law: Stable, drawn: Drawn) -> str | None:
    """Values that come again after one distance, perhaps with the other sign."""
    values = drawn.values
    order = np.argsort(np.abs(values), kind="stable")
    again = np.flatnonzero(np.diff(np.abs(values[order])) == 0)
    if len(again) < COINCIDENCES:
        return None
    before, after = order[again], order[again + 1]
    distances, counts = np.unique(after - before, return_counts=True)
    most = int(np.argmax(counts))
    if counts[most] < max(COINCIDENCES, MOST_COMMON_SHARE * len(again)):
        return None
    at = after - before == distances[most]
    share = f"{counts[most] / len(values):.3g} of all draws come again"
    if np.mean(values[before[at]] == values[after[at]]) > 0.5:
        return f"repeated: {share} {distances[most]:,} draws later, as a block that is given again"
    return f"antithetic: {share} {distances[most]:,} draws later, with the other sign"


def constant(drawn: Drawn) -> str | None:
    """One value and no other."""
    is_one = drawn.draws > 1 and drawn.smallest == drawn.largest
    return f"all draws are {drawn.largest:.6g}" if is_one else None


def _stepped(law: Stable, drawn: Drawn) -> str | None:
    """Values that are all multiples of one step."""
    distinct = np.unique(np.abs(drawn.values))
    distinct = distinct[distinct > 0]
    if len(distinct) < 2 or len(distinct) > len(drawn.values) / 2:
        return None
    least = distinct[:SMALLEST]  # whose differences are the most exact
    step = float(min(np.diff(least).min(), least[0]))
    multiples = distinct[distinct < MOST_STEPS * step] / step
    if len(multiples) < 2 or np.max(np.abs(multiples - np.round(multiples))) > STEPS_OFF:
        return None
    return f"rounded to multiples of {step:.3g}"


def _in_digits(law: Stable, drawn: Drawn) -> str | None:
    """Values that have few digits, as those written into a file and read again."""
    some = drawn.values[:FEWEST]
    for digits in range(1, MOST_DIGITS + 1):
        if all(float(f"{x:.{digits}g}") == x for x in some.tolist()):
            return f"rounded to {digits} significant digits"
    return None


def _clipped(law: Stable, drawn: Drawn) -> str | None:
    """Ends to which several draws are equal, in size or in all, while others do not come again."""
    values = drawn.values
    counts = {end: int(np.count_nonzero(values == end)) for end in (values.max(), values.min())}
    inside = values[~np.isin(values, list(counts))]
    again = _coincidences(inside)
    if again >= max(COINCIDENCES, max(counts.values())):
        return None
    fewest = 3 if again else 2  # no two are equal but those at an end
    largest, smallest = values.max(), values.min()
    if largest == -smallest and sum(counts.values()) >= fewest:
        told = f"{counts[largest]:,} and {counts[smallest]:,} are equal to them"
        return f"clipped at -{largest:.6g} and {largest:.6g}: no draw is beyond, and {told}"
    for end, count in counts.items():
        if count >= fewest:
            return f"clipped at {end:.6g}: no draw is beyond, and {count:,} are equal to it"
    return None


def _rounded(law: Stable, drawn: Drawn) -> str | None:
    """Values that are all of a type shorter than their own, while not many of them are equal."""
    kind = held_in(drawn)
    return f"rounded to {kind.name}" if kind != drawn.dtype else None


def held_in(drawn: Drawn) -> np.dtype:
    """The shortest type that has all values, of those that are not longer than their own."""
    for kind in map(np.dtype, (np.float16, np.float32)):
        if drawn.dtype.itemsize > kind.itemsize:
            with np.errstate(over="ignore"):
                rounded = drawn.values.astype(kind)
            if np.array_equal(rounded.astype(float), drawn.values):
                return kind
    return drawn.dtype


def _few_values(law: Stable, drawn: Drawn) -> str | None:
    """Values that come again at any distance: how many there are, as of birthdays."""
    again = _coincidences(drawn.values)
    if again < COINCIDENCES:
        return None
    pairs = len(drawn.values) ** 2 / 2
    bits = log2(pairs / again)
    if bits > MOST_BITS.get(drawn.dtype, 36.0):
        return None
    return (
        f"low-entropy uniforms: {again:,} draws are equal to others, as of some 2^{bits:.1f} values"
    )


def cut_off(law: Stable, drawn: Drawn) -> str | None:
    """An end beyond which there should be draws, and are none, where that is all that is wrong.

    Wherever the draws from beyond the ends went, the distribution function moves by no more than
    their probability: if it is further off, the law is another one, and ends where it does.
    """
    if not drawn.draws:
        return None
    within = np.sort(np.asarray(law.cdf(drawn.values)))
    beyond_both = float(law.sf(drawn.largest) + law.cdf(drawn.smallest))
    further = distance(within) - beyond_both
    if further > 0 and kolmogorov_tail(further, len(within)) < BY_CHANCE:
        return None
    for end, beyond in ((drawn.largest, law.sf), (drawn.smallest, law.cdf)):
        expected = drawn.draws * float(beyond(end))
        if expected > EXPECTED_BEYOND:
            return f"cut off at {end:.6g}: no draw is beyond, where {expected:.3g} are expected"
    return None


def _coincidences(values: np.ndarray) -> int:
    """How many draws are equal to one before."""
    return len(values) - len(np.unique(values))
