"""Large calls: what was drawn in one call of 2^20 + 1 draws has one law and never comes again.

A call of 2^20 + 1 draws, one of 2^17 + 1 with the same generator, and two of 2^17 + 1 with one
seed.  Asked of the first 2^16 draws, of each 2^16 that follow, and of the last: their law (exact
Kolmogorov, the worst as often as there are parts); of values that come again in all; of signs that
agree at any lag up to 2^19 (``sign_products``); of NaN and infinities.  Equal seeds give equal
draws, which is no matter of chance.  Of vectors of more than 16 coordinates as many fewer.

For code that only many draws at once reach: chunks that are drawn once and given again, threads,
buffers of a fixed size, what is left over after the last whole chunk.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...calling import Style
from ...drawing import OutOfTime, Source
from ...statistics.few_draws import distance, of_finiteness, of_repetition, seen
from ...statistics.limit_laws import kolmogorov_tail
from ...statistics.outcomes import Outcome
from ...statistics.sign_products import SCORES, LagCounts, of_lags, signs

LARGE, SMALLER = (1 << 20) + 1, (1 << 17) + 1
PART = 1 << 16
FIRST = 4097  # draws of a call that tells how long a large one takes
COST = FIRST + LARGE + 3 * SMALLER
NUMBERS = 1 << 24  # coordinates of a call at most


def outcomes(source: Source, law: Any, seed: int) -> tuple[Outcome, ...]:
    """What large calls change; nothing if they would take longer than there is time."""
    rng = np.random.default_rng([seed, 4])
    try:
        source.draw(FIRST, rng)
        return _outcomes(source, law, rng)
    except OutOfTime:
        return ()


def _outcomes(source: Source, law: Any, rng: np.random.Generator) -> tuple[Outcome, ...]:
    most = NUMBERS // (source.dim or 1)
    drawn = source.draw(min(LARGE, most), rng)
    both = np.concatenate([drawn, source.draw(min(SMALLER, most), rng)])
    draws = seen(both, law)
    u, levels = draws.uniforms[: len(drawn)], draws.levels[: len(drawn)]
    told = [
        of_finiteness("large calls: finite", both, law),
        _of_parts(u),
        of_repetition("large calls: repeats", draws.finite, "two large calls"),
    ]
    for score, signs_of_one in zip(SCORES, signs(levels), strict=True):
        counts = LagCounts(len(levels))
        counts.add(signs_of_one)
        told.append(of_lags(f"large calls: lags of {score}", counts, score))
    if source.style is not Style.NOTHING:
        told.append(_again(source, min(SMALLER, most), int(rng.integers(1 << 31))))
    return tuple(told)


def _of_parts(uniforms: np.ndarray) -> Outcome:
    """The law of each part, and of the last draws, of one call."""
    n = len(uniforms)
    size = min(PART, n)
    starts = [*range(0, n - size + 1, size), n - size]
    scores = uniforms, np.abs(2 * uniforms - 1)
    off = [[distance(np.sort(u[start:][:size])) for u in scores] for start in starts]
    worst = int(np.argmax(np.max(off, axis=1)))
    farthest = float(np.max(off))
    p_value = min(1.0, 2 * len(starts) * kolmogorov_tail(farthest, size))
    told = (
        f"the distribution of {size:,} draws from the {starts[worst] + 1:,}th on of one call is"
        f" off by {farthest:.3g} at most, the worst of {len(starts)} parts of it"
    )
    return Outcome("large calls: parts", farthest, p_value, n, told)


def _again(source: Source, size: int, key: int) -> Outcome:
    """Whether a seed gives many draws again."""
    first, second = source.draw(size, key), source.draw(size, key)
    other = first.tobytes() != second.tobytes()
    told = f"a seed gives {'other' if other else 'the same'} {size:,} draws when it is used again"
    return Outcome("large calls: the same again", float(other), float(not other), 2 * size, told)
