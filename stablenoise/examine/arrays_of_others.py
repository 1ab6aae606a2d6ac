"""Arrays of any library as NumPy's, without importing the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..checks import said_by, told

__all__ = ["NotAnArrayError", "as_numpy"]


class NotAnArrayError(Exception):
    """What was given instead of an array, in words."""


def as_numpy(raw: Any) -> np.ndarray:
    """An array of NumPy with what is in another one, or in a list of numbers.

    In this order: an array of NumPy; ``get()`` of an array that lives on a GPU (CuPy); a tensor,
    detached and moved to the CPU (torch); ``__array__`` (JAX, pandas and others); ``__dlpack__``.

    Raises
    ------
    NotAnArrayError
        If it is none of these, or has values that are masked.
    """
    if isinstance(raw, np.ma.MaskedArray):
        if np.ma.getmaskarray(raw).any():
            raise NotAnArrayError(f"{int(np.ma.getmaskarray(raw).sum()):,} masked values")
        return np.asarray(raw.data)
    if isinstance(raw, np.ndarray):
        return np.asarray(raw)
    if isinstance(raw, str | bytes | dict | set) or raw is None:
        raise NotAnArrayError(told(raw))
    if isinstance(raw, Iterator):
        raise NotAnArrayError(f"an iterator ({type(raw).__name__}), not an array")
    try:
        return _converted(raw)
    except NotAnArrayError:
        raise
    except Exception as error:
        reason = f"a {type(raw).__name__} that NumPy cannot read ({said_by(error)})"
        raise NotAnArrayError(reason) from None


def _converted(raw: Any) -> np.ndarray:
    if hasattr(raw, "__cuda_array_interface__") and callable(getattr(raw, "get", None)):
        return np.asarray(raw.get())
    if callable(getattr(raw, "detach", None)):
        raw = raw.detach()
        raw = raw.cpu() if callable(getattr(raw, "cpu", None)) else raw
    if hasattr(raw, "__array__"):
        return np.asarray(raw)
    if hasattr(raw, "__dlpack__"):
        return np.from_dlpack(raw)
    array = np.asarray(raw)
    if array.dtype == object and not isinstance(raw, list | tuple):
        raise NotAnArrayError(told(raw))
    return array
