"""Standard normal variates, in pairs, and the constant 1."""

import math
from types import SimpleNamespace

from ..compiler import jit, scalar


def make(kit: SimpleNamespace) -> SimpleNamespace:
    """Functions of one format, whose literals are of its type."""
    exponential, angle, spare_sign, sinpi = kit.exponential, kit.angle, kit.spare_sign, kit.sinpi
    one, two = kit.real(1.0), kit.real(2.0)
    nothing = (kit.real(0.0),) * 12

    @jit
    def no_constants(alpha, beta):
        return nothing

    @scalar
    def normal(size, s, spare, e, f):
        """Two standard normal variates: Box & Muller (1958), size = sqrt(2 W)."""
        return s * size * sinpi(f), spare * size * sinpi(e)

    @jit
    def fill_normal(k, first, second, parts, out):
        n, size = len(first), parts[0]
        one_kind, other = out[:n], out[n : 2 * n]
        for i in range(n):
            size[i] = math.sqrt(two * exponential(second[i], first[i]))
        for i in range(n):
            s, e, f = angle(first[i], second[i])
            one_kind[i], other[i] = normal(size[i], s, spare_sign(second[i]), e, f)

    @jit
    def fill_one(k, first, second, parts, out):
        for i in range(len(first)):
            out[i] = one

    found = [no_constants, normal, fill_normal, fill_one]
    return SimpleNamespace(**{f.__name__: f for f in found})


CUDA = r"""
__device__ void normal(const real *k, word first, word second, real *out)
{
    real s, e, f, size = sqrt(TWO * exponential(second, first));
    angle(first, second, s, e, f);
    out[0] = s * size * sinpi_(f);
    out[1] = spare_sign(second) * size * sinpi_(e);
}
__device__ void one(const real *k, word first, word second, real *out) { out[0] = ONE; }
"""
