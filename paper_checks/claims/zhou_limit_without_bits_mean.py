"""B-8-mean: without the divergence limits of a mean risk fail far more often than they may."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import posterior_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, posterior_tables.chosen, charged)


CLAIM = Claim(
    id="B-8-mean",
    title="Without the divergence limits of a mean risk fail",
    statement=(
        "The limits of B-7-mean without the divergence of the posterior from the prior are "
        "below the risk in more than twice the 5% of samples in which they may be: Maurer's, "
        "Catoni's, McAllester's, the quadratic one, and Maurer's with errors estimated from "
        "drawn tables."
    ),
    source="Derived; the term is that of Zhou et al., arXiv 1804.05862, theorem 2.1 (read)",
    quantities=quantities(posterior_tables.LABELS, holds=False),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="the divergence is charged",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="maurer: below the risk",
)
