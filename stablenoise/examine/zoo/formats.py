"""Draws that are right until they are written down: rounded, narrowed, lost, of another shape."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ...stable import Stable
from .entry import Fault

__all__ = ["members"]

LAW, SKEWED = Stable(1.5), Stable(1.5, 0.5)
PIECE = 4096  # draws that are filled at once


def _rounded(size: int, rng: np.random.Generator, step: float) -> np.ndarray:
    return np.rint(LAW.rvs(size, rng=rng) / step) * step


def _integers(size: int, rng: np.random.Generator) -> np.ndarray:
    return np.rint(np.clip(100 * LAW.rvs(size, rng=rng), -(2**62), 2**62)).astype(np.int64)


def _narrowed(size: int, rng: np.random.Generator, dtype: Any) -> np.ndarray:
    """Through a narrower format and back."""
    with np.errstate(over="ignore"):
        return LAW.rvs(size, rng=rng).astype(dtype).astype(np.float64)


def _short_mantissa(size: int, rng: np.random.Generator, bits: int) -> np.ndarray:
    """All but the first bits of the mantissa are zero."""
    words = SKEWED.rvs(size, rng=rng).view(np.uint64)
    return (words & ~np.uint64(2 ** (52 - bits) - 1)).view(np.float64)


def _lost(size: int, rng: np.random.Generator, value: float, share: float) -> np.ndarray:
    """A share of the draws is another value."""
    rng = np.random.default_rng(rng)
    x = LAW.rvs(size, rng=rng)
    x[rng.integers(size, size=rng.binomial(size, share))] = value
    return x


def _last_left_out(size: int, rng: np.random.Generator) -> np.ndarray:
    """Pairs are filled; of an odd number the last stays 0."""
    x = LAW.rvs(size, rng=rng)
    x[size - size % 2 :] = 0.0
    return x


def _piece_left_out(size: int, rng: np.random.Generator) -> np.ndarray:
    """The last draw of each full piece stays 0."""
    x = LAW.rvs(size, rng=rng)
    x[PIECE - 1 :: PIECE] = 0.0
    return x


def _column(size: int, rng: np.random.Generator) -> np.ndarray:
    return LAW.rvs((size, 1), rng=rng)


def _one_short(size: int, rng: np.random.Generator) -> np.ndarray:
    return LAW.rvs(size - 1, rng=rng)


def _texts(size: int, rng: np.random.Generator) -> np.ndarray:
    return LAW.rvs(size, rng=rng).astype(str)


def _complex(size: int, rng: np.random.Generator) -> np.ndarray:
    return LAW.rvs(size, rng=rng) + 0j


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    single = partial(_narrowed, dtype=np.float32)
    return (
        Fault("rounded to 0.001", LAW, partial(_rounded, step=1e-3), True),
        Fault("rounded to 1e-7", LAW, partial(_rounded, step=1e-7), True),
        Fault("integers", Stable(1.5, 0, 100), _integers, True),
        Fault("float32 called float64", LAW, single, True),
        Fault("12 bits of mantissa", SKEWED, partial(_short_mantissa, bits=12), True),
        Fault("NaN once in 1e6", LAW, partial(_lost, value=np.nan, share=1e-6), False),
        Fault("0 once in 1e5", LAW, partial(_lost, value=0.0, share=1e-5), False),
        Fault("last of an odd number is 0", LAW, _last_left_out, False),
        Fault("last of each 4096 is 0", LAW, _piece_left_out, True),
        Fault("a column for a row", LAW, _column, True),
        Fault("one draw too few", LAW, _one_short, True),
        Fault("texts for numbers", LAW, _texts, True),
        Fault("complex numbers", LAW, _complex, True),
    )
