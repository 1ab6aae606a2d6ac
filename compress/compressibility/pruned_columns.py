"""Shares of columns of pure noise that can be pruned: what trained networks are compared with."""

import numpy as np
from scipy.stats import chi2

from stablenoise import NoiseField
from stablenoise.checks import check_integer, check_kind, check_share, told

from .best_terms import keep_for_error

BLOCK = 1 << 20  # variates of a simulation at a time


def gaussian_pruned_share(dim: int, squared_error: float = 0.1) -> float:
    r"""Share of many i.i.d. Gaussian columns that can be pruned at a squared relative error.

    .. math:: F_d(F_{d+2}^{-1}(\epsilon^2)), \qquad F_d \text{ the chi-squared law with d degrees}

    Parameters
    ----------
    dim : int
        d, entries of a column, positive.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1].

    Returns
    -------
    float
        In [0, 1], for columns of any one variance: what a wide network without heavy tails shows.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    DERIVED: columns with squared norms below x hold the share F_{d+2}(x) of all squares.

    Examples
    --------
    >>> [round(gaussian_pruned_share(dim), 4) for dim in (1, 2, 10, 784)]
    [0.5554, 0.4125, 0.2109, 0.1093]

    """
    dim = check_integer("dim", dim, 1, 2**53)
    check_share("squared_error", squared_error, "[]")
    return float(chi2.cdf(chi2.ppf(squared_error, dim + 2), dim))


def pruned_shares(
    field: NoiseField, shape: tuple[int, int], replicates: int, squared_error: float = 0.1
) -> np.ndarray:
    """Shares of columns of pure noise that can be pruned: a null for those of trained networks.

    Parameters
    ----------
    field : NoiseField
        Its noise is ``noises.common`` (type I), ``independent`` (II) or ``isotropic`` (III); its
        seed makes the result reproducible.
    shape : tuple of int
        (d, n), entries of a column and columns, as of the weights of ``pruning.column``.  The
        share of type I does not depend on d.
    replicates : int
        Number of matrices, in [1, 2^32); matrix r is the noise of n particles at step r.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1].

    Returns
    -------
    ndarray, shape (replicates,)
        In [0, 1].  Take quantiles: the law has a long tail towards 1, so that a few seeds do not
        separate neighbouring alphas.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Memory is that of a million variates and n norms.  For large d types II and III share a limit:
    squared norms become positive alpha/2-stable up to scale (DERIVED).

    Examples
    --------
    >>> from stablenoise.noises import common
    >>> shares = pruned_shares(NoiseField(1.5, seed=1, noise=common), (1, 2000), 200)
    >>> low, middle, high = np.quantile(shares, [0.1, 0.5, 0.9])
    >>> bool(0.78 < low < 0.86 and 0.91 < middle < 0.95 and high > 0.98)
    True

    """
    check_kind("field", field, NoiseField)
    if not (isinstance(shape, tuple | list) and len(shape) == 2):
        raise ValueError(f"shape must be two numbers, entries and columns, got {told(shape)}")
    dim, columns = (check_integer("entries of shape", part, 1, 2**32 - 1) for part in shape)
    replicates = check_integer("replicates", replicates, 1, 2**32)
    check_share("squared_error", squared_error, "[]")
    lengths = (_lengths(field, dim, columns, step) for step in range(replicates))
    keeps = [keep_for_error(x, squared_error, 2) for x in lengths]
    return 1 - np.array(keeps)


def _lengths(field: NoiseField, dim: int, columns: int, step: int) -> np.ndarray:
    """Norms of the noise of some particles at a step, made of as many as a block holds."""
    lengths, rows = np.empty(columns), max(1, BLOCK // dim)
    for start in range(0, columns, rows):
        stop = min(start + rows, columns)
        noise = field.at(range(start, stop), step, dim)
        top = abs(noise).max(axis=1)
        noise /= np.where(top > 0, top, 1.0)[:, None]  # so that no square overflows
        lengths[start:stop] = top * np.sqrt(np.einsum("ij,ij->i", noise, noise))
    return lengths
