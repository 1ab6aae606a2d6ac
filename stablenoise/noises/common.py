"""Type I: one symmetric stable scalar for a particle, the same in all its coordinates."""

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_alpha
from ..kernels import cms
from ..kernels.addresses import over_addresses

fill = over_addresses(shared=cms.stable, own=cms.one)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-|sum_j u_j|^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-(np.abs(np.sum(u, axis=-1)) ** alpha))
