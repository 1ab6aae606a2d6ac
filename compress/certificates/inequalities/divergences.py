r"""The divergence of Bernoulli laws, and its two inverses, rounded to the safe side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, rel_entr

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .ranges import check_nats, check_rates

EPS = float(np.finfo(float).eps)
KL_ERROR = 16 * EPS  # of bernoulli_kl, at most 4 EPS against mpmath, and of nats for each example
LEAST_ERROR = 1e-320  # absolute errors below the normal floats


def kl(q: ArrayLike, p: ArrayLike) -> Real:
    r"""Divergence of Bernoulli(p) from Bernoulli(q), in nats.

    .. math:: kl(q \| p) = q \log(q / p) + (1 - q) \log((1 - q) / (1 - p))

    Parameters
    ----------
    q, p : array_like
        Probabilities, in [0, 1].

    Returns
    -------
    float or ndarray
        At least 0; inf where p is 0 or 1 and q is not.  Its relative error is a few ulps, also
        where p and q nearly agree and the two terms cancel.

    Raises
    ------
    ValueError
        If a probability is out of range.

    Examples
    --------
    >>> round(kl(0.1, 0.5), 6), kl(0.0, 0.0), kl(0.5, 1.0)
    (0.368064, 0.0, inf)

    """
    return plain(bernoulli_kl(check_rates("q", q), check_rates("p", p)))


def kl_upper(q: ArrayLike, c: ArrayLike) -> Real:
    r"""Largest p with kl(q \|\| p) <= c, rounded up.

    Parameters
    ----------
    q : array_like
        Probabilities, in [0, 1].
    c : array_like
        Nats, at least 0; inf is allowed.

    Returns
    -------
    float or ndarray
        In [q, 1], never below the exact inverse, and within some ulps of it.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Newton's method, then bisection over the floats, until kl less its own error is at least c.  At
    q = 0 the inverse is 1 - exp(-c).

    Examples
    --------
    >>> print(f"{kl_upper(0.1, 0.05):.10f} {kl_upper(0.35, 1.5512):.10f}")
    0.2200786011 0.9653883899

    """
    return plain(inverse(check_rates("q", q), check_nats("c", c), 1.0))


def kl_lower(q: ArrayLike, c: ArrayLike) -> Real:
    r"""Smallest p with kl(q \|\| p) <= c, rounded down.

    Parameters
    ----------
    q : array_like
        Probabilities, in [0, 1].
    c : array_like
        Nats, at least 0; inf is allowed.

    Returns
    -------
    float or ndarray
        In [0, q], never above the exact inverse, and within some ulps of it times 1 + abs(log p).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> print(f"{kl_lower(0.1, 0.05):.10f} {kl_lower(1.0, 0.5):.10f}")  # exp(-0.5)
    0.0312783963 0.6065306597

    """
    return plain(inverse(check_rates("q", q), check_nats("c", c), 0.0))


def bernoulli_kl(q: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Divergence, as a sum of two terms not negative: q log(q / p) + p - q, and its mirror."""
    return _half(q, p, p - q) + _half(1 - q, 1 - p, q - p)


def _half(q: np.ndarray, p: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return q log(q / p) + d, d = p - q; near p = q by the series in r = d / (p + q)."""
    # There q log(q / p) and p - q nearly cancel.
    near = abs(d) < q / 2
    r = np.where(near, d, 0.0) / np.where(near, p + q, 1.0)
    square, series = r * r, np.zeros_like(r)
    for odd in range(35, 1, -2):  # r^2 < 1/9: the first term left out is below 1e-17 of the sum
        series = series * square + 1 / odd
    return np.where(near, d * r - 2 * q * r * square * series, d + rel_entr(q, p))


def inverse(q: np.ndarray, c: np.ndarray, end: float) -> np.ndarray:
    """First float p from q towards end with kl(q, p) certainly at least c; or end; q if c = 0."""
    q, c = np.broadcast_arrays(q + 0.0, c)  # + 0.0: -0.0 would be the last float, not the first

    def good(p: np.ndarray) -> np.ndarray:
        return bernoulli_kl(q, p) * (1 - KL_ERROR) - LEAST_ERROR >= c

    # Positive floats are ordered as their bits are, as integers: a window of so many ulps about
    # Newton's answer is checked at both ends, so that what is halved holds the inverse for certain.
    guess = _bits(_newton(q, c, end))
    low, high = np.minimum(_bits(q), _bits(end)), np.maximum(_bits(q), _bits(end))
    window = 64 if end else 1 << 15  # ulps; log p below, which may be -745, is a few ulps wrong
    below, above = (_floats(np.clip(guess + w, low, high)) for w in (-window, window))
    inner, outer = (below, above) if end else (above, below)
    inner, outer = np.where(good(inner), q, inner), np.where(good(outer), outer, end)
    return np.where(c == 0, q, first_good(good, inner, outer))


def _newton(q: np.ndarray, c: np.ndarray, end: float) -> np.ndarray:
    """About the inverse of kl, by Newton's method in log abs(end - p), monotone from outside."""
    with np.errstate(all="ignore"):
        p = start = _outside(q, c, end)
        # Newton's steps converge quadratically, and what is still wrong ``inverse`` puts right.
        for _ in range(6):
            step = (bernoulli_kl(q, np.clip(p, 0, 1)) - c) * abs(1 - end - p) / abs(p - q)
            p = p + (p - end) * np.expm1(step)
    return np.where(np.isfinite(p), np.clip(p, 0, 1), start)


def _outside(q: np.ndarray, c: np.ndarray, end: float) -> np.ndarray:
    """The closest to q of four bounds of the inverse of kl; m, the mass to lose, is abs(end - q).

    With d = abs(p - q), kl is at least 2 d^2, d^2 / (2 m), d^2 / (2 (1 - m + d)) and
    -m log(abs(end - p)) less the entropy of q.
    """
    mass, rest = (1 - q, q) if end else (q, 1 - q)
    far = np.exp(-(c + entr(q) + entr(1 - q)) / mass)
    bounds = np.sqrt(c / 2), np.sqrt(2 * c * mass), c + np.sqrt(c * c + 2 * c * rest)
    d = np.minimum.reduce(bounds)
    return np.minimum(q + d, 1 - far) if end else np.maximum(q - d, far)


def first_good(
    good: Callable[[np.ndarray], np.ndarray], inner: np.ndarray, outer: np.ndarray
) -> np.ndarray:
    """First float from inner (not good) towards outer (good) that is good, if good is monotone."""
    bad, fine = _bits(inner), _bits(outer)
    # At all times bad is not good and fine is; both are integers, so that the loop ends.
    while (abs(fine - bad) > 1).any():
        middle = bad + (fine - bad) // 2
        reached = good(_floats(middle))
        bad, fine = np.where(reached, bad, middle), np.where(reached, middle, fine)
    return _floats(fine)


def _bits(x: ArrayLike) -> np.ndarray:
    """Rank of a float among all that are not negative."""
    return np.asarray(x, dtype=float).view(np.int64)


def _floats(bits: np.ndarray) -> np.ndarray:
    """Floats of these ranks."""
    return bits.view(np.float64)
