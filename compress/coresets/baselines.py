r"""What CoreNet is compared with: one matrix at a time, and no data but for two by sensitivity.

Four of them draw entries of the whole matrix with replacement, with probabilities p, and count an
entry that is drawn c times of m as :math:`c A_{ij} / (m p_{ij})`: unbiased.  The number of draws
is the largest whose expected number of different entries is within ``keep``, a share of the
nonzero entries, as in ``corenet.Budget``: compare at equal shares of each layer.  ``poisson``
draws without replacement, by the sensitivities of CoreNet.
"""

from typing import NamedTuple

import numpy as np
from numpy import uint32, uint64
from scipy.sparse import csr_array

from stablenoise.checks import check_all, check_integer, check_share
from stablenoise.kernels.addresses import address
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double as uniforms

from ..compressibility.norms import count_kept
from ..networks.ranking import zero_all_but
from ..pruning import magnitude
from .network import Matrix, _real
from .sampling import EMPTY, LANE, MOST, SAMPLED, draw, side_sums, split_draws, whole_draws

POISSON_LANE = LANE - 1

row_words, uniform_of_words = uniforms.row_words, uniforms.uniform


class Factors(NamedTuple):
    """A matrix of low rank: ``left @ right``."""

    left: np.ndarray
    right: np.ndarray

    @property
    def stored(self) -> int:
        """Numbers stored."""
        return self.left.size + self.right.size


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

    Raises
    ------
    ValueError
        If an argument is out of range, or the share would take 2^32 draws or more.

    Examples
    --------
    >>> uniform(np.ones((2, 5)), keep=1.0, seed=1).nnz
    10

    """
    return _sampled(_matrix(weights) != 0, weights, keep, (seed, layer))


def l1(weights: np.ndarray, keep: float, seed: int, layer: int = 0) -> Matrix:
    """Sparse copy by draws with probabilities in proportion to the sizes of the entries.

    Parameters, errors and value are those of ``uniform``.

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

    Parameters, errors and value are those of ``uniform``.

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

    Parameters, errors and value are those of ``uniform``.

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


def poisson(
    weights: np.ndarray, sensitivities: np.ndarray, keep: float, seed: int, layer: int = 0
) -> Matrix:
    r"""Sparse copy that keeps each entry or not, independently, by its sensitivity.

    .. math:: \hat A_{ij} = A_{ij} / \pi_{ij} \text{ with probability } \pi_{ij}, \text{ else } 0

    Against CoreNet's draws no edge is drawn twice, and one that matters is certain; but the number
    of edges is random, and with it the sum of what they carry: worse where little is kept (10%
    of a trained network), better where much is (40%).

    Parameters
    ----------
    weights, sensitivities : ndarray, shape (neurons, inputs)
        Finite, not all zero; sensitivities are not negative.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.  Less is kept, below 1, where
        fewer entries have a sensitivity: an entry without one has no chance.
    seed : int
        In [0, 2^64).
    layer : int
        In [0, 2^32): part of the address of the random words.

    Returns
    -------
    csr_array
        Its expectation is the weights, where the sensitivity is not 0.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, or the shapes differ.

    See Also
    --------
    inclusions : the probabilities.

    References
    ----------
    Horvitz & Thompson (1952), J. Amer. Statist. Assoc. 47, 663-685, the weights; not in arXiv
    1804.05345 as recalled.

    Examples
    --------
    >>> small = poisson(np.ones((1, 3)), np.array([[9.0, 1.0, 0.0]]), keep=0.5, seed=1)
    >>> small.toarray()[0, [0, 2]]  # certain, and never drawn
    array([1., 0.])

    """
    found, chances = _matrix(weights), inclusions(weights, sensitivities, keep)
    seed, layer = check_integer("seed", seed, 0, 2**64), check_integer("layer", layer, 0, 2**32)
    kept = np.empty(found.shape, dtype=bool)
    _keep(kept, chances, address(seed, layer, POISSON_LANE))
    scaled = np.divide(found, chances, out=np.zeros(found.shape), where=kept)
    return csr_array(scaled.astype(found.dtype))


