"""HS-2: explicit bounds of the tail index of SGD from its mean square and fourth power."""

from math import inf, log

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

# (eta over the critical step, b, d): indices between 2 and 4, and below 2 or above 4.
BETWEEN = ((0.95, 1, 1), (0.8, 1, 2), (0.9, 2, 2), (0.97, 1, 5), (0.95, 4, 3), (0.8, 2, 1))
OUTSIDE = ((1.2, 1, 1), (1.35, 1, 1), (1.1, 1, 2), (1.3, 2, 1), (1.05, 3, 3), (0.5, 1, 1))
# Small steps, h(4) < h(2): the line falls, and is 0 before 2.
FALLING = ((0.1, 1, 1), (0.3, 1, 1), (0.4, 1, 2), (0.3, 2, 2))


def explicit(sgd: GaussianLeastSquares, kurtosis: float = 3.0) -> float:
    """Zero of the line through log h at 2 and 4, with h(2) of rows of another kurtosis.

    Infinite if the line does not rise: then h is below 1 at 4, and the index is above 4.
    """
    c = sgd.eta * sgd.variance / sgd.batch
    # h(2) = 1 - 2 c b + c^2 b (d + b - 2 + kurtosis)
    second = log(sgd.closed_moment(2) + c**2 * sgd.batch * (kurtosis - 3))
    fourth = log(sgd.closed_moment(4))
    return 2 - 2 * second / (fourth - second) if fourth > second else inf


def _ratios(kurtosis: float = 3.0) -> list[float]:
    """Largest explicit number over the index, between; largest index over it, outside."""
    between, outside = (
        [(explicit(sgd, kurtosis), sgd.tail_index()) for sgd in map(_law, cells)]
        for cells in (BETWEEN, OUTSIDE)
    )
    lower = [line / index for line, index in between]
    upper = [index / line for line, index in outside]
    falling = [_law(cell) for cell in FALLING]
    unbounded = sum(explicit(sgd, kurtosis) == inf for sgd in falling)
    least = min(sgd.tail_index() for sgd in falling)
    return [max(lower), max(upper), min(lower), min(upper), unbounded, least]


def _law(cell: tuple[float, int, int]) -> GaussianLeastSquares:
    share, b, d = cell
    return GaussianLeastSquares(share * GaussianLeastSquares(1.0, b, d).critical_step(), b, d)


CLAIM = Claim(
    id="HS-2",
    title="Explicit bounds of the tail index hold, and are close",
    statement=(
        "log h is convex and 0 at the tail index, so that the line through log h(2) and log h(4), "
        "which are polynomials of the step, batch, dimension and variance, is 0 at a lower bound "
        "of an index between 2 and 4, and at an upper bound of any other if h(4) > h(2). At 12 "
        "settings of Gaussian rows they hold for the exact index: lower ones within a fifth of it, "
        "upper ones at about twice it at most. At small steps h(4) < h(2), and all that follows is "
        "an index above 4: so at 4 more. These bounds are ours: those of the paper were not read."
    ),
    source=(
        "The question is that of Jiao & Keller-Ressel, arXiv 2402.01382 (abstract: explicit upper "
        "and lower bounds of the tail index); bounds derived, from the convexity of log h"
    ),
    quantities=(
        Quantity("largest lower bound over the index", below(1), computed),
        Quantity("largest index over an upper bound", below(1), computed),
        Quantity("smallest lower bound over the index", above(0.8), computed),
        Quantity("smallest index over an upper bound", above(0.45), computed),
        Quantity("small steps without an upper bound, of 4", equals(len(FALLING), 0.5), computed),
        Quantity("smallest index at these", above(4), computed),
    ),
    experiment=computing(_ratios),
    control=computing(_ratios, kurtosis=2.0),
    broken="the mean square of rows whose entries have the fourth moment 2, not 3",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="largest lower bound over the index",
)
