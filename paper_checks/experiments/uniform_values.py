"""How far from uniform the values of a law's distribution function are: what L-1 and L-3 share."""

from collections.abc import Callable
from math import log, sqrt

import numpy as np
from scipy.stats import gamma, kstwo

from stablenoise import Stable

from ..claim import Quantity, Rule, equals
from ..summaries import median

DRAWS = 100_000
LAWS = (
    (0.5, 0.0),
    (0.5, 1.0),
    (0.8, 0.5),
    (0.999, -1.0),
    (1.0, 0.0),
    (1.0, 1.0),
    (1 + 1e-9, 0.5),
    (1.3, 0.5),
    (1.7, 0.0),
    (1.7, -1.0),
    (1.95, 1.0),
    (2.0, 0.0),
)
MEDIAN_OF_SQUARES = 0.774  # of sum Z_j^2 / (j (j + 1)), Z_j normal: Anderson and Darling's limit
TINY = 1e-300  # what a draw outside the support of a wrong law gets, so that logarithms are finite

Sample = Callable[[Stable, np.random.Generator], np.ndarray]


def uniformity(lower: np.ndarray, upper: np.ndarray) -> tuple[float, float, float, float]:
    """How far from uniform n values of the transform are, in four numbers.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,)
        Both tails, P(X <= x) and P(X > x), at x in increasing order; neither is 1 minus the other,
        so that each is right where it is small.

    Returns
    -------
    tuple of float
        Kolmogorov and Smirnov's sqrt(n) D; Anderson and Darling's A^2; the mean of -log of twice
        the smaller tail, exponential (too much in both tails); the mean of log (lower / upper),
        logistic (too much on one side).

    References
    ----------
    Anderson & Darling (1954), J. Amer. Statist. Assoc. 49, 765-769 (A^2 as a sum).

    """
    n = lower.size
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - lower), np.max(lower - steps[:-1]))
    log_lower, log_upper = (np.log(np.maximum(tail, TINY)) for tail in (lower, upper))
    squared = -n - np.mean((2 * np.arange(n) + 1) * (log_lower + log_upper[::-1]))
    smaller = np.minimum(log_lower, log_upper)
    return (
        float(sqrt(n) * distance),
        float(squared),
        float(-log(2) - smaller.mean()),
        float(np.mean(log_lower - log_upper)),
    )


def rules(n: int) -> dict[str, Rule]:
    """Medians of the four numbers for n uniform values, with margins.

    Those of sqrt(n) D, by Kolmogorov's exact law, and of the mean of exponentials are exact, the
    logit is symmetric, and A^2 has nearly its limit law from a few values on.  Standard deviations
    are 0.26, 0.76, 1 / sqrt(n) and pi / sqrt(3 n): at n = 100,000 each margin is 10 standard errors
    or more of the mean of 64 samples, 11 of that of 128.
    """
    return {
        "Kolmogorov-Smirnov": equals(sqrt(n) * float(kstwo.median(n)), 0.4),
        "Anderson-Darling": equals(MEDIAN_OF_SQUARES, 1.75),
        "mean of -log tail": equals(float(gamma.median(n)) / n, 0.004),
        "mean of logit": equals(0, 0.0072),
    }


def uniformity_row(rng: np.random.Generator, sample: Sample, shift: float = 0) -> list[float]:
    """The four numbers of ``uniformity`` for one sample of each of ``LAWS``.

    Parameters
    ----------
    rng : numpy.random.Generator
        Generator of the replicate.
    sample : callable
        (law, rng) -> draws that should have that law.
    shift : float, optional
        What is added to the index of the law whose distribution function is taken: a control.

    Returns
    -------
    list of float
        Four numbers for each law, as ``uniformity_quantities`` names them.

    """
    return [part for law in LAWS for part in _of_law(Stable(*law), rng, sample, shift)]


def _of_law(
    law: Stable, rng: np.random.Generator, sample: Sample, shift: float
) -> tuple[float, float, float, float]:
    x, alpha = np.sort(sample(law, rng)), law.alpha
    other = Stable(alpha + shift if alpha + shift <= 2 else alpha - shift, law.beta)
    return uniformity(other.cdf(x), other.sf(x))


def uniformity_quantities() -> tuple[Quantity, ...]:
    """What ``uniformity_row`` returns, and what it should be."""
    return tuple(
        Quantity(f"{name}, a = {alpha:.10g}, b = {beta:g}", rule, median)
        for alpha, beta in LAWS
        for name, rule in rules(DRAWS).items()
    )