def inclusions(weights: np.ndarray, sensitivities: np.ndarray, keep: float) -> np.ndarray:
    r"""Probability with which ``poisson`` keeps each entry.

    .. math:: \pi_{ij} = \min(1, c s_{ij}), \qquad \sum \pi_{ij} = keep \cdot entries,

    with one c for the matrix, so that of neuron i fed with a the sum has variance
    :math:`\sum_j A_{ij}^2 a_j^2 (1 / \pi_{ij} - 1)` over the entries of sensitivity not 0.

    Parameters
    ----------
    weights, sensitivities, keep
        As for ``poisson``.

    Returns
    -------
    ndarray, float64, shape (neurons, inputs)
        In [0, 1]; 0 where a weight or its sensitivity is.  If no more entries than the budget
        have a sensitivity, 1 for each of them; if keep is 1, for all that are not zero.

    Raises
    ------
    ValueError
        As ``poisson``.

    References
    ----------
    Derived here.

    Examples
    --------
    >>> inclusions(np.ones((1, 4)), np.array([[8.0, 2.0, 1.0, 1.0]]), keep=0.5)
    array([[1.  , 0.5 , 0.25, 0.25]])

    """
    found, shares = _with_sensitivities(weights, sensitivities)
    mass = shares.astype(float)
    some, budget = mass > 0, _share(keep) * np.count_nonzero(found)
    if keep == 1:
        return (found != 0).astype(float)
    if np.count_nonzero(some) <= budget:
        return some.astype(float)
    return np.minimum(_factor(mass[some], budget) * mass, 1)


def svd(weights: np.ndarray, keep: float) -> Factors:
    """Best factors of the largest rank r whose r (neurons + inputs) numbers are within ``keep``.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Share of the number of entries, in (0, 1].

    Returns
    -------
    Factors
        Of rank 0 where the share is too small for rank 1.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite.

    Examples
    --------
    >>> svd(np.ones((4, 6)), keep=0.5).stored
    10

    """
    found = _matrix(weights)
    rank = int(_share(keep) * found.size * (1 + 2**-50)) // sum(found.shape)
    left, values, right = np.linalg.svd(found, full_matrices=False)
    return Factors(left[:, :rank] * values[:rank], right[:rank])


def top_magnitude(weights: np.ndarray, keep: float) -> np.ndarray:
    """Copy with the largest entries of the matrix, as they are, and zeros.

    It is not among the baselines of arXiv 1804.05345 as recalled.  On trained networks it has cost
    less accuracy than all that draw with replacement; its error of the outputs was smaller than
    CoreNet's by SGD and larger by Adam.  Unlike CoreNet's it depends on the units of the inputs and
    of hidden neurons, in which the same function can be written.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite, not all zero.
    keep : float
        Share of the nonzero entries, in (0, 1].

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If an argument is out of range or not finite.

    Examples
    --------
    >>> top_magnitude(np.array([[1.0, -3.0, 2.0]]), keep=0.4)
    array([[ 0., -3.,  2.]])

    """
    found = _matrix(weights)
    return magnitude.prune(found, _share(keep) * np.count_nonzero(found) / found.size)


def top_sensitivity(weights: np.ndarray, sensitivities: np.ndarray, keep: float) -> np.ndarray:
    """Copy with the entries of largest sensitivity, as they are, and zeros; ties go to the earlier.

    Parameters
    ----------
    weights, sensitivities : ndarray, shape (neurons, inputs)
        Finite; sensitivities are not negative.
    keep : float
        Share of the nonzero entries, in (0, 1]; those of sensitivity 0 are the last.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, or the shapes differ.

    Examples
    --------
    >>> top_sensitivity(np.array([[1.0, -3.0]]), np.array([[1.0, 0.5]]), keep=0.5)
    array([[1., 0.]])

    """
    found, shares = _with_sensitivities(weights, sensitivities)
    edges = found != 0
    kept = count_kept(_share(keep), int(edges.sum()))
    return zero_all_but(kept, [np.where(edges, shares, -1)], [found])[0]


