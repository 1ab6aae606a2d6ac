"""Products of matrices added to a matrix in place, so that no array of their size is made."""

from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np
from scipy.linalg import blas

from stablenoise.kernels.arrays import Array, array_module

BLOCK_BYTES = 1 << 21  # of a product that is made before it is added: it stays in the cache
GEMM = {np.dtype(np.float32): blas.sgemm, np.dtype(np.float64): blas.dgemm}


def add_product(total: Array, left: Array, right: Array, factor: float) -> None:
    """``total += factor * left.T @ right`` in place, by one GEMM where the arrays allow it.

    Shapes are (m, n), (k, m) and (k, n).  What is not contiguous or of several types is added by
    blocks of rows, each a product of ``BLOCK_BYTES`` at most, or of one row.
    """
    if not total.size or not len(left):
        return
    xp, arrays = array_module(total), (total, left, right)
    alike = total.dtype in GEMM and all(a.dtype == total.dtype for a in arrays)
    if alike and all(a.flags.c_contiguous for a in arrays):
        if xp is np:
            # Fortran's matrices are the transposes of ours: total.T += factor right.T (left.T).T
            gemm = GEMM[total.dtype]
            gemm(factor, right.T, left.T, 1.0, total.T, trans_b=1, overwrite_c=1)
            return
        if (cublas := _cublas(xp.__name__)) is not None:
            cublas.gemm("T", "N", left, right, out=total, alpha=factor, beta=1.0)
            return
    rows = max(1, BLOCK_BYTES // total[:1].nbytes)
    for low in range(0, len(total), rows):
        product = left[:, low : low + rows].T @ right
        product *= factor
        total[low : low + rows] += product


@cache
def _cublas(library: str) -> ModuleType | None:
    """CuPy's faces of the vendor's products, where they are there."""
    try:
        return import_module(f"{library}.cublas")
    except ImportError:
        return None
