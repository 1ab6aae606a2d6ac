"""Stable laws that are the same in all directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike, DTypeLike

from .. import sampling
from ..checks import check_fits, check_integer, check_real_type, check_shape, real_array
from ..kernels.arrays import Complex, Real
from ..law import radial
from ..noises import isotropic
from ..results import pasted
from ..sampling import Rng, Size
from ..stable import Stable
from ..values import by_content
from . import ellipsoid
from .vectors import lengths_about, location, one_law, points, wave


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Isotropic:
    r"""Rotationally invariant stable law, cf :math:`\exp(-(\sigma|u|)^\alpha + iu'\mu)`.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].  At 2 a coordinate is Gaussian with variance 2 scale^2.
    dim : int
        In [1, 2^32 - 1).
    scale : float
        sigma, positive and finite, in the units of the variate.
    loc : float or array_like, shape (dim,)
        mu, finite.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    References
    ----------
    Samorodnitsky & Taqqu (1994), section 2.5.

    Examples
    --------
    >>> Isotropic(1.5, dim=3).rvs((2, 5), rng=1).shape
    (2, 5, 3)

    """

    alpha: float
    dim: int
    scale: float = 1.0
    loc: Any = 0.0

    def __post_init__(self) -> None:
        law = one_law(Stable(self.alpha, 0.0, self.scale))
        object.__setattr__(self, "alpha", law.alpha)
        object.__setattr__(self, "scale", law.scale)
        object.__setattr__(self, "dim", check_integer("dim", self.dim, 1, 2**32 - 1))
        object.__setattr__(self, "loc", location(self.loc, self.dim))

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
            In the units of scale and loc.

        Raises
        ------
        ValueError
            If size, rng or dtype is none of these, if there would be 2^32 vectors or more, or a
            parameter is not finite in dtype.

        Examples
        --------
        >>> Isotropic(1.5, dim=3).rvs((2, 5), rng=1).shape
        (2, 5, 3)

        """
        shape = check_shape((*sampling.full_shape(size, ()), self.dim))
        out = np.empty(shape, check_real_type(dtype))
        check_fits("scale", self.scale, out.dtype)
        check_fits("loc", self.loc, out.dtype)
        rows = out.reshape(-1, self.dim)
        check_integer("number of vectors", len(rows), 0, 2**32)
        words = sampling.drawn_address(rng), np.arange(len(rows), dtype=uint32)
        isotropic.fill(rows, float(self.alpha), 0.0, *words, self.scale)
        if np.any(self.loc):
            sampling.move(out, self.loc, lambda: self._halved(out, words))
        return out

    def _halved(self, out: np.ndarray, words: tuple) -> np.ndarray:
        """Half of what ``rvs`` has drawn at an address for some particles, about 0."""
        rows = np.empty((out.size // self.dim, self.dim), out.dtype)
        isotropic.fill(rows, float(self.alpha), 0.0, *words, self.scale / 2)
        return rows.reshape(out.shape)

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
        >>> print(f"{Isotropic(2.0, dim=2).cf([3.0, 4.0]).real:.9e}")  # exp(-25)
        1.388794386e-11

        """
        u = points("u", u, self.dim)
        with np.errstate(over="ignore"):
            length = self.scale * ellipsoid.length(u)
        return wave(u, length, self)

    def pdf(self, x: ArrayLike) -> Real:
        r"""Density.

        Parameters
        ----------
        x : array_like, shape (..., dim)
            Points, in the units of scale and loc.

        Returns
        -------
        float or ndarray, shape (...)
            In inverse units of x to the power dim; 0 where a coordinate is infinite, NaN where one
            is NaN.

        Raises
        ------
        ValueError
            If x is not of real numbers, or its last axis has not the length dim.

        Notes
        -----
        The mean of Gaussian densities of covariance 2 A I, A being positive stable of index
        alpha / 2: an integral of positive terms, in logarithms.  Closed forms at alpha = 1 and 2,
        a series far out (Nolan, 2013).  For alpha < 0.02 it is NaN unless x is loc or far out.

        References
        ----------
        Samorodnitsky & Taqqu (1994), proposition 2.5.2; Nolan (2013), Multivariate elliptically
        contoured stable distributions: theory and estimation, Comput. Stat. 28, 2067-2089.

        Examples
        --------
        >>> print(f"{Isotropic(1.0, dim=2).pdf([0.0, 0.0]) * 2 * np.pi:.12f}")
        1.000000000000

        """
        with np.errstate(all="ignore"):
            return np.exp(self.logpdf(x))

    def logpdf(self, x: ArrayLike) -> Real:
        """Logarithm of the density, also where that is not in the range of a float.

        Parameters
        ----------
        x : array_like, shape (..., dim)
            Points, in the units of scale and loc.

        Returns
        -------
        float or ndarray, shape (...)
            -inf where a coordinate is infinite, NaN where one is NaN.

        Raises
        ------
        ValueError
            As for ``pdf``.

        Examples
        --------
        >>> print(f"{Isotropic(2.0, dim=3).logpdf([2.0, 0.0, 0.0]) + 1.5 * np.log(4 * np.pi):.12f}")
        -1.000000000000

        """

        def measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.length(offset) / self.scale

        def log_measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.log_length(offset) - np.log(self.scale)

        length, log_length = lengths_about(points("x", x, self.dim), self.loc, measure, log_measure)
        logs = radial.log_density(length, self.alpha, self.dim, log_length)
        return (logs - self.dim * np.log(self.scale))[()]

    def radius_pdf(self, r: ArrayLike) -> Real:
        """Density of the length of X - loc.

        Parameters
        ----------
        r : float or array_like
            In the units of scale.

        Returns
        -------
        float or ndarray
            In inverse units of scale; 0 for r < 0, at 0 the limit from above.

        Raises
        ------
        ValueError
            If r is not of real numbers.

        References
        ----------
        Nolan (2013), section 2.

        Examples
        --------
        >>> print(f"{Isotropic(1.0, dim=1).radius_pdf(1.0) * np.pi:.12f}")
        1.000000000000

        """
        length, log_length = self._lengths(r)
        with np.errstate(all="ignore"):
            logs = radial.log_length_density(length, self.alpha, self.dim, log_length)
            return np.where(np.less(r, 0), 0.0, np.exp(logs - np.log(self.scale)))[()]

    def radius_cdf(self, r: ArrayLike) -> Real:
        """P(abs(X - loc) <= r), relatively accurate where it is small.

        Parameters
        ----------
        r : float or array_like
            In the units of scale.

        Returns
        -------
        float or ndarray
            In [0, 1]; NaN where r is.

        Raises
        ------
        ValueError
            If r is not of real numbers.

        References
        ----------
        Nolan (2013), section 2.

        Examples
        --------
        >>> print(f"{Isotropic(1.0, dim=1).radius_cdf(1.0):.12f}")
        0.500000000000

        """
        length, log_length = self._lengths(r)
        return radial.length_tails(length, self.alpha, self.dim, log_length)[0][()]

    def radius_sf(self, r: ArrayLike) -> Real:
        """P(abs(X - loc) > r), relatively accurate where it is small.

        Parameters
        ----------
        r : float or array_like
            In the units of scale.

        Returns
        -------
        float or ndarray
            In [0, 1]; NaN where r is.

        Raises
        ------
        ValueError
            If r is not of real numbers.

        References
        ----------
        Nolan (2013), section 2.

        Examples
        --------
        >>> print(f"{Isotropic(1.0, dim=2).radius_sf(1e20):.9e}")
        1.000000000e-20

        """
        length, log_length = self._lengths(r)
        return radial.length_tails(length, self.alpha, self.dim, log_length)[1][()]

    def _lengths(self, r: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Radii in units of scale, 0 where negative, and their logarithms."""
        radii = np.maximum(real_array("r", r), 0.0)
        with np.errstate(over="ignore", divide="ignore"):
            return radii / self.scale, np.log(radii) - np.log(self.scale)
