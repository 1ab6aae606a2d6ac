"""Skewed stable variates at alpha = 1."""

import math
from types import SimpleNamespace

from ..compiler import fma, jit, scalar


def make(kit: SimpleNamespace) -> SimpleNamespace:
    """Compile the law for one format.

    Parameters
    ----------
    kit : namespace
        The type ``real`` of the format, and its elementary functions and uniforms; every literal
        is of this type.

    Returns
    -------
    namespace
        Its functions by name: constants, variates, and the loops that fill arrays.

    Examples
    --------
    >>> from stablenoise.kernels import cms
    >>> float(cms.double.at_one_constants(1.0, 0.5)[2])
    0.75

    """
    real, exponential, angle = kit.real, kit.exponential, kit.angle
    sinpi, log2 = kit.sinpi, kit.log2
    zero, half, one, two = map(real, (0.0, 0.5, 1.0, 2.0))
    nothing = (zero,) * 8

    @jit
    def at_one_constants(alpha, beta):
        """Constants that ``at_one`` needs; ln(2) is in them, as its logarithm has the base 2."""
        unit = -2.0 / math.pi * math.log(2.0) * beta
        up, down = real(0.5 * (1.0 + beta)), real(0.5 * (1.0 - beta))
        return (real(beta), real(unit), up, down, *nothing)

    @scalar
    def at_one_parts(k, s, e, f, w):
        """The part of ``at_one`` without the logarithm, and the logarithm's argument."""
        beta, up, down = k[0], k[2], k[3]
        g = fma(-s * beta, e, up if s > zero else down)
        end = sinpi(e)
        r = one / (end * g)  # one division for two quotients, by cos V and by g
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

    @jit(alone=True)
    def fill_at_one(k, first, second, parts, out):
        """Write variates, one for each pair of words, in short stages as ``fill_stable``."""
        n, inside = len(first), parts[0]
        for i in range(n):
            out[i] = exponential(second[i], first[i])
        for i in range(n):
            s, e, f = angle(first[i], second[i])
            out[i], inside[i] = at_one_parts(k, s, e, f, out[i])
        for i in range(n):
            out[i] = at_one_end(k, out[i], inside[i])

    functions = [at_one_constants, at_one, fill_at_one]
    return SimpleNamespace(**{f.__name__: f for f in functions})


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
