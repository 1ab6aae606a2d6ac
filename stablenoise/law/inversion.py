"""Where a tail of a law of scale 1 has a given probability: by its panels, or one by one.

The tail is the smaller one, and Newton's method is applied to its logarithm.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..kernels.arrays import GRID, Array, array_module, compile_cuda
from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from .direct import LOWER, POINTS_PER_THREAD, beyond, flattened, log, workspace
from .lookup import LOG_2, TERMS
from .polynomials import ABOUT_ZETA, Panels, at
from .shapes import shape
from .zeta import minus_zeta

ITERATIONS = 200
MAX_LOG_X = math.log(np.finfo(float).max)


def panel_quantiles(law: Panels, log_p: Array, kind: int) -> Array:
    """Where log P(X > x) or log P(X < x) is ``log_p``, shape (n,); NaN beyond the panels."""
    xp = array_module(log_p)
    x = xp.full(log_p.size, np.nan)
    for side, part in law.sides():
        powers = law.powers[kind, part]
        ends = powers @ (-1.0) ** np.arange(TERMS)
        rising = (kind == LOWER) == (side > 0)
        low, high = sorted((ends[0], powers[-1].sum()))
        here = xp.flatnonzero((log_p >= low) & (log_p <= high) & xp.isnan(x))
        order = xp.asarray(ends if rising else -ends)
        target = log_p[here]
        which = xp.searchsorted(order, target if rising else -target, side="right") - 1
        t = _solved(powers, which, target)
        middle, stretch = xp.asarray(law.middle[part]), xp.asarray(law.stretch[part])
        x[here] = law.x(middle[which] + t / stretch[which], side)
    return x


def _solved(powers: np.ndarray, which: Array, target: Array) -> Array:
    """``solve``, where the targets live."""
    xp = array_module(target)
    t = xp.empty(target.size)
    if xp is np:
        solve(powers, which, target, t, 0, t.size)
    elif t.size:
        arguments = xp.asarray(powers), which.astype(np.int64), target, t, np.int64(t.size)
        _kernel()((min(-(-t.size // 256), GRID),), (256,), arguments)
    return t


@cache
def _kernel() -> Any:
    return compile_cuda(CUDA, "solve")


@jit(nogil=True)
def solve(powers, which, target, t, low, high):
    """Where in [-1, 1] the polynomials have the target values: monotone ones, which hold them."""
    for i in range(low, high):
        p = powers[which[i]]
        a, b = -1.0, 1.0
        rising = p[1] > 0.0
        guess = 0.0
        for _ in range(60):
            # Horner's scheme for the value and, from the same numbers, the slope
            value, slope = p[TERMS - 1], 0.0
            for k in range(TERMS - 2, -1, -1):
                slope = slope * guess + value
                value = value * guess + p[k]
            if (value < target[i]) == rising:
                a = guess
            else:
                b = guess
            # Newton's step, or a halving where it leaves what is known to hold the root
            ahead = guess - (value - target[i]) / slope
            if not a <= ahead <= b:
                ahead = 0.5 * (a + b)
            moved = abs(ahead - guess)
            guess = ahead
            if moved < 1e-15:
                break
        t[i] = guess


@jit
def _unit_quantile(log_p, upper, alpha, beta, work):
    """Where log P(X > x), or log P(X < x), is ``log_p``, at most log(1/2)."""
    if math.isnan(log_p) or not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0):
        return np.nan
    about, side, shift = alpha <= ABOUT_ZETA, 1.0, 0.0
    if about:  # the probabilities beyond zeta, which have closed forms, say on which side it is
        shift = minus_zeta(alpha, beta)[0]
        width, low, _, _, _ = shape(alpha, beta)
        side = 1.0 if (log_p <= log(width) if upper else log_p > log(low)) else -1.0
    if log_p == -np.inf:
        bounded = alpha < 1.0 and beta == (-1.0 if upper else 1.0)
        edge = -minus_zeta(alpha, beta)[0] if bounded else np.inf
        return edge if bounded or upper else -edge
    # With u it is the lower tail that rises on the right of zeta, and the upper one on the left
    rising = (side > 0.0) != upper
    top = MAX_LOG_X if about else MAX_LOG_X + LOG_2  # at which x is the largest double
    a, b, u = -600.0 if about else -top, top, 0.0
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
        # Newton in u, where log P is nearly linear far out; a halving where that leaves the bracket
        # or where steps do not get shorter by half
        log_jacobian = u if about else math.log(math.cosh(u))
        slope = math.exp(log_f - value + log_jacobian) * (1.0 if rising else -1.0)
        ahead = u - (value - log_p) / slope
        if not a < ahead < b or 2.0 * abs(ahead - u) > before:
            ahead = 0.5 * (a + b)
        before = abs(ahead - u)
        u = ahead
        if before <= 4e-16 * max(1.0, abs(u)):
            break
    if abs(u) > top - 1e-12:
        return side * math.copysign(np.inf, u)
    return side * math.exp(u) - shift if about else math.sinh(u)


@jit
def _far_quantile(log_p, alpha, beta, work):
    """Log of the x beyond the doubles where log P(X > x) is ``log_p``, by Newton in log x."""
    log_x = MAX_LOG_X
    for _ in range(ITERATIONS):
        log_f, log_tail, _ = beyond(log_x, alpha, beta, work)
        step = (log_tail - log_p) / math.exp(log_f + log_x - log_tail)
        log_x += step
        if not abs(step) > 4e-16 * log_x:
            break
    return log_x


@jit(nogil=True)
def _unit_quantiles(log_p, upper, alpha, beta, out, low, high):
    """The quantiles low to high."""
    work = workspace()
    for i in range(low, high):
        out[i] = _unit_quantile(log_p[i], upper[i], alpha[i], beta[i], work)


def direct_quantiles(
    log_p: np.ndarray, upper: np.ndarray, alpha: ArrayLike, beta: ArrayLike
) -> np.ndarray:
    """``_unit_quantile`` for arrays of any shape."""
    shape, flat = flattened(log_p, alpha, beta)
    tails = np.array(np.broadcast_to(upper, shape)).ravel()
    out = np.empty(tails.size)
    work = flat[0], tails, *flat[1:], out
    in_threads(
        lambda low, high: _unit_quantiles(*work, low, high), out.size, POINTS_PER_THREAD // 4
    )
    return out.reshape(shape)


@jit(nogil=True)
def _far_quantiles(log_p, alpha, beta, out):
    """``_far_quantile`` for arrays."""
    work = workspace()
    for i in range(out.size):
        out[i] = _far_quantile(log_p[i], alpha[i], beta[i], work)


def far_log_quantiles(log_p: np.ndarray, alpha: ArrayLike, beta: ArrayLike) -> np.ndarray:
    """``_far_quantile`` for arrays of any shape."""
    shape, flat = flattened(log_p, alpha, beta)
    log_x = np.empty(flat[0].size)
    _far_quantiles(*flat, log_x)
    return log_x.reshape(shape)


CUDA = (
    f"#define TERMS {TERMS}"
    + r"""
extern "C" __global__ void solve(const double *powers, const long long *which,
                                 const double *target, double *t, long long n)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads) {
        const double *p = powers + which[i] * TERMS;
        const bool rising = p[1] > 0.0;
        double a = -1.0, b = 1.0, guess = 0.0;
        for (int turn = 0; turn < 60; ++turn) {
            double value = p[TERMS - 1], slope = 0.0;
            for (int k = TERMS - 2; k >= 0; --k) {
                slope = slope * guess + value;
                value = value * guess + p[k];
            }
            if ((value < target[i]) == rising) a = guess;
            else b = guess;
            double ahead = guess - (value - target[i]) / slope;
            if (!(a <= ahead && ahead <= b)) ahead = 0.5 * (a + b);
            const double moved = fabs(ahead - guess);
            guess = ahead;
            if (moved < 1e-15) break;
        }
        t[i] = guess;
    }
}
"""
)
