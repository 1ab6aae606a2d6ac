"""Traces that some mistakes leave in draws: an end where there is none, values that come again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..stable import Stable
from .findings import Finding

__all__ = ["trace"]

FEW = 1e-6  # probability of as few draws beyond the largest, below which they are cut off
MANY = 3  # equal largest values that are no accident


def trace(law: Stable, values: np.ndarray, wrong: Sequence[Finding]) -> str | None:
    """The sentence of a trace that the draws show, or None."""
    return clipped(values)


def clipped(values: np.ndarray) -> str | None:
    """Whether the largest or the smallest value came again and again."""
    for end, side in ((values.max(), "above"), (values.min(), "below")):
        times = int(np.count_nonzero(values == end))
        if times >= MANY:
            return f"clipped at {end:.6g}: no draw is {side} it, and {times:,} are equal to it"
    return None
