"""B-7-mean: limits of a mean risk hold, though the posterior was chosen by them."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import posterior_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, posterior_tables.chosen, charged)


CLAIM = Claim(
    id="B-7-mean",
    title="Limits of the mean risk hold for a chosen posterior",
    statement=(
        "A random table of labels on 2, 16 or 256 equal parts, one tenth of the labels being "
        "flipped, takes its probabilities from 200 examples, as near to them as makes its limit "
        "smallest. Its mean risk, which is known exactly, is above the limit in at most 5% of "
        "10,000 samples, but for three standard errors: by Maurer, Catoni, McAllester and the "
        "quadratic form, and by Maurer's if its errors are estimated from 100 tables that are "
        "drawn. The limits are in the mean below the risk of guessing."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 2.1 (read); Maurer (2004), arXiv cs/0411099",
    quantities=quantities(posterior_tables.LABELS),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="the divergence from the prior is not charged",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="maurer: below the risk",
)
