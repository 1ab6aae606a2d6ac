"""Skewed stable variates at alpha = 1."""

import math
from types import SimpleNamespace

from ..compiler import fma, jit, scalar


def make(kit: SimpleNamespace) -> SimpleNamespace:
    """Functions of one format, whose literals are of its type."""
    real, exponential, angle = kit.real, kit.exponential, kit.angle
    sinpi, log2 = kit.sinpi, kit.log2
    zero, half, one, two = map(real, (0.0, 0.5, 1.0, 2.0))
    nothing = (zero,) * 8

    @jit
    def at_one_constants(alpha, beta):
        """Of ``at_one``, with ln(2) for its base-2 logarithm."""
        unit = -2.0 / math.pi * math.log(2.0) * beta
        up, down = real(0.5 * (1.0 + beta)), real(0.5 * (1.0 - beta))
        return (real(beta), real(unit), up, down, *nothing)

    @scalar
    def at_one_parts(k, s, e, f, w):
        """Lead and logarithm's argument of ``at_one``."""
        beta, up, down = k[0], k[2], k[3]
        g = fma(-s * beta, e, up if s > zero else down)
        end = sinpi(e)
        r = one / (end * g)
        return two * g * g * r * (s * sinpi(f)), half * w * (end * (end * r))

    @scalar
    def at_one_end(k, lead, inside):
        """The variate from its parts."""
        exponent, rest = log2(inside)
        return fma(k[1], exponent + rest, lead)

    @scalar
    def at_one(k, s, e, f, w):
        r"""Stable variate of index 1, scale 1 and location 0; a shorter ``near_one``.

        .. math:: X = 2 g \tan V - \frac{2\beta}{\pi} \log\frac{W \cos V}{2 g},
                  \quad g = \tfrac12 + \beta V / \pi,

        the form of Chambers, Mallows & Stuck for alpha = 1, in which log(pi / 2) is gone.
        """
        lead, inside = at_one_parts(k, s, e, f, w)
        return at_one_end(k, lead, inside)

    @jit
    def fill_at_one(k, first, second, parts, out):
        n, inside = len(first), parts[0]
        for i in range(n):
            out[i] = exponential(second[i], first[i])
        for i in range(n):
            s, e, f = angle(first[i], second[i])
            out[i], inside[i] = at_one_parts(k, s, e, f, out[i])
        for i in range(n):
            out[i] = at_one_end(k, out[i], inside[i])

    found = [at_one_constants, at_one, fill_at_one]
    return SimpleNamespace(**{f.__name__: f for f in found})


CUDA = r"""
__device__ void at_one(const real *k, word first, word second, real *out)
{
    real beta = k[0], s, e, f, w = exponential(second, first);
    angle(first, second, s, e, f);
    real g = fma_(-s * beta, e, s > ZERO ? k[2] : k[3]), end = sinpi_(e), r = ONE / (end * g);
    real lead = TWO * g * g * r * (s * sinpi_(f)), exponent, rest;
    log2_(HALF * w * (end * (end * r)), exponent, rest);
    out[0] = fma_(k[1], exponent + rest, lead);
}
"""
