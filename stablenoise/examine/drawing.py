"""Somebody's sampler, called so that what it gives can be examined.

A sampler is any callable ``draw(size, rng)``.  What it gives is an array of NumPy, or of a library
whose arrays have ``__array__`` or ``__dlpack__``.  What it does wrong is a ``Refusal``, with its
reason in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..checks import one_line, told

__all__ = ["Refusal", "Source"]

TOLD = 160  # characters of an error


class Refusal(Exception):
    """What a sampler does that ends its examination; its text is the reason."""


class Source:
    """A sampler and the shape of what it should give: numbers, or vectors of ``dim``."""

    def __init__(self, draw: Callable[..., Any], dim: int | None = None) -> None:
        self._draw, self.dim = draw, dim

    def draw(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """``size`` draws, of shape (size,) or (size, dim), in the dtype of the sampler."""
        shape = size if self.dim is None else (size, self.dim)
        try:
            drawn = np.asarray(self._draw(shape, rng))
        except (Exception, SystemExit) as error:
            raise Refusal(one_line(f"it raised {type(error).__name__}: {error}", TOLD)) from None
        expected = (size,) if self.dim is None else (size, self.dim)
        if drawn.shape != expected or drawn.dtype.kind not in "iuf":
            raise Refusal(f"it was asked for numbers of shape {expected} and gave {told(drawn)}")
        return drawn
