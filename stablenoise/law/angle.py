r"""The integral over the angle: density and both tails of a law, from one set of nodes.

Given the angle of Chambers, Mallows & Stuck, a stable variate is a monotone function of an
exponential variable W.  Let g be the W that gives x.  Then (Nolan, 1997, theorem 1; Zolotarev,
1986, section 2.2)

.. math:: f(x) = \frac{\alpha}{\pi |\alpha - 1| z} \int g e^{-g} d\theta, \qquad z = x - \zeta > 0,

and P(X > x) is :math:`\pi^{-1}\int e^{-g}` for alpha > 1 and :math:`\pi^{-1}\int (1 - e^{-g})` for
alpha < 1; the same with the two exchanged gives P(zeta < X < x).  All integrands are positive.

With :math:`\theta + \theta_0 = L/(1 + e^{-s})` the ends of the interval are as good as its middle,
and log g, the *level*, is monotone in s.  Panels of s are so short that s and the level together
move by at most ``STEP`` in one: on the scale of :math:`s \mp \log g` the integrand is smooth
whatever alpha, beta and x are, and it does not matter how many maxima it has.
"""

import math
from typing import NamedTuple

import numpy as np

from ..kernels.compiler import jit, scalar
from ..kernels.elementary import double
from .gauss import POINTS, lay
from .shapes import distance_from_one, shape

log, exp, expm1 = double.log, double.exp, double.expm1
sinpi, small_sinpi_ratio = double.sinpi, double.small_sinpi_ratio
STEP, SMALL_STEP = 2.0, 4.5  # of s and level together, where g matters and where it is small
SMALL_LEVEL = -3.0  # level below which g e^-g is an exponential
MAX_PANELS = 128  # at most, on either side
NODES = 2 * MAX_PANELS * POINTS
WORK = 7 * NODES
DEEP_LEVEL = 34.0  # level above which e^-g is all there is of it in double precision
DEPTH = 38.0  # the integrand is followed down to exp(-38) of its maximum
LIGHT_END = 50.0  # beyond this s nothing is left of a light tail
FAR_END = 650.0  # beyond this s the interval of angles is less than any number


class Angles(NamedTuple):
    """The interval of angles: alpha, d = 1 - alpha, and width, low and rest of ``shape``."""

    alpha: float
    d: float
    width: float
    low: float
    rest: float


class Level(NamedTuple):
    """What ``level`` needs at one z: power = alpha / (alpha - 1), log_z = log(z cos^(1/alpha))."""

    angles: Angles
    power: float
    log_z: float


class NearLevel(NamedTuple):
    """What ``near_level`` needs at one x: tau = d beta tan(pi alpha / 2), size = |(d, tau)|."""

    angles: Angles
    x: float
    tau: float
    size: float


@scalar
def halves(s):
    """1 / (1 + e^-s) and 1 / (1 + e^s), both relatively accurate."""
    small = exp(-abs(s))
    large = 1.0 / (1.0 + small)
    small *= large
    return (large, small) if s > 0.0 else (small, large)


@scalar
def parts(angles, s):
    """q, the sines of pi q, pi alpha p and pi (alpha p + q), and the weight dp/ds, in units of pi.

    Every argument is at hand with its distance from 1, both without cancellation.
    """
    alpha, d, width, low, rest = angles
    # p and q are the distances of the angle from the two ends of its interval, in units of pi; a
    # sine takes whichever of its argument and 1 minus it is small, of sums of what is not negative
    up, down = halves(s)
    p, q = width * up, width * down
    sum_rest = rest - d * q if d < 0.0 else low + d * p
    sine_q = sinpi(min(q, low + p))
    sine_p = sinpi(min(alpha * p, rest + alpha * q))
    sine_sum = sinpi(min(alpha * p + q, sum_rest))
    return p, q, sine_q, sine_p, sine_sum, width * up * down


@scalar
def level(point, s):
    """Log g and the weight dp/ds, in units of pi, from a ``Level``: alpha not near 1."""
    _, _, sine_q, sine_p, sine_sum, weight = parts(point.angles, s)
    return point.power * (point.log_z + log(sine_q / sine_p)) + log(sine_sum / sine_q), weight


