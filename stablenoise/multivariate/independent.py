"""Vectors of independent stable coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .. import sampling
from ..checks import check_integer
from ..kernels.arrays import Complex
from ..results import pasted
from ..sampling import Rng, Size
from ..stable import Stable
from ..values import by_content
from .vectors import points, vector


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Independent:
    """Independent stable coordinates, each with a law of its own.

    Parameters
    ----------
    alpha : float or array_like, shape (dim,)
        Stability indices, in (0, 2].
    dim : int
        At least 1.
    scale, loc, beta : float or array_like, shape (dim,)
        As in ``Stable``, in Nolan's S0 form.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Examples
    --------
    >>> Independent([1.2, 1.8], dim=2, scale=[1.0, 3.0]).rvs(5, rng=1).shape
    (5, 2)

    """

    alpha: Any
    dim: int
    scale: Any = 1.0
    loc: Any = 0.0
    beta: Any = 0.0
    _laws: Stable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dim = check_integer("dim", self.dim, 1, 2**32 - 1)
        laws = Stable(self.alpha, self.beta, self.scale, vector("loc", self.loc, dim))
        if laws.shape != (dim,):
            raise ValueError(f"parameters must be numbers or of length {dim}, got {laws.shape}")
        object.__setattr__(self, "dim", dim)
        for name in ("alpha", "scale", "loc", "beta"):
            object.__setattr__(self, name, getattr(laws, name))
        object.__setattr__(self, "_laws", laws)

    def rvs(self, size: Size = None, rng: Rng = None, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Independent draws.

        Parameters
        ----------
        size : int or tuple of int, optional
            Shape of the sample; a single vector if left out.
        rng : {None, int, array_like, numpy.random.Generator, ...}
            What ``numpy.random.default_rng`` takes; two words are drawn from it.
        dtype : dtype
            float64 or float32.

        Returns
        -------
        ndarray, shape size + (dim,)
            In the units of scale and loc.

        Raises
        ------
        ValueError
            If size, rng or dtype is none of these, or a parameter is not finite in dtype.

        Examples
        --------
        >>> Independent([1.2, 1.8], dim=2, scale=[1.0, 3.0]).rvs(5, rng=1).shape
        (5, 2)

        """
        return self._laws.rvs((*sampling.full_shape(size, ()), self.dim), rng, dtype)

    def __repr__(self) -> str:
        return pasted(self)

    def cf(self, u: ArrayLike) -> Complex:
        """Characteristic function E exp(i u.X).

        Parameters
        ----------
        u : array_like, shape (..., dim)
            Frequencies, in inverse units of the variate.

        Returns
        -------
        complex or ndarray of complex, shape (...)
            At most 1 in absolute value.

        Raises
        ------
        ValueError
            If u is not of real numbers, or its last axis has not the length dim.

        Examples
        --------
        >>> law = Independent([1.0, 2.0], dim=2)
        >>> print(f"{law.cf([1.0, 1.0]).real:.9f}")  # exp(-2)
        0.135335283

        """
        return np.prod(self._laws.cf(points("u", u, self.dim)), axis=-1)
