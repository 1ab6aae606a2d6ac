r"""Multivariate stable laws: isotropic, elliptical, independent, of discrete spectral measure.

Each has ``rvs(size, rng, dtype)`` with the arguments of ``Stable.rvs``, of shape size + (dim,), and
``cf(u)``, the characteristic function E exp(i u.X), for u of shape (..., dim).  Isotropic and
elliptical ones have ``pdf(x)`` and ``logpdf(x)``, the density, for x of shape (..., dim).

Laws are values, as ``Stable`` is: read-only, and equal if their parameters are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike, DTypeLike

from . import ellipsoid, sampling
from .checks import (
    check_all,
    check_fits,
    check_integer,
    check_real_type,
    check_shape,
    check_unmasked,
    copied,
    real_array,
    told,
)
from .law import radial
from .noises import isotropic
from .sampling import Rng, Size
from .stable import Stable
from .values import by_content, read_only


@by_content
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
        law = _one_law(Stable(self.alpha, 0.0, self.scale))
        object.__setattr__(self, "alpha", law.alpha)
        object.__setattr__(self, "scale", law.scale)
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
        place = sampling.drawn_address(rng), np.arange(len(rows), dtype=uint32)
        isotropic.fill(rows, float(self.alpha), 0.0, *place, self.scale)
        if np.any(self.loc):
            sampling.move(out, self.loc, lambda: self._halved(out, place))
        return out

    def _halved(self, out: np.ndarray, place: tuple) -> np.ndarray:
        """Half of what ``rvs`` has drawn at a place, about 0."""
        rows = np.empty((out.size // self.dim, self.dim), out.dtype)
        isotropic.fill(rows, float(self.alpha), 0.0, *place, self.scale / 2)
        return rows.reshape(out.shape)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        u = _vectors("u", u, self.dim)
        with np.errstate(over="ignore"):
            length = self.scale * ellipsoid.length(u)
        return _wave(u, length, self)

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

        def measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.length(offset) / self.scale

        def log_measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.log_length(offset) - np.log(self.scale)

        length, log_length = _distance(_vectors("x", x, self.dim), self.loc, measure, log_measure)
        logs = radial.log_density(length, self.alpha, self.dim, log_length)
        return (logs - self.dim * np.log(self.scale))[()]

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
        length, log_length = self._lengths(r)
        with np.errstate(all="ignore"):
            logs = radial.log_length_density(length, self.alpha, self.dim, log_length)
            return np.where(np.less(r, 0), 0.0, np.exp(logs - np.log(self.scale)))[()]

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
        length, log_length = self._lengths(r)
        return radial.length_tails(length, self.alpha, self.dim, log_length)[0][()]

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
        length, log_length = self._lengths(r)
        return radial.length_tails(length, self.alpha, self.dim, log_length)[1][()]

    def _lengths(self, r: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Radii in units of scale, 0 where negative, and their logarithms."""
        found = np.maximum(real_array("r", r), 0.0)
        with np.errstate(over="ignore", divide="ignore"):
            return found / self.scale, np.log(found) - np.log(self.scale)


@by_content
@dataclass(frozen=True, slots=True, eq=False)
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
        sigma = _finite("shape_matrix", self.shape_matrix, 2)
        root = read_only(ellipsoid.root(sigma))
        standard = Isotropic(self.alpha, len(sigma), 1.0, self.loc)  # checks alpha and loc
        object.__setattr__(self, "alpha", standard.alpha)
        object.__setattr__(self, "shape_matrix", sigma)
        object.__setattr__(self, "loc", standard.loc)
        object.__setattr__(self, "_root", root)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,): isotropic ones, mapped linearly.

        Where one of those is beyond the range of the type, coordinates are inf or NaN.
        """
        units, axes, lengths = self._root
        standard = Isotropic(self.alpha, len(units)).rvs(size, rng, dtype)
        check_fits("root of shape_matrix", units, standard.dtype)
        check_fits("loc", self.loc, standard.dtype)
        return _mapped(standard, (axes * lengths).T, self.loc, units)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        u = _vectors("u", u, len(self._root.units))
        return _wave(u, ellipsoid.frequency_length(u, self._root), self)

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
        root, dim = self._root, len(self._root.units)
        if root.rank < dim:
            raise ValueError(
                f"shape_matrix must have full rank, {dim}, for a density, got {root.rank}"
            )

        def measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.mahalanobis_length(offset, root)

        def log_measure(offset: np.ndarray) -> np.ndarray:
            return ellipsoid.log_mahalanobis_length(offset, root)

        length, log_length = _distance(_vectors("x", x, dim), self.loc, measure, log_measure)
        return (radial.log_density(length, self.alpha, dim, log_length) - root.log_volume)[()]


@by_content
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
    _laws: Stable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dim = check_integer("dim", self.dim, 1, 2**32 - 1)
        laws = Stable(self.alpha, self.beta, self.scale, _vector("loc", self.loc, dim))
        if laws.shape != (dim,):
            raise ValueError(f"parameters must be numbers or of length {dim}, got {laws.shape}")
        object.__setattr__(self, "dim", dim)
        for name in ("alpha", "scale", "loc", "beta"):
            object.__setattr__(self, name, getattr(laws, name))
        object.__setattr__(self, "_laws", laws)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws, shape size + (dim,)."""
        return self._laws.rvs((*sampling.full_shape(size, ()), self.dim), rng, dtype)

    def cf(self, u: ArrayLike) -> np.ndarray:
        """Characteristic function, complex, for u of shape (..., dim)."""
        return np.prod(self._laws.cf(_vectors("u", u, self.dim)), axis=-1)


