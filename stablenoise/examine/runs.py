"""A sampler that is drawn from and looked at until something ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from time import perf_counter
from typing import NamedTuple

import numpy as np

from .budgets import look_sizes
from .drawing import Refusal, Source
from .looks import Examination

__all__ = ["Limits", "look_by_look", "pieces"]

BLOCK = 1 << 16  # numbers that are drawn at once
OF_SEEDS = 1 / 3  # of the time, at most, for what seeds, sizes and workers change
DRAWS = 0  # key of the generator of the draws, beside those of the files that have seeds


class Limits(NamedTuple):
    """What ends an examination, besides the sampler itself and Ctrl-C."""

    draws: int
    seconds: float | None
    at_fault: bool


def look_by_look(
    source: Source,
    examination: Examination,
    limits: Limits,
    seed: int,
    tell: Callable[[int, int], object],
) -> Iterator[str]:
    """Draw and look; after each look, say "running", and at last what ended it."""
    started = perf_counter()
    try:
        rng = np.random.default_rng([seed, DRAWS])
        for size in look_sizes(limits.draws):
            for piece in pieces(size - examination.draws, source.dim):
                examination.add(source.draw(piece, rng))
                tell(examination.draws, limits.draws)
                if limits.seconds and perf_counter() - started > limits.seconds:
                    break
            examination.look()
            if len(examination.looks) == 1:
                if limits.seconds:
                    source.ends_at = started + OF_SEEDS * limits.seconds
                examination.ask_of_source(source, seed, limits.draws)
                source.ends_at = inf
            if ended := _end(examination, limits, perf_counter() - started):
                yield ended
                return
            yield "running"
    except Refusal as refusal:
        examination.refuse(str(refusal))
        yield "refusal"
    except KeyboardInterrupt:
        yield "interrupted"


def _end(examination: Examination, limits: Limits, seconds: float) -> str:
    """What ends it after this look, if anything does."""
    if examination.draws >= limits.draws:
        return "budget"
    if limits.at_fault and examination.has_fault():
        return "fault"
    return "seconds" if limits.seconds and seconds > limits.seconds else ""


def pieces(draws: int, dim: int | None) -> Iterator[int]:
    """Sizes of calls that give so many draws together."""
    most = BLOCK // min(dim or 1, BLOCK)
    for start in range(0, draws, most):
        yield min(most, draws - start)
