"""The characteristic function at some frequencies, along several directions.

Statistics: real and imaginary parts of the means of exp(iu.X) minus the characteristic function, as
one quadratic form in the inverse of their exact covariance, which is made of the function at u + v
and u - v (Koutrouvelis, 1980, Biometrika 67, 238-240); and each alone, turned into its phase and at
a right angle to it.  Nulls: chi-squared, times a bound of what the third cumulants, exact as well,
add to it far out; and the saddlepoint (Lugannani & Rice, 1980) of the cumulant generating function
of a cosine, a series of Bessel functions in the characteristic function at multiples of u.

For everything that changes the law and is not rare: scales, indices, dependence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import WAVES, cosine_sums, several
from ...statistics.outcomes import Outcome
from ...statistics.projections import dimension, loses_digits
from ...statistics.standard_vectors import Standard, row_limit, standard

MOST = 1 << 24
LEVELS = 0.75, 0.3  # absolute values of the function, of which a frequency is made
LEVELS_OF_ONE = 0.9, 0.75, 0.5, 0.3, 0.15
MANY = 64  # coordinates, from which on there is one level
Cf = Callable[[np.ndarray], np.ndarray]
STARTS, ITERATIONS = 30, 30
SMALLEST = 1e-3  # eigenvalue of a covariance over the largest that is kept


class _Skew(NamedTuple):
    """Third cumulants of standardised parts: a cubic form on the sphere, of mean 0."""

    largest: float
    variance: float

    def log_excess(self, s: np.ndarray) -> np.ndarray:
        """Logarithm of a bound of the mean of exp(s form) over the sphere (Bennett, 1962).

        By it third cumulants raise the probability that the standardised mean is further than a
        distance r, s = r^3 / (6 root n), to first order.
        """
        reach = s * self.largest
        moderate = np.minimum(reach, 600.0)
        weight = self.variance / self.largest**2
        return np.log1p(weight * (np.expm1(moderate) - moderate)) + (reach - moderate)


class _Waves(NamedTuple):
    """Frequencies of a law and what does not depend on draws.

    ``moments`` are E cos(k (u.X - phase)) for two phases, the frequencies, and orders k.
    """

    frequencies: np.ndarray
    expected: np.ndarray
    root: np.ndarray
    skew: _Skew
    phases: np.ndarray
    moments: np.ndarray


class _Test:
    def __init__(self, waves: _Waves) -> None:
        self.waves = waves
        self.most, self.n = row_limit(waves.frequencies.shape[1]), 0
        self.total = np.zeros(len(waves.frequencies), complex)

    def add(self, block: VectorBlock) -> None:
        x = block.standardised[: self.most - self.n]
        angles = np.where(np.isfinite(x), x, 0.0) @ self.waves.frequencies.T
        self.total += np.cos(angles).sum(axis=0) + 1j * np.sin(angles).sum(axis=0)
        self.n += len(x)

    def outcomes(self) -> tuple[Outcome, ...]:
        means = self.total / max(self.n, 1)
        return self._of_all(means), self._of_one(means)

    def _of_all(self, means: np.ndarray) -> Outcome:
        gaps = means - self.waves.expected
        scaled = self.waves.root @ np.concatenate([gaps.real, gaps.imag]) * np.sqrt(self.n)
        distance = float(scaled @ scaled)
        # The least of the bounds of lesser distances: far out the excess outgrows what it bounds.
        nearer = distance * np.linspace(0.02, 1.0, 50)
        chances = stats.chi2.logsf(nearer, len(scaled))
        chances += self.waves.skew.log_excess(nearer**1.5 / (6 * np.sqrt(max(self.n, 1))))
        told = (
            f"at {len(gaps)} frequencies the squared distance of the empirical characteristic "
            f"function from the law's, in standard errors, is {distance:.4g}, where {len(scaled)} "
            "is expected"
        )
        p_value = float(np.exp(min(chances.min(), 0.0)))
        return Outcome("characteristic function: joint", distance, p_value, self.n, told)

    def _of_one(self, means: np.ndarray) -> Outcome:
        seen = (means * np.exp(-1j * self.waves.phases)).real
        p_values = cosine_sums(seen, max(self.n, 1), self.waves.moments)
        kind, place = np.unravel_index(np.argmin(p_values), p_values.shape)
        gap = float(seen[kind, place] - self.waves.moments[kind, place, 1])
        told = (
            f"at frequency {place + 1} of {len(means)} the empirical characteristic function is "
            f"off by {gap:.3g} {('in size', 'in phase')[kind]} from "
            f"{abs(self.waves.expected[place]):.3g}; {5 / np.sqrt(max(self.n, 1)):.2g} would have "
            "been detected"
        )
        p_value = several(float(p_values[kind, place]), p_values.size)
        return Outcome("characteristic function: worst", gap, p_value, self.n, told)


def _standardiser(cf: Cf, frequencies: np.ndarray) -> tuple[np.ndarray, _Skew]:
    """What makes real and imaginary parts uncorrelated, and their third cumulants."""
    k = len(frequencies)
    both = np.concatenate([frequencies, -frequencies])
    mean = np.asarray(cf(both))
    second = np.asarray(cf(both[:, None] + both)) - np.multiply.outer(mean, mean)
    # Real and imaginary parts from exp(iu.X) and exp(-iu.X).
    eye = np.eye(k)
    parts = np.block([[eye / 2, eye / 2], [-0.5j * eye, 0.5j * eye]])
    values, vectors = np.linalg.eigh((parts @ second @ parts.T).real)
    kept = values > SMALLEST * values[-1]
    root = (vectors[:, kept] / np.sqrt(values[kept])).T
    mixing = root @ parts
    cubes = _third_cumulants(cf, both, mean, second)
    third = np.einsum("ia,jb,kc,abc->ijk", mixing, mixing, mixing, cubes, optimize=True).real
    return root, _skew(third)


def _third_cumulants(cf: Cf, both: np.ndarray, mean: np.ndarray, second: np.ndarray) -> np.ndarray:
    third = np.empty((len(both),) * 3, complex)
    raw_second = second + np.multiply.outer(mean, mean)
    for a, u in enumerate(both):
        third[a] = np.asarray(cf(u + both[:, None] + both)) - mean[a] * raw_second
        third[a] -= np.multiply.outer(second[a], mean) + np.multiply.outer(mean, second[a])
    return third


def _skew(third: np.ndarray) -> _Skew:
    """The form's largest value, by power iterations, and its variance, by moments of the sphere.

    Kolda & Mayo (2011), SIAM J. Matrix Anal. Appl. 32, 1095-1124.
    """
    k = len(third)
    x = np.random.default_rng(0).standard_normal((STARTS, k))
    x = np.concatenate([x, np.eye(k)])
    largest = 0.0
    for _ in range(ITERATIONS):
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        slope = np.einsum("ijk,sj,sk->si", third, x, x, optimize=True)
        largest = max(largest, float(np.max(np.abs(np.sum(slope * x, axis=1)))))
        x = slope + largest * x / 2
    traces = np.trace(third, axis1=1, axis2=2)
    total = 6 * np.sum(third**2) + 9 * np.sum(traces**2)
    return _Skew(max(largest, 1e-12), float(total / (k * (k + 2) * (k + 4))))


def _frequencies(law: Any, form: Standard) -> np.ndarray:
    """Along coordinates, pairs of them, the diagonal and two fixed random directions."""
    dim = dimension(law)
    live = np.flatnonzero(form.live)
    rng = np.random.default_rng(1)
    first, last = live[0], live[-1]
    rows = [np.eye(1, dim, first)[0], np.eye(1, dim, last)[0]]
    rows += [rows[0] + rows[1], rows[0] - rows[1], form.live.astype(float)]
    rows += [rng.standard_normal(dim) * form.live for _ in range(2)]
    rows = [row for i, row in enumerate(rows) if row.any() and not _is_near(row, rows[:i])]
    rows = [row for row in rows if not loses_digits(law, row / form.units)]
    levels = LEVELS_OF_ONE if len(rows) == 1 else LEVELS if dim <= MANY else LEVELS[1:]
    made = [_stretched(form, row / np.linalg.norm(row), level) for row in rows for level in levels]
    return np.array([u for u in made if u is not None])


def _is_near(row: np.ndarray, others: list[np.ndarray]) -> bool:
    """Whether a row is parallel to one of some others."""
    unit = row / np.linalg.norm(row)
    return any(abs(unit @ o) > (1 - 1e-9) * np.linalg.norm(o) for o in others if o.any())


def _stretched(form: Standard, v: np.ndarray, level: float) -> np.ndarray | None:
    """The multiple of v at which the characteristic function has a given size; None if it is 1."""
    low, high = -200.0, 200.0
    for _ in range(60):
        middle = (low + high) / 2
        is_larger = abs(form.cf(np.exp(middle) * v)) > level
        low, high = (middle, high) if is_larger else (low, middle)
    return None if middle > 199 else np.exp(middle) * v


@lru_cache(maxsize=16)
def _waves(law: Any) -> _Waves | None:
    """None of a law that is a point."""
    form = standard(law)
    frequencies = _frequencies(law, form) if form.live.any() else np.empty((0, 1))
    if not len(frequencies):
        return None
    expected = np.asarray(form.cf(frequencies))
    root, skew = _standardiser(form.cf, frequencies)
    orders = np.arange(WAVES + 3)
    multiples = np.asarray(form.cf(orders[:, None, None] * frequencies))
    phases = np.angle(expected) + np.array([[0.0], [np.pi / 2]])
    moments = (multiples.T * np.exp(-1j * phases[..., None] * orders)).real
    return _Waves(frequencies, expected, root, skew, phases, moments)


def make(law: Any) -> _Test | None:
    """A new test: of every law that is not a point."""
    waves = _waves(law)
    return None if waves is None else _Test(waves)
