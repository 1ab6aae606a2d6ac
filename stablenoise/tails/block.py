"""The block-sum estimator of a strictly stable law, of scalars or of vectors."""

from math import log

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer, finite_sample, log_sizes
from ..estimate import Estimate


def estimate(sample: ArrayLike, block: int = 10) -> Estimate:
    r"""Index of strictly stable draws from the growth of sums over blocks of m = ``block``.

    .. math:: 1/\hat\alpha = \frac{\operatorname{mean} \log |S_m| - \operatorname{mean} \log |X|}
              {\log m}

    Parameters
    ----------
    sample : array_like, shape (n,) or (n, d)
        Independent draws, or rows, strictly stable (centred at 0), in any unit; for rows \|.\|
        is the Euclidean norm.  Entries of a vector with dependent coordinates are not
        independent draws: pass the rows.
    block : int
        Size m, in [2, n // 2]; the last n mod m draws are left out.

    Returns
    -------
    Estimate
        Dimensionless, not cut off at 2; n is the number of blocks.  1 / alpha is unbiased at
        every size, and its standard error is that of the mean over blocks.

    Raises
    ------
    ValueError
        If the sample is not finite, has a zero, block is out of range, or the sums do not grow.

    Notes
    -----
    Depends on the order of the draws.  The papers on heavy tails in SGD take the median over
    several sizes and cut off at 2; neither is done here, since the one has no standard error and
    the other hides a misfit.  n Var is alpha^4 V (m + 1 - 2 m rho) / log(m)^2 for scalars, with
    V = pi^2 / 6 (1 / alpha^2 + 1 / 2) and rho the correlation of log \|S_m\| and log \|X_1\|.

    References
    ----------
    Mohammadi, Mohammadpour & Ogata (2015), as used by the code of arXiv 2106.03795.

    Examples
    --------
    >>> estimate([1.0, 1.0, 2.0, 2.0], block=2).value
    1.0

    """
    x = finite_sample(sample, ndim=2 if np.ndim(sample) == 2 else 1)
    rows = x.reshape(len(x), -1) / max(np.abs(x).max(), np.finfo(float).tiny)
    block = check_integer("block", block, 2, len(rows) // 2 + 1)
    blocks = rows[: len(rows) // block * block].reshape(-1, block, rows.shape[1])
    single = log_sizes(np.hypot.reduce(blocks, axis=2)).mean(axis=1)
    growth = (log_sizes(np.hypot.reduce(blocks.sum(axis=1), axis=1)) - single) / log(block)
    inverse = Estimate.mean(growth)
    if inverse.value <= 0:
        raise ValueError(f"block sums must grow for a stable law, got rate {inverse.value:.3g}")
    return Estimate(1 / inverse.value, inverse.stderr / inverse.value**2, len(growth))
