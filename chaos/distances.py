r"""Distances of samples that are sound where moments are infinite.

All are metrics of the two empirical laws: two samples of one law differ by something of the order
of n^(-1/2).  ``ecf``, ``sliced_ecf``, ``mmd`` and ``arcsinh_wasserstein`` need no moment.
``wasserstein`` and ``energy`` need the moment of their order; given the index alpha of the tails
they refuse an order that has none.  Close to alpha they are noise: of two samples of one law with
alpha = 1.2 the W_1 distance does not fall with their size.

SciPy has more that is sound here: ``stats.ks_2samp``, and ``stats.kstest`` with ``Stable.cdf``;
``stats.cramervonmises_2samp``; ``stats.epps_singleton_2samp``; ``stats.energy_distance`` (exponent
1, alpha > 1, by sorting); for p-values of any distance here ``stats.permutation_test``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf, isfinite, sqrt
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from stablenoise import Lane, NoiseField
from stablenoise.checks import check_integer, check_number, check_positive, on_one_device
from stablenoise.kernels.arrays import Array, array_module

from .checks import check_exponent, check_moment, check_units, flat, rows
from .frequencies import FREQUENCIES, Law, law_cf, turn_sums, weighted_square
from .pairwise import of_common_size, row_distances

__all__ = ["arcsinh_wasserstein", "ecf", "energy", "mmd", "sliced_ecf", "wasserstein"]

BLOCK_VALUES = 1 << 16  # that are transformed at a time; of pairs, 64 times as many


def ecf(x: ArrayLike, y: ArrayLike | Law, unit: float = 1.0) -> float:
    r"""Distance of the characteristic functions of two samples, or of a sample and a law.

    .. math:: d^2 = \sum_{k=1}^{40} w_k |\phi_x(k\delta) - \phi_y(k\delta)|^2, \qquad
              \delta = 0.1 / unit, \quad w_k \propto e^{-(k\delta\,unit)^2 / 2}, \quad \sum w_k = 1

    Parameters
    ----------
    x : array_like, shape (n,)
    y : array_like, shape (m,), or a law
        A law is what has a ``cf``, as ``Stable`` with numbers for parameters.
    unit : float
        Positive: the length on which differences matter, in the unit of x.

    Returns
    -------
    float
        In [0, 2], dimensionless.  For two samples of one law its square is on average
        (1/n + 1/m) times the weighted mean of 1 - \|phi\|^2; with a law for y, 1/n times that.

    Raises
    ------
    ValueError
        If a sample is empty, not flat, or not finite (divided by the unit, too), y is no law of
        one variable, or unit is not positive.

    Notes
    -----
    The frequencies are those of a circle: two laws that are equal when wrapped on a circle of
    20 pi units have distance 0.  The 40 frequencies are powers of one exponential, so that they
    cost little more than a few.  Memory is that of the samples and some MB.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> x = Stable(1.2).rvs(10_000, rng=1)
    >>> ecf(x, Stable(1.2)) < 0.01 < 0.03 < ecf(x, Stable(1.5))
    True

    """
    unit = check_positive("unit", unit)
    ours = _cf(_blocks("x", flat("x", x), unit))
    if hasattr(y, "cf"):
        theirs = law_cf(cast(Law, y), unit)
    else:
        theirs = _cf(_blocks("y", flat("y", y), unit))
    return sqrt(weighted_square(ours - theirs))


def sliced_ecf(
    x: ArrayLike, y: ArrayLike, unit: float = 1.0, directions: int = 32, seed: int = 0
) -> float:
    """Root mean square of the ``ecf`` distances of projections on random directions.

    Parameters
    ----------
    x, y : array_like, shape (n, d) and (m, d)
    unit : float
        Positive, in the unit of x.
    directions : int
        Number of random unit vectors, at least 1.
    seed : int
        In [0, 2^64), of the directions: compare distances with the same seed only.

    Returns
    -------
    float
        In [0, 2], dimensionless.

    Raises
    ------
    ValueError
        If a sample is empty, of another shape, or not finite (divided by the unit, too), or a
        number is out of range.

    Notes
    -----
    Time grows like directions (n + m) (d + 40); memory is that of the samples and some MB.

    Examples
    --------
    >>> from stablenoise.noises import independent, isotropic
    >>> x, y, z = (
    ...     NoiseField(1.5, seed, noise).at(range(10_000), 0, 2)
    ...     for seed, noise in enumerate((isotropic, isotropic, independent))
    ... )
    >>> sliced_ecf(x, y) < 0.02 < sliced_ecf(x, z)
    True

    """
    unit = check_positive("unit", unit)
    directions = check_integer("directions", directions, 1, 2**32)
    ours, theirs = _alike(x, y)
    # Gaussian vectors prefer no direction, so that these are uniform on the sphere.
    axes = NoiseField(2.0, seed, lane=Lane.INITIAL).at(range(directions), 0, ours.shape[1])
    axes /= np.linalg.norm(axes, axis=1)[:, None]
    total = 0.0
    for axis in array_module(ours).asarray(axes):
        samples = ("x", ours), ("y", theirs)
        one, other = (_cf(part @ axis for part in _blocks(*sample, unit)) for sample in samples)
        total += weighted_square(one - other)
    return sqrt(total / directions)


def mmd(x: ArrayLike, y: ArrayLike, unit: float = 1.0) -> float:
    r"""Maximum mean discrepancy of a Gaussian kernel, exp(-\|x - y\|^2 / (2 unit^2)).

    Parameters
    ----------
    x, y : array_like, shape (n,) and (m,), or (n, d) and (m, d)
    unit : float
        Positive, in the unit of x.

    Returns
    -------
    float
        In [0, sqrt(2)], dimensionless: the root of the V-statistic, which counts all pairs.

    Raises
    ------
    ValueError
        If a sample is empty, of another shape, or not finite (divided by the unit, too), or unit
        is not positive.

    Notes
    -----
    All pairs are formed, 4 million at a time (some 70 MB): for sizes up to about 1e5.

    References
    ----------
    Gretton et al. (2012), J. Mach. Learn. Res. 13, 723-773.

    Examples
    --------
    >>> print(f"{mmd([0.0], [2.0]):.6f}")  # sqrt(2 - 2 e^-2)
    1.315040

    """
    unit = check_positive("unit", unit)
    ours, theirs = _alike(x, y)
    check_units("x", ours, unit)
    check_units("y", theirs, unit)
    # For nearly equal samples rounding may leave a little less than 0.
    return sqrt(max(0.0, -_energy(ours / unit, theirs / unit, _gaussian)))


def wasserstein(x: ArrayLike, y: ArrayLike, p: float = 1.0, alpha: float | None = None) -> float:
    r"""Wasserstein distance W_p of two flat samples, by sorting.

    Parameters
    ----------
    x, y : array_like, shape (n,) and (m,)
    p : float
        Order, in [1, inf): below 1 sorting does not give the best transport plan.
    alpha : float, optional
        Index of the tails, if known: then p must lie below it, unless it is 2.

    Returns
    -------
    float
        In the unit of x; inf beyond the floats.

    Raises
    ------
    ValueError
        If a sample is empty, not finite or not flat, or p is out of range.

    Notes
    -----
    Memory is linear.  For samples of equal size it takes a small part of the time of
    ``scipy.stats.wasserstein_distance``, which also allows weights.

    Examples
    --------
    >>> wasserstein([0.0, 1.0], [5.0, 3.0], p=2)
    3.5355339059327378

    """
    ours, theirs = np.sort(flat("x", x)), np.sort(flat("y", y))
    on_one_device("x and y", ours, theirs)
    p = check_number("p", p)
    if not 1 <= p < inf:
        raise ValueError(f"p must lie in [1, inf), got {p}")
    check_moment("p", p, alpha)
    (ours, theirs), exponent = of_common_size(ours, theirs)
    gaps, shares = _sorted_gaps(ours, theirs)
    top = float(gaps.max()) or 1.0  # the power of the largest gap is 1: it cannot underflow
    distance = top * float(((gaps / top) ** p * shares).sum()) ** (1 / p)
    with np.errstate(over="ignore"):
        return float(np.ldexp(distance, exponent))


def arcsinh_wasserstein(x: ArrayLike, y: ArrayLike, unit: float = 1.0) -> float:
    """W_1 distance of arcsinh(x / unit) and arcsinh(y / unit), finite for all tails.

    It compares values below the unit as they are, and values far above it by their logarithms.

    Parameters
    ----------
    x, y : array_like, shape (n,) and (m,)
    unit : float
        Positive, in the unit of x.

    Returns
    -------
    float
        Dimensionless; finite for every tail index.

    Raises
    ------
    ValueError
        If a sample is empty, not finite or not flat, or unit is not positive.

    Examples
    --------
    >>> arcsinh_wasserstein([0.0, 1e9], [0.0, 1e10]) < 1.2
    True

    """
    unit = check_positive("unit", unit)
    return wasserstein(_arcsinh(flat("x", x), unit), _arcsinh(flat("y", y), unit))


def energy(x: ArrayLike, y: ArrayLike, exponent: float, alpha: float | None = None) -> float:
    r"""Energy distance, of distances to a power, as a metric.

    .. math:: d^2 = 2 E|X - Y|^s - E|X - X'|^s - E|Y - Y'|^s

    Parameters
    ----------
    x, y : array_like, shape (n,) and (m,), or (n, d) and (m, d)
    exponent : float
        s, in (0, 2).
    alpha : float, optional
        Index of the tails, if known: then the exponent must lie below it.

    Returns
    -------
    float
        In the unit of x to the power s / 2, over all pairs (the V-statistic).

    Raises
    ------
    ValueError
        If a sample is empty, not finite or of another shape, or the exponent is out of range.

    Notes
    -----
    All pairs are formed, 4 million at a time (some 70 MB): for sizes up to about 1e5.  Flat samples
    and exponent 1: ``scipy.stats.energy_distance`` sorts.

    References
    ----------
    Szekely & Rizzo (2013), J. Stat. Plan. Inference 143, 1249-1272.

    Examples
    --------
    >>> energy([0.0], [4.0], exponent=0.5)
    2.0

    """
    exponent = check_exponent(exponent)
    check_moment("exponent", exponent, alpha)
    (ours, theirs), octaves = of_common_size(*_alike(x, y))
    square = max(0.0, _energy(ours, theirs, lambda a, b: row_distances(a, b) ** exponent))
    unit = 2.0 ** (exponent * octaves / 2)
    if not isfinite(square * unit * unit):
        raise ValueError(f"means of distances to the power {exponent} must be finite, got inf")
    return sqrt(square) * unit


def _arcsinh(x: Array, unit: float) -> Array:
    """Return arcsinh(x / unit), by logarithms where the quotient overflows."""
    with np.errstate(over="ignore"):
        values = np.arcsinh(x / unit)
    far = x[np.isinf(values)]
    values[np.isinf(values)] = np.copysign(np.log(2.0) + np.log(abs(far)) - np.log(unit), far)
    return values


def _gaussian(a: Array, b: Array) -> Array:
    if array_module(a) is np:
        return np.exp(-0.5 * cdist(a, b, "sqeuclidean"))
    squares = ((a[:, j, None] - b[:, j]) ** 2 for j in range(a.shape[1]))
    return np.exp(-0.5 * sum(squares))


def _alike(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Both samples as rows of equal length."""
    ours, theirs = rows("x", x), rows("y", y)
    on_one_device("x and y", ours, theirs)
    if ours.shape[1] != theirs.shape[1]:
        raise ValueError(f"x and y must have equal columns, got {ours.shape} and {theirs.shape}")
    return ours, theirs


