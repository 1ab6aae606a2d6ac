"""``cupy.linalg`` as far as it is used: arrays of the device in, arrays of the device out."""

from typing import Any

import numpy as np

from .arrays import hidden, ndarray, wrapped

LinAlgError = np.linalg.LinAlgError


def _checked(a: Any) -> np.ndarray:
    if not isinstance(a, ndarray):
        raise TypeError(f"cupy.linalg takes cupy.ndarray, got {type(a)}")
    return hidden(a)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """As NumPy's, without ``hermitian``."""
    return wrapped(np.linalg.svd(_checked(a), full_matrices, compute_uv))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> ndarray:  # noqa: A002
    """A norm, as an array of no dimension where NumPy gives a number."""
    return wrapped(np.linalg.norm(_checked(x), ord, axis, keepdims))


def qr(a: Any, mode: str = "reduced") -> Any:
    """Factors of a matrix."""
    return wrapped(np.linalg.qr(_checked(a), mode))


def cholesky(a: Any) -> ndarray:
    """The lower triangle."""
    return wrapped(np.linalg.cholesky(_checked(a)))


def solve(a: Any, b: Any) -> ndarray:
    """Solution of linear equations."""
    return wrapped(np.linalg.solve(_checked(a), _checked(b)))


def inv(a: Any) -> ndarray:
    """The inverse."""
    return wrapped(np.linalg.inv(_checked(a)))


def det(a: Any) -> ndarray:
    """The determinant."""
    return wrapped(np.linalg.det(_checked(a)))


def slogdet(a: Any) -> tuple:
    """Sign and logarithm of the determinant."""
    return wrapped(tuple(np.linalg.slogdet(_checked(a))))


def eigh(a: Any, UPLO: str = "L") -> tuple:  # noqa: N803
    """Eigenvalues and vectors of a symmetric matrix."""
    return wrapped(tuple(np.linalg.eigh(_checked(a), UPLO)))


def eigvalsh(a: Any, UPLO: str = "L") -> ndarray:  # noqa: N803
    """Eigenvalues of a symmetric matrix."""
    return wrapped(np.linalg.eigvalsh(_checked(a), UPLO))
