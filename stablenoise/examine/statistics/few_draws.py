"""What is asked of draws that many calls gave: NaN, the law, repeats, correlation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.stats import kstwo

from ...stable import Stable
from ..nonfinite import NonFinite
from .blocks import LEVELS, Block
from .chances import of_repeats, of_sum
from .fineness import spacings
from .outcomes import Outcome
from .tallies import reach_of

__all__ = [
    "Seen",
    "distance",
    "of_correlation",
    "of_finiteness",
    "of_law",
    "of_repetition",
    "seen",
]

PLACES = "at places one earlier", "at the same places", "at places one later"
"""Of the draws of a next row, beside those of a row: shifts of -1, 0 and 1."""


class Seen(NamedTuple):
    """Draws as numbers: those that are finite, uniforms and their digits of all."""

    finite: Block
    uniforms: np.ndarray

    @property
    def levels(self) -> np.ndarray:
        """The first digits of the uniforms, as blocks have them."""
        return np.minimum(LEVELS * self.uniforms, LEVELS - 1).astype(np.int16)


def seen(drawn: np.ndarray, law: Any) -> Seen:
    """Draws as numbers: of vectors, along the first direction.

    A draw that is not finite, or next to the largest number of its type, is the business of another
    test: its uniform is one that depends on nothing.
    """
    values, along = drawn.astype(float), law
    if not isinstance(law, Stable):
        from .projections import directions, projected

        direction = next(iter(directions(law)))[1]
        with np.errstate(over="ignore", invalid="ignore"):
            values, along = values @ direction, projected(law, direction)
    good = np.isfinite(values) & (np.abs(values) <= reach_of(along, drawn.dtype))
    finite = Block(values[good], along, drawn.dtype)
    uniforms = np.random.default_rng(len(values)).random(len(values))
    uniforms[good] = finite.dithered
    return Seen(finite, uniforms)


def of_law(name: str, uniforms: np.ndarray, what: str) -> Outcome:
    """Whether uniforms, and their distances from the middle, are uniform (Kolmogorov, exact)."""
    n = len(uniforms)
    distances = [distance(np.sort(u)) for u in (uniforms, np.abs(2 * uniforms - 1))]
    p_value = min(1.0, 2 * float(kstwo.sf(max(distances), n)))
    told = f"the distribution of {what} is off by {max(distances):.3g} at most"
    return Outcome(name, max(distances), p_value, n, told)


def distance(u: np.ndarray) -> float:
    """Largest distance of the empirical distribution of sorted uniforms from the diagonal."""
    n = len(u)
    above = np.arange(1, n + 1) / n - u
    return float(max(above.max(), (1 / n - above).max()))


def of_finiteness(name: str, drawn: np.ndarray, law: Any) -> Outcome:
    """NaN, and infinities that the law does not have: what is less likely is told."""
    counts = NonFinite(law)
    counts.without(drawn)
    worse = min(counts.outcomes(), key=lambda outcome: outcome.p_value)
    return worse._replace(test=name, p_value=min(1.0, 2 * worse.p_value))


def of_repetition(name: str, block: Block, what: str) -> Outcome:
    """Whether more of the draws are equal than rounding makes so."""
    ordered = np.sort(np.abs(block.values))
    repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    mean = len(block) ** 2 / 2 * spacings(block.law, block.dtype).pairs()[0]
    told = f"{repeated:,} of {len(block):,} draws of {what} equal another, up to the sign,"
    told += f" where at most {mean:.2g} are expected"
    return Outcome(name, float(repeated), of_repeats(repeated, mean), len(block), told)


def of_correlation(name: str, levels: np.ndarray, what: str) -> Outcome:
    """Whether a row resembles the next one, at the same place or one away from it.

    Given the even rows, the sum of products is one of independent odd rows with known weights.
    """
    signed = 2 * levels.astype(float) - (LEVELS - 1)
    once = 2 * (np.abs(signed) // 2) - (LEVELS // 2 - 1)
    units = signed / np.sqrt((LEVELS**2 - 1) / 3), once / np.sqrt((LEVELS**2 / 4 - 1) / 3)
    z = np.array([deviation(score, shift) for score in units for shift in (-1, 0, 1)])
    worst = int(np.argmax(abs(z)))
    p_value = min(1.0, len(z) * float(of_sum(z[worst])))
    score = ("F(x)", "|F(x) - 1/2|")[worst // len(PLACES)]
    told = (
        f"{score} of the draws of {what} and of the next, {PLACES[worst % len(PLACES)]}, are"
        f" correlated by {z[worst]:.3g} standard errors; of {len(z)} such comparisons this is the"
        " least likely"
    )
    return Outcome(name, float(z[worst]), p_value, levels.size, told)


def deviation(score: np.ndarray, shift: int) -> float:
    """Sum of products of rows and the next ones, in conditional standard deviations.

    A number of variance 1 at place j is multiplied with that at place j + shift of the next row.
    """
    width = score.shape[1]
    here = slice(max(-shift, 0), width - max(shift, 0))
    there = slice(max(shift, 0), width - max(-shift, 0))
    weights = np.zeros_like(score)
    odd, after = len(score[1::2]), len(score[2::2])
    weights[1::2, there] += score[:-1:2, here][:odd]
    weights[1 : 2 * after : 2, here] += score[2::2, there]
    return float((weights * score).sum() / np.sqrt((weights**2).sum()))
