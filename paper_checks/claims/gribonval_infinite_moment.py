"""P4-2: without a second moment the best-k-term error vanishes, as a power of the size."""

from functools import partial
from math import log

import numpy as np

from compress.norms import relative_error
from paper_checks.claim import Claim, Quantity, equals

INDICES, KEEP, FEW, MANY = (0.8, 1.2, 1.5), 0.1, 1_000, 30_000
MARGINS = (0.3, 0.2, 0.12)  # the squared error varies by factors that grow as the index falls


def _slopes(replicates: range, seed: int, index: float | None = None) -> np.ndarray:
    """Slope of the log squared error of one vector a replicate and index in its log length."""
    rows = []
    for r in replicates:
        rng = np.random.default_rng([seed, r])
        vectors = [rng.pareto(index or a, MANY) for a in INDICES]
        ratios = [relative_error(x, KEEP) / relative_error(x[:FEW], KEEP) for x in vectors]
        rows.append([2 * log(ratio) / log(MANY / FEW) for ratio in ratios])
    return np.array(rows)


CLAIM = Claim(
    id="P4-2",
    statement=(
        "The relative l_2 error of the best tenth of n i.i.d. terms of infinite second moment "
        "tends to 0; for tails x^-a its square falls as n^(1 - 2/a): Lomax terms of a = 0.8, 1.2, "
        "1.5, from 1,000 to 30,000."
    ),
    source="Gribonval, Cevher & Davies (2012), proposition 1 (as summarised); the rate derived",
    quantities=tuple(
        Quantity(f"slope of the log squared error, a = {a}", equals(1 - 2 / a, margin))
        for a, margin in zip(INDICES, MARGINS, strict=True)
    ),
    experiment=_slopes,
    control=partial(_slopes, index=3.0),
    broken="a = 3, of finite second moment",
    unit="vectors of 30,000 terms of each index",
    smoke=1_024,
    full=4_096,
    chunk=32,
)