def _sampled(
    mass: np.ndarray, weights: np.ndarray, keep: float, address: tuple[int, int]
) -> Matrix:
    """Whole-matrix sampling: counts of the sides of the rows first, then of their entries."""
    found, p = _matrix(weights), mass / mass.sum(dtype=float)
    if _share(keep) == 1:
        return draw(found, p, *_copied(found), (*address, 0)).weights
    draws = _draws_for(p, keep * np.count_nonzero(found))
    totals = side_sums(found, p).totals
    number = split_draws(totals, draws, *address)
    fates = np.where(number > 0, SAMPLED, EMPTY)
    scale = np.full(number.shape, 1 / draws)
    return draw(found, p, number.astype(float), fates, scale, (*address, 0)).weights


def _copied(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws, fates and scale by which all edges are copied."""
    zeros = np.zeros((len(weights), 2))
    return zeros, np.full(zeros.shape, 3), zeros


def _draws_for(p: np.ndarray, budget: float) -> int:
    """Largest number of draws that expects at most ``budget`` different entries, or 1."""
    with np.errstate(divide="ignore"):  # a p of 1 is always drawn
        logs = np.log1p(-np.minimum(p[p > 0], 1))
    low, high = 1.0, float(MOST)
    if -np.expm1(high * logs).sum() <= budget:
        return whole_draws(high)
    while np.floor(high) > np.floor(low) + 1 or high > low + 1:
        middle = np.floor(np.sqrt(low * high)) if high > 2 * low else np.floor((low + high) / 2)
        fits = -np.expm1(middle * logs).sum() <= budget
        low, high = (middle, high) if fits else (low, middle)
    return whole_draws(low)


def _factor(mass: np.ndarray, budget: float) -> float:
    """The c for which min(1, c mass) adds up to ``budget``, which is less than their number.

    If k are certain it is what is left of the budget over the sum of the others.
    """
    ordered = np.sort(mass)[::-1]
    others = np.cumsum(ordered[::-1])[::-1]
    each = (budget - np.arange(len(ordered))) / others
    return float(each[(each * ordered <= 1).argmax()])


@jit
def _keep(kept, chances, address):
    """Whether a uniform of each entry's own address is below its chance: two a block of words."""
    blocks = (kept.shape[1] + 1) // 2
    first, second = np.empty(blocks, uint64), np.empty(blocks, uint64)
    for i in range(len(kept)):
        row_words(first, second, uint32(i), uint32(0), address)
        for j in range(kept.shape[1]):
            word = second[j // 2] if j % 2 else first[j // 2]
            kept[i, j] = uniform_of_words(word, uint64(0))[0] < chances[i, j]


def _sizes(weights: np.ndarray) -> np.ndarray:
    """Sizes in units of the largest, so that squares do not overflow."""
    sizes = abs(_matrix(weights).astype(float))
    return sizes / sizes.max()


def _with_sensitivities(
    weights: np.ndarray, sensitivities: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, the sensitivities with 0 where a weight is 0."""
    found, shares = _matrix(weights), _matrix(sensitivities, "sensitivities")
    if found.shape != shares.shape:
        raise ValueError(f"sensitivities must have shape {found.shape}, got {shares.shape}")
    check_all(shares >= 0, "sensitivities must not be negative", shares)
    return found, np.where(found != 0, shares, 0)


def _matrix(weights: np.ndarray, name: str = "weights") -> np.ndarray:
    found = _real(name, weights)
    if found.ndim != 2 or not found.any():
        raise ValueError(f"{name} must be a matrix that is not all zero, got shape {found.shape}")
    return found


def _share(keep: float) -> float:
    check_share("keep", keep, "(]")
    return float(keep)
