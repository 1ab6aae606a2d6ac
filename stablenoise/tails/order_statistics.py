"""What the estimators share: the largest draws, their logarithms, and the path over k.

Logarithms are subtracted, never sizes divided: an index of 0.01 makes quotients beyond the floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_choice, check_integer, finite_sample, real_values, told
from ..results import Result
from ..values import by_content, read_only

__all__ = ["IndexPath"]

TAILS = "both", "right", "left"


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IndexPath(Result):
    """Estimates of a tail index for several numbers of exceedances.

    Parameters
    ----------
    ks : ndarray of int, shape (m,)
        Numbers of exceedances.
    values : ndarray, shape (m,)
        Estimates, dimensionless; NaN where ``estimate`` would refuse, as no power tail shows.
    stderrs : ndarray, shape (m,)
        Asymptotic standard errors of the values.

    Examples
    --------
    >>> from stablenoise.tails import hill
    >>> path = hill.path([8.0, 4.0, 2.0, 1.0])
    >>> path.ks.tolist(), path.values.round(3).tolist()
    ([1, 2, 3], [1.443, 0.962, 0.721])

    """

    ks: np.ndarray
    values: np.ndarray
    stderrs: np.ndarray

    def __post_init__(self) -> None:
        read_only([self.ks, self.values, self.stderrs])


def signed(sample: ArrayLike, tail: str, least: int) -> np.ndarray:
    """Draws so turned that the tail is the right one: their sizes for both tails."""
    check_choice("tail", tail, TAILS)
    x = finite_sample(sample, least=least)
    return np.abs(x) if tail == "both" else x if tail == "right" else -x


def sizes(sample: ArrayLike, tail: str, least: int = 2) -> np.ndarray:
    """Sizes of the draws, 0 for those of the other tail."""
    return np.maximum(signed(sample, tail, least), 0.0)


def default_k(k: int | None, n: int) -> int:
    """Checked number of exceedances of n draws, floor(sqrt(n)) by default."""
    return check_integer("k", int(sqrt(n)) if k is None else k, 1, n)


def log_excesses(x: np.ndarray, k: int) -> np.ndarray:
    """Logarithms of the k largest sizes above that of the next one, the largest first."""
    top = np.partition(x, x.size - k - 1)[x.size - k - 1 :]
    if top[0] == 0:
        raise ValueError(f"k + 1 = {k + 1} nonzero values are needed, got {np.count_nonzero(x)}")
    logs = np.log(top)
    excesses = np.sort(logs[1:] - logs[0])[::-1]
    if excesses[0] == 0:
        raise ValueError(f"the k + 1 = {k + 1} largest values must differ, got all {top[0]}")
    return excesses


def differing_excesses(sample: ArrayLike, k: int | None, tail: str) -> tuple[int, np.ndarray]:
    """Checked k, floor(sqrt(n)) but at least 2 by default, and ``log_excesses``, not all equal."""
    x = sizes(sample, tail, least=3)
    k = check_integer("k", max(int(sqrt(x.size)), 2) if k is None else k, 2, x.size)
    excesses = log_excesses(x, k)
    if excesses[0] == excesses[-1]:
        raise ValueError(f"the k = {k} largest values must differ, got all equal")
    return k, excesses


def log_drops(sample: ArrayLike, ks: ArrayLike | None, tail: str) -> tuple[np.ndarray, np.ndarray]:
    """Checked ks, all from 2 on by default, and by how much each logarithm is below the largest."""
    x = sizes(sample, tail, least=3)
    ks = chosen_ks(ks, x, 2)
    return ks, np.concatenate([[0.0], np.cumsum(log_spacings(x, ks))])[:-1]


def log_spacings(x: np.ndarray, ks: np.ndarray) -> np.ndarray:
    """Differences of neighbouring logarithms of sizes, from the largest to the last that ks ask."""
    most = int(ks.max()) + 1
    top = np.sort(np.partition(x, x.size - most)[x.size - most :])[::-1]
    return -np.diff(np.log(top))


def chosen_ks(ks: ArrayLike | None, x: np.ndarray, low: int = 1) -> np.ndarray:
    """Checked numbers of exceedances: all that leave a size above 0 for the threshold."""
    high = int(np.count_nonzero(x))
    if high <= low:
        raise ValueError(f"sample must have {low + 1} values in the tail, got {high}")
    return integers(ks, low, high)


def integers(ks: ArrayLike | None, low: int, high: int) -> np.ndarray:
    """Numbers of exceedances, all in [low, high) by default."""
    if ks is None:
        return np.arange(low, high)
    given = real_values("ks", ks)
    if given.ndim != 1 or not given.size or given.dtype.kind not in "iu":
        raise ValueError(f"ks must be a non-empty list of integers, got {told(ks)}")
    if given.min() < low or given.max() >= high:
        seen = given[(given < low) | (given >= high)][0]
        raise ValueError(f"ks must lie in [{low}, {high}), got {seen}")
    return given.astype(np.int64)


def power_sums(spacings: np.ndarray, order: int) -> list[np.ndarray]:
    """Sums over i <= k of powers of log(X(i) / X(k + 1)), from the first power, for all k.

    By a recursion of which all terms are positive, so that no digit is lost.
    """
    k = np.arange(1, spacings.size + 1.0)
    sums = [k]
    for power in range(1, order + 1):
        step = k * spacings**power
        for lower in range(1, power):
            before = np.concatenate([[0.0], sums[lower][:-1]])
            step += comb(power, lower) * spacings ** (power - lower) * before
        sums.append(np.cumsum(step))
    return sums[1:]


def quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotients, NaN for those by 0."""
    return above / np.where(below == 0, np.nan, below)


def check_power(xi: float) -> float:
    """Return xi = 1 / alpha, or raise ValueError unless it is that of a power tail."""
    if not xi > 0:
        raise ValueError(f"xi must be positive for a power tail to show, got {xi:.3g}")
    return xi


def positive(xi: np.ndarray) -> np.ndarray:
    """Estimates of xi that are those of power tails, NaN for others."""
    return np.where(xi > 0, xi, np.nan)


def of_inverses(ks: np.ndarray, xi: np.ndarray, variance: np.ndarray | float) -> IndexPath:
    """Return the path of 1 / xi, NaN for xi <= 0; ``variance`` is k Var(xi) / xi^2."""
    alpha = 1 / positive(xi)
    return IndexPath(ks, alpha, alpha * np.sqrt(variance / ks))
