"""P3-5: the stationary mean square of SGD on least squares."""

import numpy as np

from chaos.kesten import GaussianLeastSquares, trajectory
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import median

# The mean square nears its limit by the factor h(2) a step, at most 0.86 here: 0.86^60 is 1e-4.
CELLS, CHAINS, STEPS = ((0.15, 1, 5), (0.5, 5, 5), (0.4, 3, 2)), 5_000, 60
# A standard deviation of a mean is at most 0.02; with d + b in the formula it would be 0.1 off.
MARGIN = 0.03


def _ratios(seed: int, replicate: int, repeated: bool = False) -> list[float]:
    """Mean squares of stationary chains over the closed form."""
    row = []
    for eta, b, d in CELLS:
        expected = GaussianLeastSquares(eta, b, d).second_moment()
        sgd, start = GaussianLeastSquares(eta, 1 if repeated else b, d), np.zeros((CHAINS, d))
        x = next(trajectory(sgd, start, seed, every=STEPS, first=replicate * CHAINS))
        row.append(float(np.mean((x**2).sum(axis=1)) / expected))
    return row


CLAIM = Claim(
    id="P3-5",
    title="Stationary mean square distance below the critical step",
    statement=(
        "Below the critical step the stationary mean square distance from the solution is "
        "eta s_e^2 d / (2 b - eta s2 (d + b + 1)), s_e^2 the variance of the residuals."
    ),
    source=(
        "Derived, chaos.kesten.GaussianLeastSquares.second_moment; that it is infinite from the "
        "critical step on: Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (as recalled)"
    ),
    quantities=tuple(
        # no median is farther from its mean than a standard deviation
        Quantity(
            f"median of mean squares over the formula, eta = {eta}, b = {b}, d = {d}",
            equals(1, MARGIN),
            median,
        )
        for eta, b, d in CELLS
    ),
    experiment=by_number(_ratios),
    control=by_number(_ratios, repeated=True),
    broken="a batch of one row b times, not of independent rows",
    unit="samples of 5,000 chains",
    smoke=64,
    full=512,
    chunk=8,
)
