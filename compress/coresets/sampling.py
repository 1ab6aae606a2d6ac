"""Multinomial counts of the edges of every neuron, each side from a stream of its own.

The words of a side are looked up by (seed, layer, neuron, side, draw), so that neither the number
of threads nor the order matters.  Draws come sorted: partial sums of exponentials over their
total are sorted uniforms, and one walk along the cumulative masses counts them.  Larger numbers
of draws are sums of independent batches.
"""

from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy import int64, uint32, uint64
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from stablenoise.checks import check_all, check_integer, finite_floats, real_array
from stablenoise.kernels.addresses import Address, address
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.elementary import double as elementary
from stablenoise.kernels.random_words import double as uniforms
from stablenoise.kernels.threads import in_threads
from stablenoise.results import as_plain

from .network import Matrix

EMPTY, SAMPLED, SUPPORT, WHOLE = range(4)  # fates of a side: no edge, some, those with mass, all
BATCH = 4094  # draws; with the exponential after the last they take 2048 blocks of words
BLOCKS = 2048
MAX_DRAWS = 2**32  # of a side: batches then have block numbers of 32 bits
LANE = 2**31  # of side 0 in trial 0; lanes of the package's noises are small
ROWS_LANE = 2**32 - 2  # the one above is that of ``stablenoise.data.rows``
ROWS_PER_THREAD = 64  # rows that a thread must have to be worth its start

minus_log, row_words, uniform = elementary.minus_log, uniforms.row_words, uniforms.uniform


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
    """Of each side of each neuron, shape (neurons, 2): edges, edges with mass, and their mass."""

    edges: np.ndarray
    support: np.ndarray
    totals: np.ndarray

    def __repr__(self) -> str:
        return f"Sides(of {len(self.edges):,} neurons)"


def side_sums(weights: np.ndarray, mass: np.ndarray) -> Sides:
    """Counts and float64 sums of the positive and the negative weights of each neuron."""
    shape = len(weights), 2
    sides = Sides(np.zeros(shape, int64), np.zeros(shape, int64), np.zeros(shape))
    _side_sums(weights, mass, *sides)
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
    in_threads(lambda *part: _rows(*plan, positive, *rows, *part), len(weights), ROWS_PER_THREAD)
    return _gathered((len(weights), weights.shape[1]), start, *rows)


def split_draws(totals: np.ndarray, draws: int, seed: int, layer: int) -> np.ndarray:
    """How many of ``draws`` draws fall on each entry of ``totals``, which are masses."""
    check_integer("layer", layer, 0, 2**32)
    flat = totals.ravel()
    chosen = np.flatnonzero(flat)
    counts, tally = np.zeros(flat.size, int64), np.zeros(chosen.size, int64)
    rows = address(check_integer("seed", seed, 0, 2**64), layer, ROWS_LANE)
    _multinomial(tally, np.cumsum(flat[chosen]), draws, uint32(0), rows, *_buffers())
    counts[chosen] = tally
    return counts.reshape(totals.shape)


def whole_draws(draws: float) -> int:
    """``draws`` as an int, or ValueError if no machine could count them: compared as a float."""
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
            _close_up(source, target, start, used)
        columns, counts, values = moved
    weights = csr_array((values, columns, used), shape=shape)
    return Draw(weights, csr_array((counts, columns.copy(), used.copy()), shape=shape))


@jit(nogil=True)
def _close_up(source, target, start, used):
    for i in range(len(used) - 1):
        for t in range(used[i + 1] - used[i]):
            target[used[i] + t] = source[start[i] + t]


@jit(nogil=True)
def _side_sums(weights, mass, edges, support, totals):
    for i in range(len(weights)):
        for j in range(weights.shape[1]):
            w, s = weights[i, j], np.float64(mass[i, j])
            above, below = w > 0, w < 0
            edges[i, 0] += above
            edges[i, 1] += below
            support[i, 0] += above & (s > 0)
            support[i, 1] += below & (s > 0)
            totals[i, 0] += s if above else 0.0
            totals[i, 1] += s if below else 0.0


@jit
def _buffers():
    """Two of words and one of exponentials, for one batch."""
    return np.empty(BLOCKS, uint64), np.empty(BLOCKS, uint64), np.empty(2 * BLOCKS)


