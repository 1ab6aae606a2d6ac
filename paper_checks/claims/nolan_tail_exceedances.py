"""L-2: as many draws as there should be lie beyond the far quantiles of a stable law."""

from functools import cache

import numpy as np

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import pooled
from stablenoise import Stable

DRAWS = 1_000_000
LAWS = (
    (0.5, 0.0),
    (0.5, 1.0),
    (0.8, 0.5),
    (1.0, 0.0),
    (1.0, 1.0),
    (1.3, 0.5),
    (1.7, -1.0),
    (1.95, 0.5),
    (1.99, 0.0),
    (2.0, 0.0),
)
# By tail probability: of 64 million draws 64,000 and 640 lie beyond, with standard deviations of
# 0.4% and 4%.  The margins are 11 and 15 of them, for 40 intervals that hold at every look.
MARGINS = {1e-3: 0.045, 1e-5: 0.6}
SIDES = ("below", "above")


def _ratios(rng: np.random.Generator, shift: float = 0) -> np.ndarray:
    """Exceedances of one sample of each law over their expected number: law, tail and side."""
    x, row = np.empty(DRAWS), []
    for law in LAWS:
        Stable(*law).rvs(rng=rng, out=x)
        quantiles = _quantiles(*law, shift)
        row += [_count(x, *quantiles[tail]) / (DRAWS * tail) for tail in MARGINS]
    return np.concatenate(row)


@cache
def _quantiles(alpha: float, beta: float, shift: float) -> dict[float, tuple[float, float]]:
    law = Stable(alpha + shift if alpha + shift <= 2 else alpha - shift, beta)
    return {tail: (float(law.ppf(tail)), float(law.isf(tail))) for tail in MARGINS}


def _count(x: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.array([np.count_nonzero(x < low), np.count_nonzero(x > high)])


CLAIM = Claim(
    id="L-2",
    title="Variates beyond the quantiles 1e-3 and 1e-5: as many as due",
    statement=(
        "Of n variates of Chambers, Mallows and Stuck a binomial number lies beyond each of the "
        "quantiles 1e-3 and 1e-5 of Nolan's law, on either side, for 10 stable laws."
    ),
    source=(
        "Chambers, Mallows & Stuck (1976), the variates; Nolan (2020), Univariate Stable "
        "Distributions, section 1.3 (S0), and Nolan (1997), theorem 1, the distribution function"
    ),
    quantities=tuple(
        Quantity(
            f"share {side} over {tail:g}, a = {alpha:g}, b = {beta:g}",
            equals(1, margin),
            pooled(DRAWS, tail),
        )
        for alpha, beta in LAWS
        for tail, margin in MARGINS.items()
        for side in SIDES
    ),
    experiment=by_rng(_ratios),
    control=by_rng(_ratios, shift=0.01),
    broken="the quantiles of a + 0.01 (at a = 2, of a - 0.01)",
    unit="samples of a million draws of each law",
    smoke=96,
    full=320,
    chunk=5,
)
