"""Type I: one symmetric stable scalar for a particle, the same in all its coordinates."""

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike

from ..addresses import over_addresses
from ..jit import jit
from . import independent

SCALAR = uint32(0)  # the coordinate whose variate all coordinates share


@jit
def variate(alpha, k0, k1, particle, step, coordinate, lane):
    """One coordinate, cf exp(-|t|^alpha), whatever the coordinate."""
    return independent.variate(alpha, k0, k1, particle, step, SCALAR, lane)


CUDA = (
    independent.CUDA.replace("double variate(", "double independent(")
    + r"""
__device__ double variate(double alpha, unsigned k0, unsigned k1,
                          unsigned particle, unsigned step, unsigned coordinate, unsigned lane)
{
    return independent(alpha, k0, k1, particle, step, 0U, lane);
}
"""
)

fill = over_addresses(variate, CUDA)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|sum_j u_j|^alpha) for u of shape (..., dim)."""
    return np.exp(-(np.abs(np.sum(u, axis=-1)) ** alpha))