@scalar
def near_level(point, s):
    """Log g and the weight dp/ds, in units of pi, from a ``NearLevel``: alpha near 1, z large.

    Notes
    -----
    DERIVED here: the variate in S0 is P (Q / W)^(d / alpha) - tau, where tau = beta tan(pi alpha /
    2), P = sin(pi alpha p) / (cos(alpha theta_0) sin(pi q)) and Q = sin(pi (alpha p + q)) /
    (cos(alpha theta_0) sin(pi q)).  So log W = log Q - (alpha / d) log(1 + (x - m) / P) with
    m = P - tau, and m has a limit at alpha = 1, where d P and d tau have one too.
    """
    angles, x, scaled_tau, size = point
    alpha, d = angles.alpha, angles.d
    p, q, sine_q, sine_p, sine_sum, weight = parts(angles, s)
    # m and its parts by ratios sin(pi d t) / d, which have limits at d = 0
    t = 0.5 - q
    ratio, half_ratio = t * small_sinpi_ratio(d * t), 0.5 * t * small_sinpi_ratio(0.5 * d * t)
    tilt = sine_sum / d * size / sine_q
    m = tilt * sinpi(t) - d * (2.0 * scaled_tau * half_ratio * half_ratio + ratio)
    scaled_p = size * sine_p / sine_q
    # log(1 + u) / d: by Kahan's quotient where u is small, else by the sum that u is made of
    near = (x - m) / scaled_p
    u = d * near
    one_u = 1.0 + max(u, -0.5)
    back = one_u - 1.0
    ratio_log = near * (log(one_u) / back if back != 0.0 else 1.0)
    far_log = log((d * x + scaled_tau) / scaled_p) / d
    w = alpha * (ratio_log if u > -0.5 else far_log)
    return log(tilt) - w, weight


@jit
def total(x):
    """Sum, in eight lanes."""
    lanes = np.zeros(8)
    for i in range(0, x.size, 8):
        for j in range(8):
            lanes[j] += x[i + j]
    return lanes.sum()


@jit
def slot(work, i, n):
    """The first n numbers of part i of a workspace."""
    return work[i * NODES : i * NODES + n]


@jit
def _left_out(angles, top, bottom):
    """Lengths of the interval beyond the last nodes: where g is large, and where it is small."""
    (up_top, down_top), (up_bottom, down_bottom) = halves(top), halves(bottom)
    if angles.d > 0.0:
        return angles.width * down_top, angles.width * up_bottom
    return angles.width * up_top, angles.width * down_bottom


@jit
def _integrands(log_g, weight, least, density, inside, outside):
    """G e^-g, e^-g and 1 - e^-g at the nodes, times weight; the first two over exp(-least)."""
    for i in range(log_g.size):
        g = exp(log_g[i])
        inside[i] = weight[i] * exp(least - g)
        density[i] = inside[i] * g
        outside[i] = -weight[i] * expm1(-g)


@jit
def _is_faded(s, outwards, log_g, up, best, log_width):
    """Whether beyond s nothing is left of g e^-g ds; ``up``: g grows on the way; the best log."""
    # The integrand is at most exp(peak + slimness): slimness is the logarithm of dp / ds over width
    peak = log_g - math.exp(min(log_g, 700.0))
    slimness = -abs(s) - 2.0 * math.log1p(math.exp(-abs(s)))
    best = max(best, peak + slimness + log_width)
    least = best - DEPTH - log_width
    fading = s * outwards > 0.0 and peak + slimness < least
    gone = (up and log_g > 0.0 and peak < least) or (not up and log_g < least)
    return fading or gone, best


