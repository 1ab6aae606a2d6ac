"""P4-2: without a second moment the best-k-term error vanishes, as a power of the size."""

from math import log

import numpy as np

from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

INDICES, KEEP, FEW_TERMS, TERMS = (0.8, 1.2, 1.5), 0.1, 300, 30_000
# The squared error varies by factors that grow as the index falls.  The control's slope is half as
# steep: off by 0.75, 0.33 and 0.17.
MARGINS = (0.3, 0.2, 0.12)


def _slopes(rng: np.random.Generator, power: int = 2) -> list[float]:
    """Slope of the log of a power of the error in the log length, from a short to a long vector.

    The two are independent, so that in the limit the slope is symmetric about its mean.
    """
    pairs = [[rng.pareto(a, n) + 1 for n in (FEW_TERMS, TERMS)] for a in INDICES]
    ratios = [relative_error(y, KEEP) / relative_error(x, KEEP) for x, y in pairs]
    return [power * log(ratio) / log(TERMS / FEW_TERMS) for ratio in ratios]


CLAIM = Claim(
    id="P4-2",
    title="Infinite second moment: error falls as n^(1 - 2/a)",
    statement=(
        "The relative l_2 error of the best tenth of n i.i.d. terms of infinite second moment "
        "tends to 0; for tails x^-a its square falls as n^(1 - 2/a): Pareto terms of a = 0.8, 1.2, "
        "1.5, from 300 to 30,000."
    ),
    source="Gribonval, Cevher & Davies (2012), proposition 1 (as summarised); the rate derived",
    quantities=tuple(
        Quantity(f"slope of the log squared error, a = {a}", equals(1 - 2 / a, margin), median)
        for a, margin in zip(INDICES, MARGINS, strict=True)
    ),
    experiment=by_rng(_slopes),
    control=by_rng(_slopes, power=1),
    broken="the error is not squared",
    unit="vectors of 300 and of 30,000 terms of each index",
    smoke=2_048,
    full=8_192,
    chunk=64,
)
