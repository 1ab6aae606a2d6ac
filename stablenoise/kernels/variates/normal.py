"""Standard normal variates, in pairs, and the constant 1."""

import math
from types import SimpleNamespace

from ..compiler import jit, scalar


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
    >>> round(cms.double.normal(2.0, 1.0, -1.0, 0.5, 0.0)[1], 12)
    -2.0

    """
    exponential, angle, spare_sign, sinpi = kit.exponential, kit.angle, kit.spare_sign, kit.sinpi
    one, two = kit.real(1.0), kit.real(2.0)
    nothing = (kit.real(0.0),) * 12

    @jit
    def no_constants(alpha, beta):
        """Twelve zeros: these laws need no constants."""
        return nothing

    @scalar
    def normal(size, s, spare, e, f):
        """Two standard normal variates: Box & Muller (1958), size = sqrt(2 W)."""
        return s * size * sinpi(f), spare * size * sinpi(e)

    @jit(alone=True)
    def fill_normal(k, first, second, parts, out):
        """Write two variates for each pair of words, all first ones before the second."""
        n, size = len(first), parts[0]
        one_kind, other = out[:n], out[n : 2 * n]
        for i in range(n):
            size[i] = math.sqrt(two * exponential(second[i], first[i]))
        for i in range(n):
            s, e, f = angle(first[i], second[i])
            one_kind[i], other[i] = normal(size[i], s, spare_sign(second[i]), e, f)

    @jit
    def fill_one(k, first, second, parts, out):
        """Write ones, where a noise has no such factor."""
        for i in range(len(first)):
            out[i] = one

    functions = [no_constants, normal, fill_normal, fill_one]
    return SimpleNamespace(**{f.__name__: f for f in functions})


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
