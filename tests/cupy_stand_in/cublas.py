"""What is used of ``cupy.cublas``: the product of two matrices, added to a third in place.

As its docstring says: ``out = alpha op(a) op(b) + beta out``; all of one type, float32 or float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import hidden, ndarray

__all__ = ["gemm"]


def gemm(
    transa: str, transb: str, a: ndarray, b: ndarray, out: Any = None, alpha: float = 1.0,
    beta: float = 0.0,
) -> Any:  # fmt: skip
    if not all(isinstance(x, ndarray) for x in (a, b, out)):
        raise TypeError(f"Unsupported type {type(a)}, {type(b)} or {type(out)}")
    left, right, total = map(hidden, (a, b, out))
    assert left.ndim == right.ndim == 2 and left.dtype == right.dtype == total.dtype
    assert left.dtype in (np.float32, np.float64) and {transa, transb} <= {"N", "T"}
    left = left.T if transa == "T" else left
    right = right.T if transb == "T" else right
    assert total.shape == (len(left), right.shape[1])
    total[...] = alpha * (left @ right) + beta * total
    return out
