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


def adjusted(evidence: Iterable[Evidence]) -> dict[str, float]:
    """Errors of the verdicts after Holm (1979), by id.

    All verdicts with an adjusted error of x at most are right together, except with probability
    x.  What is undecided says nothing, and arithmetic does not err by chance: neither takes part.
    """
    errors = {e.id: e.error for e in evidence if takes_part(e)}
    if not errors:
        return {}
    _, together, *_ = multipletests(list(errors.values()), method="holm")
    return dict(zip(errors, together.tolist(), strict=True))


def takes_part(evidence: Evidence) -> bool:
    """Whether a verdict is one of the family: sampled, and decided."""
    return evidence.verdict is not Verdict.UNDECIDED and evidence.kind != "arithmetic"


def is_nominal(evidence: Evidence) -> bool:
    """Whether the level of a judged quantity is nominal only."""
    return any(f.verdict and f.guarantee is Guarantee.NOMINAL for f in evidence.findings)
