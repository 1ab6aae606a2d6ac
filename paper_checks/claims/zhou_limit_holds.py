"""B-7: a limit that pays for its bits holds, though the classifier was chosen by it."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import signs_of_inputs
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, signs_of_inputs.chosen, charged)


CLAIM = Claim(
    id="B-7",
    title="The limit holds for what was chosen by it",
    aliases=("B07",),
    statement=(
        "Of 50 inputs those that go best with 100 labels are summed with their signs, as many as "
        "make the limit of the risk smallest that charges the bits of this choice. The risk, which "
        "is known exactly as a tenth of the labels of a half-space is flipped, is above the limit "
        "in at most 5% of 10,000 samples, but for three standard errors: by the binomial law, by "
        "Chernoff and by Hoeffding. The limits are in the mean below the risk of guessing."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 (read); the problem derived",
    quantities=quantities(signs_of_inputs.FORMS),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="the bits of the choice are not charged",
    unit=f"batches of {SAMPLES} samples of 100 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="binomial_tail: below the risk",
)
