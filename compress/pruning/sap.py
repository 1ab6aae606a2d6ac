"""Keep as many weights as the PQ index says: adaptive magnitude pruning (SAP)."""

from functools import partial
from math import ceil, floor

from stablenoise.checks import check_not_negative, check_positive, check_share
from stablenoise.kernels.arrays import Array
from stablenoise.moved import renamed_keywords

from ..compressibility import norms
from ..networks.containers import Shares, Weights
from ..networks.ranking import Units

__all__ = ["keep_for_error", "prune"]

ENTRIES = Units()


@renamed_keywords(eta="slack")
def prune(
    weights: Weights,
    keep: Shares = 1.0,
    scope: str = "layer",
    *,
    p: float = 0.5,
    q: float = 1.0,
    slack: float = 0.001,
    gamma: float = 1.2,
    beta: float = 0.9,
) -> Weights:
    r"""One round of sparsity-informed adaptive pruning of the smallest weights.

    Of the d weights that are not zero, the :math:`\lfloor d \min(\gamma (1 - m / d), \beta)
    \rfloor` smallest are set to zero, where m is the least integer above the lower bound on how
    many can be kept, ``compress.compressibility.least_kept``.  Zeros are weights pruned in
    earlier rounds.

    Rounds are meant to alternate with training.  So, unlike other methods, a second round prunes
    more, and ``keep`` is an upper limit only: 1 leaves the round as it is.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy.
    keep : float, or container of floats
        At most ``ceil(keep * size)`` weights are kept; in [0, 1], a share of all entries, zeros
        among them.
    scope : {"layer", "global"}
        Whether the index is one of each array, or of all of them together.
    p, q : float
        Orders of the index, 0 < p < q.
    slack : float
        Allowed share, in the p-th powers, of what is pruned in what is kept; not negative.  eta in
        the paper.
    gamma : float
        How fast to prune; positive and finite.
    beta : float
        Largest share of the d weights pruned at once, in [0, 1].

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep, scope or an option is out of range, or weights are empty, not finite or no real
        numbers.

    References
    ----------
    Diao et al. (2023), Pruning deep neural networks from a sparsity perspective, arXiv 2302.05601;
    the rule and d as in its code, p, q, slack and gamma as in its README, beta ours.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([4.0, 1.0, 0.1, 0.1, 0.1]), slack=0.0, gamma=1.0)
    array([4. , 1. , 0.1, 0. , 0. ])

    """
    gamma = check_positive("gamma", gamma)
    check_share("beta", beta, "[]")
    p, q = norms.check_orders(p, q)
    slack = check_not_negative("slack", slack)
    bound = partial(_bound, p=p, q=q, slack=slack)

    def count(share: float, sizes: Array) -> int:
        nonzero = sizes[sizes > 0]
        left = nonzero.size
        if left:
            pruned = min(gamma * (left - bound(nonzero)), beta * left)
            left -= floor(pruned * (1 + 2**-50))  # a product may round to just below a whole number
        return min(norms.count_kept(share, sizes.size), left)

    return ENTRIES.prune(weights, keep, scope, count=count)


def keep_for_error(weights: Weights, squared_error: float, scope: str = "layer") -> Shares:
    """Smallest ``keep`` that as a limit alone costs at most ``squared_error``.

    That of ``magnitude.keep_for_error``, since the ranking is the same: a round that prunes more
    than its limit costs more.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1], of each array or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error or scope is out of range, or weights are empty, not finite or no real
        numbers.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.array([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """
    return ENTRIES.keep_for_error(weights, squared_error, scope)


def _bound(sizes: Array, p: float, q: float, slack: float) -> int:
    """The least integer above the bound, less its rounding: all sizes equal, it is their number."""
    return min(ceil(norms.least_kept_of(sizes, slack, p, q) * (1 - 2**-40)), sizes.size)
