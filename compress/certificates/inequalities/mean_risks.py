r"""Limits that hold for the mean risk over a posterior as well, and so for a randomised network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_number, plain, real_array
from stablenoise.kernels.arrays import Real

from .classifiers import ROUNDING, pinsker, rates_and_nats
from .divergences import inverse
from .ranges import check_deltas, check_nats, check_rates, check_sizes

ALPHA = 1 + 1e-4  # ratio of the grid of lambda in Catoni's union, as in the published tables


def catoni_at(q: ArrayLike, c: ArrayLike, slope: ArrayLike) -> Real:
    r"""Catoni's limit at one lambda, slope = lambda / n.

    .. math:: \Phi_g^{-1}(q + c / g), \qquad \Phi_g^{-1}(x) = (1 - e^{-g x}) / (1 - e^{-g})

    Parameters
    ----------
    q : array_like
        Error rates, in [0, 1].
    c : array_like
        Nats for each example, (KL + log(1 / delta)) / n, at least 0.
    slope : array_like
        g, positive and finite.  The limit holds if it was chosen before the sample.

    Returns
    -------
    float or ndarray
        In [0, 1], rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Its infimum over slopes is ``kl_upper(q, c)`` (derived: the dual of kl).

    References
    ----------
    Catoni (2007), theorem 1.2.6, as given in arXiv 1804.05862, theorem 2.1.

    Examples
    --------
    >>> from compress.certificates.inequalities import kl_upper
    >>> round(catoni_at(0.1, 0.05, 1.0), 6), round(kl_upper(0.1, 0.05), 6)
    (0.220357, 0.220079)

    """
    g = real_array("slope", slope)
    check_all((g > 0) & (g < np.inf), "slope must be positive and finite", g)
    return plain(_catoni_at(check_rates("q", q), check_nats("c", c), g))


def catoni(
    q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike, alpha: float = ALPHA
) -> Real:
    r"""Upper limit of the risk, by Catoni's bound with a union over lambda.

    .. math:: \inf_{\lambda > 1} \Phi_{\lambda/n}^{-1}\Bigl(q + \frac{\alpha}{\lambda} \Bigl[C
              + \log(1/\delta) + 2 \log\frac{\log(\alpha^2 \lambda)}{\log \alpha}\Bigr]\Bigr)

    Parameters
    ----------
    q, n, delta : array_like
        As in ``chernoff``.
    complexity : array_like
        KL(rho || pi) in nats, at least 0.
    alpha : float
        Ratio of the grid of lambda, above 1, chosen before the sample.

    Returns
    -------
    float or ndarray
        In [0, 1], rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Catoni (2007), theorem 1.2.6, as given in arXiv 1804.05862, theorem 2.1.

    Examples
    --------
    >>> round(catoni(0.1, 1000, 20.0, 0.05), 6)
    0.21317

    """
    return catoni_lambda(q, n, complexity, delta, alpha)[0]


def catoni_lambda(
    q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike, alpha: float = ALPHA
) -> tuple[Real, Real]:
    """Catoni's bound, as ``catoni``, and the lambda at which it is attained.

    Parameters
    ----------
    q, n, complexity, delta, alpha
        As in ``catoni``.

    Returns
    -------
    value : float or ndarray
        In [0, 1], rounded up.
    lambda : float or ndarray
        Above 1; at most 60 n.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> value, at = catoni_lambda(0.1, 1000, 20.0, 0.05)
    >>> round(value, 6), round(at)
    (0.21317, 888)

    """
    _check_ratio(alpha)
    q, n = check_rates("q", q), check_sizes(n)
    nats = check_nats("complexity", complexity) - np.log(check_deltas(delta))
    q, n, nats = np.broadcast_arrays(q, n, nats)

    def bound(log_lambda: np.ndarray) -> np.ndarray:
        charged = alpha * (nats + _union(log_lambda, alpha)) / n
        return _catoni_at(q, charged, np.exp(log_lambda) / n)

    # The bound holds for every lambda at once, so that any found by whatever means is valid.
    at = _minimiser(bound, np.full(q.shape, 1e-9), np.log(60 * n))
    return plain(bound(at)), plain(np.exp(at))


def catoni_union(log_lambda: ArrayLike, alpha: float = ALPHA) -> Real:
    r"""Nats that Catoni's bound charges for its union over lambda.

    .. math:: 2 \log\frac{\log(\alpha^2 \lambda)}{\log \alpha}

    Parameters
    ----------
    log_lambda : array_like
        Logarithm of lambda, at least 0.
    alpha : float
        Ratio of the grid of lambda, above 1.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Catoni (2007), theorem 1.2.6, as given in arXiv 1804.05862, theorem 2.1.

    Examples
    --------
    >>> round(catoni_union(np.log(888)), 4)
    22.2514

    """
    _check_ratio(alpha)
    return plain(_union(check_nats("log_lambda", log_lambda), alpha))


def _union(log_lambda: np.ndarray, alpha: float) -> np.ndarray:
    return 2 * np.log(2 + log_lambda / np.log(alpha))


def _check_ratio(alpha: float) -> None:
    check_number("alpha", alpha)
    if not 1 < alpha < np.inf:
        raise ValueError(f"alpha must be above 1 and finite, got {alpha}")


def _catoni_at(q: np.ndarray, c: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Catoni's limit, rounded up."""
    return np.minimum(1.0, np.expm1(-(g * q + c)) / np.expm1(-g) * (1 + ROUNDING))


