"""B-8-surrogate: a target's own examples say nothing of how often it differs from a surrogate."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import surrogate_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, surrogate_tables.chosen, charged)


CLAIM = Claim(
    id="B-8-surrogate",
    title="On the target's own examples the sum fails",
    statement=(
        "The limits of B-7-surrogate are below the risk in more than twice the 5% of samples in "
        "which they may be: if the differences are counted on the examples that the target "
        "knows by heart; or if the surrogate of the smallest sum is charged neither its code "
        "nor its choice."
    ),
    source="Derived",
    quantities=quantities(surrogate_tables.LABELS, holds=False),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="differences are counted on new inputs, and code and choice are charged",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="by the smallest limit: below the risk",
)
