r"""Multivariate stable laws: isotropic, elliptical, independent, of discrete spectral measure.

Each has ``rvs(size, rng, dtype)`` with the arguments of ``Stable.rvs``, of shape size + (dim,), and
``cf(u)``, the characteristic function E exp(i u.X), for u of shape (..., dim).  Isotropic and
elliptical ones have ``pdf(x)`` and ``logpdf(x)``, the density, for x of shape (..., dim).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike, DTypeLike

from . import sampling
from .checks import (
    check_all,
    check_fits,
    check_integer,
    check_real_type,
    check_shape,
    copied,
    real_array,
)
from .law import radial
from .noises import isotropic
from .parameters import Stable
from .sampling import Rng, Size

ROUNDING = 1e-12  # how far from symmetric, or below 0, rounding may leave a shape matrix


@dataclass(frozen=True, slots=True, eq=False)
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
        _check_numbers(Stable(self.alpha, 0.0, self.scale))
        object.__setattr__(self, "dim", check_integer("dim", self.dim, 1, 2**32 - 1))
        object.__setattr__(self, "loc", _location(self.loc, self.dim))

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,), of fewer than 2^32 vectors."""
        shape = check_shape((*sampling.full_shape(size, ()), self.dim))
        out = np.empty(shape, check_real_type(dtype))
        check_fits("scale", self.scale, out.dtype)
        check_fits("loc", self.loc, out.dtype)
        rows = out.reshape(-1, self.dim)
        check_integer("number of vectors", len(rows), 0, 2**32)
        place = *sampling.key(rng), np.arange(len(rows), dtype=uint32), uint32(0), uint32(0)
        isotropic.fill(rows, float(self.alpha), 0.0, *place, self.scale)
        if np.any(self.loc):
            out += self.loc
        return out

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        u = _vectors("u", u, self.dim)
        length = self.scale * np.linalg.norm(u, axis=-1)
        return np.exp(-(length**self.alpha) + 1j * np.sum(u * self.loc, axis=-1))

    def pdf(self, x: ArrayLike) -> Any:
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

    def logpdf(self, x: ArrayLike) -> Any:
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
        length = _length(_vectors("x", x, self.dim) - self.loc) / self.scale
        logs = radial.log_density(length, self.alpha, self.dim) - self.dim * np.log(self.scale)
        return logs[()]

    def radius_pdf(self, r: ArrayLike) -> Any:
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
        r, length = self._lengths(r)
        with np.errstate(all="ignore"):
            logs = radial.log_length_density(length, self.alpha, self.dim)
            return np.where(r < 0, 0.0, np.exp(logs - np.log(self.scale)))[()]

    def radius_cdf(self, r: ArrayLike) -> Any:
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
        return radial.length_tails(self._lengths(r)[1], self.alpha, self.dim)[0][()]

    def radius_sf(self, r: ArrayLike) -> Any:
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
        return radial.length_tails(self._lengths(r)[1], self.alpha, self.dim)[1][()]

    def _lengths(self, r: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Radii as floats, and in units of scale, 0 where negative."""
        found = real_array("r", r)
        with np.errstate(over="ignore"):
            return found, np.maximum(found, 0.0) / self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Elliptical:
    r"""Stable law with ellipsoids as contours, cf :math:`\exp(-(u'\Sigma u)^{\alpha/2} + iu'\mu)`.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].  At 2 the law is Gaussian with covariance 2 Sigma.
    shape_matrix : array_like, shape (dim, dim)
        Sigma, symmetric and positive semidefinite, in squared units of the variate.
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
    _root: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sigma = _finite("shape_matrix", self.shape_matrix, 2)
        tolerance = ROUNDING * np.max(np.abs(sigma))
        if sigma.shape[0] != sigma.shape[1] or np.max(np.abs(sigma - sigma.T)) > tolerance:
            raise ValueError(f"shape_matrix must be square and symmetric, got {sigma.tolist()}")
        values, vectors = np.linalg.eigh(sigma)
        if values[0] < -tolerance:
            raise ValueError(
                f"shape_matrix must be positive semidefinite, got the eigenvalue {values[0]}"
            )
        standard = Isotropic(self.alpha, len(sigma), 1.0, self.loc)  # checks alpha and loc
        object.__setattr__(self, "shape_matrix", sigma)
        object.__setattr__(self, "loc", standard.loc)
        least = len(sigma) * np.finfo(float).eps * values[-1]
        roots = np.sqrt(np.where(values > least, values, 0))
        object.__setattr__(self, "_root", vectors * roots)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,): isotropic ones, mapped linearly.

        Where one of those is beyond the range of the type, coordinates are inf or NaN.
        """
        standard = Isotropic(self.alpha, len(self._root)).rvs(size, rng, dtype)
        check_fits("loc", self.loc, standard.dtype)
        return _mapped(standard, self._root.T, self.loc)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        u = _vectors("u", u, len(self._root))
        length = np.linalg.norm(u @ self._root, axis=-1)
        return np.exp(-(length**self.alpha) + 1j * np.sum(u * self.loc, axis=-1))

    def pdf(self, x: ArrayLike) -> Any:
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

    def logpdf(self, x: ArrayLike) -> Any:
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
        dim, axes = len(self._root), self._axes()
        length = _length(_vectors("x", x, dim) - self.loc, self._root / axes / axes)
        return (radial.log_density(length, self.alpha, dim) - np.sum(np.log(axes)))[()]

    def _axes(self) -> np.ndarray:
        """Roots of the eigenvalues of Sigma, or raise ValueError if one is 0."""
        unit = np.max(np.abs(self._root))
        axes = np.linalg.norm(self._root / (unit or 1.0), axis=0)
        rank = np.count_nonzero(axes)
        if rank < len(axes):
            raise ValueError(
                f"shape_matrix must have full rank, {len(axes)}, for a density, got {rank}"
            )
        return unit * axes


@dataclass(frozen=True, slots=True, eq=False)
class Independent:
    """Independent stable coordinates, each with a law of its own.

    Parameters
    ----------
    alpha : float or array_like, shape (dim,)
        Stability indices, in (0, 2].
    dim : int
        At least 1.
    scale, loc, beta : float or array_like, shape (dim,)
        As in ``Stable``, in Nolan's S0 form.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Examples
    --------
    >>> Independent([1.2, 1.8], dim=2, scale=[1.0, 3.0]).rvs(5, rng=1).shape
    (5, 2)

    """

    alpha: Any
    dim: int
    scale: Any = 1.0
    loc: Any = 0.0
    beta: Any = 0.0
    _laws: Stable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        dim = check_integer("dim", self.dim, 1, 2**32 - 1)
        laws = Stable(self.alpha, self.beta, self.scale, _vector("loc", self.loc, dim))
        if laws.shape != (dim,):
            raise ValueError(f"parameters must be numbers or of length {dim}, got {laws.shape}")
        for name in ("alpha", "scale", "loc", "beta"):
            object.__setattr__(self, name, getattr(laws, name))
        object.__setattr__(self, "_laws", laws)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,)."""
        return self._laws.rvs((*sampling.full_shape(size, ()), self.dim), rng, dtype)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        return np.prod(self._laws.cf(_vectors("u", u, self.dim)), axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
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
        Masses, not negative and not all 0, in units of the variate to the power alpha.
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
    _factors: Stable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_numbers(Stable(self.alpha))
        directions = _finite("directions", self.directions, 2)
        largest = np.max(np.abs(directions), axis=1, keepdims=True)
        check_all(largest[:, 0] > 0, "directions must have a length", largest[:, 0])
        directions = directions / largest
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        weights = _vector("weights", self.weights, len(directions))
        check_all(weights >= 0, "weights must not be negative", weights)
        with np.errstate(over="ignore", under="ignore"):
            scales = weights ** (1 / self.alpha)
        heavy = scales > 0
        if not heavy.any() or not np.isfinite(scales).all():
            raise ValueError(f"weights must have a positive sum, got {weights.tolist()}")
        factors = Stable.from_s1(self.alpha, 1.0, scales[heavy])
        object.__setattr__(self, "directions", directions[heavy])
        object.__setattr__(self, "weights", weights[heavy])
        object.__setattr__(self, "loc", _location(self.loc, directions.shape[1]))
        object.__setattr__(self, "_factors", factors)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,); memory for a factor of each atom beside them.

        Where a factor is beyond the range of the type, coordinates are inf or NaN.
        """
        shape = (*sampling.full_shape(size, ()), len(self.weights))
        factors, shift = self._factors, np.zeros(self.directions.shape[1])
        if sampling.is_near_one(self.alpha, 1.0):  # S0, and the sum of shifts, which may cancel
            shift = factors.loc @ self.directions
            factors = Stable(self.alpha, 1.0, factors.scale)
        drawn = factors.rvs(shape, rng, dtype)
        check_fits("loc", self.loc + shift, drawn.dtype)
        return _mapped(drawn, self.directions, self.loc + shift)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        u = _vectors("u", u, self.directions.shape[1])
        factors = self._factors.cf(u @ self.directions.T)
        return np.prod(factors, axis=-1) * np.exp(1j * np.sum(u * self.loc, axis=-1))


def _check_numbers(law: Stable) -> None:
    if law.shape:
        raise ValueError(f"alpha and scale must be numbers, got shape {law.shape}")


def _finite(name: str, array: ArrayLike, ndim: int) -> np.ndarray:
    """Return ``array`` as floats of its own, read-only, not empty, real and finite."""
    found = copied(array)
    if found.dtype.kind not in "iuf" or found.ndim != ndim or not found.size:
        kind = f"{found.dtype} of shape {found.shape}"
        raise ValueError(f"{name} must be a non-empty {ndim}-d array of real numbers, got {kind}")
    check_all(np.isfinite(found), f"{name} must be finite", found)
    found = found.astype(float)
    found.flags.writeable = False
    return found


def _location(loc: ArrayLike, dim: int) -> Any:
    """Return a number as such, or a vector."""
    return float(_vector("loc", loc, 1)[0]) if np.ndim(loc) == 0 else _vector("loc", loc, dim)


def _vectors(name: str, array: ArrayLike, dim: int) -> np.ndarray:
    """Return ``array`` as floats, or raise ValueError unless its last axis has the length dim."""
    found = real_array(name, array)
    if found.shape[-1:] != (dim,):
        raise ValueError(f"{name} must have shape (..., {dim}), got {found.shape}")
    return found


def _length(x: np.ndarray, matrix: np.ndarray | None = None) -> np.ndarray:
    """Euclidean length of x times the matrix; inf where a coordinate of x is and none is NaN."""
    with np.errstate(all="ignore"):
        largest = np.max(np.abs(x), axis=-1)
        unit = np.where((largest > 0) & (largest < np.inf), largest, 1.0)
        x = x / unit[..., None]
        length = unit * np.linalg.norm(x if matrix is None else x @ matrix, axis=-1)
    return np.where(np.isinf(largest), np.inf, length)


def _mapped(drawn: np.ndarray, matrix: np.ndarray, loc: Any) -> np.ndarray:
    """Return drawn @ matrix + loc in the type of what was drawn."""
    with np.errstate(invalid="ignore", over="ignore"):
        out = drawn @ matrix.astype(drawn.dtype)
        out += loc
    return out


def _vector(name: str, vector: ArrayLike, length: int) -> np.ndarray:
    """Return a number or an array as a vector."""
    if np.ndim(vector) == 0:
        vector = np.full(length, vector)
    found = _finite(name, vector, 1)
    if len(found) != length:
        raise ValueError(f"{name} must be a number or of length {length}, got {len(found)}")
    return found
