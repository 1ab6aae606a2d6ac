r"""Spectral measures of stable vectors, from empirical characteristic functions.

At a frequency t, with :math:`u_j = t \cdot s_j`, masses w_j at directions s_j make

.. math:: -\log\varphi(t) = \sum_j w_j \bigl[|u_j|^\alpha - i \tan\tfrac{\pi\alpha}{2}
          (\operatorname{sign}(u_j) |u_j|^\alpha - u_j)\bigr] - i\,t\cdot\mu,

which is linear in the masses and in mu, the location of the S0 form, and continuous in alpha: it is
solved by least squares with masses that are not negative.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls
from scipy.special import ndtri

from ..checks import check_all, check_finite, check_integer, copied, real_array, told
from ..multivariate import DiscreteSpectral
from .matrices import check_height, column_names, finite_matrix, power_of_two
from .spectral_fit import SpectralFit

__all__ = ["spectral"]

RADII = np.array([0.15, 0.3, 0.5, 0.75, 1.0, 1.3])  # of frequencies, in inverse half ranges
FEWEST = {1: 2, 2: 24}  # frequencies' directions, both ways, by the dimension; else 12 d
LEAST_SHARE = 0.05  # of the largest half range, below which a direction has the same frequencies
RANGE = 0.1, 1.99  # of alpha, if it is estimated
LARGEST_ALPHA = 2.0
NEAR = 1e-9  # least distance of the modulus from 0 and 1
ROWS_AT_ONCE = 4096
GOLDEN = (math.sqrt(5) - 1) / 2


def spectral(
    X: ArrayLike, *, alpha: float | None = None, directions: int | ArrayLike | None = None
) -> SpectralFit:
    r"""Spectral measure with atoms at given directions, alpha and location of stable vectors.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Independent rows, n above d; one unit for all coordinates, in which directions are meant.
    alpha : float, optional
        In [0.1, 2), if it is known; else it is that of the projections.
    directions : int or array_like, shape (m, d), optional
        How many, in equal shares for each half space, or which: of any length but 0.  24 in two
        dimensions, by equal angles from (1, 0) on; else 12 d, evenly spread and the same each time.

    Returns
    -------
    SpectralFit
        With the law as ``params``, in the S1 form.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, there are fewer than d + 1 rows, or all are
        equal.

    Notes
    -----
    Characteristic functions of rows are taken along directions at six frequencies each, in units
    of the spread there.  Logarithms of their moduli are powers of the frequency: the mean of the
    exponents is alpha.  Masses and the location are then least squares, weighted by the precision
    of logarithms.  The masses of neighbours are hardly told apart where alpha is near 2, at which a
    spectral measure is not determined, nor in general where atoms are many and rows are few: the
    law is estimated better than its measure.  Where alpha is near 1 the location, of the S1 form,
    is far from the data unless the measure is symmetric.

    References
    ----------
    Nolan, Panorska & McCulloch (2001), Estimation of stable spectral measures, Mathematical and
    Computer Modelling 34, 1113-1122.

    Examples
    --------
    >>> law = DiscreteSpectral(1.5, [[1.0, 0.0], [0.0, 1.0]], [1.0, 2.0])
    >>> fit = spectral(law.rvs(5000, rng=1), directions=[[1, 0], [0, 1], [-1, 0], [0, -1]])
    >>> print(fit.masses.round(1))
    [1.  1.9 0.  0. ]

    """
    x, names = finite_matrix("X", X), column_names(X)
    n, d = x.shape
    if alpha is not None:
        alpha = check_finite("alpha", alpha)
        good = RANGE[0] <= alpha < LARGEST_ALPHA
        check_all(good, f"alpha must lie in [{RANGE[0]}, {LARGEST_ALPHA:g})", alpha)
    atoms = _directions(directions, d)
    check_height("X", n, d + 1)
    first = power_of_two(np.abs(x).max())
    z = x / first
    middle = np.median(z, axis=0)
    z = z - middle
    second = _unit_of(z)
    frequencies = _frequencies(z / second, atoms)
    values = empirical(z / second, frequencies.reshape(-1, d))
    index, error = _index(z / second, frequencies, values) if alpha is None else (alpha, 0.0)
    at_bound = ("alpha",) if alpha is None and index in RANGE else ()
    weights = np.abs(values) * np.sqrt(n / np.maximum(1 - np.abs(values) ** 2, NEAR))
    logs = -np.log(np.abs(values)) - 1j * unwrapped(values, frequencies)
    masses, shift = solved(logs, frequencies.reshape(-1, d), index, atoms, weights)
    if not masses.any():
        raise ValueError(f"X must have a spread at some direction, got {told(masses.tolist())}")
    unit = float(first * second)
    loc = first * middle + unit * (shift - _from_s1(index, unit, masses @ atoms))
    masses = _in_unit(masses, unit, index)
    law = DiscreteSpectral(index, atoms[masses > 0], masses[masses > 0], loc)
    return SpectralFit(
        law, names, index, atoms, masses, loc, {"alpha": error if not at_bound else math.nan},
        at_bound, n,
    )  # fmt: skip


def _in_unit(masses: np.ndarray, unit: float, alpha: float) -> np.ndarray:
    """Masses in another unit, or ValueError where they are not in the range of floats."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        moved = masses * np.power(unit, alpha)
    good = np.isfinite(moved) & (moved > 0) | (masses == 0)
    rule = "X must be in a unit whose power alpha is in the range of floats"
    if not good.all():
        raise ValueError(f"{rule}, got numbers of about {unit:.0e}")
    return moved


