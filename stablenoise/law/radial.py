r"""The length of an isotropic stable vector, and its density: a Gaussian law of stable variance.

X = sqrt(A) G with G Gaussian of covariance 2 I, and A > 0 stable of index rho = alpha / 2 with
E exp(-sA) = exp(-s^rho) (Samorodnitsky & Taqqu, 1994, proposition 2.5.2).  So the squared length is
4 A Y with Y of the gamma law of shape k = dim / 2, and, with y = r^2 / (4a) and t = log a,

.. math:: P(|X| > r) = \int \frac{y^k e^{-y}}{\Gamma(k)} P(A > a)\,dt;

with P(A < a) the other tail, with a f_A(a) the density of :math:`\log(r^2/4)`, and with
:math:`(4\pi a)^{-k}` for :math:`y^k/\Gamma(k)` the density of X.  All integrands are positive.  The
law of A comes from its ``panels``, whose variable u is that of integration: there the law of A is
smooth, also for alpha near 2, where A is 1 but for rare large values, and the integrand has two
maxima.  Panels of u are so short that the logarithm of the integrand moves little in one.  Radii on
a device travel to the host, where the integrals are, and the answers back.

| where | method |
|---|---|
| alpha = 2; alpha = 1 but for tails of large r | closed forms |
| r = 0, r infinite | closed forms |
| large r | series in r^-alpha |
| elsewhere, alpha < 0.02 | none: NaN |
| elsewhere | the integral |
"""

import math
from functools import lru_cache

import numpy as np
from scipy import special

from ..kernels.arrays import Real, by_host
from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from .direct import DENSITY, LOWER, UPPER
from .lookup import TERMS, cells_of
from .mixing import TINY, Mixing, Point, log_integral, new_buffers, u_of
from .polynomials import ABOUT_ZETA, panels

POINT = 3  # the density of X, where the other kinds are of log |X|, over 2, and of its tails
LOG_FAR = math.log(1e-4)  # of the first ratio in the series
FAR_TERMS = 24  # at most: 1 / 24! is below 1e-16, should the ratio be nearly 1
FAR_LOG_Y = 600.0  # A is not a float much beyond, but then the series serves
MIN_RHO = 0.01  # below, the integral needs A that are not floats
POINTS_PER_THREAD = 50  # for a thread to be worth its start
LOG_2, LOG_4_PI = math.log(2.0), math.log(4.0 * math.pi)


@jit
def _stirling_rest(k):
    """Log Gamma(k) - (k - 1/2) log k + k - log(2 pi) / 2."""
    if k < 12.0:
        return math.lgamma(k) - (k - 0.5) * math.log(k) + k - 0.5 * math.log(2.0 * math.pi)
    w = 1.0 / (k * k)  # Stirling's series: the terms left out are below 1e-16
    series = 1.0 / 1260.0 - w * (1.0 / 1680.0 - w * (1.0 / 1188.0 - w * 691.0 / 360360.0))
    return (1.0 / 12.0 - w * (1.0 / 360.0 - w * series)) / k


@jit
def _log_gamma_ratio(k, x):
    """Log Gamma(k + x) / Gamma(k) for x > 0."""
    if k < 12.0:
        return math.lgamma(k + x) - math.lgamma(k)
    steep = (k + x - 0.5) * math.log1p(x / k) - x
    return x * math.log(k) + steep + _stirling_rest(k + x) - _stirling_rest(k)


@jit
def _log_peak(k):
    """Logarithm of k^k e^-k / Gamma(k)."""
    return 0.5 * math.log(0.5 * k / math.pi) - _stirling_rest(k)


@jit
def _log_density_at_zero(k, rho):
    """Log density of X at 0, from E A^-k = Gamma(1 + k / rho) / Gamma(1 + k)."""
    return math.lgamma(1.0 + k / rho) - math.lgamma(1.0 + k) - k * LOG_4_PI


@jit
def _tail(kind, log_y, k, rho):
    r"""What ``kind`` says at a large r, log_y = log(r^2 / 4), from the series of the law of A.

    .. math:: a f_A(a) = \frac1\pi \sum_{j \ge 1} \frac{(-1)^{j+1}}{j!} \Gamma(1 + j\rho)
              \sin(\pi j \rho) a^{-j\rho}

    term by term (Nolan, 2013, section 2).
    """
    total, factorial, from_one = 0.0, 1.0, 1.0 - rho
    for j in range(1, FAR_TERMS + 1):
        factorial *= j
        sine = math.sin(math.pi * j * from_one)  # that of j rho but for its sign
        power = math.exp(_log_gamma_ratio(k, j * rho) - (j - 1) * rho * log_y)
        gamma = math.gamma(j * rho) * (1.0 if kind in (UPPER, LOWER) else j * rho)
        term = gamma / factorial * power
        total += term * sine
        if term < 1e-17 * abs(total):
            break
    value = math.log(total / math.pi) - rho * log_y
    if kind == POINT:
        return value + math.lgamma(k) - k * (LOG_4_PI + log_y)
    return math.log1p(-math.exp(value)) if kind == LOWER else value


