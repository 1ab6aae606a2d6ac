"""B-8: without the bits of the code the same limit fails far more often than it may."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments import signs_of_inputs
from paper_checks.experiments.known_risks import ROWS, SAMPLES, quantities, row
from paper_checks.replicates import by_rng


def _row(rng: np.random.Generator, charged: bool = False) -> list[float]:
    return row(rng, signs_of_inputs.chosen, charged)


CLAIM = Claim(
    id="B-8",
    title="Without the bits the limit fails too often",
    aliases=("B08",),
    statement=(
        "The limit for a network that was fixed beforehand, used on training errors with no charge "
        "for the choice among the signed sums of 50 inputs, is below the risk in more than twice "
        "the 5% of samples in which it may be, by the binomial law, by Chernoff and by Hoeffding: "
        "the term of the code is needed."
    ),
    source="Derived; the term is that of Zhou et al., arXiv 1804.05862, theorem 4.1 (read)",
    quantities=quantities(signs_of_inputs.FORMS, holds=False),
    experiment=by_rng(_row),
    control=by_rng(_row, charged=True),
    broken="the bits of the choice are charged",
    unit=f"batches of {SAMPLES} samples of 100 examples",
    smoke=ROWS,
    full=2 * ROWS,
    chunk=5,
    deciding="binomial_tail: below the risk",
)
