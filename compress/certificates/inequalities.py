r"""Upper limits of a risk from an error rate, a sample size and a complexity in nats.

Every function works element by element and broadcasts.  ``q`` is an error rate on n examples,
``complexity`` is the divergence KL(rho || pi) of a posterior from a prior, or the negative log of
the prior mass of a single classifier, in nats; ``delta`` is the probability with which the limit
may fail.  Limits above 1 are returned as 1.

Which holds for what: ``hoeffding``, ``chernoff`` and ``binomial_tail`` for classifiers of a prior
mass each (and so after choosing among them); ``catoni``, ``maurer``, ``mcallester`` and
``quadratic`` also for the mean risk of a randomised one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, entr, gammaln, log1p, rel_entr

from stablenoise.checks import check_all, check_number, plain, real_array

EPS = float(np.finfo(float).eps)
ALPHA = 1 + 1e-4  # ratio of the grid of lambda in Catoni's union, as in the published tables
KL_ERROR = 16 * EPS  # of _kl, at most 4 EPS against mpmath, and of nats for each example
ROUNDED = 16 * EPS  # of closed forms in nats for each example, at most 8 EPS against mpmath
TINIEST = 1e-320  # absolute errors below the normal floats
COUNTS = 2.0**53  # integers below are floats


def kl(q: ArrayLike, p: ArrayLike) -> Any:
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
    return plain(_kl(check_rates("q", q), check_rates("p", p)))


def kl_upper(q: ArrayLike, c: ArrayLike) -> Any:
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
    return plain(_inverse(check_rates("q", q), _nonnegative("c", c), 1.0))


def kl_lower(q: ArrayLike, c: ArrayLike) -> Any:
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
    return plain(_inverse(check_rates("q", q), _nonnegative("c", c), 0.0))


def hoeffding(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk of a classifier at most, by Hoeffding's inequality.

    .. math:: q + \sqrt{(C + \log(1 / \delta)) / (2 n)}

    Parameters
    ----------
    q, n, complexity, delta : array_like
        As in ``chernoff``.

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
    >>> round(hoeffding(0.1, 1000, 20.0, 0.05), 6)
    0.207228

    """
    return plain(_pinsker(*_point_mass(q, n, complexity, delta)))


def chernoff(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk of a classifier at most, by Chernoff's inequality.

    .. math:: \max\{p : kl(q \| p) \le (C + \log(1 / \delta)) / n\}

    Parameters
    ----------
    q : array_like
        Error rates on the sample, in [0, 1].
    n : array_like
        Examples, positive integers.
    complexity : array_like
        Negative log of the prior mass of the classifier, in nats, at least 0.
    delta : array_like
        In (0, 1).

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
    It is also the infimum over lambda of Catoni's bound without a union over lambda
    (``catoni_at``): classifiers of a prior mass each do not need the union.

    References
    ----------
    Langford (2005), J. Mach. Learn. Res. 6, 273-306, for the union over classifiers.

    Examples
    --------
    >>> round(chernoff(0.1, 1000, 20.0, 0.05), 6)
    0.176239

    """
    return plain(_inverse(*_point_mass(q, n, complexity, delta), 1.0))


def binomial_log_cdf(errors: ArrayLike, n: ArrayLike, p: ArrayLike) -> Any:
    r"""Log of the probability of at most so many errors among n, each with probability p.

    Parameters
    ----------
    errors : array_like
        Integers in [0, n].
    n : array_like
        Positive integers.
    p : array_like
        Probabilities, in [0, 1].

    Returns
    -------
    float or ndarray
        In nats, at most 0; finite also where the probability is below all floats.  Its error is
        some ulps of log(n!).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Below 1e-280 by the continued fraction of the incomplete beta function, DLMF 8.17.22.

    Examples
    --------
    >>> round(binomial_log_cdf(470, 60_000, 0.35), 3)
    -23394.543

    """
    k, n = _counts(errors, n)
    return plain(_log_cdf(k, n, check_rates("p", p)))


def binomial_tail(errors: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk of a classifier at most, by the exact binomial law: the tightest of all.

    .. math:: \max\{p : P(\mathrm{Bin}(n, p) \le k) \ge \delta e^{-C}\}

    Parameters
    ----------
    errors : array_like
        Errors k on the sample, integers in [0, n].
    n, complexity, delta : array_like
        As in ``chernoff``.

    Returns
    -------
    float or ndarray
        In [0, 1], rounded up and at most ``chernoff``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Langford (2005), J. Mach. Learn. Res. 6, 273-306.

    Examples
    --------
    >>> round(binomial_tail(100, 1000, 20.0, 0.05), 6)
    0.171542

    """
    k, n = _counts(errors, n)
    q, c = _point_mass(k / n, n, complexity, delta)
    k, n, c = np.broadcast_arrays(k, n, c)
    ceiling = _inverse(np.broadcast_to(q, c.shape), c, 1.0)
    slack = 1e-10 + 8 * EPS * gammaln(n + 1)  # of the log of the tail
    found = _first(lambda p: _log_cdf(k, n, p) + slack <= -n * c, np.zeros(c.shape), ceiling)
    return plain(found)


def catoni_at(q: ArrayLike, c: ArrayLike, slope: ArrayLike) -> Any:
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
    >>> round(catoni_at(0.1, 0.05, 1.0), 6), round(kl_upper(0.1, 0.05), 6)
    (0.220357, 0.220079)

    """
    g = real_array("slope", slope)
    check_all((g > 0) & (g < np.inf), "slope must be positive and finite", g)
    return plain(_catoni_at(check_rates("q", q), _nonnegative("c", c), g))


def catoni(
    q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike, alpha: float = ALPHA
) -> Any:
    r"""Risk at most, by Catoni's bound with a union over lambda.

    .. math:: \inf_{\lambda > 1} \Phi_{\lambda/n}^{-1}\Big(q + \frac{\alpha}{\lambda} \Big[C
              + \log(1/\delta) + 2 \log\frac{\log(\alpha^2 \lambda)}{\log \alpha}\Big]\Big)

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
) -> tuple[Any, Any]:
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
    check_number("alpha", alpha)
    if not 1 < alpha < np.inf:
        raise ValueError(f"alpha must be above 1 and finite, got {alpha}")
    q, n = check_rates("q", q), check_sizes(n)
    nats = _nonnegative("complexity", complexity) - np.log(_shares(delta))
    q, n, nats = np.broadcast_arrays(q, n, nats)

    def bound(log_lambda: np.ndarray) -> np.ndarray:
        charged = alpha * (nats + catoni_union(log_lambda, alpha)) / n
        return _catoni_at(q, charged, np.exp(log_lambda) / n)

    at = _minimiser(bound, np.full(q.shape, 1e-9), np.log(60 * n))
    return plain(bound(at)), plain(np.exp(at))


