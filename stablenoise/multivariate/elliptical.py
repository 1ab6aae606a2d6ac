"""Stable laws whose contours are ellipsoids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..checks import check_fits
from ..kernels.arrays import Complex, Real
from ..law import radial
from ..results import pasted
from ..sampling import Rng, Size
from ..values import by_content, read_only
from . import ellipsoid
from .isotropic import Isotropic
from .vectors import finite_values, lengths_about, mapped, points, wave


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Elliptical:
    r"""Stable law with ellipsoids as contours, cf :math:`\exp(-(u'\Sigma u)^{\alpha/2} + iu'\mu)`.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].  At 2 the law is Gaussian with covariance 2 Sigma.
    shape_matrix : array_like, shape (dim, dim)
        Sigma, symmetric and positive semidefinite, in squared units of the variate.  Units of
        coordinates may be far apart.  What is below the rounding of its entries, once each
        coordinate has a unit of its own, is 0 for all methods: the law is then flat.
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
    >>> law = Elliptical(1.5, [[2.0, 1.0], [1.0, 2.0]])
    >>> law.rvs(1000, rng=1).shape
    (1000, 2)

    """

    alpha: float
    shape_matrix: Any
    loc: Any = 0.0
    _root: ellipsoid.Root = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sigma = finite_values("shape_matrix", self.shape_matrix, 2)
        root = read_only(ellipsoid.root(sigma))
        standard = Isotropic(self.alpha, len(sigma), 1.0, self.loc)  # checks alpha and loc
        object.__setattr__(self, "alpha", standard.alpha)
        object.__setattr__(self, "shape_matrix", sigma)
        object.__setattr__(self, "loc", standard.loc)
        object.__setattr__(self, "_root", root)

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
            If size, rng or dtype is none of these, if there would be 2^32 vectors or more, or a
            parameter is not finite in dtype.

        Notes
        -----
        They are isotropic draws, mapped linearly.  Where one of those is beyond the range of
        dtype, coordinates are inf or NaN.

        Examples
        --------
        >>> Elliptical(1.5, [[2.0, 1.0], [1.0, 2.0]]).rvs(1000, rng=1).shape
        (1000, 2)

        """
        units, axes, lengths = self._root
        standard = Isotropic(self.alpha, len(units)).rvs(size, rng, dtype)
        check_fits("root of shape_matrix", units, standard.dtype)
        check_fits("loc", self.loc, standard.dtype)
        return mapped(standard, (axes * lengths).T, self.loc, units)

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
        >>> law = Elliptical(1.0, [[4.0, 0.0], [0.0, 1.0]])
        >>> print(f"{law.cf([0.5, 0.0]).real:.9f}")  # exp(-1)
        0.367879441

        """
        u = points("u", u, len(self._root.units))
        return wave(u, ellipsoid.frequency_length(u, self._root), self)

    def pdf(self, x: ArrayLike) -> Real:
        """Density.

        Parameters
        ----------
        x : array_like, shape (..., dim)
            Points, in the units of loc.

        Returns
        -------
        float or ndarray, shape (...)
            In inverse units of x to the power dim; 0 where a coordinate is infinite, NaN where one
            is NaN.

        Raises
        ------
        ValueError
            If x is not of real numbers, or its last axis has not the length dim; if the shape
            matrix is singular, up to rounding.

        Notes
        -----
        That of ``Isotropic`` at the Mahalanobis distance, over the root of det Sigma.

        References
        ----------
        Nolan (2013), Multivariate elliptically contoured stable distributions: theory and
        estimation, Comput. Stat. 28, 2067-2089, section 2.

        Examples
        --------
        >>> law = Elliptical(1.0, [[4.0, 0.0], [0.0, 1.0]])
        >>> print(f"{law.pdf([0.0, 0.0]) * 4 * np.pi:.12f}")
        1.000000000000

        """
        with np.errstate(all="ignore"):
            return np.exp(self.logpdf(x))

    def logpdf(self, x: ArrayLike) -> Real:
        """Logarithm of the density, also where that is not in the range of a float.

        Parameters
        ----------
        x : array_like, shape (..., dim)
            Points, in the units of loc.

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
        >>> law = Elliptical(2.0, [[4.0, 0.0], [0.0, 1.0]])
        >>> print(f"{law.logpdf([4.0, 0.0]) + np.log(8 * np.pi):.12f}")
        -1.000000000000

        """
        root, dim = self._root, len(self._root.units)
        if root.rank < dim:
            raise ValueError(
                f"shape_matrix must have full rank, {dim}, for a density, got {root.rank}"
            )

        def measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.mahalanobis_length(offset, root)

        def log_measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.log_mahalanobis_length(offset, root)

        length, log_length = lengths_about(points("x", x, dim), self.loc, measure, log_measure)
        return (radial.log_density(length, self.alpha, dim, log_length) - root.log_volume)[()]