@jit
def _at_radius(kind, r, k, law, buffers):
    """What ``kind`` says at r, as a logarithm: by ends, the series or the integral."""
    rho = law.rho
    if math.isnan(r):
        return np.nan
    if r == 0.0:
        at_zero = _log_density_at_zero(k, rho) if kind == POINT else -np.inf
        return 0.0 if kind == UPPER else at_zero
    if r == np.inf:
        return 0.0 if kind == LOWER else -np.inf
    log_y = 2.0 * (math.log(r) - LOG_2)
    if log_y > FAR_LOG_Y or _log_gamma_ratio(k, rho) - rho * log_y < LOG_FAR:
        return _tail(kind, log_y, k, rho)
    if rho < MIN_RHO:
        return np.nan
    # The kernel is taken over its value at t = 0, or at its peak if that is further: so y_ref is at
    # most k; the return puts back what was left out
    t_peak = log_y - math.log(k)
    t_ref = max(t_peak, 0.0)
    y_ref = k if t_peak > 0.0 else max(math.exp(log_y), TINY)
    crest = k * (t_ref - t_peak) + y_ref - k
    value = log_integral(Point(k, t_ref, y_ref, u_of(t_peak, law), crest), law, buffers)
    if kind == POINT:
        return value - k * (LOG_4_PI + t_ref) - y_ref
    return value - crest + _log_peak(k)


@jit(nogil=True)
def _at_radii(kind, r, k, law, out, low, high):
    """``_at_radius`` for r[low:high]."""
    buffers = new_buffers()
    for i in range(low, high):
        out[i] = _at_radius(kind, r[i], k, law, buffers)


