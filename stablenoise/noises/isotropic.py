"""Type III: rotationally invariant stable vectors, a Gaussian vector times one stable radius."""

import math

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike

from .. import cms
from ..addresses import over_addresses
from ..checks import check_alpha
from ..cms import positive_stable
from ..elementary import cospi, log
from ..jit import jit
from ..philox import philox, uniform

RADIUS = uint32(2**32 - 1)  # the coordinate at which a particle keeps its radius


@jit
def shared(alpha, k0, k1, particle, step, lane):
    """The radius sqrt(2 A), A positive alpha/2-stable."""
    a, b, c, d = philox(k0, k1, particle, step, RADIUS, lane)
    return math.sqrt(2.0 * positive_stable(0.5 * alpha, uniform(a, b), uniform(c, d)))


@jit
def variate(common, alpha, k0, k1, particle, step, coordinate, lane):
    """One coordinate of sqrt(2 A) G, cf exp(-|u|^alpha), |.| Euclidean.

    G is standard normal and E exp(-A |u|^2) = exp(-|u|^alpha): Samorodnitsky & Taqqu (1994),
    section 2.5.  G by Box & Muller (1958).
    """
    a, b, c, d = philox(k0, k1, particle, step, coordinate, lane)
    turn = 2.0 * uniform(c, d)
    return common * math.sqrt(-2.0 * log(uniform(a, b))) * cospi(min(turn, 2.0 - turn))


CUDA = (
    cms.CUDA
    + r"""
__device__ double shared(double alpha, unsigned k0, unsigned k1,
                         unsigned particle, unsigned step, unsigned lane)
{
    unsigned w[4] = {particle, step, 0xFFFFFFFFU, lane};
    philox(k0, k1, w);
    return sqrt(2.0 * positive_stable(0.5 * alpha, uniform(w[0], w[1]), uniform(w[2], w[3])));
}
__device__ double variate(double common, double alpha, unsigned k0, unsigned k1,
                          unsigned particle, unsigned step, unsigned coordinate, unsigned lane)
{
    unsigned w[4] = {particle, step, coordinate, lane};
    philox(k0, k1, w);
    double turn = 2.0 * uniform(w[2], w[3]);
    return common * sqrt(-2.0 * log_(uniform(w[0], w[1]))) * cospi_(fmin(turn, 2.0 - turn));
}
"""
)

fill = over_addresses(shared, variate, CUDA)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|u|_2^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-(np.linalg.norm(u, axis=-1) ** alpha))
