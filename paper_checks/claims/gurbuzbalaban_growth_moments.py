"""P3-1: the mean square and fourth power of what one step of SGD on least squares does."""

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.stationary_chains import mean_power
from paper_checks.replicates import by_number
from paper_checks.summaries import median

CELLS, CHAINS = ((0.5, 2, 3), (0.8, 5, 2)), 50_000
# Standard deviations of a mean are at most 0.006 and 0.032.
MARGINS = {2: 0.02, 4: 0.05}


def _ratios(seed: int, replicate: int, repeated: bool = False) -> list[float]:
    """Means over chains of one step from a unit vector, over the closed forms."""
    block = seed, replicate * CHAINS, CHAINS
    return [ratio for cell in CELLS for ratio in _of_cell(cell, block, repeated)]


def _of_cell(
    cell: tuple[float, int, int], block: tuple[int, int, int], repeated: bool
) -> list[float]:
    eta, b, d = cell
    sgd = GaussianLeastSquares(eta, b, d)
    drawn = GaussianLeastSquares(eta, 1, d) if repeated else sgd
    return [mean_power(drawn, s, block) / sgd.closed_moment(s) for s in MARGINS]


CLAIM = Claim(
    id="P3-1",
    title="Growth of a step: mean square and fourth power are exact",
    statement=(
        "A step of SGD on least squares with Gaussian rows multiplies the distance of two coupled "
        "chains by a factor whose mean square is 1 - 2 eta s2 + eta^2 s2^2 (d + b + 1) / b, and "
        "whose mean fourth power is a known polynomial too."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (h(s), as recalled); derived, "
        "chaos.kesten.GaussianLeastSquares.closed_moment"
    ),
    quantities=tuple(
        # no median is farther from its mean than a standard deviation
        Quantity(
            f"median of means of power {s} over h({s}), eta = {eta}, b = {b}, d = {d}",
            equals(1, margin),
            median,
        )
        for eta, b, d in CELLS
        for s, margin in MARGINS.items()
    ),
    experiment=by_number(_ratios),
    control=by_number(_ratios, repeated=True),
    broken="a batch of one row b times, not of independent rows",
    unit="samples of 50,000 steps",
    smoke=96,
    full=1_024,
    chunk=16,
)
