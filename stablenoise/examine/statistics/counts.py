"""P-values of counts: one that is binomial, and many that are multinomial.

Of many the statistic is G, twice the logarithm of the likelihood ratio: its tail is that of the
chi-square law far out too, where Pearson's is heavier, once it is divided by its mean, which
Williams (1976, Biometrika 63, 33-37) gives: where 32 are expected of each it is within 15% of the
tail at 1e-12.  Where it is too small, the variance that rounding to counts has is added, so that
the p-value is not too small there.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, chdtr, chdtrc, xlogy

__all__ = ["at_least", "at_most", "binomial", "likelihood_ratio"]


def at_least(count: int, n: int, probability: float) -> float:
    """Probability of so many successes or more."""
    return 1.0 if count <= 0 else float(betainc(count, n - count + 1.0, probability))


def at_most(count: int, n: int, probability: float) -> float:
    """Probability of so many successes or fewer."""
    return 1.0 if count >= n else float(betaincc(count + 1.0, n - count, probability))


def binomial(count: int, n: int, probability: float) -> float:
    """Twice the probability of a count as far out, on the side where it is."""
    if not 0 < probability < 1:
        return float(count == (n if probability >= 1 else 0))
    tails = at_least(count, n, probability), at_most(count, n, probability)
    return min(1.0, 2 * min(tails))


def likelihood_ratio(
    counts: np.ndarray, expected: np.ndarray, totals: np.ndarray
) -> tuple[float, int, float]:
    """G, its degrees of freedom, and the probability of one as far out, on either side.

    Counts, and what is expected of them, have the shape (sets, k): each row is multinomial with
    its total given.
    """
    g = max(0.0, float(2 * (xlogy(counts, counts) - xlogy(counts, expected)).sum()))
    dof = counts.size - len(counts)
    if dof < 1:
        return 0.0, 0, 1.0
    inverse = (1 / expected).sum(axis=1) - 1 / totals
    mean = dof + float(inverse.sum()) / 6
    steps = float((1 / expected).sum()) / 12
    upper = float(chdtrc(dof, g * dof / mean))
    lower = float(chdtr(dof, (g + steps) * dof / mean))
    return g, dof, min(1.0, 2 * min(upper, lower))
