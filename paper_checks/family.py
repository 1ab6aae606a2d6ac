"""How sure the verdicts are: each by itself, and all of them together."""

from collections.abc import Iterable
from math import exp, log

import numpy as np
from statsmodels.stats.multitest import multipletests

from .claim import Quantity, Verdict, judge, overall
from .evidence import Evidence
from .summaries import Guarantee

FLOOR = 1e-12  # errors below it are told as this one
PRECISION = 0.1  # of the logarithm of an error


def smallest_error(quantities: Iterable[Quantity], rows: np.ndarray, delta: float) -> float:
    """Smallest error at which the verdict that these rows have at ``delta`` would stand.

    It is a p-value for the verdict, valid at every look: the sequences inverted, rounded up by a
    tenth at most.  It is 1 for what is undecided, and ``delta`` itself where something held in
    each row, since the limit of its violations was stated at ``delta``.
    """
    quantities = tuple(quantities)
    verdict = overall(judge(quantities, rows, delta))
    if verdict is Verdict.UNDECIDED:
        return 1.0
    asked_of_each = any(q.rule and q.summary.guarantee is Guarantee.EACH for q in quantities)
    if verdict is Verdict.CONSISTENT and asked_of_each:
        return delta
    low, high = log(FLOOR), log(delta)
    while high - low > PRECISION:
        middle = (low + high) / 2
        stands = overall(judge(quantities, rows, exp(middle))) is verdict
        low, high = (low, middle) if stands else (middle, high)
    return exp(high)


def adjusted(evidence: Iterable[Evidence], size: int) -> dict[str, float]:
    """Errors of the verdicts after Holm (1979), by id, in a family of ``size`` claims.

    All verdicts with an adjusted error of x at most are right together, except with probability
    x.  The family is fixed beforehand: a claim that is undecided, has failed or was not run counts
    as one of error 1, since to leave it out would choose the family by the errors to be adjusted.
    Arithmetic does not err by chance and takes no part.
    """
    sampled = [e for e in evidence if e.kind != "arithmetic"]
    unseen = [1.0] * max(size - len(sampled), 0)
    errors = [e.error for e in sampled] + unseen
    if not errors:
        return {}
    _, together, *_ = multipletests(errors, method="holm")
    pairs = zip(sampled, together.tolist(), strict=False)  # the unseen come last
    return {e.id: error for e, error in pairs if e.verdict is not Verdict.UNDECIDED}


def is_nominal(evidence: Evidence) -> bool:
    """Whether the level of a judged quantity is nominal only."""
    return any(f.verdict and f.guarantee is Guarantee.NOMINAL for f in evidence.findings)
