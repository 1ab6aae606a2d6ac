"""Multinomial counts of the edges of every neuron, each side from a stream of its own.

The words of a side are looked up by (seed, layer, neuron, side, draw), so that neither the number
of threads nor the order matters.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy import int64, uint32
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from stablenoise.checks import check_all, check_integer, finite_floats, real_array
from stablenoise.kernels.addresses import address
from stablenoise.kernels.threads import in_threads
from stablenoise.results import as_plain

from .multinomials import (
    EMPTY,
    SAMPLED,
    add_multinomial,
    add_sides,
    batch_buffers,
    close_up,
    fill_rows,
)
from .network import Matrix

MAX_DRAWS = 2**32  # of a side: batches then have block numbers of 32 bits
LANE = 2**31  # of side 0 in trial 0; lanes of the package's noises are small
ROWS_LANE = 2**32 - 2  # the one above is that of ``stablenoise.data.rows``
ROWS_PER_THREAD = 64  # rows that a thread must have to be worth its start


class Draw(NamedTuple):
    """A sparse layer, as ``sparsify`` draws it: unpacks as weights, counts.

    Parameters
    ----------
    weights : csr_array, shape (neurons, inputs)
        Draws of one edge are one entry.
    counts : csr_array, shape (neurons, inputs)
        In the entries of ``weights`` how often each was drawn, 0 for an edge copied.

    Examples
    --------
    >>> weights, counts = sparsify(np.ones((1, 3)), np.array([[1.0, 0.0, 1.0]]), 10, seed=1)
    >>> int(counts.sum())
    10

    """

    weights: Matrix
    counts: Matrix

    def __repr__(self) -> str:
        draws, edges = int(self.counts.sum()), self.weights.nnz
        return f"Draw({draws:,} draws, {edges:,} edges of shape {self.weights.shape})"

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them.

        Returns
        -------
        dict
            The two matrices, each a dict of its shape, indptr, indices and data.

        """
        return as_plain(self._asdict())


def sparsify(
    weights: np.ndarray, mass: np.ndarray, draws: ArrayLike, seed: int, layer: int = 0
) -> Draw:
    r"""Unbiased sparse copy of a layer, by draws with replacement in each side of each neuron.

    .. math:: \hat w_j = c_j w_j / (m q_j), \qquad c \sim \mathrm{Multinomial}(m, q), \qquad
              q_j = s_j / \sum_k s_k

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        float32 or float64.
    mass : ndarray, shape (neurons, inputs)
        Not negative, such as sensitivities; an edge of mass 0 is never drawn.
    draws : array_like, broadcast to shape (neurons, 2)
        Number of draws among the positive weights and among the negative ones, in [0, 2^32).
        A side without mass has none.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    Draw
        Two csr_arrays; the counts of a side add up to its draws.

    Raises
    ------
    ValueError
        If draws are more than 2^32 - 1 or not whole, or an argument is out of range.

    Examples
    --------
    >>> drawn = sparsify(np.ones((1, 3)), np.array([[1.0, 0.0, 1.0]]), 10, seed=1)
    >>> drawn
    Draw(10 draws, 2 edges of shape (1, 3))
    >>> int(drawn.counts.sum()), drawn.weights.toarray()[0, 1]
    (10, np.float64(0.0))

    """
    weights, mass = finite_floats("weights", weights), finite_floats("mass", mass)
    if weights.ndim != 2 or mass.shape != weights.shape:
        rule = "weights and mass must be matrices of one shape"
        raise ValueError(f"{rule}, got {weights.shape} and {mass.shape}")
    check_all(mass >= 0, "mass must not be negative", mass)
    asked = _numbers_of_draws(draws, len(weights))
    totals = side_sums(weights, mass).totals
    fates = np.where((asked > 0) & (totals > 0), SAMPLED, EMPTY)
    scale = totals / np.maximum(asked, 1)
    return draw(weights, mass, asked, fates, scale, (seed, layer, 0))


def _numbers_of_draws(draws: ArrayLike, neurons: int) -> np.ndarray:
    """Draws of both sides of each neuron, or ValueError."""
    asked = real_array("draws", draws)
    try:
        asked = np.broadcast_to(asked, (neurons, 2))
    except ValueError:
        rule = f"draws must broadcast to shape ({neurons}, 2)"
        raise ValueError(f"{rule}, got shape {asked.shape}") from None
    if not (asked < MAX_DRAWS).all():
        raise ValueError(f"draws of a side must be fewer than 2^32, got {asked.max():.3g}")
    if not ((asked >= 0) & (asked == np.floor(asked))).all():
        raise ValueError(f"draws must be whole numbers, not negative, got {asked.min()}")
    return asked


