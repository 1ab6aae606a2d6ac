"""B-7-surrogate: a limit through a surrogate holds, for a target that knows its sample by heart."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import surrogate_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, surrogate_tables.chosen, charged)


CLAIM = Claim(
    id="B-7-surrogate",
    title="A limit through a surrogate holds for any target",
    statement=(
        "A target knows the labels of its 200 examples by heart. The sum of the limit of a "
        "surrogate, a table of 2, 16 or 256 parts and its code, and of the limit of how often "
        "the two differ on 1,000 new inputs is below the target's known risk in at most 5% of "
        "10,000 samples, but for three standard errors: for the surrogate of the smallest "
        "limit, and for that of the smallest sum, whose choice is charged. The limits are in "
        "the mean below the risk of guessing."
    ),
    source="Derived; the idea is that of Bazinet et al., arXiv 2602.23128, abstract alone read",
    quantities=quantities(surrogate_tables.LABELS),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="differences are counted on the target's examples; nothing is charged for the second",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="by the smallest limit: below the risk",
)