def _quadrature(level):
    """The method for one form of the level."""

    @jit
    def levels(point, s, spread, log_g, weight):
        for i in range(s.size):
            log_g[i], dp = level(point, s[i])
            weight[i] = spread[i] * dp

    @jit
    def crossing(point, rising):
        """An s where the level is about 0, or 0 if it is nowhere; and whether it is somewhere."""
        a, fa = 0.0, level(point, 0.0)[0]
        # In a light tail the level has a limit where it falls: no need to look far out
        light = (point.angles.low if rising else point.angles.rest) == 0.0
        end = LIGHT_END if light and fa > 0.0 else FAR_END
        step = 1.0 if (fa < 0.0) == rising else -1.0
        b, fb = a + step, level(point, a + step)[0]
        while (fa < 0.0) == (fb < 0.0):
            if abs(b) >= end:
                return 0.0, False
            a, fa, step = b, fb, 2.0 * step
            b = max(-end, min(end, a + step))
            fb = level(point, b)[0]
        for _ in range(60):
            if abs(fb) < 1.0:
                return b, True
            c = a - fa * (b - a) / (fb - fa)
            if not min(a, b) < c < max(a, b):
                c = 0.5 * (a + b)
            fc = level(point, c)[0]
            if abs(fc) < 1.0:
                return c, True
            # Illinois: an end that stays twice counts half, so that both ends close in
            if (fc < 0.0) == (fb < 0.0):
                fa *= 0.5
            else:
                a, fa = b, fb
            b, fb = c, fc
        return b, True

    @jit
    def march(point, s, direction, rising, best, edges):
        """Ends of panels from s outwards until the integrand is negligible; the best log of it."""
        log_width = math.log(point.angles.width)
        here, n, h = level(point, s)[0], 0, 0.25
        up = (direction > 0.0) == rising
        edges[0] = s
        while n < edges.size - 1:
            ahead = s + direction * h
            there = level(point, ahead)[0]
            limit = STEP if max(here, there) > SMALL_LEVEL else SMALL_STEP
            move = abs(there - here) + h
            # Too long by more than 15%: tried again shorter, else taken as it is, and the next
            # one made as long as this one should have been
            if move > 1.15 * limit:
                h *= 0.9 * limit / move
                continue
            h *= min(3.0, limit / move)
            s, here = ahead, there
            n += 1
            edges[n] = s
            faded, best = _is_faded(s, direction, here, up, best, log_width)
            if faded or abs(s) > FAR_END:
                break
        return n, best

    @jit
    def grid(point, start, work):
        """Let slots 1 and 2 of ``work`` be nodes and weights; their number and the two ends."""
        rising = point.angles.d > 0.0
        up = 1.0 if rising else -1.0
        edges, s, spread = work[: MAX_PANELS + 1], slot(work, 1, NODES), slot(work, 2, NODES)
        high, best = march(point, start, up, rising, -np.inf, edges)
        top = edges[high]
        lay(edges[: high + 1], s, spread)
        more, best = march(point, start, -up, rising, best, edges)
        lay(edges[: more + 1], s[high * POINTS :], spread[high * POINTS :])
        return (high + more) * POINTS, top, edges[more]

    @jit
    def integrals(point, start, work):
        """Integrals of g e^-g, e^-g and 1 - e^-g over pi, the first two over exp(-least); least.

        Of a light tail too deep for that, NaN and g.
        """
        n, top, bottom = grid(point, start, work)
        lowest = level(point, bottom)[0]
        if lowest > DEEP_LEVEL:
            return np.nan, np.nan, np.nan, math.exp(min(lowest, 1000.0))
        s, spread, log_g = slot(work, 1, n), slot(work, 2, n), slot(work, 3, n)
        weight, density, inside = slot(work, 4, n), slot(work, 5, n), slot(work, 6, n)
        levels(point, s, spread, log_g, weight)
        g = math.exp(lowest)
        least = g if g > 1.0 else 0.0
        outside = spread  # no longer needed
        _integrands(log_g, weight, least, density, inside, outside)
        mass_up, mass_down = _left_out(point.angles, top, bottom)
        return (
            total(density),
            total(inside) + mass_down * math.exp(least - g),
            total(outside) + mass_up - mass_down * math.expm1(-g),
            least,
        )

    return integrals, crossing, grid


integrals, crossing, grid = _quadrature(level)
near_integrals, near_crossing, _ = _quadrature(near_level)


@jit
def angle_law(log_z, alpha, width, low, rest, log_cos, work):
    """Log density and logs of P(X > zeta + z), P(X < zeta + z), for alpha not near 1."""
    d = 1.0 - alpha
    point = Level(Angles(alpha, d, width, low, rest), -alpha / d, log_z + log_cos / alpha)
    log_unit = math.log(alpha / abs(d)) - log_z
    return _sides(log_unit, d, low, integrals(point, crossing(point, d > 0.0)[0], work))


@jit
def near_angle(x, alpha, beta):
    """The level at x > zeta, alpha near 1, the s where it is 0, and the loss there.

    The loss is by how many roundings the level is moved by one of s; inf where z is nearly 0.
    """
    width, low, rest, _, minus_zeta = shape(alpha, beta)
    d = distance_from_one(alpha)
    tau = d * minus_zeta
    size = math.copysign(math.hypot(d, tau), d)
    point = NearLevel(Angles(alpha, d, width, low, rest), x, tau, size)
    if abs(d * x + tau) < 1e-3 * abs(size) or (x > 1e30 and rest > 0.0):
        return point, 0.0, np.inf
    s, crosses = near_crossing(point, d > 0.0)
    if not crosses:
        return point, s, 0.0
    slope = (near_level(point, s + 1e-3)[0] - near_level(point, s - 1e-3)[0]) / 2e-3
    return point, s, abs(slope) * max(1.0, abs(s))


@jit
def near_angle_law(point, s, work):
    """As ``angle_law``, from what ``near_angle`` gives."""
    angles = point.angles
    log_unit = math.log(angles.alpha / abs(angles.d * point.x + point.tau))
    return _sides(log_unit, angles.d, angles.low, near_integrals(point, s, work))


@jit
def _sides(log_unit, d, low, sums):
    """Logarithms of density and tails from the integrals; ``low`` lies below zeta."""
    density, inside, outside, least = sums
    if math.isnan(density):
        return (-least, 0.0, -least) if d > 0.0 else (-least, -least, 0.0)
    log_f = math.log(density) - least + log_unit
    if d > 0.0:
        below = math.log(low + inside * math.exp(-least)) if low > 0.0 else math.log(inside) - least
        return log_f, math.log(outside), below
    return log_f, math.log(inside) - least, math.log(low + outside)