def _blocks(name: str, x: Array, unit: float) -> Iterable[Array]:
    """Blocks of a sample, divided by the unit."""
    check_units(name, x, unit)
    return (x[low : low + BLOCK_VALUES] / unit for low in range(0, len(x), BLOCK_VALUES))


def _cf(blocks: Iterable[Array]) -> np.ndarray:
    """Characteristic function of a sample at its frequencies."""
    sums, n = np.zeros(FREQUENCIES, complex), 0
    for block in blocks:
        sums += turn_sums(block)
        n += block.size
    return sums / n


def _sorted_gaps(x: Array, y: Array) -> tuple[Array, Array | float]:
    """Gaps between the quantile functions of two sorted samples, and the probability of each."""
    if x.size == y.size:
        return abs(x - y), 1 / x.size
    # Probabilities at which a quantile function jumps, times n m: integers, so that ties are exact.
    count = array_module(x).arange
    jumps = np.concatenate([count(x.size) * y.size, count(y.size) * x.size])
    jumps = np.sort(jumps, kind="stable")  # merges the two sorted halves
    whole = x.size * y.size
    return abs(x[jumps // y.size] - y[jumps // x.size]), np.diff(jumps, append=whole) / whole


def _energy(x: Array, y: Array, kernel: Callable) -> float:
    """2 E k(X, Y) - E k(X, X') - E k(Y, Y') for a kernel k."""
    return 2 * _mean(x, y, kernel) - _mean(x, x, kernel) - _mean(y, y, kernel)


def _mean(x: Array, y: Array, kernel: Callable) -> float:
    """Mean of a kernel over all pairs."""
    height = max(1, 64 * BLOCK_VALUES // len(y))
    parts = (float(kernel(x[low : low + height], y).sum()) for low in range(0, len(x), height))
    return sum(parts) / len(x) / len(y)
