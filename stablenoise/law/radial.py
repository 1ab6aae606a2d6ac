r"""The length of an isotropic stable vector, and its density: a Gaussian law of stable variance.

X = sqrt(A) G with G Gaussian of covariance 2 I, and A > 0 stable of index rho = alpha / 2 with
E exp(-sA) = exp(-s^rho) (Samorodnitsky & Taqqu, 1994, proposition 2.5.2).  So the squared length is
4 A Y with Y of the gamma law of shape k = dim / 2, and, with y = r^2 / (4a) and t = log a,

.. math:: P(|X| > r) = \int \frac{y^k e^{-y}}{\Gamma(k)} P(A > a)\,dt;

with P(A < a) the other tail, with a f_A(a) the density of :math:`\log(r^2/4)`, and with
:math:`(4\pi a)^{-k}` for :math:`y^k/\Gamma(k)` the density of X.  All integrands are positive.  The
law of A comes from its ``panels``, whose variable u is that of integration: there the law of A is
smooth, also for alpha near 2, where A is 1 but for rare large values, and the integrand has two
maxima.  Panels of u are so short that the logarithm of the integrand moves little in one.

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
from typing import Any

import numpy as np
from scipy import special

from ..kernels.compiler import jit
from ..kernels.elementary import double
from ..kernels.threads import in_threads
from .direct import workspace
from .polynomials import ABOUT_ZETA, TERMS, at, cells_of, panel_of, panels, polynomials, search

log, exp, expm1 = double.log, double.exp, double.expm1

DENSITY, UPPER, LOWER, POINT = 0, 1, 2, 3  # of log |X|, over 2; its two tails; of X
NODES = 16  # Gauss-Legendre nodes of a panel
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)
GROUP = 16  # panels that are summed together
PANELS = 1024  # at most, on either side
DEPTH = 38.0  # the integrand is followed down to exp(-38) of its maximum
STEP, DEEP_STEP = 5.0, 15.0  # of the integrand's logarithm in a panel; the second below 1.5 DEPTH
WIDEST, LAW_PANELS = 2.0, 2.0  # panel: of u, in panels of the law of A
NEAR_ZERO = 0.7  # of t in a panel where A is near 0
LOG_FAR = math.log(1e-4)  # of the first ratio in the series
FAR_TERMS = 24  # at most: 1 / 24! is below 1e-16, should the ratio be nearly 1
LARGEST = 600.0  # of log y: A is not a float much beyond, but then the series serves
LEAST_RHO = 0.01  # below, the integral needs A that are not floats
ENOUGH = 50  # points that a thread must have to be worth its start
TINY = 1e-300  # stands for what has no logarithm
LOG_2, LOG_4_PI = math.log(2.0), math.log(4.0 * math.pi)


@jit
def stirling_rest(k):
    """Log Gamma(k) - (k - 1/2) log k + k - log(2 pi) / 2."""
    if k < 12.0:
        return math.lgamma(k) - (k - 0.5) * math.log(k) + k - 0.5 * math.log(2.0 * math.pi)
    w = 1.0 / (k * k)  # Stirling's series: the terms left out are below 1e-16
    series = 1.0 / 1260.0 - w * (1.0 / 1680.0 - w * (1.0 / 1188.0 - w * 691.0 / 360360.0))
    return (1.0 / 12.0 - w * (1.0 / 360.0 - w * series)) / k


@jit
def log_gamma_ratio(k, x):
    """Log Gamma(k + x) / Gamma(k) for x > 0."""
    if k < 12.0:
        return math.lgamma(k + x) - math.lgamma(k)
    steep = (k + x - 0.5) * math.log1p(x / k) - x
    return x * math.log(k) + steep + stirling_rest(k + x) - stirling_rest(k)


@jit
def log_peak(k):
    """Logarithm of k^k e^-k / Gamma(k)."""
    return 0.5 * math.log(0.5 * k / math.pi) - stirling_rest(k)


@jit
def log_density_at_zero(k, rho):
    """Log density of X at 0, from E A^-k = Gamma(1 + k / rho) / Gamma(1 + k)."""
    return math.lgamma(1.0 + k / rho) - math.lgamma(1.0 + k) - k * LOG_4_PI


@jit
def tail(kind, log_y, k, rho):
    r"""What ``kind`` says at a large r, log_y = log(r^2 / 4), from the series of the law of A.

    .. math:: a f_A(a) = \frac1\pi \sum_{j \ge 1} \frac{(-1)^{j+1}}{j!} \Gamma(1 + j\rho)
              \sin(\pi j \rho) a^{-j\rho}

    term by term (Nolan, 2013, section 2).
    """
    total, factorial, delta = 0.0, 1.0, 1.0 - rho
    for j in range(1, FAR_TERMS + 1):
        factorial *= j
        sine = math.sin(math.pi * j * delta)  # that of j rho but for its sign
        power = math.exp(log_gamma_ratio(k, j * rho) - (j - 1) * rho * log_y)
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
def place(u, law):
    """Log A at u, and its derivative."""
    rho, shift, scale, log_scale = law[0], law[1], law[2], law[3]
    if rho <= ABOUT_ZETA:
        return u + log_scale, 1.0
    a = shift + scale * math.sinh(u)
    return (math.log(a), scale * math.cosh(u) / a) if a > 0.0 else (-np.inf, 0.0)


@jit
def place_of(t, law):
    """The u where log A is t."""
    rho, shift, scale, log_scale = law[0], law[1], law[2], law[3]
    return t - log_scale if rho <= ABOUT_ZETA else math.asinh((math.exp(t) - shift) / scale)


@jit
def log_law(u, law, work):
    """Logarithm of the density or a tail of A at u, in the units of its panels."""
    rho, kind, edges, cells = law[0], law[4], law[7], law[8]
    middle, stretch, powers = law[9], law[10], law[11]
    i = panel_of(u, 0, edges, cells)
    v = (u - middle[i]) * stretch[i]
    w = v * v
    odd, even = powers[i, TERMS - 1], powers[i, TERMS - 2]
    for j in range(TERMS - 3, 0, -2):
        odd = odd * w + powers[i, j]
        even = even * w + powers[i, j - 1]
    value = odd * v + even
    if not math.isnan(value):
        return value
    return 0.0 if kind == UPPER and u < law[5] else at(u, 1.0, rho, 1.0, work)[kind]


@jit
def kernel(t, point):
    """Logarithm of y^k e^-y over its value at t_ref."""
    back = point[2] - t
    return point[0] * back - point[3] * math.expm1(min(back, 700.0))


@jit
def integrand(u, point, law, work):
    """Logarithms of the kernel and of the law, and a factor: the integral over u is of all."""
    t, slope = place(u, law)
    if slope == 0.0:
        return -np.inf, -np.inf, 0.0
    if law[4] == DENSITY:  # over u, for over t it is a spike where alpha is near 2
        log_slope = u if law[0] <= ABOUT_ZETA else math.log(math.cosh(u))
        return kernel(t, point), log_law(u, law, work) + log_slope, 1.0
    return kernel(t, point), log_law(u, law, work), slope


@jit
def height(u, point, law, work):
    """Logarithm of the integrand."""
    bend, rest, _ = integrand(u, point, law, work)
    return bend + rest


@jit
def start(point, law, work):
    """A place near the maximum of the integrand, and its logarithm there."""
    peak, core = point[4], law[5]
    best = height(core, point, law, work)
    if peak >= core:  # two maxima: of the law, moved, and of the kernel
        other = height(peak, point, law, work)
        return (peak, other) if other > best else (core, best)
    low, high, ratio = peak, core, 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(40):  # one maximum, and golden section without memory
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if height(left, point, law, work) > height(right, point, law, work):
            high = right
        else:
            low = left
    return high, height(high, point, law, work)


@jit
def is_over(u, direction, values, best, point, law):
    """Whether nothing is left beyond u: the kernel and the law each have one maximum at most."""
    bend, rest, _ = values
    peak, core, most, kind = point[4], law[5], law[6], law[4]
    beyond = bend if (u - peak) * direction >= 0.0 else point[5]
    falling = (u - core) * direction >= 0.0 if kind == DENSITY else direction > 0.0
    if kind == LOWER:
        falling = direction < 0.0
    return beyond + (rest if falling else most) < best - DEPTH or bend + rest == -np.inf


@jit
def share(u, ahead, move, law):
    """How much of what a panel may be the one from u to ahead is.

    That is in the logarithm of the integrand, whose ``move`` is such a share, in t, and in u: as
    long as two panels of the law, which are short where it is not smooth.
    """
    long = abs(ahead - u)
    edges, cells, stretches = law[7], law[8], law[10]
    i, j = panel_of(u, 0, edges, cells), panel_of(ahead, 0, edges, cells)
    stretch = max(stretches[i], stretches[j])
    move = max(move, long * stretch * (0.5 / LAW_PANELS))
    move = max(move, long / WIDEST)
    t, slope = place(u, law)
    next_t, next_slope = place(ahead, law)
    near_zero = max(slope, next_slope) > 1.001  # for log A is not smooth there
    return max(move, abs(next_t - t) / NEAR_ZERO) if near_zero else move


@jit
def march(u, direction, best, point, law, edges, work):
    """Ends of panels from u outwards until nothing is left; their number and the best log."""
    peak = point[4]
    here, h, n = height(u, point, law, work), 0.25, 0
    edges[0] = u
    while n < edges.size - 1:
        ahead = u + direction * h
        if (peak - u) * direction > 0.0 and (ahead - peak) * direction > 0.0:
            ahead = peak
        middle = height(0.5 * (u + ahead), point, law, work)
        values = integrand(ahead, point, law, work)
        there = values[0] + values[1]
        best = max(best, max(middle, there))
        deep = max(here, max(middle, there)) < best - 1.5 * DEPTH
        limit = DEEP_STEP if deep else STEP
        move = share(u, ahead, (abs(there - middle) + abs(middle - here)) / limit, law)
        over = is_over(ahead, direction, values, best, point, law)
        if not move <= 1.15 and not (over and deep) and h > 1e-13:
            h = abs(ahead - u) * max(0.1, 0.9 / move if move < np.inf else 0.1)
            continue
        n += 1
        edges[n] = ahead
        u, here = ahead, there
        h *= min(2.0, 1.0 / max(move, 1e-3))
        if over:
            break
    return n, best


@jit
def lay(edges, u, weight):
    """Nodes and weights of consecutive panels."""
    for i in range(edges.size - 1):
        half = 0.5 * abs(edges[i + 1] - edges[i])
        middle = 0.5 * (edges[i + 1] + edges[i])
        for j in range(NODES):
            u[i * NODES + j] = middle + half * _NODES[j]
            weight[i * NODES + j] = half * _WEIGHTS[j]


@jit
def places(u, law, t, weight):
    """Let t be log A, and multiply the weights by what ``integrand`` has beside the law."""
    rho, shift, scale, log_scale, kind = law[0], law[1], law[2], law[3], law[4]
    if rho <= ABOUT_ZETA:
        for i in range(u.size):
            t[i] = u[i] + log_scale
            weight[i] *= exp(u[i]) if kind == DENSITY else 1.0
        return
    for i in range(u.size):
        up = exp(u[i])
        down = 1.0 / up
        a = max(shift + 0.5 * scale * (up - down), TINY)
        t[i] = log(a)
        weight[i] *= 0.5 * (up + down) * (1.0 if kind == DENSITY else scale / a)


@jit
def laws_of_a(u, law, start, value, work):
    """``log_law`` at all u."""
    edges, cells, middle, stretch, powers = law[7], law[8], law[9], law[10], law[11]
    start[:] = 0
    search(u, edges, cells, start)
    polynomials(u, u, start, middle, stretch, powers, value)
    for i in range(u.size):
        if math.isnan(value[i]):
            value[i] = log_law(u[i], law, work)


@jit
def total(t, value, weight, best, point):
    """Sum of the integrand at the nodes, over exp(best)."""
    k, t_ref, y_ref = point[0], point[2], point[3]
    for i in range(t.size):
        back = t_ref - t[i]
        height = k * back - y_ref * expm1(back) + value[i] - best
        value[i] = weight[i] * exp(max(height, -800.0))
    return value.sum()


@jit
def sum_of_panels(n, edges, best, point, law, room):
    """Integral over n panels, over exp(best)."""
    work, _, nodes, start = room
    found = 0.0
    for first in range(0, n, GROUP):
        last = min(first + GROUP, n)
        size = (last - first) * NODES
        u, weight, t, value = nodes[0, :size], nodes[1, :size], nodes[2, :size], nodes[3, :size]
        lay(edges[first : last + 1], u, weight)
        places(u, law, t, weight)
        laws_of_a(u, law, start[:size], value, work)
        found += total(t, value, weight, best, point)
    return found


@jit
def log_integral(point, law, room):
    """Logarithm of the integral, of the kernel over its value at t_ref."""
    work, edges = room[0], room[1]
    u, best = start(point, law, work)
    high, best = march(u, 1.0, best, point, law, edges[0], work)
    low, best = march(u, -1.0, best, point, law, edges[1], work)
    above = sum_of_panels(high, edges[0], best, point, law, room)
    return best + math.log(above + sum_of_panels(low, edges[1], best, point, law, room))


@jit
def at_radius(kind, r, k, law, room):
    """What ``kind`` says at r, as a logarithm: by ends, the series or the integral."""
    rho = law[0]
    if math.isnan(r):
        return np.nan
    if r == 0.0:
        at_zero = log_density_at_zero(k, rho) if kind == POINT else -np.inf
        return 0.0 if kind == UPPER else at_zero
    if r == np.inf:
        return 0.0 if kind == LOWER else -np.inf
    log_y = 2.0 * (math.log(r) - LOG_2)
    if log_y > LARGEST or log_gamma_ratio(k, rho) - rho * log_y < LOG_FAR:
        return tail(kind, log_y, k, rho)
    if rho < LEAST_RHO:
        return np.nan
    t_peak = log_y - math.log(k)
    t_ref = max(t_peak, 0.0)
    y_ref = k if t_peak > 0.0 else max(math.exp(log_y), TINY)
    crest = k * (t_ref - t_peak) + y_ref - k
    point = (k, log_y, t_ref, y_ref, place_of(t_peak, law), crest)
    value = log_integral(point, law, room)
    if kind == POINT:
        return value - k * (LOG_4_PI + t_ref) - y_ref
    return value - crest + log_peak(k)


@jit(nogil=True)
def at_radii(kind, r, k, law, out, low, high):
    """``at_radius`` for r[low:high]."""
    nodes, starts = np.empty((4, GROUP * NODES)), np.empty(GROUP * NODES, np.int64)
    room = workspace(), np.empty((2, PANELS + 1)), nodes, starts
    for i in range(low, high):
        out[i] = at_radius(kind, r[i], k, law, room)


@lru_cache(maxsize=96)
def mixing_law(rho: float, kind: int) -> tuple:
    """Density or a tail of A: rho, three numbers of ``place``, kind, core, most, panels.

    The core is where the density over u is largest; what ``kind`` tells of is ``most`` at most.
    """
    found, about = panels(rho, 1.0), rho <= ABOUT_ZETA
    right = slice(found.edges.size // 2 if about else 0, None)
    middle, stretch = found.middle[right], found.stretch[right]
    grid = np.linspace(-1.0, 1.0, 9)
    u = middle[:, None] + grid / stretch[:, None]
    density = found.powers[0, right] @ grid ** np.arange(TERMS)[:, None]
    density += u if about else np.logaddexp(u, -u) - math.log(2.0)
    top = np.nanargmax(density)
    most = float(density.flat[top]) + 0.1 if kind == DENSITY else 0.0
    numbers = rho, *_scale_of(rho), kind, float(u.flat[top]), most
    powers = np.ascontiguousarray(found.powers[kind, right])
    edges = found.edges[right]
    return *numbers, edges, cells_of(edges), middle, stretch, powers


def _scale_of(rho: float) -> tuple[float, float, float]:
    """A = shift + scale x, with x of the law S0 of index rho; and log scale."""
    angle = 0.5 * math.pi * rho
    cosine = math.sin(0.5 * math.pi * (1.0 - rho)) if rho > 0.5 else math.cos(angle)
    log_scale = math.log(cosine) / rho
    return math.exp(log_scale) * math.sin(angle) / cosine, math.exp(log_scale), log_scale


def integrals(kind: int, r: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    """``at_radius`` for r of any shape; alpha < 2."""
    flat = np.array(r, dtype=float).ravel()
    out, law = np.empty(flat.size), mixing_law(0.5 * alpha, kind % POINT)
    work = kind, flat, 0.5 * dim, law, out
    in_threads(lambda low, high: at_radii(*work, low, high), out.size, ENOUGH)
    return out.reshape(r.shape)


@jit
def tails(kind, log_r, k, rho, out):
    """``tail`` for each of log_r."""
    for i in range(out.size):
        out[i] = tail(kind, 2.0 * (log_r[i] - LOG_2), k, rho)


def beyond(kind: int, log_r: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    """What ``kind`` says at flat r beyond the floats, by their logarithms."""
    out = np.full(log_r.size, 0.0 if kind == LOWER else -np.inf)
    if alpha < 2:
        tails(kind, log_r, 0.5 * dim, 0.5 * alpha, out)
    return out


def _is_beyond(r: np.ndarray, log_r: Any) -> np.ndarray:
    return np.isinf(r) & np.isfinite(log_r)


def log_density(r: np.ndarray, alpha: float, dim: int, log_r: Any = np.inf) -> np.ndarray:
    """Log density of X, of scale 1, at points of length r >= 0, by log_r where r is infinite."""
    log_r = np.broadcast_to(log_r, np.shape(r))
    logs, far = np.array(_log_density(r, alpha, dim)), _is_beyond(r, log_r)
    logs[far] = beyond(POINT, log_r[far], alpha, dim)
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


def log_length_density(r: np.ndarray, alpha: float, dim: int, log_r: Any = np.inf) -> np.ndarray:
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
    away[far] = beyond(DENSITY, log_r[far], alpha, dim) + LOG_2 - log_r[far]
    return np.where(r == 0, at_zero, away)


def length_tails(
    r: np.ndarray, alpha: float, dim: int, log_r: Any = np.inf
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
    lower[far] = np.exp(beyond(LOWER, log_r[far], alpha, dim))
    upper[far] = np.exp(beyond(UPPER, log_r[far], alpha, dim))
    return lower, upper


def _gauss(r: np.ndarray, k: float) -> np.ndarray:
    """Log of y^k e^-y / Gamma(k) at y = r^2 / 4, from its value at y = k."""
    w = math.log(k) - 2 * (np.log(r) - LOG_2)
    return log_peak(k) - k * (w + np.expm1(-w))


def _cauchy(r: np.ndarray, k: float) -> np.ndarray:
    """Log of Gamma(k + 1/2) / (Gamma(k) Gamma(1/2)) s^k (1 - s)^(1/2) at s = r^2 / (1 + r^2)."""
    log_s = np.where(r > 1, -np.log1p(r**-2.0), 2 * np.log(r) - np.log1p(r * r))
    log_rest = np.where(r > 1, log_s - 2 * np.log(r), -np.log1p(r * r))
    return log_gamma_ratio(k, 0.5) - 0.5 * math.log(math.pi) + k * log_s + 0.5 * log_rest
