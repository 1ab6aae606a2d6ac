"""What is used of ``cupyx.scipy.special``: ufuncs of one array, from SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from .arrays import hidden, ndarray, opened, wrapped

NAMES = "erf", "expit", "ndtr"
__all__ = ["erf", "expit", "ndtr"]


def _ufunc(name: str) -> Any:
    def function(x: Any, out: Any = None) -> Any:
        if not isinstance(x, ndarray) or (out is not None and not isinstance(out, ndarray)):
            raise TypeError(f"Unsupported type {type(x)}")
        how = {} if out is None else {"out": hidden(out)}
        with np.errstate(all="ignore"):
            result = getattr(special, name)(opened(x), **how)
        return out if out is not None else wrapped(result)

    return function


erf, expit, ndtr = map(_ufunc, NAMES)
