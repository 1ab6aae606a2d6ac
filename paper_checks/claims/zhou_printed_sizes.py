"""B-4-sizes: figures beside the limits of the paper that its own numbers do not give.

Read: the table and remark 4.2; the 431,080 weights and 5,347 that are not zero are those of the
checkpoint of LeNet-5 in github.com/wendazhou/nnet-compression-generalization.
"""

from math import log2

from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

WEIGHTS, NONZERO, BYTES = 431_080, 5_347, 4  # of float32
PRINTED_KIB, PRINTED_SHARE, PRINTED_LOG2 = 168.4, 0.015, 72
HALF = 0.0005  # of the last digit of the share


def ratios(factor: float = 1.0) -> list[float]:
    """Size over the printed one, share, its gap to the least that rounds up, bits of a length."""
    share = NONZERO / WEIGHTS
    size = WEIGHTS * BYTES / 1024 / factor
    return [size / PRINTED_KIB, share, share - (PRINTED_SHARE - HALF), log2(8 * 2**64)]


CLAIM = Claim(
    id="B-4-sizes",
    title="LeNet-5 is 1,684 KiB, not 168.4; 1.24% are kept",
    statement=(
        "Three figures of the paper are not those of its numbers: 431,080 weights of four bytes "
        "are 1,683.9 KiB, ten times the 168.4 KiB printed; of them 1.24% are not zero, not 1.5%; "
        "and 2^64 bytes are 2^67 bits, not 2^72, which costs nothing, as a longer list of lengths"
        " is only dearer."
    ),
    source="Against Zhou et al., arXiv 1804.05862, table 1 and remark 4.2 (read); computed here",
    quantities=(
        Quantity("size over the printed one", equals(10, 0.005), computed),
        Quantity("share that is not zero", equals(0.0124, 5e-5), computed),
        Quantity("the same, less the least that rounds to 1.5%", below(0), computed),
        Quantity("log2 of the bits in 2^64 bytes", equals(67, 0.5), computed),
    ),
    experiment=by_computing(ratios),
    control=by_computing(ratios, factor=10.0),
    broken="weights of 0.4 bytes, with which the printed size would be right",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    against="168.4 KiB, 1.5% and 2^72 bits",
)
