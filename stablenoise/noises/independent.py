"""Type II: independent symmetric stable coordinates."""

import numpy as np
from numpy.typing import ArrayLike

from .. import cms
from ..addresses import over_addresses
from ..checks import check_alpha
from ..cms import symmetric_stable
from ..jit import jit
from ..philox import philox, signed_half, uniform


@jit
def shared(alpha, k0, k1, particle, step, lane):
    """Nothing: the coordinates are independent."""
    return 0.0


@jit
def variate(common, alpha, k0, k1, particle, step, coordinate, lane):
    """One coordinate, cf exp(-|t|^alpha)."""
    a, b, c, d = philox(k0, k1, particle, step, coordinate, lane)
    return symmetric_stable(alpha, signed_half(a, b), uniform(c, d))


CUDA = (
    cms.CUDA
    + r"""
__device__ double shared(double alpha, unsigned k0, unsigned k1,
                         unsigned particle, unsigned step, unsigned lane)
{
    return 0.0;
}
__device__ double variate(double common, double alpha, unsigned k0, unsigned k1,
                          unsigned particle, unsigned step, unsigned coordinate, unsigned lane)
{
    unsigned w[4] = {particle, step, coordinate, lane};
    philox(k0, k1, w);
    return symmetric_stable(alpha, signed_half(w[0], w[1]), uniform(w[2], w[3]));
}
"""
)

fill = over_addresses(shared, variate, CUDA)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-sum_j |u_j|^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-np.sum(np.abs(u) ** alpha, axis=-1))
