r"""Baselines of CoreNet: each samples or cuts one matrix, without data or by sensitivities.

Four of them draw entries of the whole matrix with replacement, with probabilities p, and count an
entry that is drawn c times of m as :math:`c A_{ij} / (m p_{ij})`: unbiased.  The number of draws
is the largest whose expected number of different entries is within ``keep``, a share of the
nonzero entries, as in a ``Budget``: compare at equal shares of each layer.  ``poisson``
draws without replacement, by the sensitivities of CoreNet; ``svd``, ``top_magnitude`` and
``top_sensitivity`` draw nothing.
"""

import numpy as np

from .independent import POISSON_LANE, inclusions, poisson
from .matrices import nonzero_matrix, positive_share
from .multinomials import EMPTY, SAMPLED, WHOLE
from .network import Matrix
from .sampling import MAX_DRAWS, draw, side_sums, split_draws, whole_draws
from .truncations import Factors, svd, top_magnitude, top_sensitivity

__all__ = [
    "POISSON_LANE",
    "Factors",
    "hybrid",
    "inclusions",
    "l1",
    "l2",
    "poisson",
    "svd",
    "top_magnitude",
    "top_sensitivity",
    "uniform",
]


def uniform(weights: np.ndarray, keep: float, seed: int, layer: int = 0) -> Matrix:
    """Sparse copy by draws that are uniform on the nonzero entries.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    csr_array
        Its expectation is the weights.

    Raises
    ------
    ValueError
        If an argument is out of range, or the share would take 2^32 draws or more.

    Examples
    --------
    >>> uniform(np.ones((2, 5)), keep=1.0, seed=1).nnz
    10

    """
    return _sampled(nonzero_matrix(weights) != 0, weights, keep, (seed, layer))


def l1(weights: np.ndarray, keep: float, seed: int, layer: int = 0) -> Matrix:
    """Sparse copy by draws with probabilities in proportion to the sizes of the entries.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    csr_array
        Its expectation is the weights.

    Raises
    ------
    ValueError
        If an argument is out of range, or the share would take 2^32 draws or more.

    References
    ----------
    As recalled what arXiv 1804.05345 calls l1; Achlioptas, Karnin & Liberty (2013) weight rows
    by a law of their own.

    Examples
    --------
    >>> l1(np.ones((2, 5)), keep=0.5, seed=1).nnz <= 10
    True

    """
    return _sampled(_sizes(weights), weights, keep, (seed, layer))


def l2(weights: np.ndarray, keep: float, seed: int, layer: int = 0) -> Matrix:
    """Sparse copy by draws with probabilities in proportion to the squares of the entries.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    csr_array
        Its expectation is the weights.

    Raises
    ------
    ValueError
        If an argument is out of range, or the share would take 2^32 draws or more.

    References
    ----------
    Drineas & Zouzias, arXiv 1006.0407, without the zeroing of small entries that comes first.

    Examples
    --------
    >>> l2(np.ones((2, 5)), keep=0.5, seed=1).nnz <= 10
    True

    """
    return _sampled(_sizes(weights) ** 2, weights, keep, (seed, layer))


def hybrid(weights: np.ndarray, keep: float, seed: int, layer: int = 0) -> Matrix:
    """Sparse copy by draws with the mean of the probabilities of ``l1`` and ``l2``.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    csr_array
        Its expectation is the weights.

    Raises
    ------
    ValueError
        If an argument is out of range, or the share would take 2^32 draws or more.

    References
    ----------
    Kundu & Drineas (2014), as recalled.

    Examples
    --------
    >>> hybrid(np.ones((2, 5)), keep=0.5, seed=1).nnz <= 10
    True

    """
    sizes = _sizes(weights)
    squares = sizes**2
    return _sampled(sizes / sizes.sum() + squares / squares.sum(), weights, keep, (seed, layer))


def _sampled(
    mass: np.ndarray, weights: np.ndarray, keep: float, address: tuple[int, int]
) -> Matrix:
    """Whole-matrix sampling: counts of the sides of the rows first, then of their entries."""
    matrix, p = nonzero_matrix(weights), mass / mass.sum(dtype=float)
    if positive_share(keep) == 1:
        return draw(matrix, p, *_copied(matrix), (*address, 0)).weights
    draws = _draws_for(p, keep * np.count_nonzero(matrix))
    totals = side_sums(matrix, p).totals
    number = split_draws(totals, draws, *address)
    fates = np.where(number > 0, SAMPLED, EMPTY)
    scale = np.full(number.shape, 1 / draws)
    return draw(matrix, p, number.astype(float), fates, scale, (*address, 0)).weights


def _copied(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws, fates and scale by which all edges are copied."""
    zeros = np.zeros((len(weights), 2))
    return zeros, np.full(zeros.shape, WHOLE), zeros


def _draws_for(p: np.ndarray, budget: float) -> int:
    """Largest number of draws that expects at most ``budget`` different entries, or 1."""
    with np.errstate(divide="ignore"):  # a p of 1 is always drawn
        logs = np.log1p(-np.minimum(p[p > 0], 1))
    low, high = 1.0, float(MAX_DRAWS)
    if -np.expm1(high * logs).sum() <= budget:
        return whole_draws(high)
    while np.floor(high) > np.floor(low) + 1 or high > low + 1:
        # By ratios while the ends are far apart: the answer may have any size up to 2^32.
        middle = np.floor(np.sqrt(low * high)) if high > 2 * low else np.floor((low + high) / 2)
        fits = -np.expm1(middle * logs).sum() <= budget
        low, high = (middle, high) if fits else (low, middle)
    return whole_draws(low)


def _sizes(weights: np.ndarray) -> np.ndarray:
    """Sizes in units of the largest, so that squares do not overflow."""
    sizes = abs(nonzero_matrix(weights).astype(float))
    return sizes / sizes.max()
