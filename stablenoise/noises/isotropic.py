"""Type III: rotationally invariant stable vectors, a normal vector times one stable radius.

With A positive alpha/2-stable, E exp(-A s) = exp(-s^(alpha/2)), and G standard normal, sqrt(2 A) G
has cf exp(-|u|^alpha), |.| Euclidean: Samorodnitsky & Taqqu (1994), section 2.5.
"""

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_alpha
from ..kernels import cms
from ..kernels.addresses import over_addresses

RADIUS = 2**32 - 1  # the block at which a particle keeps its radius

fill = over_addresses(shared=cms.radius, own=cms.normal, shared_block=RADIUS)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|u|_2^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-(np.linalg.norm(u, axis=-1) ** alpha))