class Sides(NamedTuple):
    """Edges, edges with mass, and their mass, for each side of each neuron: shape (neurons, 2)."""

    edges: np.ndarray
    support: np.ndarray
    totals: np.ndarray

    def __repr__(self) -> str:
        return f"Sides(of {len(self.edges):,} neurons)"


def side_sums(weights: np.ndarray, mass: np.ndarray) -> Sides:
    """Counts and float64 sums of the positive and the negative weights of each neuron."""
    shape = len(weights), 2
    sides = Sides(np.zeros(shape, int64), np.zeros(shape, int64), np.zeros(shape))
    add_sides(weights, mass, *sides)
    return sides


def draw(
    weights: np.ndarray,
    mass: np.ndarray,
    draws: np.ndarray,
    fates: np.ndarray,
    scale: np.ndarray,
    where: tuple[int, int, int],
) -> Draw:
    """Counts and weights of a layer whose fates are settled, ``where`` is (seed, layer, trial).

    A weight that is drawn c times becomes c w scale / mass.
    """
    seed, layer, trial = where
    check_integer("layer", layer, 0, 2**32)
    check_integer("trial", trial, 0, 2**30 - 1)
    # Two lanes a trial, one for each side of a neuron: sides and trials are independent.
    positive = address(check_integer("seed", seed, 0, 2**64), layer, LANE + 2 * trial)
    number = np.where(fates == SAMPLED, draws, 0).astype(int64)
    sides = side_sums(weights, mass)
    # Rows are filled by several threads: each gets the entries that it may need at most.
    most = np.choose(fates, [0, np.minimum(number, sides.support), sides.support, sides.edges])
    start = np.concatenate([[0], np.cumsum(most.sum(axis=1))]).astype(int64)
    columns, counts = (np.empty(start[-1], kind) for kind in (np.int32, int64))
    values, lengths = np.empty(start[-1], weights.dtype), np.zeros(len(weights), int64)
    plan = weights, mass, number, fates.astype(np.int8), scale, start
    rows = columns, counts, values, lengths
    arguments = *plan, positive, *rows
    in_threads(lambda *part: fill_rows(*arguments, *part), len(weights), ROWS_PER_THREAD)
    return _gathered((len(weights), weights.shape[1]), start, *rows)


def split_draws(totals: np.ndarray, draws: int, seed: int, layer: int) -> np.ndarray:
    """How many of ``draws`` draws fall on each entry of ``totals``, which are masses."""
    check_integer("layer", layer, 0, 2**32)
    flat = totals.ravel()
    chosen = np.flatnonzero(flat)
    counts, tally = np.zeros(flat.size, int64), np.zeros(chosen.size, int64)
    rows = address(check_integer("seed", seed, 0, 2**64), layer, ROWS_LANE)
    add_multinomial(tally, np.cumsum(flat[chosen]), draws, uint32(0), rows, *batch_buffers())
    counts[chosen] = tally
    return counts.reshape(totals.shape)


def whole_draws(draws: float) -> int:
    """``draws`` as an int, or ValueError unless there are fewer than 2^32."""
    if not isfinite(draws) or draws >= MAX_DRAWS:
        raise ValueError(f"draws of a side must be fewer than 2^32, got {draws:.3g}")
    return int(draws)


def _gathered(
    shape: tuple[int, int],
    start: np.ndarray,
    columns: np.ndarray,
    counts: np.ndarray,
    values: np.ndarray,
    lengths: np.ndarray,
) -> Draw:
    """A layer from rows of ``lengths`` entries, with no gaps between them."""
    used = np.concatenate([[0], np.cumsum(lengths)])
    if used[-1] < len(columns):
        moved = [np.empty(used[-1], x.dtype) for x in (columns, counts, values)]
        for source, target in zip((columns, counts, values), moved, strict=True):
            close_up(source, target, start, used)
        columns, counts, values = moved
    weights = csr_array((values, columns, used), shape=shape)
    return Draw(weights, csr_array((counts, columns.copy(), used.copy()), shape=shape))
