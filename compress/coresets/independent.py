"""Entries kept independently of each other, by their sensitivity: Poisson sampling."""

import numpy as np
from numpy import uint32, uint64
from scipy.sparse import csr_array

from stablenoise.checks import check_integer
from stablenoise.kernels.addresses import address
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double as uniforms

from .matrices import nonzero_matrix, positive_share, with_sensitivities
from .network import Matrix
from .sampling import LANE

POISSON_LANE = LANE - 1

row_words, uniform_of_words = uniforms.row_words, uniforms.uniform


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
    matrix, chances = nonzero_matrix(weights), inclusions(weights, sensitivities, keep)
    seed, layer = check_integer("seed", seed, 0, 2**64), check_integer("layer", layer, 0, 2**32)
    kept = np.empty(matrix.shape, dtype=bool)
    _keep(kept, chances, address(seed, layer, POISSON_LANE))
    scaled = np.divide(matrix, chances, out=np.zeros(matrix.shape), where=kept)
    return csr_array(scaled.astype(matrix.dtype))


def inclusions(weights: np.ndarray, sensitivities: np.ndarray, keep: float) -> np.ndarray:
    r"""Probability with which ``poisson`` keeps each entry.

    .. math:: \pi_{ij} = \min(1, c s_{ij}), \qquad \sum \pi_{ij} = keep \cdot entries,

    with one c for the matrix, so that of neuron i fed with a the sum has variance
    :math:`\sum_j A_{ij}^2 a_j^2 (1 / \pi_{ij} - 1)` over the entries of sensitivity not 0.

    Parameters
    ----------
    weights, sensitivities : ndarray, shape (neurons, inputs)
        Finite, not all zero; sensitivities are not negative.
    keep : float
        Expected share of the nonzero entries, in (0, 1]; 1 is a copy.

    Returns
    -------
    ndarray, float64, shape (neurons, inputs)
        In [0, 1]; 0 where a weight or its sensitivity is.  If no more entries than the budget
        have a sensitivity, 1 for each of them; if keep is 1, for all that are not zero.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, or the shapes differ.

    References
    ----------
    Derived here.

    Examples
    --------
    >>> inclusions(np.ones((1, 4)), np.array([[8.0, 2.0, 1.0, 1.0]]), keep=0.5)
    array([[1.  , 0.5 , 0.25, 0.25]])

    """
    matrix, shares = with_sensitivities(weights, sensitivities)
    mass = shares.astype(float)
    some, budget = mass > 0, positive_share(keep) * np.count_nonzero(matrix)
    if keep == 1:
        return (matrix != 0).astype(float)
    if np.count_nonzero(some) <= budget:
        return some.astype(float)
    return np.minimum(_factor(mass[some], budget) * mass, 1)


def _factor(mass: np.ndarray, budget: float) -> float:
    """The c for which min(1, c mass) adds up to ``budget``, which is less than their number.

    If k are certain it is what is left of the budget over the sum of the others.
    """
    ordered = np.sort(mass)[::-1]
    others = np.cumsum(ordered[::-1])[::-1]
    each = (budget - np.arange(len(ordered))) / others
    # each[k] is c if the k largest are certain: the first k whose next chance is at most 1.
    return float(each[(each * ordered <= 1).argmax()])


@jit
def _keep(kept, chances, address):
    """Keep entries whose uniform, looked up at an address of their own, is below their chance."""
    blocks = (kept.shape[1] + 1) // 2
    first, second = np.empty(blocks, uint64), np.empty(blocks, uint64)
    for i in range(len(kept)):
        row_words(first, second, uint32(i), uint32(0), address)
        for j in range(kept.shape[1]):
            word = second[j // 2] if j % 2 else first[j // 2]
            kept[i, j] = uniform_of_words(word, uint64(0))[0] < chances[i, j]
