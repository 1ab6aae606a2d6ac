"""The block-sum estimator as the papers run it: a median over several sizes of blocks."""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer, finite_sample, real_array
from ..estimate import Estimate
from . import block

__all__ = ["estimate"]

SIZES = 2, 5, 10, 20, 50, 100, 500, 1000


def estimate(sample: ArrayLike, permutations: int = 0, seed: int = 0) -> Estimate:
    r"""Index of strictly stable draws: the median of ``block.estimate`` over sizes of blocks.

    Parameters
    ----------
    sample : array_like, shape (n,) or (n, d)
        Independent draws, or rows, strictly stable (centred at 0), in any unit; at least four.
    permutations : int
        Number of orders of the draws, over which the median is taken again; 0 for the order in
        which they are.  The papers take 5.
    seed : int
        Of the orders; read where there are any.

    Returns
    -------
    Estimate
        Dimensionless, not cut off at 2; n is that of the size in the middle, whose standard error
        and Student interval it has: the median varies no more than it, as the estimates of several
        sizes are dependent.

    Raises
    ------
    ValueError
        If the sample is not finite, has a zero or fewer than four draws, permutations or seed is
        out of range, or the sums of blocks do not grow for more than half of the sizes.

    Notes
    -----
    The sizes are 2, 5, 10, 20, 50, 100, 500 and 1000 up to n / 2, and floor(sqrt(n)), each lowered
    until it divides n, as the papers' code does.  Where it would fall below half, which leaves one
    size or none for many n and an error for a prime one, it is kept and the last draws are left
    out.  Sizes for which the sums do not grow count as larger than all others.  The papers' code
    adds 2e-16 to sizes before logarithms, which spoils draws below 1e-14, and cuts off at 2.

    Of the intervals at 95%, so many hold alpha, and so large is the root mean square error
    (``benchmarks/tail_coverage.py`` of 2,000 samples):

    =====  ===========  ===========  ===========
    alpha  n = 100      1,000        10,000
    =====  ===========  ===========  ===========
    1.0    0.973, 0.19  0.975, 0.06  0.976, 0.02
    1.5    0.976, 0.41  0.992, 0.10  0.992, 0.03
    1.9    0.970, 0.68  0.991, 0.13  0.995, 0.04
    2.0    0.976, 1.71  0.992, 0.14  0.997, 0.05
    =====  ===========  ===========  ===========

    References
    ----------
    Mohammadi, Mohammadpour & Ogata (2015), as used by the code of arXiv 2106.03795.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> low, high = estimate(Stable(1.5).rvs(10_007, rng=1)).conf_int(0.999)  # a prime n
    >>> low < 1.5 < high
    True

    """
    orders = check_integer("permutations", permutations, 0, 2**31)
    seed = check_integer("seed", seed, 0, 2**128)
    x = real_array("sample", sample)
    x = finite_sample(x, ndim=2 if x.ndim == 2 else 1, least=4)
    if not orders:
        return _median(x)
    rng = np.random.default_rng(seed)
    return _middle([_median(rng.permutation(x)) for _ in range(orders)])


def sizes(n: int) -> list[int]:
    """Sizes of blocks for n draws."""
    wanted = [size for size in (*SIZES, isqrt(n)) if 2 <= size <= n / 2]
    return sorted({_lowered(size, n) for size in wanted})


def _lowered(size: int, n: int) -> int:
    """Largest divisor of n up to a size, or the size itself where that is below half of it."""
    divisors = (m for m in range(size, (size - 1) // 2, -1) if n % m == 0 and m > 1)
    return next(divisors, size)


def _median(x: np.ndarray) -> Estimate:
    """Estimate in the middle of those of all sizes."""
    found: list[Estimate | None] = []
    for size in sizes(len(x)):
        try:
            found.append(block.estimate(x, size))
        except ValueError as error:
            if "must grow" not in str(error):
                raise
            found.append(None)
    return _middle(found)


def _middle(found: list[Estimate | None]) -> Estimate:
    """Median of estimates, None above all others, with the error of the nearest below."""
    kept = sorted((e for e in found if e is not None), key=lambda e: e.value)
    low, high = (len(found) - 1) // 2, len(found) // 2
    if high >= len(kept):
        raise ValueError(f"block sums must grow for half of the sizes, got {len(kept)} that do")
    middle, value = kept[low], (kept[low].value + kept[high].value) / 2
    error = middle.stderr * (value / middle.value) ** 2
    return Estimate(value, error, middle.n, dof=middle.dof, inverse=True)
