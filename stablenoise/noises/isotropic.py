"""Type III: rotationally invariant stable vectors, a Gaussian vector times one stable radius."""

import math

import numpy as np
from numpy import uint32
from numpy.typing import ArrayLike

from .. import cms
from ..addresses import over_addresses
from ..cms import positive_stable
from ..elementary import cospi, log
from ..jit import jit
from ..philox import philox, uniform

RADIUS = uint32(2**32 - 1)  # the coordinate at which a particle keeps its radius


@jit
def variate(alpha, k0, k1, particle, step, coordinate, lane):
    """One coordinate of a vector with cf exp(-|u|^alpha), |.| Euclidean.

    sqrt(2 A) G with A positive alpha/2-stable and G standard normal, since E exp(-A |u|^2) is
    exp(-|u|^alpha): Samorodnitsky & Taqqu (1994), section 2.5.  G by Box & Muller (1958).
    """
    a, b, c, d = philox(k0, k1, particle, step, RADIUS, lane)
    radius = math.sqrt(2.0 * positive_stable(0.5 * alpha, uniform(a, b), uniform(c, d)))
    a, b, c, d = philox(k0, k1, particle, step, coordinate, lane)
    turn = 2.0 * uniform(c, d)
    return radius * math.sqrt(-2.0 * log(uniform(a, b))) * cospi(min(turn, 2.0 - turn))


CUDA = (
    cms.CUDA
    + r"""
__device__ double variate(double alpha, unsigned k0, unsigned k1,
                          unsigned particle, unsigned step, unsigned coordinate, unsigned lane)
{
    unsigned r[4] = {particle, step, 0xFFFFFFFFU, lane}, w[4] = {particle, step, coordinate, lane};
    philox(k0, k1, r);
    philox(k0, k1, w);
    double radius =
        sqrt(2.0 * positive_stable(0.5 * alpha, uniform(r[0], r[1]), uniform(r[2], r[3])));
    double turn = 2.0 * uniform(w[2], w[3]);
    return radius * sqrt(-2.0 * log_(uniform(w[0], w[1]))) * cospi_(fmin(turn, 2.0 - turn));
}
"""
)

fill = over_addresses(variate, CUDA)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|u|_2^alpha) for u of shape (..., dim)."""
    return np.exp(-(np.linalg.norm(u, axis=-1) ** alpha))
