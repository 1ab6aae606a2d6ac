"""Type III: rotationally invariant stable vectors, a normal vector times one stable radius.

With A positive alpha/2-stable, E exp(-A s) = exp(-s^(alpha/2)), and G standard normal, sqrt(2 A) G
has cf ``exp(-|u|^alpha)``, ``|.|`` Euclidean: Samorodnitsky & Taqqu (1994), section 2.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_alpha, check_number, frequencies
from ..kernels import cms
from ..kernels.addresses import over_addresses

__all__ = ["characteristic_function", "fill"]

RADIUS = 2**32 - 1  # the block at which a particle keeps its radius

fill = over_addresses(shared=cms.radius, own=cms.normal, shared_block=RADIUS)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Characteristic function of the noise: ``exp(-|u|_2^alpha)``.

    Parameters
    ----------
    u : array_like, shape (..., dim)
        Frequencies, one for each coordinate, in inverse units of the noise.
    alpha : float
        Stability index, in (0, 2].

    Returns
    -------
    ndarray, shape (...)
        Real, in [0, 1].

    Raises
    ------
    ValueError
        If u is no array of real numbers, or alpha is out of range.

    Examples
    --------
    >>> round(float(characteristic_function([3.0, 4.0], 1.0)), 6)
    0.006738

    """
    u = frequencies(u)
    check_number("alpha", alpha)
    check_alpha(alpha)
    return np.exp(-(np.linalg.norm(u, axis=-1) ** alpha))
