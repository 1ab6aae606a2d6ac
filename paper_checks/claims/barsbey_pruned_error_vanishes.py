"""B-27: the error of magnitude pruning vanishes with size if and only if tails are heavy."""

from math import log

from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import median
from stablenoise.field import NoiseField

INDICES, KEEP, SIZES = (1.2, 1.5, 1.8, 2.0), 0.05, (1_000, 50_000)
FALLS = {1.2: -0.1, 1.5: -0.04, 1.8: -0.01}  # of the log error a log size, at most


def _slopes(seed: int, replicate: int, index: float | None = None) -> list[float]:
    """Slope of the log error in the log size, of each index, and the errors of the longer one."""
    fields = [NoiseField(index or alpha, seed) for alpha in INDICES]
    # Steps are independent of each other, so that the two vectors are.
    pairs = [
        [
            relative_error(field.at([replicate], step=step, dim=n)[0], KEEP)
            for step, n in enumerate(SIZES)
        ]
        for field in fields
    ]
    steps = log(SIZES[1] / SIZES[0])
    return [*(log(b / a) / steps for a, b in pairs), *(b for _, b in pairs)]


CLAIM = Claim(
    id="B-27",
    title="Pruning error falls with size only for heavy tails",
    aliases=("B27",),
    statement=(
        "The relative l_2 error of the largest 5% of n stable weights falls as n grows for index "
        "1.2, 1.5 and 1.8, and stays for normal ones: from n = 1,000 to 50,000."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795 (abstract, read): heavy tails make pruning errors "
        "vanish; Gribonval, Cevher & Davies (2012) for normal terms"
    ),
    quantities=(
        *(
            Quantity(f"slope of the log error, index {a}", below(fall), median)
            for a, fall in FALLS.items()
        ),
        Quantity("slope of the log error, index 2", equals(0, 0.005), median),
        *(Quantity(f"error of 50,000, index {a}", None, median) for a in INDICES),
    ),
    experiment=by_number(_slopes),
    control=by_number(_slopes, index=2.0),
    broken="all weights are normal",
    unit="pairs of vectors of each index",
    smoke=192,
    full=384,
    chunk=8,
)
