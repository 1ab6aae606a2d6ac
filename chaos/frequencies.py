"""Characteristic functions of samples and of laws at 40 frequencies, and how far they differ.

The frequencies are k / (10 unit), k = 1 .. 40, with weights that fall like a Gaussian.
"""

from math import inf
from typing import Any, Protocol

import numpy as np

from stablenoise.checks import told
from stablenoise.kernels.arrays import Array, array_module, on_host

FREQUENCIES = 40
SPACING = 0.1  # of frequencies, times the unit: at the last the weight is 3e-4 of the first


class Law(Protocol):
    """A law of one variable that has a characteristic function, as ``Stable`` has."""

    def cf(self, t: Any, /) -> Any:
        """Characteristic function at an array of frequencies, in inverse units."""
        ...


def turn_sums(block: Array) -> np.ndarray:
    """Sums over a block of values, in units, of exp(i k x / 10) for k = 1 .. 40; on the host."""
    turn = np.exp(1j * SPACING * block)
    power, sums = turn.copy(), array_module(block).empty(FREQUENCIES, complex)
    # One exponential a value: those at the other frequencies are its powers.
    for k in range(FREQUENCIES):
        sums[k] = power.sum()
        power *= turn
    return on_host(sums)


def law_cf(law: Law, unit: float) -> np.ndarray:
    """Return the characteristic function of a law, or raise ValueError if it has none there."""
    unit = float(unit)
    if not FREQUENCIES * SPACING / unit < inf:
        raise ValueError(
            f"unit must be such that {FREQUENCIES * SPACING} / unit is finite, got {unit}"
        )
    try:
        values = np.asarray(law.cf(SPACING / unit * np.arange(1, FREQUENCIES + 1)))
    except (TypeError, ValueError) as error:  # a class, or parameters of another length
        raise ValueError(f"a law must have a cf of one variable, got {told(law)}") from error
    if values.shape != (FREQUENCIES,) or not np.isfinite(values).all():
        raise ValueError(f"a law must have a cf of one variable, got {told(law)}")
    return values


def weighted_square(gaps: np.ndarray) -> float:
    """Weighted mean of the squares of gaps between two characteristic functions."""
    weights = np.exp(-0.5 * (SPACING * np.arange(1, FREQUENCIES + 1)) ** 2)
    return float(abs(gaps) ** 2 @ weights / weights.sum())
