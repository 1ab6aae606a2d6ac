"""B-7: a limit that pays for its bits holds, though the classifier was chosen by it."""

import numpy as np

from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.signs_of_inputs import DELTA, chosen
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, proportion

MIN_USE = 0.5  # the risk of guessing


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """Whether the limit failed, the limit, and the risk."""
    limit, risk = chosen(rng, charged)
    return [float(risk > limit), limit, risk]


CLAIM = Claim(
    id="B-7",
    title="The limit holds for what was chosen by it",
    aliases=("B07",),
    statement=(
        "Of 50 inputs those that go best with 100 labels are summed with their signs, as many as "
        "make the limit of the risk smallest that charges the bits of this choice. The risk, which "
        "is known exactly as a tenth of the labels of a half-space is flipped, is above the limit "
        "in less than 5% of all samples, and the limit is below the risk of guessing."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 (read); the problem derived",
    quantities=(
        Quantity("the limit is below the risk", below(DELTA), proportion),
        Quantity("limit", below(MIN_USE), median),
        Quantity("risk", None, median),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="the bits of the choice are not charged",
    unit="samples of 100 examples",
    smoke=640,
    full=1_280,
    chunk=64,
)
