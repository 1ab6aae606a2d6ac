"""B-7-subset: limits by the examples that a table is made of hold, whichever were chosen."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import subset_tables
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = True) -> list[float]:
    """How often each limit fails, the limits, and the risks."""
    return row(rng, subset_tables.chosen, charged)


CLAIM = Claim(
    id="B-7-subset",
    title="Limits by the examples of a network hold",
    statement=(
        "A table has the label 1 in those of 2, 16 or 256 parts in which a chosen example lies. "
        "With up to 60 of 200 examples, as many and as chosen as makes the limit smallest, the "
        "known risk is above the limit in at most 5% of 10,000 samples, but for three standard "
        "errors: by the union over all subsets and sizes, and, for the examples that a rule "
        "with a preference picks, by the equation of Campi and Garatti, the picked counting as "
        "errors. The limits are in the mean below the risk of guessing."
    ),
    source="Derived; Campi & Garatti (2023), J. Mach. Learn. Res. 24 (339), abstract alone read",
    quantities=quantities(subset_tables.LABELS),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=False),
    broken="the choice of examples is not charged; the picked ones do not count as errors",
    unit=f"batches of {SAMPLES} samples of 200 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="examples of a preference: below the risk",
)
