"""Which examples the prior saw, and which others the bound counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_integer, check_share, real_values, told
from stablenoise.data.rows import subset
from stablenoise.results import Result
from stablenoise.text_table import counted
from stablenoise.values import by_content, read_only

from ..charges import MAX_COUNT

MAX_ROWS = 2**32


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Split(Result):
    """Rows of a sample that a prior was trained on, and those that errors are counted on.

    No row may be in both: a bound by examples that its prior saw is false.  Rows in neither are not
    counted.

    Parameters
    ----------
    prior, bound : array_like of int, shapes (m,) and (n,)
        Row numbers, counted from 0, each once; the bound's are one or more, the prior's may be none
        (of a network from elsewhere).  They must have been chosen without looking at the examples.
    shares : int
        How many splits were stated beforehand, of which this is one: each may then be the one
        that is told, and the certificate and its null are charged log2 of their number.

    Raises
    ------
    ValueError
        If a row is in both, or is there twice, or the bound has none, or a part is no row numbers.

    Examples
    --------
    >>> Split(prior=[0, 1, 2], bound=[3, 5], shares=4)
    Split(3 rows for the prior, 2 for the bound, one of 4 shares)
    >>> Split(prior=[0, 1, 2], bound=[2, 3])
    Traceback (most recent call last):
    ValueError: bound must have no rows that the prior saw, got 1 of them, the first 2

    """

    prior: np.ndarray
    bound: np.ndarray
    shares: int = 1

    def __post_init__(self) -> None:
        for name, least in ("prior", 0), ("bound", 1):
            rows = checked_rows(name, getattr(self, name), least=least)
            object.__setattr__(self, name, read_only(rows))
        shares = check_integer("shares", self.shares, 1, MAX_COUNT)
        object.__setattr__(self, "shares", shares)
        common = np.intersect1d(self.prior, self.bound)
        if common.size:
            rule = "bound must have no rows that the prior saw"
            raise ValueError(f"{rule}, got {common.size} of them, the first {common[0]}")

    def _summary(self) -> str:
        among = f", one of {self.shares:,} shares" if self.shares > 1 else ""
        rows = counted(self.prior.size, "row")
        return f"{rows} for the prior, {self.bound.size:,} for the bound{among}"

    @property
    def rows(self) -> int:
        """Rows that a sample must have at least.

        Returns
        -------
        int

        """
        return int(max(self.prior.max(initial=-1), self.bound.max())) + 1


def share_of(n: int, share: float, seed: int = 1, shares: int = 1) -> Split:
    """Split of a sample by a share that the prior sees, drawn by a seed.

    Parameters
    ----------
    n : int
        Rows of the sample, at least 2.
    share : float
        In (0, 1): round(share n) rows are for the prior, and at least one for either.
    seed : int
        In [0, 2^64), chosen without looking at the examples.
    shares : int
        How many shares, or pairs of a share and a seed, were stated beforehand.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> share_of(1000, 0.3)
    Split(300 rows for the prior, 700 for the bound)

    """
    n = check_integer("n", n, 2, MAX_ROWS)
    count = round(check_share("share", share) * n)
    prior = subset(n, min(max(count, 1), n - 1), seed)
    return Split(prior, without(n, prior), shares)


def unseen_rows(n: int, rows: ArrayLike, shares: int = 1) -> Split:
    """Split of a sample by the rows that its user declares were never used.

    Parameters
    ----------
    n : int
        Rows of the sample.
    rows : array_like of int
        Row numbers in [0, n), each once: the bound's.  All others, if any, are the prior's.
    shares : int
        As for ``Split``.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> unseen_rows(1000, range(900, 1000))
    Split(900 rows for the prior, 100 for the bound)

    """
    n = check_integer("n", n, 1, MAX_ROWS)
    bound = checked_rows("rows", rows, n)
    return Split(without(n, bound), bound, shares)


def without(n: int, rows: np.ndarray) -> np.ndarray:
    """Row numbers below n that are not among these."""
    others = np.ones(n, bool)
    others[rows] = False
    return np.flatnonzero(others)


def checked_rows(name: str, rows: ArrayLike, n: int = MAX_ROWS, least: int = 1) -> np.ndarray:
    """Row numbers in ascending order; ValueError unless they lie in [0, n), each once."""
    given = real_values(name, rows)
    if not least and given.shape == (0,):  # of whatever type: NumPy makes floats of none
        return np.zeros(0, np.int64)
    if given.dtype.kind == "b":
        raise ValueError(f"{name} must be row numbers, np.flatnonzero of a mask, got {told(rows)}")
    if given.ndim != 1 or not given.size or given.dtype.kind not in "iu":
        raise ValueError(f"{name} must be row numbers, one or more, got {_seen(given, rows)}")
    check_all((given >= 0) & (given < n), f"{name} must lie in [0, {n:,})", given)
    ordered = np.sort(given.astype(np.int64))
    if (repeated := ordered[1:][np.diff(ordered) == 0]).size:
        raise ValueError(f"{name} must have each row once, got row {repeated[0]} more than once")
    return ordered


def _seen(given: np.ndarray, rows: ArrayLike) -> str:
    return "none" if given.ndim == 1 and not given.size else told(rows)
