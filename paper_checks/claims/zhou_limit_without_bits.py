"""B-8: without the bits of the code the same limit fails far more often than it may."""

import numpy as np

from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.signs_of_inputs import DELTA, chosen
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, proportion


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    limit, risk = chosen(rng, charged)
    return [float(risk > limit), limit, risk]


CLAIM = Claim(
    id="B-8",
    title="Without the bits the limit fails too often",
    aliases=("B08",),
    statement=(
        "The limit for a network that was fixed beforehand, used on training errors with no charge "
        "for the choice among the signed sums of 50 inputs, is below the risk in more than twice "
        "the 5% of samples in which it may be: the term of the code is needed."
    ),
    source="Derived; the term is that of Zhou et al., arXiv 1804.05862, theorem 4.1 (read)",
    quantities=(
        Quantity("the limit is below the risk", above(2 * DELTA), proportion),
        Quantity("limit", None, median),
        Quantity("risk", None, median),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="the bits of the choice are charged",
    unit="samples of 100 examples",
    smoke=640,
    full=1_280,
    chunk=64,
)
