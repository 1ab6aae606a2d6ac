"""ZZ-1: averaging does nothing for a Cauchy law."""

import numpy as np

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import pooled
from stablenoise import Stable

MEANS, DRAWS = 50, 100


def _row(rng: np.random.Generator, alpha: float = 1.0) -> list[float]:
    """The share of means of a hundred draws beyond 1: one Cauchy draw is, half of the time."""
    means = Stable(alpha).rvs((MEANS, DRAWS), rng).mean(axis=1)
    return [float(np.mean(abs(means) > 1))]


CLAIM = Claim(
    id="ZZ-1",
    title="A mean of Cauchy draws scatters as one draw does",
    statement="The mean of a hundred Cauchy draws is beyond 1 half of the time, as one draw is.",
    source="the characteristic function of the mean",
    quantities=(Quantity("means beyond 1", equals(0.5, 0.03), pooled(MEANS)),),
    experiment=by_rng(_row),
    control=by_rng(_row, alpha=1.3),
    broken="index 1.3, where means of a hundred scatter less",
    unit="samples of 50 means",
    smoke=400,
    full=1_600,
    chunk=100,
)