@by_content
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
        object.__setattr__(self, "alpha", _one_law(Stable(self.alpha)).alpha)
        directions = _finite("directions", self.directions, 2)
        largest = np.max(np.abs(directions), axis=1, keepdims=True)
        check_all(largest[:, 0] > 0, "directions must have a length", largest[:, 0])
        directions = _unit_vectors(directions, directions / largest)
        weights = _vector("weights", self.weights, len(directions))
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
        with np.errstate(over="ignore", invalid="ignore"):
            centred = np.prod(self._factors.cf(u @ self.directions.T), axis=-1)
        return _turned(centred, u, self.loc)


def _unit_vectors(vectors: np.ndarray, moderate: np.ndarray) -> np.ndarray:
    """Vectors over their lengths; those of length 1 to rounding stay as they are."""
    with np.errstate(over="ignore", under="ignore"):
        off = np.abs(np.linalg.norm(vectors, axis=1, keepdims=True) - 1)
    scaled = moderate / np.linalg.norm(moderate, axis=1, keepdims=True)
    return np.where(off < 4 * np.finfo(float).eps, vectors, scaled)


def _one_law(law: Stable) -> Stable:
    if law.shape:
        raise ValueError(f"alpha and scale must be numbers, got shape {law.shape}")
    return law


def _finite(name: str, array: ArrayLike, ndim: int) -> np.ndarray:
    """Return ``array`` as floats of its own, read-only, not empty, real and finite."""
    check_unmasked(name, array)
    own = copied(array)
    if own.dtype.kind not in "iuf" or own.ndim != ndim or not own.size:
        kind = f"{own.dtype} of shape {own.shape}"
        raise ValueError(f"{name} must be a non-empty {ndim}-d array of real numbers, got {kind}")
    with np.errstate(over="ignore"):
        own = own.astype(float)
    check_all(np.isfinite(own), f"{name} must be finite", own)
    return read_only(own)


def _location(loc: ArrayLike, dim: int) -> Any:
    """Return a number as such, or a vector."""
    check_unmasked("loc", loc)
    number = copied(loc).ndim == 0
    vector = _vector("loc", loc, 1 if number else dim)
    return float(vector[0]) if number else vector


def _vectors(name: str, array: ArrayLike, dim: int) -> np.ndarray:
    """Return ``array`` as floats, or raise ValueError unless its last axis has the length dim."""
    found = real_array(name, array)
    if found.shape[-1:] != (dim,):
        raise ValueError(f"{name} must have shape (..., {dim}), got {found.shape}")
    return found


def _distance(
    x: np.ndarray, loc: Any, measure: Callable, log_measure: Callable
) -> tuple[np.ndarray, np.ndarray]:
    """``measure`` of x - loc, or of halves where that is out of range; its log, where it is."""
    with np.errstate(all="ignore"):
        length = measure(x - loc)
        if not np.isinf(length).any():
            return length, np.zeros_like(length)
        half = x / 2 - loc / 2
        return np.where(np.isinf(length), 2 * measure(half), length), np.log(2) + log_measure(half)


def _wave(u: np.ndarray, length: np.ndarray, law: Any) -> Any:
    """Value exp(-length^alpha + i u.loc)."""
    with np.errstate(all="ignore"):
        return _turned(np.exp(-(length**law.alpha)), u, law.loc)


def _turned(centred: np.ndarray, u: np.ndarray, loc: Any) -> Any:
    """Characteristic function of the law about 0 times exp(i u.loc): 0 x exp(i inf) is 0."""
    with np.errstate(all="ignore"):
        turned = centred * np.exp(1j * np.sum(u * loc, axis=-1))
    return np.where(centred == 0, 0.0, turned)[()]


def _mapped(drawn: np.ndarray, matrix: np.ndarray, loc: Any, units: Any = None) -> np.ndarray:
    """Return drawn @ matrix, times units, plus loc, in the type of what was drawn."""
    out = _product(drawn, matrix, units)
    sampling.move(out, loc, lambda: _product(drawn, matrix / 2, units))
    return out


def _product(drawn: np.ndarray, matrix: np.ndarray, units: Any) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        out = drawn @ matrix.astype(drawn.dtype)
        if units is not None:
            out *= units
    return out


def _vector(name: str, vector: ArrayLike, length: int) -> np.ndarray:
    """Return a number or an array as a vector."""
    check_unmasked(name, vector)
    own = copied(vector)
    found = _finite(name, own if own.ndim else np.full(length, own), 1)
    if len(found) != length:
        raise ValueError(f"{name} must be a number or of length {length}, got {len(found)}")
    return found
