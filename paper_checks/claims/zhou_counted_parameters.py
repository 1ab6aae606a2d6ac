"""B-4-count: an earlier limit, by the number of parameters, beside that of the compressed size.

The limit for a finite class is that of Langford (2005); q numbers of r values each are q log2(r)
bits, as in theorem 2.1 of Arora et al. (2018) (read).  Ours is that of B-4-mnist: 4,192 bytes and
470 training errors, measured.
"""

from math import log, log2

from scipy.optimize import brentq

from compress.certificates.inequalities import chernoff
from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

IMAGES, DELTA, GUESS = 60_000, 0.05, 0.9
PARAMETERS, NONZERO, SINGLE, HALF = 431_080, 5_347, 32, 16  # LeNet-5, and bits of a number
OURS, ERROR_RATE = 8 * 4_192, 470 / 60_000
PRINTED, PRINTED_RATE = 8_192 * 6.23, 0.015


def limits(images: int = IMAGES) -> list[float]:
    """Limits by all parameters, by those left with their places, as printed, and ours; a count."""
    left = NONZERO * (HALF + log2(PARAMETERS))
    rows = (
        (PARAMETERS * SINGLE, ERROR_RATE),
        (left, ERROR_RATE),
        (PRINTED, PRINTED_RATE),
        (OURS, ERROR_RATE),
    )
    every, sparse, printed, ours = (_limit(bits, rate, images) for bits, rate in rows)
    most = brentq(lambda count: _limit(count * SINGLE, 0.0, images) - GUESS, 1, 1e8)
    return [every, sparse, printed, ours, ours - min(every, sparse), float(most)]


def _limit(bits: float, rate: float, images: int) -> float:
    return float(chernoff(rate, images, bits * log(2), DELTA))


CLAIM = Claim(
    id="B-4-count",
    title="Counting parameters says nothing of LeNet-5 on MNIST",
    statement=(
        "Arithmetic from published sizes: 32 bits for each of the 431,080 parameters of LeNet-5 "
        "give a limit of the risk above 99.99% on MNIST, as they do for any network of more than "
        "6,228, whatever it learned, if a guess errs in 90%. Those 5,347 that are left, with 16 "
        "bits and a place each, give 89.0%. The paper's 6.23 KiB give 48.7%, and the decoded "
        "4,192 bytes of the same network 34.8%."
    ),
    source=(
        "Zhou et al., arXiv 1804.05862, table 1, and Arora et al. (2018), theorem 2.1 (both "
        "read); computed here"
    ),
    quantities=(
        Quantity("limit by all parameters", above(0.9999), computed),
        Quantity("limit by those that are left", equals(0.890, 5e-4), computed),
        Quantity("limit by the printed size", equals(0.487, 5e-4), computed),
        Quantity("limit by the decoded bytes", equals(0.348, 5e-4), computed),
        Quantity("the same, less the smaller by a count", below(-0.5), computed),
        Quantity("parameters with which no error gives 90%", equals(6228, 0.5), computed),
    ),
    experiment=by_computing(limits),
    control=by_computing(limits, images=100 * IMAGES),
    broken="there are a hundred times as many images",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
)
