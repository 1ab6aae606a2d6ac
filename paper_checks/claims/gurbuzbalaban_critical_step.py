"""P3-3: the step size from which on SGD on least squares has no variance."""

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.stationary_chains import mean_power, tail_index
from paper_checks.replicates import by_number
from paper_checks.summaries import median

CELLS = ((1, 1, 1.0), (2, 2, 2.0), (1, 5, 0.5))  # b, d and s2
STEPS, CHAINS = 240, 50_000
# A standard deviation of a mean is at most 0.013; the mean square at the control's step, that of
# d + b, is 1 + 4 b / (d + b)^2, which is off by 1, 0.5 and 0.11.
FACTOR_MARGIN = 0.03
# Hill's estimate from the largest 2% has a bias of some 0.02.
INDEX_MARGIN = 0.15


def _seen(seed: int, replicate: int, kurtosis: float = 3.0) -> list[float]:
    """2 over the index of chains, and the mean square of a step's factor, at the critical step."""
    laws = [_law(*cell, kurtosis) for cell in CELLS]
    indices = [2 / tail_index(sgd, seed, replicate, STEPS) for sgd in laws]
    block = seed, replicate * CHAINS, CHAINS
    return [*indices, *(mean_power(sgd, 2, block) for sgd in laws)]


def _law(b: int, d: int, s2: float, kurtosis: float) -> GaussianLeastSquares:
    return GaussianLeastSquares(2 * b / (s2 * (b + d - 2 + kurtosis)), b, d, s2)


CLAIM = Claim(
    id="P3-3",
    title="Index 2 at the step 2 b / (s2 (d + b + 1))",
    statement=(
        "For Gaussian rows the tail index is 2 at the step 2 b / (s2 (d + b + 1)), where a step of "
        "SGD keeps the mean square of the distance of two coupled chains as it is."
    ),
    source="Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (as recalled); derived",
    quantities=(
        *(
            Quantity(
                f"2 over Hill's estimate from chains, b = {b}, d = {d}, s2 = {s2:g}",
                equals(1, INDEX_MARGIN),
                median,
            )
            for b, d, s2 in CELLS
        ),
        *(
            # no median is farther from its mean than a standard deviation
            Quantity(
                f"median of means of a step's square, b = {b}, d = {d}, s2 = {s2:g}",
                equals(1, FACTOR_MARGIN),
                median,
            )
            for b, d, s2 in CELLS
        ),
    ),
    experiment=by_number(_seen),
    control=by_number(_seen, kurtosis=2.0),
    broken="the critical step of entries whose fourth moment is 2, not 3",
    unit="samples of 1,000 chains, 9 times each, and of 50,000 steps",
    smoke=96,
    full=768,
    chunk=8,
)
