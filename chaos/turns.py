"""Characteristic functions at 40 frequencies, of samples and of laws, and how far they differ."""

from math import inf
from typing import Any

import numpy as np

from stablenoise.checks import told

FREQUENCIES = 40
STEP = 0.1  # of the frequencies, times the unit: at the last the weight is 3e-4 of the first


def turns(block: np.ndarray) -> np.ndarray:
    """Sums over a block, in units, of exp(i k x / 10), k = 1 .. 40: powers of the first."""
    turn = np.exp(1j * STEP * block)
    power, sums = turn.copy(), np.empty(FREQUENCIES, complex)
    for k in range(FREQUENCIES):
        sums[k] = power.sum()
        power *= turn
    return sums


def law_cf(law: Any, unit: float) -> np.ndarray:
    """Characteristic function of a law at the frequencies, or ValueError if it has none there."""
    unit = float(unit)
    if not FREQUENCIES * STEP / unit < inf:
        raise ValueError(
            f"unit must be such that {FREQUENCIES * STEP} / unit is finite, got {unit}"
        )
    try:
        values = np.asarray(law.cf(STEP / unit * np.arange(1, FREQUENCIES + 1)))
    except (TypeError, ValueError) as error:  # a class, or parameters of another length
        raise ValueError(f"a law must have a cf of one variable, got {told(law)}") from error
    if values.shape != (FREQUENCIES,) or not np.isfinite(values).all():
        raise ValueError(f"a law must have a cf of one variable, got {told(law)}")
    return values


def weighted(gaps: np.ndarray) -> float:
    """Mean of squared gaps at the frequencies, with their weights."""
    weights = np.exp(-0.5 * (STEP * np.arange(1, FREQUENCIES + 1)) ** 2)
    return float(abs(gaps) ** 2 @ weights / weights.sum())
