"""B-7-unseen: a hold-out, and limits by a prior of one half of the sample, hold on the other."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import unseen_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, unseen_tables.chosen, charged)


CLAIM = Claim(
    id="B-7-unseen",
    title="Limits by unseen examples hold, priors from data too",
    statement=(
        "A table of the most frequent labels of 64 parts is made of half of 200 examples. Its "
        "hold-out limit by the other half, the limit of a table that changes it in the parts "
        "where the other half says so, the number and the choice of the changes being charged, "
        "and Maurer's limit of a random table around it whose divergence is charged: each is "
        "below the known risk in at most 5% of samples, but for three standard errors of "
        "10,000. The limits are in the mean below the risk of guessing."
    ),
    source="Derived; Clopper & Pearson (1934), Biometrika 26, for the hold-out",
    quantities=quantities(unseen_tables.LABELS),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="the hold-out counts what was seen; neither changes nor divergence are charged",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="hold-out: below the risk",
)
