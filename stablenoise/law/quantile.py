"""Points at which a tail of a law has a given probability, by Newton's method in log P."""

import math

import numpy as np
from numpy.typing import ArrayLike

from ..jit import jit
from ..threads import in_threads
from .direct import ENOUGH, flattened, log, shape, workspace
from .panels import ABOUT_ZETA, LOWER, TERMS, Panels, at
from .zeta import minus_zeta

ITERATIONS = 200
LARGEST, BEYOND = 710.0, 709.0  # of u: e^u is then about the largest double


def panel_quantiles(law: Panels, log_p: np.ndarray, kind: int) -> np.ndarray:
    """Where log P(X > x) or log P(X < x) is ``log_p``, shape (n,); NaN beyond the panels."""
    x = np.full(log_p.size, np.nan)
    for side, part in law.sides():
        powers = law.powers[kind, part]
        ends = powers @ (-1.0) ** np.arange(TERMS)
        rising = (kind == LOWER) == (side > 0)
        low, high = sorted((ends[0], powers[-1].sum()))
        here = np.flatnonzero((log_p >= low) & (log_p <= high) & np.isnan(x))
        order = ends if rising else -ends
        which = np.searchsorted(order, log_p[here] if rising else -log_p[here], side="right") - 1
        t = np.empty(here.size)
        solve(powers, np.maximum(which, 0), log_p[here], t)
        u = law.middle[part[which]] + t / law.stretch[part[which]]
        x[here] = law.x(u, side)
    return x


@jit(nogil=True)
def solve(powers, which, target, t):
    """Where in [-1, 1] the polynomials have the target values: monotone ones, which hold them."""
    for i in range(t.size):
        p = powers[which[i]]
        a, b = -1.0, 1.0
        rising = p[1] > 0.0
        guess = 0.0
        for _ in range(60):
            value, slope = p[TERMS - 1], 0.0
            for k in range(TERMS - 2, -1, -1):
                slope = slope * guess + value
                value = value * guess + p[k]
            if (value < target[i]) == rising:
                a = guess
            else:
                b = guess
            ahead = guess - (value - target[i]) / slope
            if not a <= ahead <= b:
                ahead = 0.5 * (a + b)
            moved = abs(ahead - guess)
            guess = ahead
            if moved < 1e-15:
                break
        t[i] = guess


@jit
def quantile(log_p, upper, alpha, beta, work):
    """Where log P(X > x), or log P(X < x), is ``log_p``, at most log(1/2)."""
    if math.isnan(log_p) or not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0):
        return np.nan
    about, side, shift = alpha <= ABOUT_ZETA, 1.0, 0.0
    if about:
        shift = minus_zeta(alpha, beta)[0]
        width, low = shape(alpha, beta)[:2]
        side = 1.0 if (log_p <= log(width) if upper else log_p > log(low)) else -1.0
    if log_p == -np.inf:
        bounded = alpha < 1.0 and beta == (-1.0 if upper else 1.0)
        edge = -minus_zeta(alpha, beta)[0] if bounded else np.inf
        return edge if bounded or upper else -edge
    rising = (side > 0.0) != upper
    a, b, u = -600.0 if about else -LARGEST, LARGEST, 0.0
    before = b - a
    for _ in range(ITERATIONS):
        log_f, log_upper, log_lower = at(u, side, alpha, beta, work)
        value = log_upper if upper else log_lower
        if value == log_p:
            break
        if (value < log_p) == rising:
            a = u
        else:
            b = u
        log_jacobian = u if about else math.log(math.cosh(u))
        slope = math.exp(log_f - value + log_jacobian) * (1.0 if rising else -1.0)
        ahead = u - (value - log_p) / slope
        if not a < ahead < b or 2.0 * abs(ahead - u) > before:
            ahead = 0.5 * (a + b)
        before = abs(ahead - u)
        u = ahead
        if before <= 4e-16 * max(1.0, abs(u)):
            break
    if abs(u) > BEYOND:  # of u, which is -600 at the least where it is a logarithm
        return side * math.copysign(np.inf, u)
    return side * math.exp(u) - shift if about else math.sinh(u)


@jit(nogil=True)
def quantiles(log_p, upper, alpha, beta, out, low, high):
    """The quantiles low to high."""
    work = workspace()
    for i in range(low, high):
        out[i] = quantile(log_p[i], upper[i], alpha[i], beta[i], work)


def direct_quantiles(
    log_p: np.ndarray, upper: np.ndarray, alpha: ArrayLike, beta: ArrayLike
) -> np.ndarray:
    """``quantile`` for arrays of any shape."""
    shape, flat = flattened(log_p, alpha, beta)
    tails = np.array(np.broadcast_to(upper, shape)).ravel()
    out = np.empty(tails.size)
    work = flat[0], tails, *flat[1:], out
    in_threads(lambda low, high: quantiles(*work, low, high), out.size, ENOUGH // 4)
    return out.reshape(shape)
