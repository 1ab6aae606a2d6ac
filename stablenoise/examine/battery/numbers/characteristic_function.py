"""The empirical characteristic function at six frequencies, against the law's.

The means of cos(t z) and sin(t z), z a draw of scale 1 and loc 0, for t = 1/4, 1/2, ..., 8, are
compared with the real and imaginary parts of the law's function.  Their distance is the joint
chi-square statistic with the exact covariance, which follows from cf(s + t) and cf(s - t).  Far out
that statistic has no chi-square law; the saddlepoint statistic 2 n K* has (``saddlepoints``), and
is the same in the middle.  Its K is made from 2,048 points, dense in the tails, whose mean and
covariance are made the exact ones.  Directions whose variance rare draws make are not asked.
Koutrouvelis (1980), Biometrika 67, 238-240: the joint statistic.

For a wrong index, scale or location, and for draws that are not as fine as they should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.outcomes import Outcome
from ...statistics.saddlepoints import joint_tail
from ...statistics.tallies import KEPT, grain, kept_share

MOST = 1 << 20
FIRST, FREQUENCIES = 0.25, 6
MIDDLE_NODES, TAIL_NODES = 512, 512  # on either side
EDGE, FURTHEST = 2.0**-5, 1e-9  # probabilities beyond which nodes are of the tail, or none
LEAST_RANK = 0.01  # of a principal variance to the largest: others are those of rare draws
COARSE = 0.002  # steps of the numbers, in scales, to which the highest frequency is blind
LARGEST = 1e300
FEWEST = 1 << 10  # draws: the mean of few lies beyond those of quantiles


class _Waves(NamedTuple):
    """Means, what makes uncorrelated sums of variance 1, and values of these at the quantiles."""

    mean: np.ndarray
    turn: np.ndarray
    nodes: np.ndarray
    weights: np.ndarray


class _Test:
    def __init__(self, law: Stable) -> None:
        self.unit = Stable(float(law.alpha), float(law.beta))
        self.sums, self.size = np.zeros(2 * FREQUENCIES), 0
        self.share, self.coarse = 1.0, False

    def add(self, block: Block) -> None:
        self.size += len(block)
        self.share = kept_share(block.law, block.dtype)
        self.coarse = grain(block.law, block.dtype) > COARSE
        sums = [(cosine.sum(), sine.sum()) for cosine, sine in waves(block.standardised)]
        self.sums += np.ravel(sums, "F")

    def outcomes(self) -> tuple[Outcome, ...]:
        if self.size < FEWEST or self.coarse:
            return ()
        made = _waves_of(float(self.unit.alpha), float(self.unit.beta), self.share)
        seen = self.sums / self.size
        sums = made.turn @ (seen - made.mean)
        statistic, p_value, dof = joint_tail(sums, made.nodes, made.weights, self.size)
        at, value = _worst(seen, made.mean)
        told = (
            f"at {FREQUENCIES} frequencies the squared distance of the empirical characteristic"
            f" function from the law's, in standard errors, is {statistic:.4g},"
            f" where {dof} +- {(2 * dof) ** 0.5:.3g} is expected;"
            f" it differs most at t = {at:g} / scale, by {value:.3g}"
        )
        return (Outcome("characteristic function", statistic, p_value, self.size, told),)


def waves(z: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """cos(t z) and sin(t z) for all frequencies t: each is twice the one before."""
    angle = FIRST * np.clip(z, -LARGEST, LARGEST)
    cosine, sine = np.cos(angle), np.sin(angle)
    for _ in range(FREQUENCIES):
        yield cosine, sine
        cosine, sine = (cosine - sine) * (cosine + sine), 2 * cosine * sine


def _worst(seen: np.ndarray, mean: np.ndarray) -> tuple[float, complex]:
    """The frequency at which the two differ most, and by what."""
    off = seen - mean
    each = off[:FREQUENCIES] + 1j * off[FREQUENCIES:]
    worst = int(np.argmax(abs(each)))
    return FIRST * 2.0**worst, complex(each[worst])


@lru_cache(KEPT)
def _waves_of(alpha: float, beta: float, share: float) -> _Waves:
    """What is exact of a law of which a share is kept, that in the middle."""
    law, t = Stable(alpha, beta), FIRST * 2.0 ** np.arange(FREQUENCIES)
    mean, covariance = _moments(law, t, share)
    spread = np.sqrt(np.diag(covariance))
    variance, axes = np.linalg.eigh(covariance / np.outer(spread, spread))
    main = variance > LEAST_RANK * variance[-1]
    turn = (axes[:, main] / np.sqrt(variance[main])).T / spread
    quantiles, weights = _quantiles(law)
    cosines, sines = np.swapaxes(list(waves(quantiles)), 0, 1)
    nodes = turn @ (np.concatenate([cosines, sines]) - mean[:, None])
    nodes = nodes - (nodes @ weights)[:, None]
    root = np.linalg.cholesky((nodes * weights) @ nodes.T)
    return _Waves(mean, turn, np.linalg.solve(root, nodes), weights)


def _quantiles(law: Stable) -> tuple[np.ndarray, np.ndarray]:
    """Points that stand for the law, dense in its tails, and their weights."""
    tail = np.geomspace(FURTHEST, EDGE, TAIL_NODES + 1)[:-1]
    ends = np.concatenate([tail, np.linspace(EDGE, 0.5, MIDDLE_NODES + 1)])
    middle, weight = (ends[1:] + ends[:-1]) / 2, np.diff(ends)
    weights = np.concatenate([weight, weight[::-1]])
    return np.concatenate([law.ppf(middle), law.isf(middle)[::-1]]), weights / weights.sum()


def _moments(law: Stable, t: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of cosines and sines; of draws left out, far away, nothing is left."""

    def of(t: np.ndarray) -> np.ndarray:
        return np.where(t == 0, 1.0, np.asarray(law.cf(t)) / share)

    mean = np.concatenate([of(t).real, of(t).imag])
    plus, minus = of(t[:, None] + t), of(t[:, None] - t)
    cosines = (minus.real + plus.real) / 2
    sines = (minus.real - plus.real) / 2
    mixed = (plus.imag - minus.imag) / 2  # of a cosine, down, and a sine, across
    products = np.block([[cosines, mixed], [mixed.T, sines]])
    return mean, products - np.outer(mean, mean)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
