"""Type II: independent symmetric stable coordinates."""

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_alpha
from ..kernels import cms
from ..kernels.addresses import over_addresses

fill = over_addresses(shared=cms.one, own=cms.stable)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Return exp(-sum_j |u_j|^alpha) for u of shape (..., dim)."""
    check_alpha(alpha)
    return np.exp(-np.sum(np.abs(u) ** alpha, axis=-1))
