"""P2-1: terms of index a can be compressed in l_p if and only if p is at least a."""

from functools import partial

import numpy as np

from compress.compressibility.limits import limit_error, pareto, rate_constant
from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.summaries import clipped, median

INDEX, KEEP, FEW, MANY = 1.5, 0.1, 100, 30_000


def _errors(replicates: range, seed: int, index: float = INDEX) -> np.ndarray:
    """Errors of one vector a replicate in l_1/2, l_1, l_2, and how l_1.5 falls with its length."""
    rate = rate_constant(pareto(INDEX), KEEP) * MANY ** (1 - 2 / INDEX)
    rows = []
    for r in replicates:
        x = np.random.default_rng([seed, r]).pareto(index, MANY) + 1
        half, one, edge, two = (relative_error(x, KEEP, p) for p in (0.5, 1.0, INDEX, 2.0))
        fall = relative_error(x[:FEW], KEEP, INDEX) - edge
        rows.append([half, one, two**2 / rate, fall, edge, two])
    return np.array(rows)


HALF, ONE = (limit_error(pareto(INDEX), KEEP, p) for p in (0.5, 1.0))

CLAIM = Claim(
    id="P2-1",
    statement=(
        "For i.i.d. Pareto(1.5) terms the relative l_p error of the best tenth tends to 0 if p is "
        "at least 1.5, in l_2 at the rate n^(-1/3) (squared); below 1.5 it tends to a positive "
        "limit, (1 - k^(1/3)) = 0.536 in l_1, however many terms there are."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795, and Gribonval, Cevher & Davies (2012), proposition 1 "
        "(both as summarised); limits and rate derived"
    ),
    quantities=(
        Quantity("error in l_1/2", equals(HALF, 0.005), clipped(HALF - 0.1, HALF + 0.1)),
        Quantity("error in l_1", equals(ONE, 0.02), clipped(ONE - 0.1, ONE + 0.1)),
        Quantity("squared error in l_2 over its rate", equals(1, 0.2), clipped(0, 4)),
        Quantity("fall of the error in l_1.5 from 100 terms on", above(0.05), median),
        Quantity("error in l_1.5", None, median),
        Quantity("error in l_2", None, median),
    ),
    experiment=_errors,
    control=partial(_errors, index=3.0),
    broken="Pareto(3), of which p = 1.5 and 2 are below the index",
    unit="vectors of 30,000 terms",
    smoke=3_072,
    full=12_288,
    chunk=64,
)
