"""Checks of what baselines are given: a matrix, sensitivities, a share."""

import numpy as np

from stablenoise.checks import check_all, check_share, finite_floats


def nonzero_matrix(weights: np.ndarray, name: str = "weights") -> np.ndarray:
    """``weights`` as a finite matrix, or ValueError if it is none or all zero."""
    matrix = finite_floats(name, weights)
    if matrix.ndim != 2 or not matrix.any():
        raise ValueError(f"{name} must be a matrix that is not all zero, got shape {matrix.shape}")
    return matrix


def with_sensitivities(
    weights: np.ndarray, sensitivities: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both as matrices, the sensitivities with 0 where a weight is 0."""
    matrix, shares = nonzero_matrix(weights), nonzero_matrix(sensitivities, "sensitivities")
    if matrix.shape != shares.shape:
        raise ValueError(f"sensitivities must have shape {matrix.shape}, got {shares.shape}")
    check_all(shares >= 0, "sensitivities must not be negative", shares)
    return matrix, np.where(matrix != 0, shares, 0)


def positive_share(keep: float) -> float:
    """``keep`` as a float, or ValueError unless it lies in (0, 1]."""
    check_share("keep", keep, "(]")
    return float(keep)
