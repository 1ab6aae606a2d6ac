"""Rows of a data set: some of them chosen by a seed, and none of them in two parts."""

from itertools import combinations

import numpy as np
from numpy import uint32, uint64

from ..checks import check_integer, real_array
from ..kernels.addresses import address
from ..kernels.random_words import double as uniforms

# Of the words that choose rows.  ``compress.pruning.random`` has the same lane: with one seed for
# both, rows and weights are chosen by the same words, so take two seeds where that matters.
LANE = 2**32 - 1

row_words = uniforms.row_words


def subset(size: int, count: int, seed: int) -> np.ndarray:
    """Indices of rows chosen without replacement, in order.

    Parameters
    ----------
    size : int
        Number of rows to choose from, in [0, 2^32).
    count : int
        Number of rows to choose, in [0, 2^64); all of them if there are not more.
    seed : int
        In [0, 2^64).

    Returns
    -------
    ndarray of int, shape (min(count, size),)
        Every choice of as many rows has the same probability.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> subset(3, 5, seed=1)
    array([0, 1, 2])
    >>> subset(1000, 3, seed=1).shape
    (3,)

    """
    size = check_integer("size", size, 0, 2**32)
    count = check_integer("count", count, 0, 2**64)
    seed = check_integer("seed", seed, 0, 2**64)
    if count >= size:
        return np.arange(size)
    return np.sort(order(size, seed, LANE)[:count])


def order(size: int, seed: int, lane: int) -> np.ndarray:
    """Indices of all rows in an order chosen by a seed, each order with the same probability.

    Parameters
    ----------
    size : int
        Number of rows, in [0, 2^32).
    seed : int
        In [0, 2^64).
    lane : int
        In [0, 2^32).

    Returns
    -------
    ndarray of int, shape (size,)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> order(4, seed=1, lane=3)
    array([2, 1, 0, 3])

    """
    size = check_integer("size", size, 0, 2**32)
    seed = check_integer("seed", seed, 0, 2**64)
    lane = check_integer("lane", lane, 0, 2**32)
    words, others = np.empty(size, uint64), np.empty(size, uint64)
    row_words(words, others, uint32(0), uint32(0), address(seed, 0, lane))
    return np.argsort(words, kind="stable")


def check_disjoint(**parts: np.ndarray) -> None:
    """Raise ValueError if a row is in two of the arrays; -0.0 is 0.0.

    Parameters
    ----------
    **parts : ndarray
        Arrays of rows by the names that an error has for them.

    Raises
    ------
    ValueError
        If a row is in two parts, or a part is no array of real numbers.

    Examples
    --------
    >>> check_disjoint(points=np.zeros((2, 3)), held_out=np.ones((2, 3)))

    """
    rows = {name: {row.tobytes() for row in _rows(name, part)} for name, part in parts.items()}
    for one, other in combinations(rows, 2):
        if common := len(rows[one] & rows[other]):
            raise ValueError(f"{other} must share no row with {one}, got {common} that are in both")


def _rows(name: str, part: np.ndarray) -> np.ndarray:
    array = real_array(name, part)
    if not array.ndim:
        raise ValueError(f"{name} must be an array of rows, got a number")
    return array + 0.0