def _minimiser(
    bound: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Where a function with one minimum has it, to 1e-9 of the range, by 6 ever finer grids."""
    for _ in range(6):
        grid = np.linspace(low, high, 65)
        best = np.argmin(bound(grid), axis=0)[None]
        low, middle, high = (
            np.take_along_axis(grid, np.clip(best + k, 0, 64), axis=0)[0] for k in (-1, 0, 1)
        )
    return middle


def maurer(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk, by Maurer's form of the PAC-Bayes-kl bound.

    .. math:: \max\{p : kl(q \| p) \le (KL + \log(2 \sqrt n / \delta)) / n\}

    Parameters
    ----------
    q, n, complexity, delta : array_like
        As in ``catoni``.

    Returns
    -------
    float or ndarray
        In [q, 1].

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The constant holds for every n: the sum that 2 sqrt(n) bounds is below it for n < 8 as well,
    where Maurer's proof does not go.

    References
    ----------
    Maurer (2004), A note on the PAC-Bayesian theorem, arXiv cs/0411099.

    Examples
    --------
    >>> round(maurer(0.1, 1000, 20.0, 0.05), 6)
    0.183887

    """
    return plain(inverse(*_rates_and_nats(q, n, complexity, delta), 1.0))


def mcallester(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk, by McAllester's bound: ``maurer`` relaxed by Pinsker's inequality.

    .. math:: q + \sqrt{(KL + \log(2 \sqrt n / \delta)) / (2 n)}

    Parameters
    ----------
    q, n, complexity, delta : array_like
        As in ``catoni``.

    Returns
    -------
    float or ndarray
        In [q, 1], rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(mcallester(0.1, 1000, 20.0, 0.05), 6)
    0.216496

    """
    return plain(pinsker(*_rates_and_nats(q, n, complexity, delta)))


def quadratic(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk, by the quadratic relaxation of ``maurer``, good at small q.

    .. math:: (\sqrt{q + c} + \sqrt c)^2, \qquad c = (KL + \log(2 \sqrt n / \delta)) / (2 n)

    Parameters
    ----------
    q, n, complexity, delta : array_like
        As in ``catoni``.

    Returns
    -------
    float or ndarray
        In [q, 1], rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    The objective ``fquad`` of github.com/mperezortiz/PBB, ``pbb/bounds.py``.

    Examples
    --------
    >>> round(quadratic(0.1, 1000, 20.0, 0.05), 6)
    0.205662

    """
    q, c = _rates_and_nats(q, n, complexity, delta)
    # This c is twice that of the formula.
    limit = (np.sqrt(q + c / 2) + np.sqrt(c / 2)) ** 2
    return plain(np.minimum(1.0, limit * (1 + ROUNDING)))


def _rates_and_nats(
    q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """As ``rates_and_nats``, with log(2 sqrt n) more."""
    q, c = rates_and_nats(q, n, complexity, delta)
    n = check_sizes(n)
    return q, c + np.log(4 * n) / (2 * n)
