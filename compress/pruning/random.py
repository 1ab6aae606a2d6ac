"""Keep weights at random: a baseline."""

from collections.abc import Iterable

from stablenoise.checks import check_share
from stablenoise.field import WORDS, NoiseField
from stablenoise.kernels.arrays import Array, array_module

from ..compressibility import norms
from ..networks.containers import Group, Shares, Weights, grouped
from ..networks.ranking import joined, zero_all_but

__all__ = ["keep_for_error", "prune"]

# Of the noise that chooses weights, and of the words by which ``stablenoise.data.rows`` chooses
# rows: with one seed for both the choices are dependent.
LANE = WORDS - 1


def prune(weights: Weights, keep: Shares, scope: str = "layer", seed: int = 0) -> Weights:
    """Zero all but ``ceil(keep * size)`` weights, chosen at random whatever their values are.

    Which ones depends on the seed, on the position of an array in its container and on the position
    of an entry in its array, and on nothing else: not on threads or the device.  A smaller ``keep``
    chooses among those that a larger one chose.  Arrays of equal shape differ: this one method
    prunes the second of two arrays otherwise than it would prune that array alone.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy, each of fewer than 2^32 - 1 entries.
    keep : float, or container of floats
        Share kept of all entries, zeros among them, in [0, 1]; with scope "layer" also one for
        each array.
    scope : {"layer", "global"}
        Whether the share is one of each array, or of all of them together.
    seed : int
        In [0, 2^64).

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep, scope or seed is out of range, or weights are empty, not finite or no real
        numbers.

    Examples
    --------
    >>> import numpy as np
    >>> int(prune(np.ones(10), keep=0.3, seed=1).sum())
    3

    """

    def change(group: Group, share: float) -> Iterable[Array]:
        scores = _scores(group, seed)
        kept = norms.count_kept(share, sum(s.size for s in scores))
        return zero_all_but(kept, scores, group.values())

    return grouped(weights, scope).changed(keep, change)


def keep_for_error(
    weights: Weights, squared_error: float, scope: str = "layer", seed: int = 0
) -> Shares:
    """Smallest share, in the order of ``prune``, that loses at most ``squared_error``.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy, each of fewer than 2^32 - 1 entries.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1], of each array or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.
    seed : int
        In [0, 2^64).

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope and seed.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error, scope or seed is out of range, or weights are empty, not finite or no
        real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.ones(10), squared_error=0.25, seed=1)
    0.8

    """
    check_share("squared_error", squared_error, "[]")

    def share(group: Group) -> float:
        sizes = joined([abs(a.astype(float)) for a in group.values()])
        ordered = sizes[joined(_scores(group, seed)).argsort()]
        return (sizes.size - norms.terms_within(ordered, squared_error)) / sizes.size

    return grouped(weights, scope).measured(share)


def _scores(group: Group, seed: int) -> list[Array]:
    """Gaussian noise: its order is any order with equal probability."""
    field = NoiseField(2.0, seed, lane=LANE)
    # The array of addresses says where the noise is made: where the weights live.
    origin = array_module(*group.values()).zeros(1, dtype="uint32")
    return [field.at(origin, step=i, dim=a.size).reshape(a.shape) for i, a in group.items()]
