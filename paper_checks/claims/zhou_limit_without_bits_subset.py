"""B-8-subset: without the choice of examples limits by them fail far more often than they may."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import subset_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, subset_tables.chosen, charged)


CLAIM = Claim(
    id="B-8-subset",
    title="Without the choice of its examples the limit fails",
    statement=(
        "The limits of B-7-subset are below the risk in more than twice the 5% of samples in "
        "which they may be if the choice of the examples is free: if the union over subsets, "
        "sizes and numbers of parts is left out, or if picked examples do not count as errors."
    ),
    source="Derived",
    quantities=quantities(subset_tables.LABELS, holds=False),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="the choice is charged, and picked examples count as errors",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="examples of a preference: below the risk",
)
