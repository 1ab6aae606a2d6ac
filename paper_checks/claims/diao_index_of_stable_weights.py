"""B-25: the PQ index of stable weights tends to a number that depends on their index alone."""

import numpy as np

from compress.compressibility.limits import pq_index_limit
from compress.compressibility.norms import pq_index
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import computed, median
from stablenoise import Stable
from stablenoise.field import NoiseField

LIMITS = {1.5: 0.315537, 1.8: 0.198043, 2.0: 0.152787}  # by gamma functions (derived)
TERMS = 60_000
# Of a mean of infinite variance the median is low, the more the smaller the index.
MARGINS = {1.5: 0.03, 1.8: 0.01, 2.0: 0.003}


def _row(seed: int, replicate: int, largest: float = np.inf) -> list[float]:
    """Index of one vector of each law, and the limits."""
    fields = [NoiseField(alpha, seed) for alpha in LIMITS]
    vectors = [field.at([replicate], step=0, dim=TERMS)[0] for field in fields]
    found = [pq_index(x[abs(x) < largest]) for x in vectors]
    return [*found, *(pq_index_limit(Stable(alpha)) for alpha in LIMITS)]


CLAIM = Claim(
    id="B-25",
    title="PQ index of stable weights: 0.316 at 1.5, 0.153 at 2",
    aliases=("B25",),
    statement=(
        "The PQ index (p = 1/2, q = 1) of many symmetric stable weights tends to a ratio of "
        "moments, which grows as the tails get heavier: 0.3155 for index 1.5, 0.1980 for 1.8 and "
        "0.1528 for the normal law. Vectors of 60,000 are there to 0.03, 0.01 and 0.003."
    ),
    source="Derived; the index of Diao et al. (2023), arXiv 2302.05601 (its code, read)",
    quantities=(
        *(
            Quantity(f"PQ index, index {a}", equals(limit, MARGINS[a]), median)
            for a, limit in LIMITS.items()
        ),
        *(
            Quantity(f"limit, index {a}", equals(limit, 1e-6), computed)
            for a, limit in LIMITS.items()
        ),
    ),
    experiment=by_number(_row),
    control=by_number(_row, largest=3.0),
    broken="weights beyond 3 are cut off",
    unit="vectors of 60,000 of each law",
    smoke=48,
    full=256,
    chunk=8,
)
