"""Type I: one symmetric stable scalar for a particle, the same in all its coordinates."""

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike

from .. import cms
from ..addresses import over_addresses
from ..checks import check_alpha
from ..cms import symmetric_stable
from ..jit import jit
from ..philox import philox, signed_half, uniform

SCALAR = uint32(0)  # the coordinate at which a particle keeps its scalar


@jit
def shared(alpha, k0, k1, particle, step, lane):
    """The scalar, cf exp(-|t|^alpha)."""
    a, b, c, d = philox(k0, k1, particle, step, SCALAR, lane)
    return symmetric_stable(alpha, signed_half(a, b), uniform(c, d))


@jit
def variate(common, alpha, k0, k1, particle, step, coordinate, lane):
    """One coordinate, whatever the coordinate."""
    return common


CUDA = (
    cms.CUDA
    + r"""
__device__ double shared(double alpha, unsigned k0, unsigned k1,
                         unsigned particle, unsigned step, unsigned lane)
{
    unsigned w[4] = {particle, step, 0U, lane};
    philox(k0, k1, w);
    return symmetric_stable(alpha, signed_half(w[0], w[1]), uniform(w[2], w[3]));
}
__device__ double variate(double common, double alpha, unsigned k0, unsigned k1,
                          unsigned particle, unsigned step, unsigned coordinate, unsigned lane)
{
    return common;
}
"""
)

fill = over_addresses(shared, variate, CUDA)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|sum_j u_j|^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-(np.abs(np.sum(u, axis=-1)) ** alpha))