def _directions(directions: int | ArrayLike | None, d: int) -> np.ndarray:
    """Directions of length 1: those given, or evenly spread ones and their opposites."""
    if directions is None:
        return evenly_spread(FEWEST.get(d, 12 * d), d)
    if copied(directions).ndim == 0:  # of rows of several lengths too
        count = check_integer("directions", directions, 2, 2**20)  # type: ignore[arg-type]
        if count % 2:
            raise ValueError(f"directions must be even, with their opposites, got {count}")
        return evenly_spread(count, d)
    given = real_array("directions", directions)
    if given.ndim != 2 or given.shape[1] != d or not len(given):
        raise ValueError(f"directions must be of shape (m, {d}), got shape {given.shape}")
    check_all(np.isfinite(given), "directions must be finite", given)
    largest = np.max(np.abs(given), axis=1, keepdims=True)
    check_all(largest > 0, "directions must have a length", largest)
    unit = given / largest
    return np.asarray(unit / np.linalg.norm(unit, axis=1, keepdims=True))


def evenly_spread(count: int, d: int) -> np.ndarray:
    """Directions, with the opposite of each: angles, a spiral, or a lattice of normal quantiles."""
    half = np.arange(count // 2)
    if d == 1:
        return np.array([[1.0], [-1.0]])
    if d == 2:
        angles = math.pi * half / len(half)
        there = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    elif d == 3:
        height = (half + 0.5) / len(half)
        turns, flat = 2 * math.pi * GOLDEN * half, np.sqrt(1 - height**2)
        there = np.stack([flat * np.cos(turns), flat * np.sin(turns), height], axis=1)
    else:
        root = 1.5
        for _ in range(60):
            root = (1 + root) ** (1 / (d + 1))  # the lattice of powers of a generalised golden mean
        there = ndtri((0.5 + (half[:, None] + 1) * root ** -np.arange(1.0, d + 1)) % 1)
        there = there / np.linalg.norm(there, axis=1, keepdims=True)
    return np.concatenate([there, -there])


def _unit_of(z: np.ndarray) -> float:
    """A power of 2 near half the range of the middle half of coordinates, the largest."""
    low, high = np.quantile(z, [0.25, 0.75], axis=0)
    half = np.max(high - low) / 2 or np.mean(np.abs(z))
    if half == 0:
        raise ValueError(f"X must not have all rows equal, got {len(z)} that are")
    return float(power_of_two(half))


def _frequencies(z: np.ndarray, atoms: np.ndarray) -> np.ndarray:
    """Frequencies, (directions, radii, d), along half of evenly spread directions and of atoms."""
    d = z.shape[1]
    spread = evenly_spread(FEWEST.get(d, 12 * d), d)
    along = np.concatenate([spread[: len(spread) // 2], _halved(atoms)])
    low, high = np.quantile(z @ along.T, [0.25, 0.75], axis=0)
    half = np.maximum((high - low) / 2, LEAST_SHARE * np.max(high - low))
    half = np.where(half > 0, half, 1.0)
    return along[:, None, :] * (RADII[:, None] / half[:, None, None])


def _halved(atoms: np.ndarray) -> np.ndarray:
    """One of each two opposite directions, none of them twice."""
    first = np.argmax(np.abs(atoms) > 1e-9, axis=1)
    signs = np.sign(atoms[np.arange(len(atoms)), first])
    return np.unique((atoms * signs[:, None]).round(12), axis=0)


def empirical(z: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Means of exp(i t.z) over the rows, for each frequency t."""
    total = np.zeros(len(frequencies), dtype=complex)
    for low in range(0, len(z), ROWS_AT_ONCE):
        total += np.exp(1j * (z[low : low + ROWS_AT_ONCE] @ frequencies.T)).sum(axis=0)
    mean = total / len(z)
    size = np.abs(mean)
    return mean / np.maximum(size, 1e-300) * np.clip(size, NEAR, 1 - NEAR)


def unwrapped(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Arguments, continuous along each direction from frequency 0 on."""
    angles = np.angle(values).reshape(frequencies.shape[:2])
    return np.unwrap(np.concatenate([np.zeros((len(angles), 1)), angles], axis=1))[:, 1:].ravel()


def _index(z: np.ndarray, frequencies: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Mean slope of log(-log |phi|) in the log frequency, and its standard error."""
    n, ways, d = len(z), len(frequencies), frequencies.shape[-1]
    logs = np.log(RADII) - np.mean(np.log(RADII))
    slopes = np.tile(logs / np.sum(logs**2), ways) / ways
    size = np.abs(values)
    alpha = float(slopes @ np.log(-np.log(size)))
    # What a row adds to log(-log |phi|) is Re(exp(i t.z) conj(phi)) / (|phi|^2 log |phi|)
    factors = slopes * np.conj(values) / (size**2 * np.log(size))
    flat, parts = frequencies.reshape(-1, d), []
    for low in range(0, n, ROWS_AT_ONCE):
        parts.append((np.exp(1j * (z[low : low + ROWS_AT_ONCE] @ flat.T)) @ factors).real)
    error = float(np.std(np.concatenate(parts)) / math.sqrt(n))
    return float(np.clip(alpha, *RANGE)), error


def solved(
    logs: np.ndarray, frequencies: np.ndarray, alpha: float, atoms: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Masses at the atoms, and the location of the S0 form, from -log phi at frequencies."""
    terms = per_mass(frequencies @ atoms.T, alpha)
    both = np.concatenate([frequencies, -frequencies], axis=1)  # a location is any number
    design = np.concatenate(
        [
            np.concatenate([terms.real, np.zeros_like(both)], axis=1),
            np.concatenate([terms.imag, -both], axis=1),
        ]
    )
    twice = np.concatenate([weights, weights])
    target = np.concatenate([logs.real, logs.imag]) * twice
    design = design * twice[:, None]
    units = np.linalg.norm(design, axis=0)
    found = nnls(design / units, target)[0] / units
    m, d = len(atoms), frequencies.shape[1]
    return found[:m], found[m : m + d] - found[m + d :]


def per_mass(u: np.ndarray, alpha: float) -> np.ndarray:
    """What a mass 1 adds to -log phi where t.s = u, in the S0 form."""
    size = np.abs(u)
    log = np.log(np.where(size > 0, size, 1.0))
    away = alpha - 1
    # sign |u|^alpha - u = u (|u|^(alpha - 1) - 1), and tan(pi alpha / 2) = -1 / tan(pi away / 2)
    if away == 0:
        odd = u * log * (2 / math.pi)
    else:
        odd = u * np.expm1(away * log) / math.tan(math.pi * away / 2)
    return size**alpha + 1j * odd


def _from_s1(alpha: float, unit: float, moment: np.ndarray) -> np.ndarray:
    """Location of the S0 form in a unit less that of the S1 form, over the unit.

    ``moment`` is the sum of masses times directions, in this unit.  At alpha = 1 it depends on it.
    """
    if alpha == 1:
        return 2 / math.pi * math.log(unit) * moment
    return -moment / math.tan(math.pi * (alpha - 1) / 2)