def catoni_union(log_lambda: Any, alpha: float = ALPHA) -> Any:
    """Nats of the union over lambda: 2 log(log(alpha^2 lambda) / log alpha)."""
    return 2 * np.log(2 + log_lambda / np.log(alpha))


def maurer(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk at most, by Maurer's form of the PAC-Bayes-kl bound.

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
    return plain(_inverse(*_posterior(q, n, complexity, delta), 1.0))


def mcallester(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk at most, by McAllester's bound: ``maurer`` relaxed by Pinsker's inequality.

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
    return plain(_pinsker(*_posterior(q, n, complexity, delta)))


def quadratic(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Any:
    r"""Risk at most, by the quadratic relaxation of ``maurer``, good at small q.

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
    q, c = _posterior(q, n, complexity, delta)
    limit = (np.sqrt(q + c / 2) + np.sqrt(c / 2)) ** 2
    return plain(np.minimum(1.0, limit * (1 + ROUNDED)))


def _point_mass(q: Any, n: Any, complexity: Any, delta: Any) -> tuple[np.ndarray, np.ndarray]:
    """Error rates, and nats for each example."""
    nats = _nonnegative("complexity", complexity) - np.log(_shares(delta))
    return check_rates("q", q), nats / check_sizes(n)


def _posterior(q: Any, n: Any, complexity: Any, delta: Any) -> tuple[np.ndarray, np.ndarray]:
    """As ``_point_mass``, with log(2 sqrt n) more."""
    q, c = _point_mass(q, n, complexity, delta)
    n = check_sizes(n)
    return q, c + np.log(4 * n) / (2 * n)


def _pinsker(q: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return q + sqrt(c / 2), rounded up."""
    return np.minimum(1.0, np.nextafter(q + np.sqrt(c / 2) * (1 + ROUNDED), np.inf))


def _kl(q: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Divergence, as a sum of two terms not negative: q log(q / p) + p - q, and its mirror."""
    return _half(q, p, p - q) + _half(1 - q, 1 - p, q - p)


def _half(q: np.ndarray, p: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return q log(q / p) + d, d = p - q; near p = q by the series in r = d / (p + q)."""
    near = abs(d) < q / 2
    r = np.where(near, d, 0.0) / np.where(near, p + q, 1.0)
    square, series = r * r, np.zeros_like(r)
    for odd in range(35, 1, -2):  # r^2 < 1/9: the first term left out is below 1e-17 of the sum
        series = series * square + 1 / odd
    return np.where(near, d * r - 2 * q * r * square * series, d + rel_entr(q, p))


def _inverse(q: np.ndarray, c: np.ndarray, end: float) -> np.ndarray:
    """First float p from q towards end with kl(q, p) certainly at least c; or end; q if c = 0."""
    q, c = np.broadcast_arrays(q + 0.0, c)  # + 0.0: -0.0 would be the last float, not the first

    def good(p: np.ndarray) -> np.ndarray:
        return _kl(q, p) * (1 - KL_ERROR) - TINIEST >= c

    guess = _bits(_newton(q, c, end))
    low, high = np.minimum(_bits(q), _bits(end)), np.maximum(_bits(q), _bits(end))
    window = 64 if end else 1 << 15  # ulps; log p below, which may be -745, is a few ulps wrong
    below, above = (_floats(np.clip(guess + w, low, high)) for w in (-window, window))
    inner, outer = (below, above) if end else (above, below)
    inner, outer = np.where(good(inner), q, inner), np.where(good(outer), outer, end)
    return np.where(c == 0, q, _first(good, inner, outer))


def _newton(q: np.ndarray, c: np.ndarray, end: float) -> np.ndarray:
    """About the inverse of kl, by Newton's method in log abs(end - p), monotone from outside."""
    with np.errstate(all="ignore"):
        p = start = _outside(q, c, end)
        for _ in range(6):
            step = (_kl(q, np.clip(p, 0, 1)) - c) * abs(1 - end - p) / abs(p - q)
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


def _first(
    good: Callable[[np.ndarray], np.ndarray], inner: np.ndarray, outer: np.ndarray
) -> np.ndarray:
    """First float from inner (not good) towards outer (good) that is good, if good is monotone."""
    bad, fine = _bits(inner), _bits(outer)
    while (abs(fine - bad) > 1).any():
        middle = bad + (fine - bad) // 2
        found = good(_floats(middle))
        bad, fine = np.where(found, bad, middle), np.where(found, middle, fine)
    return _floats(fine)


def _bits(x: Any) -> np.ndarray:
    """Place of a float among all that are not negative."""
    return np.asarray(x, dtype=float).view(np.int64)


def _floats(bits: np.ndarray) -> np.ndarray:
    return bits.view(np.float64)


def _log_cdf(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    inside = (p > 0) & (p < 1) & (k < n)
    outside = np.where((p < 1) | (k >= n), 0.0, -np.inf)
    k, n, x = np.broadcast_arrays(np.where(inside, k, 0.0), n, 1 - np.where(inside, p, 0.5))
    cdf = np.atleast_1d(betainc(n - k, k + 1, x))
    deep = cdf < 1e-280
    found = np.log(np.where(deep, 1.0, cdf))
    found[deep] = _deep_log_cdf(*(np.atleast_1d(part)[deep] for part in (k, n, 1 - x)))
    return np.where(inside, found.reshape(x.shape), outside)


def _deep_log_cdf(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    log_term = ways + (k + 1) * np.log(p) + (n - k) * log1p(-p)
    return log_term - np.log(_fraction(n - k, k + 1, 1 - p))


def _fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """1 + d_1 / (1 + d_2 / (1 + ...)) of DLMF 8.17.22, by Lentz's method, to 1e-13."""
    value, upper, lower, m = np.ones(x.shape), np.ones(x.shape), np.zeros(x.shape), 0
    change = np.full(x.shape, np.inf)
    while (abs(change - 1) > 1e-13).any():  # it converges fast, and may then waver by some ulps
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        change = np.ones(x.shape)
        for d in (odd, even):
            lower, upper = 1 / (1 + d * lower), 1 + d / upper
            change = change * lower * upper
        value = value * change
    return value


def _catoni_at(q: np.ndarray, c: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Catoni's limit, rounded up."""
    return np.minimum(1.0, np.expm1(-(g * q + c)) / np.expm1(-g) * (1 + ROUNDED))


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


def check_rates(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as floats, or ValueError unless they lie in [0, 1]."""
    x = real_array(name, values)
    check_all((x >= 0) & (x <= 1), f"{name} must lie in [0, 1]", x)
    return x


def _nonnegative(name: str, values: ArrayLike) -> np.ndarray:
    x = real_array(name, values)
    check_all(x >= 0, f"{name} must not be negative", x)
    return x


def _shares(delta: ArrayLike) -> np.ndarray:
    x = real_array("delta", delta)
    check_all((x > 0) & (x < 1), "delta must lie in (0, 1)", x)
    return x


def check_sizes(n: ArrayLike) -> np.ndarray:
    """``n`` as floats, or ValueError unless they are positive integers below 2^53."""
    x = real_array("n", n)
    check_all((x >= 1) & (x < COUNTS) & (x == np.floor(x)), "n must be an integer in [1, 2^53)", x)
    return x


def _counts(errors: ArrayLike, n: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, n = real_array("errors", errors), check_sizes(n)
    check_all((k >= 0) & (k == np.floor(k)) & (k <= n), "errors must be an integer in [0, n]", k)
    return k, n
