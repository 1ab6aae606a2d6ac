"""Draws of the right law that are not independent, or not of one law throughout."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.signal import lfilter

from ...stable import Stable
from .entry import Fault

__all__ = ["drawn_before", "members"]

LAW, ROUGH = Stable(1.5), Stable(1.2)
QUARTILE = 0.968933181713583  # |x| of half of all draws
UNIT = 1 << 10  # draws that one child of a generator's seed stands for


def drawn_before(rng: np.random.Generator, size: int) -> int:
    """Draws asked of a generator before, to 1,024; its seed keeps the count, as its children."""
    seed = rng.bit_generator.seed_seq
    before = seed.n_children_spawned  # type: ignore[attr-defined]
    seed.spawn(-(-size // UNIT))  # type: ignore[attr-defined]
    return UNIT * before


def _antithetic(size: int, rng: np.random.Generator) -> np.ndarray:
    x = LAW.rvs((size + 1) // 2, rng=rng)
    return np.stack([x, -x], axis=1).ravel()[:size]


def _autoregressive(size: int, rng: np.random.Generator, rho: float) -> np.ndarray:
    """A first-order autoregression within a call; its innovations are scaled to keep the law."""
    x = LAW.rvs(size, rng=rng)
    x[1:] *= (1 - abs(rho) ** LAW.alpha) ** (1 / LAW.alpha)
    return lfilter([1.0], [1.0, -rho], x)


def _pairs_sorted(size: int, rng: np.random.Generator) -> np.ndarray:
    x = LAW.rvs(size + size % 2, rng=rng)
    return np.sort(x.reshape(-1, 2), axis=1).ravel()[:size]


def _alternating(size: int, rng: np.random.Generator) -> np.ndarray:
    x = np.abs(LAW.rvs(size, rng=rng))
    x[1::2] *= -1
    return x


def _sign_from_last_size(size: int, rng: np.random.Generator) -> np.ndarray:
    """Positive after a draw beyond the quartiles, negative after one between them."""
    x = LAW.rvs(size, rng=rng)
    last_is_large = np.abs(x[:-1]) > QUARTILE
    x[1:] = np.where(last_is_large, np.abs(x[1:]), -np.abs(x[1:]))
    return x


def _sign_from_own_size(size: int, rng: np.random.Generator) -> np.ndarray:
    x = np.abs(LAW.rvs(size, rng=rng))
    return np.where(x > QUARTILE, x, -x)


def _sizes_clustered(size: int, rng: np.random.Generator) -> np.ndarray:
    """Sizes rise within each eight draws; signs are independent."""
    x = LAW.rvs(-(-size // 8) * 8, rng=rng).reshape(-1, 8)
    order = np.argsort(np.abs(x), axis=1)
    return np.take_along_axis(x, order, axis=1).ravel()[:size]


def _every_thousandth(size: int, rng: np.random.Generator) -> np.ndarray:
    x = LAW.rvs(size, rng=rng)
    late = x[1000::1000]
    late[:] = x[:-1000:1000][: len(late)]
    return x


def _block_repeated(size: int, rng: np.random.Generator, block: int) -> np.ndarray:
    """The last draws of a call are its first ones once more."""
    x = ROUGH.rvs(size, rng=rng)
    block = min(block, size // 2)
    x[size - block :] = x[:block]
    return x


def _periodic(size: int, rng: np.random.Generator, period: int) -> np.ndarray:
    return np.resize(LAW.rvs(min(size, period), rng=rng), size)


def _lagged_copy(size: int, rng: np.random.Generator, lag: int, share: float) -> np.ndarray:
    """A share of the draws is the negative of that at a lag before."""
    rng = np.random.default_rng(rng)
    x = LAW.rvs(size, rng=rng)
    at = lag + np.flatnonzero(rng.random(max(size - lag, 0)) < share)
    x[at] = -x[at - lag]
    return x


def _growing(size: int, rng: np.random.Generator, rate: float) -> np.ndarray:
    """The scale grows by a share of itself in each 2^20 draws, to 1.5 at most."""
    start, x = drawn_before(rng, size), LAW.rvs(size, rng=rng)
    return x * min(1 + rate * start / 2**20, 1.5)


def _changing(size: int, rng: np.random.Generator, at: int, law: Stable) -> np.ndarray:
    """From some draw on another law."""
    return (LAW if drawn_before(rng, size) < at else law).rvs(size, rng=rng)


def _runs_of_scale(size: int, rng: np.random.Generator) -> np.ndarray:
    """Even and odd draws of scales that differ by a fifth and make the same geometric mean."""
    x = LAW.rvs(size, rng=rng)
    x[::2] *= 1.1
    x[1::2] /= 1.1
    return x


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    twice = "repeated"
    return (
        Fault("each draw and its negative", LAW, _antithetic, True),
        Fault("autoregression of 0.1", LAW, partial(_autoregressive, rho=0.1), True),
        Fault("autoregression of 0.01", LAW, partial(_autoregressive, rho=0.01), False),
        Fault("pairs in order", LAW, _pairs_sorted, True),
        Fault("signs that alternate", LAW, _alternating, True),
        Fault("sign from the size before", LAW, _sign_from_last_size, True),
        Fault("sign from its own size", LAW, _sign_from_own_size, True),
        Fault("sizes in order within eight", LAW, _sizes_clustered, True),
        Fault("every thousandth repeated", LAW, _every_thousandth, True, twice),
        Fault(
            "the last 100 of a call are its first",
            ROUGH,
            partial(_block_repeated, block=100),
            True,
            twice,
        ),
        Fault("a period of 8192", LAW, partial(_periodic, period=1 << 13), True, twice),
        Fault("1% are negatives at lag 37", LAW, partial(_lagged_copy, lag=37, share=0.01), True),
        Fault("scale that grows", LAW, partial(_growing, rate=0.02), False),
        Fault(
            "another index after a million draws",
            LAW,
            partial(_changing, at=10**6, law=Stable(1.6)),
            False,
        ),
        Fault("scales that alternate", LAW, _runs_of_scale, True),
    )
