"""Pairs of coordinates at which a test looks: each coordinate at most once in each half."""

from __future__ import annotations

import numpy as np

__all__ = ["disjoint_pairs", "pair_name"]


def disjoint_pairs(dim: int) -> np.ndarray:
    """Neighbours; and, of three coordinates or more, disjoint pairs drawn once for all.

    Of an odd number one coordinate is left out by each half, of the second not the last.
    """
    neighbours = np.arange(dim - dim % 2).reshape(-1, 2)
    if dim < 3:
        return neighbours
    order = np.random.default_rng(dim).permutation(dim - 1)
    others = np.concatenate([[dim - 1], order])[: dim - dim % 2]
    return np.concatenate([neighbours, others.reshape(-1, 2)])


def pair_name(pair: np.ndarray) -> str:
    """Coordinates counted from 1."""
    return f"{pair[0] + 1} and {pair[1] + 1}"