@jit
def _exponentials(words, out):
    for t in range(len(words)):
        u, rest = uniform(words[t], uint64(0))
        out[t] = minus_log(u, rest)


@jit(nogil=True)
def _multinomial(tally, cumulative, draws, neuron, address, first, second, spacings):
    """Add to ``tally`` the counts of draws from masses whose partial sums are ``cumulative``."""
    last = len(cumulative) - 1
    # Counts of independent batches add up to those of all draws, and a batch fits its buffers.
    for batch in range((draws + BATCH - 1) // BATCH):
        size = min(BATCH, draws - batch * BATCH)
        m = (size + 2) // 2  # blocks for size + 1 exponentials
        row_words(first[:m], second[:m], neuron, uint32(batch * BLOCKS), address)
        _exponentials(first[:m], spacings[:m])
        _exponentials(second[:m], spacings[m : 2 * m])
        # Partial sums of size + 1 exponentials over their total are size sorted uniforms: so the
        # masses are walked once, with no search and no sort.
        total = 0.0
        for k in range(size + 1):
            total += spacings[k]
        unit, partial, t = cumulative[last] / total, 0.0, 0
        for k in range(size):
            partial += spacings[k]
            # never past the last edge: partial sums may round above the total
            while t < last and cumulative[t] <= partial * unit:
                t += 1
            tally[t] += 1


@jit
def _select(where, cumulative, weights, mass, side):
    """Indices and partial sums of the edges of a side that have mass; returns how many."""
    k, partial = 0, 0.0
    # Stored in every step, and kept only where k moves on: no branch that random signs mislead.
    for j in range(len(weights)):
        s = np.float64(mass[j])
        partial += s if (weights[j] < 0 if side else weights[j] > 0) else 0.0
        where[k], cumulative[k] = j, partial
        k += (s > 0) & (weights[j] < 0 if side else weights[j] > 0)
    return k


@jit
def _mark(times, weights, mass, side, whole):
    """Copy the edges of a side: all of them, or those with mass."""
    for j in range(len(weights)):
        ours = weights[j] < 0 if side else weights[j] > 0
        times[j] = 0 if ours & (whole | (mass[j] > 0)) else times[j]


@jit
def _store(times, weights, mass, scale, columns, counts, values):
    """Entries of one row; returns how many."""
    k = 0
    for j in range(len(weights)):
        if times[j] >= 0:
            w = np.float64(weights[j])
            factor = scale[1 if w < 0 else 0] * times[j] / mass[j] if times[j] else 1.0
            columns[k], counts[k], values[k] = j, times[j], w * factor
            k += 1
    return k


@jit(nogil=True)
def _rows(
    weights, mass, draws, fates, scale, start, positive,
    columns, counts, values, lengths, low, high,
):  # fmt: skip
    """Rows low to high: ``times`` is -1 for no edge, 0 for one copied, or its count."""
    n = weights.shape[1]
    where, cumulative = np.empty(n + 1, int64), np.empty(n + 1)
    times, tally = np.empty(n, int64), np.empty(n, int64)  # once for all rows of a thread
    first, second, spacings = _buffers()
    negative = Address(positive.k0, positive.k1, positive.step, uint32(positive.lane + 1))
    addresses = positive, negative  # of the two sides of a neuron
    for i in range(low, high):
        times[:] = -1
        for side in range(2):
            if fates[i, side] >= SUPPORT:
                _mark(times, weights[i], mass[i], side, fates[i, side] == WHOLE)
            if fates[i, side] == SAMPLED:
                # only edges with mass are walked over: the others could take a draw by rounding
                k = _select(where, cumulative, weights[i], mass[i], side)
                tally[:k] = 0
                # the neuron and the side are in the address: threads may take rows in any order
                _multinomial(
                    tally[:k], cumulative[:k], draws[i, side], uint32(i), addresses[side],
                    first, second, spacings,
                )  # fmt: skip
                for t in range(k):
                    times[where[t]] = tally[t] if tally[t] else -1
        # a row has room for the most entries that it may have; gaps are closed when all are done
        a, b = start[i], start[i + 1]
        lengths[i] = _store(
            times, weights[i], mass[i], scale[i], columns[a:b], counts[a:b], values[a:b]
        )
