"""B-8-unseen: what a network saw is no hold-out, and what follows the rest is charged."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import unseen_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, unseen_tables.chosen, charged)


CLAIM = Claim(
    id="B-8-unseen",
    title="Without unseen examples or charges limits fail",
    statement=(
        "The limits of B-7-unseen fail in more than twice the 5% of samples in which they may: "
        "the hold-out limit, if it counts errors on the half that the table was made of; that "
        "of a changed table, if the changes are not charged; that of a random table, if its "
        "divergence from the prior is not."
    ),
    source="Derived",
    quantities=quantities(unseen_tables.LABELS, holds=False),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="unseen examples are counted, and changes and divergence charged",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="hold-out: below the risk",
)
