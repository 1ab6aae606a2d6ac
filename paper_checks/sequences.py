"""Confidence sequences: intervals that hold at every number of rows at once, whoever stops when.

Each is made from a process that is, at the true value, a nonnegative supermartingale that starts
at 1: a wealth that no bet can be expected to raise.  By Ville's inequality it ever reaches 1/delta
with probability at most delta, so the candidates under which it never has are an interval that
holds at all looks at once, and that shrinks only.  Ends are found by halving, and kept on the
side of what is rejected.

References
----------
Ville (1939), Etude critique de la notion de collectif, chapter V.
Robbins (1970), Ann. Math. Statist. 41, 1397-1409: the mixture over the parameter.
Waudby-Smith & Ramdas (2024), J. R. Statist. Soc. B 86, 1-27: betting for means of bounded values.
Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Ann. Statist. 52, 2613-2640: asymptotic.

"""

from collections.abc import Callable
from functools import lru_cache
from math import inf, log, log1p, pi

import numpy as np
from scipy import special

from stablenoise.kernels.compiler import jit

FRACTIONS = 0.5 ** np.arange(8)  # of the wealth that is bet: from all, for columns next to an end
HALVINGS = 40  # of [0, 1]: 1e-12 of the range
PLANNED_ROWS = 512  # where the asymptotic sequence is tightest


def probability(counts: np.ndarray, trials: int, delta: float) -> tuple[float, float]:
    """Ends for a probability, from counts of what happened in each row.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        Whole numbers in [0, trials].
    trials : int
        Independent trials of a row.
    delta : float
        Probability that the ends miss it at any number of rows, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end, in [0, 1].

    Examples
    --------
    >>> low, high = probability(np.tile([0, 1], 200), trials=1, delta=0.05)
    >>> print(f"{low:.3f} {high:.3f}")
    0.413 0.586

    """
    # The mixture bets on both sides of p at once, so that the two ends share one delta undivided.
    low = _probability_low(counts, trials, delta)
    return low, 1 - _probability_low(trials - counts, trials, delta)


def _probability_low(counts: np.ndarray, trials: int, delta: float) -> float:
    ones = np.cumsum(counts)
    all_trials = trials * np.arange(1, counts.size + 1)
    limit = log_mixed(ones, all_trials) + log(delta)

    def is_rejected(p: float) -> bool:
        likelihood = ones * log(p) + (all_trials - ones) * log1p(-p)
        return bool(((likelihood <= limit) & (ones > p * all_trials)).any())

    return _largest_rejected(is_rejected)


