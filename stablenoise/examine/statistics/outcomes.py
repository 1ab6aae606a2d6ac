"""What a test of the battery says at a look: a statistic, its p-value, and a sentence."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Outcome"]


class Outcome(NamedTuple):
    """One question, answered from the draws so far.

    The p-value is exact or too large, never too small: the probability of the statistic or a worse
    one if the sampler is right.
    """

    test: str  # the file's name in words, with what of it was asked: "score in alpha"
    statistic: float
    p_value: float
    size: int  # draws that it rests on
    sentence: str  # what was seen, in numbers: true whether it is a fault or not
