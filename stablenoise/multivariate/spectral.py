"""Stable laws whose spectral measure has finitely many atoms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .. import sampling
from ..checks import check_all, check_fits, told
from ..kernels.arrays import Complex
from ..results import pasted
from ..sampling import Rng, Size
from ..stable import Stable
from ..values import by_content, read_only
from .vectors import finite_values, location, mapped, one_law, points, turned, vector


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DiscreteSpectral:
    r"""Stable law whose spectral measure has finitely many atoms.

    In the S1 form, with directions s_j of length 1, weights w_j and t_j = u.s_j, the cf is

    .. math:: \exp\Bigl(-\sum_j w_j |t_j|^\alpha \bigl[1 - i \operatorname{sign}(t_j)
              \tan\tfrac{\pi\alpha}{2}\bigr] + iu'\mu\Bigr),

    at alpha = 1 with :math:`1 + i (2/\pi) \operatorname{sign}(t_j) \log|t_j|` in brackets.  The
    law is that of :math:`\mu + \sum_j w_j^{1/\alpha} Z_j s_j` with independent Z_j of skewness 1
    (Modarres & Nolan, 1994).  Near alpha = 1 the S1 form moves the law far away, unless the
    measure is symmetric.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].
    directions : array_like, shape (m, dim)
        Of any length but 0, to which they are divided.
    weights : array_like, shape (m,)
        Masses, not negative and not all 0, in units of the variate to the power alpha; the scales
        w^(1 / alpha) of those above 0 must be in the range of floats.
    loc : float or array_like, shape (dim,)
        mu, finite.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    References
    ----------
    Samorodnitsky & Taqqu (1994), theorem 2.3.1.

    Examples
    --------
    >>> law = DiscreteSpectral(1.5, [[1.0, 0.0], [-1.0, 0.0], [0.6, 0.8]], [0.5, 0.5, 2.0])
    >>> law.rvs(4, rng=1).shape
    (4, 2)

    """

    alpha: float
    directions: Any
    weights: Any
    loc: Any = 0.0
    _factors: Stable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", one_law(Stable(self.alpha)).alpha)
        directions = finite_values("directions", self.directions, 2)
        largest = np.max(np.abs(directions), axis=1, keepdims=True)
        check_all(largest[:, 0] > 0, "directions must have a length", largest[:, 0])
        directions = _unit_vectors(directions, directions / largest)
        weights = vector("weights", self.weights, len(directions))
        check_all(weights >= 0, "weights must not be negative", weights)
        heavy = weights > 0
        if not heavy.any():
            raise ValueError(f"weights must have a positive sum, got {told(weights.tolist())}")
        with np.errstate(over="ignore", under="ignore"):
            scales = weights[heavy] ** (1 / self.alpha)
        good = (scales > 0) & np.isfinite(scales)
        check_all(
            good, "weights must have a power 1 / alpha in the range of floats", weights[heavy]
        )
        try:
            factors = Stable.from_s1(self.alpha, 1.0, scales)
        except ValueError:
            rule = "weights must be such that locations of factors are finite in S0"
            raise ValueError(f"{rule}, got {told(weights.tolist())}") from None
        object.__setattr__(self, "directions", read_only(directions[heavy]))
        object.__setattr__(self, "weights", read_only(weights[heavy]))
        object.__setattr__(self, "loc", location(self.loc, directions.shape[1]))
        object.__setattr__(self, "_factors", factors)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws.

        Parameters
        ----------
        size : int or tuple of int, optional
            Shape of the sample; a single vector if left out.
        rng : {None, int, array_like, numpy.random.Generator, ...}
            What ``numpy.random.default_rng`` takes; two words are drawn from it.
        dtype : dtype
            float64 or float32.

        Returns
        -------
        ndarray, shape size + (dim,)
            In the units of loc.

        Raises
        ------
        ValueError
            If size, rng or dtype is none of these, or a parameter is not finite in dtype.

        Notes
        -----
        They are sums of independent factors along the directions, one for each atom, which take
        memory beside them.  Where a factor is beyond the range of dtype, coordinates are inf or
        NaN.

        Examples
        --------
        >>> law = DiscreteSpectral(1.5, [[1.0, 0.0], [-1.0, 0.0], [0.6, 0.8]], [0.5, 0.5, 2.0])
        >>> law.rvs(4, rng=1).shape
        (4, 2)

        """
        shape = (*sampling.full_shape(size, ()), len(self.weights))
        factors, shift = self._factors, np.zeros(self.directions.shape[1])
        if sampling.is_near_one(self.alpha, 1.0):  # S0, and the sum of shifts, which may cancel
            shift = factors.loc @ self.directions
            factors = Stable(self.alpha, 1.0, factors.scale)
        drawn = factors.rvs(shape, rng, dtype)
        check_fits("loc", self.loc + shift, drawn.dtype)
        return mapped(drawn, self.directions, self.loc + shift)

    def __repr__(self) -> str:
        return pasted(self)

    def cf(self, u: ArrayLike) -> Complex:
        """Characteristic function E exp(i u.X).

        Parameters
        ----------
        u : array_like, shape (..., dim)
            Frequencies, in inverse units of the variate.

        Returns
        -------
        complex or ndarray of complex, shape (...)
            At most 1 in absolute value.

        Raises
        ------
        ValueError
            If u is not of real numbers, or its last axis has not the length dim.

        Examples
        --------
        >>> law = DiscreteSpectral(2.0, [[1.0, 0.0]], [1.0])
        >>> print(f"{law.cf([1.0, 5.0]).real:.9f}")  # exp(-1): no mass is elsewhere
        0.367879441

        """
        u = points("u", u, self.directions.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            centred = np.prod(self._factors.cf(u @ self.directions.T), axis=-1)
        return turned(centred, u, self.loc)


def _unit_vectors(vectors: np.ndarray, moderate: np.ndarray) -> np.ndarray:
    """Vectors over their lengths; those of length 1 to rounding stay as they are."""
    with np.errstate(over="ignore", under="ignore"):
        off = np.abs(np.linalg.norm(vectors, axis=1, keepdims=True) - 1)
    scaled = moderate / np.linalg.norm(moderate, axis=1, keepdims=True)
    return np.where(off < 4 * np.finfo(float).eps, vectors, scaled)
