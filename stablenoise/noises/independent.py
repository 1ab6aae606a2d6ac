"""Type II: independent symmetric stable coordinates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_alpha, check_number, frequencies
from ..kernels import cms
from ..kernels.addresses import over_addresses

__all__ = ["characteristic_function", "fill"]

fill = over_addresses(shared=cms.one, own=cms.stable)


def characteristic_function(u: ArrayLike, alpha: float) -> np.ndarray:
    """Characteristic function of the noise: ``exp(-sum_j |u_j|^alpha)``.

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
    >>> round(float(characteristic_function([1.0, -1.0], 1.5)), 6)
    0.135335

    """
    u = frequencies(u)
    check_number("alpha", alpha)
    check_alpha(alpha)
    return np.exp(-np.sum(np.abs(u) ** alpha, axis=-1))