@lru_cache(maxsize=96)
def _mixing_law(rho: float, kind: int) -> Mixing:
    """Density or a tail of A, from the panels of the one-sided law of index rho."""
    whole, about = panels(rho, 1.0), rho <= ABOUT_ZETA
    right = slice(whole.edges.size // 2 if about else 0, None)
    middle, stretch, edges = whole.middle[right], whole.stretch[right], whole.edges[right]
    core, highest = _largest_density(whole.powers[DENSITY, right], middle, stretch, about)
    most = highest + 0.1 if kind == DENSITY else 0.0  # between the points that were looked at
    powers = np.ascontiguousarray(whole.powers[kind, right])
    arrays = edges, cells_of(edges), middle, stretch, powers
    return Mixing(rho, *_scale_of(rho), kind, core, most, *arrays)


def _largest_density(
    powers: np.ndarray, middle: np.ndarray, stretch: np.ndarray, about: bool
) -> tuple[float, float]:
    """The u, of nine a panel, where the density of A over u is largest, and its logarithm there."""
    grid = np.linspace(-1.0, 1.0, 9)
    u = middle[:, None] + grid / stretch[:, None]
    density = powers @ grid ** np.arange(TERMS)[:, None]
    density += u if about else np.logaddexp(u, -u) - math.log(2.0)
    top = np.nanargmax(density)
    return float(u.flat[top]), float(density.flat[top])


def _scale_of(rho: float) -> tuple[float, float, float]:
    """A = shift + scale x, with x of the law S0 of index rho; and log scale."""
    angle = 0.5 * math.pi * rho
    cosine = math.sin(0.5 * math.pi * (1.0 - rho)) if rho > 0.5 else math.cos(angle)
    log_scale = math.log(cosine) / rho
    return math.exp(log_scale) * math.sin(angle) / cosine, math.exp(log_scale), log_scale


def integrals(kind: int, r: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    """``_at_radius`` for r of any shape; alpha < 2."""
    flat = np.array(r, dtype=float).ravel()
    out, law = np.empty(flat.size), _mixing_law(0.5 * alpha, kind % POINT)
    work = kind, flat, 0.5 * dim, law, out
    in_threads(lambda low, high: _at_radii(*work, low, high), out.size, POINTS_PER_THREAD)
    return out.reshape(r.shape)


@jit
def _tails(kind, log_r, k, rho, out):
    """``_tail`` for each of log_r."""
    for i in range(out.size):
        out[i] = _tail(kind, 2.0 * (log_r[i] - LOG_2), k, rho)


def _beyond(kind: int, log_r: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    """What ``kind`` says at flat r beyond the floats, by their logarithms."""
    out = np.full(log_r.size, 0.0 if kind == LOWER else -np.inf)
    if alpha < 2:
        _tails(kind, log_r, 0.5 * dim, 0.5 * alpha, out)
    return out


def _is_beyond(r: np.ndarray, log_r: Real | float) -> np.ndarray:
    return np.isinf(r) & np.isfinite(log_r)


@by_host
def log_density(r: np.ndarray, alpha: float, dim: int, log_r: Real | float = np.inf) -> np.ndarray:
    """Log density of X, of scale 1, at points of length r >= 0, by log_r where r is infinite."""
    log_r = np.broadcast_to(log_r, np.shape(r))
    logs, far = np.array(_log_density(r, alpha, dim)), _is_beyond(r, log_r)
    logs[far] = _beyond(POINT, log_r[far], alpha, dim)
    return logs


def _log_density(r: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    k = 0.5 * dim
    with np.errstate(all="ignore"):
        if alpha == 2:
            return -k * LOG_4_PI - (0.5 * r) ** 2
        if alpha == 1:
            log_size = np.where(r > 1e8, 2 * np.log(r), np.log1p(r * r))
            return math.lgamma(k + 0.5) - (k + 0.5) * (math.log(math.pi) + log_size)
    return integrals(POINT, r, alpha, dim)


@by_host
def log_length_density(
    r: np.ndarray, alpha: float, dim: int, log_r: Real | float = np.inf
) -> np.ndarray:
    """Log density of the length of X, of scale 1, at r >= 0; at 0 its limit."""
    at_zero = LOG_2 + _log_density(np.zeros(()), alpha, dim) if dim == 1 else -np.inf
    log_r = np.broadcast_to(log_r, np.shape(r))
    far = _is_beyond(r, log_r)
    with np.errstate(all="ignore"):
        if alpha == 2:
            logs = _gauss(r, 0.5 * dim)
        else:
            logs = _cauchy(r, 0.5 * dim) if alpha == 1 else integrals(DENSITY, r, alpha, dim)
        inside = (r > 0) & (r < np.inf)
        away = np.where(inside | np.isnan(r), logs + LOG_2 - np.log(r), -np.inf)
    away[far] = _beyond(DENSITY, log_r[far], alpha, dim) + LOG_2 - log_r[far]
    return np.where(r == 0, at_zero, away)


@by_host
def length_tails(
    r: np.ndarray, alpha: float, dim: int, log_r: Real | float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """P(|X| <= r) and P(|X| > r) for scale 1, r >= 0: the larger one is 1 minus the smaller."""
    log_r = np.broadcast_to(log_r, np.shape(r))
    if alpha == 2:
        y = (0.5 * np.minimum(r, 1e150)) ** 2
        return special.gammainc(0.5 * dim, y), special.gammaincc(0.5 * dim, y)
    lower = np.asarray(np.exp(integrals(LOWER, r, alpha, dim)))
    upper, large = np.asarray(1 - lower), lower > 0.5
    upper[large] = np.exp(integrals(UPPER, np.asarray(r)[large], alpha, dim))
    lower[large] = 1 - upper[large]
    far = _is_beyond(r, log_r)
    lower[far] = np.exp(_beyond(LOWER, log_r[far], alpha, dim))
    upper[far] = np.exp(_beyond(UPPER, log_r[far], alpha, dim))
    return lower, upper


def _gauss(r: np.ndarray, k: float) -> np.ndarray:
    """Log of y^k e^-y / Gamma(k) at y = r^2 / 4, from its value at y = k."""
    w = math.log(k) - 2 * (np.log(r) - LOG_2)
    return _log_peak(k) - k * (w + np.expm1(-w))


def _cauchy(r: np.ndarray, k: float) -> np.ndarray:
    """Log of Gamma(k + 1/2) / (Gamma(k) Gamma(1/2)) s^k (1 - s)^(1/2) at s = r^2 / (1 + r^2)."""
    log_s = np.where(r > 1, -np.log1p(r**-2.0), 2 * np.log(r) - np.log1p(r * r))
    log_rest = np.where(r > 1, log_s - 2 * np.log(r), -np.log1p(r * r))
    return _log_gamma_ratio(k, 0.5) - 0.5 * math.log(math.pi) + k * log_s + 0.5 * log_rest
