"""How sure the verdicts are: each by itself, and all of them together."""

from collections.abc import Iterable
from math import exp, log

import numpy as np

from .claim import COMPUTED, Quantity, Verdict, judge, overall
from .evidence import Evidence
from .summaries import Guarantee

FLOOR = 1e-12  # a smaller delta is told as this one
PRECISION = 0.1  # of the logarithm of a delta


def smallest_delta(quantities: Iterable[Quantity], rows: np.ndarray, delta: float) -> float:
    """Smallest probability of failing at which the verdict on these rows would stand.

    Parameters
    ----------
    quantities : iterable of Quantity
        One for each column of ``rows``.
    rows : ndarray, shape (n, quantities)
        Independent replicates.
    delta : float
        Probability at which the verdict is taken, in (0, 1).

    Returns
    -------
    float
        A p-value for the verdict, valid at every look: the confidence sequences inverted, rounded
        up by a tenth at most.  It is 1 for what is undecided, and ``delta`` itself where
        something held in each row, since the limit of its violations was stated at ``delta``.

    Raises
    ------
    ValueError
        As ``judge`` does.

    Examples
    --------
    >>> from paper_checks.claim import equals
    >>> from paper_checks.summaries import proportion
    >>> coin = Quantity("heads", equals(0.5, 0.2), proportion)
    >>> rows = np.tile([[0.0], [1.0]], (200, 1))
    >>> print(f"{smallest_delta([coin], rows, 0.05):.0e}")
    1e-12

    """
    quantities = tuple(quantities)
    verdict = overall(judge(quantities, rows, delta))
    if verdict is Verdict.UNDECIDED:
        return 1.0
    asked_of_each = any(q.rule and q.summary.guarantee is Guarantee.EACH for q in quantities)
    if verdict is Verdict.CONSISTENT and asked_of_each:
        return delta
    low, high = log(FLOOR), log(delta)
    # At all times the verdict stands at ``high``: that end is told, so that delta is rounded up.
    while high - low > PRECISION:
        middle = (low + high) / 2
        stands = overall(judge(quantities, rows, exp(middle))) is verdict
        low, high = (low, middle) if stands else (middle, high)
    return exp(high)


def adjusted(evidence: Iterable[Evidence], size: int) -> dict[str, float]:
    """``delta`` of each verdict after Holm (1979), by id, in a family of ``size`` claims.

    Parameters
    ----------
    evidence : iterable of Evidence
        What was seen; arithmetic does not fail by chance and takes no part.
    size : int
        Claims of the family, fixed beforehand: one that is undecided, has failed or was not run
        counts with delta 1, since to leave it out would choose the family by what is adjusted.

    Returns
    -------
    dict of float
        All verdicts with an adjusted delta of x at most are right together, except with
        probability x.

    Examples
    --------
    >>> adjusted([], 45)
    {}

    """
    sampled = [e for e in evidence if e.kind not in COMPUTED]
    unseen = [1.0] * max(size - len(sampled), 0)
    deltas = [e.delta for e in sampled] + unseen
    if not sampled:
        return {}
    pairs = zip(sampled, _holm(np.array(deltas)).tolist(), strict=False)  # the unseen come last
    return {e.id: delta for e, delta in pairs if e.verdict is not Verdict.UNDECIDED}


def _holm(deltas: np.ndarray) -> np.ndarray:
    """Each times how many are as large or larger, and no less than what is told of a smaller one.

    Written out here: statsmodels collects garbage at each call, most of the time of a page.
    """
    order = np.argsort(deltas)
    together = np.empty_like(deltas)
    steps = deltas[order] * np.arange(deltas.size, 0, -1)
    together[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return together


def is_nominal(evidence: Evidence) -> bool:
    """Whether the level of a judged quantity is nominal only."""
    return any(f.verdict and f.guarantee is Guarantee.NOMINAL for f in evidence.findings)
