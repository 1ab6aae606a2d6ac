"""Samples that come in parts: from files larger than memory, from many workers, from a device."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from ..checks import check_choice, check_finite, check_kind, check_rows, real_values, told
from ..kernels.arrays import Array, array_module
from .histogram import Histogram, chunks
from .parameters import held_values
from .results import StableFit
from .samples import MIN_VALUES, Sample, unit_of
from .univariate import METHODS, fitted

BITS = 12  # 4,096 bins an octave: 100 kB for each that holds values
MAX_DISTANCE = 2.0 ** (BITS - 3)  # of centre and median, in half interquartile ranges


class Accumulator:
    """Counts of values in fixed bins, of which a stable law is fitted.

    Parameters
    ----------
    centre : float
        The bins are narrowest here, and grow with the distance: within 512 half interquartile
        ranges of the median, so 0 serves unless the data lie far from it.

    Raises
    ------
    ValueError
        If centre is not a finite number.

    Notes
    -----
    100 kB for each power of two among the values of a sign, some 10 MB in all, whatever their
    number; a few nanoseconds a value.  What is kept are integers: parts merged in any order are
    the whole, to the bit.

    Examples
    --------
    >>> from stablenoise import Stable, fit
    >>> x = Stable(1.5).rvs(20_000, rng=1)
    >>> parts = [fit.Accumulator().update(x[:5000]), fit.Accumulator().update(x[5000:])]
    >>> whole = fit.Accumulator().update(x)
    >>> parts[0].merge(parts[1]).fit().alpha == whole.fit().alpha
    True

    """

    def __init__(self, centre: float = 0.0) -> None:
        self.centre = check_finite("centre", centre)
        self._histogram = Histogram(BITS)

    def __repr__(self) -> str:
        return f"Accumulator(centre={self.centre!r}) of {self.nobs:,} values"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Accumulator):
            return NotImplemented
        return self.centre == other.centre and self._histogram.equals(other._histogram)

    __hash__ = None  # type: ignore[assignment]

    @property
    def nobs(self) -> int:
        """Number of values so far."""
        return self._histogram.total()

    def update(self, chunk: Any) -> Accumulator:
        """Count more values.

        Parameters
        ----------
        chunk : array_like of any shape
            Finite numbers, at least one; an array of CuPy is counted on its device.

        Returns
        -------
        Accumulator
            This one.

        Raises
        ------
        ValueError
            If a value is not a finite number, which is named by its row, or the first values lie
            too far from the centre.  Nothing has been counted then.

        Examples
        --------
        >>> from stablenoise import fit
        >>> fit.Accumulator().update([1.0, 2.0]).update([3.0]).nobs
        3

        """
        values = self._checked(chunk)
        if array_module(values) is not np:
            self._histogram.add(values - self.centre)
            return self
        for part in chunks(values.size):
            self._histogram.add(values[part] - self.centre)
        return self

    def merge(self, other: Accumulator) -> Accumulator:
        """Count what another one has counted.

        Parameters
        ----------
        other : Accumulator
            Of the same centre; it stays as it is.

        Returns
        -------
        Accumulator
            This one.

        Raises
        ------
        ValueError
            If other is no accumulator, or has another centre.

        Examples
        --------
        >>> from stablenoise import fit
        >>> fit.Accumulator().update([1.0]).merge(fit.Accumulator().update([2.0])).nobs
        2

        """
        check_kind("other", other, Accumulator)
        if other.centre != self.centre:
            raise ValueError(f"other must have the centre {self.centre}, got {other.centre}")
        self._histogram.merge(other._histogram)
        return self

    def fit(
        self,
        method: str = "mle",
        *,
        alpha: float | None = None,
        beta: float | None = None,
        scale: float | None = None,
        loc: float | None = None,
    ) -> StableFit:
        """Stable law fitted to what was counted.

        Parameters
        ----------
        method : str
            As ``fit.stable`` has them.
        alpha, beta, scale, loc : float, optional
            Values that are held.

        Returns
        -------
        StableFit
            As ``fit.stable`` of all the values, to some thousandths of a standard error.

        Raises
        ------
        ValueError
            If there are fewer than ten values, all are equal, they lie too far from the centre, or
            as ``fit.stable`` says.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> accumulator = fit.Accumulator().update(Stable(1.5).rvs(20_000, rng=1))
        >>> print(f"{accumulator.fit(beta=0.0).alpha:.1f}")
        1.5

        """
        check_choice("method", method, METHODS)
        held = held_values(alpha, beta, scale, loc)
        if self.nobs < MIN_VALUES:
            raise ValueError(f"values must be {MIN_VALUES} or more for a fit, got {self.nobs}")
        values, weights = self._histogram.points()
        _check_distance(values, weights, self.centre)
        return fitted(Sample(values + self.centre, weights, "x"), method, held)

    def _checked(self, chunk: Any) -> Array:
        """Values as a flat array of float64, all finite and not too far from the centre."""
        values = real_values("chunk", chunk)
        xp = array_module(values)
        with np.errstate(over="ignore"):  # of a wider type: told below
            values = xp.ascontiguousarray(values, dtype=np.float64).ravel()
        if not values.size:
            raise ValueError(f"chunk must have values, got shape {np.shape(chunk)}")
        low, high = float(values.min()) - self.centre, float(values.max()) - self.centre
        if not -inf < low <= high < inf:
            check_rows("chunk must be finite", values, xp.isfinite(values))
            rule = "chunk must be within the doubles about the centre"
            raise ValueError(f"{rule}, got {low} to {high} from it")
        if not self.nobs and values.size >= MIN_VALUES:
            some = values[: 1 << 14]
            _check_distance((some if xp is np else some.get()) - self.centre, None, self.centre)
        return values


def _check_distance(values: np.ndarray, weights: np.ndarray | None, centre: float) -> None:
    """Values less the centre: bins must be narrow where most of them are."""
    if values.min() == values.max():
        return
    unit = unit_of(values, weights)
    distance = abs(unit.centre) / np.ldexp(1.0, unit.exponent)
    if distance > MAX_DISTANCE:
        rule = f"centre must be within {MAX_DISTANCE:g} half interquartile ranges of the median"
        raise ValueError(f"{rule}, {told(centre + unit.centre)}, got {centre}")
