"""Seeds: the same one gives the same draws, others give others that have nothing in common.

Asked of 256 consecutive seeds and 64 draws of each: the law of the first draws, and of all (exact
Kolmogorov); the correlation of a stream with that of the next seed (given every other stream, a sum
of signs); values that several have in common (``spacings``).  Equal draws of other seeds, other
draws of equal seeds, and a generator that is not moved on are no matter of chance.  Noted as odd,
not as a fault, as no such seed is promised: one that is larger by 2^32 is taken and gives the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...calling import Style
from ...drawing import Refusal, Source
from ...statistics.few_draws import of_correlation, of_law, of_repetition, seen
from ...statistics.outcomes import Outcome

SEEDS, SIZE = 256, 64
COST = (SEEDS + 5) * SIZE
LARGEST = 1 << 31  # seeds that every library takes
BEYOND = 1 << 32


def outcomes(source: Source, law: Any, seed: int) -> tuple[Outcome, ...]:
    """What seeds change."""
    rng = np.random.default_rng([seed, 1])
    first = int(rng.integers(LARGEST - SEEDS))
    streams = [source.draw(SIZE, first + k) for k in range(SEEDS)]
    if source.style is Style.NOTHING:
        source.remark("it takes no generator and no seed: its draws cannot be made again")
        certain = [_others(streams)]
    else:
        again = source.draw(SIZE, first + 1), source.draw(SIZE, first)
        certain = [_again(streams[:2], again[::-1]), _others(streams)]
        certain.append(_moved_on(source.draw(SIZE, rng), source.draw(SIZE, rng)))
    if source.style is Style.SEED:
        _note_if_cut(source, first, streams[0])
    drawn = np.concatenate(streams)
    draws = seen(drawn, law)
    rows = draws.uniforms.reshape(SEEDS, SIZE)
    return (
        *certain,
        of_law("seeds: first draws", rows[:, 0], f"the first draws of {SEEDS} seeds"),
        of_law("seeds: all draws", rows.ravel(), f"{SIZE} draws of {SEEDS} seeds each"),
        of_correlation("seeds: next seed", draws.levels.reshape(rows.shape), "a seed"),
        of_repetition("seeds: repeats", draws.finite, f"{SEEDS} seeds"),
    )


def _note_if_cut(source: Source, seed: int, stream: np.ndarray) -> None:
    """Note it if a seed of more than 32 bits is taken for that which its last 32 bits are."""
    try:
        other = source.draw(SIZE, seed + BEYOND)
    except Refusal:
        return
    if _equal(other, stream):
        source.remark("seeds are cut to 32 bits: one and that plus 2^32 give the same draws")


def _again(streams: list[np.ndarray], again: tuple[np.ndarray, ...]) -> Outcome:
    """Whether two seeds give what they gave before, in the other order."""
    other = sum(not _equal(a, b) for a, b in zip(streams, again, strict=True))
    told = f"{other} of 2 seeds give other draws when they are used again"
    return Outcome("seeds: the same again", float(other), float(not other), 4 * SIZE, told)


def _others(streams: list[np.ndarray]) -> Outcome:
    """Whether streams are equal to those of other seeds, from the first draw to the last."""
    equal = len(streams) - len({stream.tobytes() for stream in streams})
    told = f"{equal} of {len(streams)} seeds give the draws of another one"
    return Outcome("seeds: others", float(equal), float(not equal), len(streams) * SIZE, told)


def _moved_on(first: np.ndarray, second: np.ndarray) -> Outcome:
    """Whether two calls with one generator give other draws."""
    equal = _equal(first, second)
    told = f"two calls with one generator give {'the same' if equal else 'other'} draws"
    return Outcome("seeds: moves on", float(equal), float(not equal), 2 * SIZE, told)


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return a.tobytes() == b.tobytes()