def log_mixed(ones: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Log of the likelihood of zeros and ones, mixed over p by Jeffreys' law, Beta(1/2, 1/2).

    Over the likelihood at the true p it is a martingale.
    """
    return special.betaln(ones + 0.5, rows - ones + 0.5) - log(pi)


def bounded(shares: np.ndarray, delta: float) -> tuple[float, float]:
    """Ends for the mean of values in [0, 1], by betting; half of ``delta`` on either side.

    Parameters
    ----------
    shares : ndarray, shape (n,)
        Independent values in [0, 1].
    delta : float
        Probability that the ends miss the mean at any number of rows, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end, in [0, 1].

    Examples
    --------
    >>> low, high = bounded(np.tile([0.4, 0.6], 200), delta=0.05)
    >>> print(f"{low:.3f} {high:.3f}")
    0.484 0.516

    """
    return _bounded_low(shares, delta / 2), 1 - _bounded_low(1 - shares, delta / 2)


def _bounded_low(shares: np.ndarray, delta: float) -> float:
    return _largest_rejected(lambda m: wealth(shares, m, 1 / delta)[0] >= 1 / delta)


@jit
def wealth(shares, mean, limit):
    """Largest and last wealth of one who bets that values in [0, 1] have a mean above ``mean``.

    The mean over ``FRACTIONS`` of the wealths of those who bet that fraction of their wealth at
    each row: "grid Kelly".  It falls in ``mean``.  No further rows are read once it has reached
    ``limit``.
    """
    bettors = np.full(FRACTIONS.size, 1.0 / FRACTIONS.size)
    largest = last = 1.0
    for share in shares:
        gain = share / mean - 1.0
        last = 0.0
        for j in range(FRACTIONS.size):
            bettors[j] *= 1.0 + FRACTIONS[j] * gain
            last += bettors[j]
        largest = max(largest, last)
        if last >= limit:
            break
    return largest, last


def median(sample: np.ndarray, delta: float) -> tuple[float, float]:
    """Ends for the median; half of ``delta`` on either side.

    Parameters
    ----------
    sample : ndarray, shape (n,)
        Independent values.
    delta : float
        Probability that the ends miss the median at any number of rows, in (0, 1).

    Returns
    -------
    tuple of float
        Values of the sample, or infinite where there are too few.

    Examples
    --------
    >>> print(median(np.zeros(5), delta=0.05))
    (-inf, inf)

    """
    return _median_low(sample, delta / 2), -_median_low(-sample, delta / 2)


def _median_low(sample: np.ndarray, delta: float) -> float:
    """Largest value below which all candidates are rejected: too many rows are not below it."""
    needed = signs_needed(sample.size, delta)
    values = np.unique(sample)
    rejected, kept = -1, values.size  # places among the values
    # No fewer rows lie above a smaller candidate: what is rejected is a beginning of the values.
    while kept - rejected > 1:
        middle = (rejected + kept) // 2
        if (np.cumsum(sample >= values[middle]) >= needed).any():
            rejected = middle
        else:
            kept = middle
    return float(values[rejected]) if rejected >= 0 else -inf


@lru_cache(64)
def signs_needed(rows: int, delta: float) -> np.ndarray:
    """Fewest rows above a candidate that reject it as a median, after 1, 2, ..., ``rows`` rows."""
    n = np.arange(1, rows + 1)
    kept, rejected = n // 2, n + 1  # n + 1: not even all of them reject it
    while (rejected - kept > 1).any():
        middle = np.minimum((kept + rejected + 1) // 2, n)
        rejects = log_sign_wealth(middle, n) >= -log(delta)
        rejected = np.where(rejects, np.minimum(middle, rejected), rejected)
        kept = np.where(rejects, kept, np.maximum(middle, kept))
    return rejected


def log_sign_wealth(above: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Log of a supermartingale where rows lie above with probability 1/2 at most.

    The likelihood ratio (2 p)^above (2 (1 - p))^(rows - above), mixed over p by the half of
    Jeffreys' law above 1/2.
    """
    half = special.betainc(rows - above + 0.5, above + 0.5, 0.5)
    return (rows + 1) * log(2) + log_mixed(above, rows) + np.log(half)


def asymptotic(sample: np.ndarray, delta: float) -> tuple[float, float]:
    """Ends for a mean after all rows, by the normal law: level and all looks are nominal.

    Parameters
    ----------
    sample : ndarray, shape (n,)
        Independent values with a variance.
    delta : float
        Probability that the ends miss the mean, as rows become many, in (0, 1).

    Returns
    -------
    tuple of float
        Infinite where all values are equal.

    Examples
    --------
    >>> low, high = asymptotic(np.tile([0.0, 1.0], 200), delta=0.05)
    >>> print(f"{low:.3f} {high:.3f}")
    0.423 0.577

    """
    rows, spread = sample.size, sample.std(ddof=1)
    if not spread:
        return -inf, inf
    rate = _mixing_variance() * rows
    half = spread * np.sqrt((rate + 1) / rate / rows * (log(rate + 1) - 2 * log(delta)))
    return float(sample.mean() - half), float(sample.mean() + half)


def _mixing_variance(delta: float = 1e-5) -> float:
    """Variance of the normal mixture that is tightest after ``PLANNED_ROWS`` rows."""
    return (2 * log(1 / delta) + log(1 + 2 * log(1 / delta))) / PLANNED_ROWS


def _largest_rejected(is_rejected: Callable[[float], bool]) -> float:
    """End of the rejected part [0, end] of [0, 1], from inside it."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_rejected(middle) else (low, middle)
    return low
